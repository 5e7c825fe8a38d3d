/** Which uncles a block may have (YP 11.1). */

import { headerHash, type Header } from '../block/header.js'
import { bytesToHex } from '../bytes.js'
import type { Fork } from '../forks.js'
import { checkHeader, type ParentHeader } from './header-rules.js'
import { refuseBlock } from './refusal.js'

const MAX_UNCLES = 2
/** An uncle's parent is an ancestor of the block, at most so many generations up. */
export const UNCLE_GENERATIONS = 7

/** An ancestor of the block, as the chain keeps it. */
export interface Ancestor extends ParentHeader {
  readonly uncles: readonly Header[]
}

/**
 * @param ancestors parent first, as many as UNCLE_GENERATIONS where the chain has them
 * @param forkOf which fork an uncle is of, given its parent
 * @throws InvalidBlockError
 */
export function checkUncles(
  header: Header,
  uncles: readonly Header[],
  ancestors: readonly Ancestor[],
  forkOf: (uncle: Header, parent: Ancestor) => Fork,
): void {
  if (uncles.length === 0) return
  if (uncles.length > MAX_UNCLES) {
    throw refuseBlock(header, 'invalid-uncles', 'uncles', `at most ${MAX_UNCLES}`, uncles.length)
  }
  const family = new Map(ancestors.map((it) => [bytesToHex(headerHash(it.header)), it]))
  const included = new Set(ancestors.flatMap((it) => it.uncles.map(hashOf)))
  for (const uncle of uncles) {
    const hash = hashOf(uncle)
    if (family.has(hash)) throw invalid(header, 'no ancestor of the block', hash)
    if (included.has(hash)) throw invalid(header, 'none that is an uncle already', hash)
    included.add(hash)
    const parentHash = bytesToHex(uncle.parentHash)
    const parent = family.get(parentHash)
    if (parent === undefined || parent === ancestors[0]) {
      const expected = `a parent from 2 to ${UNCLE_GENERATIONS} generations above the block`
      throw refuseBlock(header, 'uncle-parent-not-ancestor', 'uncles', expected, parentHash)
    }
    checkHeader(uncle, forkOf(uncle, parent), parent)
  }
}

function invalid(header: Header, expected: string, hash: string): ReturnType<typeof refuseBlock> {
  return refuseBlock(header, 'invalid-uncles', 'uncles', expected, hash)
}

function hashOf(header: Header): string {
  return bytesToHex(headerHash(header))
}
