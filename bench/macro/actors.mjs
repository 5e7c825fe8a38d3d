// What only actors do: messages and groups. Every case on 1 worker and on more, one root.
//
//   transfers    ether among so many accounts: no code runs
//   hot          all call one contract, which has one group: nothing can be parallel
//   many         the same calls to 64 contracts: everything can
//   fan-out      one contract sends a message to each of 64 others, which work
//   pairs        contracts that send one message to and fro, and work: round after round
import { callsOf, fanOut, rallies } from '../lib/actor-workloads.mjs'
import { expectEqual, goingOn, workerCounts } from '../lib/engines.mjs'
import { takeTurnsBeside, withIndependentEngines } from '../lib/independent.mjs'
import { number, table } from '../lib/table.mjs'
import { transfers } from '../lib/workloads.mjs'

/** Iterations of the counting loop: about 100 µs, and 2.5 µs. */
const LONG_WORK = 24_000
const SHORT_WORK = 600
/** As many as the gas of one transaction pays for. */
const LONG_ROUNDS = 20

const CASES = [
  ...[2, 10, 100, 1_000, 10_000].flatMap((accounts) =>
    [1_000, 10_000].map((count) => [
      `${number(count, 0)} transfers, ${number(accounts, 0)} accounts`,
      () => transfers(count, accounts),
    ]),
  ),
  ['hot: 1,000 calls of 1', () => callsOf(1, 1_000, SHORT_WORK)],
  ['many: 1,000 calls of 64', () => callsOf(64, 1_000, SHORT_WORK)],
  ['fan-out to 64', () => fanOut(64, SHORT_WORK)],
  ['8 pairs, 100 µs each', () => rallies(8, LONG_ROUNDS, LONG_WORK)],
  ['2 pairs, 100 µs each', () => rallies(2, LONG_ROUNDS, LONG_WORK)],
]
const SMOKE_CASES = ['fan-out to 64', '8 pairs, 100 µs each']

export const actors = {
  name: 'actors',
  title: 'messages, 1 worker against more',

  async run({ smoke }) {
    const rows = []
    await withIndependentEngines(workerCounts(), async (engines) => {
      for (const [name, make] of CASES) {
        if (smoke && !SMOKE_CASES.includes(name)) continue
        rows.push(...(await measure(name, make(), engines, smoke)))
      }
    })
    return { rows, text: render(rows) }
  },
}

async function measure(name, workload, engines, smoke) {
  const counts = workerCounts()
  const own = await Promise.all(
    counts.map((workers) => goingOn({ workers, memory: 2 ** 28 }, workload)),
  )
  const results = counts.map(() => [])
  const contestants = own.map(({ execute }, i) => async () => {
    const result = await execute()
    results[i].push(result)
    return result.timing.execution
  })
  const turns = smoke ? { warmups: 0, runs: 1 } : { warmups: 3, runs: 9 }
  const { summaries, machine } = await takeTurnsBeside(engines, counts, contestants, turns)
  for (const { dispose } of own) await dispose()
  const [alone] = results
  const [first] = alone
  if (first.receipts.some(({ status }) => status !== 1)) throw new Error(`${name}: a call failed`)
  for (const shared of results) {
    for (const [i, { stateRoot }] of shared.entries()) {
      expectEqual(`state root of ${name}`, stateRoot, alone[i].stateRoot)
    }
  }
  const messages = first.rounds.reduce((sum, { messageCount }) => sum + messageCount, 0)
  return counts.map((workers, i) => ({
    case: name,
    workers,
    ...summaries[i],
    rounds: first.rounds.length,
    messages,
    messagesPerSecond: (messages / summaries[i].median) * 1e3,
    speedUp: summaries[0].median / summaries[i].median,
    machine: machine[i],
    root: first.stateRoot,
  }))
}

function render(rows) {
  return table([
    ['case', 'workers', 'ms', 'min', 'max', 'rounds', 'messages/s', 'speed-up', 'machine'],
    ...rows.map((row) => [
      row.case,
      row.workers,
      number(row.median, 2),
      number(row.min, 2),
      number(row.max, 2),
      number(row.rounds, 0),
      number(row.messagesPerSecond, 0),
      `${number(row.speedUp, 2)} ×`,
      `${number(row.machine, 2)} ×`,
    ]),
  ])
}
