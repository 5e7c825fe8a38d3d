/** Executing a block of the chain on its parent's state, and what is kept of it. */

import { completeHeader, draftHeader, blobGasOf } from '../chain/new-header.js'
import { collectRequests } from '../chain/requests.js'
import { resultFields } from '../chain/result-rules.js'
import { environmentOf, runChainBlock } from '../chain/run-chain-block.js'
import { baseFeeAfter, excessBlobGasAfter } from '../chain/fees.js'
import { difficultyAfter } from '../chain/difficulty.js'
import { NO_UNCLES_HASH, daoExtraData } from '../chain/header-rules.js'
import { InvalidTransactionError } from '../base/errors.js'
import { bytesToHex } from '../base/bytes.js'
import { jsonable } from '../base/result-data.js'
import type { BlockToJudge } from '../execution/execute-block.js'
import { IN_ORDER_OF_GETH } from '../execution/in-order.js'
import { picking } from '../execution/picked.js'
import { forkAt, type ChainConfig } from '../forks/chain-config.js'
import type { Fork } from '../forks/forks.js'
import { rulesOf } from '../forks/rules.js'
import { encodeWithdrawal, type Withdrawal } from '../intake/block.js'
import { readEnvironment, type Environment } from '../intake/environment.js'
import type { Header } from '../intake/header.js'
import { PreparedBlock } from '../intake/prepare-block.js'
import type { EngineInside } from '../engine.js'
import { orderedRoot } from '../results/roots.js'
import { EMPTY_TRIE_ROOT } from '../chain/new-header.js'
import { KeptBlock } from './kept-block.js'
import type { ReadTransaction } from './admit.js'

/** What tests of contracts rarely have: system contracts that fail make no block invalid here. */
const LENIENT = { mayBeMissing: true, mayFail: true, mayBeMalformed: true }

/** What a block to be made is to have; all is read. */
export interface BlockPlan {
  readonly timestamp: bigint
  readonly gasLimit: bigint
  readonly coinbase: Uint8Array
  readonly prevRandao: Uint8Array
  readonly extraData: Uint8Array | undefined
  readonly baseFeePerGas: bigint | undefined
  readonly excessBlobGas: bigint | undefined
  readonly parentBeaconBlockRoot: Uint8Array | undefined
  readonly withdrawals: readonly Withdrawal[]
  /** Of the parent's number and before, as linear memory has them. */
  readonly hashes: Uint8Array
}

export interface MakeOptions {
  /** Whether the state keeps it. True if left out. */
  readonly isKept?: boolean
  /** Told the requests to the consensus layer (EIP-7685), each with its type. */
  readonly onRequests?: (requests: readonly Uint8Array[]) => void
}

export interface MadeBlock {
  readonly block: KeptBlock
  /** What the state does not admit now. */
  readonly refused: readonly { readonly entry: ReadTransaction; readonly error: Error }[]
}

/** The fork of a child of `parent`. */
export function forkOfChild(chain: ChainConfig, parent: KeptBlock, timestamp: bigint): Fork {
  const parentTotalDifficulty = parent.totalDifficulty
  return forkAt(chain, { number: parent.number + 1n, timestamp, parentTotalDifficulty })
}

export function environmentOfPlan(
  chain: ChainConfig,
  parent: KeptBlock,
  plan: BlockPlan,
): { readonly environment: Environment; readonly fork: Fork } {
  const { timestamp } = plan
  const fork = forkOfChild(chain, parent, timestamp)
  const rules = rulesOf(fork)
  const { header } = parent
  const hasUncles = bytesToHex(header.unclesHash) !== NO_UNCLES_HASH
  const environment: Environment = {
    number: parent.number + 1n,
    timestamp,
    gasLimit: plan.gasLimit,
    coinbase: plan.coinbase,
    prevRandao: plan.prevRandao,
    difficulty: rules.isProofOfStake ? 0n : difficultyAfter(header, timestamp, fork, hasUncles),
    parentHash: parent.hashBytes,
    parentBeaconBlockRoot: plan.parentBeaconBlockRoot,
    baseFeePerGas: rules.hasBaseFee
      ? (plan.baseFeePerGas ?? baseFeeAfter(header, parent.rules))
      : 0n,
    excessBlobGas: rules.hasBlobs ? (plan.excessBlobGas ?? excessBlobGasAfter(header, fork)) : 0n,
    blockHashes: new Map(),
    knownHashes: plan.hashes,
  }
  return { environment, fork }
}

/**
 * Executes what of `entries` the state admits, and makes the block of it.
 * @throws what executing a block throws; then nothing has changed
 */
export async function makeBlock(
  inside: EngineInside,
  parent: KeptBlock,
  plan: BlockPlan,
  entries: readonly ReadTransaction[],
  options: MakeOptions = {},
): Promise<MadeBlock> {
  const { chain, semantics } = inside.parts.config
  const { environment, fork } = environmentOfPlan(chain, parent, plan)
  const refused: MadeBlock['refused'][number][] = []
  const run = (some: readonly ReadTransaction[]): Promise<KeptBlock> => {
    const prepared = preparedOf(environment, some, plan.withdrawals)
    const onRefused = (error: Error, i: number): void => {
      refused.push({ entry: some[i]!, error })
    }
    const strategy = semantics === 'ethereum' ? picking({ onRefused }) : undefined
    return execute(inside, parent, { environment, fork, plan, prepared, strategy, ...options })
  }
  for (let left = entries; ;) {
    try {
      return { block: await run(left), refused }
    } catch (error) {
      // Actors admit all or none: whoever is refused is left out, with what its sender sent later
      const at = error instanceof InvalidTransactionError ? error.place.tx : undefined
      if (semantics === 'ethereum' || at === undefined || left[at] === undefined) throw error
      const entry = left[at]
      refused.push({ entry, error: error as Error })
      left = left.filter((it, i) => i < at || it.sender !== entry.sender)
    }
  }
}

