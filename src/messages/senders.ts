/** When the transactions of a block may be divided among workers, each sender's in one piece. */

/** EIP-7702. */
const SET_CODE_TYPE = 4
/** Of fewer transactions, pieces cost more than they save. */
const WORTH_DIVIDING = 512

/** An authorization changes its authority, which may be a sender of any piece. */
export function canDivideSenders(transactions: readonly { readonly type: number }[]): boolean {
  return transactions.every(({ type }) => type !== SET_CODE_TYPE)
}

export function isWorthDividing({ length }: { readonly length: number }): boolean {
  return length >= WORTH_DIVIDING
}
