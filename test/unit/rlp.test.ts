import { RLP } from '@ethereumjs/rlp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_RLP_DEPTH,
  RlpFields,
  decodeRlp,
  encodeRlp,
  joinRlpList,
  splitRlpList,
  type RlpInput,
  type RlpItem,
} from '../../src/intake/rlp.js'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { InvalidRlpError } from '../../src/base/errors.js'

const { item: anyItem } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ minLength: 250, maxLength: 300 })),
    fc.array(tie('item'), { maxLength: 6 }),
  ),
}))

function rlpError(run: () => unknown): InvalidRlpError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRlpError)
    return error as InvalidRlpError
  }
  throw new Error('decoded')
}

describe('encodeRlp and decodeRlp', () => {
  it('agree with @ethereumjs/rlp on random items', () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        const encoded = encodeRlp(item)
        expect(bytesToHex(encoded)).toBe(bytesToHex(RLP.encode(item as never)))
        expect(decodeRlp(encoded)).toEqual(item)
      }),
    )
  })

  it('switch between short and long forms at the right sizes', () => {
    for (const size of [0, 1, 2, 54, 55, 56, 57, 255, 256, 257, 65535, 65536]) {
      const string = new Uint8Array(size).fill(0xee)
      expect(bytesToHex(encodeRlp(string))).toBe(bytesToHex(RLP.encode(string)))
      expect(bytesToHex(decodeRlp(encodeRlp(string)) as Uint8Array)).toBe(bytesToHex(string))
      const list = Array.from({ length: size }, () => Uint8Array.of(1))
      expect(bytesToHex(encodeRlp(list))).toBe(bytesToHex(RLP.encode(list)))
      expect(bytesToHex(encodeRlp(decodeRlp(encodeRlp(list))))).toBe(bytesToHex(encodeRlp(list)))
    }
  })

  it('write integers without leading zeros', () => {
    const cases: [RlpInput, string][] = [
      [0, '0x80'],
      [0n, '0x80'],
      [127, '0x7f'],
      [128n, '0x8180'],
      [256, '0x820100'],
      [2n ** 256n - 1n, `0xa0${'ff'.repeat(32)}`],
      [2n ** 460n, `0xb83a10${'00'.repeat(57)}`],
    ]
    for (const [input, hex] of cases) expect(bytesToHex(encodeRlp(input))).toBe(hex)
  })

  it('return views of the input, also when that is a view itself', () => {
    const whole = hexToBytes('0xffffc3820102ff')
    const [item] = decodeRlp(whole.subarray(2, 6)) as Uint8Array[]
    expect(item!.buffer).toBe(whole.buffer)
    expect(item!.byteOffset).toBe(4)
  })
})

