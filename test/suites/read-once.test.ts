/**
 * What is handed in is read once, before it is checked: objects that throw, change between two
 * looks or only look like something are refused, and nobody's later writes change what was asked.
 */
import * as api from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { A, ALICE, CASE_ALLOC, CASE_BLOCK, ENV, call } from '../support/small-blocks.js'

const { ActorEvmError, createEngine, createValidator } = api
const OPTIONS = { workers: 1, memory: 2 ** 28, semantics: 'actor' } as const

const fails = (): never => {
  throw new TypeError('not a word of ours')
}
const ALL_TRAPS = { get: fails, has: fails, ownKeys: fails, getPrototypeOf: fails }

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(32)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

class OddBytes extends Uint8Array {
  override get length(): number {
    return fails()
  }
}

/** By what they are; each is made anew where it is used. */
const ODD: Readonly<Record<string, () => unknown>> = {
  'a proxy that throws whatever it is asked': () => new Proxy({}, ALL_TRAPS),
  'a proxy whose values cannot be read': () => new Proxy({ env: 1, block: 1 }, { get: fails }),
  'a revoked proxy': () => revoked({}),
  'a revoked list': () => revoked([]),
  'a list without a length': () => {
    return new Proxy([1], { get: (list, key) => (key === 'length' ? fails() : list[Number(key)]) })
  },
  'a list that pretends to have 2^32 values': () => {
    return new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 32 - 1 : 1), has: () => true })
  },
  'a list of 2^32 holes': () => new Array(2 ** 32 - 1),
  'a proxy of bytes': () => new Proxy(new Uint8Array(32), {}),
  'what has the class of bytes alone': () => Object.create(Uint8Array.prototype) as unknown,
  'bytes without a length': () => new OddBytes(32),
  'bytes that are detached': detached,
  'what no primitive can be made of': () => ({ [Symbol.toPrimitive]: fails, toString: fails }),
  'a list in a list, ten thousand times': () => {
    let list: unknown[] = []
    for (let i = 0; i < 10_000; i++) list = [list]
    return list
  },
  'a list of one list a thousand times, four deep': () => {
    let list: unknown[] = [1]
    for (let i = 0; i < 4; i++) list = new Array<unknown>(1_000).fill(list)
    return list
  },
  'a long text': () => `0x${'f'.repeat(2 ** 21)}`,
}

let engine: api.Engine
let validator: api.Validator
let produced: api.ProducedBlock
beforeAll(async () => {
  engine = await createEngine(OPTIONS)
  await engine.loadGenesis(CASE_ALLOC)
  produced = await engine.produceBlock(CASE_BLOCK)
  validator = await createValidator(OPTIONS)
})
afterAll(async () => {
  await engine.dispose()
  await validator.dispose()
})

/** A result, or an error of ours that is short; within 2 s of the processor. */
async function ends(work: () => unknown): Promise<void> {
  const start = process.cpuUsage().user
  try {
    const made = await work()
    if (made instanceof api.Engine || made instanceof api.Validator) await made.dispose()
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    expect(error.message.length + JSON.stringify(error).length).toBeLessThan(4_000)
  }
  expect((process.cpuUsage().user - start) / 1e3).toBeLessThan(2_000)
}

type Work = (...values: readonly unknown[]) => unknown

/** Errors are not called. */
const FUNCTIONS = Object.entries(api).flatMap(([name, value]): [string, Work][] => {
  if (typeof value !== 'function' || name.endsWith('Error')) return []
  const isClass = /^class/.test(Function.prototype.toString.call(value))
  return [[name, isClass ? (it) => new (value as any)(it) : (value as Work)]]
})

function isList(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return true
  }
}

const withField = (good: object, name: string, value: unknown): object => ({
  ...good,
  [name]: value,
})

