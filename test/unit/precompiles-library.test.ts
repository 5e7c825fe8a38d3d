/** Precompiles that libraries compute, against @ethereumjs/evm and the vectors of the EIPs. */
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM, getActivePrecompiles, type EVM } from '@ethereumjs/evm'
import { createAddressFromBigInt } from '@ethereumjs/util'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToHex, concatBytes, hexToBytes } from '../../src/base/bytes.js'
import {
  BLS_G1_ADD, BN254_ADD, ECRECOVER, P256VERIFY, POINT_EVALUATION,
} from '../../src/crypto/precompiles/numbers.js'
import { loadEcrecover } from '../../src/crypto/precompiles/ecrecover.js'
import { loadCurve } from '../../src/crypto/precompiles/load.js'
import { compute, type Precompile } from '../../src/crypto/precompiles/precompile.js'
import { loadBls, loadVerifier } from '../../src/crypto/precompiles/verifiers.js'

let ours: ReadonlyMap<number, Precompile>
let evm: EVM
const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka })

beforeAll(async () => {
  const curves = await Promise.all([BN254_ADD, BLS_G1_ADD].map((it) => loadCurve(it, loadBls)))
  ours = new Map([
    [ECRECOVER, await loadEcrecover()],
    [POINT_EVALUATION, await loadVerifier(POINT_EVALUATION)],
    [P256VERIFY, await loadVerifier(P256VERIFY)],
    ...curves.flat(),
  ])
  evm = await createEVM({ common })
})

/** Output as hex, or null for failure. */
function run(id: number, input: Uint8Array): string | null {
  const output = compute(ours.get(id)!, input)
  return output === undefined ? null : bytesToHex(output)
}

async function runPeer(id: number, input: Uint8Array): Promise<string | null> {
  const address = createAddressFromBigInt(BigInt(id)).toString().slice(2)
  const precompile = getActivePrecompiles(common).get(address)!
  const result = await precompile({ data: input, gasLimit: 10n ** 12n, common, _EVM: evm })
  return result.exceptionError === undefined ? bytesToHex(result.returnValue) : null
}

async function agree(id: number, input: Uint8Array): Promise<void> {
  expect(run(id, input), `0x${id.toString(16)} ${bytesToHex(input)}`).toBe(await runPeer(id, input))
}

const word = (value: bigint): Uint8Array => bigIntToBytes(value, 32)
const wide = (value: bigint): Uint8Array => bigIntToBytes(value, 64)

// Points, among them infinity, one off the curve, and coordinates that are too large
const scalars = [1n, 2n, 12345n, 2n ** 200n + 77n]
const bnPoint = (k: bigint): Uint8Array => {
  const { x, y } = bn254.G1.Point.BASE.multiply(k).toAffine()
  return concatBytes(word(x), word(y))
}
const bnTwistPoint = (k: bigint): Uint8Array => {
  const { x, y } = bn254.G2.Point.BASE.multiply(k).toAffine()
  return concatBytes(word(x.c1), word(x.c0), word(y.c1), word(y.c0))
}
const bnPoints = [
  ...scalars.map(bnPoint),
  new Uint8Array(64),
  concatBytes(word(1n), word(1n)),
  concatBytes(word(bn254.fields.Fp.ORDER), word(0n)),
]
const bnTwistPoints = [...scalars.map(bnTwistPoint), new Uint8Array(128), word(5n)]
const blsG1 = (k: bigint): Uint8Array => {
  const { x, y } = bls12_381.G1.Point.BASE.multiply(k).toAffine()
  return concatBytes(wide(x), wide(y))
}
const blsG2 = (k: bigint): Uint8Array => {
  const { x, y } = bls12_381.G2.Point.BASE.multiply(k).toAffine()
  return concatBytes(wide(x.c0), wide(x.c1), wide(y.c0), wide(y.c1))
}
/** On the curve y² = x³ + 4 and not in the subgroup. */
const OUTSIDE_G1 = concatBytes(wide(0n), wide(2n))
const blsG1Points = [
  ...scalars.map(blsG1),
  new Uint8Array(128),
  OUTSIDE_G1,
  concatBytes(wide(1n), wide(1n)),
  concatBytes(wide(bls12_381.fields.Fp.ORDER), wide(2n)),
]
const blsG2Points = [
  ...scalars.map(blsG2),
  new Uint8Array(256),
  concatBytes(wide(1n), new Uint8Array(192)),
]

