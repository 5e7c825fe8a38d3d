import { blake2b } from '@noble/hashes/blake2.js'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { REVISION_ISTANBUL, REVISION_OSAKA } from '../../assembly/abi/revision.js'
import { compileTesting } from './helpers/compile-testing.js'
import { Precompiles, toBytes } from './helpers/precompiles.js'
import { Random } from './helpers/random.js'

let precompiles: Precompiles
beforeAll(async () => {
  precompiles = new Precompiles(await compileTesting())
})

describe('hashes and identity', () => {
  const random = new Random(1n)

  test('outputs', () => {
    for (const length of [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 200, 1_000]) {
      const input = random.nextBytes(length)
      expect(precompiles.run('identity', input)).toBe(bytesToHex(input))
      expect(precompiles.run('sha256', input)).toBe(bytesToHex(sha256(input)))
      const digest = bytesToHex(ripemd160(input))
      expect(precompiles.run('ripemd160', input)).toBe('00'.repeat(12) + digest)
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
      expect(names.map((name) => precompiles.gas(name, REVISION_OSAKA, input))).toEqual(expected)
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
      expect(precompiles.run('blake2f', call)).toBe(bytesToHex(blake2b(input, { dkLen: 64 })))
    }
  })

  test('two blocks make BLAKE2b', () => {
    const input = new Random(3n).nextBytes(200)
    const first = encode(ROUNDS_OF_BLAKE2B, initial, input.subarray(0, 128), [128n, 0n], 0)
    const state = hexToBytes(precompiles.run('blake2f', first) ?? '')
    const second = encode(ROUNDS_OF_BLAKE2B, state, blockOf(input.subarray(128)), [200n, 0n], 1)
    expect(precompiles.run('blake2f', second)).toBe(bytesToHex(blake2b(input, { dkLen: 64 })))
  })

  test('any number of rounds', () => {
    const random = new Random(4n)
    for (const rounds of [0, 1, 2, 9, 10, 11, 13, 20, 21, 100]) {
      const h = random.nextBytes(64)
      const m = random.nextBytes(128)
      const t = [random.nextU64(), random.nextU64()] as const
      for (const final of [0, 1] as const) {
        const expected = bytesToHex(compress(rounds, h, m, t, final))
        const actual = precompiles.run('blake2f', encode(rounds, h, m, t, final))
        expect(actual, `${rounds} rounds`).toBe(expected)
      }
    }
  })

  test('price is the number of rounds', () => {
    const m = new Uint8Array(128)
    for (const rounds of [0, 1, 12, 0xffff_ffff]) {
      const call = encode(rounds, initial, m, [0n, 0n], 1)
      expect(precompiles.gas('blake2f', REVISION_ISTANBUL, call)).toBe(BigInt(rounds))
    }
  })

  test('fails on another length or final flag', () => {
    const call = encode(12, initial, blockOf(utf8ToBytes('abc')), [3n, 0n], 1)
    expect(precompiles.run('blake2f', call)).not.toBeNull()
    expect(precompiles.run('blake2f', call.subarray(0, 212))).toBeNull()
    expect(precompiles.run('blake2f', concatBytes(call, Uint8Array.of(0)))).toBeNull()
    expect(precompiles.run('blake2f', new Uint8Array(0))).toBeNull()
    expect(precompiles.gas('blake2f', REVISION_ISTANBUL, call.subarray(0, 212))).toBe(0n)
    call[212] = 2
    expect(precompiles.run('blake2f', call)).toBeNull()
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
