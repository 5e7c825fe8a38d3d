/** How a case of an official test has ended. */

export type CaseVerdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** All that could be checked is right; it was refused, as expected, for a reason of a name that
   *  nobody here knows. */
  | { readonly kind: 'unverified'; readonly names: readonly string[] }

export const PASSED: CaseVerdict = { kind: 'passed' }

export function failed(reason: string): CaseVerdict {
  return { kind: 'failed', reason }
}

/** Text of a test file; of what is none only its type, for of lists of lists it has no end. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : `a value of type ${typeof value}`
}
