import { beforeAll, describe, test } from 'vitest'
import { compileTesting, type TestingModule } from './helpers/compile-testing.js'
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
        run(A)
        check(module.readWord(C), operation(a, b, modulus), a, b, modulus)
      }
    })
  }
})
