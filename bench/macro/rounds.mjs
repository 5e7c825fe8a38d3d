// What a round costs beside the messages that it delivers. Pairs of contracts send one message each
// to and fro, a thousand times, and do nothing else.
//
//   a message    what a round of 8 takes longer than a round of 1, by 7: the activation, with the
//                message that it sends, its grouping and its order
//   beside       of a round on 1 worker: all but its messages. Of a round that has woken the
//                others: all but its messages divided by the workers: waking, hand-over, barrier.
//                The engine would not do that by itself for so little (`simulation`)
import { rallies } from '../lib/actor-workloads.mjs'
import { expectEqual, goingOn, workerCounts } from '../lib/engines.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'

const MANY = 8
const ROUNDS = 1_000
const SMOKE_ROUNDS = 20

export const rounds = {
  name: 'rounds',
  title: 'µs of a round beside its messages',

  async run({ smoke }) {
    const length = smoke ? SMOKE_ROUNDS : ROUNDS
    const contestants = await Promise.all([
      contestant(1, 1, length),
      contestant(MANY, 1, length),
      ...workerCounts().slice(1).map((workers) => contestant(MANY, workers, length)),
    ])
    const runs = smoke ? 1 : 15
    for (let run = smoke ? 0 : -3; run < runs; run++) {
      for (const one of contestants) await one.execute(run >= 0)
    }
    for (const one of contestants) await one.dispose()
    const rows = contestants.map(({ messages, workers, medians }) => ({
      messages,
      workers,
      ...summarize(medians),
    }))
    const [one, many] = rows
    for (const of of ['median', 'min']) {
      const message = (many[of] - one[of]) / (MANY - 1)
      for (const row of rows) {
        row[`${of}Messages`] = (row.messages * message) / row.workers
        row[`${of}Beside`] = row[of] - row[`${of}Messages`]
      }
    }
    return { rows, text: render(rows) }
  },
}

async function contestant(messages, workers, length) {
  const simulation = workers === 1 ? undefined : { alwaysParallel: true }
  const engine = await goingOn(
    { workers, memory: 2 ** 28, simulation },
    rallies(messages, length, 0),
  )
  const medians = []
  const execute = async (counts) => {
    const result = await engine.execute()
    expectEqual('rounds', result.rounds.length, length)
    expectEqual('messages', result.rounds.at(-1).messageCount, messages)
    if (counts) medians.push(summarize(result.rounds.map(({ ms }) => ms * 1e3)).median)
  }
  return { messages, workers, medians, execute, dispose: engine.dispose }
}

function render(rows) {
  return table([
    ['messages', 'workers', 'µs a round', 'min', 'its messages', 'beside', 'least beside'],
    ...rows.map((row) => [
      row.messages,
      row.workers,
      number(row.median, 2),
      number(row.min, 2),
      number(row.medianMessages, 2),
      number(row.medianBeside, 2),
      number(row.minBeside, 2),
    ]),
  ])
}
