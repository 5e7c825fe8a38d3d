import { blake2b } from '@noble/hashes/blake2.js'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  REVISION_BERLIN,
  REVISION_BYZANTIUM,
  REVISION_ISTANBUL,
  REVISION_OSAKA,
  REVISION_PRAGUE,
} from '../../assembly/abi/revision.js'
import { compileTesting, DATA_PTR, type TestingModule } from './helpers/compile-testing.js'
import { Random } from './helpers/random.js'

const OUT = DATA_PTR
// odd: calldata has no alignment
const INPUT = DATA_PTR + 0x40001
const WORK = DATA_PTR + 0x80000
const WORK_BYTES = 0x200000
const FAILED = -1
const OUT_OF_ANY_GAS = (1n << 63n) - 1n

type Name = 'blake2f' | 'identity' | 'modexp' | 'ripemd160' | 'sha256'

let module: TestingModule
beforeAll(async () => {
  module = await compileTesting()
})

function gas(name: Name, revision: number, input: Uint8Array): bigint {
  module.write(INPUT, input)
  return BigInt(module.get(`${name}Gas`)(revision, INPUT, input.length))
}

/** The output in hex, or null where the contract fails. Work memory is dirty, as in real calls. */
function run(name: Name, input: Uint8Array, workBytes = WORK_BYTES): string | null {
  module.write(INPUT, input)
  module.bytes.fill(0xa5, OUT, OUT + 4096)
  module.bytes.fill(0xa5, WORK, WORK + 0x10000)
  // What follows the input belongs to others.
  module.bytes.fill(0x5a, INPUT + input.length, INPUT + input.length + 256)
  const length = Number(module.get(`${name}Run`)(INPUT, input.length, OUT, WORK, workBytes))
  expect(module.bytes[OUT + Math.max(length, 0)]).toBe(0xa5)
  return length === FAILED ? null : bytesToHex(module.read(OUT, length))
}

const toBytes = (value: bigint, length: number): Uint8Array =>
  length === 0 ? new Uint8Array(0) : hexToBytes(value.toString(16).padStart(2 * length, '0'))

describe('hashes and identity', () => {
  const random = new Random(1n)

  test('outputs', () => {
    for (const length of [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 200, 1_000]) {
      const input = random.nextBytes(length)
      expect(run('identity', input)).toBe(bytesToHex(input))
      expect(run('sha256', input)).toBe(bytesToHex(sha256(input)))
      expect(run('ripemd160', input)).toBe('00'.repeat(12) + bytesToHex(ripemd160(input)))
    }
  })

  test('prices', () => {
    const prices = [
      [0, 15n, 60n, 600n],
      [1, 18n, 72n, 720n],
      [32, 18n, 72n, 720n],
      [33, 21n, 84n, 840n],
      [4096, 399n, 1_596n, 15_960n],
    ] as const
    for (const [length, ...expected] of prices) {
      const input = new Uint8Array(length)
      const names = ['identity', 'sha256', 'ripemd160'] as const
      expect(names.map((name) => gas(name, REVISION_OSAKA, input))).toEqual(expected)
    }
  })
})