describe('decodeRlp refuses', () => {
  const cases: [string, string, InvalidRlpError['reason'], number][] = [
    ['nothing', '0x', 'truncated', 0],
    ['a byte below 0x80 with a prefix', '0x8100', 'non-canonical', 0],
    ['a byte below 0x80 with a prefix, in a list', '0xc3018101', 'non-canonical', 2],
    ['a missing payload', '0x83aabb', 'truncated', 0],
    ['a prefix with nothing behind it', '0x81', 'truncated', 0],
    ['an item longer than its list', '0xc283aabb', 'trailing-bytes', 3],
    ['a prefix at the very end of a list', '0xc181', 'truncated', 1],
    ['a list longer than the input', '0xc401', 'truncated', 0],
    ['an item that ends behind its list', '0xc4c28201ff', 'truncated', 2],
    ['bytes behind the item', '0x0101', 'trailing-bytes', 1],
    ['a long form for 55 bytes', `0xb837${'11'.repeat(55)}`, 'non-canonical', 1],
    ['a long list form for 0 bytes', '0xf800', 'non-canonical', 1],
    ['a length with leading zeros', `0xb90038${'11'.repeat(56)}`, 'non-canonical', 1],
    ['a cut length', '0xb9ff', 'truncated', 1],
    ['a length of 2^64 - 1', '0xbfffffffffffffffff', 'truncated', 0],
    ['a list length of 2^64 - 1', '0xffffffffffffffffff00', 'truncated', 0],
  ]
  for (const [name, hex, reason, offset] of cases) {
    it(name, () => {
      const error = rlpError(() => decodeRlp(hexToBytes(hex)))
      expect(error.reason).toBe(reason)
      expect(error.offset).toBe(offset)
    })
  }

  it('more levels than the limit, without recursion', () => {
    const nested = (depth: number): Uint8Array => {
      let bytes: Uint8Array = Uint8Array.of(0xc0)
      for (let i = 1; i < depth; i++) bytes = joinRlpList([bytes])
      return bytes
    }
    const deepest = nested(MAX_RLP_DEPTH)
    expect(encodeRlp(decodeRlp(deepest))).toEqual(deepest)
    expect(rlpError(() => decodeRlp(nested(MAX_RLP_DEPTH + 1))).reason).toBe('too-deep')
    // Each byte opens a list of 2^k bytes; a decoder that recurses dies of this
    const bomb = new Uint8Array(100_000).fill(0xc1)
    expect(rlpError(() => decodeRlp(bomb)).reason).toBe('trailing-bytes')
  })

  it('a megabyte of empty lists in linear time', () => {
    const list = joinRlpList([new Uint8Array(1 << 20).fill(0xc0)])
    expect(decodeRlp(list)).toHaveLength(1 << 20)
  })
})

describe('splitRlpList', () => {
  it('is the inverse of joinRlpList and keeps encodings as they came', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 20 }), (items) => {
        const encodings = items.map((item) => encodeRlp(item))
        const list = joinRlpList(encodings)
        expect(bytesToHex(list)).toBe(bytesToHex(encodeRlp(items)))
        expect(splitRlpList(list).map(bytesToHex)).toEqual(encodings.map(bytesToHex))
      }),
    )
  })

  it('refuses a byte string', () => {
    expect(rlpError(() => splitRlpList(hexToBytes('0x820102'))).reason).toBe('unexpected-bytes')
  })
})

describe('RlpFields', () => {
  const source = encodeRlp([Uint8Array.of(1, 2), 7n, Uint8Array.of(0, 1), [], 2n ** 64n])
  const read = (): RlpFields => new RlpFields(source, decodeRlp(source), 'thing')

  it('reads in order, by kind', () => {
    const fields = read()
    expect(fields.bytes('data')).toEqual(Uint8Array.of(1, 2))
    expect(fields.integer('nonce', 8)).toBe(7n)
    expect(fields.fixedBytes('nonce', 2)).toEqual(Uint8Array.of(0, 1))
    expect(fields.list('accessList')).toEqual([])
    expect(fields.integer('value', 9)).toBe(2n ** 64n)
    expect(rlpError(() => fields.bytes('r')).reason).toBe('wrong-field-count')
  })

  it('names field, reason and offset', () => {
    const fields = read()
    expect(rlpError(() => fields.list('accessList')).reason).toBe('unexpected-bytes')
    expect(rlpError(() => fields.fixedBytes('to', 20)).reason).toBe('wrong-length')
    const error = rlpError(() => fields.integer('nonce', 8))
    expect(error.reason).toBe('leading-zero')
    expect(error.message).toBe(
      'RLP cannot be decoded at byte 6: "nonce" expected no leading zeros, got 2 bytes',
    )
    expect(error.toJSON()).toMatchObject({ code: 'INVALID_RLP', place: { field: 'nonce' } })
    expect(rlpError(() => fields.bytes('to')).reason).toBe('unexpected-list')
    expect(rlpError(() => fields.integer('gasLimit', 8)).reason).toBe('too-large')
    expect(rlpError(() => fields.expectCount('thing', 9, 10)).message).toContain(
      '"thing" expected 9 or 10 fields, got 5',
    )
    expect(rlpError(() => new RlpFields(source, source, 'thing')).reason).toBe('unexpected-bytes')
  })
})
