import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  REVISION_BERLIN,
  REVISION_BYZANTIUM,
  REVISION_ISTANBUL,
  REVISION_OSAKA,
  REVISION_PRAGUE,
} from '../../assembly/abi/revision.js'
import { compileTesting } from './helpers/compile-testing.js'
import { OUT_OF_ANY_GAS, Precompiles, toBytes } from './helpers/precompiles.js'
import { Random } from './helpers/random.js'

let precompiles: Precompiles
beforeAll(async () => {
  precompiles = new Precompiles(await compileTesting())
})

const run = (input: Uint8Array, workBytes?: number): string | null =>
  precompiles.run('modexp', input, workBytes)
const gas = (revision: number, input: Uint8Array): bigint =>
  precompiles.gas('modexp', revision, input)

interface Lengths {
  base: number
  exponent: number
  modulus: number
}
const header = (...lengths: readonly bigint[]): Uint8Array =>
  concatBytes(...lengths.map((length) => toBytes(length, 32)))
const encode = (base: bigint, exponent: bigint, modulus: bigint, lengths: Lengths): Uint8Array =>
  concatBytes(
    header(BigInt(lengths.base), BigInt(lengths.exponent), BigInt(lengths.modulus)),
    toBytes(base, lengths.base),
    toBytes(exponent, lengths.exponent),
    toBytes(modulus, lengths.modulus),
  )
const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  if (modulus === 0n) return 0n
  let result = 1n % modulus
  for (const bit of exponent === 0n ? '' : exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}
const checkPower = (base: bigint, exponent: bigint, modulus: bigint, lengths: Lengths): void => {
  const actual = run(encode(base, exponent, modulus, lengths))
  const expected = bytesToHex(toBytes(power(base, exponent, modulus), lengths.modulus))
  if (actual !== expected) {
    expect(actual, `${base} ^ ${exponent} mod ${modulus}`).toBe(expected)
  }
}
const byteLength = (value: bigint): number =>
  value === 0n ? 0 : Math.ceil(value.toString(16).length / 2)

