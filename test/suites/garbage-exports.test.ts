/** Every export, with anything: a result or a typed error, soon and in few words. */
import * as api from 'actor-evm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { A, ALICE, B, CASE_ALLOC, CASE_BLOCK, ENV } from '../support/small-blocks.js'

const { ActorEvmError, createEngine } = api

const cyclic: Record<string, unknown> = {}
cyclic.self = cyclic
const cyclicList: unknown[] = []
cyclicList.push(cyclicList)

/** Values of every kind, and shapes that are nearly right. */
const GARBAGE: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, NaN, 10n ** 90n, Symbol('x'), 'x', '0x12', ''],
  ...['y'.repeat(2 ** 20), `0x${'ab'.repeat(2 ** 19)}`],
  ...[[], [null], [[]], new Array(2 ** 20), cyclicList, {}, cyclic, Object.create(null)],
  ...[() => 1, class {}, new Map([[1, 2]]), new Set([1]), new Date(), /x/, Promise.resolve()],
  ...[new Uint8Array(0), new Uint8Array(3), new Uint16Array(4), new ArrayBuffer(8)],
  { toString: null, valueOf: null },
  { kind: 'step', rounds: [null], timing: null, env: null, transactions: [null], alloc: [] },
  { state: [1], codes: [{}], headers: [null], hash: 1, rlp: null, blocks: [null] },
  { address: A, accountProof: [null], storageProof: [null], balance: '0x', proof: [null] },
  { block: {}, message: {}, round: 1, index: 0, value: '0x' },
]

/** A bound against hanging: the machine may be busy. */
const SOON_MS = 2_000

async function isFine(work: () => unknown): Promise<void> {
  const start = process.cpuUsage().user
  try {
    const made = await work()
    if (made instanceof api.Engine) await made.dispose()
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    expect(error.message.length).toBeLessThan(2_000)
    expect(JSON.stringify(error).length).toBeLessThan(4_000)
  }
  expect((process.cpuUsage().user - start) / 1e3).toBeLessThan(SOON_MS)
}

type Work = (...values: readonly unknown[]) => unknown

async function withAnything(work: Work, arity: number): Promise<void> {
  for (const first of GARBAGE) {
    await isFine(() => work(first))
    if (arity < 2) continue
    for (const second of GARBAGE) await isFine(() => work(first, second))
  }
}

/** Errors are not called. */
const isCalled = (name: string): boolean => !name.endsWith('Error')

const FUNCTIONS = Object.entries(api).flatMap(([name, value]): [string, Work, number][] => {
  if (typeof value !== 'function' || !isCalled(name)) return []
  const isClass = /^class/.test(Function.prototype.toString.call(value))
  const work = isClass ? (it: unknown) => new (value as any)(it) : (value as Work)
  return [[name, work, value.length]]
})

let engine: api.Engine
let produced: api.ProducedBlock
beforeAll(async () => {
  engine = await createEngine({ workers: 1, memory: 2 ** 28, semantics: 'actor' })
  await engine.loadGenesis(CASE_ALLOC)
  produced = await engine.produceBlock(CASE_BLOCK)
})
afterAll(() => engine.dispose())

describe('anything', () => {
  it.each(FUNCTIONS)('in %s', (_, work, arity) => withAnything(work, arity))

  it.each([
    ...['loadGenesis', 'prepareBlock', 'executeBlock', 'produceBlock', 'getAccount'],
    ...['getBalance', 'getNonce', 'getCode', 'getStorage', 'getProof'],
  ] as const)('in engine.%s', async (name) => {
    await withAnything((...values) => (engine as any)[name](...values), 2)
    await isFine(() => (engine as any)[name](A, ...[null]))
  })

  it.each(['proveReceipt', 'proveMessage', 'messageTree'] as const)('in result.%s', (name) =>
    withAnything((...values) => (produced.result as any)[name](...values), 2),
  )

  it('in any field of a block', async () => {
    const block = { env: ENV, transactions: [], withdrawals: [] }
    const withdrawal = { index: 0, validatorIndex: 0, address: A, amount: 1 }
    const fields = [...Object.keys(ENV), 'difficulty', 'parentHash', 'excessBlobGas', 'blockHashes']
    for (const bad of GARBAGE) {
      const blocks = [
        ...Object.keys(block).map((name) => ({ ...block, [name]: bad })),
        ...fields.map((name) => ({ ...block, env: { ...ENV, [name]: bad } })),
        ...Object.keys(withdrawal).map((name) => {
          return { ...block, withdrawals: [{ ...withdrawal, [name]: bad }] }
        }),
        { ...block, transactions: [bad] },
        { ...block, env: { ...ENV, blockHashes: { [String(typeof bad)]: bad } } },
      ]
      for (const it of blocks) await isFine(() => engine.prepareBlock(it as never))
    }
  })
})

/** Somewhere in a good value, one part becomes something else. */
function damaged(good: unknown, bad: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  if (typeof good !== 'object' || good === null || good instanceof Uint8Array) return bad
  const keys = Object.keys(good)
  if (keys.length === 0) return bad
  return fc.oneof(
    { weight: 1, arbitrary: bad },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...keys).chain((key) => {
        return damaged((good as Record<string, unknown>)[key], bad).map((value) => {
          if (Array.isArray(good)) return good.map((it, i) => (i === Number(key) ? value : it))
          return { ...good, [key]: value }
        })
      }),
    },
  )
}

describe('one part of a good value replaced', () => {
  const bad = fc.oneof(
    fc.constantFrom(...GARBAGE),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
    fc.uint8Array({ maxLength: 40 }),
  )
  const check = async (good: unknown, work: (value: never) => unknown): Promise<void> => {
    await work(good as never)
    const property = fc.asyncProperty(damaged(good, bad), (value) => {
      return isFine(() => work(value as never))
    })
    await fc.assert(property, { numRuns: 200 })
  }

  it('of proofs', async () => {
    const { result } = produced
    const proof = await engine.getProof(ALICE, [0, 1])
    await check(proof, (it) => api.verifyAccountProof(result.stateRoot, it))
    const storage = await engine.getProof(B, [0])
    await check(storage.storageProof[0], (it) => api.verifyStorageProof(storage.storageHash, it))
    await check(result.proveReceipt(0), (it) => api.verifyReceiptProof(result.receiptsRoot, it))
    const root = result.virtualBlocksRoot
    await check(result.proveMessage(1, 0), (it) => api.verifyMessageProof(root, it))
  })

  it('of headers, witnesses and files', async () => {
    const { block, witness } = produced
    await check(block.header, (it) => api.encodeHeader(it))
    await check(block.header, (it) => api.headerHash(it))
    await check(witness, (it) => api.encodeWitness(it))
    await check(witness, (it) => api.witnessToJson(it))
    await check(api.witnessToJson(witness), (it) => api.witnessFromJson(it))
    const chain = { chainId: 1, fork: 'osaka', semantics: 'actor' } as const
    const file = api.blockFileJson(chain, [produced])
    await check(file, (it) => api.parseBlockFile(it))
    const scenario = { ...chain, alloc: { [A]: { balance: 1, storage: { '0x1': 1 } } }, env: ENV }
    await check(scenario, (it) => api.parseScenario(it))
    await check(JSON.stringify(scenario), (it) => api.parseScenario(it))
  })
})
