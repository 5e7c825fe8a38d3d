// How long growing a shared memory takes, and how long it holds up a thread that works on it.
import { Worker } from 'node:worker_threads'

const PAGE_BYTES = 65_536
const MAX_PAGES = 65_535
/** What assembly/state/heap.ts grows by. */
const STEP_PAGES = 64
const BETWEEN_MS = 2
// Words of the flags
const ORDER = 0
const IS_RUNNING = 1
const LONGEST_US = 2
const FORGET = 1
const END = 2

/** Reads the memory, and notes the longest time between two looks at the clock. */
const READER = `
  const { workerData: { memory, flags } } = require('node:worker_threads')
  const words = new Int32Array(flags)
  const view = new Int32Array(memory.buffer)
  let last = performance.now()
  let longest = 0
  let sum = 0
  words[${IS_RUNNING}] = 1
  while (Atomics.load(words, ${ORDER}) !== ${END}) {
    for (let i = 0; i < 512; i++) sum += view[i]
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (Atomics.compareExchange(words, ${ORDER}, ${FORGET}, 0) === ${FORGET}) longest = 0
    words[${LONGEST_US}] = longest * 1000
  }
  process.exit(sum & 0)`

/** @returns `{stepMiB, steps, longestMs, medianMs, readerMs, idleReaderMs}` */
export async function measureGrowth(steps) {
  const memory = new WebAssembly.Memory({ initial: STEP_PAGES, maximum: MAX_PAGES, shared: true })
  const flags = new SharedArrayBuffer(16)
  const words = new Int32Array(flags)
  const reader = new Worker(READER, { eval: true, workerData: { memory, flags } })
  const ended = new Promise((resolve) => reader.once('exit', resolve))
  while (Atomics.load(words, IS_RUNNING) === 0) await sleep(BETWEEN_MS)
  const idle = await stepping(words, steps, () => undefined)
  const growing = await stepping(words, steps, () => memory.grow(STEP_PAGES))
  Atomics.store(words, ORDER, END)
  await ended
  const sorted = growing.times.sort((a, b) => a - b)
  return {
    stepMiB: (STEP_PAGES * PAGE_BYTES) / 2 ** 20,
    steps,
    longestMs: sorted.at(-1),
    medianMs: sorted[sorted.length >> 1],
    readerMs: growing.readerMs,
    idleReaderMs: idle.readerMs,
  }
}

async function stepping(words, steps, step) {
  Atomics.store(words, ORDER, FORGET)
  while (Atomics.load(words, ORDER) === FORGET) await sleep(BETWEEN_MS)
  const times = []
  for (let i = 0; i < steps; i++) {
    const start = performance.now()
    step()
    times.push(performance.now() - start)
    await sleep(BETWEEN_MS)
  }
  return { times, readerMs: words[LONGEST_US] / 1000 }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
