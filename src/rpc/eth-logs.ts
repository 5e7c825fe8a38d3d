/** `eth_getLogs`, and the filter that it shares with filters and subscriptions. */

import type { Hex } from '../base/types.js'
import { matches } from '../ledger/log-index.js'
import type { Chain, LedgerLog, LogQuery } from '../ledger/types.js'
import type { MethodTable } from './dispatcher.js'
import {
  BadValue,
  blockNumber,
  field,
  hash,
  object,
  readParams,
  type BlockNumber,
  type JsonFields,
  type Reader,
} from './params.js'
import { RpcError, invalidParams, serverError } from './rpc-error.js'
import { logJson } from './shapes.js'

const MAX_TOPICS = 4
const MAX_SUB_TOPICS = 1_000
const ADDRESS_BYTES = 20
const HASH_BYTES = 32
const TYPE = 'input'

/** Which logs, as a request says it. */
export interface LogCriteria {
  readonly blockHash: Hex | undefined
  readonly from: BlockNumber | undefined
  readonly to: BlockNumber | undefined
  readonly addresses: readonly Hex[]
  /** None: any. */
  readonly topics: readonly (readonly Hex[])[]
}

/** @throws BadValue */
export const logCriteria: Reader<LogCriteria> = (value) => {
  const fields = object('filters.input')(value)
  const blockHash = field(fields, 'blockHash', hash, TYPE)
  const from = field(fields, 'fromBlock', blockNumber, TYPE)
  const to = field(fields, 'toBlock', blockNumber, TYPE)
  if (blockHash !== undefined && (from !== undefined || to !== undefined)) {
    const choose = 'choose one or the other'
    throw new BadValue(`cannot specify both BlockHash and FromBlock/ToBlock, ${choose}`)
  }
  return { blockHash, from, to, addresses: readAddresses(fields), topics: readTopics(fields) }
}

function readAddresses({ address }: JsonFields): Hex[] {
  if (address == null) return []
  if (typeof address === 'string') {
    return [decode(address, ADDRESS_BYTES, 'address', 'invalid address: ')]
  }
  if (!Array.isArray(address)) throw new BadValue('invalid addresses in query')
  return address.map((each, i) => {
    if (typeof each !== 'string') throw new BadValue(`non-string address at index ${i}`)
    return decode(each, ADDRESS_BYTES, 'address', `invalid address at index ${i}: `)
  })
}

function readTopics({ topics }: JsonFields): Hex[][] {
  if (topics == null) return []
  if (!Array.isArray(topics)) throw new BadValue('invalid topic(s)')
  if (topics.length > MAX_TOPICS) throw new BadValue('exceed max topics')
  return topics.map((topic: unknown) => {
    if (topic === null) return []
    if (typeof topic === 'string') return [decode(topic, HASH_BYTES, 'topic')]
    if (!Array.isArray(topic)) throw new BadValue('invalid topic(s)')
    if (topic.length > MAX_SUB_TOPICS) throw new BadValue('exceed max topics')
    // One that may be anything makes the others needless
    if (topic.includes(null)) return []
    return topic.map((each: unknown) => {
      if (typeof each !== 'string') throw new BadValue('invalid topic(s)')
      return decode(each, HASH_BYTES, 'topic')
    })
  })
}

function decode(text: string, bytes: number, what: string, prefix = ''): Hex {
  const fail = (message: string): never => {
    throw new BadValue(`${prefix}${message}`)
  }
  if (text === '') fail('empty hex string')
  if (!/^0x/i.test(text)) fail('hex string without 0x prefix')
  const digits = text.slice(2)
  if (digits.length % 2 !== 0) fail('hex string of odd length')
  if (!/^[0-9a-f]*$/i.test(digits)) fail('invalid hex string')
  const length = digits.length / 2
  if (length !== bytes) {
    fail(`hex has invalid length ${length} after decoding; expected ${bytes} for ${what}`)
  }
  return `0x${digits.toLowerCase()}`
}

/** @throws RpcError */
export function findLogs(chain: Chain, criteria: LogCriteria): LedgerLog[] {
  const { addresses, blockHash, topics } = criteria
  const what = { addresses, topics }
  if (blockHash !== undefined) {
    const block = chain.block(blockHash)
    if (block === undefined) throw serverError('unknown block')
    return chain.logsOf(block).filter((log) => matches(log, what))
  }
  return chain.logs({ ...what, ...rangeOf(chain, criteria) })
}

function rangeOf(chain: Chain, criteria: LogCriteria): Pick<LogQuery, 'from' | 'to'> {
  const { from: first = 'latest', to: last = 'latest' } = criteria
  if (typeof first === 'bigint' && typeof last === 'bigint' && first > last && last > 0n) {
    throw invalidParams('invalid block range params')
  }
  if (first === 'pending' || last === 'pending') {
    throw invalidParams('pending logs are not supported')
  }
  const head = chain.head.number
  const resolve = (id: BlockNumber): bigint =>
    typeof id === 'bigint' ? id : (chain.block(id)?.number ?? head)
  const [from, to] = [resolve(first), resolve(last)]
  if (from > to) throw invalidParams('invalid block range params')
  const isAhead = (id: BlockNumber, number: bigint): boolean =>
    typeof id === 'bigint' && number > head
  if (isAhead(first, from) || isAhead(last, to)) {
    throw invalidParams('block range extends beyond current head block')
  }
  if (from < chain.oldest) throw new RpcError(4444, 'pruned history unavailable')
  return { from, to }
}

export const logMethods: MethodTable = {
  eth_getLogs: (params, { chain }) => {
    const [criteria] = readParams(params, [logCriteria])
    return findLogs(chain, criteria).map(logJson)
  },
}
