/** STATUS_* and MESSAGE_KIND_* by name, in the order of assembly/abi. */

import { STATUS_REFUSED, STATUS_SUCCESS } from '../../assembly/abi/status.js'
import type { Delivery, Outcome } from '../base/types.js'

const OUTCOMES: readonly Outcome[] = [
  'success',
  'revert',
  'out-of-gas',
  'stack-underflow',
  'stack-overflow',
  'bad-jump',
  'undefined-instruction',
  'invalid-instruction',
  'static-violation',
  'return-data-bounds',
  'precompile-failure',
  'create-collision',
  'code-too-large',
  'code-starts-with-ef',
  'initcode-too-large',
  'nonce-overflow',
  'refused',
]

const DELIVERIES: readonly Delivery[] = ['credit', 'code', 'precompile']

export function deliveryOf(kind: number): Delivery {
  return DELIVERIES[kind]!
}

export function outcomeOf(status: number): Outcome {
  return OUTCOMES[status] ?? OUTCOMES[STATUS_REFUSED]!
}

export function statusBit(status: number): 0 | 1 {
  return status === STATUS_SUCCESS ? 1 : 0
}
