import { beforeAll, describe, expect, test } from 'vitest'
import { compileTesting, type TestingModule } from './helpers/compile-testing.js'
import { A, APART, B, C, check, pairs, signed, unsigned, words } from './helpers/words.js'

let module: TestingModule
beforeAll(async () => {
  module = await compileTesting()
})

describe('a word and a number', () => {
  const inPlace: Record<string, (a: bigint, small: bigint) => bigint> = {
    u256AddSmall: (a, small) => a + small,
    u256SubSmall: (a, small) => a - small,
  }
  for (const [name, operation] of Object.entries(inPlace)) {
    test(name, () => {
      const run = module.get(name)
      for (const [a, b] of pairs(6n)) {
        const small = BigInt.asUintN(64, b)
        module.writeWord(A, a)
        run(A, small)
        check(module.readWord(A), unsigned(operation(a, small)), a, small)
      }
    })
  }

  const shifts: Record<string, (a: bigint, count: bigint) => bigint> = {
    u256ShlImmediate: (a, count) => a << count,
    u256ShrImmediate: (a, count) => a >> count,
    u256SarImmediate: (a, count) => signed(a) >> count,
  }
  for (const [name, operation] of Object.entries(shifts)) {
    test(name, () => {
      const run = module.get(name)
      for (const [a, b] of pairs(7n)) {
        const count = b & 255n
        module.writeWord(A, a)
        run(A, count)
        check(module.readWord(A), unsigned(operation(a, count)), a, count)
      }
    })
  }

  test('u256ShrInto', () => {
    const run = module.get('u256ShrInto')
    for (const [a, b] of pairs(8n)) {
      const count = b & 255n
      module.writeWord(A, a)
      run(B, A, count)
      check(module.readWord(B), a >> count, a, count)
    }
  })

  test('u256MulSmall', () => {
    const run = module.get('u256MulSmall')
    for (const [a, b] of pairs(9n)) {
      const factor = BigInt.asUintN(64, b)
      module.writeWord(A, a)
      run(B, A, factor)
      check(module.readWord(B), unsigned(a * factor), a, factor)
    }
  })

  test('u256DivSmall', () => {
    const run = module.get('u256DivSmall')
    for (const [a, b] of pairs(10n)) {
      const divisor = BigInt.asUintN(64, b)
      if (divisor === 0n) continue
      for (const dst of [A, B]) {
        module.writeWord(A, a)
        check(BigInt.asUintN(64, BigInt(run(dst, A, divisor))), a % divisor, a, divisor)
        check(module.readWord(dst), a / divisor, a, divisor)
      }
    }
  })
})

describe('one word', () => {
  const bitLength = (a: bigint): number => (a === 0n ? 0 : a.toString(2).length)
  const inPlace: Record<string, (a: bigint) => bigint> = {
    u256Not: (a) => ~a,
    u256Clz: (a) => 256n - BigInt(bitLength(a)),
  }
  for (const [name, operation] of Object.entries(inPlace)) {
    test(name, () => {
      const run = module.get(name)
      for (const a of words(11n)) {
        module.writeWord(A, a)
        run(A)
        check(module.readWord(A), unsigned(operation(a)), a)
      }
    })
  }

  const functions: Record<string, (a: bigint) => bigint> = {
    u256IsZero: (a) => (a === 0n ? 1n : 0n),
    u256High: (a) => ((a >> 64n) | (a >> 128n) | (a >> 192n)) & ((1n << 64n) - 1n),
    u256SaturatedU64: (a) => (a >> 64n ? (1n << 64n) - 1n : a),
    u256BitLength: (a) => BigInt(bitLength(a)),
    u256ByteLength: (a) => BigInt((bitLength(a) + 7) >> 3),
  }
  for (const [name, operation] of Object.entries(functions)) {
    test(name, () => {
      const run = module.get(name)
      for (const a of words(12n)) {
        module.writeWord(A, a)
        check(BigInt.asUintN(64, BigInt(run(A))), operation(a), a)
      }
    })
  }

  test('u256Negate, u256Copy, u256Swap, u256Set, u256SetU64', () => {
    for (const [a, b] of pairs(13n)) {
      module.writeWord(A, a)
      module.writeWord(B, b)
      module.get('u256Swap')(A, B)
      check(module.readWord(A), b)
      check(module.readWord(B), a)
      module.get('u256Copy')(C, A)
      check(module.readWord(C), b)
      module.get('u256Negate')(C, A)
      check(module.readWord(C), unsigned(-b), b)
      module.get('u256Set')(C, a, a >> 64n, a >> 128n, a >> 192n)
      check(module.readWord(C), a)
      module.get('u256SetU64')(C, a)
      check(module.readWord(C), BigInt.asUintN(64, a))
    }
  })
})

describe('big-endian bytes', () => {
  const toBytes = (a: bigint, length: number): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => Number((a >> BigInt(8 * (length - 1 - i))) & 0xffn))

  test('u256LoadBE, u256StoreBE', () => {
    for (const a of words(14n)) {
      // odd place: memory and calldata have no alignment
      for (const [dst, src] of [
        [A, APART + 1],
        [A, A],
      ] as const) {
        module.write(src, toBytes(a, 32))
        module.get('u256LoadBE')(dst, src)
        check(module.readWord(dst), a)
      }
      module.get('u256StoreBE')(APART + 3, A)
      expect(module.read(APART + 3, 32)).toEqual(toBytes(a, 32))
    }
  })

  test('u256LoadBytes', () => {
    for (const a of words(15n)) {
      for (const length of [0, 1, 3, 8, 20, 31, 32]) {
        const value = BigInt.asUintN(8 * length, a)
        module.write(APART, toBytes(value, length))
        module.bytes.fill(0xee, APART + length, APART + 40)
        module.get('u256LoadBytes')(A, APART, length)
        check(module.readWord(A), value)
      }
    }
  })

  test('u256LoadAddress, u256StoreAddress', () => {
    for (const a of words(16n)) {
      const address = toBytes(BigInt.asUintN(160, a), 20)
      module.writeWord(A, a)
      module.bytes.fill(0xee, APART, APART + 40)
      module.get('u256StoreAddress')(APART + 1, A)
      expect(module.read(APART, 22)).toEqual(Uint8Array.from([0xee, ...address, 0xee]))
      module.get('u256LoadAddress')(B, APART + 1)
      check(module.readWord(B), BigInt.asUintN(160, a))
    }
  })
})
