/** When blocks are made, what they have, and what time it is. */

import { bytesToHex } from '../../base/bytes.js'
import type { Hex } from '../../base/types.js'
import type { Chain, LedgerBlock, Mining } from '../../ledger/types.js'
import type { MethodTable, RpcMethod } from '../dispatcher.js'
import { RpcError, SERVER_ERROR, invalidParams } from '../rpc-error.js'
import { Params } from './params.js'

/** Blocks between two looks at whether the caller has gone. */
const MINED_AT_ONCE = 256

/** What the chain does not tell. */
export interface MiningState {
  /** Whether blocks are a fixed time apart. */
  hasInterval: boolean
  /** If it was set by hand. */
  coinbase: Hex | undefined
}

/** @param answer what a method answers that has nothing to say: null for anvil, true for Hardhat */
export function miningMethods(
  answer: null | true,
  state: MiningState,
): Readonly<Record<string, RpcMethod>> {
  const quiet = (work: (params: Params, chain: Chain) => unknown): RpcMethod => {
    return async (list, { chain }) => {
      await work(new Params(list), chain)
      return answer
    }
  }
  return {
    mine: async (list, context) => {
      const params = new Params(list)
      const interval = params.has(1) ? params.count(1) : undefined
      await mineBlocks(params.has(0) ? params.count(0) : 1, interval, context)
      return answer
    },
    setAutomine: quiet((params, chain) => chain.setMining(params.flag(0) ? 'auto' : 'manual')),
    getAutomine: (_, { chain }) => chain.mining === 'auto',
    setIntervalMining: quiet((params, chain) => {
      const interval = secondsOf(params)
      chain.setMining(interval === 0 ? 'manual' : { interval })
    }),
    getIntervalMining: (_, { chain }) => intervalOf(chain.mining),
    setNextBlockBaseFeePerGas: quiet((params, chain) => {
      if (chain.head.header.baseFeePerGas === undefined) {
        throw invalidParams('blocks have no base fee before London')
      }
      chain.setNext({ baseFeePerGas: params.quantity(0) })
    }),
    setPrevRandao: quiet((params, chain) => chain.setNext({ prevRandao: params.hash(0) })),
    setCoinbase: quiet((params, chain) => {
      state.coinbase = params.address(0)
      chain.setDefaults({ coinbase: state.coinbase })
    }),
    setBlockGasLimit: (list, { chain }) => {
      chain.setDefaults({ gasLimit: new Params(list).quantity(0) })
      return true
    },
    setNextBlockTimestamp: quiet((params, chain) => {
      const timestamp = laterThanHead(params.quantity(0), chain)
      // The clock goes on from there, as in anvil and Hardhat
      chain.setTime(timestamp)
      chain.setNext({ timestamp })
    }),
    setTime: (list, { chain }) => {
      const [timestamp, before] = [new Params(list).quantity(0), chain.now()]
      chain.setTime(timestamp)
      return Number(timestamp - before)
    },
    increaseTime: (list, { chain }) => Number(chain.increaseTime(new Params(list).quantity(0))),
    setBlockTimestampInterval: quiet((params, chain) => {
      chain.setDefaults({ interval: params.count(0) })
      state.hasInterval = true
    }),
    removeBlockTimestampInterval: (_, { chain }) => {
      chain.setDefaults({ interval: undefined })
      const was = state.hasInterval
      state.hasInterval = false
      return was
    },
    dropTransaction: (list, { chain }) => {
      const hash = new Params(list).hash(0)
      const was = chain.pool.remove(hash)
      if (answer === null) return was ? hash : null
      return was
    },
    dropAllTransactions: quiet((_, chain) => chain.pool.clear()),
    removePoolTransactions: quiet((params, { pool }) => {
      const sender = params.address(0)
      for (const waiting of [pool.pending(), pool.queued()]) {
        for (const { transaction } of waiting.get(sender) ?? []) {
          pool.remove(bytesToHex(transaction.hash))
        }
      }
    }),
    rollback: quiet((params, chain) => {
      return rollBack(chain, params.has(0) ? params.count(0) : 1, true)
    }),
    reorg: async (list, context) => {
      await reorganise(new Params(list), context.chain, context.request)
      return answer
    },
  }
}

