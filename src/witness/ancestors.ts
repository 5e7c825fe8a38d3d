/** The headers of a witness: a chain that ends at the block's parent. Only their hashes count. */

import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import { MAX_HEADER_BYTES, decodeHeader, headerHash, type Header } from '../intake/header.js'
import { keccak256 } from '../intake/keccak.js'
import { bytesEqual, bytesToHex } from '../base/bytes.js'
import { InvalidBlockError, InvalidWitnessError } from '../base/errors.js'

export interface Ancestry {
  readonly parent: Header
  /** Number in decimal digits → hash. */
  readonly blockHashes: Readonly<Record<string, Uint8Array>>
  /** How many hashes before the block are known. */
  readonly knownHashes: number
  /** Headers that are no ancestors. */
  readonly unusedHeaders: number
}

/**
 * Puts the ancestors of a block in order, by their hashes alone.
 * @param given RLP of headers in any order
 * @param trusted the parent's, if the caller has it
 * @param hasVirtualBlocks whether the chain's headers end with `virtualBlocksRoot`
 * @throws InvalidBlockError `unknown-parent`; InvalidWitnessError `malformed-header`
 */
export function readAncestry(
  header: Header,
  given: readonly Uint8Array[],
  trusted: Header | undefined,
  hasVirtualBlocks: boolean,
): Ancestry {
  const byHash = new Map(given.map((bytes) => [bytesToHex(hashOf(bytes)), bytes]))
  const parent = trusted ?? take(byHash, header.parentHash, hasVirtualBlocks)
  if (parent === undefined) throw unknownParent(header, 'its header in the witness')
  checkParent(header, parent)
  byHash.delete(bytesToHex(header.parentHash))
  const blockHashes: Record<string, Uint8Array> = { [`${header.number - 1n}`]: header.parentHash }
  let oldest = parent
  let knownHashes = 1
  while (knownHashes < BLOCK_HASH_WINDOW && !beginsChain(oldest)) {
    knownHashes++
    blockHashes[`${oldest.number - 1n}`] = oldest.parentHash
    const next = take(byHash, oldest.parentHash, hasVirtualBlocks)
    if (next === undefined) break
    expectNumber(next, oldest.number - 1n)
    byHash.delete(bytesToHex(oldest.parentHash))
    oldest = next
  }
  // Before the first block of a chain every hash is zero, and that is known
  if (beginsChain(oldest)) knownHashes = BLOCK_HASH_WINDOW
  return { parent, blockHashes, knownHashes, unusedHeaders: byHash.size }
}

/** @throws InvalidBlockError `unknown-parent` if the block is no child of it */
export function checkParent(header: Header, parent: Header): void {
  const hash = headerHash(parent)
  if (!bytesEqual(hash, header.parentHash)) throw unknownParent(header, bytesToHex(hash))
}

function unknownParent(header: Header, expected: string): InvalidBlockError {
  return new InvalidBlockError('unknown-parent', 'block refused', {
    place: { block: header.number, field: 'parentHash' },
    expected,
    got: bytesToHex(header.parentHash),
  })
}

/** What is too long for a header is not hashed. */
function hashOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_HEADER_BYTES) return keccak256(bytes)
  throw new InvalidWitnessError('malformed-header', 'the witness has something that is no header', {
    place: { field: 'headers' },
    expected: `at most ${MAX_HEADER_BYTES} bytes`,
    got: bytes,
  })
}

/** A header without a parent. */
export function beginsChain({ number, parentHash }: Header): boolean {
  return number === 0n || parentHash.every((byte) => byte === 0)
}

function take(
  byHash: ReadonlyMap<string, Uint8Array>,
  hash: Uint8Array,
  virtualBlocks: boolean,
): Header | undefined {
  const bytes = byHash.get(bytesToHex(hash))
  if (bytes === undefined) return undefined
  try {
    return decodeHeader(bytes, {}, { virtualBlocks })
  } catch (cause) {
    const what = `the header ${bytesToHex(hash)} of the witness is none of this chain`
    throw new InvalidWitnessError('malformed-header', what, { cause })
  }
}

function expectNumber(header: Header, expected: bigint): void {
  if (header.number === expected) return
  throw new InvalidWitnessError('malformed-header', 'the headers do not follow each other', {
    place: { field: 'number' },
    expected: `${expected}`,
    got: header.number,
  })
}
