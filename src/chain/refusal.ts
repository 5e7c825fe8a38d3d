/** How every rule of blocks says that it is broken. */

import { InvalidBlockError, type InvalidBlockReason } from '../base/errors.js'

/** A refusal that belongs to the header's block. */
export function refuseBlock(
  header: { readonly number: bigint },
  reason: InvalidBlockReason,
  field: string,
  expected: string,
  got: unknown,
): InvalidBlockError {
  const place = { block: header.number, field }
  return new InvalidBlockError(reason, 'block refused', { place, expected, got })
}
