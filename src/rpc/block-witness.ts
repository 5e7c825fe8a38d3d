/** What a block of the chain reads of the state before it, for who has no state. */

import { bytesToHex } from '../base/bytes.js'
import { executeBlock } from '../execution/execute-block.js'
import { asOneBlock } from '../machine/guard.js'
import { encodeHeader } from '../intake/header.js'
import { ancestorsOf, preparedAgain } from '../ledger/block-hashes.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { Chain, LedgerBlock } from '../ledger/types.js'
import { serverError } from './rpc-error.js'
import type { Json } from './shapes.js'
import { andBack } from './simulate/and-back.js'

/** Executed again on the state of its parent, of which nothing is kept. @throws RpcError */
export async function witnessOfBlock(chain: Chain, block: LedgerBlock): Promise<Json> {
  const kept = block as KeptBlock
  const prepared = preparedAgain(kept)
  const parent = chain.block(bytesToHex(block.header.parentHash))
  if (prepared === undefined || parent === undefined) throw serverError('genesis has no witness')
  const before = chain.stateAt(parent)
  if (before === undefined) throw serverError('required historical state unavailable')
  return chain.engine.withParts(({ parts, tools }) => {
    const here = { ...parts, config: { ...parts.config, fork: kept.rules } }
    const place = { block: block.number }
    const run = async (): Promise<Json> => {
      const rules = { isKept: false }
      const options = { witness: true }
      const { witness } = await asOneBlock(here, place, () =>
        executeBlock(here, prepared, options, rules),
      )
      const { codes, keys, oldestBlockHash, state } = witness!
      const count = Math.max(oldestBlockHash, 1)
      const headers = ancestorsOf(kept).slice(-count)
      return {
        state: state.map(bytesToHex),
        codes: codes.map(bytesToHex),
        keys: keys.map(bytesToHex),
        headers: headers.map(({ header }) => bytesToHex(encodeHeader(header))),
      }
    }
    return andBack(parts, tools, before.at, run)
  })
}
