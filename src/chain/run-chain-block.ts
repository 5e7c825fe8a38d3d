/** A block of a chain on the state of its parent: what the chain adds, and how it judges. */

import type { Header } from '../block/header.js'
import { executeBlock, type ChainRules, type ExecuteOptions } from '../execute-block.js'
import type { Fork } from '../forks.js'
import { asOneBlock } from '../pipeline/guard.js'
import type { EngineConfig, EngineParts } from '../pipeline/engine-parts.js'
import type { PreparedBlock } from '../prepare-block.js'
import type { BlockEnvironment, BlockResult, Hex } from '../types.js'
import { checkBodyRoots } from './body-rules.js'
import type { ChainConfig } from './chain-config.js'
import { creditAccount } from './credit-account.js'
import { moveDaoBalances } from './dao-fork.js'
import { checkResult } from './result-rules.js'
import { blockRewards } from './rewards.js'

/** A block that is checked as far as it goes without the state. */
export interface ChainBlock {
  readonly header: Header
  readonly uncles: readonly Header[]
  readonly fork: Fork
  readonly prepared: PreparedBlock
}

export interface RunOptions {
  readonly hasPartialState?: boolean
  /** Whether the roots of the body and the results must be the header's. */
  readonly isJudged: boolean
  /** Whether the result has the block's witness. */
  readonly recordsWitness?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ExecuteOptions['onProgress']
}

/** @throws InvalidBlockError, InvalidTransactionError; then the state is as before */
export async function runChainBlock(
  parts: EngineParts,
  config: ChainConfig,
  block: ChainBlock,
  options: RunOptions,
): Promise<BlockResult> {
  const { fork, header, prepared } = block
  const here = { ...parts, config: engineConfig(parts.config, fork, config.chainId) }
  const rules = chainRules(here, config, block, options)
  const { onProgress, recordsWitness: witness, signal } = options
  return asOneBlock(here, { block: header.number }, () =>
    executeBlock(here, prepared, { onProgress, signal, witness }, rules),
  )
}

function chainRules(
  { core }: EngineParts,
  config: ChainConfig,
  { fork, header, prepared, uncles }: ChainBlock,
  { hasPartialState = false, isJudged }: RunOptions,
): ChainRules {
  const isDaoFork = header.number === config.daoForkBlock
  const rewards = blockRewards(header, uncles, fork)
  return {
    hasPartialState,
    beforeTransactions: isDaoFork ? () => moveDaoBalances(core) : undefined,
    afterTransactions: () => {
      for (const { address, amount } of rewards) creditAccount(core, address, amount)
    },
    judge: !isJudged
      ? undefined
      : (result) => {
          checkBodyRoots(core, header, prepared)
          checkResult(core, header, fork, config.depositContract, result)
        },
  }
}

function engineConfig(config: EngineConfig, fork: Fork, chainId: bigint): EngineConfig {
  return { ...config, fork, chainId, semantics: 'ethereum' }
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
