/**
 * Signatures over P-256, by assembly/p256, by OpenSSL where they are random, and by noble's points
 * where they are not. ACTOR_EVM_VERIFICATIONS says how many random ones (2,000).
 */
import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { bigIntToBytes, bytesToHex, concatBytes } from '../../src/base/bytes.js'
import { P256VERIFY } from '../../src/crypto/precompiles/numbers.js'
import { compute, type Precompile } from '../../src/crypto/precompiles/precompile.js'
import { loadVerifier } from '../../src/crypto/precompiles/verifiers.js'
import { fromEnvironment } from '../support/from-environment.js'
import { modulo, power } from './helpers/curve-module.js'
import { Random } from './helpers/random.js'

const VERIFICATIONS = fromEnvironment('ACTOR_EVM_VERIFICATIONS', 2000)
const SEED = 1n

/** Signatures of one key, since keys take OpenSSL longer. */
const KEY_USES = 20
const ENCODING = { dsaEncoding: 'ieee-p1363' } as const

const { Point } = p256
const P = Point.Fp.ORDER
const N = Point.Fn.ORDER
const G = Point.BASE
type Point = typeof G

const ALL = 2n ** 256n - 1n
const EDGES = [0n, 1n, 2n, N - 1n, N, N + 1n, P - 1n, P, ALL]

let precompile: Precompile

beforeAll(async () => {
  precompile = await loadVerifier(P256VERIFY)
})

interface Case {
  readonly z: bigint
  readonly r: bigint
  readonly s: bigint
  readonly x: bigint
  readonly y: bigint
}

const word = (value: bigint): Uint8Array => bigIntToBytes(value, 32)
const times = (point: Point, k: bigint): Point =>
  modulo(k, N) === 0n ? Point.ZERO : point.multiply(modulo(k, N))
const inverse = (a: bigint): bigint => power(modulo(a, N), N - 2n, N)

function byOurs({ z, r, s, x, y }: Case): boolean {
  const output = compute(precompile, concatBytes(...[z, r, s, x, y].map(word)))!
  if (output.length === 0) return false
  expect(bytesToHex(output)).toBe(bytesToHex(word(1n)))
  return true
}

/** FIPS 186-5 by noble's points. */
function byPoints({ z, r, s, x, y }: Case): boolean {
  if (r === 0n || r >= N || s === 0n || s >= N || x >= P || y >= P) return false
  const key = pointAt(x, y)
  if (key === undefined || key.is0()) return false
  const w = inverse(s)
  const sum = times(G, z * w).add(times(key, r * w))
  return !sum.is0() && modulo(sum.toAffine().x, N) === r
}

function pointAt(x: bigint, y: bigint): Point | undefined {
  try {
    const point = Point.fromAffine({ x, y })
    point.assertValidity()
    return point
  } catch {
    return undefined
  }
}

function agreed(it: Case): boolean {
  const answer = byOurs(it)
  const what = Object.values(it).map((value) => value.toString(16)).join(' ')
  expect(byPoints(it), what).toBe(answer)
  return answer
}

function keyOf(point: Point): Pick<Case, 'x' | 'y'> {
  const { x, y } = point.toAffine()
  return { x, y }
}

/** A signature that holds, of a point R and of what is to be signed: Q = (s·R - z·G)/r. */
function forged(nonce: Point, z: bigint, s: bigint): Case {
  const r = modulo(nonce.toAffine().x, N)
  const key = times(times(nonce, s).subtract(times(G, z)), inverse(r))
  return { z, r, s, ...keyOf(key) }
}

