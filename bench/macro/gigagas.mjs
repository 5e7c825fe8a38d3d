// Blocks of about 1 Ggas: actors on 1 worker and on more, Ethereum's semantics, and @ethereumjs/vm.
// Execution is admission, rounds and settlement; senders are recovered before, roots come after.
import { executeOnce, expectEqual, workerCounts } from '../lib/engines.mjs'
import { summarize, takeTurns } from '../lib/measure.mjs'
import { peerWith, runTransactions } from '../lib/peer.mjs'
import { number, table } from '../lib/table.mjs'
import { tokenTransfers, transfers } from '../lib/workloads.mjs'

/** As many as pevm's blocks of 1 Ggas have. */
const TRANSFERS = 47_620
const TOKEN_TRANSFERS = 37_123

/** The peer needs a millisecond for each: what it gets is a block of the same kind. */
const PEER_TRANSACTIONS = 2_000
const SMOKE_TRANSACTIONS = 100

/** Name, transactions, block of so many. */
const WORKLOADS = [
  ['raw transfers', TRANSFERS, (count) => transfers(count)],
  ['ERC-20, one token', TOKEN_TRANSFERS, (count) => tokenTransfers(count, 1)],
  ['ERC-20, 100 tokens', TOKEN_TRANSFERS, (count) => tokenTransfers(count, 100)],
]

export const gigagas = {
  name: 'gigagas',
  title: 'blocks of 1 Ggas, senders recovered before',

  async run({ smoke }) {
    const rows = []
    for (const [name, count, make] of WORKLOADS) {
      const own = await measure(name, make(smoke ? SMOKE_TRANSACTIONS : count), smoke)
      const peer = await measurePeer(make(smoke ? SMOKE_TRANSACTIONS : PEER_TRANSACTIONS), smoke)
      for (const row of own) {
        row.timesPeer = row.transactionsPerSecond / peer.transactionsPerSecond
      }
      rows.push(...own, { workload: name, engine: '@ethereumjs/vm', timesPeer: 1, ...peer })
    }
    return { rows, text: render(rows) }
  },
}

async function measure(name, workload, smoke) {
  const contestants = [
    ...workerCounts().map((workers) => ['actor', workers]),
    ['ethereum', 1],
  ]
  const results = contestants.map(() => [])
  const runs = contestants.map(([semantics, workers], i) => async () => {
    const result = await executeOnce({ semantics, workers, memory: 2 ** 31 }, workload)
    results[i].push(result)
    return result.timing.execution
  })
  const summaries = await takeTurns(runs, smoke ? { warmups: 0, runs: 1 } : { warmups: 1, runs: 5 })
  check(name, contestants, results)
  const transactions = workload.transactionCount
  return contestants.map(([semantics, workers], i) => ({
    workload: name,
    engine: `${semantics}, ${workers} worker${workers === 1 ? '' : 's'}`,
    ...summaries[i],
    ...rates(workload.transactionCount, results[i][0].gasUsed, summaries[i].median),
    admissionMs: summarize(results[i].map(({ timing }) => timing.admission)).median,
    roundsMs: summarize(results[i].map(({ timing }) => timing.rounds)).median,
    stateRootMs: summarize(results[i].map(({ timing }) => timing.stateRoot)).median,
    wholeBlockMs: summarize(results[i].map(({ timing }) => timing.total)).median,
    root: results[i][0].stateRoot,
  }))
}

const rates = (transactions, gasUsed, ms) => ({
  transactions,
  transactionsPerSecond: (transactions / ms) * 1e3,
  mgasPerSecond: gasUsed / ms / 1e3,
})

/** One root whatever the number of workers. */
function check(name, contestants, results) {
  for (const [i, [semantics]] of contestants.entries()) {
    const first = contestants.findIndex(([other]) => other === semantics)
    for (const { stateRoot } of results[i]) {
      expectEqual(`state root of ${name}, ${semantics}`, stateRoot, results[first][0].stateRoot)
    }
  }
}

async function measurePeer(workload, smoke) {
  const ours = await executeOnce({ semantics: 'ethereum', workers: 1 }, workload)
  const samples = []
  for (let run = smoke ? 0 : -1; run < (smoke ? 1 : 2); run++) {
    const vm = await peerWith(workload.alloc)
    const { ms, gasUsed } = await runTransactions(vm, workload.peer)
    expectEqual('gas used by @ethereumjs/vm', gasUsed, ours.gasUsed)
    if (run >= 0) samples.push(ms)
  }
  const summary = summarize(samples)
  return { ...summary, ...rates(workload.transactionCount, ours.gasUsed, summary.median) }
}

function render(rows) {
  const optional = (value, digits) => (value === undefined ? '–' : number(value, digits))
  return table([
    [
      ...['workload', 'engine', 'txs', 'ms', 'min', 'max', 'tx/s', 'Mgas/s', '× peer'],
      ...['rounds ms', 'root ms', 'block ms'],
    ],
    ...rows.map((row) => [
      row.workload,
      row.engine,
      number(row.transactions, 0),
      number(row.median),
      number(row.min),
      number(row.max),
      number(row.transactionsPerSecond, 0),
      number(row.mgasPerSecond, 0),
      number(row.timesPeer),
      optional(row.roundsMs, 1),
      optional(row.stateRootMs, 1),
      optional(row.wholeBlockMs, 1),
    ]),
  ])
}
