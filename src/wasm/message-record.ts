/** Reading message records, one field at a time: a block has too many of them for objects. */

import {
  WORKER_EMITTED,
  WORKER_EMITTED_COUNT,
} from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_HASH,
  MESSAGE_GAS,
  MESSAGE_ID,
  MESSAGE_KIND,
  MESSAGE_KIND_CREDIT,
  MESSAGE_NEXT,
  MESSAGE_TO_ACCOUNT,
} from '../../assembly/abi/records.js'
import { workerRecord } from './core.js'
import type { LinearMemory } from './linear-memory.js'

/** Words of 32 bits in a hash. */
const HASH_WORDS = 8

/** What grouping needs of the messages that run code. */
export interface RunnableMessages {
  /** Index in the round of each. */
  readonly positions: Uint32Array
  /** Account record of each one's recipient. */
  readonly recipients: Uint32Array
  readonly gas: Float64Array
}

/** The messages that form groups: all but credits. `classify` has said which. */
export function readRunnable(memory: LinearMemory, messages: Uint32Array): RunnableMessages {
  const { u32 } = memory
  const positions = new Uint32Array(messages.length)
  const recipients = new Uint32Array(messages.length)
  const gas = new Float64Array(messages.length)
  let count = 0
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]!
    if (u32[(message + MESSAGE_KIND) >>> 2] === MESSAGE_KIND_CREDIT) continue
    positions[count] = i
    recipients[count] = u32[(message + MESSAGE_TO_ACCOUNT) >>> 2]!
    gas[count] = memory.readU64(message + MESSAGE_GAS)
    count++
  }
  return {
    positions: positions.subarray(0, count),
    recipients: recipients.subarray(0, count),
    gas: gas.subarray(0, count),
  }
}

/** What every worker has emitted in this round: pointers, in no particular order. */
export function collectEmitted(memory: LinearMemory, workers: number): Uint32Array {
  const { u32 } = memory
  let total = 0
  for (let id = 0; id < workers; id++) {
    total += u32[(workerRecord(id) + WORKER_EMITTED_COUNT) >>> 2]!
  }
  const emitted = new Uint32Array(total)
  let at = 0
  for (let id = 0; id < workers; id++) {
    let message = u32[(workerRecord(id) + WORKER_EMITTED) >>> 2]!
    for (; message !== 0; message = u32[(message + MESSAGE_NEXT) >>> 2]!) emitted[at++] = message
  }
  return emitted
}

/** Account records of the recipients. */
export function readRecipients(memory: LinearMemory, messages: Uint32Array): Uint32Array {
  const { u32 } = memory
  return messages.map((message) => u32[(message + MESSAGE_TO_ACCOUNT) >>> 2]!)
}

/** 8 words an id, the most significant first. */
export function readIds(memory: LinearMemory, messages: Uint32Array): Uint32Array {
  const ids = new Uint32Array(messages.length * HASH_WORDS)
  for (let i = 0; i < messages.length; i++) {
    readHashWords(memory, messages[i]! + MESSAGE_ID, ids, i * HASH_WORDS)
  }
  return ids
}

/** keccak256 of an account's address, as 8 words, the most significant first. */
export function readAccountHash(
  memory: LinearMemory,
  account: number,
  words: Uint32Array,
  at: number,
): void {
  readHashWords(memory, account + ACCOUNT_HASH, words, at)
}

function readHashWords(memory: LinearMemory, ptr: number, words: Uint32Array, at: number): void {
  const { u32 } = memory
  for (let i = 0; i < HASH_WORDS; i++) words[at + i] = swapBytes(u32[(ptr >>> 2) + i]!)
}

function swapBytes(value: number): number {
  const swapped =
    (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)
  return swapped >>> 0
}
