/** What a header must be, given its parent (YP 4.4.4 and the EIPs named below). */

import { HEADER_FIELDS, type Header } from '../intake/header.js'
import { bytesEqual, bytesToHex } from '../base/bytes.js'
import type { InvalidBlockReason } from '../base/errors.js'
import { GAS_PER_BLOB, hasBlobPrice, type Fork } from '../forks/forks.js'
import type { ChainConfig } from '../forks/chain-config.js'
import { difficultyAfter } from './difficulty.js'
import { ELASTICITY_MULTIPLIER, baseFeeAfter, excessBlobGasAfter } from './fees.js'
import { refuseBlock } from './refusal.js'
import { ADDED_FIELDS, rulesOf, type AddedField } from '../forks/rules.js'

/** keccak256 of the RLP of an empty list. */
export const NO_UNCLES_HASH = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

export const MAX_EXTRA_DATA_BYTES = 32
const MIN_GAS_LIMIT = 5_000n
/** A block may move the gas limit by less than this share of the parent's. */
const GAS_LIMIT_DIVISOR = 1_024n
/** EIP-1985, which clients have always held to. */
export const MAX_GAS_LIMIT = (1n << 63n) - 1n

/** In the extra data of the first blocks of the DAO fork. */
const DAO_EXTRA_DATA = new TextEncoder().encode('dao-hard-fork')
const DAO_MARKED_BLOCKS = 10n

/** What of a chain's configuration binds headers. */
export type HeaderRules = Pick<ChainConfig, 'daoForkBlock' | 'daoRefusedBlock'>

export interface ParentHeader {
  readonly header: Header
  readonly fork: Fork
}

/**
 * Checks a header, an uncle's too, whose parent is known, in geth's order (docs/RULES.md).
 * @param chain what binds headers beside the rules of their fork
 * @throws InvalidBlockError with the first rule that is broken
 */
export function checkHeader(
  header: Header,
  fork: Fork,
  parent: ParentHeader,
  chain: HeaderRules = {},
): void {
  const { hasBaseFee, hasBlobs, isProofOfStake } = rulesOf(fork)
  // Whether a block is one of proof of stake is the first that geth looks at
  if (isProofOfStake && header.difficulty !== 0n) {
    const reason = 'proof-of-work-field-not-zero'
    throw refuseBlock(header, reason, 'difficulty', '0', header.difficulty)
  }
  checkExtraData(header)
  if (isProofOfStake) checkProofOfStake(header)
  checkTimestamp(header, parent.header)
  if (!isProofOfStake) checkDifficulty(header, fork, parent.header)
  checkGas(header)
  if (!hasBaseFee) checkAddedField(header, fork, 'baseFeePerGas')
  checkGasLimit(header, fork, parent)
  if (hasBaseFee) checkBaseFee(header, fork, parent)
  checkNumber(header, parent.header)
  checkAddedFields(header, fork)
  if (hasBlobs) checkBlobGas(header, fork, parent.header)
  checkDaoExtraData(header, chain)
}

export function checkNumber(header: Header, parent: Header): void {
  const expected = parent.number + 1n
  if (header.number === expected) return
  throw refuseBlock(header, 'number-not-next', 'number', `${expected}`, header.number)
}

function checkExtraData(header: Header): void {
  const { extraData } = header
  if (extraData.length <= MAX_EXTRA_DATA_BYTES) return
  const expected = `at most ${MAX_EXTRA_DATA_BYTES} bytes`
  throw refuseBlock(header, 'extra-data-too-long', 'extraData', expected, extraData)
}

function checkTimestamp(header: Header, parent: Header): void {
  const { timestamp } = header
  if (timestamp > parent.timestamp) return
  const expected = `later than the parent's ${parent.timestamp}`
  throw refuseBlock(header, 'timestamp-not-after-parent', 'timestamp', expected, timestamp)
}

/** What a gas limit can be whatever the parent's was, and what is used of it. */
function checkGas(header: Header): void {
  const { gasLimit, gasUsed } = header
  if (gasLimit > MAX_GAS_LIMIT) {
    const expected = `at most ${MAX_GAS_LIMIT}`
    throw refuseBlock(header, 'gas-limit-out-of-bounds', 'gasLimit', expected, gasLimit)
  }
  if (gasUsed <= gasLimit) return
  throw refuseBlock(header, 'gas-above-limit', 'gasUsed', `at most ${gasLimit}`, gasUsed)
}

/**
 * EIP-779: the first blocks of the DAO fork, and uncles of that height, say so in their extra data,
 * so that no light client errs; those of a chain without the fork do not.
 */
function checkDaoExtraData(header: Header, chain: HeaderRules): void {
  const refused = daoExtraData(header.number, { daoForkBlock: chain.daoRefusedBlock })
  if (refused !== undefined && bytesEqual(header.extraData, refused)) {
    const expected = 'anything but dao-hard-fork where the DAO fork is refused'
    throw refuseBlock(header, 'dao-extra-data-refused', 'extraData', expected, header.extraData)
  }
  const mark = daoExtraData(header.number, chain)
  if (mark === undefined || bytesEqual(header.extraData, mark)) return
  const expected = 'dao-hard-fork in the first blocks of the DAO fork'
  throw refuseBlock(header, 'dao-extra-data-missing', 'extraData', expected, header.extraData)
}