const anyOf = (points: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> => {
  return fc.constantFrom(...points)
}
const scalar = fc.oneof(
  fc.constantFrom(0n, 1n, bn254.fields.Fr.ORDER, bls12_381.fields.Fr.ORDER, 2n ** 256n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
)
const cut = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(bytes, fc.integer({ min: -40, max: 8 })).map(([input, by]) => {
    if (by >= 0) return input
    return input.subarray(0, Math.max(0, input.length + by))
  })

async function check(id: number, input: fc.Arbitrary<Uint8Array>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(input, (bytes) => agree(id, bytes)),
    { numRuns },
  )
}

describe('ECRECOVER', () => {
  it('recovers what was signed, and nothing from what was not', async () => {
    const hash = sha256(new Uint8Array(3))
    const key = word(7n)
    const signed = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' })
    const v = 27n + BigInt(signed[0]!)
    const input = concatBytes(hash, word(v), signed.subarray(1))
    expect(run(1, input)).toMatch(/^0x0{24}[0-9a-f]{40}$/)
    await agree(1, input)
    for (const bad of [0n, 26n, 29n, 2n ** 255n]) {
      expect(run(1, concatBytes(hash, word(bad), signed.subarray(1)))).toBe('0x')
    }
    await agree(1, input.subarray(0, 100))
    await agree(1, new Uint8Array(0))
    const byte = fc.tuple(fc.nat(127), fc.integer({ min: 1, max: 255 }))
    const damaged = byte.map(([at, xor]) => {
      const copy = input.slice()
      copy[at]! ^= xor
      return copy
    })
    await check(1, damaged, 100)
  })
})

describe('alt_bn128', () => {
  it('adds', () => check(6, cut(fc.tuple(anyOf(bnPoints), anyOf(bnPoints)).map(join)), 60))

  it('multiplies', () =>
    check(7, cut(fc.tuple(anyOf(bnPoints), scalar.map(word)).map(join)), 60))

  it('pairs', async () => {
    const [one, two] = [bnPoint(1n), bnPoint(2n)]
    const minusOne = concatBytes(one.subarray(0, 32), word(bn254.fields.Fp.ORDER - 2n))
    // e(2P, Q) e(−P, 2Q) = 1
    const good = join([two, bnTwistPoint(1n), minusOne, bnTwistPoint(2n)])
    expect(run(8, good)).toBe(bytesToHex(word(1n)))
    await agree(8, new Uint8Array(0))
    const pair = fc.tuple(anyOf(bnPoints), anyOf(bnTwistPoints)).map(join)
    await check(8, cut(fc.array(pair, { maxLength: 2 }).map(join)), 20)
  })
})

describe('BLS12-381', () => {
  it('adds in both groups', async () => {
    await check(0x0b, cut(fc.tuple(anyOf(blsG1Points), anyOf(blsG1Points)).map(join)), 60)
    await check(0x0d, cut(fc.tuple(anyOf(blsG2Points), anyOf(blsG2Points)).map(join)), 40)
  })

  it('multiplies in both groups', async () => {
    const term1 = fc.tuple(anyOf(blsG1Points), scalar.map(word)).map(join)
    await check(0x0c, cut(fc.array(term1, { maxLength: 3 }).map(join)), 30)
    const term2 = fc.tuple(anyOf(blsG2Points), scalar.map(word)).map(join)
    await check(0x0e, cut(fc.array(term2, { maxLength: 2 }).map(join)), 20)
  })

  it('pairs', async () => {
    const pair = fc.tuple(anyOf(blsG1Points), anyOf(blsG2Points)).map(join)
    await check(0x0f, cut(fc.array(pair, { maxLength: 2 }).map(join)), 15)
  })

  it('maps field elements', async () => {
    const { ORDER } = bls12_381.fields.Fp
    const element = fc.oneof(
      fc.constantFrom(0n, 1n, ORDER - 1n, ORDER),
      fc.bigInt({ min: 0n, max: ORDER }),
    )
    await check(0x10, cut(element.map(wide)), 20)
    await check(0x11, cut(fc.tuple(element.map(wide), element.map(wide)).map(join)), 15)
  })
})

describe('point evaluation', () => {
  // EIP-4844's example, as clients carry it in their tests
  const INPUT = hexToBytes(
    '0x01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b' +
      '564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306' +
      '24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1' +
      '8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca2' +
      '5f26936857bc3a7c2539ea8ec3a952b7873033e038326e87ed3e1276fd140253' +
      'fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a',
  )
  const OUTPUT =
    '0x0000000000000000000000000000000000000000000000000000000000001000' +
    '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001'

  it('accepts the proof of the example', () => expect(run(0x0a, INPUT)).toBe(OUTPUT))

  it('refuses it with another z, y, commitment, proof, hash or length', () => {
    for (const at of [1, 40, 80, 100, 150]) {
      const bad = INPUT.slice()
      bad[at]! ^= 1
      expect(run(0x0a, bad)).toBe(null)
    }
    expect(run(0x0a, INPUT.subarray(0, 191))).toBe(null)
  })

  it('accepts the zero polynomial, whose points are at infinity', () => {
    const infinity = new Uint8Array(48)
    infinity[0] = 0xc0
    const hash = sha256(infinity)
    hash[0] = 1
    expect(run(0x0a, join([hash, word(99n), word(0n), infinity, infinity]))).toBe(OUTPUT)
    expect(run(0x0a, join([hash, word(99n), word(1n), infinity, infinity]))).toBe(null)
  })
})

describe('P256VERIFY', () => {
  it('accepts what was signed, and nothing else', async () => {
    const hash = sha256(new Uint8Array(5))
    const key = word(11n)
    const signature = p256.sign(hash, key, { prehash: false, lowS: false })
    const input = join([hash, signature, p256.getPublicKey(key, false).subarray(1)])
    expect(run(0x100, input)).toBe(bytesToHex(word(1n)))
    await agree(0x100, input)
    await agree(0x100, input.subarray(0, 159))
    const byte = fc.tuple(fc.nat(159), fc.integer({ min: 1, max: 255 }))
    const damaged = byte.map(([at, xor]) => {
      const copy = input.slice()
      copy[at]! ^= xor
      return copy
    })
    await check(0x100, damaged, 60)
  })
})

function join(parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts)
}
