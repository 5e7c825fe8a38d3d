/**
 * What is tried: each way by which something from outside comes in. A target is given an input that
 * is almost right and ends with a result or a typed error.
 */

import {
  createEngine,
  createValidator,
  decodeHeader,
  decodeWitness,
  encodeHeader,
  encodeWitness,
  parseBlockFile,
  parseScenario,
  verifyAccountProof,
  verifyMessageProof,
  verifyReceiptProof,
  witnessFromJson,
  witnessToJson,
  type Engine,
  type Hex,
  type Semantics,
  type Validator,
} from 'actor-evm'
import { blockFromJson } from '../../src/intake/block-json.js'
import { decodeBlock, encodeBlock } from '../../src/intake/block.js'
import { decodeRlp, encodeRlp, splitRlpList } from '../../src/intake/rlp.js'
import { transactionFromJson } from '../../src/intake/transaction-json.js'
import { decodeTransaction } from '../../src/intake/transaction.js'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { parseChainConfig } from '../../src/forks/chain-config.js'
import { checkOptions, resolveOptions } from '../../src/machine/engine-options.js'
import { readAlloc } from '../../src/state/genesis.js'
import { isBlockTest, makeBlockMachine, runBlockTest } from '../../src/runners/block-test.js'
import { resultJson } from '../../src/runners/t8n/output.js'
import { runTransition } from '../../src/runners/t8n/transition.js'
import { chainOfNetwork } from '../../src/runners/test-networks.js'
import type { Random } from '../reference/random.js'
import { A, CASE_ALLOC, ENV, call, manyRelays } from '../support/small-blocks.js'
import { Fault, attempt, attemptLater } from './checked.js'
import { mutateBytes, mutateText, mutateValue } from './mutate.js'
import { CHAIN_ID, firstTests, officialTests, producedBlocks, type BlockSeed } from './seeds.js'
import { sequenceTargets } from './sequences.js'

export interface Target {
  readonly name: string
  /** How many inputs of a run it gets: cheap ones get more. */
  readonly weight: number
  /** One input, made and tried. @returns its size in bytes, about */
  run(random: Random): Promise<number> | number
}

const MEMORY = 2 ** 28
const CHAIN = { chainId: CHAIN_ID, fork: 'osaka', workers: 1, memory: MEMORY } as const

/** Makes what the targets share, and them. */
export async function makeTargets(): Promise<{ targets: Target[]; dispose(): Promise<void> }> {
  const blocks = await producedBlocks(12)
  const official = await officialTests('eest-blockchain-dev')
  const engines = await makeEngines()
  const validators = {
    actor: await createValidator({ ...CHAIN, semantics: 'actor' }),
    ethereum: await createValidator({ ...CHAIN, semantics: 'ethereum' }),
  }
  return {
    targets: [
      ...formatTargets(blocks, official),
      ...engineTargets(engines),
      ...validatorTargets(blocks, validators),
      ...(await fileTargets(official)),
      ...(await sequenceTargets(await officialTests('state-tests-dev'))),
    ],
    dispose: async () => {
      for (const it of [...Object.values(engines), ...Object.values(validators)]) await it.dispose()
    },
  }
}

type Engines = Readonly<Record<Semantics, Engine>>

async function makeEngines(): Promise<Engines> {
  const make = async (semantics: Semantics): Promise<Engine> => {
    const engine = await createEngine({ ...CHAIN, semantics })
    await engine.loadGenesis(CASE_ALLOC)
    return engine
  }
  return { actor: await make('actor'), ethereum: await make('ethereum') }
}

