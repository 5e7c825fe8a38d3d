/** One round: the messages of a virtual block are delivered, group by group (PROTOCOL 2.2). */

import {
  GROUPS,
  LAST_GROUP,
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
  /** Where the same pointers lie in linear memory. */
  readonly messagesPtr: number
  readonly groupCount: number
  readonly largestGroupGas: number
  readonly gasUsed: number
  readonly perWorker: readonly WorkerStatistics[]
  /** Until the end of the barrier, set by who runs that. */
  ms: number
}

/** A round whose groups are ready to be claimed. */
export interface PreparedRound {
  readonly round: number
  /** Message records in order of delivery. */
  readonly messages: Uint32Array
  readonly messagesPtr: number
  readonly groups: Groups
}

/** Classifies and groups. @param messages pointers in order of delivery */
export function prepareRound(
  machine: Machine,
  round: number,
  messages: Uint32Array,
): PreparedRound {
  const { core } = machine
  const { exports, memory } = core
  exports.beginRound(round)
  const { messagesPtr, groupedPtr, groupsPtr } = placeRound(core, messages)
  exports.classify(messagesPtr, messages.length)
  memory.refresh()
  const runnable = readRunnable(memory, messages)
  const groups = groupByRecipient(runnable.recipients, runnable.gas)
  writeGroups(machine, groups, groupsPtr)
  const { members } = groups
  const { u32 } = memory
  const { positions } = runnable
  for (let i = 0; i < members.length; i++) {
    u32[(groupedPtr >>> 2) + i] = messages[positions[members[i]!]!]!
  }
  u32[ROUND_MESSAGES >>> 2] = groupedPtr
  return { round, messages, messagesPtr, groups }
}

/**
 * After all groups have ended.
 * @throws what `checkRound` throws
 */
export function endRound(machine: Machine, prepared: PreparedRound): RoundRecord {
  const { core, executor } = machine
  const { memory } = core
  const { groups, messages, messagesPtr, round } = prepared
  memory.refresh()
  checkRound(machine, round)
  return {
    round,
    messages,
    messagesPtr,
    groupCount: groups.count,
    ...sumGas(memory, groups),
    perWorker: readStatistics(memory, executor.workers),
    ms: 0,
  }
}

/**
 * Block-lived memory: the messages' pointers in order of delivery, and room for the same group by
 * group, and for as many groups.
 */
function placeRound(
  core: Core,
  messages: Uint32Array,
): { messagesPtr: number; groupedPtr: number; groupsPtr: number } {
  const groupsBytes = messages.length * GROUP_SIZE
  const groupsPtr = core.allocateForBlock(Math.max(groupsBytes + 2 * messages.byteLength, 8))
  const messagesPtr = groupsPtr + groupsBytes
  core.memory.u32.set(messages, messagesPtr >>> 2)
  return { messagesPtr, groupedPtr: messagesPtr + messages.byteLength, groupsPtr }
}

/** What workers claim from. */
function writeGroups({ core }: Machine, groups: Groups, groupsPtr: number): void {
  const { u32 } = core.memory
  const number = u32[LAST_GROUP >>> 2]! + 1
  u32[LAST_GROUP >>> 2]! += groups.count
  for (let i = 0; i < groups.count; i++) {
    const group = groupsPtr + i * GROUP_SIZE
    u32[(group + GROUP_ACCOUNT) >>> 2] = groups.recipients[i]!
    u32[(group + GROUP_FIRST) >>> 2] = groups.first[i]!
    u32[(group + GROUP_MESSAGE_COUNT) >>> 2] = groups.size[i]!
    u32[(group + GROUP_NUMBER) >>> 2] = number + i
  }
  u32[GROUPS >>> 2] = groupsPtr
}

function sumGas(
  memory: LinearMemory,
  groups: Groups,
): { gasUsed: number; largestGroupGas: number } {
  const { u32 } = memory
  const grouped = u32[ROUND_MESSAGES >>> 2]! >>> 2
  let gasUsed = 0
  let largestGroupGas = 0
  for (let i = 0; i < groups.count; i++) {
    let sum = 0
    const end = groups.first[i]! + groups.size[i]!
    for (let k = groups.first[i]!; k < end; k++) {
      sum += memory.readI64(u32[grouped + k]! + MESSAGE_GAS_USED)
    }
    gasUsed += sum
    largestGroupGas = Math.max(largestGroupGas, sum)
  }
  return { gasUsed, largestGroupGas }
}

function readStatistics(memory: LinearMemory, workers: number): WorkerStatistics[] {
  const { f64, u32 } = memory
  const statistics: WorkerStatistics[] = []
  for (let id = 0; id < workers; id++) {
    const record = workerRecord(id)
    statistics.push({
      groups: u32[(record + WORKER_GROUPS_RUN) >>> 2]!,
      messages: u32[(record + WORKER_MESSAGES_RUN) >>> 2]!,
      gas: memory.readU64(record + WORKER_GAS_RUN),
      busyMs: f64[(record + WORKER_BUSY) >>> 3]! / 1e6,
    })
  }
  return statistics
}
