/** Whole blocks: a header and the body it commits to. */

import { ADDRESS_BYTES } from '../bytes.js'
import { InvalidRlpError, type ErrorPlace } from '../errors.js'
import {
  asBlockError,
  decodeHeader,
  encodeHeader,
  type Header,
  type HeaderOptions,
} from './header.js'
import { RlpFields, decodeRlp, encodeRlp, isRlpList, joinRlpList, splitRlpList } from './rlp.js'
import {
  LEGACY_TYPE,
  decodeTransaction,
  type DecodeOptions,
  type Transaction,
} from './transaction.js'

/** EIP-4895: a payment from the consensus layer. */
export interface Withdrawal {
  readonly index: bigint
  readonly validatorIndex: bigint
  /** 20 bytes. */
  readonly address: Uint8Array
  /** In Gwei. */
  readonly amount: bigint
}

export interface Block {
  readonly header: Header
  readonly transactions: readonly Transaction[]
  /** Empty from Paris on. */
  readonly uncles: readonly Header[]
  /** Absent before Shanghai. */
  readonly withdrawals?: readonly Withdrawal[]
}

export interface DecodeBlockOptions extends DecodeOptions, HeaderOptions {}

/**
 * Decodes `[header, transactions, uncles, withdrawals?]`. Everything is a view of `bytes`.
 * @throws InvalidBlockError; InvalidTransactionError, with its index as `place.tx`
 */
export function decodeBlock(
  bytes: Uint8Array,
  place: ErrorPlace = {},
  options: DecodeBlockOptions = {},
): Block {
  return asBlockError('block', place, () => {
    const items = splitRlpList(bytes)
    new RlpFields(bytes, items, 'block').expectCount('block', 3, 4)
    const { virtualBlocks } = options
    const headers = virtualBlocks === undefined ? {} : { virtualBlocks }
    const header = decodeHeader(items[0]!, place, headers)
    const at = { block: header.number, ...place }
    const transactions = splitRlpList(items[1]!, { field: 'transactions' }).map((encoding, tx) =>
      decodeTransaction(transactionBytes(encoding), { ...at, tx }, options),
    )
    const uncles = splitRlpList(items[2]!, { field: 'uncles' }).map((encoding) =>
      decodeHeader(encoding, at, headers),
    )
    const body = { header, transactions, uncles }
    if (items[3] === undefined) return body
    const withdrawals = splitRlpList(items[3], { field: 'withdrawals' }).map(decodeWithdrawal)
    return { ...body, withdrawals }
  })
}

export function encodeBlock(block: Block): Uint8Array {
  const transactions = block.transactions.map((tx) =>
    tx.type === LEGACY_TYPE ? tx.raw : encodeRlp(tx.raw),
  )
  const parts = [
    encodeHeader(block.header),
    joinRlpList(transactions),
    encodeUncles(block.uncles),
  ]
  if (block.withdrawals) parts.push(joinRlpList(block.withdrawals.map(encodeWithdrawal)))
  return joinRlpList(parts)
}

/** What `unclesHash` is the hash of. */
export function encodeUncles(uncles: readonly Header[]): Uint8Array {
  return joinRlpList(uncles.map((uncle) => encodeHeader(uncle)))
}

/** A leaf of the trie of `withdrawalsRoot`. */
export function encodeWithdrawal(withdrawal: Withdrawal): Uint8Array {
  const { index, validatorIndex, address, amount } = withdrawal
  return encodeRlp([index, validatorIndex, address, amount])
}

function decodeWithdrawal(encoding: Uint8Array): Withdrawal {
  const fields = new RlpFields(encoding, decodeRlp(encoding), 'withdrawal')
  fields.expectCount('withdrawal', 4)
  return {
    index: fields.integer('withdrawal.index', 8),
    validatorIndex: fields.integer('withdrawal.validatorIndex', 8),
    address: fields.fixedBytes('withdrawal.address', ADDRESS_BYTES),
    amount: fields.integer('withdrawal.amount', 8),
  }
}

/**
 * In a block a typed transaction is a byte string, a legacy one a list (EIP-2718). A list inside a
 * byte string is neither, though it would decode.
 */
function transactionBytes(encoding: Uint8Array): Uint8Array {
  if (isRlpList(encoding)) return encoding
  const envelope = decodeRlp(encoding) as Uint8Array
  if (envelope.length > 0 && !isRlpList(envelope)) return envelope
  throw new InvalidRlpError('unexpected-bytes', 0, 'transaction in a block', {
    place: { field: 'transactions' },
    expected: 'a list, or a type byte and a list',
    got: envelope,
  })
}
