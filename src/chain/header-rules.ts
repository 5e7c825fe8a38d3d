/** What a header must be, given its parent (YP 4.4.4 and the EIPs named below). */

import {
  REVISION_CANCUN,
  REVISION_LONDON,
  REVISION_PARIS,
  REVISION_PRAGUE,
  REVISION_SHANGHAI,
} from '../../assembly/abi/revision.js'
import type { Header, HeaderField } from '../block/header.js'
import { bytesToHex } from '../bytes.js'
import type { InvalidBlockReason } from '../errors.js'
import { GAS_PER_BLOB, type Fork } from '../forks.js'
import { difficultyAfter } from './difficulty.js'
import { ELASTICITY_MULTIPLIER, baseFeeAfter, excessBlobGasAfter } from './fees.js'
import { refuseBlock } from './refusal.js'

/** keccak256 of the RLP of an empty list. */
export const NO_UNCLES_HASH = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

const MAX_EXTRA_DATA_BYTES = 32
const MIN_GAS_LIMIT = 5_000n
/** A block may move the gas limit by less than this share of the parent's. */
const GAS_LIMIT_DIVISOR = 1_024n
/** EIP-1985, which clients have always held to. */
const MAX_GAS_LIMIT = (1n << 63n) - 1n

/** Fields that a fork added: in every header from then on, in none before. */
const ADDED_FIELDS: readonly (readonly [HeaderField, revision: number])[] = [
  ['baseFeePerGas', REVISION_LONDON],
  ['withdrawalsRoot', REVISION_SHANGHAI],
  ['blobGasUsed', REVISION_CANCUN],
  ['excessBlobGas', REVISION_CANCUN],
  ['parentBeaconBlockRoot', REVISION_CANCUN],
  ['requestsHash', REVISION_PRAGUE],
]

export interface ParentHeader {
  readonly header: Header
  readonly fork: Fork
}

/**
 * Checks a header, an uncle's too, whose parent is known.
 * @throws InvalidBlockError with the first rule that is broken
 */
export function checkHeader(header: Header, fork: Fork, parent: ParentHeader): void {
  const { header: before } = parent
  const refuse = refuser(header)
  if (header.number !== before.number + 1n) {
    throw refuse('number-not-next', 'number', `${before.number + 1n}`, header.number)
  }
  checkAddedFields(header, fork)
  if (header.timestamp <= before.timestamp) {
    const expected = `later than the parent's ${before.timestamp}`
    throw refuse('timestamp-not-after-parent', 'timestamp', expected, header.timestamp)
  }
  if (header.extraData.length > MAX_EXTRA_DATA_BYTES) {
    const expected = `at most ${MAX_EXTRA_DATA_BYTES} bytes`
    throw refuse('extra-data-too-long', 'extraData', expected, header.extraData)
  }
  if (fork.revision >= REVISION_PARIS) checkProofOfStake(header)
  else checkDifficulty(header, fork, before)
  checkGasLimit(header, fork, parent)
  if (header.gasUsed > header.gasLimit) {
    throw refuse('gas-above-limit', 'gasUsed', `at most ${header.gasLimit}`, header.gasUsed)
  }
  if (fork.revision >= REVISION_LONDON) checkBaseFee(header, parent)
  if (fork.revision >= REVISION_CANCUN) checkBlobGas(header, fork, before)
}

/** @throws InvalidBlockError if a field is missing, or one is there that the fork does not have */
export function checkAddedFields(header: Header, fork: Fork): void {
  for (const [name, revision] of ADDED_FIELDS) {
    const has = header[name] !== undefined
    if (has === fork.revision >= revision) continue
    const reason = has ? 'header-field-not-in-fork' : 'header-field-missing'
    const expected = has ? `none in ${fork.name}` : `a value, as ${fork.name} has it`
    throw refuseBlock(header, reason, name, expected, header[name])
  }
}

/** EIP-3675. */
function checkProofOfStake(header: Header): void {
  const refuse = refuser(header)
  const reason = 'proof-of-work-field-not-zero'
  if (header.difficulty !== 0n) throw refuse(reason, 'difficulty', '0', header.difficulty)
  if (header.nonce.some((byte) => byte !== 0)) throw refuse(reason, 'nonce', 'zeros', header.nonce)
  const unclesHash = bytesToHex(header.unclesHash)
  if (unclesHash === NO_UNCLES_HASH) return
  throw refuse('invalid-uncles', 'unclesHash', NO_UNCLES_HASH, unclesHash)
}

function checkDifficulty(header: Header, fork: Fork, parent: Header): void {
  const parentHasUncles = bytesToHex(parent.unclesHash) !== NO_UNCLES_HASH
  const expected = difficultyAfter(parent, header.timestamp, fork, parentHasUncles)
  if (header.difficulty === expected) return
  const { difficulty } = header
  throw refuseBlock(header, 'difficulty-mismatch', 'difficulty', `${expected}`, difficulty)
}

function checkGasLimit(header: Header, fork: Fork, parent: ParentHeader): void {
  const isFirstOfLondon =
    fork.revision >= REVISION_LONDON && parent.fork.revision < REVISION_LONDON
  // EIP-1559: the gas target stays, the limit is twice as much
  const before = parent.header.gasLimit * (isFirstOfLondon ? ELASTICITY_MULTIPLIER : 1n)
  const room = before / GAS_LIMIT_DIVISOR
  const least = before - room + 1n > MIN_GAS_LIMIT ? before - room + 1n : MIN_GAS_LIMIT
  const most = before + room - 1n < MAX_GAS_LIMIT ? before + room - 1n : MAX_GAS_LIMIT
  const { gasLimit } = header
  if (gasLimit >= least && gasLimit <= most) return
  const expected = `from ${least} to ${most}`
  throw refuseBlock(header, 'gas-limit-out-of-bounds', 'gasLimit', expected, gasLimit)
}

function checkBaseFee(header: Header, parent: ParentHeader): void {
  const expected = baseFeeAfter(parent.header, parent.fork)
  const { baseFeePerGas } = header
  if (baseFeePerGas === expected) return
  throw refuseBlock(header, 'base-fee-mismatch', 'baseFeePerGas', `${expected}`, baseFeePerGas)
}

function checkBlobGas(header: Header, fork: Fork, parent: Header): void {
  const refuse = refuser(header)
  const most = BigInt(fork.blobs!.max * GAS_PER_BLOB)
  const used = header.blobGasUsed!
  if (used > most) throw refuse('blob-gas-above-limit', 'blobGasUsed', `at most ${most}`, used)
  if (used % BigInt(GAS_PER_BLOB) !== 0n) {
    const expected = `a multiple of ${GAS_PER_BLOB}`
    throw refuse('blob-gas-used-mismatch', 'blobGasUsed', expected, used)
  }
  const excess = excessBlobGasAfter(parent, fork)
  if (header.excessBlobGas === excess) return
  throw refuse('excess-blob-gas-mismatch', 'excessBlobGas', `${excess}`, header.excessBlobGas)
}

type Refuse = (
  reason: InvalidBlockReason,
  field: string,
  expected: string,
  got: unknown,
) => ReturnType<typeof refuseBlock>

function refuser(header: Header): Refuse {
  return (reason, field, expected, got) => refuseBlock(header, reason, field, expected, got)
}
