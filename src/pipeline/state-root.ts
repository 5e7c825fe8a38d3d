/** The root of the state trie, brought up to date by the core. */

import type { Core } from '../wasm/core.js'

export function readStateRoot(core: Core): Uint8Array {
  core.exports.stateRoot(core.exchange)
  core.memory.refresh()
  return core.memory.copy(core.exchange, 32)
}
