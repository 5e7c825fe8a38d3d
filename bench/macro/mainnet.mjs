// Real blocks of mainnet under Ethereum's semantics, on one worker, and the same in @ethereumjs/vm.
// Gas used, logs bloom and receipts root must be the header's. Execution: senders are recovered and
// the state is loaded before; roots, those in receipts before Byzantium too, are not counted, since
// the peer's state has none. Every run is the first on its engine, so decoding of codes is inside.
// Libraries of precompiles are loaded in the warm-up, once for the process.
import { createBlockFromRPC } from '@ethereumjs/block'
import { Common, Mainnet } from '@ethereumjs/common'
import { createAddressFromString } from '@ethereumjs/util'
import { join } from 'node:path'
import { expectEqual, withEngine } from '../lib/engines.mjs'
import { NO_FIXTURES, fixtureFolder, listFolder, readJson } from '../lib/fixtures.mjs'
import { summarize } from '../lib/measure.mjs'
import { peerWith, runTransactions } from '../lib/peer.mjs'
import { number, table } from '../lib/table.mjs'

const BLOCK_FILE = /^\d+\.json\.gz$/
/** Receipts before hold state roots, and only a part of the state is here. */
const BYZANTIUM = 4_370_000
const SMOKE_BLOCKS = 2
/**
 * The peer asks for a library before it reads a transaction with blobs, which no block here needs.
 */
const NO_KZG = { kzg: {} }

export const mainnet = {
  name: 'mainnet',
  title: 'blocks of mainnet, Ethereum semantics, senders recovered before',

  async run({ smoke }) {
    const folder = fixtureFolder('mainnet')
    if (folder === undefined) return { text: NO_FIXTURES }
    const codes = readJson(join(folder, 'codes.json.gz'))
    const files = listFolder(folder).filter((file) => BLOCK_FILE.test(file))
    files.sort((a, b) => Number.parseInt(a) - Number.parseInt(b))
    const rows = []
    for (const file of smoke ? files.slice(0, SMOKE_BLOCKS) : files) {
      rows.push(await measure(readJson(join(folder, file)), codes, smoke))
    }
    return { rows, total: totalOf(rows), text: render(rows) }
  },
}

async function measure(fixture, codes, smoke) {
  const alloc = readPreState(fixture, codes)
  const own = await measureOwn(fixture, alloc, smoke ? 1 : 7)
  const peer = await measurePeer(fixture, alloc, smoke ? 1 : 3)
  const { block, hardfork } = fixture
  return {
    block: fixture.number,
    fork: hardfork,
    transactions: block.transactions.length,
    mgas: Number(block.gasUsed) / 1e6,
    ms: own.median,
    rootMs: own.rootMs,
    peerMs: peer.median,
    timesPeer: peer.median / own.median,
  }
}

function readPreState({ preState }, codes) {
  const withCode = ({ codeHash, ...account }) =>
    codeHash === undefined ? account : { ...account, code: codes[codeHash] }
  return Object.fromEntries(
    Object.entries(preState).map(([address, account]) => [address, withCode(account)]),
  )
}

async function measureOwn(fixture, alloc, runs) {
  const { block, hardfork } = fixture
  const fork = hardfork === 'chainstart' ? 'frontier' : hardfork
  const options = { semantics: 'ethereum', workers: 1, fork }
  const samples = []
  const roots = []
  let prepared
  for (let run = runs > 1 ? -2 : 0; run < runs; run++) {
    const result = await withEngine(options, alloc, async (engine) => {
      prepared ??= await engine.prepareBlock(inputOf(fixture))
      return engine.executeBlock(prepared)
    })
    expectEqual('gas used', result.gasUsed, Number(block.gasUsed))
    expectEqual('logs bloom', result.logsBloom, block.logsBloom)
    if (fixture.number >= BYZANTIUM) {
      expectEqual('receipts root', result.receiptsRoot, block.receiptsRoot)
    }
    if (run < 0) continue
    samples.push(result.timing.execution)
    roots.push(result.timing.stateRoot)
  }
  return { ...summarize(samples), rootMs: summarize(roots).median }
}

function inputOf({ block, blockHashes }) {
  const env = {
    number: block.number,
    timestamp: block.timestamp,
    gasLimit: block.gasLimit,
    baseFeePerGas: block.baseFeePerGas,
    coinbase: block.miner,
    prevRandao: block.mixHash,
    difficulty: block.difficulty,
    parentHash: block.parentHash,
    parentBeaconBlockRoot: block.parentBeaconBlockRoot,
    excessBlobGas: block.excessBlobGas,
    blockHashes,
  }
  return { env, transactions: block.transactions, withdrawals: block.withdrawals ?? [] }
}

async function measurePeer(fixture, alloc, runs) {
  const common = new Common({ chain: Mainnet, hardfork: fixture.hardfork, customCrypto: NO_KZG })
  const block = createBlockFromRPC(fixture.block, [], { common, freeze: false })
  const transactions = block.transactions.map((tx, i) => {
    const sender = createAddressFromString(fixture.block.transactions[i].from)
    tx.getSenderAddress = () => sender
    return tx
  })
  const samples = []
  for (let run = runs > 1 ? -1 : 0; run < runs; run++) {
    const vm = await peerWith(alloc, common, fixture.blockHashes)
    const { ms, gasUsed } = await runTransactions(vm, { block, transactions })
    expectEqual('gas used by @ethereumjs/vm', gasUsed, Number(fixture.block.gasUsed))
    if (run >= 0) samples.push(ms)
  }
  return summarize(samples)
}

function totalOf(rows) {
  const sum = (field) => rows.reduce((total, row) => total + row[field], 0)
  return {
    block: 'total',
    fork: '',
    transactions: sum('transactions'),
    mgas: sum('mgas'),
    ms: sum('ms'),
    rootMs: sum('rootMs'),
    peerMs: sum('peerMs'),
    timesPeer: sum('peerMs') / sum('ms'),
  }
}

function render(rows) {
  return table([
    ['block', 'fork', 'txs', 'Mgas', 'ms', 'Mgas/s', '@ethereumjs/vm ms', '× peer', 'root ms'],
    ...[...rows, totalOf(rows)].map((row) => [
      row.block,
      row.fork,
      row.transactions,
      number(row.mgas, 2),
      number(row.ms, 2),
      number((row.mgas / row.ms) * 1e3, 0),
      number(row.peerMs),
      number(row.timesPeer),
      number(row.rootMs, 2),
    ]),
  ])
}
