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
  FAULT_RETURN_DATA,
  FAULT_WORKER,
} from '../../assembly/abi/memory-map.js'
import {
  EngineFaultError,
  MemoryExhaustedError,
  type ActorEvmError,
  type ErrorPlace,
  type InvalidWitnessError,
  type MissingStateError,
} from '../errors.js'
import type { LinearMemory } from './linear-memory.js'
import { readMalformed, readMissing } from './missing-state.js'

export interface Fault {
  /** FAULT_*. */
  readonly kind: number
  readonly worker: number
  /** What was asked for, when memory ran out; the precompile whose library is missing. */
  readonly bytes: number
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

const MEMORY_KINDS: ReadonlyMap<number, string> = new Map([
  [FAULT_MEMORY, 'the state does not fit the memory of the engine'],
  [FAULT_EVM_MEMORY, 'the memory of the running contracts does not fit the arena of a worker'],
  [FAULT_RETURN_DATA, 'the return data does not fit the arena of a worker'],
])

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
  const fault = { kind, worker: u32[FAULT_WORKER >>> 2]!, bytes: u32[FAULT_BYTES >>> 2]! }
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
  const memoryKind = fault === undefined ? undefined : MEMORY_KINDS.get(fault.kind)
  if (fault !== undefined && memoryKind !== undefined) {
    return new MemoryExhaustedError(`${memoryKind} (${fault.bytes} bytes more were needed)`, {
      place: at,
      cause,
    })
  }
  const known = fault === undefined ? undefined : OTHER_KINDS.get(fault.kind)
  const told = cause instanceof Error ? `: ${cause.message}` : ''
  return new EngineFaultError(`${known ?? 'the core trapped'}${told}`, REPLAY, { place: at, cause })
}
