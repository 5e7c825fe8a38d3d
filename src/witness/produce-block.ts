/** Makes a block: its header says what executing it does; and its witness. */

import {
  REVISION_CANCUN,
  REVISION_LONDON,
  REVISION_PARIS,
  REVISION_PRAGUE,
  REVISION_SHANGHAI,
} from '../../assembly/abi/revision.js'
import { encodeBlock, encodeWithdrawal, type Block } from '../block/block.js'
import {
  HEADER_NONCE_BYTES,
  LOGS_BLOOM_BYTES,
  decodeHeader,
  encodeHeader,
  headerHash,
  type Header,
} from '../block/header.js'
import { EMPTY_BYTES, HASH_BYTES, bytesToHex, hexToBytes } from '../bytes.js'
import { NO_UNCLES_HASH } from '../chain/header-rules.js'
import { environmentOf } from '../chain/run-chain-block.js'
import { InvalidInputError } from '../errors.js'
import { executeBlock, type BlockToJudge, type ExecuteOptions } from '../execute-block.js'
import { Pulse } from '../pulse.js'
import { GAS_PER_BLOB, type Fork } from '../forks.js'
import type { EngineParts } from '../pipeline/engine-parts.js'
import type { Environment } from '../pipeline/environment.js'
import { asOneBlock } from '../pipeline/guard.js'
import { leafMaker } from '../pipeline/leaf-job.js'
import { readStateRoot } from '../pipeline/state-root.js'
import { prepareBlock, type BlockInput, type PreparedBlock } from '../prepare-block.js'
import { orderedRoot, orderedRootByAll } from '../receipts/roots.js'
import type { BlockResult, BytesLike, Hex } from '../types.js'
import { HASHES_SEEN, beginsChain } from './ancestors.js'
import type { ExecutionWitness } from './execution-witness.js'
import { resultFields } from './result-fields.js'

export interface ProducedBlock {
  readonly block: Block
  /** RLP of the block. */
  readonly bytes: Uint8Array
  readonly hash: Hex
  readonly parentHeader: Header
  readonly witness: ExecutionWitness
  readonly result: BlockResult
}

/** @throws InvalidInputError, InvalidBlockError */
export function readHeaders(headers: readonly BytesLike[], virtualBlocks: boolean): Header[] {
  return headers.map((header, i) => {
    const bytes = header instanceof Uint8Array ? header : hexToBytes(header, `ancestors[${i}]`)
    return decodeHeader(bytes, {}, { virtualBlocks })
  })
}

const ZERO_HASH = new Uint8Array(HASH_BYTES)

/**
 * Executes a block on the engine's state and keeps what it did. The block's environment is the
 * input's, but that it is a child of the last ancestor: parent hash and block hashes are those of
 * `ancestors`, and what its fork needs and the input leaves out is zero.
 * @param ancestors headers, parent last; none begins a chain with the state as it is
 * @throws what executing a block throws
 */
export async function produceBlock(
  parts: EngineParts,
  input: BlockInput,
  ancestors: readonly Header[],
  options: ExecuteOptions = {},
): Promise<ProducedBlock> {
  const { chainId, fork } = parts.config
  const rules = { chainId, revision: fork.revision }
  const read = await prepareBlock(input, rules, options)
  const chain = ancestors.length > 0 ? ancestors : [firstHeader(parts, read.environment)]
  const parentHeader = chain.at(-1)!
  const maker = leafMaker(parts, { block: read.environment.number }, new Pulse(options.signal))
  const transactionsRoot = await orderedRootByAll(maker, read.transactions.map(({ raw }) => raw))
  const draft = { ...draftHeader(parts, read, parentHeader), transactionsRoot }
  const env = environmentOf(draft, hashesOf(chain))
  // Senders are known: only the environment is another
  const { environment } = await prepareBlock({ env, transactions: [] }, rules)
  const prepared: PreparedBlock = { ...read, environment }
  let header: Header | undefined
  const judge = (result: BlockToJudge): void => {
    header = completeHeader(parts, draft, result)
  }
  const withWitness = { ...options, witness: true }
  const result = await asOneBlock(parts, { block: draft.number }, () =>
    executeBlock(parts, prepared, withWitness, { judge }),
  )
  const { transactions, withdrawals } = prepared
  const hasWithdrawals = fork.revision >= REVISION_SHANGHAI
  const body = { header: header!, transactions, uncles: [] }
  const block: Block = hasWithdrawals ? { ...body, withdrawals } : body
  return {
    block,
    bytes: encodeBlock(block),
    hash: bytesToHex(headerHash(block.header)),
    parentHeader,
    witness: witnessOf(result, chain),
    result,
  }
}

