/** Both libraries that recover keys, Node's and the browsers': the same answers. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes, concatBytes } from '../../src/bytes.js'
import { loadRecoverKey } from '../../src/crypto/secp256k1.js'
import { loadRecoverKey as loadInBrowser } from '../../src/crypto/secp256k1-browser.js'
import { Random } from './helpers/random.js'

const SIGNATURES = 100
const N = secp256k1.Point.Fn.ORDER
const P = secp256k1.Point.Fp.ORDER

const inNode = await loadRecoverKey()
const inBrowser = await loadInBrowser()

function expectSame(hash: Uint8Array, signature: Uint8Array, yParity: number): boolean {
  const key = inNode(hash, signature, yParity)
  expect(inBrowser(hash, signature, yParity)).toEqual(key)
  return key !== undefined
}

describe('recovery of a public key', () => {
  it('gives the key that has signed', () => {
    const random = new Random(1n)
    for (let i = 0; i < SIGNATURES; i++) {
      const [secretKey, hash] = [bigIntToBytes(BigInt(i) + 1n, 32), random.nextBytes(32)]
      const options = { prehash: false, format: 'recovered' } as const
      const [parity, ...signature] = secp256k1.sign(hash, secretKey, options)
      const key = secp256k1.getPublicKey(secretKey, false).subarray(1)
      const bytes = Uint8Array.from(signature)
      expect(inNode(hash, bytes, parity!)).toEqual(key)
      expect(inBrowser(hash, bytes, parity!)).toEqual(key)
      expect(inBrowser(hash, bytes, 1 - parity!)).not.toEqual(key)
    }
  })

  it('gives the same of what nobody has signed', () => {
    const random = new Random(2n)
    let keys = 0
    for (let i = 0; i < SIGNATURES; i++) {
      if (expectSame(random.nextBytes(32), random.nextBytes(64), i & 1)) keys++
    }
    // About half of all r are of a point
    expect(keys).toBeGreaterThan(SIGNATURES / 4)
    expect(keys).toBeLessThan((SIGNATURES * 3) / 4)
  })

  it('gives nothing at the edges of r and s, where there is nothing', () => {
    const edges = [0n, 1n, 2n, N - 1n, N, N + 1n, P - 1n, P, 2n ** 256n - 1n]
    const hashes = [new Uint8Array(32), new Uint8Array(32).fill(0xff), bigIntToBytes(N, 32)]
    for (const hash of hashes) {
      for (const r of edges) {
        for (const s of edges) {
          const signature = concatBytes(bigIntToBytes(r, 32), bigIntToBytes(s, 32))
          for (const parity of [0, 1]) {
            const isKey = expectSame(hash, signature, parity)
            if (r === 0n || r >= N || s === 0n || s >= N) expect(isKey).toBe(false)
          }
        }
      }
    }
  })

  it('gives nothing for the point at infinity', () => {
    // R = r^-1 (s R - z G) is infinity where s R = z G: R = G, s = z
    const r = bigIntToBytes(secp256k1.Point.BASE.toAffine().x, 32)
    const s = bigIntToBytes(12345n, 32)
    const parity = Number(secp256k1.Point.BASE.toAffine().y & 1n)
    expect(expectSame(s, concatBytes(r, s), parity)).toBe(false)
  })
})
