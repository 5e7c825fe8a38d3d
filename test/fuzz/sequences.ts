/**
 * Targets of engines of their own: blocks that are produced are validated with the same options,
 * and calls come in any order, with and without waiting for the last. And state tests.
 */
import { createEngine, encodeHeader, validateBlock, type Engine, type Semantics } from 'actor-evm'
import { FORK_NAMES } from '../../src/forks/forks.js'
import { runTestFile } from '../../src/runners/run-test-file.js'
import { TestMachine } from '../../src/runners/test-machine.js'
import type { Random } from '../reference/random.js'
import { A, ALICE, B, CASE_ALLOC, ENV, call } from '../support/small-blocks.js'
import { Fault, MAX_MESSAGE, attemptLater } from './checked.js'
import { mutateValue } from './mutate.js'
import type { Target } from './targets.js'

const MEMORY = 2 ** 26
/** A block may be right, and long. */
const soon = (): AbortSignal => AbortSignal.timeout(1_000)

// ---- produced, then validated -------------------------------------------------------------------

interface Ask {
  readonly options: object
  readonly alloc: object
  readonly block: object
  readonly more: object
}

const WITHDRAWAL = { index: 0, validatorIndex: 0, address: A, amount: 1 }
const AT_GENESIS = { chainId: 1, homesteadBlock: 0, eip150Block: 0, eip155Block: 0, eip158Block: 0 }

const merged = (): object => {
  const late = ['byzantium', 'constantinople', 'petersburg', 'istanbul', 'berlin', 'london']
  const blocks = Object.fromEntries(late.map((fork) => [`${fork}Block`, 0]))
  const { timestamp } = ENV
  return { ...AT_GENESIS, ...blocks, terminalTotalDifficulty: 0, shanghaiTime: timestamp }
}

const PRICE = 10 ** 9
const FEES: readonly object[] = [
  { gasPrice: PRICE },
  { gasPrice: undefined, maxFeePerGas: PRICE, maxPriorityFeePerGas: 1 },
  {
    ...{ gasPrice: undefined, maxFeePerGas: PRICE, maxPriorityFeePerGas: 1 },
    ...{ maxFeePerBlobGas: PRICE, blobVersionedHashes: [`0x01${'00'.repeat(31)}`] },
  },
  { accessList: [{ address: A, storageKeys: [`0x${'01'.repeat(32)}`] }], gasPrice: PRICE },
]

/** Of roots (EIP-4788, EIP-2935) and requests (EIP-7002, EIP-7251): there, missing, or failing. */
function systemContracts(random: Random): object {
  const addresses = [
    '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
    '0x0000f90827f1c53a10cb7a02335b175320002935',
    '0x00000961ef480eb55e80d19ad83579a64c007002',
    '0x0000bbddc7ce488642fb579f8b00f3a590007251',
  ]
  const codes = ['0x00', '0x600035435500', '0x60205ff3', '0x5f5ffd', '0xfe', '0x', undefined]
  const good = random.percent(60)
  return Object.fromEntries(
    addresses.flatMap((address) => {
      const code = good ? '0x60205ff3' : random.pick(codes)
      return code === undefined ? [] : [[address, { nonce: 1, code }]]
    }),
  )
}

function ask(random: Random): Ask {
  const semantics: Semantics = random.pick(['actor', 'ethereum'])
  const fork = random.pick(FORK_NAMES)
  const chainConfig = { ...AT_GENESIS, byzantiumBlock: random.below(3), londonBlock: 1 }
  const timed = { ...merged(), cancunTime: ENV.timestamp + random.below(2) }
  const chosen = random.pick<object>([{ fork }, { chainConfig }, { chainConfig: timed }])
  const withdrawals = random.percent(60) ? {} : { withdrawals: [WITHDRAWAL] }
  const { baseFeePerGas: _, ...env } = ENV
  return {
    options: { semantics, workers: 1, ...chosen },
    alloc: { ...CASE_ALLOC, ...systemContracts(random) },
    block: {
      env: random.percent(70) ? env : ENV,
      transactions: [{ ...call({ to: A, nonce: 0 }), ...random.pick(FEES) }].slice(random.below(2)),
      ...withdrawals,
    },
    more: random.pick([{}, {}, { rules: 'execution' }, { extraData: '0x1234' }]),
  }
}