describe('blake2f', () => {
  const ROUNDS_OF_BLAKE2B = 12
  const IV = [
    0x6a09e667f3bcc908n,
    0xbb67ae8584caa73bn,
    0x3c6ef372fe94f82bn,
    0xa54ff53a5f1d36f1n,
    0x510e527fade682d1n,
    0x9b05688c2b3e6c1fn,
    0x1f83d9abfb41bd6bn,
    0x5be0cd19137e2179n,
  ] as const
  /** Parameter block of an unkeyed hash of 64 bytes. */
  const PARAMETERS = 0x0101_0040n

  const u64LE = (value: bigint): Uint8Array => toBytes(value, 8).reverse()
  const encode = (
    rounds: number,
    h: Uint8Array,
    m: Uint8Array,
    t: readonly [bigint, bigint],
    final: number,
  ): Uint8Array =>
    concatBytes(
      toBytes(BigInt(rounds), 4),
      h,
      m,
      u64LE(t[0]),
      u64LE(t[1]),
      Uint8Array.of(final),
    )
  const initial = concatBytes(...IV.map((value, i) => u64LE(i === 0 ? value ^ PARAMETERS : value)))
  const blockOf = (input: Uint8Array): Uint8Array => {
    const block = new Uint8Array(128)
    block.set(input)
    return block
  }

  test('twelve rounds make BLAKE2b', () => {
    const random = new Random(2n)
    for (let length = 0; length <= 128; length++) {
      const input = random.nextBytes(length)
      const call = encode(ROUNDS_OF_BLAKE2B, initial, blockOf(input), [BigInt(length), 0n], 1)
      expect(run('blake2f', call)).toBe(bytesToHex(blake2b(input, { dkLen: 64 })))
    }
  })

  test('two blocks make BLAKE2b', () => {
    const input = new Random(3n).nextBytes(200)
    const first = encode(ROUNDS_OF_BLAKE2B, initial, input.subarray(0, 128), [128n, 0n], 0)
    const state = hexToBytes(run('blake2f', first) ?? '')
    const second = encode(ROUNDS_OF_BLAKE2B, state, blockOf(input.subarray(128)), [200n, 0n], 1)
    expect(run('blake2f', second)).toBe(bytesToHex(blake2b(input, { dkLen: 64 })))
  })

  test('any number of rounds', () => {
    const random = new Random(4n)
    for (const rounds of [0, 1, 2, 9, 10, 11, 13, 20, 21, 100]) {
      const h = random.nextBytes(64)
      const m = random.nextBytes(128)
      const t = [random.nextU64(), random.nextU64()] as const
      for (const final of [0, 1] as const) {
        const expected = bytesToHex(compress(rounds, h, m, t, final))
        expect(run('blake2f', encode(rounds, h, m, t, final)), `${rounds} rounds`).toBe(expected)
      }
    }
  })

  test('price is the number of rounds', () => {
    const m = new Uint8Array(128)
    for (const rounds of [0, 1, 12, 0xffff_ffff]) {
      const call = encode(rounds, initial, m, [0n, 0n], 1)
      expect(gas('blake2f', REVISION_ISTANBUL, call)).toBe(BigInt(rounds))
    }
  })

  test('fails on another length or final flag', () => {
    const call = encode(12, initial, blockOf(utf8ToBytes('abc')), [3n, 0n], 1)
    expect(run('blake2f', call)).not.toBeNull()
    expect(run('blake2f', call.subarray(0, 212))).toBeNull()
    expect(run('blake2f', concatBytes(call, Uint8Array.of(0)))).toBeNull()
    expect(run('blake2f', new Uint8Array(0))).toBeNull()
    expect(gas('blake2f', REVISION_ISTANBUL, call.subarray(0, 212))).toBe(0n)
    call[212] = 2
    expect(run('blake2f', call)).toBeNull()
  })

  /** RFC 7693, section 3.2, on bigints. */
  function compress(
    rounds: number,
    h: Uint8Array,
    m: Uint8Array,
    t: readonly [bigint, bigint],
    final: number,
  ): Uint8Array {
    const SIGMA = [
      '0123456789abcdef',
      'ea489fd61c02b753',
      'b8c052fdae367194',
      '7931dcbe265a40f8',
      '905724afe1bc683d',
      '2c6a0b834d75fe19',
      'c51fed4a0763928b',
      'db7ec13950f4862a',
      '6fe9b308c2d714a5',
      'a2847615fb9e3cd0',
    ]
    const words = (bytes: Uint8Array): bigint[] => {
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      return Array.from({ length: bytes.length / 8 }, (_, i) => view.getBigUint64(8 * i, true))
    }
    const rotate = (x: bigint, by: bigint): bigint =>
      BigInt.asUintN(64, (x >> by) | (x << (64n - by)))
    const state = words(h)
    const message = words(m)
    const v = [...state, ...IV]
    const at = (i: number): bigint => v[i] ?? 0n
    v[12] = at(12) ^ t[0]
    v[13] = at(13) ^ t[1]
    if (final === 1) v[14] = BigInt.asUintN(64, ~at(14))
    const mix = (a: number, b: number, c: number, d: number, x: bigint, y: bigint): void => {
      for (const [word, byD, byB] of [
        [x, 32n, 24n],
        [y, 16n, 63n],
      ] as const) {
        v[a] = BigInt.asUintN(64, at(a) + at(b) + word)
        v[d] = rotate(at(d) ^ at(a), byD)
        v[c] = BigInt.asUintN(64, at(c) + at(d))
        v[b] = rotate(at(b) ^ at(c), byB)
      }
    }
    for (let round = 0; round < rounds; round++) {
      const order = SIGMA[round % 10] ?? ''
      const word = (i: number): bigint => message[parseInt(order[i] ?? '', 16)] ?? 0n
      for (let i = 0; i < 4; i++) mix(i, 4 + i, 8 + i, 12 + i, word(2 * i), word(2 * i + 1))
      for (let i = 0; i < 4; i++) {
        const [b, c, d] = [4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4)]
        mix(i, b, c, d, word(8 + 2 * i), word(9 + 2 * i))
      }
    }
    return concatBytes(...state.map((value, i) => u64LE(value ^ at(i) ^ at(i + 8))))
  }
})

