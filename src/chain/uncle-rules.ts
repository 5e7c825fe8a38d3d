/** Which uncles a block may have (YP 11.1). */

import { headerHash, type Header } from '../intake/header.js'
import { bytesToHex } from '../base/bytes.js'
import type { Fork } from '../forks/forks.js'
import type { ParentHeader } from './header-rules.js'
import { refuseBlock } from './refusal.js'
import { rulesOf } from '../forks/rules.js'

const MAX_UNCLES = 2
/** An uncle's parent is an ancestor of the block, at most so many generations up. */
export const UNCLE_GENERATIONS = 7

/** An ancestor of the block, as the chain keeps it. */
export interface Ancestor extends ParentHeader {
  readonly uncles: readonly Header[]
}

/**
 * What can be said of uncles by who does not know the family: how many there are, and of which
 * generations. Their rewards are sums that can be paid then.
 * @throws InvalidBlockError
 */
export function checkUncleGenerations(
  header: Header,
  uncles: readonly Header[],
  fork: Fork,
): void {
  checkCount(header, uncles, fork)
  for (const { number } of uncles) {
    const generations = header.number - number
    if (generations >= 1n && generations < UNCLE_GENERATIONS) continue
    const expected = `one of the ${UNCLE_GENERATIONS - 1} generations before the block`
    throw refuseBlock(header, 'uncle-parent-not-ancestor', 'uncles', expected, number)
  }
}

/**
 * @param ancestors parent first, as many as UNCLE_GENERATIONS where the chain has them
 * @param checkUncle what binds an uncle by itself, given its parent
 * @throws InvalidBlockError with the first rule that is broken, in geth's order
 */
export function checkUncles(
  header: Header,
  uncles: readonly Header[],
  fork: Fork,
  ancestors: readonly Ancestor[],
  checkUncle: (uncle: Header, parent: Ancestor) => void,
): void {
  if (uncles.length === 0) return
  checkCount(header, uncles, fork)
  const family = new Map(ancestors.map((it) => [hashOf(it.header), it]))
  const included = new Set(ancestors.flatMap((it) => it.uncles.map(hashOf)))
  included.add(hashOf(header))
  for (const uncle of uncles) {
    const hash = hashOf(uncle)
    if (included.has(hash)) throw invalid(header, 'none that is an uncle already', hash)
    included.add(hash)
    if (family.has(hash)) throw invalid(header, 'no ancestor of the block', hash)
    const parentHash = bytesToHex(uncle.parentHash)
    const parent = family.get(parentHash)
    if (parent === undefined || parent === ancestors[0]) {
      const expected = `a parent from 2 to ${UNCLE_GENERATIONS} generations above the block`
      throw refuseBlock(header, 'uncle-parent-not-ancestor', 'uncles', expected, parentHash)
    }
    checkUncle(uncle, parent)
  }
}

function checkCount(header: Header, uncles: readonly Header[], fork: Fork): void {
  const most = rulesOf(fork).isProofOfStake ? 0 : MAX_UNCLES
  if (uncles.length <= most) return
  throw refuseBlock(header, 'invalid-uncles', 'uncles', `at most ${most}`, uncles.length)
}

function invalid(header: Header, expected: string, hash: string): ReturnType<typeof refuseBlock> {
  return refuseBlock(header, 'invalid-uncles', 'uncles', expected, hash)
}

function hashOf(header: Header): string {
  return bytesToHex(headerHash(header))
}
