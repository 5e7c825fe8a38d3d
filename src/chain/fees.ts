/** What a header's fees follow from its parent's: EIP-1559, EIP-4844, EIP-7691, EIP-7918. */

import type { Header } from '../intake/header.js'
import { GAS_PER_BLOB, blobBaseFee, type Fork } from '../forks/forks.js'
import { rulesOf } from '../forks/rules.js'

/** EIP-1559. */
export const ELASTICITY_MULTIPLIER = 2n
export const BASE_FEE_MAX_CHANGE_DENOMINATOR = 8n
const INITIAL_BASE_FEE = 1_000_000_000n
/** EIP-7918: gas of execution whose price a blob must at least cost. */
const BLOB_BASE_COST = 8_192n

/** What of a header the fees of the next block follow from. */
export type FeeHistory = Pick<Header, 'baseFeePerGas' | 'gasLimit' | 'gasUsed'>
export type BlobHistory = Pick<Header, 'baseFeePerGas' | 'blobGasUsed' | 'excessBlobGas'>

/** The base fee of the child of `parent`, in wei. */
export function baseFeeAfter(parent: FeeHistory, parentFork: Fork): bigint {
  const { baseFeePerGas, gasLimit, gasUsed } = parent
  if (!rulesOf(parentFork).hasBaseFee || baseFeePerGas === undefined) return INITIAL_BASE_FEE
  const target = gasLimit / ELASTICITY_MULTIPLIER
  // Only a header that no block can have is without a target, and none can be its child
  if (gasUsed === target || target === 0n) return baseFeePerGas
  const distance = gasUsed > target ? gasUsed - target : target - gasUsed
  const change = (baseFeePerGas * distance) / target / BASE_FEE_MAX_CHANGE_DENOMINATOR
  if (gasUsed < target) return baseFeePerGas - change
  return baseFeePerGas + (change > 0n ? change : 1n)
}

/** The excess blob gas of the child of `parent`, itself of `fork`. */
export function excessBlobGasAfter(parent: BlobHistory, fork: Fork): bigint {
  const schedule = fork.blobs!
  const { excessBlobGas = 0n, blobGasUsed = 0n, baseFeePerGas = 0n } = parent
  const target = BigInt(schedule.target * GAS_PER_BLOB)
  if (excessBlobGas + blobGasUsed < target) return 0n
  if (rulesOf(fork).hasBlobBaseCost) {
    const price = BigInt(GAS_PER_BLOB) * blobBaseFee(excessBlobGas, schedule)
    if (BLOB_BASE_COST * baseFeePerGas > price) {
      const above = BigInt(schedule.max - schedule.target)
      return excessBlobGas + (blobGasUsed * above) / BigInt(schedule.max)
    }
  }
  return excessBlobGas + blobGasUsed - target
}
