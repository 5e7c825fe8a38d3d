// The worst inputs known of each precompile, as what they cost for their gas goes.
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'

const WORD_BYTES = 32
const FIELD_BYTES = 64
const ONES = 0xff
/** All bits of a factor: as many additions as there can be. */
const FACTOR = 0xd5555555_5aaaaaaa_95555555_5aaaaaaa_95555555_5aaaaaaa_95555555_5aaaaaabn

const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]))
const repeat = (count, make) => concat(...Array.from({ length: count }, (_, i) => make(i)))
const filled = (size, value = ONES) => new Uint8Array(size).fill(value)

export function bigEndian(value, size) {
  const digits = value.toString(16).padStart(2 * size, '0')
  return Uint8Array.from(digits.match(/../g), (pair) => Number.parseInt(pair, 16))
}
const word = (value) => bigEndian(BigInt(value), WORD_BYTES)
const field = (value) => bigEndian(value, FIELD_BYTES)

const scalar = (i) => FACTOR + BigInt(i) * 0x123456789abcdefn
const multiple = ({ Point, Fn }, i) => Point.BASE.multiply(scalar(i) % (Fn ?? Point.Fn).ORDER)

function bnPoint(i) {
  const { x, y } = multiple(bn254.G1, i).toAffine()
  return concat(word(x), word(y))
}
function bnTwistPoint(i) {
  const { x, y } = multiple(bn254.G2, i).toAffine()
  return concat(word(x.c1), word(x.c0), word(y.c1), word(y.c0))
}
function g1(i) {
  const { x, y } = multiple(bls12_381.G1, i).toAffine()
  return concat(field(x), field(y))
}
function g2(i) {
  const { x, y } = multiple(bls12_381.G2, i).toAffine()
  return concat(field(x.c0), field(x.c1), field(y.c0), field(y.c1))
}

const hash = sha256(new Uint8Array(3))

function recoverable() {
  const options = { prehash: false, format: 'recovered' }
  const [parity, ...signature] = secp256k1.sign(hash, word(0x1234567n), options)
  return concat(hash, word(27 + parity), signature)
}

function verifiable() {
  const key = word(0x7654321n)
  const signature = p256.sign(hash, key, { prehash: false, lowS: false })
  return concat(hash, signature, p256.getPublicKey(key, false).subarray(1))
}

/**
 * EIP-4844's example, as clients carry it in their tests: with it [τ]₂ is that of mainnet, of which
 * nobody can make others.
 */
const EVALUATION = Uint8Array.from(
  Buffer.from(
    '01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b' +
      '564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306' +
      '24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1' +
      '8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca2' +
      '5f26936857bc3a7c2539ea8ec3a952b7873033e038326e87ed3e1276fd140253' +
      'fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a',
    'hex',
  ),
)

/** @param base, exponent, modulus bytes */
export const power = (base, exponent, modulus) =>
  concat(word(base.length), word(exponent.length), word(modulus.length), base, exponent, modulus)

/** `size` bytes of ones but for the lowest: odd, even, or divisible by 2^(8·zeros). */
export function modulusOf(size, { even = false, zeros = 0 } = {}) {
  const bytes = filled(size)
  bytes.fill(0, size - zeros)
  if (even) bytes[size - 1] = 0xfe
  return bytes
}

