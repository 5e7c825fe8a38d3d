// What only actors do: messages, rounds, groups. Every case on 1 worker and on more, one root.
//
//   transfers    ether among so many accounts: no code runs
//   hot          all call one contract, which has one group: nothing can be parallel
//   many         the same calls to 64 contracts: everything can
//   fan-out      one contract sends a message to each of 64 others, which work
//   ping-pong    two contracts send one message to and fro: 1,000 rounds of one message
//   pairs        the same by 8 pairs at once: rounds that are not worth waking a worker, but do,
//                and rounds of some work in each activation
import { quantity } from '../../examples/market/abi.mjs'
import { assemble } from '../lib/bytecode.mjs'
import { executeOnce, expectEqual, workerCounts } from '../lib/engines.mjs'
import { takeTurnsBeside, withIndependentEngines } from '../lib/independent.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'
import { transfers } from '../lib/workloads.mjs'

const CALLER_BALANCE = quantity(10n ** 24n)
const FIRST_CONTRACT = 20_000_000
const ROUNDS = 1_000
/** Iterations of the counting loop: about 100 µs, and 2.5 µs. */
const LONG_WORK = 24_000
const SHORT_WORK = 600
/** All of a pair's work is paid by one transaction, which may have 2^24 gas (EIP-7825). */
const LONG_ROUNDS = 20

const contractAt = (i) => addressOf(FIRST_CONTRACT + i)

/** Counts down from the number on the stack. */
const LOOP = 'loop: 1 SWAP1 SUB DUP1 @loop JUMPI POP'
/** Works, then counts its calls in slot 0. */
const worker = (work) => assemble(`${work} ${LOOP} 0 SLOAD 1 ADD 0 SSTORE STOP`)
const call = (to, dataSize = 0) => `0 0 ${dataSize} 0 0 ${to} GAS CALL POP`
/** Sends on what it was sent less one, until that is zero. */
const player = (partner, work) =>
  assemble(`${work === 0 ? '' : `${work} ${LOOP}`}
    0 CALLDATALOAD DUP1 ISZERO @end JUMPI
    1 SWAP1 SUB 0 MSTORE ${call(partner, 32)} end: STOP`)

/** @param contracts codes @param targets indexes of the contracts that are called, one call each */
function contractCalls(contracts, targets, { gas, data = '0x' }) {
  const alloc = {}
  for (const [i, code] of contracts.entries()) alloc[contractAt(i)] = { nonce: '0x1', code }
  const calls = targets.map((target, i) => {
    const from = addressOf(i + 1)
    alloc[from] = { balance: CALLER_BALANCE }
    return { from, to: contractAt(target), data, gas }
  })
  return { alloc, ...unsignedBlock(calls, calls.length * gas) }
}

const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i))
const rallyFrom = (length) => `0x${length.toString(16).padStart(64, '0')}`

function pingPong(pairs, rounds, work) {
  const codes = repeat(2 * pairs, (i) => player(contractAt(i ^ 1), work))
  const targets = repeat(pairs, (i) => 2 * i)
  return contractCalls(codes, targets, { gas: 16_000_000, data: rallyFrom(rounds - 1) })
}

function fanOut(width, work) {
  const root = assemble(repeat(width, (i) => call(contractAt(i + 1))).join(' '))
  const codes = [root, ...repeat(width, () => worker(work))]
  return contractCalls(codes, [0], { gas: 16_000_000 })
}

const CASES = [
  ...[2, 10, 100, 1_000, 10_000].flatMap((accounts) =>
    [1_000, 10_000].map((count) => [
      `${number(count, 0)} transfers, ${number(accounts, 0)} accounts`,
      () => transfers(count, accounts),
    ]),
  ),
  ['hot: 1,000 calls of 1', () =>
    contractCalls([worker(SHORT_WORK)], repeat(1_000, () => 0), { gas: 100_000 })],
  ['many: 1,000 calls of 64', () =>
    contractCalls(
      repeat(64, () => worker(SHORT_WORK)),
      repeat(1_000, (i) => i % 64),
      { gas: 100_000 },
    )],
  ['fan-out to 64', () => fanOut(64, SHORT_WORK)],
  ['ping-pong, 1,000 rounds', () => pingPong(1, ROUNDS, 0)],
  // What small rounds would cost if they woke the workers: beside the same on 1, wake and barrier
  [
    '8 pairs, workers woken',
    () => pingPong(8, ROUNDS, 0),
    { simulation: { alwaysParallel: true } },
  ],
  ['8 pairs, 100 µs each', () => pingPong(8, LONG_ROUNDS, LONG_WORK)],
  ['2 pairs, 100 µs each', () => pingPong(2, LONG_ROUNDS, LONG_WORK)],
]
const SMOKE_CASES = ['fan-out to 64', '8 pairs, 100 µs each']

export const actors = {
  name: 'actors',
  title: 'messages and rounds, 1 worker against more',

  async run({ smoke }) {
    const rows = []
    await withIndependentEngines(workerCounts(), async (engines) => {
      for (const [name, make, options] of CASES) {
        if (smoke && !SMOKE_CASES.includes(name)) continue
        rows.push(...(await measure(name, make(), options, engines, smoke)))
      }
    })
    return { rows, text: render(rows) }
  },
}

async function measure(name, workload, extraOptions, engines, smoke) {
  const counts = workerCounts()
  const results = counts.map(() => [])
  const contestants = counts.map((workers, i) => async () => {
    const result = await executeOnce({ workers, memory: 2 ** 30, ...extraOptions }, workload)
    results[i].push(result)
    return result.timing.execution
  })
  const turns = smoke ? { warmups: 0, runs: 1 } : { warmups: 2, runs: 9 }
  const { summaries, machine } = await takeTurnsBeside(engines, counts, contestants, turns)
  const [first] = results[0]
  if (first.receipts.some(({ status }) => status !== 1)) throw new Error(`${name}: a call failed`)
  for (const result of results.flat()) {
    expectEqual(`state root of ${name}`, result.stateRoot, first.stateRoot)
  }
  return counts.map((workers, i) => {
    const rounds = results[i].flatMap((result) => result.rounds)
    const roundUs = summarize(rounds.map(({ ms }) => ms * 1e3))
    const messages = first.rounds.reduce((sum, { messageCount }) => sum + messageCount, 0)
    return {
      case: name,
      workers,
      ...summaries[i],
      rounds: first.rounds.length,
      messages,
      messagesPerSecond: (messages / summaries[i].median) * 1e3,
      medianRoundUs: roundUs.median,
      leastRoundUs: roundUs.min,
      speedUp: summaries[0].median / summaries[i].median,
      machine: machine[i],
      root: first.stateRoot,
    }
  })
}

function render(rows) {
  return table([
    [
      ...['case', 'workers', 'ms', 'min', 'max', 'rounds', 'µs a round', 'messages/s'],
      ...['speed-up', 'machine'],
    ],
    ...rows.map((row) => [
      row.case,
      row.workers,
      number(row.median, 2),
      number(row.min, 2),
      number(row.max, 2),
      number(row.rounds, 0),
      number(row.medianRoundUs, 1),
      number(row.messagesPerSecond, 0),
      `${number(row.speedUp, 2)} ×`,
      `${number(row.machine, 2)} ×`,
    ]),
  ])
}
