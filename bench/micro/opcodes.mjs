// What each opcode costs: the time of a loop full of a snippet less that of the same loop without
// the opcode (lib/opcode-snippets.mjs), where POPs take its operands off the stack instead: these
// are added again. The peer runs the same code, and must use the same gas.
import { createAddressFromString } from '@ethereumjs/util'
import { quantity } from '../../examples/market/abi.mjs'
import { barChart } from '../lib/bar-chart.mjs'
import { assemble } from '../lib/bytecode.mjs'
import { expectEqual, withEngine } from '../lib/engines.mjs'
import { MEASURED, PREAMBLE, SNIPPETS, calleeSources } from '../lib/opcode-snippets.mjs'
import { peerWith } from '../lib/peer.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'

/** Repetitions of a snippet in its loop. */
const UNROLLED = 100
const MOST_ROUNDS = 300
/** What a loop may use: EIP-7825 allows a transaction 2^24. */
const GAS = 12_000_000
const TX_GAS = 2 ** 24
/** Short runs, and many: the least are undisturbed. An instruction takes it a microsecond. */
const PEER_ROUNDS = 10
const RUNS = 15
const PEER_RUNS = 30
const GAS_POP = 2
const SENDER = addressOf(1)
const OPTIONS = { semantics: 'ethereum', workers: 1 }
const ENGINES = ['actor-evm', '@ethereumjs/evm']
/** ns; below, differences of times say nothing. */
const LEAST_NS = 0.1

export const opcodes = {
  name: 'opcodes',
  title: 'each opcode, in a loop',

  async run({ smoke }) {
    const rows = []
    const pops = await measurePops(smoke)
    for (const [group, snippets] of Object.entries(SNIPPETS)) {
      for (const snippet of smoke ? snippets.slice(0, 1) : snippets) {
        rows.push({ group, ...(await measure(snippet, pops, smoke)) })
      }
    }
    return { rows, text: render(rows), picture: { file: 'opcodes.svg', svg: draw(rows) } }
  },
}

async function measure(snippet, pops, smoke) {
  const { own, peer } = await measureBoth(snippet, smoke)
  const more = count(snippet.base, 'POP') - count(snippet.body, 'POP')
  const gas = own.gas + GAS_POP * more
  const ns = own.ns + pops.own * more
  const mgasPerSecond = ns < LEAST_NS ? null : (gas / ns) * 1e3
  return { name: snippet.name, gas, ns, peerNs: peer.ns + pops.peer * more, mgasPerSecond }
}

/** ns of a POP: half of DUP1 POP, since neither can be had alone. */
async function measurePops(smoke) {
  const pair = { name: 'POP', stack: [1], body: 'DUP1 POP', base: '' }
  const { own, peer } = await measureBoth(pair, smoke)
  return { own: own.ns / 2, peer: peer.ns / 2 }
}

async function measureBoth(snippet, smoke) {
  const rounds = smoke ? 1 : await affordableRounds(snippet)
  const own = await measureOwn(snippet, rounds, smoke ? 1 : RUNS)
  const peerRounds = Math.min(rounds, PEER_ROUNDS)
  const peer = await measurePeer(snippet, peerRounds, smoke ? 1 : PEER_RUNS)
  expectEqual(`gas of ${snippet.name} in the peer`, peer.gas, own.gas)
  return { own, peer }
}

const count = (text, word) => text.split(' ').filter((item) => item === word).length

/** The rounds of the loop that a transaction can pay for. */
async function affordableRounds(snippet) {
  const { gas } = await measureOwn(snippet, 1, 1)
  return Math.max(1, Math.min(MOST_ROUNDS, Math.floor(GAS / ((gas + 50) * UNROLLED))))
}

/** Where a loop counts: no snippet goes there. */
const COUNTER = 8192

