/** SHA-256 as the host asks the core for it, in parts. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeCoreSource } from '../../src/wasm/compile.js'
import { EXCHANGE_BYTES, instantiateCore } from '../../src/wasm/core.js'
import { coreSha256 } from '../../src/wasm/sha256.js'

const MEMORY_BYTES = 64 * 2 ** 20
const SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, EXCHANGE_BYTES - 1, EXCHANGE_BYTES]

describe('SHA-256 by the core', async () => {
  const { module, memory } = await makeCoreSource(MEMORY_BYTES)
  const core = await instantiateCore(module, memory, 0, () => () => 0)
  core.exports.initialise(MEMORY_BYTES, 1)
  core.memory.refresh()
  core.bind()
  const sha256 = coreSha256(core)

  it.each([...SIZES, EXCHANGE_BYTES + 1, 2 * EXCHANGE_BYTES, 3 * EXCHANGE_BYTES + 57])(
    'of %i bytes',
    (size) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8))
      expect(Buffer.from(sha256(bytes))).toEqual(createHash('sha256').update(bytes).digest())
    },
  )
})