/** What is changed is one of its parts: the rest is right. */
function mutatedAsk(random: Random): Ask {
  const good = ask(random)
  const part = random.pick(['block', 'block', 'block', 'more', 'alloc', 'options', 'none'] as const)
  return part === 'none' ? good : { ...good, [part]: mutateValue(good[part], random) }
}

async function produceAndValidate(random: Random): Promise<void> {
  const { alloc, block, more, options } = mutatedAsk(random)
  const engine = await open(options, alloc)
  try {
    const root = await engine.stateRoot()
    const asked = typeof more === 'object' && more !== null ? { ...more, signal: soon() } : more
    const produced = await engine.produceBlock(block as never, [], asked as never).catch(
      async (error: unknown) => {
        const after = await engine.stateRoot()
        if (after !== root) throw new Fault('a block that was refused has changed the state')
        throw error
      },
    )
    if ((await engine.stateRoot()) !== produced.result.stateRoot) throw new Fault('another root')
    const { bytes, hash, parentHeader, witness } = produced
    const { rules } = (more ?? {}) as { rules?: string }
    const ruled = rules === undefined ? {} : { rules }
    const shared = { semantics: engine.semantics, ...options, ...ruled, memory: MEMORY }
    const anchors = [{ blockHash: hash }, { parentHeader: encodeHeader(parentHeader) }]
    for (const anchor of anchors) {
      const input = { ...shared, ...anchor, block: bytes, witness }
      const verdict = await validateBlock(input as never)
      if (!verdict.valid) throw new Fault(`produced, and refused: ${JSON.stringify(verdict)}`)
    }
  } finally {
    await engine.dispose()
  }
}

async function open(options: object, alloc: unknown): Promise<Engine> {
  const isObject = typeof options === 'object' && options !== null
  const engine = await createEngine((isObject ? { ...options, memory: MEMORY } : options) as never)
  try {
    await engine.loadGenesis(alloc as never)
    return engine
  } catch (error) {
    await engine.dispose()
    throw error
  }
}

// ---- calls in any order -------------------------------------------------------------------------

type Step = (engine: Engine, random: Random) => Promise<unknown>

const blockAt = (random: Random): never => {
  const number = random.below(4)
  const nonce = random.below(4)
  const env = { ...ENV, number, timestamp: ENV.timestamp + 12 * number }
  return { env, transactions: [call({ to: A, nonce })].slice(random.below(2)) } as never
}

const STEPS: readonly Step[] = [
  (engine) => engine.loadGenesis(CASE_ALLOC),
  (engine) => engine.loadGenesis(CASE_ALLOC),
  (engine, random) => engine.executeBlock(blockAt(random), { witness: random.percent(30) }),
  (engine, random) => engine.executeBlock(blockAt(random), { signal: AbortSignal.abort() }),
  (engine, random) => engine.produceBlock(blockAt(random)),
  (engine, random) => engine.produceBlock(blockAt(random), [], { rules: 'execution' }),
  async (engine, random) => engine.executeBlock(await engine.prepareBlock(blockAt(random))),
  (engine) => engine.getProof(A, [0, 1]),
  (engine) => engine.getAccount(ALICE),
  (engine) => engine.getStorage(B, 0),
  (engine) => engine.getCode(A),
  (engine) => engine.stateRoot(),
  (engine, random) => (random.percent(20) ? engine.dispose() : engine.getNonce(ALICE)),
  (engine, random) => (random.percent(10) ? engine[Symbol.asyncDispose]() : engine.getBalance(B)),
]

