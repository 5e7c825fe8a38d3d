import { beforeAll, describe, expect, test } from 'vitest'
import { compileTesting, DATA_PTR, type TestingModule } from './helpers/compile-testing.js'
import { Random } from './helpers/random.js'

const RANDOM_CASES = 4_000
const LIMIT = 1n << 256n
const MAX = LIMIT - 1n
const SIGN = 1n << 255n

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  10n,
  0xffn,
  (1n << 32n) - 1n,
  1n << 32n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
  1n << 64n,
  (1n << 64n) + 1n,
  (1n << 128n) - 1n,
  1n << 128n,
  (1n << 192n) - 1n,
  1n << 192n,
  (1n << 224n) - 1n,
  1n << 224n,
  (1n << 224n) + 1n,
  SIGN - 1n,
  SIGN,
  SIGN + 1n,
  MAX - (1n << 64n),
  MAX - 1n,
  MAX,
]

// A spare word below the operands: shifts destroy it, as they do on the stack.
const SP = DATA_PTR + 64
const A = SP
const B = SP + 32
const C = SP + 64
const APART = SP + 256

let module: TestingModule
beforeAll(async () => {
  module = await compileTesting()
})

const signed = (word: bigint): bigint => BigInt.asIntN(256, word)
const unsigned = (value: bigint): bigint => BigInt.asUintN(256, value)
const hex = (word: bigint): string => `0x${word.toString(16)}`

/** Compares and names the operands in the message; vitest's own `expect` is slow in long loops. */
function check(actual: bigint, expected: bigint, ...operands: bigint[]): void {
  if (actual !== expected) expect(hex(actual), operands.map(hex).join(' ')).toBe(hex(expected))
}

function* pairs(seed: bigint): Generator<[bigint, bigint]> {
  for (const a of EDGES) for (const b of EDGES) yield [a, b]
  const random = new Random(seed)
  for (let i = 0; i < RANDOM_CASES; i++) yield [random.nextWord(), random.nextWord()]
}

function* words(seed: bigint): Generator<bigint> {
  yield* EDGES
  const random = new Random(seed)
  for (let i = 0; i < RANDOM_CASES; i++) yield random.nextWord()
}

function* triples(seed: bigint): Generator<[bigint, bigint, bigint]> {
  for (const a of EDGES) for (const b of EDGES) for (const c of EDGES) yield [a, b, c]
  const random = new Random(seed)
  for (let i = 0; i < RANDOM_CASES; i++) {
    const c = random.nextWord()
    yield [random.nextWord(), random.nextWord(), c]
    // Neighbours of the modulus, and the same one again: the cached reciprocal.
    yield [unsigned(c - 1n), unsigned(c + BigInt(random.nextInt(3))), c]
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let bit = 255n; bit >= 0n; bit--) {
    result = unsigned(result * result)
    if ((exponent >> bit) & 1n) result = unsigned(result * base)
  }
  return result
}

describe('dst = a ∘ b', () => {
  const operations: Record<string, (a: bigint, b: bigint) => bigint> = {
    u256Add: (a, b) => a + b,
    u256Sub: (a, b) => a - b,
    u256Mul: (a, b) => a * b,
    u256MulFull: (a, b) => a * b,
    u256Div: (a, b) => (b === 0n ? 0n : a / b),
    u256Mod: (a, b) => (b === 0n ? 0n : a % b),
    u256Sdiv: (a, b) => (b === 0n ? 0n : signed(a) / signed(b)),
    u256Smod: (a, b) => (b === 0n ? 0n : signed(a) % signed(b)),
    u256And: (a, b) => a & b,
    u256Or: (a, b) => a | b,
    u256Xor: (a, b) => a ^ b,
  }
  for (const [name, operation] of Object.entries(operations)) {
    test(name, () => {
      const run = module.get(name)
      for (const [a, b] of pairs(1n)) {
        const expected = unsigned(operation(a, b))
        for (const dst of [APART, A, B]) {
          module.writeWord(A, a)
          module.writeWord(B, b)
          run(dst, A, B)
          check(module.readWord(dst), expected, a, b)
        }
      }
    })
  }

  test('u256MulWide', () => {
    const run = module.get('u256MulWide')
    for (const [a, b] of pairs(2n)) {
      module.writeWord(A, a)
      module.writeWord(B, b)
      run(APART, A, B)
      check(module.readWord(APART) | (module.readWord(APART + 32) << 256n), a * b, a, b)
    }
  })
})

describe('a ? b', () => {
  const predicates: Record<string, (a: bigint, b: bigint) => boolean> = {
    u256Eq: (a, b) => a === b,
    u256Lt: (a, b) => a < b,
    u256Slt: (a, b) => signed(a) < signed(b),
  }
  for (const [name, predicate] of Object.entries(predicates)) {
    test(name, () => {
      const run = module.get(name)
      for (const [a, b] of pairs(3n)) {
        module.writeWord(A, a)
        for (const other of [b, a]) {
          module.writeWord(B, other)
          check(BigInt(run(A, B)), predicate(a, other) ? 1n : 0n, a, other)
        }
      }
    })
  }
})

describe('stack style, two operands', () => {
  const shift = (count: bigint): bigint => (count > 256n ? 256n : count)
  const operations: Record<string, (top: bigint, below: bigint) => bigint> = {
    u256Shl: (count, value) => value << shift(count),
    u256Shr: (count, value) => value >> shift(count),
    u256Sar: (count, value) => signed(value) >> shift(count),
    u256Byte: (index, value) => (index > 31n ? 0n : (value >> (8n * (31n - index))) & 0xffn),
    u256SignExtend: (index, value) =>
      index > 30n ? value : BigInt.asIntN(8 * (Number(index) + 1), value),
    u256Exp: power,
  }
  for (const [name, operation] of Object.entries(operations)) {
    test(name, () => {
      const run = module.get(name)
      let position = 0
      for (const [a, b] of pairs(4n)) {
        for (const top of [a, BigInt(position++ % 260)]) {
          module.writeWord(SP, top)
          module.writeWord(SP + 32, b)
          run(SP)
          check(module.readWord(SP + 32), unsigned(operation(top, b)), top, b)
        }
      }
    })
  }
})

describe('stack style, modulo the third', () => {
  const operations: Record<string, (a: bigint, b: bigint, modulus: bigint) => bigint> = {
    u256AddMod: (a, b, modulus) => (modulus === 0n ? 0n : (a + b) % modulus),
    u256MulMod: (a, b, modulus) => (modulus === 0n ? 0n : (a * b) % modulus),
  }
  for (const [name, operation] of Object.entries(operations)) {
    test(name, () => {
      const run = module.get(name)
      for (const [a, b, modulus] of triples(5n)) {
        module.writeWord(A, a)
        module.writeWord(B, b)
        module.writeWord(C, modulus)
        run(SP)
        check(module.readWord(C), operation(a, b, modulus), a, b, modulus)
      }
    })
  }
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
