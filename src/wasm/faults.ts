/**
 * What stops a block in its middle. The core writes a fault down and traps; what nobody wrote down
 * is a trap that should not be. Either way the block is undone.
 */

import {
  ABORT,
  ABORT_CANCELLED,
  ABORT_FAULT,
  ABORT_GAS_LIMIT,
  FAULT,
  FAULT_BYTES,
  FAULT_EVM_MEMORY,
  FAULT_INTERNAL,
  FAULT_LIBRARY,
  FAULT_LOCK,
  FAULT_MALFORMED_NODE,
  FAULT_MEMORY,
  FAULT_MISSING_STATE,
  FAULT_PAGES,
  FAULT_SYSTEM_MEMORY,
  FAULT_WORKER,
  HEAP_LIMIT,
  PAGE_BYTES,
} from '../../assembly/abi/memory-map.js'
import {
  EngineFaultError,
  MemoryExhaustedError,
  type ActorEvmError,
  type ErrorPlace,
  type InvalidWitnessError,
  type MissingStateError,
} from '../base/errors.js'
import type { LinearMemory } from './linear-memory.js'
import { readMalformed, readMissing } from './missing-state.js'

export interface Fault {
  /** FAULT_*. */
  readonly kind: number
  readonly worker: number
  /** What was asked for, when memory ran out; the precompile whose library is missing. */
  readonly bytes: number
  /** What the engine's memory would have to be for that, and what it may be. */
  readonly needed: number
  readonly limit: number
  /** What a partial state lacks. */
  readonly missing?: MissingStateError | InvalidWitnessError
}

/** A library for a precompile is missing: no error, the block begins again when it is there. */
export class LibraryMissing {
  /** Number of the precompile. */
  readonly precompile: number
  constructor(precompile: number) {
    this.precompile = precompile
  }
}

const REPLAY = 'execute the same block on the same state with `workers: 1`'

const MEBIBYTE = 2 ** 20
/** WebAssembly addresses no more; the last page stays free. */
const MOST_MEMORY = 2 ** 32 - PAGE_BYTES

const OTHER_KINDS: ReadonlyMap<number, string> = new Map([
  [FAULT_LOCK, 'a lock was not released in time'],
  [FAULT_INTERNAL, 'an invariant does not hold'],
])

/** Why everybody was told to stop: ABORT_*. */
export function readAbort(memory: LinearMemory): number {
  return memory.u32[ABORT >>> 2]!
}

export const isCancelled = (abort: number): boolean => abort === ABORT_CANCELLED
export const isAboveGasLimit = (abort: number): boolean => abort === ABORT_GAS_LIMIT

/** The fault that was written down, if any. */
export function readFault(memory: LinearMemory): Fault | undefined {
  const { u32 } = memory
  if (u32[ABORT >>> 2] !== ABORT_FAULT) return undefined
  const kind = u32[FAULT >>> 2]!
  const fault = {
    kind,
    worker: u32[FAULT_WORKER >>> 2]!,
    bytes: u32[FAULT_BYTES >>> 2]!,
    needed: u32[FAULT_PAGES >>> 2]! * PAGE_BYTES,
    limit: u32[HEAP_LIMIT >>> 2]!,
  }
  if (kind === FAULT_MALFORMED_NODE) return { ...fault, missing: readMalformed(memory) }
  return kind === FAULT_MISSING_STATE ? { ...fault, missing: readMissing(memory) } : fault
}

/** The error to throw, or `LibraryMissing`. */
export function faultError(
  fault: Fault | undefined,
  place: ErrorPlace,
  cause?: unknown,
): ActorEvmError | LibraryMissing {
  if (fault?.missing !== undefined) return fault.missing
  const at = fault === undefined ? place : { ...place, worker: fault.worker }
  if (fault?.kind === FAULT_LIBRARY) return new LibraryMissing(fault.bytes)
  const exhausted = fault === undefined ? undefined : memoryError(fault, at, cause)
  if (exhausted !== undefined) return exhausted
  if (fault === undefined && isTooLong(cause)) {
    return new MemoryExhaustedError(`JavaScript cannot hold it: ${cause.message}`, {
      place: at,
      cause,
    })
  }
  const known = fault === undefined ? undefined : OTHER_KINDS.get(fault.kind)
  const told = cause instanceof Error ? `: ${cause.message}` : ''
  return new EngineFaultError(`${known ?? 'the core trapped'}${told}`, REPLAY, { place: at, cause })
}

/** Says which option helps, if one does. */
function memoryError(
  { bytes, kind, limit, needed }: Fault,
  at: ErrorPlace,
  cause: unknown,
): MemoryExhaustedError | undefined {
  const place = { ...at, field: 'memory' }
  const more = `${bytes} bytes more were needed`
  switch (kind) {
    case FAULT_MEMORY: {
      const what = `the memory of the engine is exhausted (${more})`
      if (needed > MOST_MEMORY || limit >= MOST_MEMORY) {
        return new MemoryExhaustedError(`${what}, and no engine can have more than 4 GiB`, {
          place: at,
          cause,
        })
      }
      // What comes next needs some, too
      const roomy = Math.ceil(Math.max(needed * 1.0625, limit * 1.25) / MEBIBYTE) * MEBIBYTE
      const expected = `at least ${Math.min(roomy, MOST_MEMORY)} bytes`
      return new MemoryExhaustedError(what, { place, expected, got: limit, cause })
    }
    case FAULT_SYSTEM_MEMORY:
      return new MemoryExhaustedError(`the system gives no more memory (${more})`, {
        place: at,
        cause,
      })
    case FAULT_EVM_MEMORY:
      return new MemoryExhaustedError(
        'a contract needs more memory for one frame than the 4 GiB that an engine can have',
        { place: at, cause },
      )
    default:
      return undefined
  }
}

/** V8's and others' words for arrays and strings that cannot be made. */
function isTooLong(cause: unknown): cause is RangeError {
  return cause instanceof RangeError && /allocat|array|length/i.test(cause.message)
}
