import { bytesToHex } from '@noble/hashes/utils.js'
import { expect } from 'vitest'
import { DATA_PTR, type TestingModule } from './compile-testing.js'

export type PrecompileName = 'blake2f' | 'identity' | 'modexp' | 'ripemd160' | 'sha256'

export const OUT_OF_ANY_GAS = (1n << 63n) - 1n

const OUT = DATA_PTR
// odd: calldata has no alignment
const INPUT = DATA_PTR + 0x40001
const WORK = DATA_PTR + 0x80000
const WORK_BYTES = 0x200000
const GUARD_BYTES = 64
const FAILED = -1

/** Calls the precompiles of the core on byte strings. */
export class Precompiles {
  readonly #module: TestingModule

  constructor(module: TestingModule) {
    this.#module = module
  }

  gas(name: PrecompileName, revision: number, input: Uint8Array): bigint {
    this.#module.write(INPUT, input)
    this.#module.get('setRules')(revision)
    return BigInt(this.#module.get(`${name}Gas`)(INPUT, input.length))
  }

  modexpWorkBytes(input: Uint8Array): number {
    this.#module.write(INPUT, input)
    return Number(this.#module.get('modexpWorkBytes')(INPUT, input.length))
  }

  /**
   * The output in hex, or null where the contract fails. Memory around input, output and work
   * memory is dirty, as in real calls, and must stay as it is.
   */
  run(name: PrecompileName, input: Uint8Array, workBytes = WORK_BYTES): string | null {
    const { bytes } = this.#module
    this.#module.write(INPUT, input)
    bytes.fill(0x5a, INPUT + input.length, INPUT + input.length + 256)
    bytes.fill(0xa5, OUT, OUT + 4096)
    bytes.fill(0xc3, WORK - GUARD_BYTES, WORK + 0x10000)
    bytes.fill(0xc3, WORK + workBytes, WORK + workBytes + GUARD_BYTES)
    const length = Number(this.#module.get(`${name}Run`)(INPUT, input.length, OUT, WORK, workBytes))
    this.#expectGuard(WORK - GUARD_BYTES, 0xc3)
    this.#expectGuard(WORK + workBytes, 0xc3)
    this.#expectGuard(OUT + Math.max(length, 0), 0xa5)
    return length === FAILED ? null : bytesToHex(this.#module.read(OUT, length))
  }

  #expectGuard(ptr: number, value: number): void {
    for (let i = 0; i < GUARD_BYTES; i++) {
      if (this.#module.bytes[ptr + i] !== value) expect(ptr + i).toBe('untouched')
    }
  }
}

/** Big-endian bytes of `value`, which fits in `length` of them. */
export function toBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = length - 1; i >= 0; i--, value >>= 8n) bytes[i] = Number(value & 0xffn)
  return bytes
}
