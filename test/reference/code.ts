/** Which code an account runs, and what must not run. */
import { type Activation } from './activation.js'
import { EMPTY_BYTES, type Address } from './bytes.js'
import { see, type SnapshotView } from './frame.js'
import { isPrecompile } from './precompiles.js'
import { delegateOf } from './world.js'

/**
 * The code that a call of `address` runs in that view. One delegation is followed (EIP-7702); a
 * delegate's own delegation is not, its first byte 0xef halts. A precompile as delegate runs no
 * code.
 */
export function codeToRun(
  act: Activation, view: SnapshotView | undefined, address: Address,
): Uint8Array {
  const { code } = see(act, view, address)
  const delegate = delegateOf(code)
  if (delegate === undefined) return code
  return isPrecompile(delegate) ? EMPTY_BYTES : see(act, view, delegate).code
}

/**
 * The in-flight rule: below a snapshot call, code of an account that has yet to receive a message
 * from the viewing senders does not run.
 */
export function isBarred(
  act: Activation, view: SnapshotView, address: Address, delegate: Address | undefined,
): boolean {
  const bars = (owner: Address): boolean => !isPrecompile(owner)
    && see(act, view, owner).code.length > 0
    && [...view.senders].some((sender) => act.isInFlight(sender, owner))
  return bars(address) || (delegate !== undefined && bars(delegate))
}
