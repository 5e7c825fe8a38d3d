/** Headers of blocks that are made here: what is known before they run, and what they have done. */

import { HEADER_NONCE_BYTES, LOGS_BLOOM_BYTES, type Header } from '../intake/header.js'
import type { Transaction } from '../intake/transaction.js'
import { EMPTY_ROOT } from '../base/hashes.js'
import { EMPTY_BYTES, HASH_BYTES, hexToHash } from '../base/bytes.js'
import { GAS_PER_BLOB } from '../forks/forks.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import type { Environment } from '../intake/environment.js'
import { NO_UNCLES_HASH } from './header-rules.js'
import type { resultFields } from './result-rules.js'
import { rulesOf } from '../forks/rules.js'

export const ZERO_HASH = new Uint8Array(HASH_BYTES)
export const EMPTY_TRIE_ROOT = hexToHash(EMPTY_ROOT)
const NO_UNCLES = hexToHash(NO_UNCLES_HASH)
const NO_LOGS = new Uint8Array(LOGS_BLOOM_BYTES)
const NO_NONCE = new Uint8Array(HEADER_NONCE_BYTES)

/** What a header has from neither the environment nor the result. */
export interface HeaderParts {
  readonly parentHash: Uint8Array
  readonly transactionsRoot: Uint8Array
  readonly withdrawalsRoot: Uint8Array
  readonly blobGasUsed: bigint
  readonly extraData?: Uint8Array | undefined
}

export function blobGasOf(transactions: readonly Transaction[]): bigint {
  let blobs = 0
  for (const { blobVersionedHashes } of transactions) blobs += blobVersionedHashes.length
  return BigInt(blobs * GAS_PER_BLOB)
}

/** The header of a block that has not run yet: its results are those of a block that does nothing.
 */
export function draftHeader(
  { fork, semantics }: Pick<EngineConfig, 'fork' | 'semantics'>,
  env: Environment,
  parts: HeaderParts,
): Header {
  const rules = rulesOf(fork)
  const { blobGasUsed, withdrawalsRoot } = parts
  const { baseFeePerGas, excessBlobGas, parentBeaconBlockRoot = ZERO_HASH } = env
  return {
    parentHash: parts.parentHash,
    unclesHash: NO_UNCLES,
    coinbase: env.coinbase,
    stateRoot: EMPTY_TRIE_ROOT,
    transactionsRoot: parts.transactionsRoot,
    receiptsRoot: EMPTY_TRIE_ROOT,
    logsBloom: NO_LOGS,
    difficulty: rules.isProofOfStake ? 0n : env.difficulty,
    number: env.number,
    gasLimit: env.gasLimit,
    gasUsed: 0n,
    timestamp: env.timestamp,
    extraData: parts.extraData ?? EMPTY_BYTES,
    mixHash: env.prevRandao,
    nonce: NO_NONCE,
    ...(rules.hasBaseFee ? { baseFeePerGas } : {}),
    ...(rules.hasWithdrawals ? { withdrawalsRoot } : {}),
    ...(rules.hasBlobs ? { blobGasUsed, excessBlobGas, parentBeaconBlockRoot } : {}),
    ...(rules.hasRequests ? { requestsHash: ZERO_HASH } : {}),
    ...(semantics === 'actor' ? { virtualBlocksRoot: EMPTY_TRIE_ROOT } : {}),
  }
}

/** The same with what the block has done. */
export function completeHeader(draft: Header, results: ReturnType<typeof resultFields>): Header {
  return { ...draft, ...Object.fromEntries(results.map(({ name, value }) => [name, value])) }
}
