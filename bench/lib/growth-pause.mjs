// How long growing a shared memory takes, and how long it holds up a thread that works on it: here
// and in Chromium, whose pages do it in another way.
import { inChromium } from './chromium.mjs'

/** What assembly/memory/heap.ts grows by. */
const STEP_PAGES = 64

/**
 * @returns `{where, stepMiB, steps, medianMs, longestMs, readerMs, idleReaderMs}` for Node and,
 *   where there is one, for Chromium
 */
export async function measureGrowth(steps) {
  const parameters = { steps, stepPages: STEP_PAGES }
  const node = await measureHere(parameters)
  const chromium = await inChromium({ files: {}, parameters, script: measureHere })
  const all = [{ where: 'Node', ...node }, chromium && { where: 'Chromium', ...chromium }]
  return all.filter((it) => it !== undefined)
}

/** Runs in a page, too, so it refers to nothing outside itself. */
async function measureHere({ steps, stepPages }) {
  // Words that both threads see; `read`, which becomes text, has them as numbers
  const [ORDER, IS_RUNNING, LONGEST_US] = [0, 1, 2]
  const [IDLE, FORGET, END] = [0, 1, 2]
  const PAGE_BYTES = 65_536
  const MAX_PAGES = 65_535
  const BETWEEN_MS = 2

  /** Reads the memory, and notes the longest time between two looks at the clock. */
  const read = ({ memory, words }) => {
    const view = new Int32Array(memory.buffer)
    let last = performance.now()
    let longest = 0
    let sum = 0
    words[1] = 1
    while (Atomics.load(words, 0) !== 2) {
      for (let i = 0; i < 512; i++) sum += view[i]
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
      if (Atomics.compareExchange(words, 0, 1, 0) === 1) longest = 0
      words[2] = longest * 1000
    }
    words[3] = sum
  }
  const startReader = async (data) => {
    if (typeof process === 'undefined') {
      const source = `onmessage = ({ data }) => (${read})(data)`
      const reader = new Worker(URL.createObjectURL(new Blob([source])))
      reader.postMessage(data)
      return reader
    }
    const { Worker: NodeWorker } = await import('node:worker_threads')
    const source = `(${read})(require('node:worker_threads').workerData)`
    return new NodeWorker(source, { eval: true, workerData: data })
  }
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const stepping = async (words, step) => {
    Atomics.store(words, ORDER, FORGET)
    while (Atomics.load(words, ORDER) !== IDLE) await sleep(BETWEEN_MS)
    const times = []
    for (let i = 0; i < steps; i++) {
      const start = performance.now()
      step()
      times.push(performance.now() - start)
      await sleep(BETWEEN_MS)
    }
    return { times: times.sort((a, b) => a - b), readerMs: words[LONGEST_US] / 1000 }
  }

  const memory = new WebAssembly.Memory({ initial: stepPages, maximum: MAX_PAGES, shared: true })
  const words = new Int32Array(new SharedArrayBuffer(16))
  const reader = await startReader({ memory, words })
  while (Atomics.load(words, IS_RUNNING) === 0) await sleep(BETWEEN_MS)
  const idle = await stepping(words, () => undefined)
  const growing = await stepping(words, () => memory.grow(stepPages))
  Atomics.store(words, ORDER, END)
  await reader.terminate()
  return {
    stepMiB: (stepPages * PAGE_BYTES) / 2 ** 20,
    steps,
    medianMs: growing.times[steps >> 1],
    longestMs: growing.times.at(-1),
    readerMs: growing.readerMs,
    idleReaderMs: idle.readerMs,
  }
}
