/** The block that a chain begins with: geth's `genesis.json`, or a few words for tests. */

import type { ChainConfigInput } from '../forks/chain-config-json.js'
import { forkAt, type ChainConfig } from '../forks/chain-config.js'
import { rulesOf } from '../forks/rules.js'
import { HEADER_NONCE_BYTES, LOGS_BLOOM_BYTES, type Header } from '../intake/header.js'
import { NO_UNCLES_HASH } from '../chain/header-rules.js'
import { EMPTY_TRIE_ROOT, ZERO_HASH } from '../chain/new-header.js'
import {
  ADDRESS_BYTES,
  EMPTY_BYTES,
  HASH_BYTES,
  UINT64_LIMIT,
  bigIntToBytes,
  hexToBytes,
  hexToHash,
  parseQuantity,
  viewOf,
} from '../base/bytes.js'
import { asKnownObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { Alloc, BytesLike, Quantity, Semantics } from '../base/types.js'

type Optional<T> = T | null | undefined

/** Geth's genesis. What is left out is as in geth; gas limit and base fee as development wants. */
export interface GenesisInput {
  readonly config?: Optional<ChainConfigInput>
  readonly alloc?: Optional<Alloc>
  readonly timestamp?: Optional<Quantity>
  readonly gasLimit?: Optional<Quantity>
  readonly baseFeePerGas?: Optional<Quantity>
  readonly difficulty?: Optional<Quantity>
  readonly coinbase?: Optional<BytesLike>
  readonly extraData?: Optional<BytesLike>
  readonly mixHash?: Optional<BytesLike>
  readonly nonce?: Optional<Quantity>
  readonly parentHash?: Optional<BytesLike>
  readonly excessBlobGas?: Optional<Quantity>
  readonly blobGasUsed?: Optional<Quantity>
  readonly parentBeaconBlockRoot?: Optional<BytesLike>
  /** A chain may begin anywhere. */
  readonly number?: Optional<Quantity>
  readonly gasUsed?: Optional<Quantity>
  /** Not looked at: follows from the accounts. */
  readonly stateRoot?: Optional<BytesLike>
}

const FIELDS = keysOf<GenesisInput>()({
  config: true,
  alloc: true,
  timestamp: true,
  gasLimit: true,
  baseFeePerGas: true,
  difficulty: true,
  coinbase: true,
  extraData: true,
  mixHash: true,
  nonce: true,
  parentHash: true,
  excessBlobGas: true,
  blobGasUsed: true,
  parentBeaconBlockRoot: true,
  number: true,
  gasUsed: true,
  stateRoot: true,
})

const DEFAULT_GAS_LIMIT = 30_000_000n
const DEFAULT_BASE_FEE = 1_000_000_000n
const DEFAULT_DIFFICULTY = 131_072n
const NO_UNCLES = hexToHash(NO_UNCLES_HASH)
/** SHA-256 of nothing: no requests (EIP-7685). */
const NO_REQUESTS = hexToHash('0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')

/**
 * The configuration of a genesis file as the engine reads it: where Paris begins is said by number,
 * too, for who does not know total difficulties.
 */
export function configOfGenesis({ config }: GenesisInput): ChainConfigInput {
  const known = config ?? {}
  const { mergeNetsplitBlock, parisBlock, terminalTotalDifficulty } = known
  const isTold = parisBlock != null || terminalTotalDifficulty == null || mergeNetsplitBlock == null
  return isTold ? known : { ...known, parisBlock: mergeNetsplitBlock }
}

/** @throws InvalidInputError naming the field */
export function checkGenesis(value: unknown): GenesisInput {
  return asKnownObject(value, FIELDS, 'genesis') as GenesisInput
}

/**
 * The header of the first block.
 * @throws InvalidInputError naming the field
 */
export function genesisHeader(
  genesis: GenesisInput,
  chain: ChainConfig,
  stateRoot: Uint8Array,
  semantics: Semantics,
): Header {
  const read = (name: keyof GenesisInput, standard: bigint, limit?: bigint): bigint =>
    parseQuantity(genesis[name] ?? standard, `genesis.${name}`, limit)
  const bytes = (name: keyof GenesisInput, length: number): Uint8Array =>
    genesis[name] == null
      ? new Uint8Array(length)
      : bytesOf(genesis[name], `genesis.${name}`, length)
  const number = read('number', 0n, UINT64_LIMIT)
  const timestamp = read('timestamp', 0n, UINT64_LIMIT)
  const fork = forkAt(chain, { number, timestamp, parentTotalDifficulty: 0n })
  const rules = rulesOf(fork)
  return {
    parentHash: bytes('parentHash', HASH_BYTES),
    unclesHash: NO_UNCLES,
    coinbase: bytes('coinbase', ADDRESS_BYTES),
    stateRoot,
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    logsBloom: new Uint8Array(LOGS_BLOOM_BYTES),
    difficulty: read('difficulty', rules.isProofOfStake ? 0n : DEFAULT_DIFFICULTY),
    number,
    gasLimit: read('gasLimit', DEFAULT_GAS_LIMIT, UINT64_LIMIT),
    gasUsed: read('gasUsed', 0n, UINT64_LIMIT),
    timestamp,
    extraData:
      genesis.extraData == null ? EMPTY_BYTES : bytesOf(genesis.extraData, 'genesis.extraData'),
    mixHash: bytes('mixHash', HASH_BYTES),
    nonce: bigIntToBytes(read('nonce', 0n, UINT64_LIMIT), HEADER_NONCE_BYTES),
    ...(rules.hasBaseFee ? { baseFeePerGas: read('baseFeePerGas', DEFAULT_BASE_FEE) } : {}),
    ...(rules.hasWithdrawals ? { withdrawalsRoot: EMPTY_TRIE_ROOT } : {}),
    ...(rules.hasBlobs
      ? {
          blobGasUsed: read('blobGasUsed', 0n, UINT64_LIMIT),
          excessBlobGas: read('excessBlobGas', 0n, UINT64_LIMIT),
          parentBeaconBlockRoot: bytes('parentBeaconBlockRoot', HASH_BYTES),
        }
      : {}),
    ...(rules.hasRequests ? { requestsHash: NO_REQUESTS } : {}),
    ...(semantics === 'actor' ? { virtualBlocksRoot: ZERO_HASH } : {}),
  }
}

/** A copy of bytes, or of hex of them. */
export function bytesOf(value: unknown, field: string, length?: number): Uint8Array {
  const view = viewOf(value)
  if (view !== undefined && (length === undefined || view.length === length)) return view.slice()
  return hexToBytes(value, field, length)
}
