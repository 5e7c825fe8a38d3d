/** One round: the messages of a virtual block are delivered, group by group (PROTOCOL 2.2). */

import {
  GROUPS,
  GROUP_COUNT,
  ROUND_MESSAGES,
  WORKER_BUSY,
  WORKER_GAS_RUN,
  WORKER_GROUPS_RUN,
  WORKER_MESSAGES_RUN,
} from '../../assembly/abi/memory-map.js'
import {
  GROUP_ACCOUNT,
  GROUP_FIRST,
  GROUP_MESSAGE_COUNT,
  GROUP_NUMBER,
  GROUP_SIZE,
  MESSAGE_GAS_USED,
} from '../../assembly/abi/records.js'
import { groupByRecipient, type Groups } from '../messages/group.js'
import type { WorkerStatistics } from '../types.js'
import { workerRecord, type Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { readRunnable } from '../wasm/message-record.js'
import { checkRound } from './check-round.js'
import type { Machine } from './machine.js'

/** A round that has ended. Pointers hold until the next block begins. */
export interface RoundRecord {
  readonly round: number
  /** Message records in order of delivery. */
  readonly messages: Uint32Array
  readonly groupCount: number
  readonly largestGroupGas: number
  readonly gasUsed: number
  readonly perWorker: readonly WorkerStatistics[]
  /** Until the end of the barrier, set by who runs that. */
  ms: number
}

/** @param messages pointers in order of delivery */
export async function runRound(
  machine: Machine,
  round: number,
  messages: Uint32Array,
): Promise<RoundRecord> {
  const { core, executor, pulse } = machine
  const { exports, memory } = core
  exports.beginRound(round)
  exports.classify(writePointers(core, messages), messages.length)
  memory.refresh()
  const runnable = readRunnable(memory, messages)
  const groups = groupByRecipient(runnable.recipients, runnable.gas)
  const grouped = groups.members.map((member) => messages[runnable.positions[member]!]!)
  writeGroups(machine, groups, grouped)
  if (groups.count > 0) {
    await executor.run({ groups, pulse, place: { block: machine.block, round } })
  }
  memory.refresh()
  checkRound(machine, round)
  return {
    round,
    messages,
    groupCount: groups.count,
    ...sumGas(memory, groups, grouped),
    perWorker: readStatistics(memory, executor.workers),
    ms: 0,
  }
}

/** Pointers into block-lived memory. */
function writePointers(core: Core, pointers: Uint32Array): number {
  const ptr = core.allocateForBlock(Math.max(pointers.byteLength, 8))
  core.memory.u32.set(pointers, ptr >>> 2)
  return ptr
}

/** What workers claim from. */
function writeGroups(machine: Machine, groups: Groups, grouped: Uint32Array): void {
  const { core, groupNumbers } = machine
  const messagesPtr = writePointers(core, grouped)
  const groupsPtr = core.allocateForBlock(Math.max(groups.count * GROUP_SIZE, 8))
  const { u32 } = core.memory
  const number = groupNumbers.take(groups.count)
  for (let i = 0; i < groups.count; i++) {
    const group = groupsPtr + i * GROUP_SIZE
    u32[(group + GROUP_ACCOUNT) >>> 2] = groups.recipients[i]!
    u32[(group + GROUP_FIRST) >>> 2] = groups.first[i]!
    u32[(group + GROUP_MESSAGE_COUNT) >>> 2] = groups.size[i]!
    u32[(group + GROUP_NUMBER) >>> 2] = number + i
  }
  u32[ROUND_MESSAGES >>> 2] = messagesPtr
  u32[GROUPS >>> 2] = groupsPtr
  u32[GROUP_COUNT >>> 2] = groups.count
}

function sumGas(
  memory: LinearMemory,
  groups: Groups,
  grouped: Uint32Array,
): { gasUsed: number; largestGroupGas: number } {
  let gasUsed = 0
  let largestGroupGas = 0
  for (let i = 0; i < groups.count; i++) {
    let sum = 0
    const end = groups.first[i]! + groups.size[i]!
    for (let k = groups.first[i]!; k < end; k++) {
      sum += memory.readI64(grouped[k]! + MESSAGE_GAS_USED)
    }
    gasUsed += sum
    largestGroupGas = Math.max(largestGroupGas, sum)
  }
  return { gasUsed, largestGroupGas }
}

function readStatistics(memory: LinearMemory, workers: number): WorkerStatistics[] {
  return Array.from({ length: workers }, (_, id) => {
    const record = workerRecord(id)
    return {
      groups: memory.u32[(record + WORKER_GROUPS_RUN) >>> 2]!,
      messages: memory.u32[(record + WORKER_MESSAGES_RUN) >>> 2]!,
      gas: memory.readU64(record + WORKER_GAS_RUN),
      busyMs: memory.f64[(record + WORKER_BUSY) >>> 3]! / 1e6,
    }
  })
}
