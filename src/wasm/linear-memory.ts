/**
 * Typed views of the linear memory that all instances share. Pointers are byte offsets and
 * unsigned: what an export returns must go through `>>> 0` first.
 *
 * A word is 4 little-endian u64 limbs, limb 0 lowest; an address is the low 3 limbs of its word
 * (24 bytes, the top 4 zero).
 */

import { HEAP_TOP } from '../../assembly/abi/memory-map.js'
import { ADDRESS_BYTES, bytesToHex } from '../base/bytes.js'
import type { Hex } from '../base/types.js'

const LIMB_BITS = 64n
const LIMB_LIMIT = 1n << LIMB_BITS
const TWO_TO_32 = 2 ** 32

export class LinearMemory {
  readonly memory: WebAssembly.Memory
  bytes!: Uint8Array
  u32!: Uint32Array
  i32!: Int32Array
  u64!: BigUint64Array
  f64!: Float64Array

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory
    this.#makeViews()
  }

  /**
   * Makes the views reach all memory that is in use. Any instance may have grown it, and a thread
   * learns of that when it asks: growing by nothing brings `memory.buffer` up to date.
   */
  refresh(): void {
    const { bytes } = this
    if (this.u32[HEAP_TOP >>> 2]! <= bytes.length && this.memory.buffer === bytes.buffer) return
    if (this.memory.buffer === bytes.buffer) this.memory.grow(0)
    this.#makeViews()
  }

  /** A u64 as a number: exact below 2^53, which gas, sizes and counts never reach. */
  readU64(ptr: number): number {
    return this.u32[ptr >>> 2]! + this.u32[(ptr >>> 2) + 1]! * TWO_TO_32
  }

  /** An i64 as a number: exact between ±2^53. */
  readI64(ptr: number): number {
    return this.u32[ptr >>> 2]! + this.i32[(ptr >>> 2) + 1]! * TWO_TO_32
  }

  writeU64(ptr: number, value: bigint): void {
    this.u64[ptr >>> 3] = value
  }

  readWord(ptr: number): bigint {
    const at = ptr >>> 3
    const { u64 } = this
    if (u64[at + 1] === 0n && u64[at + 2] === 0n && u64[at + 3] === 0n) return u64[at]!
    const high = (u64[at + 3]! << LIMB_BITS) | u64[at + 2]!
    return (high << (2n * LIMB_BITS)) | (u64[at + 1]! << LIMB_BITS) | u64[at]!
  }

  /** @param value below 2^256; what lies above is cut off by the limbs */
  writeWord(ptr: number, value: bigint): void {
    const at = ptr >>> 3
    const { u64 } = this
    u64[at] = value
    if (value < LIMB_LIMIT) {
      // Most amounts fit one limb; shifting bigints costs 100 ns a limb
      u64[at + 1] = u64[at + 2] = u64[at + 3] = 0n
      return
    }
    u64[at + 1] = value >> LIMB_BITS
    u64[at + 2] = value >> (2n * LIMB_BITS)
    u64[at + 3] = value >> (3n * LIMB_BITS)
  }

  /** 32 big-endian bytes → word. */
  writeWordBytes(ptr: number, value: Uint8Array): void {
    for (let i = 0; i < 32; i++) this.bytes[ptr + i] = value[31 - i]!
  }

  /** 20 big-endian bytes → 3 limbs. */
  writeAddress(ptr: number, address: Uint8Array): void {
    const { u32 } = this
    let at = ptr >>> 2
    for (let i = ADDRESS_BYTES - 4; i >= 0; i -= 4) {
      u32[at++] =
        (address[i]! << 24) | (address[i + 1]! << 16) | (address[i + 2]! << 8) | address[i + 3]!
    }
    u32[at] = 0
  }

  readAddress(ptr: number): Uint8Array {
    const address = new Uint8Array(ADDRESS_BYTES)
    for (let i = 0; i < ADDRESS_BYTES; i++) address[i] = this.bytes[ptr + ADDRESS_BYTES - 1 - i]!
    return address
  }

  readAddressHex(ptr: number): Hex {
    return bytesToHex(this.readAddress(ptr))
  }

  /** A copy, in memory of its own: views of shared memory are refused by many browser APIs. */
  copy(ptr: number, size: number): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(ptr, ptr + size)
  }

  write(ptr: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, ptr)
  }

  /** Shared memory is filled element by element. @param size a multiple of 8, as `ptr` */
  clear(ptr: number, size: number): void {
    this.f64.fill(0, ptr >>> 3, (ptr + size) >>> 3)
  }

  #makeViews(): void {
    const { buffer } = this.memory
    this.bytes = new Uint8Array(buffer)
    this.u32 = new Uint32Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u64 = new BigUint64Array(buffer)
    this.f64 = new Float64Array(buffer)
  }
}
