/** Inputs that precompiles accept, and some that they refuse. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { isFrom } from './forks.mjs'

const word = (value) => Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex')
/** EIP-2537: 64 bytes to a field element. */
const wide = (value) => Buffer.from(BigInt(value).toString(16).padStart(128, '0'), 'hex')
const key = (r) => word((r.word() >> 1n) + 1n)

function ecrecover(r) {
  const hash = r.bytes(32)
  const options = { prehash: false, format: 'recovered' }
  const signature = secp256k1.sign(hash, key(r), options)
  return Buffer.concat([hash, word(27 + signature[0]), signature.subarray(1)])
}

function modexp(r) {
  const sizes = [0, 1, 2].map(() => r.pick([0, 1, 2, 31, 32, 33, 40, 64]))
  const body = sizes.map((size) => r.bytes(size))
  if (sizes[2] > 0 && r.percent(20)) body[2].fill(0)
  return Buffer.concat([...sizes.map(word), ...body])
}

function blake2f(r) {
  const input = Buffer.from(r.bytes(213))
  input.writeUInt32BE(r.below(20), 0)
  input[212] = r.percent(90) ? r.below(2) : 2
  return input
}

/** Powers of the generator, made once: points are dear. */
const POWERS = [1n, 2n, 3n, 7n, 1n << 100n]
const once = (make) => {
  let made
  return () => (made ??= make())
}
const pointsOf = (group, encode) =>
  once(() => POWERS.map((power) => encode(group.Point.BASE.multiply(power).toAffine())))

const bn1 = pointsOf(bn254.G1, ({ x, y }) => Buffer.concat([word(x), word(y)]))
const bn2 = pointsOf(bn254.G2, ({ x, y }) =>
  Buffer.concat([word(x.c1), word(x.c0), word(y.c1), word(y.c0)]),
)
const bls1 = pointsOf(bls12_381.G1, ({ x, y }) => Buffer.concat([wide(x), wide(y)]))
const bls2 = pointsOf(bls12_381.G2, ({ x, y }) =>
  Buffer.concat([wide(x.c0), wide(x.c1), wide(y.c0), wide(y.c1)]),
)
/** One of them, or the point at infinity. */
const point = (r, points) => (r.percent(85) ? r.pick(points()) : Buffer.alloc(points()[0].length))
const several = (r, most, make) =>
  Buffer.concat(Array.from({ length: r.below(most + 1) }, make))

function p256Verify(r) {
  const secret = key(r)
  const hash = r.bytes(32)
  const signature = p256.sign(hash, secret, { prehash: false, lowS: false })
  return Buffer.concat([hash, signature, p256.getPublicKey(secret, false).subarray(1)])
}

/** Address → since which fork, how to make an input. 0x0a needs a trusted setup in the peer. */
const PRECOMPILES = [
  [0x01, 'homestead', ecrecover],
  [0x02, 'homestead', (r) => r.bytes(r.below(150))],
  [0x03, 'homestead', (r) => r.bytes(r.below(150))],
  [0x04, 'homestead', (r) => r.bytes(r.below(150))],
  [0x05, 'byzantium', modexp],
  [0x06, 'byzantium', (r) => Buffer.concat([point(r, bn1), point(r, bn1)])],
  [0x07, 'byzantium', (r) => Buffer.concat([point(r, bn1), word(r.word())])],
  [0x08, 'byzantium', (r) =>
    several(r, 2, () => Buffer.concat([point(r, bn1), point(r, bn2)]))],
  [0x09, 'istanbul', blake2f],
  [0x0b, 'prague', (r) => Buffer.concat([point(r, bls1), point(r, bls1)])],
  [0x0c, 'prague', (r) => several(r, 2, () => Buffer.concat([point(r, bls1), word(r.word())]))],
  [0x0d, 'prague', (r) => Buffer.concat([point(r, bls2), point(r, bls2)])],
  [0x0e, 'prague', (r) => several(r, 2, () => Buffer.concat([point(r, bls2), word(r.word())]))],
  [0x0f, 'prague', (r) => several(r, 1, () => Buffer.concat([point(r, bls1), point(r, bls2)]))],
  [0x10, 'prague', (r) => wide(r.word())],
  [0x11, 'prague', (r) => Buffer.concat([wide(r.word()), wide(r.word())])],
  [0x100, 'osaka', p256Verify],
]
/** Milliseconds each, so rarely. */
const SLOW = new Set([0x08, 0x0c, 0x0e, 0x0f, 0x10, 0x11])

/** Addresses that are precompiles in that fork, but for 0x0a. */
export function precompilesOf(fork) {
  return PRECOMPILES.filter(([, since]) => isFrom(fork, since)).map(([address]) => address)
}

/** @returns {{address: number, input: Uint8Array}} */
export function randomPrecompileCall(r, fork) {
  const known = PRECOMPILES.filter(([address, since]) => {
    return isFrom(fork, since) && (!SLOW.has(address) || r.percent(10))
  })
  const [address, , make] = r.pick(known)
  let input = make(r)
  if (r.percent(8)) input = input.subarray(0, r.below(input.length + 1))
  else if (r.percent(8) && input.length > 0) input[r.below(input.length)] ^= 1 << r.below(8)
  return { address, input }
}