/** A loop of `rounds` × UNROLLED repetitions, above the words of `stack`. */
function loop(stack, body, rounds) {
  const repeated = Array.from({ length: UNROLLED }, (_, i) => body.replaceAll('%', `${i}`))
  return assemble(`${PREAMBLE} ${rounds} ${COUNTER} MSTORE ${stack.join(' ')}
    loop: ${repeated.join(' ')}
    1 ${COUNTER} MLOAD SUB DUP1 ${COUNTER} MSTORE @loop JUMPI STOP`)
}

const variants = ({ stack, body, base }, rounds) =>
  [body, base].map((text) => loop(stack, text, rounds))

function allocWith(code) {
  const codes = Object.entries(calleeSources).map(([at, source]) => [at, assemble(source)])
  return {
    [SENDER]: { balance: quantity(10n ** 24n) },
    ...Object.fromEntries([[MEASURED, code], ...codes].map(([at, it]) => [at, contractOf(it)])),
  }
}
const contractOf = (code) => ({ nonce: '0x1', balance: '0x1', code })

/** The least times of both variants: medians would differ by the moods of the machine.
 *  @returns ns and gas of one repetition, the base taken off */
async function measureOwn(snippet, rounds, runs) {
  const codes = variants(snippet, rounds)
  const least = codes.map(() => Infinity)
  const gas = codes.map(() => 0)
  for (let run = 0; run < runs; run++) {
    for (const [i, code] of codes.entries()) {
      const result = await runOwn(code)
      least[i] = Math.min(least[i], result.timing.execution)
      gas[i] = result.gasUsed
    }
  }
  return perRepetition(least, gas, rounds)
}

function runOwn(code) {
  const block = unsignedBlock([{ from: SENDER, to: MEASURED, gas: TX_GAS }], TX_GAS)
  return withEngine(OPTIONS, allocWith(code), async (engine) => {
    const result = await engine.executeBlock(await block.prepared(engine))
    expectEqual('status', result.receipts[0].status, 1)
    return result
  })
}

async function measurePeer(snippet, rounds, runs) {
  const codes = variants(snippet, rounds)
  const least = codes.map(() => Infinity)
  const gas = codes.map(() => 0)
  for (let run = 0; run < runs; run++) {
    for (const [i, code] of codes.entries()) {
      const result = await runPeer(code)
      least[i] = Math.min(least[i], result.ms)
      gas[i] = result.gas
    }
  }
  return perRepetition(least, gas, rounds)
}

async function runPeer(code) {
  const vm = await peerWith(allocWith(code))
  const { block } = unsignedBlock([], TX_GAS).peer()
  const call = {
    to: createAddressFromString(MEASURED),
    caller: createAddressFromString(SENDER),
    gasLimit: BigInt(TX_GAS),
    block,
  }
  const start = performance.now()
  const { execResult } = await vm.evm.runCall(call)
  const ms = performance.now() - start
  if (execResult.exceptionError !== undefined) throw new Error(execResult.exceptionError.error)
  return { ms, gas: Number(execResult.executionGasUsed) }
}

function perRepetition([ms, baseMs], [gas, baseGas], rounds) {
  const repetitions = rounds * UNROLLED
  return { ns: ((ms - baseMs) * 1e6) / repetitions, gas: (gas - baseGas) / repetitions }
}

const nanoseconds = (value) =>
  value < LEAST_NS ? `< ${LEAST_NS}` : number(value, value < 100 ? 1 : 0)

function render(rows) {
  return table([
    ['opcode', 'gas', 'ns', 'Mgas/s', '@ethereumjs/evm ns'],
    ...rows.map((row) => [
      row.name,
      number(row.gas, 0),
      nanoseconds(row.ns),
      row.mgasPerSecond === null ? '' : number(row.mgasPerSecond, 0),
      nanoseconds(row.peerNs),
    ]),
  ])
}

function draw(rows) {
  const groups = Object.keys(SNIPPETS).map((name) => ({
    name,
    rows: rows
      .filter(({ group }) => group === name)
      .map((row) => ({ name: row.name, values: [row.ns, row.peerNs] })),
  }))
  const title = 'Time of each opcode, less that of copying its operands'
  return barChart({ title, unit: 'ns', series: ENGINES, groups, least: LEAST_NS })
}
