/**
 * Kills threads of an engine in Node from outside, wherever they are in their code: what a crash
 * or the system's out-of-memory killer does. The engine is not told.
 */
import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

/** Threads that were started and not ended yet, in order. */
const living = new Set<threads.Worker>()

class WatchedWorker extends threads.Worker {
  constructor(...parameters: ConstructorParameters<typeof threads.Worker>) {
    super(...parameters)
    living.add(this)
    this.once('exit', () => living.delete(this))
  }
}

threads.Worker = WatchedWorker
// The engine imports `{ Worker }`
syncBuiltinESMExports()

export function livingThreads(): readonly threads.Worker[] {
  return [...living]
}

const now = performance.now.bind(performance)
let countdown = 0
let strike: (() => void) | undefined
let ticks = 0

/**
 * The calling thread reads the clock between groups, while it spins, and in every injected delay:
 * at the `tick`-th reading from now on `action` is called, in the middle of a round like as not.
 */
export function atTick(tick: number, action: () => void): void {
  countdown = tick
  strike = action
}

/** What has not struck by now does not strike any more. */
export function disarm(): void {
  strike = undefined
}

/** Readings of the clock since the last call. */
export function takeTicks(): number {
  const taken = ticks
  ticks = 0
  return taken
}

performance.now = () => {
  ticks++
  if (strike !== undefined && --countdown <= 0) {
    const action = strike
    strike = undefined
    action()
  }
  return now()
}
