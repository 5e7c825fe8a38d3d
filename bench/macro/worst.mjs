// The dearest known blocks of each kind, in nanoseconds a gas: what a chain's gas limit must be
// measured by. As many contracts as there are groups, each called once with all the gas that a
// transaction may have; on 1 worker and on more, under actor semantics. Precompiles have a bench of
// their own (`precompiles`), the time until a signal is heard has another (`deadlines`).
import { createEngine } from 'actor-evm'
import { assemble } from '../lib/bytecode.mjs'
import { expectEqual, workerCounts } from '../lib/engines.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'

const BALANCE = `0x${(10n ** 24n).toString(16)}`
const FIRST_CONTRACT = 50_000_000
const FIRST_OTHER = 60_000_000
/** As much as one transaction may have, about (EIP-7825). */
const MOST_GAS = 16_000_000
const GROUPS = 4

const ALL = 2n ** 256n - 1n
const A = 0xf1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff01n
const B = 0xc0ffee11223344556677889900aabbccddeeff0123456789abcdef0fedcba987n
const other = (i) => addressOf(FIRST_OTHER + i)

/** Repeats until so much gas is left; what `setup` has pushed stays on the stack. */
const loop = (body, { setup = '0', rest = 60_000 } = {}) =>
  `${setup} loop: ${body} ${rest} GAS LT ISZERO @loop JUMPI STOP`
const times = (count, text) => Array(count).fill(text).join(' ')
/** Keeps a counter on top of the stack, which begins elsewhere in each block. */
const BLOCKS = `${2n ** 255n}`
const FIRST_COUNT = `${BLOCKS} SLOAD DUP1 1 ADD ${BLOCKS} SSTORE 1 ADD 64 SHL`
const counted = (body, options) => loop(`${body} 1 ADD`, { setup: FIRST_COUNT, ...options })

/** Name → code of the contracts; `others`: code of the accounts that they use. */
const KINDS = [
  ['compute: JUMPDEST', loop(times(200, 'JUMPDEST'))],
  ['compute: ADD', loop(times(50, 'DUP1 ADD'), { setup: `${A}` })],
  ['compute: MULMOD', loop(times(20, 'DUP3 DUP3 DUP3 MULMOD POP'), { setup: `${ALL} ${A} ${B}` })],
  ['compute: SDIV', loop(times(20, 'DUP2 DUP2 SDIV POP'), { setup: `${2n ** 129n + 7n} ${A}` })],
  ['compute: EXP', loop(times(4, 'DUP1 DUP1 EXP POP'), { setup: `${ALL - 1n}` })],
  ['memory: 1 MB in each of nested frames', memoryKind()],
  ['memory: MCOPY of 32 kB', loop(times(8, '32768 32 0 MCOPY'))],
  ['memory: CALLDATACOPY of 32 kB', loop(times(8, '32768 0 0 CALLDATACOPY'))],
  ['hashing: KECCAK256 of 32 bytes', loop(times(10, '32 0 KECCAK256 0 MSTORE'))],
  ['hashing: KECCAK256 of 1 MB', loop('1048576 0 KECCAK256 0 MSTORE', { rest: 300_000 })],
  ['storage: SLOAD cold', counted('DUP1 SLOAD POP')],
  ['storage: SSTORE of new slots', counted('DUP1 DUP1 SSTORE')],
  ['storage: TSTORE of new keys', counted('DUP1 DUP1 TSTORE')],
  ['accounts: BALANCE cold', counted('DUP1 BALANCE POP')],
  ['logs: LOG0 of 4 kB', loop('4096 0 LOG0', { rest: 100_000 })],
  ['creations: of nothing', loop('0 0 0 CREATE POP', { rest: 100_000 })],
  ['creations: 49,152 bytes of initcode', counted('DUP1 49152 0 0 CREATE2 POP', { rest: 200_000 })],
  ['creations: 24,576 bytes of code', counted(deployBody(), { rest: 6_000_000 })],
  ['deletions: create and SELFDESTRUCT', counted(destructBody())],
  ['frames: DELEGATECALL of STOP', loop(times(8, `0 0 0 0 ${other(0)} GAS DELEGATECALL POP`))],
  [
    'views: STATICCALL that reads a slot',
    loop(times(4, `32 0 0 0 ${other(1)} GAS STATICCALL POP`)),
  ],
  ['credits: 1 wei to new accounts', counted('0 0 0 0 1 DUP6 GAS CALL POP')],
  ['rounds: to and fro', pingPong()],
  ['fan-out: messages to 64 others', loop(fanOutBody(64), { rest: 2_000_000 })],
  [
    'payloads: messages of 32 kB',
    loop(`0 0 32768 0 0 ${other(2)} 5000 CALL POP`, { rest: 200_000 }),
  ],
]

