import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bigIntToBytes,
  bigIntToMinimalBytes,
  bytesEqual,
  bytesToBigInt,
  bytesToHex,
  compareBytes,
  concatBytes,
  hexToAddress,
  hexToBytes,
  hexToHash,
  parseQuantity,
  quantityToHex,
} from '../../src/base/bytes.js'
import {
  ActorEvmError,
  CancelledError,
  EngineFaultError,
  InvalidInputError,
  InvalidTransactionError,
  WorkerTimeoutError,
  throwIfCancelled,
} from '../../src/base/errors.js'

describe('hex', () => {
  it('round trips', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const hex = bytesToHex(bytes)
        expect(hex).toMatch(/^0x[0-9a-f]*$/)
        expect(hexToBytes(hex)).toEqual(bytes)
        expect(hexToBytes(`0x${hex.slice(2).toUpperCase()}`)).toEqual(bytes)
      }),
    )
  })

  it('refuses everything else, naming the field', () => {
    const bad = ['', 'ab', '0X12', '0x1', '0x1g', '0xg1', '0x ', '0x/0', '0x\u0130\u0130', 1, null]
    for (const value of bad) {
      expect(() => hexToBytes(value, 'data')).toThrow(InvalidInputError)
      expect(() => hexToBytes(value, 'data')).toThrow(/"data"/)
    }
    expect(() => hexToAddress(`0x${'11'.repeat(21)}`, 'to')).toThrow('"to" expected 20 bytes')
    expect(() => hexToHash('0x11')).toThrow('"hash" expected 32 bytes')
  })
})

describe('integers', () => {
  it('round trip through bytes of every width', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.nat(10), (value, pad) => {
        const minimal = bigIntToMinimalBytes(value)
        expect(minimal[0]).not.toBe(0)
        expect(bytesToBigInt(minimal)).toBe(value)
        const padded = bigIntToBytes(value, minimal.length + pad)
        expect(padded).toHaveLength(minimal.length + pad)
        expect(bytesToBigInt(padded)).toBe(value)
        expect(bigIntToBytes(value, 32)).toHaveLength(32)
        expect(bytesToBigInt(bigIntToBytes(value, 32))).toBe(value)
      }),
    )
  })

  it('refuse what does not fit', () => {
    expect(() => bigIntToBytes(256n, 1)).toThrow(InvalidInputError)
    expect(() => bigIntToBytes(2n ** 256n, 32)).toThrow(InvalidInputError)
    expect(() => bigIntToBytes(-1n, 32)).toThrow(InvalidInputError)
    expect(() => bigIntToMinimalBytes(-1n)).toThrow(InvalidInputError)
  })

  it('are read from quantities, decimals and numbers', () => {
    for (const [value, expected] of [
      ['0x0', 0n],
      ['0x00', 0n],
      ['0xfF', 255n],
      [`0x${'00'.repeat(40)}01`, 1n],
      ['12', 12n],
      [12, 12n],
      [12n, 12n],
      [(2n ** 256n - 1n).toString(), 2n ** 256n - 1n],
    ] as const) {
      expect(parseQuantity(value)).toBe(expected)
    }
    const huge = [2n ** 256n, `0x1${'00'.repeat(32)}`, '9'.repeat(1_000_000)]
    const texts = ['', '0x', '-1', '1.5', '1e3', ' 1', '0xg']
    for (const value of [...texts, ...huge, -1, 1.5, 2 ** 53, NaN, null, {}]) {
      expect(() => parseQuantity(value, 'nonce')).toThrow(InvalidInputError)
    }
    expect(() => parseQuantity(2n ** 64n, 'nonce', 2n ** 64n)).toThrow(
      'invalid value: "nonce" expected an integer from 0 to 2^64 − 1, got 18446744073709551616',
    )
    expect(quantityToHex(0n)).toBe('0x0')
    expect(quantityToHex(256)).toBe('0x100')
  })
})

describe('byte strings', () => {
  it('concatenate, compare and sort', () => {
    const [a, b] = [Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)]
    expect(concatBytes(a, b)).toEqual(Uint8Array.of(1, 2, 1, 2, 0))
    expect(concatBytes()).toHaveLength(0)
    expect(bytesEqual(a, Uint8Array.of(1, 2))).toBe(true)
    expect(bytesEqual(a, b)).toBe(false)
    expect(bytesEqual(a, Uint8Array.of(1, 3))).toBe(false)
    expect([b, Uint8Array.of(2), a].sort(compareBytes)).toEqual([a, b, Uint8Array.of(2)])
  })
})

describe('errors', () => {
  it('render what, field, expected, got and place', () => {
    const error = new InvalidTransactionError('nonce-too-low', 'transaction refused', {
      place: { block: 19n, tx: 3, field: 'nonce' },
      expected: '7',
      got: 6n,
    })
    expect(error.message).toBe('transaction refused: "nonce" expected 7, got 6 (block 19, tx 3)')
    expect(error).toBeInstanceOf(ActorEvmError)
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'InvalidTransactionError',
      code: 'INVALID_TRANSACTION',
      reason: 'nonce-too-low',
      message: error.message,
      place: { block: '19', tx: 3, field: 'nonce' },
    })
  })

  it('keep the message short whatever was found', () => {
    const cause = new Error('below')
    for (const got of ['x'.repeat(1e6), 2n ** 100_000n, new Uint8Array(1e6), [1], {}, () => 1]) {
      const error = new InvalidInputError('bad', { got, cause })
      expect(error.message.length).toBeLessThan(150)
      expect(error.cause).toBe(cause)
    }
    expect(new WorkerTimeoutError('worker 2 is silent', 50).message).toContain('50 ms')
    expect(new EngineFaultError('roots differ', 'seed 7').replay).toBe('seed 7')
  })

  it('turn an aborted signal into CancelledError', () => {
    expect(() => throwIfCancelled(undefined, 'work')).not.toThrow()
    expect(() => throwIfCancelled(new AbortController().signal, 'work')).not.toThrow()
    expect(() => throwIfCancelled(AbortSignal.abort(), 'work')).toThrow(CancelledError)
  })
})
