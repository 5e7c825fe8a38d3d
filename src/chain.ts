/**
 * actor-evm/chain: a chain in a box. Blocks, receipts and logs that are kept, a pool of
 * transactions, mining, time, and going back.
 *
 * @example
 * import { createChain } from 'actor-evm/chain'
 *
 * const chain = await createChain({ semantics: 'ethereum', genesis: { alloc } })
 * const hash = await chain.send({ nonce: 0, gasLimit: 21_000, to, value: 1n, …, secretKey })
 * console.log(chain.transaction(hash)?.block.number) // 1n
 * await chain.dispose()
 */

export { createChain } from './ledger/create-chain.js'
export type { ChainOptions, HistoryOptions, PoolOptions } from './ledger/chain-options.js'
export type { GenesisInput } from './ledger/genesis.js'
export { PoolError } from './ledger/pool-error.js'
export type { PoolReason } from './ledger/pool-error.js'
export type { PoolOrder } from './ledger/pool.js'
export type * from './ledger/types.js'
