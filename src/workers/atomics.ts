/**
 * The only file with Atomics: the barriers of workers/protocol.ts. Waiting goes through the
 * Atomics.wait of JavaScript: Node 20 miscompiles the Wasm instruction. Every wait is bounded.
 */

import { ABORT, ABORT_FAULT, ABORT_NONE } from '../../assembly/abi/memory-map.js'
import { DONE_INDEX, LEAVE_TICKET, MAX_TICKET, TICKET_INDEX } from './protocol.js'

const ABORT_INDEX = ABORT >>> 2

/** A sleeping worker looks around this often; nothing depends on it. */
const SLEEP_MS = 10_000
/** Reading the clock costs more than looking at the word. */
const LOOKS_PER_CLOCK = 64

const MIN_SPIN_US = 5
/** Longer than the serial part between two rounds of a middling block. */
const MAX_SPIN_US = 400
const FIRST_SPIN_US = 100
/** A worker that was woken ahead of its round: longer than the admission of some thousand
 * messages. */
const ROUSED_SPIN_US = 3_000

/**
 * How long to spin before sleeping. Waking a thread costs 8–65 µs, seeing a word change 0.5 µs; but
 * spinning on a machine with fewer free cores than threads takes time from the one waited for. So
 * it follows what worked: a wait that ended in the spin makes the next longer, one that did not
 * makes it shorter.
 */
export class SpinLength {
  #microseconds: number
  readonly #isAllowed: boolean

  constructor(isAllowed: boolean) {
    this.#isAllowed = isAllowed
    this.#microseconds = isAllowed ? FIRST_SPIN_US : 0
  }

  /** Spins until `isOver`. Returns whether it was in time. */
  spin(isOver: () => boolean): boolean {
    if (isOver()) return true
    if (!this.#isAllowed) return false
    const inTime = spinFor(this.#microseconds, isOver)
    this.#microseconds = inTime
      ? Math.min(this.#microseconds * 1.25, MAX_SPIN_US)
      : Math.max(this.#microseconds * 0.75, MIN_SPIN_US)
    return inTime
  }

  /** After having been woken for nothing yet: what one was woken for is about to come. */
  spinRoused(isOver: () => boolean): boolean {
    return isOver() || (this.#isAllowed && spinFor(ROUSED_SPIN_US, isOver))
  }
}

function spinFor(microseconds: number, isOver: () => boolean): boolean {
  const end = performance.now() + microseconds / 1000
  do {
    for (let i = 0; i < LOOKS_PER_CLOCK; i++) if (isOver()) return true
  } while (performance.now() < end)
  return false
}

/** The last ticket: read before `serve` starts. */
export function currentTicket(words: Int32Array): number {
  return Atomics.load(words, TICKET_INDEX)
}

/** Coordinator: all that the round needs is written; let the threads begin. */
export function publishRound(words: Int32Array): void {
  Atomics.store(words, DONE_INDEX, 0)
  const ticket = Atomics.load(words, TICKET_INDEX)
  Atomics.store(words, TICKET_INDEX, ticket >= MAX_TICKET || ticket < 0 ? 1 : ticket + 1)
  Atomics.notify(words, TICKET_INDEX)
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
export function resetTicket(words: Int32Array): void {
  Atomics.store(words, DONE_INDEX, 0)
  Atomics.store(words, TICKET_INDEX, 0)
}

/** Worker: sleeps until there is a ticket other than `seen`, and returns it. */
export function awaitTicket(words: Int32Array, seen: number, spinLength: SpinLength): number {
  const isOver = (): boolean => Atomics.load(words, TICKET_INDEX) !== seen
  if (!spinLength.spin(isOver)) {
    do {
      if (Atomics.wait(words, TICKET_INDEX, seen, SLEEP_MS) === 'ok') spinLength.spinRoused(isOver)
    } while (!isOver())
  }
  return Atomics.load(words, TICKET_INDEX)
}

/** Worker: all that it wrote in the round is visible to who sees the count. */
export function reportDone(words: Int32Array, threads: number): void {
  if (Atomics.add(words, DONE_INDEX, 1) === threads - 1) Atomics.notify(words, DONE_INDEX)
}

export function isRoundDone(words: Int32Array, threads: number): boolean {
  return Atomics.load(words, DONE_INDEX) >= threads
}

/** ES2024; TypeScript's library for ES2023 does not know it. */
interface WaitAsyncAtomics {
  waitAsync?(words: Int32Array, index: number, value: number, timeoutMs: number): { value: unknown }
}

/** Resolves soon after ROUND_DONE has changed, or after `timeoutMs`; the event loop turns. */
export async function doneHasChanged(words: Int32Array, timeoutMs: number): Promise<void> {
  const count = Atomics.load(words, DONE_INDEX)
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

export function isAborted(words: Int32Array): boolean {
  return Atomics.load(words, ABORT_INDEX) !== ABORT_NONE
}

/** Whether this call is the one that reports the fault; then it writes down what it was. */
export function claimFault(words: Int32Array): boolean {
  return Atomics.compareExchange(words, ABORT_INDEX, ABORT_NONE, ABORT_FAULT) === ABORT_NONE
}
