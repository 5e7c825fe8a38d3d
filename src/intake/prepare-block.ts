/** The first stage: a block as it comes in, decoded, its senders recovered. Touches no state. */

import { checkTransactionsInTurns } from './admission.js'
import { blobFeeOf, readBytes, readEnvironment, type Environment } from './environment.js'
import type { Withdrawal } from './block.js'
import { asArray, asKnownObject } from '../base/json.js'
import { authorityRecovery, loadSenderRecovery } from './sender.js'
import { expectSender } from './stated-sender.js'
import type { TransactionObject } from './transaction-input.js'
import type { TransactionJsonOptions } from './transaction-json.js'
import {
  LARGE_BYTES,
  decodeTransaction,
  type Transaction,
} from './transaction.js'
import type { Keccak256 } from './keccak.js'
import {
  ADDRESS_BYTES,
  UINT64_LIMIT,
  hexToAddress,
  hexToBytes,
  parseQuantity,
} from '../base/bytes.js'
import { InvalidInputError, throwIfCancelled, type ErrorPlace } from '../base/errors.js'
import type { Workers, SignerRecovery } from '../threads/workers.js'
import { keysOf } from '../base/known-keys.js'
import { Pulse } from '../base/pulse.js'
import { reading } from '../base/read-once.js'
import { jsonable } from '../base/result-data.js'
import { WORTH_SHARING, shareSenders } from './share-senders.js'
import type { Fork } from '../forks/forks.js'
import type {
  BlockEnvironment,
  CancelSignal,
  Hex,
  Progress,
  WithdrawalInput,
} from '../base/types.js'

/**
 * A transaction: its encoding as bytes or hex, or its fields as in JSON-RPC, signed or with the
 * `secretKey` to sign with, or one that was decoded before.
 */
export type TransactionInput = Uint8Array | Hex | Transaction | TransactionObject

/** A block to execute. */
export interface BlockInput {
  readonly env: BlockEnvironment
  readonly transactions: readonly TransactionInput[]
  readonly withdrawals?: readonly WithdrawalInput[]
}

/** What may go with `prepareBlock`. */
export interface PrepareOptions {
  /** Stops preparing within 50 ms. */
  readonly signal?: CancelSignal | undefined
  /** Told how many senders are recovered. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

const BLOCK = keysOf<BlockInput>()({ env: true, transactions: true, withdrawals: true })
const WITHDRAWAL = keysOf<WithdrawalInput>()({
  index: true,
  validatorIndex: true,
  address: true,
  amount: true,
})

/** What preparing needs to know of the chain. */
export interface PrepareRules {
  readonly chainId: bigint
  readonly fork: Fork
  /** Whether the block is a caller's, who may have changed transactions that we once decoded. */
  readonly isFromOutside?: boolean
  /** Whoever executes the block says which rule its transactions break: it knows the first. */
  readonly isJudgedLater?: boolean
}

/** What `prepareBlock` has made, and what others have put together and was checked. */
export const PREPARED = new WeakSet<object>()

type PreparedParts = Pick<PreparedBlock, Exclude<keyof PreparedBlock, 'changed'>>

/** A block that is ready to be executed, any number of times and by any engine of its chain. */
export class PreparedBlock {
  readonly environment: Environment
  readonly transactions: readonly Transaction[]
  /** 20 bytes each. */
  readonly senders: readonly Uint8Array[]
  /** For each transaction the authority of each authorization, null where it is invalid. */
  readonly authorities: readonly (readonly (Uint8Array | null)[])[]
  readonly withdrawals: readonly Withdrawal[]
  /** Milliseconds. */
  readonly timing: { readonly decode: number; readonly senders: number }

  /** Use `engine.prepareBlock`. */
  constructor(parts: PreparedParts) {
    // Who calls it by hand has no parts
    if (!reading(['parts'], () => Array.isArray(parts?.transactions))) {
      throw new InvalidInputError('a block is prepared by engine.prepareBlock')
    }
    this.environment = parts.environment
    this.transactions = parts.transactions
    this.senders = parts.senders
    this.authorities = parts.authorities
    this.withdrawals = parts.withdrawals
    this.timing = parts.timing
    jsonable(this)
  }

