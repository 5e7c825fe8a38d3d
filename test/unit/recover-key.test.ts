/**
 * Public keys from signatures: the answers of Bitcoin Core's library and of noble.
 * ACTOR_EVM_RECOVERIES says how many random signatures (10,000).
 */
import { instantiateSecp256k1 } from '@bitauth/libauth/build/lib/crypto/secp256k1.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { RECOVERY_ITEM_BYTES, RECOVERY_KEY_BYTES } from '../../assembly/abi/recovery.js'
import { bigIntToBytes, concatBytes } from '../../src/base/bytes.js'
import { loadRecoverKey, loadRecoverKeys } from '../../src/crypto/secp256k1.js'
import { N, P } from './helpers/curve-module.js'
import { Random } from './helpers/random.js'

const RECOVERIES = Number(process.env.ACTOR_EVM_RECOVERIES ?? 10_000)
const BY_NOBLE = 100
const SEED = 1n
/** Not a divisor of anything: batches end anywhere. */
const BATCH = 77

const G = secp256k1.Point.BASE
const recoverKey = await loadRecoverKey()
const recoverKeys = await loadRecoverKeys()
const library = await instantiateSecp256k1()

type Signed = readonly [hash: Uint8Array, signature: Uint8Array, yParity: number]

const word = (value: bigint): Uint8Array => bigIntToBytes(value, 32)

function byLibrary([hash, signature, yParity]: Signed): Uint8Array | undefined {
  const key = library.recoverPublicKeyUncompressed(signature, yParity as 0 | 1, hash)
  return typeof key === 'string' ? undefined : key.subarray(1)
}

function byNoble([hash, signature, yParity]: Signed): Uint8Array | undefined {
  try {
    const parsed = secp256k1.Signature.fromBytes(signature, 'compact').addRecoveryBit(yParity)
    return parsed.recoverPublicKey(hash).toBytes(false).subarray(1)
  } catch {
    return undefined
  }
}

/** The key, by ours, alone and in a batch, and by both others. */
function agreed(signed: Signed): Uint8Array | undefined {
  const key = recoverKey(...signed)
  expect(byLibrary(signed)).toEqual(key)
  expect(byNoble(signed)).toEqual(key)
  expect(inBatch([signed])).toEqual([key])
  return key
}

function inBatch(items: readonly Signed[]): (Uint8Array | undefined)[] {
  const bytes = concatBytes(
    ...items.flatMap(([hash, signature, parity]) => [hash, signature, Uint8Array.of(parity)]),
  )
  expect(bytes).toHaveLength(items.length * RECOVERY_ITEM_BYTES)
  const keys = recoverKeys(bytes)
  return items.map((_, i) => {
    const key = keys.subarray(i * RECOVERY_KEY_BYTES, (i + 1) * RECOVERY_KEY_BYTES)
    return key[0] === 0 ? undefined : key.subarray(1)
  })
}

function randomSignature(random: Random, i: number): Signed {
  const hash = random.nextBytes(32)
  // Nobody's, half of which have a key, and somebody's
  const [r, s] = [word(random.nextWord()), word(random.nextWord())]
  if (i % 4 === 0) return [hash, concatBytes(r, s), i & 1]
  const secretKey = word(1n + random.nextBits(255))
  const signed = library.signMessageHashRecoverableCompact(secretKey, hash)
  if (typeof signed === 'string') throw new Error(signed)
  return [hash, signed.signature, signed.recoveryId]
}

