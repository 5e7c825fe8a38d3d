/** All of a block or nothing of it: what goes wrong is undone, and named. */

import {
  ABORT,
  CODE_TIGHT,
  WATCH,
  WATCH_PARTIAL,
  WORKER_CODE_BYTES,
} from '../../assembly/abi/memory-map.js'
import {
  CancelledError,
  EngineFaultError,
  MemoryExhaustedError,
  type ErrorPlace,
} from '../base/errors.js'
import { orCancelled } from '../base/pulse.js'
import type { CancelSignal } from '../base/types.js'
import { workerRecord, type Core } from '../wasm/core.js'
import { LibraryMissing, faultError, readFault } from '../wasm/faults.js'
import { clearSimulation } from '../threads/simulation.js'
import type { EngineParts } from './engine-parts.js'

/** The state cannot be trusted any more: undoing a block has failed. */
export class BrokenStateError extends EngineFaultError {}

/**
 * Runs `work`, which begins a block and commits it.
 * @throws what `work` throws, as a typed error; then nothing of the block is left, or, if it was
 *   cancelled, will be
 */
export async function asOneBlock<T>(
  parts: EngineParts,
  place: ErrorPlace,
  work: () => Promise<T>,
  signal?: CancelSignal,
): Promise<T> {
  try {
    for (;;) {
      try {
        parts.core.hasTold = false
        return await work()
      } catch (error) {
        const told = translate(parts.core, place, error)
        if (told instanceof CancelledError && parts.later !== undefined) {
          parts.later(() => undo(parts, place))
          throw told
        }
        const canFree = told instanceof MemoryExhaustedError && canFreeCode(parts)
        await undo(parts, place)
        if (told instanceof LibraryMissing) await loadLibrary(parts, told.precompile, signal)
        else if (canFree) setTight(parts, true)
        else throw told
      }
    }
  } finally {
    setTight(parts, false)
  }
}

/**
 * Threads take 50 ms and more for it: who cancels does not wait for them, but the next turn does.
 * @throws CancelledError
 */
async function loadLibrary(
  { workers, later }: EngineParts,
  precompile: number,
  signal: CancelSignal | undefined,
): Promise<void> {
  const loading = workers.loadLibraries([precompile])
  if (signal === undefined || later === undefined) return loading
  try {
    await orCancelled(loading, signal, () => true, 'the block was cancelled')
  } catch (error) {
    // A thread that has died is replaced when it is needed
    if (error instanceof CancelledError) later(() => loading.catch(() => undefined))
    throw error
  }
}

/**
 * Runs `work` between blocks, at once or in turns.
 * @throws what `work` throws, as a typed error; then the state must be reset
 */
export function betweenBlocks<T>(core: Core, place: ErrorPlace, work: () => T): T {
  core.memory.u32[ABORT >>> 2] = 0
  const fail = (error: unknown): never => {
    throw translate(core, place, error)
  }
  try {
    const done = work()
    return done instanceof Promise ? (done.catch(fail) as T) : done
  } catch (error) {
    return fail(error)
  }
}

/**
 * Whether the block may find more memory in a second run, with as little decoded code as it goes
 * with. A partial state cannot be restored then, and a listener would be told twice.
 */
function canFreeCode({ core, workers }: EngineParts): boolean {
  const { u32 } = core.memory
  const isPartial = (u32[WATCH >>> 2]! & WATCH_PARTIAL) !== 0
  if (u32[CODE_TIGHT >>> 2] !== 0 || isPartial || core.hasTold) return false
  for (let id = 0; id < workers.count; id++) {
    if (u32[(workerRecord(id) + WORKER_CODE_BYTES) >>> 2] !== 0) return true
  }
  return false
}

function setTight({ core }: EngineParts, isTight: boolean): void {
  core.memory.u32[CODE_TIGHT >>> 2] = isTight ? 1 : 0
}

/** A trap of the coordinator's own instance becomes the error of the fault it wrote down. */
function translate(core: Core, place: ErrorPlace, error: unknown): unknown {
  const isTrap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError
  return isTrap ? faultError(readFault(core.memory), place, error) : error
}

/** The state is as the block has made it; who wants to go back knows what it was. */
export function keepBlock({ core, history }: Pick<EngineParts, 'core' | 'history'>): void {
  const noteIt = history?.note(core)
  core.exports.commitBlock()
  noteIt?.()
}

/** The state is as before the block, and so are this instance's own variables, which a trap leaves
 * as they were in its middle. */
export function undoBlock(core: Core): void {
  core.exports.undoBlock()
  core.bind()
}

async function undo(parts: EngineParts, place: ErrorPlace): Promise<void> {
  const { core, workers } = parts
  try {
    undoBlock(core)
    clearSimulation(core.memory)
  } catch (cause) {
    const replay = 'execute the same block on the same state'
    throw new BrokenStateError('the block cannot be undone', replay, { place, cause })
  }
  await workers.repair()
}
