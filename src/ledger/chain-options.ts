/** What a chain in a box is made with. */

import { ADDRESS_BYTES } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { asKnownObject } from '../base/json.js'
import { keysOf, oneOf } from '../base/known-keys.js'
import type { BytesLike } from '../base/types.js'
import { ENGINE_OPTIONS, type EngineOptions } from '../machine/engine-options.js'
import { bytesOf, checkGenesis, type GenesisInput } from './genesis.js'
import { checkInterval } from './clock.js'
import type { PoolLimits, PoolOrder } from './pool.js'
import type { Mining } from './types.js'

/** How much a chain remembers. */
export interface HistoryOptions {
  /** Blocks, with their receipts and logs. Default: all. */
  readonly blocks?: number | undefined
  /** Blocks whose state can be read, and gone back to. Default 1,024. */
  readonly states?: number | undefined
}

/** What waits to be mined. */
export interface PoolOptions {
  /** Transactions. Default 10,000. */
  readonly limit?: number | undefined
  /** Of one sender. Default: as many as in all. */
  readonly limitPerSender?: number | undefined
  /** By what they pay, or first in, first out. Default `fees`. */
  readonly order?: PoolOrder | undefined
}

/** What a chain is made with: its engine's options, and its own. Unknown keys are errors. */
export interface ChainOptions extends EngineOptions {
  /**
   * Geth's `genesis.json`, or parts of it. Its `config` is the chain's configuration, unless
   * `chainConfig`, or `fork` and `chainId`, say it.
   */
  readonly genesis?: GenesisInput | undefined
  /** Default `auto`: a block with each transaction. */
  readonly mining?: Mining | undefined
  readonly history?: HistoryOptions | undefined
  readonly pool?: PoolOptions | undefined
  /** Whoever fees go to. Default: the address of zeros. */
  readonly coinbase?: BytesLike | undefined
  /** Seconds since 1970. Default: the machine's clock. */
  readonly clock?: (() => number) | undefined
}

const OWN = keysOf<Omit<ChainOptions, keyof EngineOptions>>()({
  genesis: true,
  mining: true,
  history: true,
  pool: true,
  coinbase: true,
  clock: true,
})
const HISTORY = keysOf<HistoryOptions>()({ blocks: true, states: true })
const POOL = keysOf<PoolOptions>()({ limit: true, limitPerSender: true, order: true })

const DEFAULT_STATES = 1_024
const DEFAULT_POOL = 10_000

export interface ResolvedChainOptions {
  readonly engine: EngineOptions
  readonly genesis: GenesisInput
  readonly mining: Mining
  readonly history: { readonly blocks: number; readonly states: number }
  readonly pool: PoolLimits
  readonly order: PoolOrder
  readonly coinbase: Uint8Array
  readonly clock: (() => number) | undefined
  readonly ownsEngine: boolean
}

/** @throws InvalidInputError naming the option */
export function readChainOptions(options: unknown): ResolvedChainOptions {
  const known = [...ENGINE_OPTIONS, ...OWN]
  const object = asKnownObject(options, known, '', 'option') as unknown as ChainOptions
  const { clock, coinbase, genesis, history, mining = 'auto', pool, ...engine } = object
  const { blocks, states } = asKnownObject(history ?? {}, HISTORY, 'history')
  const { limit, limitPerSender, order } = asKnownObject(pool ?? {}, POOL, 'pool')
  const all = count(limit, 'pool.limit', DEFAULT_POOL)
  if (typeof mining === 'object') checkInterval(mining?.interval, 'mining.interval')
  else oneOf(mining, ['auto', 'manual'], 'mining', 'option')
  if (clock !== undefined && typeof clock !== 'function') {
    const details = { place: { field: 'clock' }, expected: 'a function', got: clock }
    throw new InvalidInputError('invalid option', details)
  }
  const kept = count(blocks, 'history.blocks', Infinity)
  return {
    engine,
    genesis: checkGenesis(genesis ?? {}),
    mining,
    history: {
      blocks: kept,
      states: Math.min(kept, count(states, 'history.states', DEFAULT_STATES)),
    },
    pool: { all, perSender: count(limitPerSender, 'pool.limitPerSender', all) },
    order: order === undefined ? 'fees' : oneOf(order, ['fees', 'fifo'], 'pool.order', 'option'),
    coinbase:
      coinbase === undefined
        ? new Uint8Array(ADDRESS_BYTES)
        : bytesOf(coinbase, 'coinbase', ADDRESS_BYTES),
    clock,
    ownsEngine: true,
  }
}

function count(value: unknown, field: string, standard: number): number {
  if (value === undefined) return standard
  if (typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Infinity)) {
    return value
  }
  const expected = 'an integer from 1 on, or Infinity'
  throw new InvalidInputError('invalid option', { place: { field }, expected, got: value })
}