describe('modexp', () => {
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
    const actual = run('modexp', encode(base, exponent, modulus, lengths))
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
      const expected = run('modexp', full)
      expect(expected).toBe(bytesToHex(toBytes(power(3n, 0xffffn << 8n, 1n << 255n), 32)))
      // The modulus is 0x80 and 31 zeros.
      for (const cut of [1, 10, 31]) {
        expect(run('modexp', full.subarray(0, full.length - cut))).toBe(expected)
      }
      expect(run('modexp', full.subarray(0, full.length - 32))).toBe('00'.repeat(32))
      expect(run('modexp', full.subarray(0, 97))).toBe('00'.repeat(32))
      expect(run('modexp', new Uint8Array(0))).toBe('')
      expect(run('modexp', Uint8Array.of(1))).toBe('')
    })

    test('more input than the lengths say is ignored', () => {
      const call = encode(3n, 0xffffn, 1n << 255n, { base: 1, exponent: 2, modulus: 32 })
      const expected = '3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab'
      expect(run('modexp', call)).toBe(expected)
      expect(run('modexp', concatBytes(call, Uint8Array.of(7)))).toBe(expected)
    })

    test('an exponent beyond all bounds with empty base and modulus', () => {
      const call = header(0n, (1n << 256n) - 1n, 0n)
      expect(run('modexp', call)).toBe('')
    })

    test('an exponent longer than the input leaves a modulus of zero', () => {
      const tail = Uint8Array.of(5, 3, 7)
      for (const exponent of [3n, 1n << 32n, (1n << 32n) - 97n, (1n << 64n) - 97n, 1n << 200n]) {
        expect(run('modexp', concatBytes(header(1n, exponent, 1n), tail))).toBe('00')
      }
      expect(run('modexp', concatBytes(header(1n, 1n, 1n), tail))).toBe('06') // 5^3 mod 7
    })

    test('fails without enough work memory', () => {
      const call = encode(3n, 5n, 7n, { base: 100, exponent: 1, modulus: 200 })
      module.write(INPUT, call)
      const needed = Number(module.get('modexpWorkBytes')(INPUT, call.length))
      expect(run('modexp', call, needed)).not.toBeNull()
      expect(run('modexp', call, needed - 1)).toBeNull()
    })

    test('stays inside its work memory', () => {
      const random = new Random(9n)
      for (let i = 0; i < 200; i++) {
        const lengths = {
          base: random.nextInt(100),
          exponent: random.nextInt(12),
          modulus: 1 + random.nextInt(100),
        }
        const modulus = random.nextBits(8 * lengths.modulus) & ~(BigInt(i % 3) && 0xffffn)
        const call = encode(
          random.nextBits(8 * lengths.base),
          random.nextBits(8 * lengths.exponent),
          modulus,
          lengths,
        )
        module.write(INPUT, call)
        const needed = Number(module.get('modexpWorkBytes')(INPUT, call.length))
        module.bytes.fill(0xcc, WORK - 64, WORK + needed + 64)
        module.get('modexpRun')(INPUT, call.length, OUT, WORK, needed)
        expect(module.read(WORK - 64, 64)).toEqual(new Uint8Array(64).fill(0xcc))
        expect(module.read(WORK + needed, 64)).toEqual(new Uint8Array(64).fill(0xcc))
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
        expect(gas('modexp', REVISION_BYZANTIUM, call)).toBe(byzantium)
        expect(gas('modexp', REVISION_ISTANBUL, call)).toBe(byzantium)
        expect(gas('modexp', REVISION_BERLIN, call)).toBe(berlin)
        expect(gas('modexp', REVISION_PRAGUE, call)).toBe(berlin)
        expect(gas('modexp', REVISION_OSAKA, call)).toBe(osaka)
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
          gas('modexp', revision, call),
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
          expect(gas('modexp', revision, header(...operands))).toBe(OUT_OF_ANY_GAS)
        }
      }
      expect(gas('modexp', REVISION_BYZANTIUM, header(0n, huge, 0n))).toBe(0n)
      expect(gas('modexp', REVISION_BERLIN, header(0n, huge, 0n))).toBe(200n)
      expect(gas('modexp', REVISION_OSAKA, header(0n, huge, 0n))).toBe(OUT_OF_ANY_GAS)
      expect(gas('modexp', REVISION_BERLIN, header(1n, 1n << 32n, 1n))).toBe(
        (8n * ((1n << 32n) - 32n)) / 3n,
      )
    })

    test('Osaka takes 1024 bytes and no more', () => {
      expect(gas('modexp', REVISION_OSAKA, header(1024n, 1024n, 1024n))).toBeLessThan(1n << 32n)
      for (const operands of [
        [1025n, 1n, 1n],
        [1n, 1025n, 1n],
        [1n, 1n, 1025n],
      ] as const) {
        expect(gas('modexp', REVISION_OSAKA, header(...operands))).toBe(OUT_OF_ANY_GAS)
        expect(gas('modexp', REVISION_PRAGUE, header(...operands))).toBeLessThan(1n << 32n)
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
})
