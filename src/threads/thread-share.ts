/** One thread's share of a job: what the coordinator and the other workers do alike. */

import {
  FAULT,
  FAULT_INTERNAL,
  FAULT_WORKER,
  REVISION,
  SEMANTICS,
  WORKER_BUSY,
} from '../../assembly/abi/memory-map.js'
import { workerRecord, type Core } from '../wasm/core.js'
import { claimFault, requestAbort } from './atomics.js'
import { isSimulated, injectMisfortune } from './simulation.js'

/** Nothing left to claim, or everybody was told to stop. */
const NO_PIECE = -1
/** Some 0.1 to 5 ms. */
const GAS_AT_A_TIME = 500_000

export class ThreadShare {
  readonly #core: Core
  readonly #words: Int32Array
  readonly #endThread: () => void
  #configuration = 0
  #isSimulated = false
  #start = 0

  constructor(core: Core, endThread: () => void) {
    this.#core = core
    this.#words = core.memory.i32
    this.#endThread = endThread
    this.#configuration = this.#readConfiguration()
  }

  /** At the start of a job: another block may follow other rules. */
  begin(): void {
    this.#start = performance.now()
    this.#isSimulated = isSimulated(this.#core.memory)
    const configuration = this.#readConfiguration()
    if (configuration === this.#configuration) return
    this.#core.exports.configure()
    this.#configuration = configuration
  }

  /**
   * Claims pieces and runs them for some time.
   * @returns false if there are no more
   * @throws what the core trapped with; then everybody has been told to stop
   */
  runSome(): boolean {
    const { exports, memory, id } = this.#core
    try {
      if (!this.#isSimulated) return exports.runPieces(GAS_AT_A_TIME) !== 0
      const piece = exports.claimPiece()
      if (piece === NO_PIECE) return false
      injectMisfortune(memory, id, piece, this.#endThread)
      exports.runWholePiece(piece)
      return true
    } catch (error) {
      this.#reportTrap()
      throw error
    }
  }

  /** At the end of the share. @returns what it has taken */
  end(): number {
    const { memory, id } = this.#core
    const ms = performance.now() - this.#start
    memory.f64[(workerRecord(id) + WORKER_BUSY) >>> 3]! += ms * 1e6
    return ms
  }

  /** A trap whose reason the core has not written down. */
  #reportTrap(): void {
    if (!claimFault(this.#words)) return
    this.#core.memory.u32[FAULT >>> 2] = FAULT_INTERNAL
    this.#core.memory.u32[FAULT_WORKER >>> 2] = this.#core.id
  }

  #readConfiguration(): number {
    const { u32 } = this.#core.memory
    return u32[REVISION >>> 2]! * 2 + u32[SEMANTICS >>> 2]!
  }
}

/** Lets the coordinator ask the same of everybody. */
export function abortRound(core: Core, reason: number): void {
  requestAbort(core.memory.i32, reason)
}
