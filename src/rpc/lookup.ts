/** Blocks and states that a request names, or geth's error where there is none. */

import type { Chain, LedgerBlock, StateAt } from '../ledger/types.js'
import type { BlockRef } from './params.js'
import { serverError } from './rpc-error.js'

/** @throws RpcError if a hash must be the chain's and is not */
export function blockOf(chain: Chain, ref: BlockRef): LedgerBlock | undefined {
  if ('number' in ref) return chain.block(ref.number)
  const block = chain.block(ref.hash)
  if (block !== undefined && ref.mustBeCanonical && !chain.isCanonical(block)) {
    throw serverError('hash is not currently canonical')
  }
  return block
}

const LATEST: BlockRef = { number: 'latest' }

/**
 * The state after a block; that of the head if none is named.
 * @throws RpcError
 */
export function stateOf(chain: Chain, ref: BlockRef = LATEST): StateAt {
  const block = blockOf(chain, ref)
  if (block === undefined) {
    throw serverError('hash' in ref ? 'header for hash not found' : 'header not found')
  }
  const state = chain.stateAt(block)
  if (state !== undefined) return state
  throw serverError(`historical state ${block.hash} is not available`)
}
