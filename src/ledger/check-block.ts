/** What can be said of a block from elsewhere before it runs, given its parent. */

import {
  checkBlobCount,
  checkBlockSize,
  checkBody,
  checkTransactionCount,
} from '../chain/body-rules.js'
import { checkHeader, checkNumber } from '../chain/header-rules.js'
import { UNCLE_GENERATIONS, checkUncles } from '../chain/uncle-rules.js'
import type { ParentHeader } from '../chain/header-rules.js'
import { leafMaker } from '../execution/leaf-job.js'
import type { Fork } from '../forks/forks.js'
import { decodeBody, decodeUncles, type SplitBlock } from '../intake/block.js'
import type { Header } from '../intake/header.js'
import { PreparedBlock, prepareBlock } from '../intake/prepare-block.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { environmentOf } from '../chain/run-chain-block.js'
import { forkAt, type ChainConfig } from '../forks/chain-config.js'
import type { KeptBlock } from './kept-block.js'
import { environmentOfHeader, type CheckedBlock } from './run-block.js'

/**
 * @param hashes of the ancestors, as linear memory has them
 * @throws InvalidBlockError, InvalidTransactionError
 */
export async function checkBlock(
  parts: EngineParts,
  bytes: Uint8Array,
  split: SplitBlock,
  parent: KeptBlock,
  hashes: Uint8Array,
): Promise<CheckedBlock> {
  const { chain, semantics } = parts.config
  const options = { virtualBlocks: semantics === 'actor' }
  const { header } = split
  checkNumber(header, parent.header)
  const family = { header: parent.header, fork: parent.rules }
  const fork = checkOne(chain, header, family, parent.totalDifficulty)
  checkBlockSize(bytes, header, fork)
  const uncles = decodeUncles(split, {}, options)
  checkUncles(header, uncles, fork, ancestorsOf(parent), (uncle, uncleParent) => {
    const { totalDifficulty } = uncleParent as AncestorOf
    checkOne(chain, uncle, uncleParent, totalDifficulty)
  })
  const maker = leafMaker(parts, { block: header.number })
  await checkBody(maker, split)
  checkTransactionCount(split)
  const { keccak256 } = parts.workers
  const body = decodeBody(split, {}, { ...options, maxGas: header.gasLimit, keccak256 })
  const { transactions, withdrawals = [] } = body
  checkBlobCount(header, transactions, fork)
  const rules = { chainId: chain.chainId, fork, isJudgedLater: true }
  const env = environmentOf(header, {})
  const read = await prepareBlock({ env, transactions, withdrawals }, rules, {}, parts.workers)
  const environment = environmentOfHeader(header, hashes)
  return { header, uncles, fork, bytes, prepared: new PreparedBlock({ ...read, environment }) }
}

function checkOne(
  chain: ChainConfig,
  header: Header,
  parent: ParentHeader,
  parentTotalDifficulty: bigint,
): Fork {
  const { number, timestamp } = header
  const fork = forkAt(chain, { number, timestamp, parentTotalDifficulty })
  checkHeader(header, fork, parent, chain)
  return fork
}

interface AncestorOf extends ParentHeader {
  readonly uncles: readonly Header[]
  readonly totalDifficulty: bigint
}

/** Parent first. */
function ancestorsOf(parent: KeptBlock): AncestorOf[] {
  const ancestors: AncestorOf[] = []
  let block: KeptBlock | undefined = parent
  while (block !== undefined && ancestors.length < UNCLE_GENERATIONS) {
    const { header, rules: fork, totalDifficulty, uncles } = block
    ancestors.push({ header, fork, uncles, totalDifficulty })
    block = block.parent
  }
  return ancestors
}