describe('signatures over P-256', () => {
  it(`are valid where OpenSSL says so, in ${VERIFICATIONS} random cases`, () => {
    const random = new Random(SEED)
    let valid = 0
    let keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    for (let i = 0; i < VERIFICATIONS; i++) {
      if (i % KEY_USES === 0) keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const [signed, other] = [random.nextBytes(20), random.nextBytes(20)]
      const signature = sign('sha256', signed, { key: keys.privateKey, ...ENCODING })
      const kind = random.nextInt(4)
      if (kind === 1) signature[random.nextInt(64)]! ^= 1 << random.nextInt(8)
      const message = kind === 2 ? other : signed
      const key = kind === 3 ? mirrored(keys.publicKey) : keys.publicKey
      const expected = verify('sha256', message, { key, ...ENCODING }, signature)
      const input = concatBytes(sha256(message), signature, coordinatesOf(key))
      const output = compute(precompile, input)!
      if (output.length !== (expected ? 32 : 0)) expect(output.length, `case ${i}`).toBe(expected)
      valid += Number(expected)
    }
    expect(valid).toBeGreaterThan(VERIFICATIONS / 8)
    expect(valid).toBeLessThan(VERIFICATIONS / 2)
  }, 36_000_000)

  it('are refused at the edges of r, s, the key and the hash, where there is nothing', () => {
    const key = keyOf(times(G, 5n))
    for (const z of [0n, 1n, N, ALL]) {
      for (const r of EDGES) for (const s of EDGES) agreed({ z, r, s, ...key })
    }
    const good = forged(times(G, 77n), 12345n, 6789n)
    expect(agreed(good)).toBe(true)
    for (const value of EDGES) {
      expect(agreed({ ...good, x: value })).toBe(false)
      expect(agreed({ ...good, y: value })).toBe(false)
      expect(agreed({ ...good, x: value, y: value })).toBe(false)
    }
    expect(agreed({ ...good, y: P - good.y })).toBe(false)
  })

  it('hold for any hash, also 0 and such as are not below n', () => {
    for (const z of EDGES) expect(agreed(forged(times(G, 99n), z, 1234567n))).toBe(true)
    const good = forged(times(G, 99n), 3n, 1234567n)
    expect(agreed({ ...good, z: 3n + N })).toBe(true)
    expect(agreed({ ...good, z: 4n + N })).toBe(false)
  })

  it('have s of both halves', () => {
    const good = forged(times(G, 3n ** 99n), 2n ** 200n, 2n ** 201n)
    expect(agreed(good)).toBe(true)
    expect(agreed({ ...good, s: N - good.s })).toBe(true)
  })

  it('hold where x of R is not below n, and for no other r', () => {
    let found = 0
    for (let x = N; x < N + 30n; x++) {
      const nonce = pointWith(x)
      if (nonce === undefined) continue
      found++
      const good = forged(nonce, 2n ** 100n, 3n ** 50n)
      expect(good.r).toBe(x - N)
      if (good.r !== 0n) expect(agreed(good)).toBe(true)
      agreed({ ...good, r: good.r + 1n })
    }
    expect(found).toBeGreaterThan(8)
    // r + n is p or more: r is below n all the same, but no x is r + n
    for (const r of [P - N, P - N + 1n, N - 1n]) {
      for (const x of [r, r + N - P]) {
        const nonce = x >= 0n ? pointWith(modulo(x, P)) : undefined
        if (nonce !== undefined) agreed({ ...forged(nonce, 7n, 8n), r })
      }
    }
  })

  it('are refused where the sum is infinity', () => {
    for (const k of [1n, 2n, 3n, 12345n, N - 1n]) {
      for (const r of [1n, 2n, N - 1n, 3n ** 80n]) {
        // z/s·G + r/s·k·G
        const it = { z: modulo(-r * k, N), r, s: 42n, ...keyOf(times(G, k)) }
        expect(agreed(it)).toBe(false)
      }
    }
  })

  it('agree where z G and r Q meet, and keys are small multiples of G', () => {
    for (const k of [1n, 2n, 15n, 127n, 128n, -1n, -2n, -127n]) {
      const key = keyOf(times(G, k))
      for (const r of [1n, 16n, 2n ** 255n]) {
        for (const z of [r * k, -r * k + 1n, r, 0n]) {
          const sum = times(G, modulo(z + r * k, N))
          agreed({ z: modulo(z, N), r, s: 1n, ...key })
          if (sum.is0()) continue
          agreed({ z: modulo(z, N), r: modulo(sum.toAffine().x, N), s: 1n, ...key })
        }
      }
    }
    for (const k of [1n, 2n, 3n, 4n, 100n, N - 1n]) {
      for (const z of [1n, 2n, N - 1n]) expect(agreed(forged(times(G, k), z, 9n))).toBe(true)
    }
  })

  it('are refused for keys on other curves, which the formulas would take', () => {
    // The formulas do not know b: (x, y) lies on y² = x³ - 3x + b' for some b'
    for (const [x, y] of [[0n, 1n], [1n, 1n], [3n, 0n], [P - 1n, P - 1n], [5n, 7n]] as const) {
      for (const r of [1n, 2n, x]) agreed({ z: 1n, r, s: 1n, x, y })
    }
  })
})

/** x and y, 32 bytes each. */
function coordinatesOf(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: 'jwk' })
  return concatBytes(Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url'))
}

/** The key at (x, -y). */
function mirrored(key: KeyObject): KeyObject {
  const jwk = key.export({ format: 'jwk' })
  const y = P - BigInt(`0x${Buffer.from(jwk.y!, 'base64url').toString('hex')}`)
  const encoded = Buffer.from(word(y)).toString('base64url')
  return createPublicKey({ key: { ...jwk, y: encoded }, format: 'jwk' })
}

/** The point with this x and an even y, if there is any. */
function pointWith(x: bigint): Point | undefined {
  try {
    return Point.fromBytes(concatBytes(Uint8Array.of(2), word(x)))
  } catch {
    return undefined
  }
}
