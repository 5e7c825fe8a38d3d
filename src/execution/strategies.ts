/** The strategy of each semantics. */

import type { Semantics } from '../base/types.js'
import { ACTOR } from './actor.js'
import { IN_ORDER } from './in-order.js'
import type { Strategy } from './strategy.js'

export const STRATEGIES: Readonly<Record<Semantics, Strategy>> = {
  actor: ACTOR,
  ethereum: IN_ORDER,
}
