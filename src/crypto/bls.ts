/**
 * What of BLS12-381 a Wasm module of our own (assembly/bls) computes, with a memory of its own, of
 * which each thread has one: KZG proofs, and what takes mcl twice as long.
 */

import { BLS_EXCHANGE } from '../../assembly/abi/bls.js'
import { blsWasmBytes } from './bls-bytes.generated.js'

interface BlsExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory
  verifyProof(): number
  isInG1(): number
  isInG2(): number
  isTargetOne(): number
}

export interface Bls {
  /**
   * Whether a KZG proof is right; the first one takes 6 ms more, for tables.
   * @param proof z, y (32 bytes each), commitment, proof (48)
   */
  verifyProof(proof: Uint8Array): boolean
  /** @param point x, y: 48 big-endian bytes each, below the modulus; not infinity */
  isInG1(point: Uint8Array): boolean
  /** @param point c0 and c1 of x, then of y, as above */
  isInG2(point: Uint8Array): boolean
  /**
   * Whether what a Miller loop gives is 1 after the final exponentiation.
   * @param target 12 numbers of 48 little-endian bytes
   */
  isTargetOne(target: Uint8Array): boolean
}

let loaded: Promise<Bls> | undefined

/** Compiles on the first call, some milliseconds; later ones share it. */
export function loadBls(): Promise<Bls> {
  loaded ??= instantiate()
  return loaded
}

async function instantiate(): Promise<Bls> {
  // Not on the spot: pages refuse that
  const { instance } = await WebAssembly.instantiate(blsWasmBytes())
  const { memory, ...module } = instance.exports as BlsExports
  const bytes = new Uint8Array(memory.buffer)
  const asking = (question: () => number) => (input: Uint8Array) => {
    bytes.set(input, BLS_EXCHANGE)
    return question() === 1
  }
  return {
    verifyProof: asking(module.verifyProof),
    isInG1: asking(module.isInG1),
    isInG2: asking(module.isInG2),
    isTargetOne: asking(module.isTargetOne),
  }
}