describe.each(Object.entries(ODD))('%s', (_, make) => {
  it.each(FUNCTIONS)('in %s', async (__, work) => {
    await ends(() => work(make()))
    await ends(() => work(make(), make()))
  })

  it('in an engine', async () => {
    const tx = call({ to: A, nonce: 0, data: '0x' })
    const methods = ['executeBlock', 'prepareBlock', 'produceBlock'] as const
    for (const method of methods) {
      const run = (...values: unknown[]) => ends(() => (engine as any)[method](...values))
      await run(make())
      await run({ env: ENV, transactions: [] }, make(), make())
      for (const name of ['env', 'transactions', 'withdrawals']) {
        await run(withField({ env: ENV, transactions: [] }, name, make()))
      }
      for (const name of Object.keys(ENV)) {
        await run({ env: withField(ENV, name, make()), transactions: [] })
      }
      for (const name of ['', 'raw', ...Object.keys(tx), 'accessList', 'from']) {
        const bad = name === '' ? make() : withField(tx, name, make())
        await run({ env: ENV, transactions: [bad] })
      }
    }
    await ends(() => engine.getProof(make() as never, make() as never))
    await ends(() => engine.getStorage(A, make() as never))
  })

  it('in a genesis', async () => {
    const allocs = [make(), { [A]: make() }, { [A]: { code: make(), storage: make() } }]
    for (const alloc of allocs) {
      const other = await createEngine(OPTIONS)
      // What a stream throws is its own
      await ends(() => other.loadGenesis(alloc as never).catch((error: unknown) => {
        if (!isList(alloc)) throw error
      }))
      await other.dispose()
    }
  })

  it('in a validator', async () => {
    const { bytes: block, hash: blockHash, witness } = produced
    const good = { block, blockHash, witness }
    await ends(() => validator.validate(make() as never))
    for (const name of [...Object.keys(good), 'parentHeader', 'signal', 'onProgress']) {
      await ends(() => validator.validate(withField(good, name, make()) as never))
    }
    for (const name of ['state', 'codes', 'headers', 'keys']) {
      for (const list of [make(), [make()]]) {
        const bad = withField(witness, name, list) as never
        await ends(() => validator.validate({ ...good, witness: bad }))
        await ends(() => api.encodeWitness(bad))
        await ends(() => api.witnessToJson(bad))
      }
    }
  })

  it('in proofs and headers', async () => {
    const { result, block } = produced
    const proof = await engine.getProof(ALICE, [0])
    for (const name of Object.keys(proof)) {
      const bad = withField(proof, name, make()) as never
      await ends(() => api.verifyAccountProof(result.stateRoot, bad))
    }
    for (const name of Object.keys(block.header)) {
      await ends(() => api.encodeHeader(withField(block.header, name, make()) as never))
    }
    await ends(() => api.blockFileJson({ semantics: 'actor' }, [make() as never]))
  })
})

describe('what changes between two looks', () => {
  /** All of whose values are getters, which say how often they were asked. */
  const counting = (good: unknown, counts: Map<string, number>, path = ''): unknown => {
    if (typeof good !== 'object' || good === null || good instanceof Uint8Array) return good
    const made = Array.isArray(good) ? [] : {}
    for (const [key, value] of Object.entries(good)) {
      const at = `${path}.${key}`
      const get = (): unknown => {
        counts.set(at, (counts.get(at) ?? 0) + 1)
        return counting(value, counts, at)
      }
      Object.defineProperty(made, key, { get, enumerable: true })
    }
    return made
  }

  it.each([
    ['a block', () => CASE_BLOCK, (it: unknown) => engine.prepareBlock(it as never)],
    ['options', () => OPTIONS, async (it: unknown) => (await createEngine(it as never)).dispose()],
    [
      'what a validator is given',
      () => ({ block: produced.bytes, blockHash: produced.hash, witness: produced.witness }),
      (it: unknown) => validator.validate(it as never),
    ],
    [
      'a proof',
      () => produced.result.proveMessage(1, 0),
      (it: unknown) => api.verifyMessageProof(produced.result.virtualBlocksRoot, it as never),
    ],
    ['a header', () => produced.block.header, (it: unknown) => api.encodeHeader(it as never)],
    [
      'an alloc',
      () => CASE_ALLOC,
      async (it: unknown) => {
        const other = await createEngine(OPTIONS)
        await other.loadGenesis(it as never)
        await other.dispose()
      },
    ],
  ])('is looked at once: %s', async (_, good, use) => {
    const counts = new Map<string, number>()
    await use(counting(good(), counts))
    expect(counts.size).toBeGreaterThan(0)
    expect([...counts].filter(([, count]) => count > 1)).toEqual([])
  })

  it('bytes that a validator was given', async () => {
    const block = produced.bytes.slice()
    const { hash: blockHash, witness } = produced
    const before = validator.validate({ block, blockHash, witness })
    block.fill(0)
    expect((await before).valid).toBe(true)
    // Bytes that another thread may write at any time are copied, too
    const shared = new Uint8Array(new SharedArrayBuffer(produced.bytes.length))
    shared.set(produced.bytes)
    const verdict = validator.validate({ block: shared, blockHash, witness })
    shared.fill(0)
    expect((await verdict).valid).toBe(true)
  })

  it('bytes of a transaction behind prepareBlock', async () => {
    const { transactions, header } = produced.block
    const buffers = transactions.map(({ raw }) => Buffer.from(raw))
    const other = await createEngine(OPTIONS)
    await other.loadGenesis(CASE_ALLOC)
    const prepared = await other.prepareBlock({ env: CASE_BLOCK.env, transactions: buffers })
    for (const buffer of buffers) buffer.fill(0)
    const { stateRoot } = await other.executeBlock(prepared)
    expect(stateRoot).toBe(`0x${Buffer.from(header.stateRoot).toString('hex')}`)
    await other.dispose()
  })

  it('a block that nobody has prepared', async () => {
    const made = new api.PreparedBlock({ transactions: [] } as never)
    const error = await engine.executeBlock(made).catch((it: unknown) => it)
    expect(error).toBeInstanceOf(api.InvalidInputError)
  })
})
