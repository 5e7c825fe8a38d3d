// How long after its signal work ends, in the midst of every stage and kind of code.
import { DEADLINES, isCancelled, timeToCancel } from '../lib/deadlines.mjs'
import { expectEqual } from '../lib/engines.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'

/** Milliseconds from the beginning to the signal: at different places of the work. */
const WAITS = [60, 170, 300]
const WORKERS = [1, 2]
const GOAL_MS = 50

export const deadlines = {
  name: 'deadlines',
  title: 'milliseconds from a signal to the CancelledError',

  async run({ smoke }) {
    const rows = []
    for (const kind of smoke ? DEADLINES.slice(0, 2) : DEADLINES) {
      const times = []
      for (const workers of WORKERS) times.push(await measure(kind, workers, smoke))
      rows.push({ name: kind.name, times })
      // It takes many minutes
      if (!smoke) process.stderr.write(`  ${[kind.name, ...times.flatMap(cellsOf)].join('  ')}\n`)
    }
    return { rows, text: render(rows) }
  },
}

async function measure(kind, workers, smoke) {
  const samples = []
  for (const wait of smoke ? WAITS.slice(0, 1) : WAITS) {
    const { error, isSame, ms } = await timeToCancel(kind, workers, wait)
    // It was done before: the machine is faster than the work is long
    if (error === undefined) continue
    if (!isCancelled(error)) throw error
    expectEqual(`state after ${kind.name}`, isSame, true)
    samples.push(ms)
  }
  return samples.length === 0 ? undefined : summarize(samples)
}

const toText = (ms) => `${number(ms, 1)}${ms > GOAL_MS ? ' !' : ''}`
const cellsOf = (times) =>
  times === undefined ? ['-', '-'] : [times.median, times.max].map(toText)

function render(rows) {
  return table([
    ['work', ...WORKERS.flatMap((count) => [`${count}: median`, 'most'])],
    ...rows.map(({ name, times }) => [name, ...times.flatMap(cellsOf)]),
  ])
}
