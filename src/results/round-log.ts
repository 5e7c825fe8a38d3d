/** What is told of each round, from the records that the core keeps (assembly/actors/rounds.ts). */

import {
  FIRST_ROUND,
  WORKER_BUSY,
  WORKER_GAS_RUN,
  WORKER_GROUPS_RUN,
  WORKER_MESSAGES_RUN,
} from '../../assembly/abi/memory-map.js'
import {
  ROUND_GAS_OFFERED,
  ROUND_GAS_USED,
  ROUND_GROUP_COUNT,
  ROUND_LARGEST_GAS,
  ROUND_MESSAGE_COUNT,
  ROUND_NEXT,
  ROUND_ORDER,
  ROUND_RUN_COUNT,
} from '../../assembly/abi/records.js'
import type { WorkerStatistics } from '../base/types.js'
import { workerRecord } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** A round that has ended. Pointers hold until the next block begins. */
export interface RoundRecord {
  readonly round: number
  /** Where pointers to its messages lie in linear memory, in order of delivery, and how many. */
  readonly messagesPtr: number
  readonly messageCount: number
  readonly groupCount: number
  readonly largestGroupGas: number
  readonly gasUsed: number
  readonly perWorker: readonly WorkerStatistics[]
  /** From its beginning to the end of the barrier. */
  readonly ms: number
}

/** What delivering a message takes, about, in the time of gas (assembly/actors/grouping.ts). */
const GAS_PER_MESSAGE = 1_000
/** What rounds had to do. */
export interface RoundLoad {
  /** In the time of gas. */
  readonly work: number
  readonly gasOffered: number
  readonly gasUsed: number
}

export interface SharedLoad extends RoundLoad {
  /** Whether others have run some of it. */
  readonly isShared: boolean
  /** Of the coordinator. */
  readonly ownWork: number
  readonly ownMs: number
}

const IDLE: WorkerStatistics = { groups: 0, messages: 0, gas: 0, busyMs: 0 }

/** The rounds of one block, in order. */
export class RoundLog {
  readonly rounds: RoundRecord[] = []
  readonly #memory: LinearMemory
  readonly #workers: number
  /** Where the core writes a pointer to the record of the next one. */
  #link = FIRST_ROUND

  constructor(memory: LinearMemory, workers: number) {
    this.#memory = memory
    this.#workers = workers
  }

  /**
   * Those that the coordinator has run alone.
   * @param current record of a round that has not ended, 0 if all have
   * @param ms of all together: a clock beside each would cost a tenth of the shortest
   */
  addAlone(current: number, ms: number): RoundLoad & { readonly rounds: number } {
    const { f64, u32 } = this.#memory
    const added: number[] = []
    let work = 0
    let gasOffered = 0
    let gasUsed = 0
    for (;;) {
      const record = u32[this.#link >>> 2]!
      if (record === current || record === 0) break
      added.push(record)
      work += this.#work(record)
      gasOffered += f64[(record + ROUND_GAS_OFFERED) >>> 3]!
      gasUsed += this.#memory.readU64(record + ROUND_GAS_USED)
      this.#link = record + ROUND_NEXT
    }
    for (const record of added) {
      const share = (ms * this.#work(record)) / work
      this.#add(record, this.#statisticsAlone(record, share), share)
    }
    return { rounds: added.length, work, gasOffered, gasUsed }
  }

  /** The one that has ended last, which was given to all workers. @param own the coordinator */
  addShared(own: number, ms: number): SharedLoad {
    const record = this.#memory.u32[this.#link >>> 2]!
    this.#link = record + ROUND_NEXT
    const perWorker = this.#statistics()
    this.#add(record, perWorker, ms)
    const { busyMs, gas, groups, messages } = perWorker[own]!
    return {
      work: this.#work(record),
      gasOffered: this.#memory.f64[(record + ROUND_GAS_OFFERED) >>> 3]!,
      gasUsed: this.#memory.readU64(record + ROUND_GAS_USED),
      isShared: groups < this.#memory.u32[(record + ROUND_GROUP_COUNT) >>> 2]!,
      ownWork: gas + messages * GAS_PER_MESSAGE,
      ownMs: busyMs,
    }
  }

  /** By which time is divided, and foreseen. */
  #work(record: number): number {
    const messages = this.#memory.u32[(record + ROUND_MESSAGE_COUNT) >>> 2]!
    return this.#memory.readU64(record + ROUND_GAS_USED) + (1 + messages) * GAS_PER_MESSAGE
  }

  #add(record: number, perWorker: readonly WorkerStatistics[], ms: number): void {
    const memory = this.#memory
    const { u32 } = memory
    this.rounds.push({
      round: this.rounds.length,
      messagesPtr: u32[(record + ROUND_ORDER) >>> 2]!,
      messageCount: u32[(record + ROUND_MESSAGE_COUNT) >>> 2]!,
      groupCount: u32[(record + ROUND_GROUP_COUNT) >>> 2]!,
      largestGroupGas: memory.readU64(record + ROUND_LARGEST_GAS),
      gasUsed: memory.readU64(record + ROUND_GAS_USED),
      perWorker,
      ms,
    })
  }

  #statisticsAlone(record: number, busyMs: number): WorkerStatistics[] {
    const { u32 } = this.#memory
    const statistics = new Array<WorkerStatistics>(this.#workers).fill(IDLE)
    statistics[0] = {
      groups: u32[(record + ROUND_GROUP_COUNT) >>> 2]!,
      messages: u32[(record + ROUND_RUN_COUNT) >>> 2]!,
      gas: this.#memory.readU64(record + ROUND_GAS_USED),
      busyMs,
    }
    return statistics
  }

  #statistics(): WorkerStatistics[] {
    const { f64, u32 } = this.#memory
    return Array.from({ length: this.#workers }, (_, id) => {
      const record = workerRecord(id)
      return {
        groups: u32[(record + WORKER_GROUPS_RUN) >>> 2]!,
        messages: u32[(record + WORKER_MESSAGES_RUN) >>> 2]!,
        gas: this.#memory.readU64(record + WORKER_GAS_RUN),
        busyMs: f64[(record + WORKER_BUSY) >>> 3]! / 1e6,
      }
    })
  }
}