/** Afterwards the engine answers, or says that it is disposed of. */
async function callAround(random: Random): Promise<void> {
  const semantics: Semantics = random.pick(['actor', 'ethereum'])
  const workers = random.percent(10) ? 2 : 1
  const engine = await createEngine({ semantics, workers, memory: MEMORY })
  const open: Promise<void>[] = []
  const faults: unknown[] = []
  try {
    for (let i = random.between(2, 10); i > 0; i--) {
      const step = random.pick(STEPS)
      const done = attemptLater(() => step(engine, random)).catch((it) => void faults.push(it))
      open.push(done)
      if (random.percent(50)) await done
    }
    await Promise.all(open)
    await attemptLater(() => engine.stateRoot())
  } finally {
    await engine.dispose()
  }
  if (faults.length > 0) throw faults[0]
}

// ---- state tests --------------------------------------------------------------------------------

const STATE_TEST = {
  name: {
    env: {
      currentCoinbase: A,
      currentNumber: '0x1',
      currentTimestamp: '0x3e8',
      currentGasLimit: '0x1c9c380',
      currentBaseFee: '0xa',
      currentDifficulty: '0x20000',
      currentRandom: `0x${'00'.repeat(32)}`,
      currentExcessBlobGas: '0x0',
    },
    pre: {
      [ALICE]: { balance: '0xde0b6b3a7640000', nonce: '0x0', code: '0x', storage: {} },
      [B]: { balance: '0x0', nonce: '0x1', code: '0x43600155', storage: { '0x01': '0x02' } },
    },
    transaction: {
      ...{ data: ['0x'], gasLimit: ['0x186a0', '0x5208'], gasPrice: '0x0a', nonce: '0x00' },
      ...{ secretKey: `0x${'11'.repeat(32)}`, sender: ALICE, to: B, value: ['0x0'] },
    },
    post: Object.fromEntries(
      ['Frontier', 'London', 'Prague'].map((fork) => [
        fork,
        [0, 1].map((gas) => ({
          hash: `0x${'00'.repeat(32)}`,
          logs: `0x${'00'.repeat(32)}`,
          indexes: { data: 0, gas, value: 0 },
          ...(gas === 1 ? { expectException: 'TransactionException.INTRINSIC_GAS_TOO_LOW' } : {}),
        })),
      ]),
    ),
    config: { chainid: '0x1' },
  },
}

/** Values share what they repeat; text does not. */
const MAX_TEXT = 2 ** 19

function asText(value: unknown): string {
  let size = 0
  const counted = (_: string, it: unknown): unknown => {
    size += typeof it === 'string' ? it.length : 1
    if (size > MAX_TEXT) throw new RangeError('too long')
    return typeof it === 'bigint' ? `${it}` : it
  }
  try {
    return JSON.stringify(value, counted) ?? ''
  } catch {
    // Too long, or nested too deep for the host
    return '[]'
  }
}

/** A runner names what fails, and goes on: never does it throw, or tell much. */
async function runStateTest(machine: TestMachine, value: unknown): Promise<number> {
  const text = asText(value)
  const bytes = new TextEncoder().encode(text)
  const tally = await runTestFile(machine, 'fuzz.json', bytes, {} as never, () => undefined)
  for (const { reason } of tally.failures) {
    if (/^(Type|Range|Syntax|Reference)?Error: (?!sender)|EngineFault/.test(reason)) {
      throw new Fault(`not typed: ${reason.slice(0, 300)}`)
    }
    if (reason.length > MAX_MESSAGE) throw new Fault(`a reason of ${reason.length} characters`)
  }
  return bytes.length
}

// ---- all of them --------------------------------------------------------------------------------

export async function sequenceTargets(official: readonly unknown[]): Promise<Target[]> {
  const machine = await TestMachine.make()
  const tests = [STATE_TEST, ...official]
  return [
    {
      name: 'state test',
      weight: 2,
      run: (random) => runStateTest(machine, mutateValue(random.pick(tests), random)),
    },
    {
      name: 'produced, then validated',
      weight: 1,
      run: async (random) => {
        await attemptLater(() => produceAndValidate(random))
        return 2 * MEMORY
      },
    },
    {
      name: 'calls in any order',
      weight: 1,
      run: async (random) => {
        await callAround(random)
        return 2 * MEMORY
      },
    },
  ]
}
