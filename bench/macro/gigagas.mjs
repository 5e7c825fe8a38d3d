// Blocks of about 1 Ggas: actors on 1 worker and on more, Ethereum's semantics, @ethereumjs/vm, and
// anvil where it is installed. Execution is admission, rounds and settlement; senders are recovered
// before, roots come after.
import { createEngine } from 'actor-evm'
import { openAnvil } from '../lib/anvil.mjs'
import { executeOnce, expectEqual, workerCounts } from '../lib/engines.mjs'
import { takeTurnsBeside, withIndependentEngines } from '../lib/independent.mjs'
import { summarize } from '../lib/measure.mjs'
import { peerWith, runTransactions } from '../lib/peer.mjs'
import { number, table } from '../lib/table.mjs'
import { actorSwaps, swaps, tokenTransfers, transfers } from '../lib/workloads.mjs'

/** As many as pevm's blocks of 1 Ggas have. */
const TRANSFERS = 47_620
const TOKEN_TRANSFERS = 37_123
const SWAPS = 10_800
const CLUSTERS = 64

/** The peer needs up to two milliseconds for each: it gets a block of the same kind. */
const PEER_TRANSACTIONS = 2_000
const PEER_SWAPS = 500
/** Its mempool takes minutes for 40,000. */
const ANVIL_TRANSACTIONS = 5_000
const SMOKE_TRANSACTIONS = 100
const SMOKE_PEER_TRANSACTIONS = 10

/** `make` makes a block of so many; `makeForActors` another one, where the contracts differ. */
const WORKLOADS = [
  { name: 'raw transfers', count: TRANSFERS, make: (count) => transfers(count) },
  { name: 'ERC-20, one token', count: TOKEN_TRANSFERS, make: (count) => tokenTransfers(count, 1) },
  {
    name: 'ERC-20, 100 tokens',
    count: TOKEN_TRANSFERS,
    make: (count) => tokenTransfers(count, 100),
  },
  {
    name: `swaps, ${CLUSTERS} pairs`,
    count: SWAPS,
    peerCount: PEER_SWAPS,
    make: (count) => swaps(count, CLUSTERS),
    makeForActors: (count) => actorSwaps(count, CLUSTERS),
  },
]

export const gigagas = {
  name: 'gigagas',
  title: 'blocks of 1 Ggas, senders recovered before',

  async run({ smoke }) {
    const rows = []
    const anvil = await openAnvil()
    await withIndependentEngines(workerCounts(), async (engines) => {
      for (const workload of WORKLOADS) {
        rows.push(...(await compare(workload, engines, anvil, smoke)))
      }
    })
    return { rows, text: `${render(rows)}\n\n  ${anvil.remark}` }
  },
}

async function compare({ name, count, peerCount, make, makeForActors }, engines, anvil, smoke) {
  const size = smoke ? SMOKE_TRANSACTIONS : count
  const ethereum = make(size)
  const actor = makeForActors === undefined ? ethereum : makeForActors(size)
  const rows = await measure(name, { actor, ethereum }, engines, smoke)
  const peerSize = smoke ? SMOKE_PEER_TRANSACTIONS : (peerCount ?? PEER_TRANSACTIONS)
  const peer = await measurePeer(make(peerSize), smoke)
  rows.push({ engine: '@ethereumjs/vm', ...peer })
  const native = await measureAnvil(make(smoke ? peerSize : ANVIL_TRANSACTIONS), anvil, smoke)
  if (native !== undefined) rows.push({ engine: 'anvil', ...native })
  const unit = peer.transactionsPerSecond
  return rows.map((row) => ({
    workload: name,
    timesPeer: row.transactionsPerSecond / unit,
    ...row,
  }))
}

