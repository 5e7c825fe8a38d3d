// How long until something runs: from the import to the first block, in a process of its own each
// time; a new worker; and from a message to the first opcode of its activation.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEngine } from 'actor-evm'
import { assemble } from '../lib/bytecode.mjs'
import { executeOnce } from '../lib/engines.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'
import { quantity } from '../../examples/market/abi.mjs'

const FIRST_BLOCK = fileURLToPath(new URL('./first-block.mjs', import.meta.url))
const PLAYERS = [addressOf(40_000_001), addressOf(40_000_002)]
const TARGET = addressOf(40_000_003)
/** Messages to one contract in each round: enough that the clock can tell. */
const BURST = 32
const ROUNDS = 60
/** No limit of gas for a transaction (EIP-7825) yet. */
const FORK = 'prague'

export const start = {
  name: 'start',
  title: 'the time until something runs',

  async run({ smoke }) {
    const runs = smoke ? 1 : 9
    const rows = [
      { what: 'import to first block, ms', ...(await firstBlock('own', runs)) },
      { what: '  of it the import, ms', ...(await firstBlock('own', runs, 'importMs')) },
      { what: '  @ethereumjs/vm, ms', ...(await firstBlock('peer', runs)) },
      { what: 'a new worker is ready, ms', ...(await newWorker(runs)) },
      ...(await activation(smoke ? 1 : 20)),
    ]
    return { rows, text: render(rows) }
  },
}

async function firstBlock(who, runs, field = 'totalMs') {
  const samples = []
  for (let run = smoke(runs) ? 0 : -1; run < runs; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [FIRST_BLOCK, who])
    if (run >= 0) samples.push(JSON.parse(stdout)[field])
  }
  return summarize(samples)
}

const smoke = (runs) => runs === 1

/** What an engine of two workers takes longer to make than one of one. */
async function newWorker(runs) {
  const make = async (workers) => {
    const begin = performance.now()
    const engine = await createEngine({ semantics: 'actor', workers, memory: 2 ** 29 })
    const ms = performance.now() - begin
    await engine.dispose()
    return ms
  }
  const samples = []
  for (let run = smoke(runs) ? 0 : -2; run < runs; run++) {
    const difference = -(await make(1)) + (await make(2))
    if (run >= 0) samples.push(difference)
  }
  return summarize(samples)
}

/**
 * Two contracts pass a ball to and fro, and whoever has it sends BURST messages to a third one,
 * which stops at its first opcode: round by round, what one more activation takes. The same without
 * the burst is what a round takes by itself.
 */
async function activation(runs) {
  const withBurst = []
  const alone = []
  for (let run = -3; run < runs; run++) {
    const bursts = await rally(BURST)
    const balls = await rally(0)
    if (run < 0 && runs > 1) continue
    // The first and the last round are different
    withBurst.push(...bursts.slice(1, -1))
    alone.push(...balls.slice(1, -1))
  }
  const inline = percentiles(alone.map(({ ms }) => ms * 1e3))
  const each = percentiles(withBurst.map(({ ms }) => (ms * 1e3 - inline.median) / BURST))
  return [
    { what: 'message to activation, µs', ...each },
    { what: 'a round of one message, µs', ...inline },
  ]
}

async function rally(burst) {
  const send = (to, size) => `0 0 ${size} 0 0 ${to} 40000 CALL POP `
  const player = (partner) =>
    assemble(`0 CALLDATALOAD DUP1 ISZERO @end JUMPI 1 SWAP1 SUB 0 MSTORE
      ${send(TARGET, 0).repeat(burst)} 0 0 32 0 0 ${partner} GAS CALL POP end: STOP`)
  const alloc = {
    [addressOf(1)]: { balance: quantity(10n ** 24n) },
    [PLAYERS[0]]: { nonce: '0x1', code: player(PLAYERS[1]) },
    [PLAYERS[1]]: { nonce: '0x1', code: player(PLAYERS[0]) },
    [TARGET]: { nonce: '0x1', code: '0x00' },
  }
  const gas = 100_000_000
  const data = `0x${ROUNDS.toString(16).padStart(64, '0')}`
  const block = unsignedBlock([{ from: addressOf(1), to: PLAYERS[0], data, gas }], gas, FORK)
  const result = await executeOnce({ workers: 1, fork: FORK }, { alloc, ...block })
  if (result.rounds.length < ROUNDS) throw new Error(`only ${result.rounds.length} rounds`)
  return result.rounds
}

function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const p99 = sorted[Math.floor(0.99 * sorted.length)]
  return { ...summarize(values), p99 }
}

function render(rows) {
  return table([
    ['', 'median', 'min', 'max', 'p99'],
    ...rows.map((row) => [
      row.what,
      number(row.median, 2),
      number(row.min, 2),
      number(row.max, 2),
      row.p99 === undefined ? '–' : number(row.p99, 2),
    ]),
  ])
}