/** Decoders that need no engine. */
function formatTargets(blocks: readonly BlockSeed[], official: readonly unknown[]): Target[] {
  const rlps = blocks.map(({ produced }) => produced.bytes)
  const headers = blocks.map(({ produced }) => encodeHeader(produced.parentHeader))
  const raw = blocks.flatMap(({ produced }) => produced.block.transactions.map((tx) => tx.raw))
  const witnesses = blocks.map(({ produced }) => produced.witness)
  const compact = witnesses.map(encodeWitness)
  const configs = firstTests(official).map(({ config }) => config)
  return [
    bytesTarget('RLP', 80, rlps, (bytes) => {
      splitRlpList(bytes)
      same(encodeRlp(decodeRlp(bytes)), bytes)
    }),
    bytesTarget('header', 80, headers, (bytes) => {
      for (const virtualBlocks of [false, true]) {
        attempt(() => same(encodeHeader(decodeHeader(bytes, {}, { virtualBlocks })), bytes))
      }
    }),
    bytesTarget('block', 6, rlps, (bytes) => {
      for (const virtualBlocks of [false, true]) {
        attempt(() => same(encodeBlock(decodeBlock(bytes, {}, { virtualBlocks })), bytes))
      }
    }),
    bytesTarget('transaction', 80, raw, (bytes) => same(decodeTransaction(bytes).raw, bytes)),
    bytesTarget('witness, compact', 40, compact, (bytes) => {
      same(encodeWitness(decodeWitness(bytes)), bytes)
    }),
    valueTarget('witness, JSON', 6, witnesses.map(witnessToJson), witnessFromJson),
    valueTarget('transaction, JSON', 80, TRANSACTIONS, (json) => transactionFromJson(json)),
    valueTarget('options', 80, OPTIONS, (options) => {
      resolveOptions(checkOptions(options), 1)
    }),
    valueTarget('alloc', 80, [CASE_ALLOC, ALLOC], (alloc) => readAlloc(alloc as never)),
    valueTarget('chain configuration', 80, [GETH_CONFIG, ...configs], (config) => {
      parseChainConfig(config as never)
    }),
    valueTarget('scenario', 80, SCENARIOS, parseScenario),
    textTarget('scenario, text', 40, SCENARIOS, parseScenario),
    valueTarget('block file', 40, blockFiles(blocks), parseBlockFile),
    valueTarget('block, JSON', 6, firstTests(official).flatMap(blocksOf), (json) => {
      blockFromJson(json)
    }),
    proofTarget(),
  ]
}

function blocksOf(test: Record<string, unknown>): unknown[] {
  return Array.isArray(test.blocks) ? test.blocks.slice(0, 1) : []
}

function blockFiles(blocks: readonly BlockSeed[]): unknown[] {
  return blocks.map(({ produced, semantics }) => ({
    chainId: '0x1',
    fork: 'osaka',
    semantics,
    rules: 'execution',
    hash: produced.hash,
    rlp: bytesToHex(produced.bytes),
  }))
}

const TRANSACTIONS: readonly unknown[] = [
  call({ to: A, nonce: 0, data: '0x1234' }),
  {
    type: '0x4',
    chainId: '0x1',
    nonce: '0x0',
    maxFeePerGas: '0x10',
    maxPriorityFeePerGas: '0x1',
    gas: '0x5208',
    to: A,
    value: '0x1',
    input: '0x',
    accessList: [{ address: A, storageKeys: [`0x${'01'.repeat(32)}`] }],
    authorizationList: [
      { chainId: '0x1', address: A, nonce: '0x0', yParity: '0x0', r: '0x1', s: '0x1' },
    ],
    yParity: '0x0',
    r: '0x1',
    s: '0x1',
  },
]
const OPTIONS: readonly unknown[] = [
  { workers: 1, fork: 'osaka', semantics: 'actor', chainId: 1, memory: MEMORY, parameters: {} },
  {
    semantics: 'ethereum',
    workerTimeoutMs: 1_000,
    parameters: { gMessage: 6_000, gWord: 64, maxRounds: 1_024 },
    chainConfig: 'mainnet',
  },
]
const ALLOC: unknown = {
  [A]: { balance: '0x1', nonce: 2, code: '0x00', storage: { '0x1': 2, '0x2': '0x3' } },
}
const GETH_CONFIG: unknown = {
  chainId: 1,
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  petersburgBlock: 0,
  istanbulBlock: 0,
  berlinBlock: 0,
  londonBlock: 0,
  terminalTotalDifficulty: 0,
  shanghaiTime: 0,
  cancunTime: 0,
  pragueTime: 0,
  osakaTime: 0,
  blobSchedule: { cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 } },
}
const SCENARIOS: readonly unknown[] = [
  {
    chainId: 1,
    fork: 'osaka',
    semantics: 'actor',
    alloc: { [A]: { balance: '1', code: '0x00' } },
    env: ENV,
    transactions: [call({ to: A, nonce: 0 })],
    withdrawals: [{ index: 0, validatorIndex: 0, address: A, amount: 1 }],
  },
  {
    chainId: '0x1',
    fork: 'osaka',
    semantics: 'ethereum',
    parameters: { gMessage: 6_000 },
    alloc: {},
    blocks: [{ env: ENV, transactions: [] }],
  },
]

