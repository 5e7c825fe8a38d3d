/** `eth_*` about blocks, and `debug_getRaw…`. */

import { bytesToHex, quantityToHex } from '../base/bytes.js'
import { encodeHeader } from '../intake/header.js'
import type { Chain, LedgerBlock } from '../ledger/types.js'
import type { MethodTable, RpcContext } from './dispatcher.js'
import { blockOf } from './lookup.js'
import {
  blockNumber,
  blockRef,
  boolean,
  hash,
  readParams,
  uint,
  type BlockNumber,
  type BlockRef,
} from './params.js'
import { serverError } from './rpc-error.js'
import { blockJson, headerJson, minedJson, receiptJson, uncleJson, type Json } from './shapes.js'

type Params = readonly unknown[]

/** Methods that come in two forms, by number and by hash. */
function both(
  byNumber: string,
  byHash: string,
  answer: (block: LedgerBlock, index: bigint, chain: Chain) => unknown,
  hasIndex: boolean,
): MethodTable {
  const read = (params: Params, first: typeof blockNumber | typeof hash): [BlockNumber, bigint] => {
    if (!hasIndex) return [readParams(params, [first])[0] as BlockNumber, 0n]
    return readParams(params, [first, uint]) as [BlockNumber, bigint]
  }
  const method =
    (first: typeof blockNumber | typeof hash) =>
      (params: Params, { chain }: RpcContext): unknown => {
        const [id, index] = read(params, first)
        const block = chain.block(id)
        return block === undefined ? null : answer(block, index, chain)
      }
  return { [byNumber]: method(blockNumber), [byHash]: method(hash) }
}

/** Geth leaves out what a block that is not mined cannot know. */
function pendingBlock(json: Json, id: BlockNumber): Json {
  return id === 'pending' ? { ...json, hash: null, nonce: null, miner: null } : json
}

const countJson = (items: readonly unknown[]): string => quantityToHex(items.length)

function transactionAt(block: LedgerBlock, index: bigint): Json | null {
  return index < BigInt(block.transactions.length) ? minedJson(block, Number(index)) : null
}

function rawAt({ transactions }: LedgerBlock, index: bigint): string {
  const tx = index < BigInt(transactions.length) ? transactions[Number(index)] : undefined
  return tx === undefined ? '0x' : bytesToHex(tx.raw)
}

function uncleAt({ uncles }: LedgerBlock, index: bigint): Json | null {
  const uncle = index < BigInt(uncles.length) ? uncles[Number(index)] : undefined
  return uncle === undefined ? null : uncleJson(uncle)
}

/** What geth says of a hash that it does not know, and of a number. */
function rawOf<T>(
  params: Params,
  chain: Chain,
  what: string,
  answer: (block: LedgerBlock) => T,
): T | null {
  const [ref] = readParams(params, [blockRef])
  const block = 'hash' in ref ? chain.block(ref.hash) : blockOf(chain, ref)
  if (block !== undefined) return answer(block)
  // Geth, as it prints a hash by the verb of numbers
  if ('hash' in ref) throw serverError(`${what} #${goBytes(ref.hash)} not found`)
  return null
}

/** `[1 35 69 …]` */
function goBytes(hex: string): string {
  const bytes = hex.slice(2).match(/../g) ?? []
  return `[${bytes.map((it) => parseInt(it, 16)).join(' ')}]`
}

export const blockMethods: MethodTable = {
  eth_blockNumber: (params, { chain }) => {
    readParams(params, [])
    return quantityToHex(chain.head.number)
  },
  eth_getBlockByNumber: (params, { chain }) => {
    const [id, isFull] = readParams(params, [blockNumber, boolean])
    const block = chain.block(id)
    return block === undefined ? null : pendingBlock(blockJson(block, isFull), id)
  },
  eth_getBlockByHash: (params, { chain }) => {
    const [id, isFull] = readParams(params, [hash, boolean])
    const block = chain.block(id)
    return block === undefined ? null : blockJson(block, isFull)
  },
  eth_getHeaderByNumber: (params, { chain }) => {
    const [id] = readParams(params, [blockNumber])
    const block = chain.block(id)
    return block === undefined ? null : pendingBlock(headerJson(block.header, block.hash), id)
  },
  eth_getHeaderByHash: (params, { chain }) => {
    const [id] = readParams(params, [hash])
    const block = chain.block(id)
    return block === undefined ? null : headerJson(block.header, block.hash)
  },
  eth_getBlockReceipts: (params, { chain }) => {
    const [ref] = readParams(params, [blockRef])
    const block = blockOf(chain, ref satisfies BlockRef)
    return block === undefined ? null : block.receipts.map((_, i) => receiptJson(block, i))
  },
  ...both(
    'eth_getBlockTransactionCountByNumber',
    'eth_getBlockTransactionCountByHash',
    ({ transactions }) => countJson(transactions),
    false,
  ),
  ...both(
    'eth_getUncleCountByBlockNumber',
    'eth_getUncleCountByBlockHash',
    ({ uncles }) => countJson(uncles),
    false,
  ),
  ...both(
    'eth_getUncleByBlockNumberAndIndex',
    'eth_getUncleByBlockHashAndIndex',
    uncleAt,
    true,
  ),
  ...both(
    'eth_getTransactionByBlockNumberAndIndex',
    'eth_getTransactionByBlockHashAndIndex',
    transactionAt,
    true,
  ),
  ...both(
    'eth_getRawTransactionByBlockNumberAndIndex',
    'eth_getRawTransactionByBlockHashAndIndex',
    rawAt,
    true,
  ),
  debug_getRawBlock: (params, { chain }) =>
    rawOf(params, chain, 'block', ({ bytes }) => bytesToHex(bytes)),
  debug_getRawHeader: (params, { chain }) =>
    rawOf(params, chain, 'header', ({ header }) => bytesToHex(encodeHeader(header))),
  debug_getRawReceipts: (params, { chain }) => {
    const [ref] = readParams(params, [blockRef])
    const block = 'hash' in ref ? chain.block(ref.hash) : blockOf(chain, ref)
    if (block === undefined) return 'hash' in ref ? [] : null
    return block.rawReceipts.map((it) => bytesToHex(it))
  },
  debug_getRawTransaction: (params, { chain }) => {
    const [id] = readParams(params, [hash])
    return rawTransaction(chain, id)
  },
  debug_getBadBlocks: (params) => {
    readParams(params, [])
    return []
  },
  eth_getRawTransactionByHash: (params, { chain }) => {
    const [id] = readParams(params, [hash])
    return rawTransaction(chain, id)
  },
}

function rawTransaction(chain: Chain, id: `0x${string}`): string {
  const tx = chain.transaction(id)?.transaction ?? chain.pool.get(id)?.transaction
  return tx === undefined ? '0x' : bytesToHex(tx.raw)
}
