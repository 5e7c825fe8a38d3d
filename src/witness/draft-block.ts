/** The header of a block that is to be made, before it runs: whose child it is. */

import { encodeWithdrawal } from '../intake/block.js'
import { headerHash, type Header } from '../intake/header.js'
import type { Keccak256 } from '../intake/keccak.js'
import { bytesEqual, bytesToHex } from '../base/bytes.js'
import { forkAt } from '../forks/chain-config.js'
import { difficultyAfter } from '../chain/difficulty.js'
import { baseFeeAfter, excessBlobGasAfter } from '../chain/fees.js'
import { firstParent } from '../chain/first-parent.js'
import {
  NO_UNCLES_HASH,
  checkHeader,
  checkNumber,
  daoExtraData,
  type ParentHeader,
} from '../chain/header-rules.js'
import { blobGasOf, draftHeader } from '../chain/new-header.js'
import { InvalidBlockError, InvalidInputError } from '../base/errors.js'
import type { Fork } from '../forks/forks.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { Environment } from '../intake/environment.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import { orderedRoot } from '../results/roots.js'
import type { BlockEnvironment } from '../base/types.js'
import type { HeldRules } from './block-rules.js'
import { checkLineage } from './lineage.js'
import { rulesOf } from '../forks/rules.js'

/** What was asked for. */
export interface Order {
  /** As it came: what it leaves out follows from the parent. */
  readonly env: BlockEnvironment
  readonly prepared: PreparedBlock
  readonly transactionsRoot: Uint8Array
  readonly extraData: Uint8Array | undefined
  readonly rules: HeldRules
}

export interface Draft {
  readonly header: Header
  /** Parent last. */
  readonly ancestors: readonly Header[]
}

/**
 * @param parts with the fork of the block
 * @param given ancestors, parent last; none: `own` if the block may follow them, else a new chain
 * @throws InvalidBlockError if the header breaks a rule; InvalidInputError
 */
export function draftBlock(
  parts: EngineParts,
  order: Order,
  given: readonly Header[],
  own: readonly Header[],
  stateRoot: Uint8Array,
): Draft {
  if (given.length > 0) return draftChild(parts, order, given)
  const { environment } = order.prepared
  const last = own.at(-1)
  if (last !== undefined && last.number + 1n === environment.number) {
    try {
      return draftChild(parts, order, own)
    } catch (error) {
      if (!(error instanceof InvalidBlockError)) throw error
    }
  }
  return draftChild(parts, order, [firstParent(parts.config, environment, stateRoot)])
}

function draftChild(parts: EngineParts, order: Order, ancestors: readonly Header[]): Draft {
  const { chain, fork } = parts.config
  const header = ancestors.at(-1)!
  const parent = { header, fork: forkAt(chain, header) }
  const draft = writeDraft(parts, order, parent)
  if (order.rules.header === 'chain') {
    checkNumber(draft, header)
    checkHeader(draft, fork, parent, chain)
  } else {
    checkLineage(draft, fork, header)
  }
  return { header: draft, ancestors }
}

function writeDraft({ config, core }: EngineParts, order: Order, parent: ParentHeader): Header {
  const { env, extraData, prepared, transactionsRoot } = order
  const { environment, transactions, withdrawals } = prepared
  return draftHeader(config, completeEnvironment(env, environment, config.fork, parent), {
    parentHash: headerHash(parent.header),
    transactionsRoot,
    withdrawalsRoot: orderedRoot(core, withdrawals.map(encodeWithdrawal)),
    blobGasUsed: blobGasOf(transactions),
    extraData: extraData ?? daoExtraData(environment.number, config.chain),
  })
}

/** No proof of work has difficulty 0: that is left out, too. */
function completeEnvironment(
  env: BlockEnvironment,
  read: Environment,
  fork: Fork,
  parent: ParentHeader,
): Environment {
  const { hasBaseFee, hasBlobs, isProofOfStake } = rulesOf(fork)
  const { header } = parent
  const hasUncles = bytesToHex(header.unclesHash) !== NO_UNCLES_HASH
  return {
    ...read,
    ...(!isProofOfStake && read.difficulty === 0n
      ? { difficulty: difficultyAfter(header, read.timestamp, fork, hasUncles) }
      : {}),
    ...(hasBaseFee && env.baseFeePerGas == null
      ? { baseFeePerGas: baseFeeAfter(header, parent.fork) }
      : {}),
    ...(hasBlobs && env.excessBlobGas == null
      ? { excessBlobGas: excessBlobGasAfter(header, fork) }
      : {}),
  }
}

/**
 * Headers that follow one another, and end with the state that the engine has.
 * @throws InvalidInputError naming header and field
 */
export function checkAncestors(
  ancestors: readonly Header[],
  stateRoot: Uint8Array,
  keccak256: Keccak256,
): void {
  ancestors.forEach((header, i) => {
    const parent = ancestors[i - 1]
    if (parent === undefined) return
    if (header.number !== parent.number + 1n) {
      throw noChain(i, 'number', `${parent.number + 1n}, the next`, header.number)
    }
    const hash = headerHash(parent, keccak256)
    if (bytesEqual(header.parentHash, hash)) return
    throw noChain(i, 'parentHash', bytesToHex(hash), header.parentHash)
  })
  const last = ancestors.at(-1)
  if (last === undefined || bytesEqual(last.stateRoot, stateRoot)) return
  const expected = `${bytesToHex(stateRoot)}, the engine's`
  throw noChain(ancestors.length - 1, 'stateRoot', expected, last.stateRoot)
}

function noChain(i: number, field: string, expected: string, got: unknown): InvalidInputError {
  const place = { field: `ancestors[${i}].${field}` }
  const what = 'the ancestors are no chain that the block can follow'
  return new InvalidInputError(what, { place, expected, got })
}
