/** Transactions into the pool, and why they are refused in geth's words. */

import { bytesToHex } from '../base/bytes.js'
import { ActorEvmError, InvalidTransactionError } from '../base/errors.js'
import type { Hex } from '../base/types.js'
import { rulesOf } from '../forks/rules.js'
import { intrinsicGas } from '../intake/intrinsic-gas.js'
import { decodeTransaction, type Transaction } from '../intake/transaction.js'
import type { TransactionInput } from '../intake/prepare-block.js'
import { recoverSender } from '../ledger/admit.js'
import { withoutBlobs } from '../ledger/blob-sidecar.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import { PoolError, type PoolReason } from '../ledger/pool-error.js'
import { mostCost } from '../ledger/pool.js'
import type { Chain } from '../ledger/types.js'
import { RpcError, SERVER_ERROR, serverError } from './rpc-error.js'

/** @throws RpcError */
export async function sendChecked(chain: Chain, transaction: TransactionInput): Promise<Hex> {
  try {
    return await chain.send(transaction)
  } catch (error) {
    throw await refusalOf(chain, transaction, error)
  }
}

const POOL_WORDS: Readonly<Record<PoolReason, string>> = {
  'already-known': 'already known',
  'replacement-underpriced': 'replacement transaction underpriced',
  'pool-full': 'transaction underpriced',
  'account-full': 'account limit exceeded',
}

/** Those that say no number. */
const WORDS: Readonly<Record<string, string>> = {
  'gas-limit-above-block': 'exceeds block gas limit',
  'tip-above-fee-cap': 'max priority fee per gas higher than max fee per gas',
  'invalid-signature': 'invalid sender: invalid transaction v, r, s values',
  'nonce-is-max': 'nonce has max value',
  'sender-not-eoa': 'sender not an eoa',
  'blob-list-empty': 'blob transaction missing blob hashes',
  'blob-creates-contract': 'blob transaction of type create',
  'authorization-list-empty': 'set code tx must have at least one authorization tuple',
  'set-code-creates-contract': 'EIP-7702 transaction cannot be used to create contract',
  'initcode-too-large': 'max initcode size exceeded',
}

async function refusalOf(
  chain: Chain,
  transaction: TransactionInput,
  error: unknown,
): Promise<unknown> {
  if (error instanceof PoolError) return serverError(POOL_WORDS[error.reason])
  if (!(error instanceof InvalidTransactionError)) return error
  const tx = decoded(transaction)
  if (tx === undefined) return undecodable(transaction, error)
  const message = (await numbersOf(chain, tx, error)) ?? WORDS[error.reason]
  return new RpcError(SERVER_ERROR, message ?? error.message)
}

function decoded(transaction: TransactionInput): Transaction | undefined {
  if (!(transaction instanceof Uint8Array)) return undefined
  try {
    return decodeTransaction(withoutBlobs(transaction) as Uint8Array)
  } catch {
    return undefined
  }
}

const MOST_TYPES = 4
const FIRST_LIST = 0xc0

function undecodable(transaction: TransactionInput, error: ActorEvmError): RpcError {
  const first = transaction instanceof Uint8Array ? transaction[0] : undefined
  if (transaction instanceof Uint8Array && transaction.length <= 1) {
    return serverError('typed transaction too short')
  }
  if (first !== undefined && first > MOST_TYPES && first < FIRST_LIST) {
    return serverError('transaction type not supported')
  }
  const { cause } = error
  const isRlp = cause instanceof ActorEvmError && cause.code === 'INVALID_RLP'
  const words = isRlp ? rlpWords(cause) : ''
  return serverError(words === '' ? error.message : words)
}

function rlpWords({ reason }: ActorEvmError): string {
  if (reason === 'truncated') return 'rlp: value size exceeds available input length'
  return ''
}

async function numbersOf(
  chain: Chain,
  tx: Transaction,
  { reason }: InvalidTransactionError,
): Promise<string | undefined> {
  const { rules } = chain.head as KeptBlock
  switch (reason) {
    case 'wrong-chain-id': {
      const ids = `have ${tx.chainId} want ${chain.chainId}`
      return `invalid sender: invalid chain id for signer: ${ids}`
    }
    case 'gas-limit-above-cap': {
      const cap = rulesOf(rules).maxTransactionGas
      return `transaction gas limit too high (cap: ${cap}, tx: ${tx.gasLimit})`
    }
    case 'intrinsic-gas-too-low': {
      const { intrinsic } = intrinsicGas(tx, rulesOf(rules))
      return `intrinsic gas too low: gas ${tx.gasLimit}, minimum needed ${intrinsic}`
    }
    case 'gas-limit-below-floor': {
      const { floor } = intrinsicGas(tx, rulesOf(rules))
      const what = 'insufficient gas for floor data gas cost'
      return `${what}: gas ${tx.gasLimit}, minimum needed ${floor}`
    }
    case 'type-not-supported': {
      const fork = ['', 'Berlin', 'London', 'Cancun', 'Prague'][tx.type] ?? ''
      const why = `type ${tx.type} rejected, pool not yet in ${fork}`
      return `transaction type not supported: ${why}`
    }
    case 'nonce-too-low': {
      const { nonce } = await senderOf(chain, tx)
      return `nonce too low: next nonce ${nonce}, tx nonce ${tx.nonce}`
    }
    case 'insufficient-funds':
      return fundsWords(chain, tx)
    default:
      return undefined
  }
}

async function senderOf(
  chain: Chain,
  tx: Transaction,
): Promise<{ balance: bigint; nonce: bigint; sender: Hex }> {
  const sender = bytesToHex(await recoverSender(tx))
  const { balance, nonce } = await chain.engine.getAccount(sender)
  return { balance, nonce, sender }
}

async function fundsWords(chain: Chain, tx: Transaction): Promise<string> {
  const { balance, sender } = await senderOf(chain, tx)
  const cost = mostCost(tx)
  const what = 'insufficient funds for gas * price + value'
  if (cost > balance) {
    return `${what}: balance ${balance}, tx cost ${cost}, overshot ${cost - balance}`
  }
  const { pool } = chain
  const all = [...(pool.pending().get(sender) ?? []), ...(pool.queued().get(sender) ?? [])]
  const spent = all.reduce((sum, { transaction }) => sum + mostCost(transaction), 0n)
  const other = all.find(({ transaction }) => transaction.nonce === tx.nonce)
  const before = `${what}: balance ${balance}, queued cost ${spent}`
  if (other === undefined) {
    return `${before}, tx cost ${cost}, overshot ${spent + cost - balance}`
  }
  const bump = cost - mostCost(other.transaction)
  return `${before}, tx bumped ${bump}, overshot ${spent + bump - balance}`
}