/** A long exponent, whose first 32 bytes are zeros: those would cost more. */
const LONG = concat(new Uint8Array(32), filled(992))
const CUBE = Uint8Array.of(3)
/** What found the most among some thousand shapes: sizes, parities and exponents. */
const POWERS = [
  ['osaka', 1, LONG, {}, 'long exponent'],
  ['osaka', 32, filled(32), {}, 'as much of an exponent'],
  ['osaka', 256, CUBE, { even: true }, 'even, cubed'],
  ['osaka', 1024, CUBE, {}, 'cubed'],
  ['berlin', 8, LONG, { even: true }, 'even, long exponent'],
  ['berlin', 16, LONG, {}, 'long exponent'],
  ['berlin', 24, LONG, { zeros: 6 }, 'divisible by 2^48, long exponent'],
  ['berlin', 512, CUBE, {}, 'cubed'],
  ['berlin', 1024, CUBE, { even: true }, 'even, cubed'],
  ['byzantium', 1, LONG, {}, 'long exponent'],
  ['byzantium', 2, LONG, { even: true }, 'even, long exponent'],
  ['byzantium', 3, LONG, { even: true }, 'even, long exponent'],
]

function rounds(count) {
  const input = filled(213)
  input.set(bigEndian(BigInt(count), 4))
  input[212] = 1
  return input
}

const ofSize = (size) => [`of ${size} bytes`, filled(size)]
const blsTerm = (point) => (i) => concat(point(i), word(scalar(i)))

/** @returns `{name, number, input, fork}` each; a fork where its price is the one to look at */
export function worstInputs() {
  const of = (number, name, rows) =>
    rows.map(([note, input, fork = 'osaka']) => ({ name: `${name} ${note}`, number, input, fork }))
  return [
    ...of(0x01, 'ECRECOVER', [['', recoverable()]]),
    ...of(0x02, 'SHA-256', [1, 64, 65_536].map(ofSize)),
    ...of(0x03, 'RIPEMD-160', [1, 65_536].map(ofSize)),
    ...of(0x04, 'identity', [1, 65_536].map(ofSize)),
    ...of(0x06, 'alt_bn128 addition', [
      ['', concat(bnPoint(1), bnPoint(2))],
      ['of a point to itself', concat(bnPoint(1), bnPoint(1))],
    ]),
    ...of(0x07, 'alt_bn128 multiplication', [['', concat(bnPoint(1), word(scalar(1)))]]),
    ...of(0x08, 'alt_bn128 pairing', [
      ['1 pair', concat(bnPoint(1), bnTwistPoint(1))],
      ['2 pairs', repeat(2, (i) => concat(bnPoint(i), bnTwistPoint(i)))],
      ['16 pairs', repeat(16, (i) => concat(bnPoint(i), bnTwistPoint(i)))],
    ]),
    ...of(0x09, 'BLAKE2F', [0, 12, 65_535].map((count) => [`${count} rounds`, rounds(count)])),
    ...of(0x0a, 'point evaluation', [['', EVALUATION]]),
    ...of(0x0b, 'BLS12-381 G1 addition', [['', concat(g1(1), g1(2))]]),
    ...of(0x0c, 'BLS12-381 G1 sum', [1, 2, 16, 128, 160].map((count) => [
      `of ${count}`, repeat(count, blsTerm(g1)),
    ])),
    ...of(0x0d, 'BLS12-381 G2 addition', [['', concat(g2(1), g2(2))]]),
    ...of(0x0e, 'BLS12-381 G2 sum', [1, 2, 16, 128, 160].map((count) => [
      `of ${count}`, repeat(count, blsTerm(g2)),
    ])),
    ...of(0x0f, 'BLS12-381 pairing', [1, 2, 16].map((count) => [
      `${count} pair${count > 1 ? 's' : ''}`, repeat(count, (i) => concat(g1(i), g2(i))),
    ])),
    ...of(0x10, 'BLS12-381 map to G1', [['', field(FACTOR)]]),
    ...of(0x11, 'BLS12-381 map to G2', [['', concat(field(FACTOR), field(FACTOR + 1n))]]),
    ...of(0x100, 'P256VERIFY', [['', verifiable()]]),
    ...of(0x05, 'MODEXP', POWERS.map(([fork, size, exponent, modulus, note]) => [
      `${size} bytes, ${note}`,
      power(filled(size, 0xa5), exponent, modulusOf(size, modulus)),
      fork,
    ])),
  ]
}