describe('results', () => {
  test('small operands', () => {
    const values = [0n, 1n, 2n, 3n, 4n, 7n, 8n, 15n, 16n, 128n, 254n, 255n]
    for (const base of values) {
      for (const exponent of values) {
        for (const modulus of values) {
          checkPower(base, exponent, modulus, { base: 1, exponent: 1, modulus: 1 })
        }
      }
    }
  })

  test('edges of limbs and digits', () => {
    const edges = [8n, 31n, 32n, 33n, 63n, 64n, 65n, 96n, 127n, 128n, 129n, 192n].flatMap(
      (bits) => [(1n << bits) - 1n, 1n << bits, (1n << bits) + 1n, (3n << bits) - 2n],
    )
    const random = new Random(5n)
    for (const modulus of edges) {
      const bases = [0n, 1n, modulus - 1n, modulus, modulus + 1n, edges[random.nextInt(48)] ?? 2n]
      for (const base of bases) {
        for (const exponent of [0n, 1n, 2n, 3n, 255n, 0x10001n, random.nextBits(64)]) {
          checkPower(base, exponent, modulus, { base: 26, exponent: 9, modulus: 26 })
        }
      }
    }
  })

  test('random operands, odd and even, of every shape', () => {
    const random = new Random(6n)
    for (let i = 0; i < 2_000; i++) {
      const operand = (maxBits: number): bigint => random.nextBits(random.nextInt(maxBits + 1))
      const base = operand(400)
      const exponent = operand(i % 4 === 0 ? 300 : 60)
      const trailing = BigInt(i % 3 === 0 ? random.nextInt(200) : 0)
      const modulus = (operand(400) << trailing) | (i % 3 === 1 ? 1n : 0n)
      checkPower(base, exponent, modulus, {
        base: byteLength(base) + random.nextInt(3),
        exponent: byteLength(exponent) + random.nextInt(3),
        modulus: byteLength(modulus) + random.nextInt(3),
      })
    }
  })

  test('digits of ones and zeros', () => {
    const random = new Random(7n)
    for (let i = 0; i < 1_000; i++) {
      const modulus = random.nextWord() << BigInt(i % 70)
      const base = random.nextWord()
      const exponent = random.nextWord() >> 180n
      checkPower(base, exponent, modulus, { base: 32, exponent: 32, modulus: 41 })
    }
  })

  test('large operands', () => {
    const random = new Random(8n)
    for (const bytes of [128, 255, 256, 512, 1024]) {
      for (const shift of [0n, 1n, 65n, BigInt(4 * bytes)]) {
        const modulus = ((random.nextBits(8 * bytes) | 1n) << shift) % (1n << BigInt(8 * bytes))
        const base = random.nextBits(8 * bytes)
        const lengths = { base: bytes, exponent: 8, modulus: bytes }
        checkPower(base, random.nextBits(50), modulus, lengths)
      }
    }
    checkPower(random.nextBits(8192), 5n, random.nextBits(70), {
      base: 1024,
      exponent: 1,
      modulus: 9,
    })
  })

  test('missing input is zero', () => {
    const full = encode(3n, 0xffffn << 8n, 1n << 255n, { base: 1, exponent: 3, modulus: 32 })
    const expected = run(full)
    expect(expected).toBe(bytesToHex(toBytes(power(3n, 0xffffn << 8n, 1n << 255n), 32)))
    // The modulus is 0x80 and 31 zeros.
    for (const cut of [1, 10, 31]) {
      expect(run(full.subarray(0, full.length - cut))).toBe(expected)
    }
    expect(run(full.subarray(0, full.length - 32))).toBe('00'.repeat(32))
    expect(run(full.subarray(0, 97))).toBe('00'.repeat(32))
    expect(run(new Uint8Array(0))).toBe('')
    expect(run(Uint8Array.of(1))).toBe('')
  })

  test('more input than the lengths say is ignored', () => {
    const call = encode(3n, 0xffffn, 1n << 255n, { base: 1, exponent: 2, modulus: 32 })
    const expected = '3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab'
    expect(run(call)).toBe(expected)
    expect(run(concatBytes(call, Uint8Array.of(7)))).toBe(expected)
  })

  test('an exponent beyond all bounds with empty base and modulus', () => {
    expect(run(header(0n, (1n << 256n) - 1n, 0n))).toBe('')
  })

  test('an exponent longer than the input leaves a modulus of zero', () => {
    const tail = Uint8Array.of(5, 3, 7)
    for (const exponent of [3n, 1n << 32n, (1n << 32n) - 97n, (1n << 64n) - 97n, 1n << 200n]) {
      expect(run(concatBytes(header(1n, exponent, 1n), tail))).toBe('00')
    }
    expect(run(concatBytes(header(1n, 1n, 1n), tail))).toBe('06') // 5^3 mod 7
  })

  test('fails without enough work memory', () => {
    const call = encode(3n, 5n, 7n, { base: 100, exponent: 1, modulus: 200 })
    const needed = precompiles.modexpWorkBytes(call)
    expect(run(call, needed)).not.toBeNull()
    expect(run(call, needed - 1)).toBeNull()
  })

  test('an odd factor squared is zero', () => {
    for (const p of [3n, 17n, 0xffff_ffffn, (1n << 61n) - 1n, (1n << 127n) - 1n]) {
      const size = byteLength(p * p)
      for (const exponent of [2n, 3n, (1n << 50n) - 1n]) {
        checkPower(p, exponent, p * p, { base: size, exponent: 7, modulus: size })
        checkPower(5n * p, exponent, p * p * 4n, { base: size, exponent: 7, modulus: size + 1 })
      }
    }
  })

  test('stays inside the work memory it asks for', () => {
    const random = new Random(9n)
    for (let i = 0; i < 200; i++) {
      const lengths = {
        base: random.nextInt(100),
        exponent: random.nextInt(12),
        modulus: 1 + random.nextInt(100),
      }
      const call = encode(
        random.nextBits(8 * lengths.base),
        random.nextBits(8 * lengths.exponent),
        random.nextBits(8 * lengths.modulus) & ~(i % 3 === 0 ? 0xffffn : 0n),
        lengths,
      )
      expect(run(call, precompiles.modexpWorkBytes(call))).toBe(run(call))
    }
  })
})

