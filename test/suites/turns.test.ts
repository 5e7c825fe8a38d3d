/**
 * Large input is read in turns: a signal is heard meanwhile, each value is still read once, and
 * what is wrong is told as it is of small input.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { CancelledError, PreparedBlock, createEngine, createValidator } from 'actor-evm'
import type { Engine, Validator } from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeRlp, type RlpInput } from '../../src/intake/rlp.js'
import { decodeTransaction } from '../../src/intake/transaction.js'
import { concatBytes } from '../../src/base/bytes.js'
import { CASE_ALLOC, CASE_BLOCK, ENV } from '../support/small-blocks.js'

const OPTIONS = { workers: 1, memory: 2 ** 28, semantics: 'actor', fork: 'osaka' } as const
const NEVER_SIGNED = { r: 1n, s: 1n }

let engine: Engine
let validator: Validator
beforeAll(async () => {
  engine = await createEngine(OPTIONS)
  await engine.loadGenesis(CASE_ALLOC)
  validator = await createValidator(OPTIONS)
})
afterAll(async () => {
  await engine.dispose()
  await validator.dispose()
})

/** How often the event loop turns until the work ends, and the error with which it does. */
async function turnsOf(work: () => Promise<unknown>): Promise<{ turns: number; error: unknown }> {
  let turns = 0
  let isOn = true
  const count = (): void => {
    turns++
    if (isOn) setImmediate(count)
  }
  setImmediate(count)
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  isOn = false
  return { turns, error }
}

/** Transactions that count how often they are read. */
function counted(length: number): { transactions: never[]; reads: () => number } {
  let reads = 0
  const transactions = Array.from({ length }, () => ({
    get to() {
      reads++
      return '0x'
    },
  }))
  return { transactions: transactions as never[], reads: () => reads }
}

describe('a block of many transactions', () => {
  it('is no longer read when its signal is given', async () => {
    const { reads, transactions } = counted(300_000)
    const controller = new AbortController()
    setImmediate(() => controller.abort())
    const { signal } = controller
    const preparing = engine.prepareBlock({ env: ENV, transactions }, { signal })
    await expect(preparing).rejects.toThrow(CancelledError)
    expect(reads()).toBeLessThan(300_000)
  })

  it('is read once, whole, before it is refused', async () => {
    const { reads, transactions } = counted(200_000)
    const { error, turns } = await turnsOf(() => engine.prepareBlock({ env: ENV, transactions }))
    expect(error).toMatchObject({ name: 'InvalidTransactionError', place: { tx: 0 } })
    expect(reads()).toBe(200_000)
    expect(turns).toBeGreaterThan(1)
  })

  it('names the place of what cannot be read, wherever it is', async () => {
    const { transactions } = counted(200_000)
    const list: unknown[] = [...transactions]
    list[150_000] = {
      accessList: [
        {
          get address(): never {
            throw new Error('of somebody else')
          },
        },
      ],
    }
    const preparing = engine.prepareBlock({ env: ENV, transactions: list as never })
    await expect(preparing).rejects.toMatchObject({
      name: 'InvalidInputError',
      place: { field: 'block.transactions.150000.accessList.0.address' },
    })
  })
})

it('reads a witness of many nodes in turns', async () => {
  const { bytes, hash, witness } = await engine.produceBlock(CASE_BLOCK)
  const node = `0x${'c0ffee'.repeat(200)}` as const
  const state = [...new Array<string>(100_000).fill(node), '0xzz']
  const input = { block: bytes, blockHash: hash, witness: { codes: [], headers: [], state } }
  const headers = witness.headers
  const work = (): Promise<unknown> =>
    validator.validate({ ...input, witness: { ...input.witness, headers } } as never).then((it) => {
      expect(it).toMatchObject({ consistent: false, reason: 'malformed-field' })
    })
  const { error, turns } = await turnsOf(work)
  expect(error).toBeUndefined()
  expect(turns).toBeGreaterThan(3)
})

const ADDRESS = new Uint8Array(20).fill(7)
const WORD = new Uint8Array(32).fill(9)

type Change = (fields: RlpInput[], authorizations: RlpInput[][]) => void

