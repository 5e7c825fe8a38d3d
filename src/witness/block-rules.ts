/** Which rules a block is held to, by who makes it and by who judges it. */

import type { RequestRules } from '../chain/requests.js'
import { oneOf } from '../base/known-keys.js'
import type { Semantics } from '../base/types.js'

/**
 * `chain`: all rules of Ethereum's headers and bodies, and the contracts of EIP-7002 and EIP-7251
 * must be there. `execution`: all but those that say how a chain's base fee, gas limit, excess blob
 * gas and difficulty move, and which system contracts it has.
 */
export type BlockRules = 'chain' | 'execution'

export interface HeldRules {
  readonly header: BlockRules
  readonly requests: RequestRules
}

/**
 * Left out, they are those of execution between actors, and under Ethereum semantics those of
 * chains, but that a chain may be one that has never got the contracts for requests.
 * @throws InvalidInputError
 */
export function heldRules(rules: BlockRules | undefined, semantics: Semantics): HeldRules {
  if (rules === undefined && semantics === 'ethereum') {
    return { header: 'chain', requests: { mayBeMissing: true } }
  }
  const header =
    rules === undefined ? 'execution' : oneOf(rules, ['chain', 'execution'], 'rules', 'option')
  return { header, requests: header === 'chain' ? {} : { mayBeMissing: true, mayFail: true } }
}
