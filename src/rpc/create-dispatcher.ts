/** All methods that need no more than a chain. */

import type { Chain } from '../ledger/types.js'
import { callMethods } from './eth-calls.js'
import { accessListMethods } from './access-list.js'
import { traceMethods } from './debug-traces.js'
import { dispatcherOf, type Dispatcher, type DispatcherOptions } from './dispatcher.js'
import { blockMethods } from './eth-blocks.js'
import { feeMethods } from './eth-fees.js'
import { logMethods } from './eth-logs.js'
import { stateMethods } from './eth-state.js'
import { transactionMethods } from './eth-transactions.js'
import { netMethods } from './net.js'
import { configMethods } from './node-config.js'
import { simulateMethods } from './simulate/simulate.js'
import { testingMethods } from './testing.js'

const CLIENT_VERSION = 'actor-evm'

export interface StandardOptions extends DispatcherOptions {
  /** What `web3_clientVersion` says. Default `actor-evm`. */
  readonly clientVersion?: string | undefined
}

/**
 * Serves `eth_*`, `net_*`, `web3_*`, `txpool_*` and `debug_*` of execution clients. Filters and
 * subscriptions, accounts with keys and development methods are tables of their own.
 */
export function createDispatcher(chain: Chain, options: StandardOptions = {}): Dispatcher {
  const { clientVersion = CLIENT_VERSION, methods = [] } = options
  return dispatcherOf(chain, [
    blockMethods,
    stateMethods,
    logMethods,
    feeMethods,
    transactionMethods,
    callMethods,
    accessListMethods,
    simulateMethods,
    testingMethods,
    traceMethods,
    configMethods,
    netMethods(clientVersion),
    ...methods,
  ])
}