interface Order extends MakeOptions {
  readonly environment: Environment
  readonly fork: Fork
  readonly plan: BlockPlan
  readonly prepared: PreparedBlock
  readonly strategy: ReturnType<typeof picking> | undefined
}

async function execute(
  { endBlock, own, parts }: EngineInside,
  parent: KeptBlock,
  { environment, fork, isKept = true, onRequests, plan, prepared, strategy }: Order,
): Promise<KeptBlock> {
  const { config, core, workers } = parts
  const { chain } = config
  const rules = rulesOf(fork)
  const { withdrawals } = plan
  const draft = draftHeader({ ...config, fork }, environment, {
    parentHash: parent.hashBytes,
    transactionsRoot: EMPTY_TRIE_ROOT,
    withdrawalsRoot:
      withdrawals.length === 0
        ? EMPTY_TRIE_ROOT
        : orderedRoot(core, withdrawals.map(encodeWithdrawal)),
    blobGasUsed: 0n,
    extraData: plan.extraData ?? daoExtraData(environment.number, chain),
  })
  let seen: Seen | undefined
  const content = { header: draft, uncles: [], fork, prepared }
  const result = await runChainBlock(parts, chain, content, {
    isJudged: false,
    isKept,
    strategy,
    onResult: (done, running) => {
      onRequests?.(requestsOf(running, draft, done))
      const { block, transactionsRoot } = done
      const results = completeHeader(draft, resultFields(running, draft, LENIENT, done))
      const blobGasUsed = blobGasOf(block.transactions)
      const header = { ...results, transactionsRoot, ...(rules.hasBlobs ? { blobGasUsed } : {}) }
      seen = { ...seenOf(done), header: jsonable(header) }
    },
  })
  const { archive, block, header, stateRoots } = seen!
  const kept = new KeptBlock(
    {
      ...{ header, fork, uncles: [], parent, result, stateRoots, archive },
      prepared: block,
      withdrawals: rules.hasWithdrawals ? withdrawals : undefined,
      totalDifficulty: parent.totalDifficulty + header.difficulty,
    },
    workers.keccak256,
  )
  if (!isKept) return kept
  own.follow(own.headers(), header, kept.hashBytes)
  endBlock(prepared.environment)
  return kept
}

function requestsOf(
  { config, core }: EngineInside['parts'],
  header: Header,
  { records, requests }: BlockToJudge,
): readonly Uint8Array[] {
  const { depositContract } = config.chain
  return collectRequests(core, header, depositContract, records, requests, LENIENT)
}

type SeenParts = Pick<KeptBlock, 'stateRoots'> & {
  readonly archive: BlockToJudge['archive']['receipts']
  readonly block: PreparedBlock
}
type Seen = SeenParts & { readonly header: Header }

/** What the result of a block does not tell. */
function seenOf({ archive, block, stateRoots }: BlockToJudge): SeenParts {
  return { archive: archive.receipts, block, stateRoots: stateRoots.map((it) => bytesToHex(it)) }
}

/** Of transactions whose senders are known. */
function preparedOf(
  environment: Environment,
  entries: readonly ReadTransaction[],
  withdrawals: readonly Withdrawal[],
): PreparedBlock {
  const hasAuthorities = entries.some(({ authorities }) => authorities.length > 0)
  return new PreparedBlock({
    environment,
    transactions: entries.map(({ transaction }) => transaction),
    senders: entries.map(({ senderBytes }) => senderBytes),
    authorities: hasAuthorities ? entries.map(({ authorities }) => authorities) : [],
    withdrawals,
    timing: { decode: 0, senders: 0 },
  })
}

/** A block that came from elsewhere, checked as far as that goes without the state. */
export interface CheckedBlock {
  readonly header: Header
  readonly uncles: readonly Header[]
  readonly fork: Fork
  readonly prepared: PreparedBlock
  readonly bytes: Uint8Array
}

/**
 * Executes it on its parent's state, which the engine has, and compares.
 * @throws InvalidBlockError, InvalidTransactionError; then nothing has changed
 */
export async function runChecked(
  { endBlock, own, parts }: EngineInside,
  parent: KeptBlock,
  { bytes, fork, header, prepared, uncles }: CheckedBlock,
): Promise<KeptBlock> {
  let seen: SeenParts | undefined
  const content = { header, uncles, fork, prepared }
  const result = await runChainBlock(parts, parts.config.chain, content, {
    isJudged: true,
    // Also of a chain whose genesis has none of the contracts
    requestRules: LENIENT,
    strategy: parts.config.semantics === 'ethereum' ? IN_ORDER_OF_GETH : undefined,
    onResult: (done) => void (seen = seenOf(done)),
  })
  const hasWithdrawals = header.withdrawalsRoot !== undefined
  const kept = new KeptBlock(
    {
      ...{ header, fork, uncles, parent, prepared, result },
      ...{ stateRoots: seen!.stateRoots, archive: seen!.archive },
      withdrawals: hasWithdrawals ? prepared.withdrawals : undefined,
      totalDifficulty: parent.totalDifficulty + header.difficulty,
    },
    parts.workers.keccak256,
    bytes,
  )
  own.follow(own.headers(), header, kept.hashBytes)
  endBlock(prepared.environment)
  return kept
}

/** The environment of a header whose ancestors are known. */
export function environmentOfHeader(header: Header, hashes: Uint8Array): Environment {
  return { ...readEnvironment(environmentOf(header, {})), knownHashes: hashes }
}
