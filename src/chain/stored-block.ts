/** A block that a chain has accepted. */

import type { Header } from '../intake/header.js'
import type { Fork } from '../forks/forks.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { Hex } from '../base/types.js'
import type { Ancestor } from './uncle-rules.js'

export interface StoredBlock extends Ancestor {
  readonly hash: Hex
  readonly header: Header
  readonly fork: Fork
  readonly uncles: readonly Header[]
  readonly totalDifficulty: bigint
  /** Undefined for the genesis. */
  readonly parent: StoredBlock | undefined
  /** To execute it again when the chain comes back to it; undefined for the genesis. */
  readonly prepared: PreparedBlock | undefined
}

/** At most `count` of them, parent first. */
export function ancestorsOf(parent: StoredBlock, count: number): StoredBlock[] {
  const ancestors: StoredBlock[] = []
  let block: StoredBlock | undefined = parent
  while (block !== undefined && ancestors.length < count) {
    ancestors.push(block)
    block = block.parent
  }
  return ancestors
}

/** The blocks after `ancestor` up to `block`, oldest first; undefined if it is no ancestor. */
export function pathFrom(ancestor: StoredBlock, block: StoredBlock): StoredBlock[] | undefined {
  const path: StoredBlock[] = []
  let at: StoredBlock = block
  while (at !== ancestor) {
    if (at.parent === undefined) return undefined
    path.push(at)
    at = at.parent
  }
  return path.reverse()
}
