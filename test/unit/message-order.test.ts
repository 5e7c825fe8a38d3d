/** Groups and the order of messages (assembly/evm/{grouping,delivery-order}.ts), on records. */
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GROUPS, LAST_GROUP, PIECE_COUNT, ROUND_MESSAGES } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_HASH,
  ACCOUNT_NEXT,
  ACCOUNT_SIZE,
  GROUP_ACCOUNT,
  GROUP_FIRST,
  GROUP_MESSAGE_COUNT,
  GROUP_NUMBER,
  MESSAGE_GAS,
  MESSAGE_ID,
  MESSAGE_KIND,
  MESSAGE_KIND_CREDIT,
  MESSAGE_KIND_GROUP,
  MESSAGE_SIZE,
  MESSAGE_TO_ACCOUNT,
} from '../../assembly/abi/records.js'
import { TrieModule, compileTrieModule } from './helpers/trie-module.js'

const WORD_BYTES = 32

let module: TrieModule

beforeAll(async () => {
  module = await compileTrieModule('assembly/testing-rounds.ts')
}, 60_000)

beforeEach(() => module.resetBlock())

interface Sketch {
  /** Which account. */
  readonly to: number
  readonly id?: bigint
  readonly gas?: number
  readonly isCredit?: boolean
}

function placeAccounts(count: number, hashOf: (i: number) => bigint): number[] {
  return Array.from({ length: count }, (_, i) => {
    const account = module.allocate(ACCOUNT_SIZE)
    module.write(account + ACCOUNT_HASH, bigEndian(hashOf(i)))
    // Whatever another round has left
    module.write32(account + ACCOUNT_NEXT, i % 3)
    return account
  })
}

/** Returns pointers to records, and where they lie. */
function placeMessages(
  accounts: readonly number[],
  sketches: readonly Sketch[],
): { records: number[]; list: number } {
  const records = sketches.map(({ to, id = 0n, gas = 0, isCredit = false }) => {
    const record = module.call('allocateForBlock', MESSAGE_SIZE)
    module.write32(record + MESSAGE_TO_ACCOUNT, accounts[to]!)
    module.write32(record + MESSAGE_KIND, isCredit ? MESSAGE_KIND_CREDIT : MESSAGE_KIND_GROUP)
    module.write(record + MESSAGE_ID, bigEndian(id))
    module.view.setBigUint64(record + MESSAGE_GAS, BigInt(gas), true)
    return record
  })
  const list = module.call('allocateForBlock', 4 * records.length)
  records.forEach((record, i) => module.write32(list + 4 * i, record))
  return { records, list }
}

const readList = (list: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => module.read32(list + 4 * i))

function bigEndian(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(2 * WORD_BYTES, '0')
  return Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16))
}

interface FoundGroup {
  readonly account: number
  readonly number: number
  readonly messages: readonly number[]
}

function group(list: number, count: number, runs: number, isOrdered: boolean): FoundGroup[] {
  const total = module.call('groupMessages', list, count, runs, isOrdered ? 1 : 0)
  expect(module.read32(PIECE_COUNT)).toBe(total)
  return readList(module.read32(GROUPS), total).map((record) => {
    const first = module.read32(record + GROUP_FIRST)
    const size = module.read32(record + GROUP_MESSAGE_COUNT)
    return {
      account: module.read32(record + GROUP_ACCOUNT),
      number: module.read32(record + GROUP_NUMBER),
      messages: readList(module.read32(ROUND_MESSAGES) + 4 * first, size),
    }
  })
}

