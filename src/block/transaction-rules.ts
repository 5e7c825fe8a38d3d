/**
 * The rules of validity that need no account and no block: fork, chain, gas and form. Those of
 * nonce, balance, base fee and the block's limits are admission's.
 */

import {
  REVISION_BERLIN,
  REVISION_CANCUN,
  REVISION_LONDON,
  REVISION_OSAKA,
  REVISION_PRAGUE,
  REVISION_SHANGHAI,
  REVISION_SPURIOUS,
} from '../../assembly/abi/revision.js'
import { UINT256_LIMIT } from '../bytes.js'
import {
  InvalidTransactionError,
  type ErrorPlace,
  type InvalidTransactionReason,
} from '../errors.js'
import { intrinsicGas, type IntrinsicGas } from './intrinsic-gas.js'
import { BLOB_TYPE, LEGACY_TYPE, SET_CODE_TYPE, type Transaction } from './transaction.js'

const UINT192_LIMIT = 1n << 192n
/** EIP-3860: twice the largest code of EIP-170. */
export const MAX_INITCODE_BYTES = 2 * 24_576
/** EIP-7825: 2^24. */
export const MAX_TRANSACTION_GAS = 1n << 24n
/** EIP-7594. */
export const MAX_BLOBS_PER_TRANSACTION = 6
/** EIP-4844: the version byte of a hash that commits by KZG. */
const KZG_VERSION = 0x01

/** First revision with transactions of type 0, 1, 2, 3, 4. */
const TYPE_REVISIONS = [0, REVISION_BERLIN, REVISION_LONDON, REVISION_CANCUN, REVISION_PRAGUE]

export interface TransactionRules {
  /** A `REVISION_…` constant. */
  readonly revision: number
  readonly chainId: bigint
}

/**
 * Checks what can be checked of a transaction alone.
 * @returns its intrinsic and floor gas, for whoever executes it
 * @throws InvalidTransactionError with the first rule that is broken
 */
export function checkTransaction(
  tx: Transaction,
  rules: TransactionRules,
  place: ErrorPlace = {},
): IntrinsicGas {
  const { revision } = rules
  const refuse = (
    reason: InvalidTransactionReason,
    field: string,
    expected: string,
    got: unknown,
  ): never => {
    const details = { place: { ...place, field }, expected, got }
    throw new InvalidTransactionError(reason, 'transaction refused', details)
  }

  if (revision < TYPE_REVISIONS[tx.type]!) {
    refuse('type-not-supported', 'type', 'a type of the fork', tx.type)
  }
  if (tx.chainId !== null && tx.type === LEGACY_TYPE && revision < REVISION_SPURIOUS) {
    refuse('invalid-signature', 'v', '27 or 28 (before EIP-155)', tx.v)
  }
  if (tx.chainId !== null && tx.chainId !== rules.chainId) {
    refuse('wrong-chain-id', 'chainId', `${rules.chainId}`, tx.chainId)
  }
  if (tx.maxPriorityFeePerGas > tx.maxFeePerGas) {
    const expected = `at most maxFeePerGas, ${tx.maxFeePerGas}`
    refuse('tip-above-fee-cap', 'maxPriorityFeePerGas', expected, tx.maxPriorityFeePerGas)
  }
  // A gas limit is below 2^64; the product of two bigints takes longer than all other checks
  if (tx.maxFeePerGas >= UINT192_LIMIT && tx.gasLimit * tx.maxFeePerGas >= UINT256_LIMIT) {
    refuse('gas-cost-overflow', 'gasLimit', 'a gas cost below 2^256 wei', tx.gasLimit)
  }
  if (tx.to === null && revision >= REVISION_SHANGHAI && tx.data.length > MAX_INITCODE_BYTES) {
    refuse('initcode-too-large', 'data', `at most ${MAX_INITCODE_BYTES} bytes`, tx.data)
  }
  if (tx.type === BLOB_TYPE) checkBlobHashes(tx, revision, refuse)
  if (tx.type === SET_CODE_TYPE && tx.authorizationList.length === 0) {
    refuse('authorization-list-empty', 'authorizationList', 'at least 1 authorization', 0)
  }
  if (revision >= REVISION_OSAKA && tx.gasLimit > MAX_TRANSACTION_GAS) {
    refuse('gas-limit-above-cap', 'gasLimit', `at most ${MAX_TRANSACTION_GAS}`, tx.gasLimit)
  }
  const gas = intrinsicGas(tx, revision)
  if (tx.gasLimit < gas.intrinsic) {
    refuse('intrinsic-gas-too-low', 'gasLimit', `at least ${gas.intrinsic}`, tx.gasLimit)
  }
  if (tx.gasLimit < gas.floor) {
    refuse('gas-limit-below-floor', 'gasLimit', `at least ${gas.floor}`, tx.gasLimit)
  }
  return gas
}

type Refuse = (
  reason: InvalidTransactionReason,
  field: string,
  expected: string,
  got: unknown,
) => never

function checkBlobHashes(tx: Transaction, revision: number, refuse: Refuse): void {
  const field = 'blobVersionedHashes'
  const { length } = tx.blobVersionedHashes
  if (length === 0) refuse('blob-list-empty', field, 'at least 1 blob', length)
  if (revision >= REVISION_OSAKA && length > MAX_BLOBS_PER_TRANSACTION) {
    const expected = `at most ${MAX_BLOBS_PER_TRANSACTION} blobs`
    refuse('blob-count-above-limit', field, expected, length)
  }
  for (const hash of tx.blobVersionedHashes) {
    if (hash[0] !== KZG_VERSION) {
      refuse('blob-version-unknown', field, `version ${KZG_VERSION}`, hash[0])
    }
  }
}
