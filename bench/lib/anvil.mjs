// anvil, Foundry's node on revm, as a native reference, where somebody has it: ACTOR_EVM_ANVIL
// names the binary, or PATH has it.
//
// What can be timed from outside is `evm_mine` on a full mempool. An empty block on the same state
// is taken off, since anvil computes the root of all accounts anew for every block. What is left is
// the execution of the transactions with anvil's inspectors, their choice from the mempool, and
// receipts with their roots. Senders are given, not recovered.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { summarize } from './measure.mjs'
import { CHAIN_ID } from './peer.mjs'

const BATCH = 500
const START_TIMEOUT_MS = 30_000
const EMPTY_BLOCKS = 3
const ZERO_WORD = `0x${'00'.repeat(32)}`

const LEFT_OUT = 'anvil is left out: neither ACTOR_EVM_ANVIL nor PATH leads to it'
const INSIDE =
  'anvil: evm_mine less that of an empty block; execution with its inspectors, mempool, receipts'

/** @returns `{remark, measure(workload, runs)}`; without anvil, measure gives undefined */
export async function openAnvil() {
  const binary = findBinary()
  if (binary === undefined) return { remark: LEFT_OUT, measure: async () => undefined }
  return { remark: INSIDE, measure: (workload, runs) => measure(binary, workload, runs) }
}

function findBinary() {
  const given = process.env.ACTOR_EVM_ANVIL
  if (given !== undefined) return existsSync(given) ? given : undefined
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'anvil')).find((path) => existsSync(path))
}

async function measure(binary, workload, runs) {
  const samples = []
  let gasUsed
  for (let run = 0; run < runs; run++) {
    const mined = await withAnvil(binary, workload, mineOnce)
    samples.push(mined.ms)
    gasUsed = mined.gasUsed
  }
  return { ...summarize(samples), gasUsed }
}

async function mineOnce(call, workload) {
  const { transactions } = workload.peer()
  for (let i = 0; i < transactions.length; i += BATCH) {
    const batch = transactions.slice(i, i + BATCH)
    await call(batch.map((tx) => ['eth_sendTransaction', [asRequest(tx)]]))
  }
  const full = await timeBlock(call)
  const [block] = await call([['eth_getBlockByNumber', ['latest', false]]])
  if (block.transactions.length !== transactions.length) {
    throw new Error(`anvil mined ${block.transactions.length} of ${transactions.length}`)
  }
  const empty = []
  for (let i = 0; i < EMPTY_BLOCKS; i++) empty.push(await timeBlock(call))
  return { ms: full - Math.min(...empty), gasUsed: Number(block.gasUsed) }
}

async function timeBlock(call) {
  const start = performance.now()
  await call([['evm_mine', []]])
  return performance.now() - start
}

const hex = (value) => `0x${value.toString(16)}`

function asRequest(tx) {
  return {
    from: tx.getSenderAddress().toString(),
    to: tx.to.toString(),
    nonce: hex(tx.nonce),
    gas: hex(tx.gasLimit),
    gasPrice: hex(tx.gasPrice),
    value: hex(tx.value),
    data: `0x${Buffer.from(tx.data).toString('hex')}`,
  }
}

/** A fresh process with the workload's state; `use` gets a function that calls it. */
async function withAnvil(binary, workload, use) {
  const folder = mkdtempSync(join(tmpdir(), 'anvil-'))
  const genesis = join(folder, 'genesis.json')
  writeFileSync(genesis, JSON.stringify(genesisOf(workload)))
  const port = await freePort()
  const node = spawn(binary, argumentsFor(port, genesis, workload.env), { stdio: 'ignore' })
  const call = (calls) => post(port, calls)
  try {
    await untilReady(node, call)
    return await use(call, workload)
  } finally {
    node.kill()
    rmSync(folder, { recursive: true })
  }
}

function argumentsFor(port, genesis, env) {
  return [
    ...['--port', port, '--init', genesis, '--chain-id', CHAIN_ID, '--hardfork', 'osaka'],
    ...['--gas-limit', env.gasLimit, '--block-base-fee-per-gas', env.baseFeePerGas],
    ...['--no-mining', '--auto-impersonate', '--order', 'fifo', '--accounts', 1],
    ...['--no-request-size-limit', '--disable-min-priority-fee', '--quiet'],
  ].map(String)
}

function genesisOf({ alloc, env }) {
  const word = (value) => `0x${value.slice(2).padStart(64, '0')}`
  const accounts = Object.entries(alloc).map(([address, { storage = {}, ...account }]) => {
    const slots = Object.entries(storage).map(([key, value]) => [word(key), word(value)])
    return [address, { balance: '0x0', ...account, storage: Object.fromEntries(slots) }]
  })
  return {
    config: { chainId: CHAIN_ID },
    gasLimit: hex(env.gasLimit),
    baseFeePerGas: hex(env.baseFeePerGas),
    timestamp: hex(env.timestamp - 12),
    difficulty: '0x0',
    nonce: '0x0',
    extraData: '0x',
    mixHash: ZERO_WORD,
    coinbase: `0x${'00'.repeat(20)}`,
    alloc: Object.fromEntries(accounts),
  }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilReady(node, call) {
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const isUp = await call([['eth_chainId', []]]).then(() => true, () => false)
    if (isUp) return
    if (node.exitCode !== null || performance.now() > deadline) {
      throw new Error(`anvil does not start (exit code ${node.exitCode})`)
    }
    await sleep(20)
  }
}

/** @param calls `[method, params]` each @returns their results */
async function post(port, calls) {
  const body = calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }))
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answers = await response.json()
  const results = Array(calls.length)
  for (const { id, result, error } of answers) {
    if (error !== undefined) throw new Error(`anvil: ${calls[id][0]}: ${error.message}`)
    results[id] = result
  }
  return results
}
