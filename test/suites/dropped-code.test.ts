/**
 * Decoded code is dropped when it has used up its share of the memory: also that of frames which
 * wait for a callee. What runs then must not show it.
 */
import {
  createEngine, type BlockResult, type EngineOptions, type Hex, type Listener,
} from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CODE_BUDGET,
  CODE_TIGHT,
  WORKERS,
  WORKER_CODE_BYTES,
  WORKER_CODE_GENERATION,
  WORKER_SIZE,
} from '../../assembly/abi/memory-map.js'
import { bytesToHex } from '../../src/base/bytes.js'
import { Assembler, OP } from '../reference/assembler.js'
import { toHex } from '../reference/bytes.js'
import { lastMemory, unwatchMemories, watchMemories } from '../support/linear-memories.js'
import { ALICE, ENV, ETHER, call } from '../support/small-blocks.js'
import { Random } from '../unit/helpers/random.js'

const CONTRACTS = 24
const STRETCHES = 300
const GAS = 3_000_000
/** Each step takes 3 µs then. */
const TRACED_GAS = 500_000
const TEST_TIMEOUT_MS = 120_000
const addressOf = (i: number): Hex => `0x${(0xc0de00 + i).toString(16).padStart(40, '0')}`

beforeAll(watchMemories)
afterAll(unwatchMemories)

/**
 * Many stretches of code, which jump to one another in a random order, each way at once and by the
 * stack. Between them it calls another contract while there is gas, creates one, and counts.
 */
function wanderer(random: Random): Hex {
  const code = new Assembler()
  const labels = Array.from({ length: STRETCHES }, () => code.label())
  const order = labels.map((_, i) => i)
  for (let i = order.length - 1; i > 0; i--) {
    const other = random.nextInt(i + 1)
    ;[order[i], order[other]] = [order[other]!, order[i]!]
  }
  const nextOf = (i: number): number | undefined => order[order.indexOf(i) + 1]
  code.pushLabel(labels[order[0]!]!).op(OP.JUMP)
  for (const [i, label] of labels.entries()) {
    code.place(label)
    const what = random.nextInt(40)
    if (what === 0) callAny(code, random)
    else if (what === 1) create(code)
    else code.push(i).push(0).op(OP.MLOAD).push(31).op(OP.MUL, OP.ADD).push(0).op(OP.MSTORE)
    // A long one goes on in a segment of its own
    if (what === 2) for (let n = 0; n < 700; n++) code.op(OP.PC, OP.POP)
    const next = nextOf(i)
    if (next === undefined) end(code)
    else if (next !== i + 1 || random.nextInt(2) === 0) code.pushLabel(labels[next]!).op(OP.JUMP)
    if (random.nextInt(8) === 0) code.push(`0x${'7f'.repeat(32)}`, `0x${'5b'.repeat(32)}`)
  }
  return bytesToHex(code.finish())
}

/** A random one, with half of the gas, if there is enough; its success is counted. */
function callAny(code: Assembler, random: Random): void {
  const skip = code.label()
  code.push(60_000).op(OP.GAS, OP.LT).pushLabel(skip).op(OP.JUMPI)
  code.push(0, 0, 0, 0, 0, addressOf(random.nextInt(CONTRACTS))).push(2).op(OP.GAS, OP.DIV, OP.CALL)
  code.push(0).op(OP.MLOAD, OP.ADD).push(0).op(OP.MSTORE).place(skip)
}

