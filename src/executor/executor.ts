/** Who runs the groups of a round. A result never depends on which executor it was. */

import type { Groups } from '../messages/group.js'
import type { ErrorPlace } from '../errors.js'
import type { Pulse } from './pulse.js'

/** A round that is written to linear memory and ready to be claimed. */
export interface RoundPlan {
  readonly groups: Groups
  readonly place: ErrorPlace
  /** Lets the event loop turn now and then. */
  readonly pulse: Pulse
}

/** One thread's recovery of signers. Rejects if the thread has died. */
export type SignerRecovery = (items: Uint8Array) => Promise<Uint8Array>

export interface Executor {
  /** Workers, the coordinator among them. */
  readonly workers: number
  /** Rounds of a block of so many transactions begin soon. */
  prepare(transactions: number): void
  /**
   * Runs every group. Ends, or resolves, when all have ended, or nobody runs one any more after
   * ABORT.
   * @throws what the coordinator's instance trapped with, WorkerDiedError, WorkerTimeoutError
   */
  run(plan: RoundPlan): Promise<void> | undefined
  /**
   * Lends the threads, while no round runs, to recover signers (crypto/recover-signers.ts). Without
   * threads `use` is given none.
   */
  lendThreads<T>(use: (threads: readonly SignerRecovery[]) => Promise<T>): Promise<T>
  /** After a round that threw: makes the executor whole again. */
  repair(): Promise<void>
  /** Loads the libraries of precompiles wherever code runs. */
  loadLibraries(): Promise<void>
  dispose(): Promise<void>
}
