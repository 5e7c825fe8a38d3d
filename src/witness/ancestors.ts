/** The headers of a witness: a chain that ends at the block's parent. Only their hashes count. */

import { decodeHeader, headerHash, type Header } from '../block/header.js'
import { keccak256 } from '../block/keccak.js'
import { bytesEqual, bytesToHex } from '../bytes.js'
import { InvalidBlockError, InvalidWitnessError } from '../errors.js'

/** BLOCKHASH sees that far back. */
export const HASHES_SEEN = 256

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
  const byHash = new Map(given.map((bytes) => [bytesToHex(keccak256(bytes)), bytes]))
  const parent = trusted ?? take(byHash, header.parentHash, hasVirtualBlocks)
  if (parent === undefined || !bytesEqual(headerHash(parent), header.parentHash)) {
    throw new InvalidBlockError('unknown-parent', 'block refused', {
      place: { block: header.number, field: 'parentHash' },
      expected: parent === undefined ? 'its header in the witness' : bytesToHex(headerHash(parent)),
      got: bytesToHex(header.parentHash),
    })
  }
  byHash.delete(bytesToHex(header.parentHash))
  const blockHashes: Record<string, Uint8Array> = { [`${header.number - 1n}`]: header.parentHash }
  let oldest = parent
  let knownHashes = 1
  while (knownHashes < HASHES_SEEN && !beginsChain(oldest)) {
    knownHashes++
    blockHashes[`${oldest.number - 1n}`] = oldest.parentHash
    const next = take(byHash, oldest.parentHash, hasVirtualBlocks)
    if (next === undefined) break
    expectNumber(next, oldest.number - 1n)
    byHash.delete(bytesToHex(oldest.parentHash))
    oldest = next
  }
  // Before the first block of a chain every hash is zero, and that is known
  if (beginsChain(oldest)) knownHashes = HASHES_SEEN
  return { parent, blockHashes, knownHashes, unusedHeaders: byHash.size }
}

/** A header without a parent. */
export function beginsChain({ parentHash }: Header): boolean {
  return parentHash.every((byte) => byte === 0)
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