describe('recovery of public keys', () => {
  it(`agrees with Bitcoin Core's library on ${RECOVERIES} random signatures`, () => {
    const random = new Random(SEED)
    let keys = 0
    for (let from = 0; from < RECOVERIES; from += BATCH) {
      const count = Math.min(BATCH, RECOVERIES - from)
      const items = Array.from({ length: count }, (_, i) => randomSignature(random, from + i))
      const found = inBatch(items)
      items.forEach((item, i) => {
        const expected = byLibrary(item)
        // Faster than toEqual
        if (!isSame(found[i], expected)) expect(found[i], `signature ${from + i}`).toEqual(expected)
      })
      keys += found.filter((key) => key !== undefined).length
    }
    expect(keys).toBeGreaterThan(RECOVERIES * 0.7)
    expect(keys).toBeLessThan(RECOVERIES * 0.95)
  }, 3_600_000)

  it('gives the key that has signed, of high s too, and another of the other parity', () => {
    const random = new Random(2n)
    for (let i = 0; i < BY_NOBLE; i++) {
      const [secretKey, hash] = [word(BigInt(i) + 1n), random.nextBytes(32)]
      const options = { prehash: false, format: 'recovered', lowS: i % 2 === 0 } as const
      const [parity, ...signature] = secp256k1.sign(hash, secretKey, options)
      const bytes = Uint8Array.from(signature)
      const key = secp256k1.getPublicKey(secretKey, false).subarray(1)
      expect(agreed([hash, bytes, parity!])).toEqual(key)
      expect(agreed([hash, bytes, 1 - parity!])).not.toEqual(key)
    }
  })

  it('gives the same of what nobody has signed', () => {
    const random = new Random(3n)
    for (let i = 0; i < BY_NOBLE; i++) agreed([random.nextBytes(32), random.nextBytes(64), i & 1])
  })

  it('gives nothing at the edges of r and s, where there is nothing', () => {
    const edges = [0n, 1n, 2n, N - 1n, N, N + 1n, P - 1n, P, 2n ** 256n - 1n]
    const hashes = [0n, 1n, N - 1n, N, N + 1n, P, 2n ** 256n - 1n].map(word)
    for (const hash of hashes) {
      for (const r of edges) {
        for (const s of edges) {
          for (const parity of [0, 1]) {
            const key = agreed([hash, concatBytes(word(r), word(s)), parity])
            if (r === 0n || r >= N || s === 0n || s >= N) expect(key).toBeUndefined()
          }
        }
      }
    }
  })

  it('has no key for parities that Ethereum does not know', () => {
    const signature = concatBytes(word(G.x), word(1n))
    for (const parity of [2, 3, 27, 28, 255]) {
      expect(recoverKey(word(1n), signature, parity)).toBeUndefined()
    }
  })

  it('agrees where r is x of a small multiple of G, and s R and z G meet', () => {
    // Q = r^-1 (s R - z G): infinity for z = k s, R = k G; a double for z = -k s; …
    for (const k of [1n, 2n, 3n, 4n, 5n, 15n, 16n, 31n, 127n, 128n, N - 1n, N - 3n]) {
      const { x, y } = G.multiply(k).toAffine()
      const parity = Number(y & 1n)
      for (const s of [1n, 2n, 3n, N / 2n, N - 1n, 12345n]) {
        for (const z of [0n, 1n, N - 1n, N, k * s, -k * s, k * s + 1n, s, 2n * k * s]) {
          const hash = word(z === N ? N : ((z % N) + N) % N)
          const key = agreed([hash, concatBytes(word(x % N), word(s)), parity])
          if (z === k * s && x < N) expect(key).toBeUndefined()
          agreed([hash, concatBytes(word(x % N), word(s)), 1 - parity])
        }
      }
    }
  })

  it('takes no item for another in a batch with holes', () => {
    const random = new Random(4n)
    const items = Array.from({ length: 100 }, (_, i) => randomSignature(random, i))
    const spoiled = items.map((item, i): Signed => {
      const [hash, signature, parity] = item
      return i % 3 === 0 ? [hash, concatBytes(word(0n), signature.subarray(32)), parity] : item
    })
    for (const batch of [[], spoiled.slice(0, 1), spoiled.slice(0, 33), spoiled, items]) {
      expect(inBatch(batch)).toEqual(batch.map(byLibrary))
    }
  })
})

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.every((byte, i) => byte === b[i])
}