/** A contract whose constructor calls this one's callees, too, and reverts if it has little gas. */
function create(code: Assembler): void {
  const initcode = new Assembler()
  const low = initcode.label()
  initcode.push(50_000).op(OP.GAS, OP.LT).pushLabel(low).op(OP.JUMPI)
  initcode.push(0, 0, 0, 0, 0, addressOf(1)).push(3).op(OP.GAS, OP.DIV, OP.CALL)
  initcode.push(0).op(OP.SSTORE, OP.STOP).place(low).push(0, 0).op(OP.REVERT)
  const bytes = initcode.finish()
  const skip = code.label()
  code.push(120_000).op(OP.GAS, OP.LT).pushLabel(skip).op(OP.JUMPI)
  for (let at = 0; at < bytes.length; at += 32) {
    const word = toHex(Uint8Array.from({ length: 32 }, (_, i) => bytes[at + i] ?? 0))
    code.push(word, 64 + at).op(OP.MSTORE)
  }
  code.push(bytes.length, 64, 0).op(OP.CREATE).push(0).op(OP.MLOAD, OP.ADD).push(0).op(OP.MSTORE)
  code.place(skip)
}

function end(code: Assembler): void {
  code.push(0).op(OP.MLOAD).push(0).op(OP.SLOAD).push(7).op(OP.MUL, OP.ADD).push(0)
    .op(OP.SSTORE, OP.STOP)
}

interface Run {
  readonly results: readonly BlockResult[]
  /** How often decoded code was dropped, by the workers. */
  readonly drops: number
}

async function execute(
  codes: readonly Hex[],
  { listener, ...options }: EngineOptions & { listener?: Listener },
  isTight: boolean,
): Promise<Run> {
  const engine = await createEngine({ fork: 'cancun', ...options })
  try {
    const words = new Uint32Array(lastMemory().buffer)
    const contracts = codes.map((code, i) => [addressOf(i), { nonce: 1, code }] as const)
    await engine.loadGenesis({
      [ALICE]: { balance: 1_000_000n * ETHER },
      ...Object.fromEntries(contracts),
    })
    const results: BlockResult[] = []
    let nonce = 0
    for (let number = 1; number <= 2; number++) {
      words[CODE_TIGHT >>> 2] = isTight ? 1 : 0
      const gasLimit = listener === undefined ? GAS : TRACED_GAS
      const transactions = [0, 1, 2, 3].map((i) => {
        return call({ to: addressOf(i), nonce: nonce++, gasLimit })
      })
      const env = { ...ENV, number, gasLimit: 10 * gasLimit }
      results.push(await engine.executeBlock({ env, transactions }, { listener }))
    }
    let drops = 0
    for (let id = 0; id < engine.workers; id++) {
      const at = (WORKERS + id * WORKER_SIZE) >>> 2
      drops += words[at + (WORKER_CODE_GENERATION >>> 2)]!
      if (isTight) {
        const most = 2 * words[CODE_BUDGET >>> 2]!
        expect(words[at + (WORKER_CODE_BYTES >>> 2)]).toBeLessThanOrEqual(most)
      }
    }
    return { results, drops }
  } finally {
    await engine.dispose()
  }
}

const facts = ({ results }: Run): unknown =>
  results.map(({ receiptsRoot, stateRoot, virtualBlocksRoot, receipts }) => {
    const gas = receipts.map(({ gasUsed, outcome }) => [gasUsed, outcome])
    return { receiptsRoot, stateRoot, virtualBlocksRoot, gas }
  })

describe('code that is dropped in the middle of a transaction', () => {
  it.each([
    { semantics: 'ethereum', workers: 1 },
    { semantics: 'ethereum', workers: 1, listener: { onStep: () => undefined } },
    { semantics: 'actor', workers: 1 },
    { semantics: 'actor', workers: 3, simulation: { alwaysParallel: true, delaySeed: 3 } },
  ] as const)('shows in no result: %o', async (options) => {
    const random = new Random(BigInt(options.workers) + 40n)
    const codes = Array.from({ length: CONTRACTS }, () => wanderer(random))
    const roomy = await execute(codes, { ...options, workers: 1, simulation: undefined }, false)
    const tight = await execute(codes, options, true)
    expect(facts(tight)).toEqual(facts(roomy))
    expect(tight.drops).toBeGreaterThan(3)
    expect(roomy.drops).toBe(0)
  }, TEST_TIMEOUT_MS)
})
