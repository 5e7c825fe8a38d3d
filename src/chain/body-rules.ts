/** Whether a body is the one that its header commits to. */

import { REVISION_CANCUN, REVISION_OSAKA } from '../../assembly/abi/revision.js'
import { encodeUncles, encodeWithdrawal, type Block } from '../block/block.js'
import type { Header } from '../block/header.js'
import { keccak256 } from '../block/keccak.js'
import { bytesEqual, bytesToHex } from '../bytes.js'
import { InvalidBlockError, type InvalidBlockReason } from '../errors.js'
import { GAS_PER_BLOB, type Fork } from '../forks.js'
import type { EngineParts } from '../pipeline/engine-parts.js'
import { asOneBlock } from '../pipeline/guard.js'
import type { PreparedBlock } from '../prepare-block.js'
import { orderedRoot } from '../receipts/roots.js'
import type { Core } from '../wasm/core.js'
import { refuseBlock } from './refusal.js'

/** EIP-7934: 10 MiB of a message between nodes, less 2 MiB for the consensus layer. */
export const MAX_BLOCK_RLP_BYTES = 8 * 2 ** 20

/** @throws InvalidBlockError */
export function checkBlockSize(bytes: Uint8Array, header: Header, { revision }: Fork): void {
  if (revision < REVISION_OSAKA || bytes.length <= MAX_BLOCK_RLP_BYTES) return
  const expected = `at most ${MAX_BLOCK_RLP_BYTES} bytes`
  throw refuseBlock(header, 'block-too-large', 'block', expected, bytes)
}

/**
 * What needs no trie: the hash of the uncles, blob gas, whether there are withdrawals.
 * @throws InvalidBlockError
 */
export function checkBody(block: Block, fork: Fork): void {
  checkUnclesHash(block)
  checkHasWithdrawals(block)
  checkBlobCount(block, fork)
}

/**
 * The roots of transactions and withdrawals. They are computed in block-lived memory: a block must
 * have begun.
 * @throws InvalidBlockError
 */
export function checkBodyRoots(core: Core, header: Header, body: Body): void {
  checkTransactionsRoot(core, header, body)
  checkWithdrawalsRoot(core, header, body)
}

/** All of the above in geth's order (docs/RULES.md), before anybody knows a sender. */
export async function checkWholeBody(parts: EngineParts, block: Block, fork: Fork): Promise<void> {
  const { core } = parts
  const { header, transactions, withdrawals = [] } = block
  await asOneBlock(parts, { block: header.number }, async () => {
    core.exports.beginBlock()
    core.memory.refresh()
    checkUnclesHash(block)
    checkTransactionsRoot(core, header, { transactions, withdrawals })
    checkHasWithdrawals(block)
    checkWithdrawalsRoot(core, header, { transactions, withdrawals })
    checkBlobCount(block, fork)
    core.exports.undoBlock()
    core.bind()
  })
}

type Body = Pick<PreparedBlock, 'transactions' | 'withdrawals'>

function checkUnclesHash({ header, uncles }: Block): void {
  expectHash(header, 'uncles-hash-mismatch', 'unclesHash', keccak256(encodeUncles(uncles)))
}

function checkTransactionsRoot(core: Core, header: Header, { transactions }: Body): void {
  const root = orderedRoot(core, transactions.map(({ raw }) => raw))
  expectHash(header, 'transactions-root-mismatch', 'transactionsRoot', root)
}

function checkHasWithdrawals({ header, withdrawals }: Block): void {
  const hasRoot = header.withdrawalsRoot !== undefined
  if (hasRoot === (withdrawals !== undefined)) return
  const reason = hasRoot ? 'withdrawals-missing' : 'withdrawals-not-in-fork'
  const expected = hasRoot ? 'a list of withdrawals' : 'no withdrawals'
  throw refuseBlock(header, reason, 'withdrawals', expected, withdrawals)
}

function checkWithdrawalsRoot(core: Core, header: Header, { withdrawals }: Body): void {
  if (header.withdrawalsRoot === undefined) return
  const root = orderedRoot(core, withdrawals.map(encodeWithdrawal))
  expectHash(header, 'withdrawals-root-mismatch', 'withdrawalsRoot', root)
}

function checkBlobCount({ header, transactions }: Block, { revision }: Fork): void {
  if (revision < REVISION_CANCUN) return
  const blobs = transactions.reduce((sum, tx) => sum + tx.blobVersionedHashes.length, 0)
  const blobGas = BigInt(blobs * GAS_PER_BLOB)
  const { blobGasUsed } = header
  if (blobGasUsed === blobGas) return
  throw refuseBlock(header, 'blob-gas-used-mismatch', 'blobGasUsed', `${blobGas}`, blobGasUsed)
}

type HashField =
  | 'unclesHash'
  | 'stateRoot'
  | 'transactionsRoot'
  | 'receiptsRoot'
  | 'withdrawalsRoot'
  | 'requestsHash'

/** @throws InvalidBlockError if the header has another value than was computed */
export function expectHash(
  header: Header,
  reason: InvalidBlockReason,
  field: HashField,
  computed: Uint8Array,
): void {
  const stated = header[field]
  if (stated !== undefined && bytesEqual(stated, computed)) return
  const got = stated === undefined ? stated : bytesToHex(stated)
  throw new InvalidBlockError(reason, 'block refused', {
    place: { block: header.number, field },
    expected: bytesToHex(computed),
    got,
  })
}
