/** Whether what was refused was refused for the reason that an official test names. */

import { BLOCK_NAMES } from './block-exceptions.js'
import { PASSED, failed, textOf, type CaseVerdict } from './case-verdict.js'
import { TRANSACTION_NAMES, UNREADABLE, type Reason } from './expected-exceptions.js'

/** Blocks of old tests that must be refused, for a reason that the tests do not state. */
export const ANY_REASON = 'any reason'

const NAMES: ReadonlyMap<string, readonly Reason[]> = new Map(
  Object.entries({ ...TRANSACTION_NAMES, ...BLOCK_NAMES }),
)
const PREFIX = /^(BlockException|TransactionException)\./
/** Hundreds of names of how RLP and its fields can be malformed. */
const FORM_NAME = /^(TR_)?RLP_|^OVERSIZE_RLP|_VALUE_TOO|LeadingZeros|^2930AccessList/
/** The same rule in another message of some client's. */
const VARIANT = /(X|[0-9]+)$/

interface Wish {
  readonly reasons: ReadonlySet<string>
  readonly unknown: readonly string[]
}

/**
 * Judges a refusal.
 * @param expected a name, names joined by `|`, or a list of such
 * @param reason ours
 * @param others all rules that are broken as well, which another order of rules would tell
 */
export function judgeRefusal(
  expected: unknown,
  reason: string,
  message: string,
  others: () => readonly string[] = () => [],
): CaseVerdict {
  if (expected === ANY_REASON) return PASSED
  const { reasons, unknown } = readWish(expected)
  if (reasons.has(reason) || others().some((other) => reasons.has(other))) return PASSED
  if (unknown.length > 0) return { kind: 'unverified', names: unknown }
  return failed(`refused as ${reason}, expected ${showExpected(expected)}: ${message}`)
}

export function showExpected(expected: unknown): string {
  return namesOf(expected).join('|')
}

function readWish(expected: unknown): Wish {
  const reasons = new Set<string>()
  const unknown: string[] = []
  for (const name of namesOf(expected)) {
    const known = reasonsOf(name)
    if (known === undefined) unknown.push(name)
    else for (const reason of known) reasons.add(reason)
  }
  return { reasons, unknown }
}

function namesOf(expected: unknown): string[] {
  const items = Array.isArray(expected) ? expected : [expected]
  return items.flatMap((item) => textOf(item).split('|').map((name) => name.trim()))
}

function reasonsOf(name: string): readonly string[] | undefined {
  const plain = name.replace(PREFIX, '')
  const known = NAMES.get(plain) ?? NAMES.get(plain.replace(VARIANT, ''))
  return known ?? (FORM_NAME.test(plain) ? UNREADABLE : undefined)
}
