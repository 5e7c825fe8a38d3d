/**
 * What the coordinator (the thread that made the engine, worker 0) and the other workers say to
 * each other.
 *
 * Control plane: messages through comlink, when nothing is urgent. `WorkerApi` is its wire format.
 *
 *   spawn ─▶ initialise(init) ─▶ serve(ticket) … loop of rounds … ─▶ resolves ─▶ serve(ticket) …
 *
 * Data plane: two words of shared memory, while `serve` runs.
 *
 *   coordinator                                  worker
 *   ───────────                                  ──────
 *   GROUPS, ROUND_MESSAGES … written
 *   ROUND_DONE = 0
 *   ROUND_TICKET = t + 1, notify   ────────────▶ IDLE: spins, then waits for ticket ≠ t
 *   claims and runs groups                       RUNNING: claims and runs groups
 *   spins, then waits for          ◀──────────── ROUND_DONE + 1, the last one notifies
 *   ROUND_DONE = number of threads               IDLE
 *
 * Atomic accesses of JavaScript and Wasm are sequentially consistent: who reads the new ticket sees
 * all that was written before it, and who reads the last ROUND_DONE all that the workers wrote.
 *
 * Every thread takes part in every parallel round, also with no group left to claim, so that
 * ROUND_DONE of one round can never be counted for the next. A negative ticket ends `serve`.
 *
 * Races that are closed:
 *   - a ticket published before a worker looks: `serve` is told the last ticket it must not run;
 *   - a worker that dies: its thread's end is an event, ABORT makes the others claim nothing more,
 *     the barrier stops waiting for it, and all threads are replaced before the next round;
 *   - a worker that never comes back: the barrier's bound, then the same;
 *   - a coordinator that is gone: the process or page ends its threads.
 */

import type { CustomEntry } from './custom-precompiles.js'
import {
  COORDINATOR_TICKET,
  ROUND_DONE,
  ROUND_TICKET,
  SPIN_MICROSECONDS,
} from '../../assembly/abi/memory-map.js'

/** Indexes into the memory's Int32Array. */
export const TICKET_INDEX = ROUND_TICKET >>> 2
export const DONE_INDEX = ROUND_DONE >>> 2
export const SPIN_INDEX = SPIN_MICROSECONDS >>> 2
export const COORDINATOR_INDEX = COORDINATOR_TICKET >>> 2

/** A ticket that ends `serve`. */
export const LEAVE_TICKET = -1
/** Tickets are 1 … MAX_TICKET and start again: all that matters is that they change. */
export const MAX_TICKET = 0x7fffffff

export interface WorkerInit {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly id: number
  /** Threads that add to ROUND_DONE. */
  readonly threads: number
  /** Precompiles whose libraries to load from the start. */
  readonly libraries: readonly number[]
  /** What an embedder has added. */
  readonly customs: readonly CustomEntry[]
}

/** What a worker answers to. */
export interface WorkerApi {
  /** Instantiates the core on the shared memory and becomes worker `id`. */
  initialise(init: WorkerInit): Promise<void>
  /** Runs rounds until a negative ticket. @param ticket the last one that is not for this worker */
  serve(ticket: number): void
  /** As crypto/recover-signers.ts. Only while `serve` does not run. */
  recoverSigners(items: Uint8Array): Promise<Uint8Array>
  /** The coordinator has reset the state. Only while `serve` does not run. */
  resetState(): Promise<void>
  /** Loads the libraries of these precompiles. Only while `serve` does not run. */
  loadLibraries(precompiles: readonly number[]): Promise<void>
}
