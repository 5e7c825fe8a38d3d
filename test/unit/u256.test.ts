import { beforeAll, describe, test } from 'vitest'
import { compileTesting, type TestingModule } from './helpers/compile-testing.js'
import { Random } from './helpers/random.js'
import { A, APART, B, C, check, pairs, signed, triples, unsigned } from './helpers/words.js'

let module: TestingModule
beforeAll(async () => {
  module = await compileTesting()
})

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
          module.writeWord(A, top)
          module.writeWord(B, b)
          run(A)
          check(module.readWord(B), unsigned(operation(top, b)), top, b)
        }
      }
    })
  }
})

describe('modulo the third, which the result replaces', () => {
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
        run(A, B, C)
        check(module.readWord(C), operation(a, b, modulus), a, b, modulus)
      }
    })
  }
})

describe('MULMOD with a modulus that stays', () => {
  const BN254 = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n
  const SECP256K1 = 2n ** 256n - 2n ** 32n - 977n
  const LEAST = 2n ** 252n + 1n
  const moduli = [BN254, SECP256K1, 2n ** 256n - 1n, 2n ** 255n, LEAST, 2n ** 252n]
  const random = new Random(6n)
  for (let i = 0n; i < 200n; i++) moduli.push(random.nextWord() | (1n << (252n + (i % 4n))))

  test('is exact from the first use on, near 0 and near the modulus', () => {
    const run = module.get('u256MulMod')
    for (const modulus of moduli) {
      const most = 2n ** 256n - 1n
      const half = (modulus + 1n) / 2n
      const factors: [bigint, bigint][] = [
        [most, most], [modulus - 1n, modulus - 1n], [modulus - 1n, 1n], [modulus, most], [0n, most],
        [half, 2n], [half - 1n, 2n], [half + 1n, 2n], [1n, most], [most, most - 1n],
      ]
      for (let i = 0; i < 40; i++) factors.push([random.nextWord(), random.nextWord()])
      const small = 2n ** 64n
      factors.push([most, small - 1n], [small - 1n, most], [modulus - 1n, small - 1n])
      factors.push([small, most], [2n ** 58n, modulus - 1n], [2n ** 29n - 1n, most], [3n, 5n])
      for (let i = 0; i < 20; i++) factors.push([random.nextWord(), random.nextWord() % small])
      for (const [a, b] of factors) {
        module.writeWord(A, a)
        module.writeWord(B, b)
        module.writeWord(C, modulus)
        run(A, B, C)
        check(module.readWord(C), (a * b) % modulus, a, b, modulus)
      }
    }
  })
})
