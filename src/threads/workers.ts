/** The workers of an engine, who run the pieces of jobs. No result depends on how many they are. */

import type { Keccak256 } from '../crypto/keccak256.js'
import type { ErrorPlace } from '../base/errors.js'
import type { Pulse } from '../base/pulse.js'
import type { RoundCosts } from './round-costs.js'

/** What all workers do together (assembly/block/jobs.ts); its pieces are ready to be claimed. */
export interface Job {
  /** JOB_* of assembly/abi/memory-map.ts. */
  readonly kind: number
  /** That nobody has claimed. */
  readonly pieces: number
  /** What all workers together save by it, about. */
  readonly gainUs: number
  readonly place: ErrorPlace
  /** Lets the event loop turn now and then. */
  readonly pulse: Pulse
}

/** One thread's recovery of signers. Rejects if the thread has died. */
export type SignerRecovery = (items: Uint8Array) => Promise<Uint8Array>

/** What of a job all workers save where its pieces take about the same. */
export function evenGain(workers: number, pieces: number, microsecondsAPiece: number): number {
  return microsecondsAPiece * (pieces - Math.ceil(pieces / workers))
}

export interface Workers {
  /** Workers, the coordinator among them. */
  readonly count: number
  /** What rounds have cost so far. */
  readonly costs: RoundCosts
  /** Rounds of a block in which so many transactions run code begin soon. */
  prepare(calls: number): void
  /** A round that gains more is given to `run`; others the calling thread runs by itself. */
  readonly leastGainUs: number
  /** Rounds that it has run by itself, one or more, are over. */
  noteAlone(): void
  /** What the last job has taken, and what one thread alone would have taken for it. */
  noteShared(aloneUs: number, tookUs: number): void
  /**
   * Runs every piece. Ends, or resolves, when all have ended, or nobody runs one any more after
   * ABORT.
   * @throws what the coordinator's instance trapped with, WorkerDiedError, WorkerTimeoutError
   */
  run(job: Job): Promise<void> | undefined
  /** By the coordinator's instance: only while it does nothing else. */
  readonly keccak256: Keccak256
  /**
   * Lends the threads, while no job runs, to recover signers (crypto/recover-signers.ts). Without
   * threads `use` is given none.
   */
  lendThreads<T>(use: (threads: readonly SignerRecovery[]) => Promise<T>): Promise<T>
  /** When the coordinator has reset the state: so do the other instances. */
  resetState(): Promise<void>
  /** After a job that threw: makes the workers whole again. */
  repair(): Promise<void>
  /** Loads the libraries of these precompiles wherever code runs. */
  loadLibraries(precompiles: readonly number[]): Promise<void>
  dispose(): Promise<void>
}
