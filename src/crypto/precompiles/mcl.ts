/**
 * The C interface of mcl (herumi/mcl, its Wasm build) as far as precompiles use it. Each instance
 * is initialised for one curve and computes in memory of its own. Layouts: Fp 48 bytes, Fp2 two of
 * them, a point x, y, z; Fr 32 bytes.
 */

import createModule from 'mcl-wasm/dist/mcl_c.js'
import { base64ToBytes } from '../../base/bytes.js'
import { nextTask } from '../../base/pulse.js'

export const CURVE_BN254 = 4
export const CURVE_BLS12_381 = 5

export const FP_BYTES = 48
export const FR_BYTES = 32
export const G1_BYTES = 3 * FP_BYTES
export const G2_BYTES = 6 * FP_BYTES
export const GT_BYTES = 12 * FP_BYTES
/** As many as the library takes at once, 5 ms. */
const PAIRS_A_STEP = 16
/** Points that are read in a step: checking that one is in its subgroup takes 0.1 ms and more. */
export const POINTS_A_STEP = 16

/** Units of Fr and Fp that the library was compiled for; it checks them. */
const COMPILED_TIME_VAR = 46
/** RFC 9380, as EIP-2537 maps field elements to points. */
const MAP_TO_CURVE_IRTF = 5
const FIRST_ROOM_BYTES = 65_536

type Operation = (...pointersAndNumbers: number[]) => number

interface Functions {
  readonly HEAP8: Int8Array
  _malloc(size: number): number
  _free(ptr: number): void
}

/** An instance for one curve. Points and scalars are pointers from `take`. */
export class Mcl {
  readonly #functions: Functions & Record<string, Operation>
  #room = 0
  #roomBytes = 0
  #taken = 0

  constructor(functions: Functions & Record<string, Operation>) {
    this.#functions = functions
    this.#grow(FIRST_ROOM_BYTES)
  }

  /** Calls `_mclBn…` of the C interface. */
  call(name: string, ...args: number[]): number {
    return this.#functions[`_mclBn${name}`]!(...args)
  }

  /** Begins a computation that needs at most so many bytes; what was taken before is gone. */
  begin(bytes: number): void {
    this.#taken = 0
    if (bytes + 1024 > this.#roomBytes) this.#grow(bytes + 1024)
  }

  /** Memory of a computation in steps: others begin in between. To be given back. */
  allocate(bytes: number): number {
    const ptr = this.#functions._malloc(bytes)
    if (ptr === 0) throw new Error(`mcl has no room for ${bytes} bytes`)
    return ptr
  }

  giveBack(ptr: number): void {
    this.#functions._free(ptr)
  }

  take(bytes: number): number {
    const ptr = this.#room + this.#taken
    this.#taken += (bytes + 15) & ~15
    return ptr
  }

  /** Fp from big-endian bytes, which the caller has found to be below the modulus. */
  writeFp(fp: number, bytes: Uint8Array): void {
    this.#withInput(bytes, (ptr) => this.call('Fp_setBigEndianMod', fp, ptr, bytes.length))
  }

  /** Fr from big-endian bytes, modulo the order. */
  writeFr(fr: number, bytes: Uint8Array): void {
    this.#withInput(bytes, (ptr) => this.call('Fr_setBigEndianMod', fr, ptr, bytes.length))
  }

  /** `size` big-endian bytes of an Fp. */
  readFp(fp: number, size: number): Uint8Array {
    return this.#readLittleEndian('Fp_getLittleEndian', fp, size)
  }

  readFr(fr: number, size: number): Uint8Array {
    return this.#readLittleEndian('Fr_getLittleEndian', fr, size)
  }

  /**
   * The product of the pairings of any number of pairs before the final exponentiation, in steps.
   * @param gt place of two elements of the target group, GT_BYTES each; the product is the first
   */
  *millerLoopInSteps(
    gt: number,
    g1: number,
    g2: number,
    count: number,
  ): Generator<undefined, void> {
    this.call('GT_setInt32', gt, 1)
    for (let i = 0; i < count; i += PAIRS_A_STEP) {
      if (i > 0) yield
      const pairs = Math.min(PAIRS_A_STEP, count - i)
      this.call('_millerLoopVec', gt + GT_BYTES, g1 + i * G1_BYTES, g2 + i * G2_BYTES, pairs)
      this.call('GT_mul', gt, gt, gt + GT_BYTES)
    }
  }

  /** Whether the product of the pairings is 1; none is infinity. As above. */
  *isPairingOneInSteps(
    gt: number,
    g1: number,
    g2: number,
    count: number,
  ): Generator<undefined, boolean> {
    yield* this.millerLoopInSteps(gt, g1, g2, count)
    this.call('_finalExp', gt, gt)
    return this.call('GT_isOne', gt) === 1
  }

  /** 12 numbers of 48 little-endian bytes. */
  readGt(gt: number): Uint8Array {
    const parts = new Uint8Array(GT_BYTES)
    for (let at = 0; at < GT_BYTES; at += FP_BYTES) {
      parts.set(this.readFp(gt + at, FP_BYTES).reverse(), at)
    }
    return parts
  }

  #readLittleEndian(name: string, element: number, size: number): Uint8Array {
    const ptr = this.take(64)
    const length = this.call(name, ptr, 64, element)
    const bytes = new Uint8Array(size)
    const heap = this.#functions.HEAP8
    for (let i = 0; i < Math.min(length, size); i++) bytes[size - 1 - i] = heap[ptr + i]!
    this.#taken -= 64
    return bytes
  }

  #withInput(bytes: Uint8Array, use: (ptr: number) => void): void {
    const ptr = this.take(bytes.length)
    this.#functions.HEAP8.set(bytes, ptr)
    use(ptr)
    this.#taken -= (bytes.length + 15) & ~15
  }

  #grow(bytes: number): void {
    if (this.#room !== 0) this.#functions._free(this.#room)
    this.#room = this.#functions._malloc(bytes)
    this.#roomBytes = bytes
    if (this.#room === 0) throw new Error(`mcl has no room for ${bytes} bytes`)
  }
}

/** A new instance for the curve; takes tens of milliseconds, half of them for its tables. */
export async function loadMcl(curve: number): Promise<Mcl> {
  const functions = await createModule({
    cryptoGetRandomValues: () => {
      throw new Error('precompiles are deterministic: nothing here may ask for randomness')
    },
    // Bundles ask for it (tsdown.config.ts)
    decodeBase64: base64ToBytes,
  })
  await nextTask()
  if (functions._mclBn_init(curve, COMPILED_TIME_VAR) !== 0) {
    throw new Error(`mcl does not know curve ${curve}`)
  }
  if (curve === CURVE_BLS12_381) functions._mclBn_setMapToMode(MAP_TO_CURVE_IRTF)
  // Points are checked where the EIPs ask for it, by G1_isValidOrder and G2_isValidOrder
  functions._mclBn_verifyOrderG1(0)
  functions._mclBn_verifyOrderG2(0)
  return new Mcl(functions)
}

/** Whether big-endian `bytes` are a number below the big-endian `modulus` of the same size. */
export function isBelow(bytes: Uint8Array, modulus: Uint8Array): boolean {
  for (let i = 0; i < modulus.length; i++) {
    if (bytes[i] !== modulus[i]) return bytes[i]! < modulus[i]!
  }
  return false
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
