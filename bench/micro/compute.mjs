// The programs of evm-benchmarks `main/`: one transaction each, whose state root must be the
// fixture's; then as many of the same as fill the time, in one block. The peer runs the same calls.
import { createBlock } from '@ethereumjs/block'
import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { join } from 'node:path'
import { expectEqual, withEngine } from '../lib/engines.mjs'
import { NO_FIXTURES, fixtureFolder, listFolder, readJson } from '../lib/fixtures.mjs'
import { summarize } from '../lib/measure.mjs'
import { CHAIN_ID, peerWith } from '../lib/peer.mjs'
import { number, table } from '../lib/table.mjs'

/** What the fixtures are made for. */
const FORK = 'london'
/** One block: long enough for the clock. */
const TARGET_MS = 30
const MAX_REPEATS = 5_000
const UNLIMITED_GAS = 2 ** 52
const RICH = `0x${'ff'.repeat(20)}`

export const compute = {
  name: 'compute',
  title: 'evm-benchmarks main/, against @ethereumjs/evm',

  async run({ smoke }) {
    const folder = fixtureFolder('evm-benchmarks/main')
    if (folder === undefined) return { text: NO_FIXTURES }
    const cases = listFolder(folder).flatMap((file) => casesOf(readJson(join(folder, file))))
    const rows = []
    for (const it of smoke ? cases.slice(0, 1) : cases) rows.push(await measure(it, smoke))
    const geometricMean = Math.exp(mean(rows.map(({ timesOfPeer }) => Math.log(timesOfPeer))))
    return { rows, geometricMean, text: render(rows, geometricMean) }
  },
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** One for each set of data. */
function casesOf(file) {
  return Object.entries(file).flatMap(([program, { env, pre, post, transaction, _info }]) =>
    post.London.map(({ hash, indexes }) => ({
      name: `${program}/${_info.labels[indexes.data] ?? indexes.data}`,
      env,
      pre,
      root: hash,
      data: transaction.data[indexes.data],
      gas: transaction.gasLimit[indexes.gas],
      value: transaction.value[indexes.value],
      transaction,
    })),
  )
}

async function measure(it, smoke) {
  const { gasUsed, prepared } = await checkRoot(it)
  const run = (count) => runMany(it, prepared, gasUsed, count)
  const first = await run(1)
  const repeats = smoke ? 1 : Math.max(1, Math.min(MAX_REPEATS, Math.floor(TARGET_MS / first)))
  const own = []
  const peer = []
  const peerRepeats = smoke ? 1 : Math.max(1, Math.min(200, Math.floor(repeats / 50)))
  for (let i = smoke ? 0 : -3; i < (smoke ? 1 : 7); i++) {
    const ms = await run(repeats)
    if (i >= 0) own.push(ms)
    // A peer that takes a second is measured well enough by two runs
    if (i < -1 || (i > 1 && peer[0] > 500)) continue
    const peerMs = await runPeer(it, gasUsed, peerRepeats)
    if (i >= 0 || peerMs > 2_000) peer.push(peerMs)
  }
  const ours = summarize(own)
  const theirs = summarize(peer)
  return {
    program: it.name,
    gasUsed,
    ...ours,
    mgasPerSecond: gasUsed / ours.median / 1e3,
    peerMs: theirs.median,
    timesOfPeer: ours.median / theirs.median,
  }
}

const engineOptions = { fork: FORK, semantics: 'ethereum', workers: 1, chainId: CHAIN_ID }

/** The transaction as the fixture has it leads to the fixture's state root. */
async function checkRoot(it) {
  const { env, transaction } = it
  const input = {
    env: {
      number: env.currentNumber,
      timestamp: env.currentTimestamp,
      gasLimit: env.currentGasLimit,
      baseFeePerGas: env.currentBaseFee,
      coinbase: env.currentCoinbase,
      difficulty: env.currentDifficulty,
      prevRandao: env.currentRandom,
    },
    transactions: [
      {
        nonce: transaction.nonce,
        gasLimit: it.gas,
        gasPrice: transaction.gasPrice,
        to: transaction.to,
        value: it.value,
        data: it.data,
        secretKey: transaction.secretKey,
      },
    ],
  }
  return withEngine(engineOptions, it.pre, async (engine) => {
    const prepared = await engine.prepareBlock(input)
    const { gasUsed, stateRoot } = await engine.executeBlock(prepared)
    expectEqual(`state root of ${it.name}`, stateRoot, it.root)
    return { gasUsed, prepared }
  })
}

/**
 * The same transaction with one nonce after the other, after a first one that finds nothing decoded
 * and memory that the system has yet to give (of snailtracer 8 MB, in a fifth of its time), as the
 * peer's has been given by its earlier calls. @returns milliseconds for one
 */
async function runMany(it, prepared, gasUsed, count) {
  const { sender: payer } = it.transaction
  const alloc = { ...it.pre, [payer]: { ...it.pre[payer], balance: RICH } }
  return withEngine(engineOptions, alloc, async (engine) => {
    const first = await engine.executeBlock(repeated(prepared, 0, 1))
    expectEqual(`gas of ${it.name}`, first.gasUsed, gasUsed)
    const { timing } = await engine.executeBlock(repeated(prepared, 1, count))
    return timing.execution / count
  })
}

/** A block of the transaction `count` times, from the `first` of its nonces on. */
function repeated(prepared, first, count) {
  const [tx] = prepared.transactions
  const [sender] = prepared.senders
  return prepared.changed({
    environment: { ...prepared.environment, gasLimit: BigInt(UNLIMITED_GAS) },
    transactions: Array.from({ length: count }, (_, i) => ({
      ...tx,
      nonce: tx.nonce + BigInt(first + i),
    })),
    senders: Array.from({ length: count }, () => sender),
  })
}

/** @returns milliseconds for one call */
async function runPeer(it, gasUsed, count) {
  const common = createCustomCommon({ chainId: CHAIN_ID }, Mainnet, { hardfork: FORK })
  const vm = await peerWith(it.pre, common)
  const header = {
    number: it.env.currentNumber,
    timestamp: it.env.currentTimestamp,
    gasLimit: it.env.currentGasLimit,
    baseFeePerGas: it.env.currentBaseFee,
  }
  const block = createBlock({ header }, { common, skipConsensusFormatValidation: true })
  const call = {
    to: createAddressFromString(it.transaction.to),
    caller: createAddressFromString(it.transaction.sender),
    data: hexToBytes(it.data),
    gasLimit: BigInt(it.gas),
    block,
  }
  let spent = 0n
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const { execResult } = await vm.evm.runCall(call)
    spent = execResult.executionGasUsed
    if (execResult.exceptionError !== undefined) throw new Error(`${it.name} failed in the peer`)
  }
  const ms = (performance.now() - start) / count
  // Refunds aside, the rest is intrinsic: it must cost more than the call, but not much more
  const intrinsic = gasUsed - Number(spent)
  if (intrinsic > 21_000 + 16 * call.data.length) {
    throw new Error(`${it.name}: the peer spends ${spent} gas, we ${gasUsed}`)
  }
  return ms
}

function render(rows, geometricMean) {
  return table([
    ['program', 'gas', 'ms', 'min', 'max', 'Mgas/s', '@ethereumjs/evm ms', 'time of peer'],
    ...rows.map((row) => [
      row.program,
      number(row.gasUsed, 0),
      number(row.median, 3),
      number(row.min, 3),
      number(row.max, 3),
      number(row.mgasPerSecond, 0),
      number(row.peerMs, 2),
      number(row.timesOfPeer, 4),
    ]),
    ['geometric mean', '', '', '', '', '', '', number(geometricMean, 4)],
  ])
}