describe('groups', () => {
  it('are claimed longest first, keep the order inside each, and leave out credits', () => {
    const accounts = placeAccounts(4, BigInt)
    const sketches: Sketch[] = [
      { to: 0, gas: 10 },
      { to: 1, gas: 50 },
      { to: 3, gas: 99, isCredit: true },
      { to: 0, gas: 20 },
      { to: 2, gas: 30 },
      { to: 1, gas: 5 },
    ]
    const { records, list } = placeMessages(accounts, sketches)
    const last = module.read32(LAST_GROUP)
    const groups = group(list, records.length, 5, false)
    expect(groups.map(({ account }) => accounts.indexOf(account))).toEqual([1, 0, 2])
    const members = groups.map(({ messages }) => messages.map((it) => records.indexOf(it)))
    expect(members).toEqual([[1, 5], [0, 3], [4]])
    expect(groups.map(({ number }) => number - last)).toEqual([2, 1, 3])
    expect(module.read32(LAST_GROUP)).toBe(last + 3)
  })

  it('are none without messages', () => {
    const { list } = placeMessages([], [])
    expect(group(list, 0, 0, false)).toEqual([])
    expect(group(list, 0, 0, true)).toEqual([])
  })

  const sketch = fc.record({
    to: fc.nat(20),
    gas: fc.constantFrom(0, 1, 7, 2 ** 24, 2 ** 52),
    isCredit: fc.boolean(),
  })
  /** All messages to one account are delivered in one way. */
  const sketches = fc.array(sketch, { maxLength: 200 }).map((list) => {
    return list.map((it) => ({ ...it, isCredit: it.to % 4 === 0 }))
  })

  it.each([false, true])('have each message once, in order (virtual block: %s)', (isOrdered) => {
    const accounts = placeAccounts(21, BigInt)
    fc.assert(
      fc.property(sketches, (drawn) => {
        module.resetBlock()
        const all = isOrdered ? [...drawn].sort((a, b) => a.to - b.to) : drawn
        const { records, list } = placeMessages(accounts, all)
        const running = all.filter(({ isCredit }) => !isCredit)
        const recipients = new Set(running.map(({ to }) => to))
        const runs = isOrdered ? recipients.size : running.length
        const groups = group(list, records.length, runs, isOrdered)
        const gasOf = (recipient: number): number =>
          all.reduce((sum, { to, gas }) => sum + (to === recipient ? gas : 0), 0)
        const expected = [...recipients]
          .sort((a, b) => gasOf(b) - gasOf(a))
          .map((recipient) => ({
            account: accounts[recipient],
            messages: records.filter((_, i) => all[i]!.to === recipient),
          }))
        expect(groups.map(({ account, messages }) => ({ account, messages }))).toEqual(expected)
        expect(new Set(groups.map(({ number }) => number)).size).toBe(groups.length)
      }),
    )
  })
})

describe('the order of a virtual block', () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
  /** Few values, so that keys share their first bytes, or all but the last. */
  const nearWord = fc
    .array(fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n), { minLength: 4, maxLength: 4 })
    .map((limbs) => limbs.reduce((value, limb) => (value << 64n) | limb, 0n))

  it.each([
    ['few', 0, 13],
    ['many', 13, 300],
  ])('is by hash of the recipient, then by id, for %s', (_, minLength, maxLength) => {
    const input = fc.record({
      hashes: fc.uniqueArray(fc.oneof(word, nearWord), { minLength: 8, maxLength: 8 }),
      messages: fc.uniqueArray(fc.tuple(fc.nat(7), fc.oneof(word, nearWord)), {
        minLength,
        maxLength,
        selector: ([, id]) => id,
      }),
    })
    fc.assert(
      fc.property(input, ({ hashes, messages }) => {
        module.resetBlock()
        const accounts = placeAccounts(8, (i) => hashes[i]!)
        const sketches = messages.map(([to, id]) => ({ to, id }))
        const { records, list } = placeMessages(accounts, sketches)
        module.call('orderForDelivery', list, records.length)
        const keyOf = (i: number): bigint => (hashes[sketches[i]!.to]! << 256n) | sketches[i]!.id
        const sorted = [...records.keys()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
        expect(readList(list, records.length)).toEqual(sorted.map((i) => records[i]))
      }),
    )
  })
})

describe('sortPointers', () => {
  it('is stable, for any u64', () => {
    const key = fc.constantFrom(0n, 1n, 5n, 2n ** 63n, 2n ** 64n - 1n)
    fc.assert(
      fc.property(fc.array(key, { maxLength: 100 }), (keys) => {
        module.resetBlock()
        const records = keys.map((value) => {
          const record = module.call('allocateForBlock', 16)
          module.view.setBigUint64(record + 8, value, true)
          return record
        })
        const list = module.call('allocateForBlock', 4 * keys.length)
        records.forEach((record, i) => module.write32(list + 4 * i, record))
        module.call('sortPointers', list, keys.length, 8)
        const sorted = [...keys.keys()].sort((a, b) => {
          return keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0
        })
        expect(readList(list, keys.length)).toEqual(sorted.map((i) => records[i]))
      }),
    )
  })
})