describe('prices', () => {
  const P = (1n << 256n) - (1n << 32n) - 977n

  test('of the EIPs', () => {
    // EIP-198's second example, and those of EIP-2565 and EIP-7883 (their operands' lengths;
    // other digits change nothing).
    const cases: [Uint8Array, bigint, bigint, bigint][] = [
      [encode(3n, P - 1n, P, { base: 1, exponent: 32, modulus: 32 }), 13_056n, 1_360n, 4_080n],
      [encode(0n, P - 1n, P, { base: 0, exponent: 32, modulus: 32 }), 13_056n, 1_360n, 4_080n],
    ]
    const table = [
      [64, 204n, 3_276n, 200n, 341n, 500n, 2_048n],
      [128, 665n, 10_649n, 200n, 1_365n, 512n, 8_192n],
      [256, 1_894n, 30_310n, 341n, 5_461n, 2_048n, 32_768n],
      [512, 5_580n, 89_292n, 1_365n, 21_845n, 8_192n, 131_072n],
      [1024, 17_868n, 285_900n, 5_461n, 87_381n, 32_768n, 524_288n],
    ] as const
    for (const [bytes, square198, pow198, square2565, pow2565, square7883, pow7883] of table) {
      const call = (exponent: bigint, length: number): Uint8Array =>
        encode(1n, exponent, 1n, { base: bytes, exponent: length, modulus: bytes })
      cases.push([call(2n, 1), square198, square2565, square7883])
      cases.push([call(3n, 1), square198, square2565, square7883])
      cases.push([call(0x10001n, 3), pow198, pow2565, pow7883])
    }
    for (const [call, byzantium, berlin, osaka] of cases) {
      expect(gas(REVISION_BYZANTIUM, call)).toBe(byzantium)
      expect(gas(REVISION_ISTANBUL, call)).toBe(byzantium)
      expect(gas(REVISION_BERLIN, call)).toBe(berlin)
      expect(gas(REVISION_PRAGUE, call)).toBe(berlin)
      expect(gas(REVISION_OSAKA, call)).toBe(osaka)
    }
  })

  test('equal the formulas for any lengths', () => {
    const random = new Random(10n)
    for (let i = 0; i < 3_000; i++) {
      const lengths = [0, 0, 0].map(() =>
        i % 2 === 0 ? random.nextInt(70) : random.nextInt(3_000),
      ) as [number, number, number]
      const [base, exponent, modulus] = lengths
      const present = random.nextInt(200)
      const tail = random.nextBytes(present)
      if (i % 3 === 0) tail.fill(0)
      const call = concatBytes(header(BigInt(base), BigInt(exponent), BigInt(modulus)), tail)
      const actual = [REVISION_BYZANTIUM, REVISION_BERLIN, REVISION_OSAKA].map((revision) =>
        gas(revision, call),
      )
      expect(actual).toEqual(formulas(lengths, tail))
    }
  })

  test('saturate', () => {
    const huge = (1n << 256n) - 1n
    const all = [REVISION_BYZANTIUM, REVISION_BERLIN, REVISION_OSAKA]
    for (const revision of all) {
      for (const operands of [
        [huge, 1n, 1n],
        [1n, 1n, huge],
        [1n << 32n, 1n, 1n],
        [1n, huge, 1n],
        [1n, 1n << 63n, 1n],
        [1024n, 1n << 61n, 1024n],
      ] as const) {
        expect(gas(revision, header(...operands))).toBe(OUT_OF_ANY_GAS)
      }
    }
    expect(gas(REVISION_BYZANTIUM, header(0n, huge, 0n))).toBe(0n)
    expect(gas(REVISION_BERLIN, header(0n, huge, 0n))).toBe(200n)
    expect(gas(REVISION_OSAKA, header(0n, huge, 0n))).toBe(OUT_OF_ANY_GAS)
    expect(gas(REVISION_BERLIN, header(1n, 1n << 32n, 1n))).toBe(
      (8n * ((1n << 32n) - 32n)) / 3n,
    )
  })

  test('Osaka takes 1024 bytes and no more', () => {
    expect(gas(REVISION_OSAKA, header(1024n, 1024n, 1024n))).toBeLessThan(1n << 32n)
    for (const operands of [
      [1025n, 1n, 1n],
      [1n, 1025n, 1n],
      [1n, 1n, 1025n],
    ] as const) {
      expect(gas(REVISION_OSAKA, header(...operands))).toBe(OUT_OF_ANY_GAS)
      expect(gas(REVISION_PRAGUE, header(...operands))).toBeLessThan(1n << 32n)
    }
  })

  /** As the EIPs write them. */
  function formulas(lengths: [number, number, number], tail: Uint8Array): bigint[] {
    const [baseLength, exponentLength, modulusLength] = lengths.map(BigInt) as [
      bigint,
      bigint,
      bigint,
    ]
    let head = 0n
    for (let i = 0; i < Math.min(32, lengths[1]); i++) {
      head = (head << 8n) | BigInt(tail[lengths[0] + i] ?? 0)
    }
    const headIndex = head === 0n ? 0n : BigInt(head.toString(2).length - 1)
    const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
    const iterations = (perByte: bigint): bigint =>
      max(1n, exponentLength > 32n ? perByte * (exponentLength - 32n) + headIndex : headIndex)
    const x = max(baseLength, modulusLength)
    const byzantium =
      x <= 64n
        ? x * x
        : x <= 1024n
          ? (x * x) / 4n + 96n * x - 3072n
          : (x * x) / 16n + 480n * x - 199680n
    const words = (x + 7n) / 8n
    const osaka = x > 32n ? 2n * words * words : 16n
    const tooLong = max(x, exponentLength) > 1024n
    return [
      (byzantium * iterations(8n)) / 20n,
      max(200n, (words * words * iterations(8n)) / 3n),
      tooLong ? OUT_OF_ANY_GAS : max(500n, osaka * iterations(16n)),
    ]
  }
})