/** A byte at 1 MB, then the contract calls itself, as often as the gas pays for. */
function memoryKind() {
  return '2300000 GAS LT @end JUMPI 1 1048575 MSTORE8 0 0 0 0 0 ADDRESS GAS CALL POP end: STOP'
}

/** Initcode that returns 24,576 bytes with its address among them: a new code each. */
function deployBody() {
  const bytes = assemble('ADDRESS 32 MSTORE 24576 0 RETURN').slice(2)
  return `0x${bytes.padEnd(64, '0')} 0 MSTORE DUP1 32 0 0 CREATE2 POP`
}

/** Initcode that destroys what it makes. */
function destructBody() {
  const bytes = assemble('CALLER SELFDESTRUCT').slice(2)
  return `0x${bytes.padEnd(64, '0')} 0 MSTORE DUP1 32 0 0 CREATE2 POP`
}

function fanOutBody(width) {
  const send = (i) => `0 0 0 0 0 ${other(10 + i)} 5000 CALL POP`
  return Array.from({ length: width }, (_, i) => send(i)).join(' ')
}

/** A message back to whoever sent one; the first goes to a partner that does the same. */
function pingPong() {
  const answer = '0 0 0 0 0 CALLER GAS CALL POP STOP'
  return `CALLER ORIGIN EQ @first JUMPI ${answer} first: 0 0 0 0 0 ${other(3)} GAS CALL POP STOP`
}

const OTHERS = {
  [other(0)]: 'STOP',
  [other(1)]: '0 SLOAD 0 MSTORE 32 0 RETURN',
  [other(2)]: 'STOP',
  [other(3)]: '0 0 0 0 0 CALLER GAS CALL POP STOP',
  ...Object.fromEntries(Array.from({ length: 64 }, (_, i) => [other(10 + i), 'STOP'])),
}

export const worst = {
  name: 'worst',
  title: 'ns a gas, dearest known blocks of each kind',

  async run({ smoke }) {
    const rows = []
    for (const [name, source] of KINDS) rows.push(await measure(name, source, smoke))
    return { rows, text: render(rows) }
  },
}

async function measure(name, source, smoke) {
  const workload = blockOf(source, MOST_GAS)
  const counts = workerCounts()
  const samples = counts.map(() => [])
  let gasUsed = 0
  let root
  for (let run = smoke ? 0 : -1; run < (smoke ? 1 : 5); run++) {
    for (const [i, workers] of counts.entries()) {
      const result = await executeOn(workers, workload)
      root ??= result.stateRoot
      expectEqual(`state root of ${name}`, result.stateRoot, root)
      gasUsed = result.gasUsed
      const [root0] = result.rounds[0].messages
      if (root0.status !== 1) throw new Error(`${name}: ${root0.outcome}`)
      if (run >= 0) samples[i].push((result.timing.execution * 1e6) / gasUsed)
    }
  }
  return { name, gasUsed, nsPerGas: samples.map(summarize), workers: counts }
}

/** A fresh state each time, since the blocks fill it. */
async function executeOn(workers, { alloc, prepared }) {
  const engine = await createEngine({ workers, semantics: 'actor', memory: 3 * 2 ** 30 })
  try {
    await engine.loadGenesis(alloc)
    // What an engine executes first it also compiles
    await engine.executeBlock(await prepared(engine))
    return await engine.executeBlock(await prepared(engine, 1))
  } finally {
    await engine.dispose()
  }
}

function blockOf(source, gas) {
  const code = assemble(source)
  const alloc = Object.fromEntries(
    Object.entries(OTHERS).map(([address, text]) => [address, { nonce: 1, code: assemble(text) }]),
  )
  const calls = Array.from({ length: GROUPS }, (_, i) => {
    const to = addressOf(FIRST_CONTRACT + i)
    const from = addressOf(i + 1)
    alloc[to] = { nonce: 1, balance: BALANCE, code }
    alloc[from] = { balance: BALANCE }
    return { from, to, gas }
  })
  return { alloc, ...unsignedBlock(calls, GROUPS * gas) }
}

function render(rows) {
  const counts = rows[0].workers
  return table([
    ['block', 'Mgas', ...counts.map((count) => `ns a gas, ${count} worker${count > 1 ? 's' : ''}`)],
    ...rows.map(({ name, gasUsed, nsPerGas }) => [
      name,
      number(gasUsed / 1e6, 1),
      ...nsPerGas.map(({ median }) => number(median, 2)),
    ]),
  ])
}
