import { ActorEvmError, type ErrorDetails } from '../base/errors.js'

/** Why the pool does not take a transaction that is valid by itself. */
export type PoolReason =
  | 'already-known'
  /** Another of the same nonce waits, and this one does not pay a tenth more. */
  | 'replacement-underpriced'
  /** The pool is full, and all others pay more. */
  | 'pool-full'
  /** The sender has as many in the pool as it may have. */
  | 'account-full'

/** A transaction that cannot wait in the pool. */
export class PoolError extends ActorEvmError {
  declare readonly reason: PoolReason

  constructor(reason: PoolReason, what: string, details?: ErrorDetails) {
    super('POOL', what, details)
    this.name = 'PoolError'
    this.reason = reason
  }
}