  /** @internal For benches and tests: a block with other parts, which nobody checks. */
  changed(parts: Partial<PreparedParts>): PreparedBlock {
    const block = new PreparedBlock({ ...this, ...parts })
    if (PREPARED.has(this)) PREPARED.add(block)
    return block
  }
}

/** Who has threads that may help, and a fast hash. */
export type ThreadLender = Pick<Workers, 'keccak256' | 'lendThreads'>

/**
 * @param lender no round of it may run meanwhile
 * @throws InvalidInputError, InvalidTransactionError with the place; CancelledError
 */
export async function prepareBlock(
  input: BlockInput,
  rules: PrepareRules,
  options: PrepareOptions = {},
  lender?: ThreadLender,
): Promise<PreparedBlock> {
  const { signal, onProgress } = options
  throwIfCancelled(signal, 'the block was cancelled')
  const start = performance.now()
  const pulse = new Pulse(signal)
  asKnownObject(input, BLOCK, 'block')
  const environment = readEnvironment(input.env)
  blobFeeOf(environment, rules.fork)
  const place = { block: environment.number }
  const keccak256 = lender?.keccak256
  const { gasLimit: maxGas } = environment
  const rest = { maxGas, keccak256, pulse }
  // Before transactions, since some of them have to be signed: 1 ms each
  const withdrawals: Withdrawal[] = []
  const givenWithdrawals = asArray(input.withdrawals ?? [], 'withdrawals')
  await pulse.steps(givenWithdrawals.length, (i) => {
    withdrawals.push(readWithdrawal(givenWithdrawals[i], i))
  })
  const transactions = await decodeTransactions(input.transactions, rules, place, rest)
  // Recovering takes a hundred times as long as all that can refuse a block before it
  if (rules.isJudgedLater !== true) {
    await checkTransactionsInTurns({ environment, transactions }, rules, pulse)
  }
  if (pulse.isDue()) await pulse.turn()
  const decoded = performance.now()
  const senderOptions = {
    place,
    ...(keccak256 === undefined ? {} : { keccak256 }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done: number, total: number) => onProgress?.({ phase: 'senders', done, total }),
  }
  const impersonated = input.transactions.map((tx) => (tx as TransactionObject)?.impersonate)
  const signed = transactions.filter((_, tx) => impersonated[tx] == null)
  const recover = (threads: readonly SignerRecovery[]): Promise<Uint8Array[]> =>
    shareSenders(signed, threads, senderOptions)
  const found =
    lender === undefined || signed.length < WORTH_SHARING
      ? await recover([])
      : await lender.lendThreads(recover)
  let next = 0
  const senders = impersonated.map((sender) => {
    return sender == null ? found[next++]! : hexToAddress(sender, 'impersonate')
  })
  await pulse.steps(senders.length, (tx) => {
    expectSender(input.transactions[tx], senders[tx]!, { ...place, tx })
  })
  const authorities = await recoverAuthorities(transactions, rules, pulse)
  const timing = { decode: decoded - start, senders: performance.now() - decoded }
  const parts = { environment, transactions, senders, authorities, withdrawals, timing }
  const block = new PreparedBlock(parts)
  PREPARED.add(block)
  return block
}

interface DecodeContext {
  readonly keccak256: Keccak256 | undefined
  readonly maxGas: bigint
  readonly pulse: Pulse
}

async function decodeTransactions(
  inputs: readonly TransactionInput[],
  rules: PrepareRules,
  place: ErrorPlace,
  { keccak256, maxGas, pulse }: DecodeContext,
): Promise<Transaction[]> {
  const items = asArray(inputs, 'transactions') as TransactionInput[]
  const options = {
    chainId: rules.chainId,
    maxGas,
    ...(keccak256 === undefined ? {} : { keccak256 }),
    ...(items.some(isToSign) ? { sign: await loadSign() } : {}),
  }
  // Validators have neither
  const isFromOutside = rules.isFromOutside === true
  const again =
    isFromOutside && items.some(isDecoded) ? await import('./decoded-transaction.js') : undefined
  const json = items.some(isJson) ? await import('./transaction-json.js') : undefined
  const transactions: Transaction[] = []
  await pulse.steps(items.length, (tx) => {
    const input = items[tx]!
    const at = { ...place, tx }
    if (isDecoded(input)) {
      if (again === undefined) return void transactions.push(input)
      if (input.raw.length <= LARGE_BYTES) {
        return void transactions.push(again.decodeAgain(input, at, options))
      }
      again.checkKnown(input, at)
      const decodeRaw = (own: unknown, rest: TransactionJsonOptions): Transaction =>
        decodeTransaction(own as Uint8Array, at, rest)
      return loadLong()
        .then(({ readLong }) => readLong(input.raw, decodeRaw, at, options, pulse))
        .then(async (tx) => {
          await pulse.turn()
          transactions.push(again.expectUnchanged(input, tx, at))
        })
    }
    const decode = (own: unknown, rest: TransactionJsonOptions): Transaction => {
      if (typeof own === 'string') own = hexToBytes(own, `transactions[${tx}]`)
      if (own instanceof Uint8Array) return decodeTransaction(own, at, rest)
      return json!.transactionFromJson(own, at, rest)
    }
    const isLong =
      typeof input === 'string' || input instanceof Uint8Array
        ? input.length > LARGE_BYTES
        : json!.hasLongList(input)
    if (!isLong) return void transactions.push(decode(input, options))
    const reading = loadLong().then(({ readLong }) => readLong(input, decode, at, options, pulse))
    return reading.then((it) => void transactions.push(it))
  })
  return transactions
}

/** On demand: few blocks need it, and it takes time to load. */
async function loadSign(): Promise<NonNullable<TransactionJsonOptions['sign']>> {
  return (await import('./sign-transaction.js')).signTransaction
}

/** The same of what takes long to read. */
const loadLong = () => import('./long-input.js')

/** Input comes from outside: it may be anything. */
function isDecoded(input: unknown): input is Transaction {
  return (input as Partial<Transaction> | null | undefined)?.raw instanceof Uint8Array
}

function isJson(input: unknown): boolean {
  return typeof input !== 'string' && !(input instanceof Uint8Array) && !isDecoded(input)
}

function isToSign(input: TransactionInput): boolean {
  return (input as { readonly secretKey?: unknown } | null)?.secretKey !== undefined
}

/** EIP-7702: an authorization of another chain is skipped, as one with a bad signature. */
async function recoverAuthorities(
  transactions: readonly Transaction[],
  { chainId, fork }: PrepareRules,
  pulse: Pulse,
): Promise<(Uint8Array | null)[][]> {
  if (transactions.every((tx) => tx.authorizationList.length === 0)) return []
  const recovery = await loadSenderRecovery()
  const authorities: (Uint8Array | null)[][] = []
  for (const tx of transactions) {
    const found: (Uint8Array | null)[] = []
    authorities.push(found)
    const { length } = tx.authorizationList
    if (length === 0) continue
    const authorityAt = authorityRecovery(recovery, tx, chainId, fork)
    const recover = (i: number): void => void found.push(authorityAt(i))
    const recovering = pulse.steps(length, recover)
    if (recovering !== undefined) await recovering
    if (pulse.isDue()) await pulse.turn()
  }
  return authorities
}

function readWithdrawal(value: unknown, i: number): Withdrawal {
  const input = asKnownObject(value, WITHDRAWAL, `withdrawals[${i}]`)
  const u64 = (name: string): bigint =>
    parseQuantity(input[name], `withdrawals[${i}].${name}`, UINT64_LIMIT)
  return {
    index: u64('index'),
    validatorIndex: u64('validatorIndex'),
    address: readBytes(input.address, `withdrawals[${i}].address`, ADDRESS_BYTES),
    amount: u64('amount'),
  }
}
