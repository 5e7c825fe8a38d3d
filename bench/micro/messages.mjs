// What messages cost against what they pay (PROTOCOL 6): gas per second of the worst message bombs
// and of plain code, on 1 worker, for the whole block but its senders: admission, rounds,
// settlement, state root, receipts, virtual blocks' roots. G_MESSAGE and the price per word are
// right if no bomb is slower than ordinary plain code. Seconds are the process's own, so that what
// else the machine does is not counted.
import { quantity } from '../../examples/market/abi.mjs'
import { assemble } from '../lib/bytecode.mjs'
import { withEngine } from '../lib/engines.mjs'
import { takeTurns } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'
import { transfers } from '../lib/workloads.mjs'

const MEMORY_BYTES = 2 ** 32 - 2 ** 16
const BALANCE = quantity(10n ** 24n)
const FIRST_CONTRACT = 30_000_000
/** EIP-7825. */
const GAS = 2 ** 24
const TRANSACTIONS = 4
const SMOKE_TRANSACTIONS = 1
const RALLY_ROUNDS = 1_000
/** A loop stops before its gas is gone, or all of it would be undone: what an iteration takes … */
const RESERVE = 60_000
/** … and for each byte of a payload. */
const RESERVE_PER_BYTE = 4

const contractAt = (i) => addressOf(FIRST_CONTRACT + i)
/** Where the loops begin to count: addresses from here on are nobody's, not precompiles. */
const FIRST_NUMBER = 2 ** 32

const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i))
const repeated = (body, reserve = RESERVE) =>
  assemble(`${FIRST_NUMBER} loop: ${body} GAS ${reserve} LT @loop JUMPI STOP`)
/** A message of so many bytes with all gas, or with none. */
const send = (to, bytes, gas = 0) => `0 0 ${bytes} 0 0 ${to} ${gas} CALL POP`

/** `codes` one after the other from contract 0 on; transactions go to the first `count` of them. */
function block(codes, count, { gas = GAS, data = '0x' } = {}) {
  const alloc = Object.fromEntries(
    codes.map((code, i) => [contractAt(i), { nonce: '0x1', balance: '0x1', code }]),
  )
  const calls = repeat(count, (i) => {
    const from = addressOf(i + 1)
    alloc[from] = { balance: BALANCE }
    return { from, to: contractAt(i), data, gas }
  })
  return { alloc, ...unsignedBlock(calls, count * gas) }
}

/** The same code in as many contracts as there are transactions. */
const everywhere = (body) => (count) => block(repeat(count, () => repeated(body)), count)
/** The same with messages of so many bytes to one more contract, which does nothing unless told. */
const toSink = (bytes, gas = 0, sink = '0x00') => (count) => {
  const reserve = RESERVE + RESERVE_PER_BYTE * bytes
  const code = repeated(send(contractAt(count), bytes, gas), reserve)
  return block([...repeat(count, () => code), sink], count)
}

/** Sends what it was sent less one to its partner, until that is zero. */
const player = (partner) =>
  assemble(`0 CALLDATALOAD DUP1 ISZERO @end JUMPI 1 SWAP1 SUB 0 MSTORE
    ${send(partner, 32, 'GAS')} end: STOP`)

/** Contracts 0 … pairs - 1 are called, each plays with contract i + pairs. */
const rallies = (pairs) => () =>
  block(repeat(2 * pairs, (i) => player(contractAt((i + pairs) % (2 * pairs)))), pairs, {
    data: `0x${(RALLY_ROUNDS - 1).toString(16).padStart(64, '0')}`,
  })

