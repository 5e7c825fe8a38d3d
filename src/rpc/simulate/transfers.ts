/**
 * Logs of simulated calls, with those that stand for transfers of Ether (ERC-7528), numbered as in
 * geth: also what is undone later has had its number.
 */

import { bigIntToBytes, bytesToHex } from '../../base/bytes.js'
import type { Hex, Log } from '../../base/types.js'
import type { FrameEnd, FrameStart, Listener, LogEvent } from '../../trace/listener.js'

export interface TransferLog extends Log {
  readonly transactionIndex: number
  readonly logIndex: number
}

/** keccak256 of `Transfer(address,address,uint256)`. */
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const ETHER = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'
const WORD = 32
const ADDRESS_PREFIX = '0'.repeat(24)

/** Of one block. */
export class TransferLogs implements Listener {
  readonly #hasTransfers: boolean
  /** Those of the frames that are open, the outermost first. */
  #open: TransferLog[][] = []
  #count = 0
  #logs: readonly TransferLog[] = []
  #error: string | undefined

  constructor(hasTransfers: boolean) {
    this.#hasTransfers = hasTransfers
  }

  /** Of the transaction that has ended last; none if it failed. */
  get logs(): readonly TransferLog[] {
    return this.#logs
  }

  /** Why it failed, in geth's words. */
  get error(): string | undefined {
    return this.#error
  }

  onFrameStart({ from, to, transactionIndex, type, value }: FrameStart): void {
    this.#open.push([])
    const isTransfer = type !== 'DELEGATECALL' && type !== 'CALLCODE' && (value ?? 0n) > 0n
    if (!isTransfer || !this.#hasTransfers) return
    const topics: Hex[] = [TRANSFER, wordOf(from), wordOf(to)]
    const data = bytesToHex(bigIntToBytes(value!, WORD))
    this.#add({ address: ETHER, topics, data }, transactionIndex)
  }

  onLog({ address, data, topics, transactionIndex }: LogEvent): void {
    this.#add({ address, topics, data }, transactionIndex)
  }

  onFrameEnd({ error, status }: FrameEnd): void {
    const own = this.#open.pop() ?? []
    const stands = status === 'success' ? own : []
    const outer = this.#open.at(-1)
    if (outer !== undefined) {
      outer.push(...stands)
      return
    }
    this.#logs = stands
    this.#error = error
  }

  #add(log: Log, transactionIndex: number): void {
    this.#open.at(-1)?.push({ ...log, transactionIndex, logIndex: this.#count++ })
  }
}

function wordOf(address: Hex): Hex {
  return `0x${ADDRESS_PREFIX}${address.slice(2)}`
}