/** The bytes of a set-code transaction, which nobody has signed. */
function setCode(count: number, change: Change = () => undefined): Uint8Array {
  const authorizations: RlpInput[][] = Array.from({ length: count }, (_, i) => {
    return [1, ADDRESS, i, 1, WORD, WORD]
  })
  const accessList = Array.from({ length: count }, () => [ADDRESS, [WORD, WORD]])
  const fields: RlpInput[] = [1, 0, 1, 9, 30_000_000, ADDRESS, 0, WORD, accessList]
  fields.push(authorizations, 0, NEVER_SIGNED.r, NEVER_SIGNED.s)
  change(fields, authorizations)
  return concatBytes(Uint8Array.of(4), encodeRlp(fields))
}

const CHANGES: Readonly<Record<string, (raw: Uint8Array, count: number) => Uint8Array>> = {
  'a short address in front of a bad signature': (_, count) =>
    setCode(count, (fields, list) => {
      list[count - 1]![1] = ADDRESS.subarray(1)
      fields[12] = 0
    }),
  'a bad signature': (_, count) => setCode(count, (fields) => void (fields[12] = 0)),
  'a bad list behind a bad nonce': (_, count) =>
    setCode(count, (fields, list) => {
      list[0]![1] = 1
      fields[1] = WORD
    }),
  'a field too many in the last authorization': (_, count) =>
    setCode(count, (__, list) => void list[count - 1]!.push(1)),
  'a byte too few': (raw) => raw.subarray(0, -1),
  'a byte too many': (raw) => concatBytes(raw, Uint8Array.of(0)),
  'an item that is not the shortest': (raw) => {
    const changed = raw.slice()
    changed[changed.length - 3] = 0x81
    return changed
  },
  'another type': (raw) => concatBytes(Uint8Array.of(5), raw.subarray(1)),
}

describe('a large transaction', () => {
  it.each(Object.entries(CHANGES))('is told to have %s', async (_, change) => {
    const count = 2_000
    const raw = change(setCode(count), count)
    const env = { ...ENV, gasLimit: 2 ** 40 }
    const place = { block: BigInt(ENV.number), tx: 0 }
    const told = (work: () => unknown): unknown => {
      try {
        return work()
      } catch (error) {
        return JSON.parse(JSON.stringify(error))
      }
    }
    const expected = told(() => decodeTransaction(raw, place, { maxGas: 2n ** 40n }))
    expect(expected).toHaveProperty('code')
    const { error } = await turnsOf(() => engine.prepareBlock({ env, transactions: [raw] }))
    expect(JSON.parse(JSON.stringify(error))).toEqual(expected)
  })

  it('is decoded in turns', async () => {
    const transactions = [setCode(40_000)]
    const env = { ...ENV, gasLimit: 2 ** 40 }
    const { error, turns } = await turnsOf(() => engine.prepareBlock({ env, transactions }))
    expect(error).toMatchObject({ name: 'InvalidTransactionError' })
    expect(turns).toBeGreaterThan(3)
  })

  it.each([65_536, 65_537, 131_072, 200_000])('has its hash: %i bytes', async (size) => {
    const tx = { nonce: 0, gasLimit: 2 ** 24, gasPrice: 9, to: `0x${'11'.repeat(20)}` }
    const data = `0x${'a5'.repeat(size)}`
    const signed = { ...tx, data, secretKey: `0x${'11'.repeat(32)}` }
    const block = { env: { ...ENV, gasLimit: 2 ** 40 }, transactions: [signed] }
    const { transactions } = await engine.prepareBlock(block as never)
    expect(transactions[0]!.hash).toEqual(keccak_256(transactions[0]!.raw))
  })
})

describe('a block put together from a prepared one', () => {
  it('is executed', async () => {
    const own = await createEngine(OPTIONS)
    await own.loadGenesis(CASE_ALLOC)
    const prepared = await own.prepareBlock(CASE_BLOCK)
    const { gasUsed } = await own.executeBlock(new PreparedBlock({ ...prepared }))
    expect(gasUsed).toBeGreaterThan(0n)
    await own.dispose()
  })

  it.each([
    ['environment', undefined],
    ['environment', {}],
    ['transactions', new Array(2 ** 32 - 1)],
    ['transactions', [{}]],
    ['senders', []],
    ['senders', [new Uint8Array(19)]],
    ['authorities', {}],
    ['withdrawals', [{}]],
  ])('is refused with other %s', async (field, value) => {
    const prepared = await engine.prepareBlock(CASE_BLOCK)
    const block = new PreparedBlock({ ...prepared, [field]: value } as never)
    const executing = engine.executeBlock(block)
    await expect(executing).rejects.toMatchObject({ name: 'InvalidInputError' })
  })
})