/** Name, block of so many transactions. The counter of the loops lies on the stack. */
const PLAIN = [
  ['compute', everywhere('1 ADD DUP1 3 MUL POP')],
  ['keccak256 of 32 bytes', everywhere('32 0 KECCAK256 0 MSTORE')],
  ['call of itself', everywhere('0 0 0 0 0 ADDRESS 0 CALL POP')],
  ['SLOAD, cold', everywhere('1 ADD DUP1 SLOAD POP')],
  ['SSTORE, new', everywhere('1 ADD 1 DUP2 SSTORE')],
  ['BALANCE, cold', everywhere('1 ADD DUP1 BALANCE POP')],
  ['transfers', (count) => transfers(count * 799, count * 799)],
]
const BOMBS = [
  ['to one contract, no data', toSink(0)],
  ['to one account, 1 byte', everywhere(send(addressOf(1), 1))],
  ['to new accounts, 1 byte', everywhere('1 ADD 0 0 1 0 0 DUP6 0 CALL POP')],
  ['payload of 1 KiB', toSink(2 ** 10)],
  ['payload of 16 KiB', toSink(2 ** 14)],
  ['payload of 256 KiB', toSink(2 ** 18)],
  ['payload of 1 MiB', toSink(2 ** 20)],
  // As many bytes for the gas as there can be: the memory's price is 3 a word, and then its square
  ['57 KiB returned to nobody', toSink(0, 12_500, assemble(`${57 * 2 ** 10} 0 RETURN`))],
  ['one rally of 1,000 rounds', rallies(1)],
  ['8 rallies of 1,000 rounds', rallies(8)],
  ['64 rallies of 1,000 rounds', rallies(64)],
  ['5,000 senders to one', () =>
    block([...repeat(5_000, () => assemble(`${send(contractAt(5_000), 0)} STOP`)), '0x00'], 5_000, {
      gas: 40_000,
    })],
]

export const messages = {
  name: 'messages',
  title: 'gas per second of message bombs and of plain code, whole blocks, 1 worker',

  async run({ smoke }) {
    const count = smoke ? SMOKE_TRANSACTIONS : TRANSACTIONS
    const cases = [
      ...PLAIN.map(([name, make]) => ({ kind: 'plain', name, workload: make(count) })),
      ...BOMBS.map(([name, make]) => ({ kind: 'bomb', name, workload: make(count) })),
    ]
    const results = cases.map(() => [])
    const contestants = cases.map(({ workload }, i) => async () => {
      const { result, ms } = await execute(workload)
      results[i].push(result)
      return ms
    })
    const options = smoke ? { warmups: 0, runs: 1 } : { warmups: 1, runs: 3 }
    const summaries = await takeTurns(contestants, options)
    const rows = cases.map(({ kind, name }, i) => describe(kind, name, results[i], summaries[i]))
    return { rows, text: render(rows) }
  },
}

/** @returns milliseconds of the processor, senders and decoding left out */
function execute({ alloc, prepared }) {
  return withEngine({ workers: 1, memory: MEMORY_BYTES }, alloc, async (engine) => {
    const block = await prepared(engine)
    const start = process.cpuUsage()
    const result = await engine.executeBlock(block)
    const { user, system } = process.cpuUsage(start)
    return { result, ms: (user + system) / 1e3 }
  })
}

function describe(kind, name, results, summary) {
  const [{ gasUsed, receipts, rounds }] = results
  if (receipts.some(({ status }) => status !== 1)) throw new Error(`${name}: a call failed`)
  return {
    kind,
    name,
    ...summary,
    gasUsed,
    rounds: rounds.length,
    messages: rounds.slice(1).reduce((sum, { messageCount }) => sum + messageCount, 0),
    mgasPerSecond: gasUsed / summary.median / 1e3,
  }
}

function render(rows) {
  return table([
    ['block', 'Mgas', 'messages', 'rounds', 'CPU ms', 'Mgas/s'],
    ...rows.map((row) => [
      `${row.kind}: ${row.name}`,
      number(row.gasUsed / 1e6),
      number(row.messages, 0),
      number(row.rounds, 0),
      number(row.median),
      number(row.mgasPerSecond, 0),
    ]),
  ])
}
