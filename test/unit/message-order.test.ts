import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupByRecipient } from '../../src/messages/group.js'
import { KEY_WORDS, deliveryOrder } from '../../src/messages/order.js'
import { numberRecipients } from '../../src/messages/recipients.js'

/** Handles as account records have them: multiples of 8, some far apart. */
const handle = fc.integer({ min: 1, max: 40 }).map((n) => {
  return (n * 8 * (n % 3 === 0 ? 0x100_0001 : 1)) >>> 0
})
const handles = fc.array(handle, { maxLength: 300 }).map((list) => Uint32Array.from(list))

describe('numberRecipients', () => {
  it('numbers in order of first appearance', () => {
    const { numberOf, distinct } = numberRecipients(Uint32Array.of(16, 8, 16, 24, 8))
    expect([...numberOf]).toEqual([0, 1, 0, 2, 1])
    expect([...distinct]).toEqual([16, 8, 24])
  })

  it('takes no messages, one message, and handles above 2^31', () => {
    expect(numberRecipients(new Uint32Array(0)).distinct.length).toBe(0)
    const { distinct } = numberRecipients(Uint32Array.of(0xfffffff8))
    expect([...distinct]).toEqual([0xfffffff8])
  })

  it('gives equal numbers to equal handles only', () => {
    fc.assert(
      fc.property(handles, (list) => {
        const { numberOf, distinct } = numberRecipients(list)
        expect(distinct.length).toBe(new Set(list).size)
        list.forEach((value, i) => expect(distinct[numberOf[i]!]).toBe(value))
      }),
    )
  })
})

describe('groupByRecipient', () => {
  it('puts the group with most gas first, and keeps the order inside each', () => {
    const groups = groupByRecipient(
      Uint32Array.of(8, 16, 8, 24, 16),
      Float64Array.of(10, 50, 20, 30, 5),
    )
    expect(groups.count).toBe(3)
    expect([...groups.recipients]).toEqual([16, 8, 24])
    expect([...groups.gas]).toEqual([55, 30, 30])
    expect([...groups.first]).toEqual([0, 2, 4])
    expect([...groups.size]).toEqual([2, 2, 1])
    expect([...groups.members]).toEqual([1, 4, 0, 2, 3])
  })

  it('has every message once, with its recipient, in order', () => {
    fc.assert(
      fc.property(handles, (list) => {
        const groups = groupByRecipient(list, Float64Array.from(list, (value) => value % 97))
        expect([...groups.members].sort((a, b) => a - b)).toEqual([...list.keys()])
        for (let group = 0; group < groups.count; group++) {
          const first = groups.first[group]!
          const members = [...groups.members.subarray(first, first + groups.size[group]!)]
          expect(members).toEqual([...members].sort((a, b) => a - b))
          for (const member of members) expect(list[member]).toBe(groups.recipients[group])
        }
        const gas = [...groups.gas]
        expect(gas).toEqual([...gas].sort((a, b) => b - a))
      }),
    )
  })
})

describe('deliveryOrder', () => {
  const key = fc.array(fc.integer({ min: 0, max: 0xffffffff }), {
    minLength: KEY_WORDS,
    maxLength: KEY_WORDS,
  })
  /** Few values, so that ids share their first words. */
  const nearKey = fc.array(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), {
    minLength: KEY_WORDS,
    maxLength: KEY_WORDS,
  })
  const hex = (words: readonly number[]): string =>
    words.map((word) => word.toString(16).padStart(8, '0')).join('')

  it('sorts by hash of the recipient, then by id, as unsigned big-endian bytes', () => {
    const input = fc.record({
      hashes: fc.uniqueArray(key, { minLength: 1, maxLength: 8, selector: hex }),
      messages: fc.uniqueArray(fc.tuple(fc.nat(7), nearKey), {
        maxLength: 120,
        selector: ([, id]) => hex(id),
      }),
    })
    fc.assert(
      fc.property(input, ({ hashes, messages }) => {
        const recipientOf = (n: number): number => (n % hashes.length) * 8 + 8
        const order = deliveryOrder({
          recipients: Uint32Array.from(messages, ([n]) => recipientOf(n)),
          ids: Uint32Array.from(messages.flatMap(([, id]) => id)),
          writeHash: (recipient, words, at) => words.set(hashes[recipient / 8 - 1]!, at),
        })
        const textOf = ([n, id]: readonly [number, number[]]): string =>
          hex(hashes[n % hashes.length]!) + hex(id)
        const sorted = [...messages].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
        expect([...order].map((index) => messages[index])).toEqual(sorted)
      }),
    )
  })

  it('has an order for no message', () => {
    const none = new Uint32Array(0)
    const order = deliveryOrder({ recipients: none, ids: none, writeHash: () => undefined })
    expect([...order]).toEqual([])
  })
})
