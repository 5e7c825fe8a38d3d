/** A block of a chain on the state of its parent: what the chain adds, and how it judges. */

import type { Header } from '../intake/header.js'
import type { InvalidBlockError } from '../base/errors.js'
import {
  executeBlock,
  type BlockToJudge,
  type BlockRules,
  type ExecuteOptions,
} from '../execution/execute-block.js'
import type { Fork } from '../forks/forks.js'
import { asOneBlock } from '../machine/guard.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { BlockEnvironment, BlockResult, Hex } from '../base/types.js'
import type { ChainConfig } from '../forks/chain-config.js'
import { creditAccount } from '../state/credit-account.js'
import type { RequestRules } from './requests.js'
import { checkResult } from './result-rules.js'
import { blockRewards } from './rewards.js'

/** A block that is checked as far as it goes without the state. */
export interface ChainBlock {
  readonly header: Header
  readonly uncles: readonly Header[]
  readonly fork: Fork
  readonly prepared: PreparedBlock
}

export interface RunOptions extends Pick<ExecuteOptions, 'listener' | 'onProgress' | 'signal'> {
  readonly hasPartialState?: boolean
  /** Whether the results must be the header's. */
  readonly isJudged: boolean
  /** Where they must: what calls for requests may be. Those of the EIPs when left out. */
  readonly requestRules?: RequestRules
  /** Sees the block before it is kept, and how it was executed; throws to refuse it. */
  readonly onResult?: ((result: BlockToJudge, parts: EngineParts) => void) | undefined
  /** Whether the result has the block's witness. */
  readonly recordsWitness?: boolean | undefined
  /** Why the block is refused, if none of its transactions is invalid. */
  readonly refusal?: InvalidBlockError | undefined
  readonly strategy?: BlockRules['strategy']
  /** Whether the state keeps it. True if left out. */
  readonly isKept?: boolean
  /** Whether the result has what its transactions return. */
  readonly keepsOutputs?: boolean
}

/**
 * Under the semantics of the engine; rewards and the DAO's refund are Ethereum's.
 * @throws InvalidBlockError, InvalidTransactionError; then the state is as before
 */
export async function runChainBlock(
  parts: EngineParts,
  config: ChainConfig,
  block: ChainBlock,
  options: RunOptions,
): Promise<BlockResult> {
  const { fork, header, prepared } = block
  const { chainId } = config
  const here = { ...parts, config: { ...parts.config, chain: config, chainId, fork } }
  const isDaoFork = parts.config.semantics === 'ethereum' && header.number === config.daoForkBlock
  // On demand: no other block needs its list of accounts
  const dao = isDaoFork ? await import('./dao-fork.js') : undefined
  const moveBalances = dao && (() => dao.moveDaoBalances(parts.core))
  const rules = { ...chainRules(here, block, options), beforeTransactions: moveBalances }
  const { listener, onProgress, recordsWitness: witness, signal } = options
  const run = (): Promise<BlockResult> =>
    executeBlock(here, prepared, { listener, onProgress, signal, witness }, rules)
  return asOneBlock(here, { block: header.number }, run, signal)
}

function chainRules(
  parts: EngineParts,
  { fork, header, uncles }: ChainBlock,
  options: RunOptions,
): BlockRules {
  const { hasPartialState = false, isJudged, isKept = true, keepsOutputs, strategy } = options
  const { onResult, refusal, requestRules = {} } = options
  const { config, core } = parts
  const isEthereum = config.semantics === 'ethereum'
  const rewards = isEthereum ? blockRewards(header, uncles, fork) : []
  return {
    hasPartialState,
    isKept,
    ...(keepsOutputs === undefined ? {} : { keepsOutputs }),
    strategy,
    afterTransactions: () => {
      for (const { address, amount } of rewards) creditAccount(core, address, amount)
    },
    judge: (result) => {
      if (refusal !== undefined) throw refusal
      if (isJudged) checkResult(parts, header, requestRules, result)
      onResult?.(result, parts)
    },
  }
}

/** @param blockHashes of the ancestors, by number in decimal digits */
export function environmentOf(
  header: Header,
  blockHashes: Readonly<Record<string, Uint8Array | Hex>>,
): BlockEnvironment {
  const { baseFeePerGas, excessBlobGas, parentBeaconBlockRoot } = header
  return {
    number: header.number,
    timestamp: header.timestamp,
    gasLimit: header.gasLimit,
    coinbase: header.coinbase,
    prevRandao: header.mixHash,
    difficulty: header.difficulty,
    parentHash: header.parentHash,
    blockHashes,
    ...(baseFeePerGas === undefined ? {} : { baseFeePerGas }),
    ...(excessBlobGas === undefined ? {} : { excessBlobGas }),
    ...(parentBeaconBlockRoot === undefined ? {} : { parentBeaconBlockRoot }),
  }
}