/** What the extra data of a block of this number must be, if anything. */
export function daoExtraData(
  number: bigint,
  { daoForkBlock }: { readonly daoForkBlock?: bigint | undefined },
): Uint8Array | undefined {
  if (daoForkBlock === undefined) return undefined
  const sinceFork = number - daoForkBlock
  return sinceFork < 0n || sinceFork >= DAO_MARKED_BLOCKS ? undefined : DAO_EXTRA_DATA
}

/** @throws InvalidBlockError if a field is missing, or one is there that the fork does not have */
export function checkAddedFields(header: Header, fork: Fork): void {
  for (const name of ADDED_FIELDS) checkAddedField(header, fork, name)
}

/** A fork has added it: it is in every header from then on, in none before. */
function checkAddedField(header: Header, fork: Fork, name: AddedField): void {
  const has = header[name] !== undefined
  if (has === rulesOf(fork).addedFields.includes(name)) return
  const reason = has ? 'header-field-not-in-fork' : 'header-field-missing'
  const expected = has ? `none in ${fork.name}` : `a value, as ${fork.name} has it`
  throw refuseBlock(header, reason, name, expected, header[name])
}

/**
 * Tells a header of the other semantics as such, not by the field that the number of its fields
 * makes of its last one.
 * @param isActor whether headers end with `virtualBlocksRoot` here
 * @throws InvalidBlockError
 */
export function checkSemantics(header: Header, fork: Fork, isActor: boolean): void {
  const missing = ADDED_FIELDS.length - rulesOf(fork).addedFields.length
  const ethereum = HEADER_FIELDS.length - missing
  const [own, other] = isActor ? [ethereum + 1, ethereum] : [ethereum, ethereum + 1]
  const present = HEADER_FIELDS.filter(({ name }) => header[name] !== undefined).length
  const count = header.virtualBlocksRoot === undefined ? present : present + 1
  if (count !== other) return
  const [here, there] = isActor ? ['actor', 'ethereum'] : ['ethereum', 'actor']
  const expected =
    `${own} fields, as ${fork.name} has under ${here} semantics ` +
    `(${other} are those of ${there} semantics, or of another fork)`
  throw refuseBlock(header, 'header-field-count', 'header', expected, count)
}

/**
 * Whether blob gas has a price at all.
 * @throws InvalidBlockError
 */
export function checkBlobPrice(header: Header, fork: Fork): void {
  const { excessBlobGas = 0n } = header
  if (hasBlobPrice(excessBlobGas, fork)) return
  const expected = 'so much that blob gas costs less than 2^256 wei'
  throw refuseBlock(header, 'field-out-of-range', 'excessBlobGas', expected, excessBlobGas)
}

/** EIP-3675. */
function checkProofOfStake(header: Header): void {
  const { nonce } = header
  if (nonce.some((byte) => byte !== 0)) {
    throw refuseBlock(header, 'proof-of-work-field-not-zero', 'nonce', 'zeros', nonce)
  }
  const unclesHash = bytesToHex(header.unclesHash)
  if (unclesHash === NO_UNCLES_HASH) return
  throw refuseBlock(header, 'invalid-uncles', 'unclesHash', NO_UNCLES_HASH, unclesHash)
}

function checkDifficulty(header: Header, fork: Fork, parent: Header): void {
  const parentHasUncles = bytesToHex(parent.unclesHash) !== NO_UNCLES_HASH
  const expected = difficultyAfter(parent, header.timestamp, fork, parentHasUncles)
  if (header.difficulty === expected) return
  const { difficulty } = header
  throw refuseBlock(header, 'difficulty-mismatch', 'difficulty', `${expected}`, difficulty)
}

function checkGasLimit(header: Header, fork: Fork, parent: ParentHeader): void {
  const isFirstOfLondon = rulesOf(fork).hasBaseFee && !rulesOf(parent.fork).hasBaseFee
  // EIP-1559: the gas target stays, the limit is twice as much
  const before = parent.header.gasLimit * (isFirstOfLondon ? ELASTICITY_MULTIPLIER : 1n)
  const room = before / GAS_LIMIT_DIVISOR
  const least = before - room + 1n > MIN_GAS_LIMIT ? before - room + 1n : MIN_GAS_LIMIT
  const most = before + room - 1n
  const { gasLimit } = header
  if (gasLimit >= least && gasLimit <= most) return
  const expected = `from ${least} to ${most}`
  throw refuseBlock(header, 'gas-limit-out-of-bounds', 'gasLimit', expected, gasLimit)
}

function checkBaseFee(header: Header, fork: Fork, parent: ParentHeader): void {
  checkAddedField(header, fork, 'baseFeePerGas')
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
  if (header.excessBlobGas === excess) return checkBlobPrice(header, fork)
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