/** Calls of an engine that has a state; what was good is undone by a bad transaction behind it. */
function engineTargets(engines: Engines): Target[] {
  const { alloc: _, block } = manyRelays(2)
  const doom = call({ to: A, nonce: 99 })
  const execute = async (semantics: Semantics, input: unknown): Promise<void> => {
    const list = (input as { transactions?: unknown } | null)?.transactions
    const isList = Array.isArray(list)
    const doomed = isList ? { ...(input as object), transactions: [...list, doom] } : input
    const engine = engines[semantics]
    const before = await engine.stateRoot()
    // A block may be right, and long: it says how much gas it has
    const signal = AbortSignal.timeout(1_000)
    try {
      await engine.executeBlock(doomed as never, { signal })
    } finally {
      if ((await engine.stateRoot()) !== before) throw new Fault('a block has changed the state')
    }
  }
  const seeds = [
    { ...block, withdrawals: [{ index: 0, validatorIndex: 0, address: A, amount: 1 }] },
    { env: ENV, transactions: [...TRANSACTIONS] },
  ]
  return (['actor', 'ethereum'] as const).flatMap((semantics) => [
    valueTarget(`a block for an engine (${semantics})`, 3, seeds, (input) => {
      return execute(semantics, input)
    }),
    valueTarget(`a question to an engine (${semantics})`, 3, [A, [1, '0x2'], 7n], async (value) => {
      const engine = engines[semantics]
      await attemptLater(() => engine.getAccount(value as never))
      await attemptLater(() => engine.getStorage(A, value as never))
      await attemptLater(() => engine.getProof(A, value as never))
    }),
  ])
}

/** Blocks, witnesses and parents from somebody else. */
function validatorTargets(
  blocks: readonly BlockSeed[],
  validators: Readonly<Record<Semantics, Validator>>,
): Target[] {
  const validate = async (semantics: Semantics, input: unknown): Promise<void> => {
    const signal = AbortSignal.timeout(1_500)
    // A text has as many keys as characters
    const isObject = typeof input === 'object' && input !== null
    const given = isObject ? { ...input, signal } : input
    const verdict = await validators[semantics].validate(given as never)
    const text = JSON.stringify(verdict.valid ? {} : { ...verdict, result: 0 }, (_, value) =>
      typeof value === 'bigint' ? `${value}` : (value as unknown),
    )
    if (text.length > 8_192) throw new Fault(`a verdict of ${text.length} characters`)
  }
  const target = (
    name: string,
    weight: number,
    make: (seed: BlockSeed, random: Random) => readonly [input: unknown, size: number],
  ): Target => ({
    name: `${name}, validated`,
    weight,
    run: async (random) => {
      const seed = random.pick(blocks)
      const [input, size] = make(seed, random)
      await attemptLater(() => validate(seed.semantics, input))
      return size
    },
  })
  return [
    target('block', 6, ({ produced }, random) => {
      const bytes = mutateBytes(produced.bytes, random.pick(blocks).produced.bytes, random)
      const { parentHeader, witness } = produced
      return [{ block: bytes, parentHeader: encodeHeader(parentHeader), witness }, bytes.length]
    }),
    target('witness', 6, ({ produced }, random) => {
      const { bytes, hash } = produced
      const witness = mutateValue(produced.witness, random)
      return [{ block: bytes, blockHash: hash, witness }, 2 ** 20]
    }),
    target('witness, compact', 4, ({ produced }, random) => {
      const { bytes, hash } = produced
      const compact = encodeWitness(produced.witness)
      const witness = mutateBytes(compact, compact, random)
      return [{ block: bytes, blockHash: hash, witness }, witness.length]
    }),
    target('parent', 4, ({ produced }, random) => {
      const parent = encodeHeader(produced.parentHeader)
      const parentHeader = mutateBytes(parent, parent, random)
      const { bytes: block, witness } = produced
      return [{ block, parentHeader, witness }, parentHeader.length]
    }),
    target('anything', 3, ({ produced }, random) => {
      const { bytes: block, hash: blockHash, witness } = produced
      return [mutateValue({ block, blockHash, witness }, random), 2 ** 20]
    }),
  ]
}

