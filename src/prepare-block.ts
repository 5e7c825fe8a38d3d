/** The first stage: a block as it comes in, decoded, its senders recovered. Touches no state. */

import { REVISION_HOMESTEAD } from '../assembly/abi/revision.js'
import { readBytes, readEnvironment, type Environment } from './pipeline/environment.js'
import { asArray, asObject } from './block/json.js'
import type { Withdrawal } from './block/block.js'
import { authorityOf, loadSenderRecovery } from './block/sender.js'
import { transactionFromJson, type TransactionJsonOptions } from './block/transaction-json.js'
import { decodeTransaction, type Transaction } from './block/transaction.js'
import type { Keccak256 } from './block/keccak.js'
import { ADDRESS_BYTES, UINT64_LIMIT, hexToBytes, parseQuantity } from './bytes.js'
import { throwIfCancelled, type ErrorPlace } from './errors.js'
import type { Executor, SignerRecovery } from './executor/executor.js'
import { Pulse } from './pulse.js'
import { WORTH_SHARING, shareSenders } from './share-senders.js'
import type { BlockEnvironment, Hex, Progress, WithdrawalInput } from './types.js'

/** A recovery takes some 60 µs. */
const AUTHORITIES_A_LOOK = 16

/** A transaction: its encoding as bytes or hex, or its fields as in JSON-RPC, signed or with the
 *  `secretKey` to sign with. */
export type TransactionInput = Uint8Array | Hex | Transaction | Readonly<Record<string, unknown>>

/** A block to execute. */
export interface BlockInput {
  readonly env: BlockEnvironment
  readonly transactions: readonly TransactionInput[]
  readonly withdrawals?: readonly WithdrawalInput[]
}

export interface PrepareOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** What preparing needs to know of the chain. */
export interface PrepareRules {
  readonly chainId: bigint
  readonly revision: number
}

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
  constructor(parts: Pick<PreparedBlock, keyof PreparedBlock>) {
    this.environment = parts.environment
    this.transactions = parts.transactions
    this.senders = parts.senders
    this.authorities = parts.authorities
    this.withdrawals = parts.withdrawals
    this.timing = parts.timing
  }
}

/** Who has threads that may help, and a fast hash. */
export type ThreadLender = Pick<Executor, 'keccak256' | 'lendThreads'>

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
  asObject(input, 'block')
  const environment = readEnvironment(input.env)
  const place = { block: environment.number }
  const keccak256 = lender?.keccak256
  const transactions = await decodeTransactions(input.transactions, rules, place, pulse, keccak256)
  const withdrawals: Withdrawal[] = []
  const givenWithdrawals = asArray(input.withdrawals ?? [], 'withdrawals')
  await pulse.steps(givenWithdrawals.length, (i) => {
    withdrawals.push(readWithdrawal(givenWithdrawals[i], i))
  })
  const decoded = performance.now()
  const senderOptions = {
    place,
    ...(keccak256 === undefined ? {} : { keccak256 }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done: number, total: number) => onProgress?.({ phase: 'senders', done, total }),
  }
  const recover = (threads: readonly SignerRecovery[]): Promise<Uint8Array[]> =>
    shareSenders(transactions, threads, senderOptions)
  const senders =
    lender === undefined || transactions.length < WORTH_SHARING
      ? await recover([])
      : await lender.lendThreads(recover)
  const authorities = await recoverAuthorities(transactions, rules.chainId, pulse)
  const timing = { decode: decoded - start, senders: performance.now() - decoded }
  return new PreparedBlock({
    environment,
    transactions,
    senders,
    authorities,
    withdrawals,
    timing,
  })
}

async function decodeTransactions(
  inputs: readonly TransactionInput[],
  rules: PrepareRules,
  place: ErrorPlace,
  pulse: Pulse,
  keccak256: Keccak256 | undefined,
): Promise<Transaction[]> {
  const items = asArray(inputs, 'transactions') as TransactionInput[]
  const options = {
    homestead: rules.revision >= REVISION_HOMESTEAD,
    chainId: rules.chainId,
    ...(keccak256 === undefined ? {} : { keccak256 }),
    ...(items.some(isToSign) ? { sign: await loadSign() } : {}),
  }
  const transactions: Transaction[] = []
  await pulse.steps(items.length, (tx) => {
    transactions.push(decodeInput(items[tx]!, { ...place, tx }, options))
  })
  return transactions
}

/** On demand: few blocks need it, and it takes time to load. */
async function loadSign(): Promise<NonNullable<TransactionJsonOptions['sign']>> {
  return (await import('./block/sign-transaction.js')).signTransaction
}

function decodeInput(
  input: TransactionInput,
  place: ErrorPlace,
  options: TransactionJsonOptions,
): Transaction {
  if (typeof input === 'string') {
    return decodeTransaction(hexToBytes(input, `transactions[${place.tx}]`), place, options)
  }
  if (input instanceof Uint8Array) return decodeTransaction(input, place, options)
  if (isDecoded(input)) return input
  return transactionFromJson(input, place, options)
}

/** Input comes from outside: it may be anything. */
function isDecoded(input: TransactionInput): input is Transaction {
  return (input as Partial<Transaction> | null)?.raw instanceof Uint8Array
}

function isToSign(input: TransactionInput): boolean {
  return (input as { readonly secretKey?: unknown } | null)?.secretKey !== undefined
}

/** EIP-7702: an authorization of another chain is skipped, as one with a bad signature. */
async function recoverAuthorities(
  transactions: readonly Transaction[],
  chainId: bigint,
  pulse: Pulse,
): Promise<(Uint8Array | null)[][]> {
  if (transactions.every((tx) => tx.authorizationList.length === 0)) return []
  const recovery = await loadSenderRecovery()
  const authorities: (Uint8Array | null)[][] = []
  for (const { authorizationList } of transactions) {
    const found: (Uint8Array | null)[] = []
    const recover = (i: number): void => {
      found.push(authorityOf(recovery, authorizationList[i]!, chainId))
    }
    const recovering = pulse.steps(authorizationList.length, recover, AUTHORITIES_A_LOOK)
    if (recovering !== undefined) await recovering
    authorities.push(found)
  }
  return authorities
}

function readWithdrawal(value: unknown, i: number): Withdrawal {
  const input = asObject(value, `withdrawals[${i}]`)
  const u64 = (name: string): bigint =>
    parseQuantity(input[name], `withdrawals[${i}].${name}`, UINT64_LIMIT)
  return {
    index: u64('index'),
    validatorIndex: u64('validatorIndex'),
    address: readBytes(input.address, `withdrawals[${i}].address`, ADDRESS_BYTES),
    amount: u64('amount'),
  }
}
