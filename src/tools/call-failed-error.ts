/** Why there is no estimate of a call. */

import { ActorEvmError } from '../base/errors.js'
import type { CallResult } from './call.js'

/** A call fails, however much gas it gets. */
export class CallFailedError extends ActorEvmError {
  /** Of the call with the most gas that it may have. */
  readonly result: CallResult

  constructor(result: CallResult) {
    const { outcome, reason } = result
    const told = reason === undefined ? outcome : `${outcome}: ${reason}`
    super('CALL_FAILED', `the call fails whatever gas it gets (${told})`)
    this.name = 'CallFailedError'
    this.result = result
  }
}
