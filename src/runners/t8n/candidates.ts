/** The transactions of a transition: JSON, signed or to be signed, or the RLP of a list of them. */

import { asArray, asObject } from '../../base/json.js'
import { decodeRlp, isRlpList, mostItems, splitRlpList } from '../../intake/rlp.js'
import { authoritiesOf, loadSenderRecovery } from '../../intake/sender.js'
import { signTransaction } from '../../intake/sign-transaction.js'
import { transactionFromJson } from '../../intake/transaction-json.js'
import { decodeTransaction, type Transaction } from '../../intake/transaction.js'
import { hexToBytes, parseQuantity } from '../../base/bytes.js'
import { ActorEvmError } from '../../base/errors.js'
import type { Fork } from '../../forks/forks.js'
import { unreadText } from './rejection-words.js'
import { rulesOf } from '../../forks/rules.js'

/** A transaction that can be read and has a sender, or why not. */
export type Candidate = ReadCandidate | { readonly rejection: string }

export interface ReadCandidate {
  readonly tx: Transaction
  readonly sender: Uint8Array
  readonly authorities: readonly (Uint8Array | null)[]
}

export interface CandidateRules {
  readonly chainId: bigint
  readonly fork: Fork
}

/**
 * @param txs a list of JSON objects, or 0x-hex of the RLP of a list
 * @throws InvalidInputError, InvalidRlpError if it is no list, InvalidTransactionError if a JSON
 *   object has not the fields of a transaction
 */
export async function readCandidates(txs: unknown, rules: CandidateRules): Promise<Candidate[]> {
  const readers =
    typeof txs === 'string'
      ? splitTransactions(hexToBytes(txs, 'txs')).map((item) => () => fromRlp(item))
      : asArray(txs ?? [], 'txs').map((json) => () => fromJson(json, rules))
  const recovery = await loadSenderRecovery()
  return readers.map((read) => {
    try {
      const tx = read()
      const sender = recovery.recoverSender(tx)
      const { chainId, fork } = rules
      const authorities = authoritiesOf(recovery, tx, chainId, fork)
      return { tx, sender, authorities }
    } catch (error) {
      if (!(error instanceof ActorEvmError) || isNoTransaction(error)) throw error
      return { rejection: unreadText(error) }
    }
  })
}

/** Geth reads all JSON before it executes anything. */
function isNoTransaction({ reason }: ActorEvmError): boolean {
  return reason === 'malformed-field'
}

/** One takes ten bytes at the least. */
function splitTransactions(list: Uint8Array): Uint8Array[] {
  return splitRlpList(list, { field: 'txs' }, mostItems(list, 10))
}

/** As in a block: a typed transaction is a byte string (EIP-2718). */
function fromRlp(item: Uint8Array): Transaction {
  const bytes = isRlpList(item) ? item : (decodeRlp(item) as Uint8Array)
  return decodeTransaction(bytes)
}

function fromJson(json: unknown, { chainId, fork }: CandidateRules): Transaction {
  // The hash is stated before the transaction is signed
  const { hash: _, protected: isProtected = true, secretKey, ...fields } = asObject(json, 'tx')
  if (secretKey == null || isSigned(fields)) {
    return transactionFromJson(fields)
  }
  // EIP-155, unless it is not wanted
  const isTyped = fields.type != null && parseQuantity(fields.type, 'type') !== 0n
  const { chainId: stated, v: _v, r: _r, s: _s, ...unsigned } = fields
  const isBound = isTyped || (isProtected === true && rulesOf(fork).hasChainId)
  const chain = isBound ? { chainId: stated ?? chainId } : {}
  const signed = { ...unsigned, ...chain, secretKey }
  return transactionFromJson(signed, {}, { sign: signTransaction })
}

function isSigned({ v, r, s }: Readonly<Record<string, unknown>>): boolean {
  return [v, r, s].some((part) => part != null && parseQuantity(part, 'signature') !== 0n)
}
