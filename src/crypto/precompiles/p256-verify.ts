/**
 * P256VERIFY, 0x100 (EIP-7951): hash, r, s, x, y in words → 1, or nothing. Fails never. By a Wasm
 * module of our own (assembly/p256) with a memory of its own, of which each thread has one.
 */

import { P256_INPUT, P256_INPUT_BYTES } from '../../../assembly/abi/p256.js'
import { EMPTY_BYTES, bigIntToBytes } from '../../base/bytes.js'
import { p256WasmBytes } from '../p256-bytes.generated.js'
import type { Precompile } from './precompile.js'

const WORD_BYTES = 32

interface P256Exports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory
  verifySignature(): number
}

/** Compiles in a millisecond. Not on the spot: pages refuse that. */
export async function loadP256Verify(): Promise<Precompile> {
  const { instance } = await WebAssembly.instantiate(p256WasmBytes())
  const { memory, verifySignature } = instance.exports as P256Exports
  const bytes = new Uint8Array(memory.buffer)
  return (input) => {
    if (input.length !== P256_INPUT_BYTES) return EMPTY_BYTES
    bytes.set(input, P256_INPUT)
    return verifySignature() === 1 ? bigIntToBytes(1n, WORD_BYTES) : EMPTY_BYTES
  }
}