/** Files of test formats, through the runners. */
async function fileTargets(official: readonly unknown[]): Promise<Target[]> {
  const machine = await makeBlockMachine()
  const config = chainOfNetwork('Prague', {})
  const transitions = [T8N, { ...T8N, env: { ...T8N.env, currentExcessBlobGas: '0x0' } }]
  const transition = valueTarget('t8n', 3, transitions, async (input) => {
    const done = await runTransition(machine, input as never, { config, reward: undefined })
    resultJson(done)
  })
  const tests = firstTests(official)
  if (tests.length === 0) return [transition]
  return [
    transition,
    valueTarget('block test', 1, tests, async (test) => {
      // As the runner of files, which goes on with the next
      if (isBlockTest(test)) await runBlockTest(machine, test as never)
    }),
  ]
}

const T8N = {
  alloc: { [A]: { balance: '0x0', code: '0x43600155' } },
  env: {
    currentCoinbase: A,
    currentRandom: '0x1',
    currentGasLimit: '0x1c9c380',
    currentNumber: '7',
    currentTimestamp: '1000',
    parentBaseFee: '0x8',
    parentGasUsed: '0x0',
    parentGasLimit: '0x1c9c380',
    parentBeaconBlockRoot: `0x${'00'.repeat(32)}`,
    parentExcessBlobGas: '0x0',
    parentBlobGasUsed: '0x0',
    withdrawals: [{ index: '0x0', validatorIndex: '0x1', address: A, amount: '0x2' }],
    blockHashes: { 6: `0x${'01'.repeat(32)}` },
    ommers: [],
  },
  txs: [
    {
      ...{ nonce: '0x0', gas: '0x186a0', gasPrice: '0x10', to: A, value: '0x0', input: '0x' },
      ...{ v: '0x0', r: '0x0', s: '0x0', secretKey: `0x${'11'.repeat(32)}` },
    },
  ],
}

function proofTarget(): Target {
  const node = bytesToHex(encodeRlp([hexToBytes('0x2001'), hexToBytes('0x01')]))
  const root: Hex = `0x${'11'.repeat(32)}`
  const account = {
    ...{ address: A, accountProof: [node], balance: 1n, codeHash: root, nonce: 1n },
    ...{ storageHash: root, storageProof: [{ key: root, value: 1n, proof: [node] }] },
  }
  const index = { index: 0, value: '0x01', proof: [node] }
  const message = { round: 1, block: index, message: index }
  return valueTarget('proof', 40, [account, index, message, root], (value) => {
    attempt(() => verifyAccountProof(root, value as never))
    attempt(() => verifyAccountProof(value as never, account as never))
    attempt(() => verifyReceiptProof(root, value as never))
    attempt(() => verifyMessageProof(root, value as never))
  })
}

// ---- kinds of targets ---------------------------------------------------------------------------

function bytesTarget(
  name: string,
  weight: number,
  seeds: readonly Uint8Array[],
  use: (bytes: Uint8Array) => void,
): Target {
  return {
    name,
    weight,
    run: (random) => {
      const bytes = mutateBytes(random.pick(seeds), random.pick(seeds), random)
      attempt(() => use(bytes))
      return bytes.length
    },
  }
}

function valueTarget(
  name: string,
  weight: number,
  seeds: readonly unknown[],
  use: (value: unknown) => unknown,
): Target {
  return {
    name,
    weight: seeds.length === 0 ? 0 : weight,
    run: async (random) => {
      const value = mutateValue(random.pick(seeds), random)
      await attemptLater(async () => use(value))
      return 2 ** 20
    },
  }
}

function textTarget(
  name: string,
  weight: number,
  seeds: readonly unknown[],
  use: (text: string) => unknown,
): Target {
  return {
    name,
    weight,
    run: (random) => {
      let text = JSON.stringify(random.pick(seeds))
      for (let i = random.below(4); i >= 0; i--) text = mutateText(text, random)
      attempt(() => use(text))
      return text.length
    },
  }
}

/** Bytes that were accepted are the one encoding of what they say. */
function same(encoded: Uint8Array, bytes: Uint8Array): void {
  if (Buffer.compare(encoded, bytes) !== 0) throw new Fault('decoded, but encodes to other bytes')
}
