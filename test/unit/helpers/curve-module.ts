/** Compiles `testing.ts` of a module of curves and instantiates it, with numbers as bigints. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileCore } from '../../../tools/compile-core.mjs'
import type { Random } from './random.js'

export const P = 2n ** 256n - 2n ** 32n - 977n
export const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** What the fields of the modules differ in. */
export interface FieldShape {
  /** Below assembly/. */
  readonly folder: string
  readonly prime: bigint
  readonly limbs: number
  readonly limbBits: bigint
  /** Bytes of a number. */
  readonly wordBytes: number
  /** x is kept as x times this. */
  readonly form: bigint
  readonly names: { readonly fromWord: string; readonly toWord: string }
  /** Memory, and where in it there are places that no part of the module uses (its layout.ts). */
  readonly pages: number
  readonly places: number
  readonly placeBytes: number
}

const WORD_NAMES = { fromWord: 'fieldFromWord', toWord: 'fieldToWord' }

export const SECP256K1: FieldShape = {
  folder: 'secp256k1',
  prime: P,
  limbs: 9,
  limbBits: 29n,
  wordBytes: 32,
  form: 1n,
  names: WORD_NAMES,
  pages: 1,
  places: 0xf000,
  placeBytes: 64,
}

export const P256: FieldShape = {
  ...SECP256K1,
  folder: 'p256',
  prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  form: 2n ** 261n,
}

export const BLS: FieldShape = {
  folder: 'bls',
  prime: BigInt(
    '0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab',
  ),
  limbs: 14,
  limbBits: 28n,
  wordBytes: 48,
  form: 2n ** 392n,
  names: { fromWord: 'fieldFromNumber', toWord: 'fieldToNumber' },
  pages: 3,
  places: 0x20000,
  placeBytes: 1024,
}

const ASC_OPTIONS =
  '-O3 --noAssert --runtime stub --enable simd --memoryBase 1024 --config none --initialMemory'

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
  const ones = Array.from({ length: 8 }, (_, i) => (2n ** 29n - 1n) << (29n * BigInt(i)))
  const edges = [0n, 1n, 2n, 976n, 977n, 2n ** 32n, 2n ** 128n, 2n ** 255n]
  yield* [...edges, ...edges.flatMap((it) => [P - it, N - it]), P + 1n, N + 1n, all, ...ones]
  for (let i = 0; i < count; i++) yield random.nextWord()
}

export class CurveModule {
  readonly shape: FieldShape
  readonly #view: DataView
  readonly #exports: WebAssembly.Exports
  readonly #unform: bigint

  constructor(shape: FieldShape, binary: Uint8Array<ArrayBuffer>) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary))
    this.shape = shape
    this.#exports = exports
    this.#view = new DataView((exports.memory as WebAssembly.Memory).buffer)
    this.#unform = power(shape.form, shape.prime - 2n, shape.prime)
  }

  call(name: string, ...args: number[]): number {
    return (this.#exports[name] as WasmFunction)(...args)
  }

  place(i: number): number {
    return this.shape.places + i * this.shape.placeBytes
  }

  bytes(i: number, bytes: Uint8Array): number {
    bytes.forEach((byte, at) => this.#view.setUint8(this.place(i) + at, byte))
    return this.place(i)
  }

  /** Writes a number, little-endian u64. @returns where */
  word(i: number, value: bigint): number {
    this.#writeWord(this.place(i), value)
    return this.place(i)
  }

  readWord(ptr: number): bigint {
    let value = 0n
    for (let at = this.shape.wordBytes - 8; at >= 0; at -= 8) {
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
    return this.fieldAt(this.place(i), value)
  }

  fieldAt(ptr: number, value: bigint): number {
    this.#writeWord(this.place(LAST_PLACE), value)
    this.call(this.shape.names.fromWord, ptr, this.place(LAST_PLACE))
    return ptr
  }

  readLimbs(ptr: number): number[] {
    const { limbs } = this.shape
    return Array.from({ length: limbs }, (_, i) => this.#view.getInt32(ptr + i * 4, true))
  }

  /** Modulo p. */
  readField(ptr: number): bigint {
    return this.valueOf(this.readLimbs(ptr))
  }

  /** What limbs stand for, modulo p. */
  valueOf(limbs: readonly number[]): bigint {
    const { limbBits, prime } = this.shape
    return modulo(valueOfLimbs(limbs, limbBits) * this.#unform, prime)
  }

  readI16(ptr: number): number {
    return this.#view.getInt16(ptr, true)
  }

  #writeWord(ptr: number, value: bigint): void {
    for (let at = 0; at < this.shape.wordBytes; at += 8) {
      this.#view.setBigUint64(ptr + at, BigInt.asUintN(64, value >> BigInt(at * 8)), true)
    }
  }
}

/** For numbers on their way. */
const LAST_PLACE = 60

export const valueOfLimbs = (limbs: readonly number[], limbBits = 29n): bigint =>
  limbs.reduceRight((sum, limb) => (sum << limbBits) + BigInt(limb), 0n)

export async function instantiateCurve(shape = SECP256K1): Promise<CurveModule> {
  const folder = mkdtempSync(join(tmpdir(), 'actor-evm-curve-'))
  try {
    const output = join(folder, 'testing.wasm')
    const options = ['--outFile', output, ...ASC_OPTIONS.split(' '), `${shape.pages}`]
    await compileCore([`assembly/${shape.folder}/testing.ts`, ...options])
    return new CurveModule(shape, new Uint8Array(readFileSync(output)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
