// What a machine can give at this moment: engines in threads of their own, each with one worker, a
// memory and a block of its own, so that they have nothing to wait for but the machine. Cores that
// share a clock, a cache or a host do not run two such engines in the time of one; no speed-up of
// workers can be greater, and it says little without this one beside it.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { takeTurns } from './measure.mjs'

const THREAD = new URL('./independent-thread.mjs', import.meta.url)

class IndependentEngines {
  #threads

  /** @param count most that will run at once. Call dispose() in the end */
  constructor(count) {
    this.#threads = Array.from({ length: count }, () => new Worker(THREAD))
  }

  /** Milliseconds until the last of `count` engines that begin together has executed its block. */
  async run(count) {
    const threads = this.#threads.slice(0, count)
    await Promise.all(threads.map((thread) => ask(thread, 'prepare')))
    const times = await Promise.all(threads.map((thread) => ask(thread, 'go')))
    return Math.max(...times)
  }

  async dispose() {
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
  }
}

/** @param counts of workers, the first is 1 */
export async function withIndependentEngines(counts, use) {
  const engines = new IndependentEngines(Math.max(...counts))
  try {
    return await use(engines)
  } finally {
    await engines.dispose()
  }
}

async function ask(thread, command) {
  const answer = once(thread, 'message')
  thread.postMessage(command)
  const [value] = await answer
  return value
}

/**
 * `takeTurns`, and among the contestants as many independent engines at once as each of `counts`
 * says, so that they meet the same moments.
 * @param engines IndependentEngines
 * @returns `{summaries, machine}`: machine[i] says how many times the work of one engine the
 *   machine has done with counts[i]
 */
export async function takeTurnsBeside(engines, counts, contestants, options) {
  const independent = counts.map((count) => () => engines.run(count))
  const summaries = await takeTurns([...contestants, ...independent], options)
  const times = summaries.splice(contestants.length).map(({ median }) => median)
  return { summaries, machine: counts.map((count, i) => (count * times[0]) / times[i]) }
}
