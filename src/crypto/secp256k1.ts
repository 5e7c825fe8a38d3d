/**
 * Recovery of public keys over secp256k1, by a Wasm module of our own (assembly/secp256k1) with a
 * memory of its own, of which each thread has one. Public data only: its time depends on values.
 */

import {
  RECOVERY_ITEMS,
  RECOVERY_ITEMS_MAX,
  RECOVERY_ITEM_BYTES,
  RECOVERY_ITEM_PARITY,
  RECOVERY_ITEM_R,
  RECOVERY_KEYS,
  RECOVERY_KEY_BYTES,
} from '../../assembly/abi/recovery.js'
import { compileSecp256k1 } from './secp256k1-binary.js'

/**
 * @param hash 32 bytes, what was signed
 * @param signature r and s, 32 bytes each
 * @param yParity 0 or 1
 * @returns x and y of the public key, 64 bytes; undefined where no key can have signed so
 */
export type RecoverKey = (
  hash: Uint8Array,
  signature: Uint8Array,
  yParity: number,
) => Uint8Array | undefined

/**
 * Many at once, which takes less for each.
 * @param items RECOVERY_ITEM_BYTES each
 * @returns RECOVERY_KEY_BYTES each
 */
export type RecoverKeys = (items: Uint8Array) => Uint8Array<ArrayBuffer>

interface CurveExports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory
  recoverKeys(count: number): void
}

let loaded: Promise<CurveExports> | undefined

/** Compiles on the first call, 1 ms; later ones share it. Not on the spot: pages refuse that. */
function loadCurve(): Promise<CurveExports> {
  loaded ??= instantiate()
  // A network that has failed may be asked again
  loaded.catch(() => (loaded = undefined))
  return loaded
}

async function instantiate(): Promise<CurveExports> {
  const instance = await WebAssembly.instantiate(await compileSecp256k1())
  return instance.exports as CurveExports
}

export async function loadRecoverKey(): Promise<RecoverKey> {
  const { memory, recoverKeys } = await loadCurve()
  const bytes = new Uint8Array(memory.buffer)
  return (hash, signature, yParity) => {
    bytes.set(hash, RECOVERY_ITEMS)
    bytes.set(signature, RECOVERY_ITEMS + RECOVERY_ITEM_R)
    bytes[RECOVERY_ITEMS + RECOVERY_ITEM_PARITY] = yParity
    recoverKeys(1)
    if (bytes[RECOVERY_KEYS] === 0) return undefined
    return bytes.slice(RECOVERY_KEYS + 1, RECOVERY_KEYS + RECOVERY_KEY_BYTES)
  }
}

export async function loadRecoverKeys(): Promise<RecoverKeys> {
  const { memory, recoverKeys } = await loadCurve()
  const bytes = new Uint8Array(memory.buffer)
  return (items) => {
    const total = items.length / RECOVERY_ITEM_BYTES
    const keys = new Uint8Array(total * RECOVERY_KEY_BYTES)
    for (let from = 0; from < total; from += RECOVERY_ITEMS_MAX) {
      const to = Math.min(total, from + RECOVERY_ITEMS_MAX)
      const batch = items.subarray(from * RECOVERY_ITEM_BYTES, to * RECOVERY_ITEM_BYTES)
      bytes.set(batch, RECOVERY_ITEMS)
      recoverKeys(to - from)
      const end = RECOVERY_KEYS + (to - from) * RECOVERY_KEY_BYTES
      keys.set(bytes.subarray(RECOVERY_KEYS, end), from * RECOVERY_KEY_BYTES)
    }
    return keys
  }
}
