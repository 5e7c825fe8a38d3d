/** The environment of a block: read from its input, checked, written where the core sees it. */

import {
  BLOCK_GAS_LIMIT,
  BLOCK_HASHES,
  ENV_BASE_FEE,
  ENV_BLOB_BASE_FEE,
  ENV_CHAIN_ID,
  ENV_COINBASE,
  ENV_GAS_LIMIT,
  ENV_NUMBER,
  ENV_PREV_RANDAO,
  ENV_TIMESTAMP,
  ENV_TRANSACTIONS_ROOT,
  G_MESSAGE,
  G_MESSAGE_WORD,
  MAX_ROUNDS,
  REVISION,
  SEMANTICS,
  SEMANTICS_ACTOR,
  SEMANTICS_ETHEREUM,
} from '../../assembly/abi/memory-map.js'
import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import {
  ADDRESS_BYTES,
  HASH_BYTES,
  UINT256_LIMIT,
  UINT63_LIMIT,
  UINT64_LIMIT,
  bytesEqual,
  bytesToBigInt,
  bytesToHex,
  hexToBytes,
  parseQuantity,
  viewOf,
} from '../base/bytes.js'
import { asObject } from '../base/json.js'
import { InvalidInputError, countOf } from '../base/errors.js'
import { blobBaseFee, type Fork } from '../forks/forks.js'
import { checkKeys, keysOf } from '../base/known-keys.js'
import type { BlockEnvironment } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import { rulesOf } from '../forks/rules.js'

const HASHES_KEPT = BigInt(BLOCK_HASH_WINDOW)
const ZERO_HASH = new Uint8Array(HASH_BYTES)

/** `BlockEnvironment` with every value read. */
export interface Environment {
  readonly number: bigint
  readonly timestamp: bigint
  readonly gasLimit: bigint
  readonly baseFeePerGas: bigint
  readonly coinbase: Uint8Array
  readonly prevRandao: Uint8Array
  readonly difficulty: bigint
  readonly parentHash: Uint8Array | undefined
  readonly parentBeaconBlockRoot: Uint8Array | undefined
  readonly excessBlobGas: bigint
  readonly blockHashes: ReadonlyMap<bigint, Uint8Array>
  /** What else is known of the last 256 hashes, as BLOCK_HASHES of linear memory has them. */
  readonly knownHashes?: Uint8Array | undefined
}

const FIELDS = keysOf<BlockEnvironment>()({
  number: true,
  timestamp: true,
  gasLimit: true,
  baseFeePerGas: true,
  coinbase: true,
  prevRandao: true,
  difficulty: true,
  parentHash: true,
  parentBeaconBlockRoot: true,
  excessBlobGas: true,
  blockHashes: true,
})
/** Names of headers and of other programs. */
const MEANT = {
  miner: 'coinbase',
  beneficiary: 'coinbase',
  feeRecipient: 'coinbase',
  mixHash: 'prevRandao',
  random: 'prevRandao',
}

/** @throws InvalidInputError naming the field */
export function readEnvironment(env: BlockEnvironment): Environment {
  checkKeys(asObject(env, 'env'), FIELDS, 'env', 'field', MEANT)
  const quantity = (name: keyof BlockEnvironment, limit?: bigint): bigint =>
    parseQuantity(env[name] ?? 0, `env.${name}`, limit)
  const hash = (name: keyof BlockEnvironment): Uint8Array | undefined =>
    env[name] == null ? undefined : readBytes(env[name], `env.${name}`, HASH_BYTES)
  for (const name of ['number', 'timestamp', 'gasLimit', 'coinbase'] as const) {
    if (env[name] == null) {
      const details = { place: { field: `env.${name}` }, expected: 'a value', got: env[name] }
      throw new InvalidInputError('invalid environment', details)
    }
  }
  return {
    number: quantity('number', UINT64_LIMIT),
    timestamp: quantity('timestamp', UINT64_LIMIT),
    // EIP-1985: gas is a signed number of 64 bits in the core, as in other clients
    gasLimit: quantity('gasLimit', UINT63_LIMIT),
    baseFeePerGas: quantity('baseFeePerGas'),
    coinbase: readBytes(env.coinbase, 'env.coinbase', ADDRESS_BYTES),
    prevRandao: hash('prevRandao') ?? ZERO_HASH,
    difficulty: quantity('difficulty'),
    parentHash: hash('parentHash'),
    parentBeaconBlockRoot: hash('parentBeaconBlockRoot'),
    excessBlobGas: quantity('excessBlobGas', UINT64_LIMIT),
    blockHashes: readBlockHashes(env),
  }
}

/** A copy of bytes, or of hex of them, of one length. */
export function readBytes(value: unknown, field: string, length: number): Uint8Array {
  const bytes = viewOf(value)
  if (bytes === undefined) return hexToBytes(value, field, length)
  if (bytes.length === length) return bytes.slice()
  throw new InvalidInputError('invalid value', {
    place: { field },
    expected: countOf(length, 'byte'),
    got: value,
  })
}

