/** SHA-256 by the core, which has it as a precompile. */

import { EXCHANGE_BYTES, type Core } from './core.js'

const DIGEST_BYTES = 32
const BLOCK_BYTES = 64

export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** Through the exchange area: only while the instance does nothing else. */
export function coreSha256({ exchange, exports, memory }: Core): Sha256 {
  return (bytes) => {
    exports.sha256Begin(exchange, 0)
    // Parts are of whole blocks, but for the last one
    for (let at = 0; at < bytes.length; at += EXCHANGE_BYTES) {
      const part = bytes.subarray(at, at + EXCHANGE_BYTES)
      memory.write(exchange, part)
      exports.sha256Append(exchange, part.length)
      exports.sha256Absorb(EXCHANGE_BYTES / BLOCK_BYTES)
    }
    exports.sha256Finish(exchange)
    return memory.copy(exchange, DIGEST_BYTES)
  }
}
