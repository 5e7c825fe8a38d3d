/** The official GeneralStateTests: one transaction on a given state, for several forks. */

import { asArray, asObject } from '../base/json.js'
import { signTransaction } from '../intake/sign-transaction.js'
import { transactionFromJson } from '../intake/transaction-json.js'
import { decodeTransaction, type Transaction } from '../intake/transaction.js'
import { hexToBytes } from '../base/bytes.js'
import { InvalidInputError, countOf, words } from '../base/errors.js'
import { readEnvironment, type Environment } from '../intake/environment.js'
import type { Alloc, BlockEnvironment, Hex } from '../base/types.js'
import { testBlockHashes } from './test-block-hashes.js'

/** What is expected of one choice of data, gas limit and value. */
export interface ExpectedPost {
  /** State root and keccak256 of the RLP of the logs. */
  readonly hash: string
  readonly logs: string
  readonly indexes: { readonly data: number; readonly gas: number; readonly value: number }
  readonly txbytes?: string
  /** A name, or several joined by `|` or in a list. */
  readonly expectException?: string | readonly string[] | null
}

/** Fields as in JSON-RPC with a `secretKey`, and lists of which `indexes` choose. */
export interface TransactionTemplate {
  readonly sender: string
  readonly data: readonly string[]
  readonly gasLimit: readonly string[]
  readonly value: readonly string[]
  /** One for each of `data`. */
  readonly accessLists?: readonly unknown[]
  readonly maxFeePerGas?: string
}

export interface StateTest {
  readonly env: Readonly<Record<string, Hex>>
  readonly pre: Alloc
  readonly transaction: TransactionTemplate
  /** Fork → choices. */
  readonly post: Readonly<Record<string, readonly ExpectedPost[]>>
  readonly config?: { readonly chainid?: string }
}

/** EIP-1559's first base fee of tests that state none. */
const DEFAULT_BASE_FEE = 10

export function isStateTest(test: unknown): test is StateTest {
  const { env, pre, transaction, post } = asObject(test, 'test')
  return [env, pre, transaction, post].every((part) => typeof part === 'object' && part !== null)
}

export function testEnvironment(env: StateTest['env']): Environment {
  const block: BlockEnvironment = {
    number: env.currentNumber!,
    timestamp: env.currentTimestamp!,
    gasLimit: env.currentGasLimit!,
    coinbase: env.currentCoinbase!,
    baseFeePerGas: env.currentBaseFee ?? DEFAULT_BASE_FEE,
    difficulty: env.currentDifficulty ?? 0,
    excessBlobGas: env.currentExcessBlobGas ?? 0,
    blockHashes: testBlockHashes(env.currentNumber!),
    ...(env.currentRandom === undefined ? {} : { prevRandao: padded(env.currentRandom) }),
  }
  return readEnvironment(block)
}

/** Some tests write 32 bytes without zeros in front. What is no text is refused as such later. */
function padded(hex: Hex): Hex {
  return typeof hex === 'string' ? `0x${hex.slice(2).padStart(64, '0')}` : hex
}

/**
 * The transaction of one choice: the encoding where the test has it, else its fields, signed here.
 * @throws InvalidTransactionError; InvalidInputError for a choice that there is not
 */
export function testTransaction(
  { transaction, config }: StateTest,
  post: ExpectedPost,
): Transaction {
  if (post.txbytes !== undefined) {
    return decodeTransaction(hexToBytes(post.txbytes, 'txbytes'))
  }
  const { accessLists, data, gasLimit, value, ...fields } = transaction
  const { indexes } = post
  const accessList = accessLists == null ? null : asArray(accessLists, 'accessLists')[indexes.data]
  const isTyped = accessList != null || fields.maxFeePerGas !== undefined
  const json = {
    ...fields,
    data: chosen(data, 'data', indexes.data),
    gasLimit: chosen(gasLimit, 'gasLimit', indexes.gas),
    value: chosen(value, 'value', indexes.value),
    ...(accessList == null ? {} : { accessList }),
    ...(isTyped ? { chainId: config?.chainid ?? '0x1' } : {}),
  }
  return transactionFromJson(json, {}, { sign: signTransaction })
}

function chosen(list: unknown, name: string, index: number): unknown {
  const field = `transaction.${name}`
  const choices = asArray(list, field)
  if (index in choices) return choices[index]
  const got = words(countOf(choices.length, 'item'))
  const details = { place: { field }, expected: `an item ${index}`, got }
  throw new InvalidInputError('the transaction has fewer choices', details)
}