/** Writes what the block's code can see, and the rules it runs by. */
export function writeEnvironment(
  memory: LinearMemory,
  env: Environment,
  config: EngineConfig,
): void {
  const { fork, semantics, parameters } = config
  const blobFee = blobFeeOf(env, fork)
  const { u32 } = memory
  u32[REVISION >>> 2] = fork.revision
  u32[SEMANTICS >>> 2] = semantics === 'actor' ? SEMANTICS_ACTOR : SEMANTICS_ETHEREUM
  u32[G_MESSAGE >>> 2] = parameters.gMessage
  u32[G_MESSAGE_WORD >>> 2] = parameters.gWord
  u32[MAX_ROUNDS >>> 2] = parameters.maxRounds
  memory.writeU64(BLOCK_GAS_LIMIT, env.gasLimit)
  memory.writeAddress(ENV_COINBASE, env.coinbase)
  memory.writeU64(ENV_COINBASE + 24, 0n)
  memory.writeWord(ENV_NUMBER, env.number)
  memory.writeWord(ENV_TIMESTAMP, env.timestamp)
  const { isProofOfStake } = rulesOf(fork)
  memory.writeWord(ENV_PREV_RANDAO, isProofOfStake ? bytesToBigInt(env.prevRandao) : env.difficulty)
  memory.writeWord(ENV_GAS_LIMIT, env.gasLimit)
  memory.writeWord(ENV_BASE_FEE, env.baseFeePerGas)
  memory.writeWord(ENV_BLOB_BASE_FEE, blobFee)
  memory.writeWord(ENV_CHAIN_ID, config.chainId)
  writeBlockHashes(memory, env)
}

/** In wei; 0 before Cancun. @throws InvalidInputError if it is more than anybody can pay */
export function blobFeeOf(
  { excessBlobGas }: Pick<Environment, 'excessBlobGas'>,
  { blobs }: Fork,
): bigint {
  const fee = blobs === undefined ? 0n : blobBaseFee(excessBlobGas, blobs)
  if (fee < UINT256_LIMIT) return fee
  throw new InvalidInputError('invalid environment', {
    place: { field: 'env.excessBlobGas' },
    expected: 'so much that blob gas costs less than 2^256 wei',
    got: excessBlobGas,
  })
}

/** New stamps, block-lived memory from its start, and the environment in place. */
export function beginBlock(core: Core, env: Environment, config: EngineConfig): void {
  writeEnvironment(core.memory, env, config)
  core.exports.configure()
  core.exports.beginBlock()
  core.memory.refresh()
}

/** Message ids are derived from it (PROTOCOL 3). */
export function writeTransactionsRoot(memory: LinearMemory, root: Uint8Array): void {
  memory.write(ENV_TRANSACTIONS_ROOT, root)
}

/** Block n lies at slot n mod 256; what is unknown or too old is zero. What is told comes first. */
function writeBlockHashes(memory: LinearMemory, env: Environment): void {
  const first = env.number > HASHES_KEPT ? env.number - HASHES_KEPT : 0n
  if (env.knownHashes === undefined) {
    memory.bytes.fill(0, BLOCK_HASHES, BLOCK_HASHES + BLOCK_HASH_WINDOW * HASH_BYTES)
  } else {
    memory.bytes.set(env.knownHashes, BLOCK_HASHES)
  }
  for (const [number, hash] of env.blockHashes) {
    if (number < first || number >= env.number) continue
    memory.writeWordBytes(BLOCK_HASHES + Number(number % HASHES_KEPT) * HASH_BYTES, hash)
  }
}

function readBlockHashes(env: BlockEnvironment): ReadonlyMap<bigint, Uint8Array> {
  const hashes = new Map<bigint, Uint8Array>()
  const add = (number: bigint, value: unknown, field: string): void => {
    const hash = readBytes(value, field, HASH_BYTES)
    const other = hashes.get(number)
    if (other !== undefined && !bytesEqual(other, hash)) {
      throw new InvalidInputError('a block with two hashes', {
        place: { field },
        expected: bytesToHex(other),
        got: bytesToHex(hash),
      })
    }
    hashes.set(number, hash)
  }
  const stated = env.blockHashes == null ? {} : asObject(env.blockHashes, 'env.blockHashes')
  for (const [number, hash] of Object.entries(stated)) {
    const field = `env.blockHashes.${number}`
    add(parseQuantity(number, field, UINT64_LIMIT), hash, field)
  }
  const number = parseQuantity(env.number, 'env.number', UINT64_LIMIT)
  if (env.parentHash != null && number > 0n) add(number - 1n, env.parentHash, 'env.parentHash')
  return hashes
}