export const EVM_MINING: MethodTable = {
  evm_mine: async (list, context) => {
    await mineAsAsked(list, context.chain)
    return '0x0'
  },
  evm_mine_detailed: async (list, { chain, request }) => {
    const blocks = await mineAsAsked(list, chain)
    return Promise.all(blocks.map(({ hash }) => request('eth_getBlockByHash', [hash, true])))
  },
  miner_start: (_, { chain }) => {
    chain.setMining('auto')
    return null
  },
  miner_stop: (_, { chain }) => {
    chain.setMining('manual')
    return null
  },
}

async function mineBlocks(
  count: number,
  interval: number | undefined,
  { chain, signal }: { readonly chain: Chain; readonly signal: { aborted: boolean } | undefined },
): Promise<void> {
  for (let left = count; left > 0; left -= MINED_AT_ONCE) {
    if (signal?.aborted) throw new RpcError(SERVER_ERROR, `${left} blocks were not mined`)
    await chain.mine({ count: Math.min(left, MINED_AT_ONCE), interval })
  }
  if (interval !== undefined) chain.setTime(chain.head.header.timestamp)
}

/** A time, or {timestamp, blocks}; or nothing. */
async function mineAsAsked(list: readonly unknown[], chain: Chain): Promise<LedgerBlock[]> {
  const [first] = list
  const isObject = typeof first === 'object' && first !== null
  const { blocks, timestamp } = (isObject ? first : { timestamp: first }) as {
    readonly blocks?: unknown
    readonly timestamp?: unknown
  }
  const params = new Params([timestamp, blocks])
  const count = params.has(1) ? params.count(1) : 1
  const asked = params.quantityOr(0, undefined)
  if (asked === undefined) return chain.mine({ count })
  const time = laterThanHead(asked, chain)
  chain.setTime(time)
  return chain.mine({ count, next: { timestamp: time } })
}

function laterThanHead(timestamp: bigint, { head }: Chain): bigint {
  const last = head.header.timestamp
  if (timestamp > last) return timestamp
  throw invalidParams(`timestamp ${timestamp} is not later than that of the last block, ${last}`)
}

/** evm_setIntervalMining counts milliseconds in Hardhat, and seconds in anvil, as here. */
function secondsOf(params: Params): number {
  return params.count(0)
}

function intervalOf(mining: Mining): number | null {
  return typeof mining === 'object' ? mining.interval : null
}

async function rollBack(chain: Chain, depth: number, drops: boolean): Promise<void> {
  if (BigInt(depth) > chain.head.number) {
    throw invalidParams(`depth: at most ${chain.head.number}, which is the height of the chain`)
  }
  if (depth > 0) await chain.rollBack(depth, { dropsTransactions: drops })
}

/** New blocks in the place of the last ones, as many, with the transactions that are given. */
async function reorganise(
  params: Params,
  chain: Chain,
  request: (method: string, params: readonly unknown[]) => Promise<unknown>,
): Promise<void> {
  const depth = params.count(0)
  const pairs: unknown = params.raw(1) ?? []
  if (!Array.isArray(pairs)) throw invalidParams('transactions: expected pairs of one and a block')
  const before = chain.mining
  await rollBack(chain, depth, true)
  chain.setMining('manual')
  try {
    for (let i = 0; i < depth; i++) {
      for (const pair of pairs as unknown[]) {
        const [transaction, block] = Array.isArray(pair) ? (pair as unknown[]) : []
        if (block !== i) continue
        const isRaw = typeof transaction === 'string'
        await request(isRaw ? 'eth_sendRawTransaction' : 'eth_sendTransaction', [transaction])
      }
      await chain.mine()
    }
  } finally {
    chain.setMining(before)
  }
}
