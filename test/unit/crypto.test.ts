import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileTesting, DATA_PTR, type TestingModule } from './helpers/compile-testing.js'
import { Random } from './helpers/random.js'

const OUT = DATA_PTR
// odd: inputs have no alignment
const INPUT = DATA_PTR + 65
const BLOCKS_A_STEP = 3
const LARGE_SIZES = [1_000, 4_095, 4_096, 4_097, 65_536, 1_000_003]

let module: TestingModule
beforeAll(async () => {
  module = await compileTesting()
})

const hashes = {
  keccak256: { reference: keccak_256, size: 32 },
  sha256: { reference: sha256, size: 32 },
  ripemd160: { reference: ripemd160, size: 20 },
}

/** In one call, or in steps of some blocks each. */
function digest(name: string, out: number, input: number, size: number): void {
  if (name === 'keccak256') return void module.get(name)(out, input, size)
  module.get(`${name}Begin`)(input, size)
  while (!module.get(`${name}Absorb`)(BLOCKS_A_STEP)) continue
  module.get(`${name}Finish`)(out)
}

describe.each(Object.entries(hashes))('%s', (name, { reference, size }) => {
  const hash = (input: Uint8Array): string => {
    module.write(INPUT, input)
    digest(name, OUT, INPUT, input.length)
    return bytesToHex(module.read(OUT, size))
  }

  test('every length to 300 bytes, some large ones', () => {
    const random = new Random(1n)
    const sizes = [...Array.from({ length: 301 }, (_, length) => length), ...LARGE_SIZES]
    for (const length of sizes) {
      const input = random.nextBytes(length)
      const expected = bytesToHex(reference(input))
      if (hash(input) !== expected) expect(hash(input), `${length} bytes`).toBe(expected)
    }
  })

  test('writes nothing but the digest', () => {
    module.bytes.fill(0xee, OUT, OUT + 64)
    hash(new Uint8Array(100))
    expect(module.read(OUT + size, 8)).toEqual(new Uint8Array(8).fill(0xee))
  })

  test('over its own input', () => {
    const input = utf8ToBytes('The quick brown fox jumps over the lazy dog')
    module.write(INPUT, input)
    digest(name, INPUT, INPUT, input.length)
    expect(bytesToHex(module.read(INPUT, size))).toBe(bytesToHex(reference(input)))
  })
})

test('keccak256 of nothing', () => {
  module.get('keccak256')(OUT, INPUT, 0)
  expect(bytesToHex(module.read(OUT, 32))).toBe(
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  )
})

test('keccak256Word is the digest as a number', () => {
  const random = new Random(2n)
  for (let length = 0; length < 200; length++) {
    const input = random.nextBytes(length)
    module.write(INPUT, input)
    module.get('keccak256Word')(OUT, INPUT, length)
    expect(module.readWord(OUT)).toBe(BigInt(`0x${bytesToHex(keccak_256(input))}`))
  }
})

test('cachedHash knows 32 bytes from 64, and what it has seen from what is like it', () => {
  const random = new Random(4n)
  const inputs = Array.from({ length: 40 }, () => random.nextBytes(64))
  inputs.push(new Uint8Array(64))
  for (let at = 0; at < 64; at += 8) inputs.push(new Uint8Array(64).fill(1, at, at + 8))
  // The same first half, and limbs that cancel one another where a place is chosen
  for (let i = 0; i < 20; i++) {
    const input = random.nextBytes(64)
    inputs.push(input, Uint8Array.from(input, (byte, at) => (at < 32 ? byte : 0)))
    inputs.push(Uint8Array.from(input, (byte, at) => byte ^ ((at & 31) < 8 ? 0xff : 0)))
  }
  for (let i = 0; i < 6_000; i++) {
    const input = inputs[random.nextInt(inputs.length)] as Uint8Array
    const length = 32 << random.nextInt(2)
    module.write(INPUT, input)
    module.get('cachedHash')(OUT, INPUT, length)
    const expected = bytesToHex(keccak_256(input.subarray(0, length)))
    expect(module.readWord(OUT)).toBe(BigInt(`0x${expected}`))
  }
})

test('keccak256 of a stream does not depend on its pieces', () => {
  const random = new Random(3n)
  const input = random.nextBytes(1_000)
  module.write(INPUT, input)
  for (let i = 0; i < 300; i++) {
    const length = random.nextInt(input.length + 1)
    const longest = 1 + random.nextInt(300)
    module.get('keccak256Begin')()
    for (let done = 0; done < length;) {
      const piece = Math.min(random.nextInt(longest + 1), length - done)
      module.get('keccak256Absorb')(INPUT + done, piece)
      done += piece
    }
    module.get('keccak256Finish')(OUT)
    const expected = bytesToHex(keccak_256(input.subarray(0, length)))
    expect(bytesToHex(module.read(OUT, 32))).toBe(expected)
  }
})