/** The header of a block that has done nothing yet, one before the first. */
function firstHeader(parts: EngineParts, env: Environment): Header {
  const { fork, semantics } = parts.config
  if (env.number === 0n || env.timestamp === 0n) {
    const details = { place: { field: 'env.number' }, expected: 'at least 1', got: env.number }
    throw new InvalidInputError('a block needs a parent', details)
  }
  const isActor = semantics === 'actor'
  return {
    ...emptyResults(parts),
    ...forkFields(fork, { ...env, parentBeaconBlockRoot: undefined, excessBlobGas: 0n }, parts),
    stateRoot: readStateRoot(parts.core),
    parentHash: ZERO_HASH,
    unclesHash: hexToBytes(NO_UNCLES_HASH),
    coinbase: new Uint8Array(env.coinbase.length),
    difficulty: env.difficulty,
    number: env.number - 1n,
    gasLimit: env.gasLimit,
    timestamp: env.timestamp - 1n,
    extraData: EMPTY_BYTES,
    mixHash: ZERO_HASH,
    nonce: new Uint8Array(HEADER_NONCE_BYTES),
    ...(isActor ? { virtualBlocksRoot: orderedRoot(parts.core, []) } : {}),
  }
}

function draftHeader(parts: EngineParts, block: PreparedBlock, parent: Header): Header {
  const { core, config } = parts
  const { environment: env, transactions } = block
  const isProofOfStake = config.fork.revision >= REVISION_PARIS
  return {
    ...emptyResults(parts),
    ...forkFields(config.fork, env, parts),
    parentHash: headerHash(parent),
    unclesHash: hexToBytes(NO_UNCLES_HASH),
    coinbase: env.coinbase,
    difficulty: isProofOfStake ? 0n : env.difficulty,
    number: env.number,
    gasLimit: env.gasLimit,
    timestamp: env.timestamp,
    extraData: EMPTY_BYTES,
    mixHash: env.prevRandao,
    nonce: new Uint8Array(HEADER_NONCE_BYTES),
    ...(config.fork.revision < REVISION_CANCUN
      ? {}
      : {
          blobGasUsed: BigInt(
            transactions.reduce((sum, tx) => sum + tx.blobVersionedHashes.length, 0) * GAS_PER_BLOB,
          ),
        }),
    ...(config.fork.revision < REVISION_SHANGHAI
      ? {}
      : { withdrawalsRoot: orderedRoot(core, block.withdrawals.map(encodeWithdrawal)) }),
  }
}

function emptyResults({ core }: EngineParts): Pick<
  Header,
  'gasUsed' | 'logsBloom' | 'receiptsRoot' | 'stateRoot' | 'transactionsRoot'
> {
  const emptyRoot = orderedRoot(core, [])
  return {
    gasUsed: 0n,
    logsBloom: new Uint8Array(LOGS_BLOOM_BYTES),
    receiptsRoot: emptyRoot,
    stateRoot: emptyRoot,
    transactionsRoot: emptyRoot,
  }
}

/** Fields that forks have added, as far as the environment decides them. */
function forkFields(
  { revision }: Fork,
  env: Environment,
  { core }: EngineParts,
): Partial<Header> {
  return {
    ...(revision < REVISION_LONDON ? {} : { baseFeePerGas: env.baseFeePerGas }),
    ...(revision < REVISION_SHANGHAI ? {} : { withdrawalsRoot: orderedRoot(core, []) }),
    ...(revision < REVISION_CANCUN
      ? {}
      : {
          blobGasUsed: 0n,
          excessBlobGas: env.excessBlobGas,
          parentBeaconBlockRoot: env.parentBeaconBlockRoot ?? ZERO_HASH,
        }),
    ...(revision < REVISION_PRAGUE ? {} : { requestsHash: ZERO_HASH }),
  }
}

function completeHeader(parts: EngineParts, draft: Header, result: BlockToJudge): Header {
  const fields = resultFields(result, parts.config)
  return { ...draft, ...Object.fromEntries(fields.map(({ name, value }) => [name, value])) }
}

function hashesOf(ancestors: readonly Header[]): Record<string, Uint8Array> {
  const seen = ancestors.slice(-HASHES_SEEN)
  return Object.fromEntries(seen.map((header) => [`${header.number}`, headerHash(header)]))
}

/** From the oldest block whose hash was read on; the parent at least. */
function witnessOf({ witness }: BlockResult, chain: readonly Header[]): ExecutionWitness {
  const { codes, keys, oldestBlockHash, state } = witness!
  const count = Math.max(oldestBlockHash, 1)
  if (count > chain.length && !beginsChain(chain[0]!)) {
    const details = { expected: `${count} ancestors`, got: chain.length }
    throw new InvalidInputError('headers for BLOCKHASH are missing', details)
  }
  return { state, codes, keys, headers: chain.slice(-count).map((header) => encodeHeader(header)) }
}
