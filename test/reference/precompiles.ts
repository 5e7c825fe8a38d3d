/** Precompiled contracts of Osaka that need no pairing: 0x01-0x05, 0x09, 0x100. */
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { blake2f } from './blake2f.js'
import {
  EMPTY_BYTES, bigIntToBytes, bytesToBigInt, concatBytes, keccak, sliceZeroFilled, wordToAddress,
  type Address,
} from './bytes.js'
import { Halt, type Outcome } from './frame.js'
import { words } from './gas.js'

/** Returns the output; calls `charge` before the work. Throws Halt. */
type Precompile = (data: Uint8Array, charge: (amount: bigint) => void) => Uint8Array

const LAST_OF_FIRST = 0x11
const P256_VERIFY = 0x100
const ADDRESSES = new Set(
  [...Array.from({ length: LAST_OF_FIRST }, (_, index) => index + 1), P256_VERIFY]
    .map((number) => wordToAddress(BigInt(number))),
)

export const PRECOMPILE_ADDRESSES: ReadonlySet<Address> = ADDRESSES

export function isPrecompile(address: Address): boolean {
  return ADDRESSES.has(address)
}

function word(data: Uint8Array, index: number): bigint {
  return bytesToBigInt(sliceZeroFilled(data, BigInt(32 * index), 32))
}

const ecRecover: Precompile = (data, charge) => {
  charge(3000n)
  const [hash, v, r, s] = [0, 1, 2, 3].map((index) => word(data, index)) as
    [bigint, bigint, bigint, bigint]
  if (v !== 27n && v !== 28n) return EMPTY_BYTES
  try {
    const point = new secp256k1.Signature(r, s, Number(v - 27n))
      .recoverPublicKey(bigIntToBytes(hash, 32))
    const address = wordToAddress(bytesToBigInt(keccak(point.toBytes(false).slice(1))))
    return bigIntToBytes(BigInt(address), 32)
  } catch {
    // Not a signature: no output, and no failure either (YP appendix E).
    return EMPTY_BYTES
  }
}

const sha2: Precompile = (data, charge) => {
  charge(60n + 12n * words(data.length))
  return sha256(data)
}

const ripemd: Precompile = (data, charge) => {
  charge(600n + 120n * words(data.length))
  return concatBytes(new Uint8Array(12), ripemd160(data))
}

const identity: Precompile = (data, charge) => {
  charge(15n + 3n * words(data.length))
  return data.slice()
}

const MODEXP_MAX_BYTES = 1024n

function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt(value.toString(2).length)
}

/** EIP-7883. */
function modExpPrice(sizes: { base: bigint; exponent: bigint; modulus: bigint }, head: bigint) {
  const longest = sizes.base > sizes.modulus ? sizes.base : sizes.modulus
  const complexity = longest <= 32n ? 16n : 2n * ((longest + 7n) / 8n) ** 2n
  const headBits = head === 0n ? 0n : bitLength(head) - 1n
  const tail = sizes.exponent > 32n ? 16n * (sizes.exponent - 32n) : 0n
  const iterations = tail + headBits > 1n ? tail + headBits : 1n
  const price = complexity * iterations
  return price > 500n ? price : 500n
}

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = result * square % modulus
    square = square * square % modulus
  }
  return result
}

/** EIP-198 with the limits of EIP-7823. */
const modExp: Precompile = (data, charge) => {
  const [base, exponent, modulus] = [0, 1, 2].map((index) => word(data, index)) as
    [bigint, bigint, bigint]
  if ([base, exponent, modulus].some((size) => size > MODEXP_MAX_BYTES)) throw new Halt('size')
  const number = (offset: bigint, size: bigint): bigint => (
    bytesToBigInt(sliceZeroFilled(data, 96n + offset, Number(size)))
  )
  const headSize = exponent < 32n ? exponent : 32n
  charge(modExpPrice({ base, exponent, modulus }, number(base, headSize)))
  const m = number(base + exponent, modulus)
  if (modulus === 0n) return EMPTY_BYTES
  const result = m === 0n ? 0n : powerModulo(number(0n, base), number(base, exponent), m)
  return bigIntToBytes(result, Number(modulus))
}

/** EIP-152. */
const blake2: Precompile = (data, charge) => {
  if (data.length !== 213 || (data[212] as number) > 1) throw new Halt('input')
  charge(bytesToBigInt(data.subarray(0, 4)))
  return blake2f(data)
}

/** EIP-7951. */
const p256Verify: Precompile = (data, charge) => {
  charge(6900n)
  if (data.length !== 160) return EMPTY_BYTES
  try {
    const publicKey = concatBytes(Uint8Array.of(4), data.subarray(96))
    const isValid = p256.verify(data.subarray(32, 96), data.subarray(0, 32), publicKey, {
      prehash: false, lowS: false,
    })
    return isValid ? bigIntToBytes(1n, 32) : EMPTY_BYTES
  } catch {
    return EMPTY_BYTES
  }
}

const PRECOMPILES: Record<number, Precompile> = {
  0x01: ecRecover,
  0x02: sha2,
  0x03: ripemd,
  0x04: identity,
  0x05: modExp,
  0x09: blake2,
  [P256_VERIFY]: p256Verify,
}

/** Runs it; throws Halt on its failure and Error if the reference does not have it. */
export function runPrecompile(address: Address, data: Uint8Array, gas: bigint): Outcome {
  const precompile = PRECOMPILES[Number(address)]
  if (precompile === undefined) throw new Error(`precompile ${address} is not in the reference`)
  let left = gas
  const output = precompile(data, (amount) => {
    if (amount > left) throw new Halt('out of gas')
    left -= amount
  })
  return { status: 'success', gas: left, output }
}
