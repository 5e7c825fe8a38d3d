/**
 * The only file with Atomics: the barriers of workers/protocol.ts. Waiting goes through the
 * Atomics.wait of JavaScript: Node 20 miscompiles the Wasm instruction. Every wait is bounded.
 */

import { ABORT, ABORT_FAULT, ABORT_NONE } from '../../assembly/abi/memory-map.js'
import {
  COORDINATOR_INDEX,
  DONE_INDEX,
  LEAVE_TICKET,
  MAX_TICKET,
  SPIN_INDEX,
  TICKET_INDEX,
} from './protocol.js'
import { spinFor } from './spin.js'

const ABORT_INDEX = ABORT >>> 2

/** A sleeping worker looks around this often; nothing depends on it. */
const SLEEP_MS = 10_000
/** A worker that was woken ahead of its round: longer than the admission of some thousand
 * messages. */
export const ROUSED_SPIN_US = 3_000
/** Waking all threads takes the coordinator no longer, while it has a core. */
const GRACE_US = 20

/** The last ticket: read before `serve` starts. */
export function currentTicket(words: Int32Array): number {
  return Atomics.load(words, TICKET_INDEX)
}

/**
 * Coordinator: all that the round needs is written; let the threads begin.
 * @param spinMicroseconds how long they shall spin for the next one
 */
export function publishRound(words: Int32Array, spinMicroseconds: number): void {
  words[SPIN_INDEX] = spinMicroseconds
  Atomics.store(words, DONE_INDEX, 0)
  const ticket = Atomics.load(words, TICKET_INDEX)
  Atomics.store(words, TICKET_INDEX, ticket >= MAX_TICKET || ticket < 0 ? 1 : ticket + 1)
  Atomics.notify(words, TICKET_INDEX)
  Atomics.store(words, COORDINATOR_INDEX, Atomics.load(words, TICKET_INDEX))
}

/** Coordinator: a round will begin soon; who sleeps wakes up and spins. */
export function rouse(words: Int32Array): void {
  Atomics.notify(words, TICKET_INDEX)
}

/** Coordinator: every thread leaves `serve`. */
export function publishLeave(words: Int32Array): void {
  Atomics.store(words, TICKET_INDEX, LEAVE_TICKET)
  Atomics.notify(words, TICKET_INDEX)
}

/** Coordinator, while no thread serves: tickets start again. */
export function resetTicket(words: Int32Array, spinMicroseconds: number): void {
  words[SPIN_INDEX] = spinMicroseconds
  Atomics.store(words, DONE_INDEX, 0)
  Atomics.store(words, TICKET_INDEX, 0)
  Atomics.store(words, COORDINATOR_INDEX, 0)
}

/** Worker: sleeps until there is a ticket other than `seen`, and returns it. */
export function awaitTicket(words: Int32Array, seen: number): number {
  const isOver = (): boolean => Atomics.load(words, TICKET_INDEX) !== seen
  const microseconds = words[SPIN_INDEX]!
  if (!spinFor(Math.min(microseconds, GRACE_US), isOver) && !spinOn(words, seen, isOver)) {
    do {
      const isRoused = Atomics.wait(words, TICKET_INDEX, seen, SLEEP_MS) === 'ok'
      if (isRoused && microseconds > 0) spinFor(ROUSED_SPIN_US, isOver)
    } while (!isOver())
  }
  return Atomics.load(words, TICKET_INDEX)
}

/** Unless the coordinator has not even begun its share: then it waits for the core of this thread,
 * which has been woken in its place. */
function spinOn(words: Int32Array, seen: number, isOver: () => boolean): boolean {
  return Atomics.load(words, COORDINATOR_INDEX) === seen && spinFor(words[SPIN_INDEX]!, isOver)
}

/** Worker: all that it wrote in the round is visible to who sees the count. */
export function reportDone(words: Int32Array, threads: number): void {
  if (Atomics.add(words, DONE_INDEX, 1) === threads - 1) Atomics.notify(words, DONE_INDEX)
}

/** How many threads have ended the round. */
export function readDone(words: Int32Array): number {
  return Atomics.load(words, DONE_INDEX)
}

/** ES2024; TypeScript's library for ES2023 does not know it. */
interface WaitAsyncAtomics {
  waitAsync?(words: Int32Array, index: number, value: number, timeoutMs: number): { value: unknown }
}

/**
 * Resolves soon after ROUND_DONE is not `count` any more, or after `timeoutMs`; the event loop
 * turns.
 */
export async function doneHasChanged(
  words: Int32Array,
  count: number,
  timeoutMs: number,
): Promise<void> {
  const atomics = Atomics as WaitAsyncAtomics
  if (atomics.waitAsync !== undefined) {
    await atomics.waitAsync(words, DONE_INDEX, count, timeoutMs).value
    return
  }
  // Firefox before 145: look again after a turn of the event loop
  await new Promise((resolve) => setTimeout(resolve, 0))
}

/** Wakes a coordinator that waits in `doneHasChanged` without anything having changed. */
export function wakeCoordinator(words: Int32Array): void {
  Atomics.notify(words, DONE_INDEX)
}

/** Tells every worker to claim nothing more, unless somebody has given another reason before. */
export function requestAbort(words: Int32Array, reason: number): void {
  Atomics.compareExchange(words, ABORT_INDEX, ABORT_NONE, reason)
}

/** Whether this call is the one that reports the fault; then it writes down what it was. */
export function claimFault(words: Int32Array): boolean {
  return Atomics.compareExchange(words, ABORT_INDEX, ABORT_NONE, ABORT_FAULT) === ABORT_NONE
}
