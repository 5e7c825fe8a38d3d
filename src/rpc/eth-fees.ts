/** `eth_*` about prices. */

import { bytesToHex, quantityToHex } from '../base/bytes.js'
import { baseFeeAfter, excessBlobGasAfter } from '../chain/fees.js'
import { GAS_PER_BLOB, blobBaseFee } from '../forks/forks.js'
import { forkAt } from '../forks/chain-config.js'
import { rulesOf } from '../forks/rules.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { Chain, LedgerBlock } from '../ledger/types.js'
import type { MethodTable } from './dispatcher.js'
import {
  blockNumber,
  float,
  hexOrDecimal,
  list,
  optional,
  readParams,
  type BlockNumber,
} from './params.js'
import { serverError } from './rpc-error.js'
import { effectivePrice } from './shapes.js'

/** As geth's: blocks of one eth_feeHistory, and where rewards are asked for. */
const MAX_HEADERS = 1_024n
const MAX_BLOCKS = 1_024n
const MAX_PERCENTILES = 100

/** Blocks that the suggested tip looks at, and what of each. */
const TIP_BLOCKS = 20
const TIPS_A_BLOCK = 3
const TIP_PERCENTILE = 60
/** Tips below say nothing. */
const IGNORED_TIP = 2n
const DEFAULT_TIP = 1_000_000n
const MAX_TIP = 500_000_000_000n

/**
 * What whoever makes blocks has lately been given, in wei a unit of gas, by geth's rule: of the
 * lowest tips of the last blocks, the one that 60 % are not above.
 */
export function suggestedTip(chain: Chain): bigint {
  const tips: bigint[] = []
  let { number } = chain.head
  let left = TIP_BLOCKS
  for (let i = 0; i < left && number > 0n && number >= chain.oldest; i++, number--) {
    const lowest = lowestTips(chain.block(number)!)
    tips.push(...(lowest.length === 0 ? [DEFAULT_TIP] : lowest))
    // Who has little to go by looks at more
    if (lowest.length < 2) left = Math.min(left + 1, 2 * TIP_BLOCKS)
  }
  if (tips.length === 0) return DEFAULT_TIP
  tips.sort(ascending)
  const tip = tips[Math.floor(((tips.length - 1) * TIP_PERCENTILE) / 100)]!
  return tip < MAX_TIP ? tip : MAX_TIP
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a === b ? 0 : 1
}

function lowestTips({ header, senders, transactions }: LedgerBlock): bigint[] {
  const miner = bytesToHex(header.coinbase)
  const { baseFeePerGas = 0n } = header
  return transactions
    .filter((_, i) => senders[i] !== miner)
    .map((tx) => effectivePrice(tx, baseFeePerGas) - baseFeePerGas)
    .filter((tip) => tip >= IGNORED_TIP)
    .sort(ascending)
    .slice(0, TIPS_A_BLOCK)
}

/** Of the block that would follow; 0 before London. */
export function nextBaseFee({ config }: Chain, parent: LedgerBlock): bigint {
  const { header, rules, totalDifficulty: parentTotalDifficulty } = parent as KeptBlock
  const [number, timestamp] = [header.number + 1n, header.timestamp + 1n]
  const fork = forkAt(config, { number, timestamp, parentTotalDifficulty })
  return rulesOf(fork).hasBaseFee ? baseFeeAfter(header, rules) : 0n
}

function blobFee(block: LedgerBlock, excess: bigint | undefined): bigint {
  const { blobs } = (block as KeptBlock).rules
  return blobs === undefined || excess === undefined ? 0n : blobBaseFee(excess, blobs)
}

function nextBlobFee(block: LedgerBlock): bigint {
  const { header, rules } = block as KeptBlock
  if (header.excessBlobGas === undefined || rules.blobs === undefined) return 0n
  return blobFee(block, excessBlobGasAfter(header, rules))
}

function checkPercentiles(percentiles: readonly number[]): void {
  if (percentiles.length > MAX_PERCENTILES) {
    throw serverError(`invalid reward percentile: over the query limit ${MAX_PERCENTILES}`)
  }
  percentiles.forEach((p, i) => {
    if (p < 0 || p > 100) throw serverError(`invalid reward percentile: ${p.toFixed(6)}`)
    const before = percentiles[i - 1]
    if (before === undefined || p > before) return
    const pair = `#${i - 1}:${before.toFixed(6)} >= #${i}:${p.toFixed(6)}`
    throw serverError(`invalid reward percentile: ${pair}`)
  })
}