async function measure(name, workloads, engines, smoke) {
  const counts = workerCounts()
  const contestants = [...counts.map((workers) => ['actor', workers]), ['ethereum', 1]]
  const results = contestants.map(() => [])
  // Engines that go on from block to block: their memory is there after the first
  const own = await Promise.all(
    contestants.map(async ([semantics, workers]) => {
      const engine = await createEngine({ semantics, workers, memory: 2 ** 31 })
      await engine.loadGenesis(workloads[semantics].alloc)
      return engine
    }),
  )
  const runs = contestants.map(([semantics], i) => async () => {
    const block = await workloads[semantics].prepared(own[i], results[i].length)
    const result = await own[i].executeBlock(block)
    results[i].push(whatCounts(result, results[i].length === 0))
    return result.timing.execution
  })
  const options = smoke ? { warmups: 0, runs: 2 } : { warmups: 2, runs: 5 }
  const { summaries, machine } = await takeTurnsBeside(engines, counts, runs, options).finally(() =>
    Promise.all(own.map((engine) => engine.dispose())),
  )
  check(name, contestants, results)
  const medianOf = (i, stage) => summarize(results[i].map(({ timing }) => timing[stage])).median
  return contestants.map(([semantics, workers], i) => ({
    engine: `${semantics}, ${workers} worker${workers === 1 ? '' : 's'}`,
    ...summaries[i],
    ...rates(workloads[semantics].transactionCount, results[i].at(-1).gasUsed, summaries[i].median),
    speedUp: workers === 1 ? undefined : summaries[0].median / summaries[i].median,
    machine: workers === 1 ? undefined : machine[i],
    admissionMs: medianOf(i, 'admission'),
    roundsMs: medianOf(i, 'rounds'),
    settlementMs: medianOf(i, 'settlement'),
    stateRootMs: medianOf(i, 'stateRoot'),
    wholeBlockMs: medianOf(i, 'total'),
    gasUsed: results[i].at(-1).gasUsed,
    root: results[i].at(-1).stateRoot,
  }))
}

const rates = (transactions, gasUsed, ms) => ({
  transactions,
  transactionsPerSecond: (transactions / ms) * 1e3,
  mgasPerSecond: gasUsed / ms / 1e3,
})

/** All receipts of all runs would be gigabytes. */
function whatCounts({ timing, gasUsed, stateRoot, receipts }, isFirst) {
  const failed = isFirst ? receipts.filter(({ status }) => status !== 1).length : 0
  return { timing, gasUsed, stateRoot, failed }
}

/** One root whatever the number of workers, and no transaction failed. */
function check(name, contestants, results) {
  for (const [i, [semantics]] of contestants.entries()) {
    const first = contestants.findIndex(([other]) => other === semantics)
    for (const [run, { stateRoot, failed }] of results[i].entries()) {
      expectEqual(`state root of ${name}, ${semantics}`, stateRoot, results[first][run].stateRoot)
      expectEqual(`failed transactions of ${name}, ${semantics}`, failed, 0)
    }
  }
}

async function measurePeer(workload, smoke) {
  const ours = await executeOnce({ semantics: 'ethereum', workers: 1 }, workload)
  const samples = []
  for (let run = smoke ? 0 : -1; run < (smoke ? 1 : 2); run++) {
    const vm = await peerWith(workload.alloc)
    const { ms, gasUsed } = await runTransactions(vm, workload.peer())
    expectEqual('gas used by @ethereumjs/vm', gasUsed, ours.gasUsed)
    if (run >= 0) samples.push(ms)
  }
  const summary = summarize(samples)
  return { ...summary, ...rates(workload.transactionCount, ours.gasUsed, summary.median) }
}

async function measureAnvil(workload, anvil, smoke) {
  const native = await anvil.measure(workload, smoke ? 1 : 3)
  if (native === undefined) return undefined
  const ours = await executeOnce({ semantics: 'ethereum', workers: 1 }, workload)
  expectEqual('gas used by anvil', native.gasUsed, ours.gasUsed)
  return { ...native, ...rates(workload.transactionCount, native.gasUsed, native.median) }
}

function render(rows) {
  const optional = (value, digits) => (value === undefined ? '–' : number(value, digits))
  const times = (value) => (value === undefined ? '–' : `${number(value, 2)} ×`)
  return table([
    [
      ...['workload', 'engine', 'txs', 'ms', 'min', 'max', 'tx/s', 'Mgas/s', '× peer'],
      ...['speed-up', 'machine', 'admission', 'rounds', 'settle', 'root ms', 'block ms'],
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
      times(row.speedUp),
      times(row.machine),
      optional(row.admissionMs, 1),
      optional(row.roundsMs, 1),
      optional(row.settlementMs, 1),
      optional(row.stateRootMs, 1),
      optional(row.wholeBlockMs, 1),
    ]),
  ])
}
