/** Whole blocks: a header and the body it commits to. */

import { ADDRESS_BYTES } from '../base/bytes.js'
import { InvalidBlockError, InvalidRlpError, type ErrorPlace } from '../base/errors.js'
import type { Pulse } from '../base/pulse.js'
import {
  asBlockError,
  decodeHeader,
  encodeHeader,
  type Header,
  type HeaderOptions,
} from './header.js'
import {
  RlpFields,
  decodeRlp,
  encodeRlp,
  isRlpList,
  joinRlpList,
  mostItems,
  splitRlpList,
} from './rlp.js'
import {
  LEGACY_TYPE,
  LARGE_BYTES,
  decodeInTurns,
  decodeTransaction,
  treeInTurns,
  type DecodeOptions,
  type Later,
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

/** A block whose header is read and whose body is only taken apart: enough to hash it. */
export interface SplitBlock {
  readonly header: Header
  /** As `transactionsRoot` commits to them. */
  readonly transactions: readonly Uint8Array[]
  /** The encoded list, which `unclesHash` is the hash of. */
  readonly uncles: Uint8Array
  /** As `withdrawalsRoot` commits to them. Absent before Shanghai. */
  readonly withdrawals?: readonly Uint8Array[]
}

/**
 * No block is larger, of whatever fork: messages between nodes have at most 10 MiB, and what some
 * gigagas of calldata take fits with room to spare.
 */
export const MAX_BLOCK_BYTES = 2 ** 27
const MAX_BLOCK_ITEMS = 16
/** Nine fields of a byte each in a list; four, one of them an address; a header. */
const LEAST_TRANSACTION_BYTES = 10
const LEAST_WITHDRAWAL_BYTES = 25
const LEAST_HEADER_BYTES = 400

/**
 * Takes `[header, transactions, uncles, withdrawals?]` apart. Everything is a view of `bytes`.
 * @throws InvalidBlockError
 */
export function splitBlock(
  bytes: Uint8Array,
  place: ErrorPlace = {},
  options: HeaderOptions = {},
): SplitBlock {
  return asBlockError('block', place, () => {
    if (bytes.length > MAX_BLOCK_BYTES) {
      throw new InvalidBlockError('block-too-large', 'block refused', {
        place: { ...place, field: 'block' },
        expected: `at most ${MAX_BLOCK_BYTES} bytes`,
        got: bytes,
      })
    }
    const items = splitRlpList(bytes, place, MAX_BLOCK_ITEMS)
    new RlpFields(bytes, items, 'block').expectCount('block', 3, 4)
    const [head, body, uncles, paid] = items as [Uint8Array, Uint8Array, Uint8Array, Uint8Array?]
    const header = decodeHeader(head, place, headerOptions(options))
    const transactions = splitPart(body, 'transactions', LEAST_TRANSACTION_BYTES)
    const parts = { header, transactions: transactions.map(transactionBytes), uncles }
    if (paid === undefined) return parts
    return { ...parts, withdrawals: splitPart(paid, 'withdrawals', LEAST_WITHDRAWAL_BYTES) }
  })
}

/**
 * Reads the body.
 * @throws InvalidBlockError; InvalidTransactionError, with its index as `place.tx`
 */
export function decodeBody(
  split: SplitBlock,
  place: ErrorPlace = {},
  options: DecodeBlockOptions = {},
): Block {
  const reader = new BodyReader(split, place, options)
  split.transactions.forEach((_, tx) => reader.readTransaction(tx))
  split.withdrawals?.forEach((_, i) => reader.readWithdrawal(i))
  return reader.block
}

/**
 * The same in turns.
 * @throws CancelledError, too
 */
export async function decodeBodyInTurns(
  split: SplitBlock,
  options: DecodeBlockOptions,
  pulse: Pulse,
): Promise<Block> {
  const reader = new BodyReader(split, {}, options)
  await pulse.steps(split.transactions.length, (tx) => reader.readTransactionInTurns(tx, pulse))
  await pulse.steps(split.withdrawals?.length ?? 0, (i) => reader.readWithdrawal(i))
  return reader.block
}

/** Reads one item of a body after the other. */
class BodyReader {
  readonly #split: SplitBlock
  readonly #place: ErrorPlace
  readonly #options: DecodeBlockOptions
  readonly #transactions: Transaction[] = []
  readonly #withdrawals: Withdrawal[] = []

  constructor(split: SplitBlock, place: ErrorPlace, options: DecodeBlockOptions) {
    this.#split = split
    this.#place = { block: split.header.number, ...place }
    this.#options = options
  }

  readTransaction(tx: number): void {
    const bytes = this.#split.transactions[tx]!
    const at = { ...this.#place, tx }
    const read = (): Transaction => decodeTransaction(bytes, at, this.#options)
    this.#transactions.push(asBlockError('block', this.#place, read))
  }

  /** @returns a promise for one that is large */
  readTransactionInTurns(tx: number, pulse: Pulse): Promise<void> | undefined {
    const bytes = this.#split.transactions[tx]!
    if (bytes.length < LARGE_BYTES) return void this.readTransaction(tx)
    const at = { ...this.#place, tx }
    const readLarge = async (): Promise<void> => {
      const tree = await treeInTurns(bytes, this.#options, pulse)
      const decode = (later: Later[]): Transaction =>
        decodeTransaction(bytes, at, { ...this.#options, later, tree })
      this.#transactions.push(await decodeInTurns(decode, at, pulse))
    }
    return readLarge()
  }

  readWithdrawal(i: number): void {
    const read = (): Withdrawal => decodeWithdrawal(this.#split.withdrawals![i]!)
    this.#withdrawals.push(asBlockError('block', this.#place, read))
  }

  get block(): Block {
    const { header, withdrawals } = this.#split
    const uncles = decodeUncles(this.#split, this.#place, this.#options)
    const body = { header, transactions: this.#transactions, uncles }
    return withdrawals === undefined ? body : { ...body, withdrawals: this.#withdrawals }
  }
}

/** @throws InvalidBlockError */
export function decodeUncles(
  { header, uncles }: Pick<SplitBlock, 'header' | 'uncles'>,
  place: ErrorPlace = {},
  options: HeaderOptions = {},
): Header[] {
  const at = { block: header.number, ...place }
  const headers = headerOptions(options)
  return asBlockError('block', at, () =>
    splitPart(uncles, 'uncles', LEAST_HEADER_BYTES).map((encoding) =>
      decodeHeader(encoding, at, headers),
    ),
  )
}

/** Those of a header among those of a block. */
function headerOptions({ virtualBlocks }: HeaderOptions): HeaderOptions {
  return virtualBlocks === undefined ? {} : { virtualBlocks }
}

/**
 * Decodes a whole block.
 * @throws InvalidBlockError; InvalidTransactionError, with its index as `place.tx`
 */
export function decodeBlock(
  bytes: Uint8Array,
  place: ErrorPlace = {},
  options: DecodeBlockOptions = {},
): Block {
  return decodeBody(splitBlock(bytes, place, options), place, options)
}

/** The items of a list in a block, none of them shorter than such an item can be. */
function splitPart(list: Uint8Array, field: string, least: number): Uint8Array[] {
  return splitRlpList(list, { field }, mostItems(list, least))
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