/** The tips at which so much of the block's gas was paid less. */
function rewardsOf(block: LedgerBlock, percentiles: readonly number[]): string[] {
  const { header, receipts, transactions } = block
  if (transactions.length === 0) return percentiles.map(() => '0x0')
  const { baseFeePerGas = 0n, gasUsed } = header
  const paid = transactions
    .map((tx, i) => ({
      gas: receipts[i]!.gasUsed,
      tip: effectivePrice(tx, baseFeePerGas) - baseFeePerGas,
    }))
    .sort((a, b) => ascending(a.tip, b.tip))
  let at = 0
  let sum = paid[0]!.gas
  return percentiles.map((p) => {
    const threshold = Math.floor((Number(gasUsed) * p) / 100)
    while (sum < threshold && at < paid.length - 1) sum += paid[++at]!.gas
    return quantityToHex(paid[at]!.tip)
  })
}

function lastOf(chain: Chain, id: BlockNumber): bigint {
  const head = chain.head.number
  if (typeof id !== 'bigint') return chain.block(id)!.number
  if (id <= head) return id
  throw serverError(`request beyond head block: requested ${id}, head ${head}`)
}

function feeHistory(
  chain: Chain,
  wanted: bigint,
  id: BlockNumber,
  percentiles: readonly number[] | undefined,
): unknown {
  const nothing = { oldestBlock: '0x0', gasUsedRatio: null }
  if (wanted < 1n) return nothing
  const hasRewards = percentiles !== undefined && percentiles.length > 0
  const most = hasRewards ? MAX_BLOCKS : MAX_HEADERS
  checkPercentiles(percentiles ?? [])
  const last = lastOf(chain, id)
  // There is no block in the making, as geth counts without one
  const asked = (wanted < most ? wanted : most) - (id === 'pending' ? 1n : 0n)
  const there = last - chain.oldest + 1n
  const count = asked < there ? asked : there
  if (count <= 0n) return nothing
  const blocks: LedgerBlock[] = []
  for (let n = last - count + 1n; n <= last; n++) blocks.push(chain.block(n)!)
  const end = blocks.at(-1)!
  const fees = blocks.map(({ header }) => header.baseFeePerGas ?? 0n)
  const blobFees = blocks.map((block) => blobFee(block, block.header.excessBlobGas))
  return {
    oldestBlock: quantityToHex(blocks[0]!.number),
    ...(hasRewards ? { reward: blocks.map((block) => rewardsOf(block, percentiles)) } : {}),
    baseFeePerGas: [...fees, nextBaseFee(chain, end)].map(quantityToHex),
    gasUsedRatio: blocks.map(({ header }) => Number(header.gasUsed) / Number(header.gasLimit)),
    baseFeePerBlobGas: [...blobFees, nextBlobFee(end)].map(quantityToHex),
    blobGasUsedRatio: blocks.map(blobRatio),
  }
}

function blobRatio(block: LedgerBlock): number {
  const { blobs } = (block as KeptBlock).rules
  return Number(block.header.blobGasUsed ?? 0n) / ((blobs?.max ?? 1) * GAS_PER_BLOB)
}

export const feeMethods: MethodTable = {
  eth_gasPrice: (params, { chain }) => {
    readParams(params, [])
    return quantityToHex(suggestedTip(chain) + (chain.head.header.baseFeePerGas ?? 0n))
  },
  eth_maxPriorityFeePerGas: (params, { chain }) => {
    readParams(params, [])
    return quantityToHex(suggestedTip(chain))
  },
  eth_baseFee: (params, { chain }) => {
    readParams(params, [])
    return quantityToHex(nextBaseFee(chain, chain.head))
  },
  eth_blobBaseFee: (params, { chain }) => {
    readParams(params, [])
    return quantityToHex(blobFee(chain.head, chain.head.header.excessBlobGas))
  },
  eth_feeHistory: (params, { chain }) => {
    const percentiles = optional(list(float, '[]float64'))
    const [count, last, wanted] = readParams(params, [hexOrDecimal, blockNumber, percentiles])
    return feeHistory(chain, count, last, wanted)
  },
}
