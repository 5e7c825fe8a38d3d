/** What a validator is given, read: what the caller got wrong is thrown, bad bytes are refused. */

import { MAX_BLOCK_BYTES } from '../intake/block.js'
import { decodeHeader, type Header } from '../intake/header.js'
import { asObject } from '../base/json.js'
import { HASH_BYTES, bytesToHex, hexToBytes } from '../base/bytes.js'
import { InvalidBlockError, InvalidInputError } from '../base/errors.js'
import { checkKeys } from '../base/known-keys.js'
import { readBytes } from '../intake/environment.js'
import type { Pulse } from '../base/pulse.js'
import { reading } from '../base/read-once.js'
import type { BytesLike, CancelSignal, Hex, Progress } from '../base/types.js'
import {
  WITNESS_FIELDS,
  checkWitnessSize,
  decodeWitnessInTurns,
  witnessFromJsonInTurns,
  type ExecutionWitness,
  type ExecutionWitnessJson,
} from './execution-witness.js'
import { asRefusal, type RestsOn } from './verdict.js'

/** A block, its witness, and what is trusted. */
export interface BlockToValidate {
  /** RLP of the block. */
  readonly block: BytesLike
  /** As an object, its JSON or its compact form. */
  readonly witness: ExecutionWitness | ExecutionWitnessJson | Uint8Array
  /**
   * RLP of the parent's header, from a source that is trusted. Left out, the witness has it, and
   * only `blockHash` is trusted.
   */
  readonly parentHeader?: BytesLike | undefined
  /** Hash that the block must have, from a source that is trusted. */
  readonly blockHash?: BytesLike | undefined
  /** Stops the validation within 50 ms. */
  readonly signal?: CancelSignal | undefined
  /** Told of the phases of the block. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export const INPUT_FIELDS: readonly string[] = [
  'block',
  'witness',
  'parentHeader',
  'blockHash',
  'signal',
  'onProgress',
]

/** What of the input is the caller's own. The rest may be anybody's, and is read when needed. */
export interface TrustedInput extends Pick<BlockToValidate, 'signal' | 'onProgress'> {
  readonly restsOn: RestsOn
  readonly blockHash: Hex | undefined
  readonly parent: Header | undefined
}

/**
 * @param virtualBlocks whether the chain's headers end with `virtualBlocksRoot`
 * @throws InvalidInputError naming the field
 */
export function readTrusted(input: BlockToValidate, virtualBlocks: boolean): TrustedInput {
  checkKeys(asObject(input, 'input'), INPUT_FIELDS, '', 'field')
  const { block, blockHash, onProgress, parentHeader, signal, witness } = input
  if (typeof block !== 'string' && !(block instanceof Uint8Array)) {
    throw invalid('block', 'bytes, or a 0x-prefixed hex string', block)
  }
  if (typeof witness !== 'object' || witness === null) {
    throw invalid('witness', 'an object, or bytes', witness)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalid('onProgress', 'a function', onProgress)
  }
  if (signal !== undefined && !reading(['signal'], () => isSignal(signal))) {
    throw invalid('signal', 'an AbortSignal', signal)
  }
  const parent = readParent(parentHeader, virtualBlocks)
  const hash = blockHash === undefined ? undefined : readBytes(blockHash, 'blockHash', HASH_BYTES)
  return {
    restsOn: hash !== undefined ? 'hash' : parent !== undefined ? 'parent' : 'nothing',
    blockHash: hash && bytesToHex(hash),
    parent,
    signal,
    onProgress,
  }
}

/** @throws InvalidBlockError, InvalidWitnessError: no block is so large, or so written */
export function readBlockBytes(block: BytesLike): Uint8Array {
  if (block instanceof Uint8Array) return block
  const size = block.length / 2 - 1
  if (size <= MAX_BLOCK_BYTES) return asRefusal('block', () => hexToBytes(block, 'block'))
  throw new InvalidBlockError('block-too-large', 'block refused', {
    place: { field: 'block' },
    expected: `at most ${MAX_BLOCK_BYTES} bytes`,
    got: size,
  })
}

/**
 * In turns.
 * @throws InvalidInputError for a key that no witness has; InvalidWitnessError; CancelledError
 */
export async function readWitness(
  witness: BlockToValidate['witness'],
  pulse: Pulse,
): Promise<ExecutionWitness> {
  if (witness instanceof Uint8Array) return decodeWitnessInTurns(witness, pulse)
  if (!Array.isArray(witness)) checkKeys(witness, WITNESS_FIELDS, 'witness')
  const read = await witnessFromJsonInTurns(witness, pulse).catch((cause: unknown) => {
    return asRefusal('witness', () => {
      throw cause
    })
  })
  checkWitnessSize(read)
  return read
}

function isSignal(signal: CancelSignal | null): boolean {
  return typeof signal?.aborted === 'boolean'
}

function readParent(header: BytesLike | undefined, virtualBlocks: boolean): Header | undefined {
  if (header === undefined) return undefined
  const bytes = header instanceof Uint8Array ? header : hexToBytes(header, 'parentHeader')
  try {
    return decodeHeader(bytes, {}, { virtualBlocks })
  } catch (cause) {
    if (!(cause instanceof InvalidBlockError)) throw cause
    // The caller trusts it, so that it is none is not the block's fault
    throw new InvalidInputError(`parentHeader cannot be read: ${cause.message}`, {
      place: { field: 'parentHeader' },
      cause,
    })
  }
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid value', { place: { field }, expected, got })
}
