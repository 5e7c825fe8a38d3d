/** A block as the chain keeps it: hashes and receipts in the form that readers ask for. */

import type { Fork, ForkName } from '../forks/forks.js'
import { encodeBlock, type Block, type Withdrawal } from '../intake/block.js'
import { headerHash, type Header } from '../intake/header.js'
import type { Keccak256 } from '../intake/keccak.js'
import type { PreparedBlock } from '../intake/prepare-block.js'
import type { Transaction } from '../intake/transaction.js'
import type { ReceiptArchive } from '../results/receipt-archive.js'
import type { Snapshot } from '../tools/history.js'
import { bytesToHex } from '../base/bytes.js'
import type { BlockResult, Hex, Receipt } from '../base/types.js'
import type { LedgerBlock, LedgerLog } from './types.js'

export interface KeptParts {
  readonly header: Header
  readonly fork: Fork
  readonly uncles: readonly Header[]
  readonly withdrawals: readonly Withdrawal[] | undefined
  readonly totalDifficulty: bigint
  /** Undefined for the first block. */
  readonly parent: KeptBlock | undefined
  /** To execute it again; undefined for the first block. */
  readonly prepared: PreparedBlock | undefined
  readonly result: BlockResult | undefined
  readonly stateRoots: readonly Hex[]
  readonly archive: ReceiptArchive | undefined
}

export class KeptBlock implements LedgerBlock {
  readonly header: Header
  readonly hash: Hex
  readonly hashBytes: Uint8Array
  readonly rules: Fork
  readonly uncles: readonly Header[]
  declare readonly withdrawals?: readonly Withdrawal[]
  readonly totalDifficulty: bigint
  readonly prepared: PreparedBlock | undefined
  readonly result: BlockResult | undefined
  readonly stateRoots: readonly Hex[]
  /** Undefined once the history has forgotten it, too. */
  parent: KeptBlock | undefined
  /** The state after the block, while it is kept. */
  at: Snapshot | undefined
  readonly #archive: ReceiptArchive | undefined
  #bytes: Uint8Array | undefined
  #senders: readonly Hex[] | undefined
  #hashes: readonly Hex[] | undefined
  #logs: readonly LedgerLog[] | undefined

  constructor(parts: KeptParts, keccak256?: Keccak256, bytes?: Uint8Array) {
    this.header = parts.header
    this.hashBytes = headerHash(parts.header, keccak256)
    this.hash = bytesToHex(this.hashBytes)
    this.rules = parts.fork
    this.uncles = parts.uncles
    if (parts.withdrawals !== undefined) this.withdrawals = parts.withdrawals
    this.totalDifficulty = parts.totalDifficulty
    this.parent = parts.parent
    this.prepared = parts.prepared
    this.result = parts.result
    this.stateRoots = parts.stateRoots
    this.#archive = parts.archive
    this.#bytes = bytes
  }

  get number(): bigint {
    return this.header.number
  }

  get fork(): ForkName {
    return this.rules.name
  }

  get transactions(): readonly Transaction[] {
    return this.prepared?.transactions ?? []
  }

  get senders(): readonly Hex[] {
    return (this.#senders ??= (this.prepared?.senders ?? []).map((it) => bytesToHex(it)))
  }

  /** Of its transactions. */
  get transactionHashes(): readonly Hex[] {
    return (this.#hashes ??= this.transactions.map(({ hash }) => bytesToHex(hash)))
  }

  get receipts(): readonly Receipt[] {
    return this.result?.receipts ?? []
  }

  /** As `receiptsRoot` commits to them. */
  get rawReceipts(): readonly Uint8Array[] {
    if (this.#archive === undefined) return []
    const { offsets, rlp } = this.#archive
    return Array.from(offsets.subarray(1), (end, i) => rlp.subarray(offsets[i], end))
  }

  get bytes(): Uint8Array {
    return (this.#bytes ??= encodeBlock(this.block))
  }

  get block(): Block {
    const { header, transactions, uncles, withdrawals } = this
    const body = { header, transactions, uncles }
    return withdrawals === undefined ? body : { ...body, withdrawals }
  }

  get logs(): readonly LedgerLog[] {
    return (this.#logs ??= this.#readLogs())
  }

  #readLogs(): LedgerLog[] {
    if (this.header.logsBloom.every((byte) => byte === 0)) return []
    let logIndex = 0
    return this.receipts.flatMap(({ logs, transactionIndex }) =>
      logs.map((log): LedgerLog => {
        const transactionHash = this.transactionHashes[transactionIndex]!
        const place = { block: this, transactionIndex, transactionHash, logIndex: logIndex++ }
        return { ...log, ...place, removed: false }
      }),
    )
  }
}
