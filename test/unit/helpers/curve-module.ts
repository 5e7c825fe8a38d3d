/** Compiles `assembly/secp256k1/testing.ts` and instantiates it, with numbers as bigints. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileCore } from '../../../tools/compile-core.mjs'
import type { Random } from './random.js'

export const P = 2n ** 256n - 2n ** 32n - 977n
export const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const LIMBS = 9
const LIMB_BITS = 29n
const WORD_BYTES = 32
/** Places that no part of the module uses (assembly/secp256k1/layout.ts), for 16 numbers. */
const PLACES = 0xf000
const PLACE_BYTES = 64

const ASC_OPTIONS =
  '-O3 --noAssert --runtime stub --enable simd --memoryBase 1024 --initialMemory 1 --config none'

type WasmFunction = (...args: number[]) => number

export const modulo = (a: bigint, m: bigint): bigint => ((a % m) + m) % m

export function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n
  for (let square = modulo(base, m); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % m
    square = (square * square) % m
  }
  return result
}

/** Numbers at which carries, reductions and comparisons may go wrong, and random ones. */
export function* numbers(random: Random, count: number): Generator<bigint> {
  const all = 2n ** 256n - 1n
  const ones = Array.from({ length: 8 }, (_, i) => (2n ** 29n - 1n) << (LIMB_BITS * BigInt(i)))
  const edges = [0n, 1n, 2n, 976n, 977n, 2n ** 32n, 2n ** 128n, 2n ** 255n]
  yield* [...edges, ...edges.flatMap((it) => [P - it, N - it]), P + 1n, N + 1n, all, ...ones]
  for (let i = 0; i < count; i++) yield random.nextWord()
}

export class CurveModule {
  readonly #view: DataView
  readonly #exports: WebAssembly.Exports

  constructor(binary: Uint8Array<ArrayBuffer>) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary))
    this.#exports = exports
    this.#view = new DataView((exports.memory as WebAssembly.Memory).buffer)
  }

  call(name: string, ...args: number[]): number {
    return (this.#exports[name] as WasmFunction)(...args)
  }

  place(i: number): number {
    return PLACES + i * PLACE_BYTES
  }

  /** Writes a word, 4 little-endian u64. @returns where */
  word(i: number, value: bigint): number {
    for (let at = 0; at < WORD_BYTES; at += 8) {
      this.#view.setBigUint64(this.place(i) + at, BigInt.asUintN(64, value >> BigInt(at * 8)), true)
    }
    return this.place(i)
  }

  readWord(ptr: number): bigint {
    let value = 0n
    for (let at = WORD_BYTES - 8; at >= 0; at -= 8) {
      value = (value << 64n) | this.#view.getBigUint64(ptr + at, true)
    }
    return value
  }

  /** Writes a field element by its limbs. @returns where */
  limbs(i: number, limbs: readonly number[]): number {
    limbs.forEach((limb, at) => this.#view.setInt32(this.place(i) + at * 4, limb, true))
    return this.place(i)
  }

  /** Writes a field element of magnitude 1. @returns where */
  field(i: number, value: bigint): number {
    const word = this.word(i, value)
    this.call('fieldFromWord', word, word)
    return word
  }

  readLimbs(ptr: number): number[] {
    return Array.from({ length: LIMBS }, (_, i) => this.#view.getInt32(ptr + i * 4, true))
  }

  /** Modulo p. */
  readField(ptr: number): bigint {
    return modulo(valueOfLimbs(this.readLimbs(ptr)), P)
  }

  readI16(ptr: number): number {
    return this.#view.getInt16(ptr, true)
  }
}

export const valueOfLimbs = (limbs: readonly number[]): bigint =>
  limbs.reduceRight((sum, limb) => (sum << LIMB_BITS) + BigInt(limb), 0n)

export async function instantiateCurve(): Promise<CurveModule> {
  const folder = mkdtempSync(join(tmpdir(), 'actor-evm-curve-'))
  try {
    const output = join(folder, 'testing.wasm')
    const options = ['--outFile', output, ...ASC_OPTIONS.split(' ')]
    await compileCore(['assembly/secp256k1/testing.ts', ...options])
    return new CurveModule(new Uint8Array(readFileSync(output)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
