/** What listeners are given of linear memory: bytes, accounts by their addresses, the state. */

import {
  CODE_BYTES,
  CODE_HASH,
  CODE_LENGTH,
  MESSAGE_ID,
  MESSAGE_PARENT,
  MESSAGE_POSITION,
  MESSAGE_ROUND,
  VIEW_BALANCE,
  VIEW_CODE,
  VIEW_EXISTS,
  VIEW_FLAGS,
  VIEW_NONCE,
} from '../../assembly/abi/records.js'
import { EMPTY_CODE_HASH } from '../base/hashes.js'
import { bytesToHex, hexToAddress } from '../base/bytes.js'
import { jsonable } from '../base/result-data.js'
import type { AccountState, Hex } from '../base/types.js'
import type { Core } from '../wasm/core.js'
import type { DeliveredMessage, StateReader } from './listener.js'

const HASH_BYTES = 32
const WORD_BYTES = 32
const NO_BYTES = '0x'
/** Where in the exchange area a key and a value lie. */
const KEY_AT = 32
const VALUE_AT = 64

export class Reader implements StateReader {
  readonly #core: Core
  /** By the pointers to their records, which stay as long as the block. */
  readonly #addresses = new Map<number, Hex>()
  readonly #messages = new Map<number, DeliveredMessage>()

  constructor(core: Core) {
    this.#core = core
  }

  hex(ptr: number, size: number): Hex {
    if (size === 0) return NO_BYTES
    return bytesToHex(this.#core.memory.bytes.subarray(ptr, ptr + size))
  }

  u32(ptr: number): number {
    return this.#core.memory.u32[ptr >>> 2]!
  }

  u64(ptr: number): bigint {
    return this.#core.memory.u64[ptr >>> 3]!
  }

  /** @param ptr to limbs */
  address(ptr: number): Hex {
    return this.#core.memory.readAddressHex(ptr) as Hex
  }

  /** Records of accounts begin with the address. */
  addressOf(account: number): Hex {
    let address = this.#addresses.get(account)
    if (address === undefined) {
      address = this.address(account)
      this.#addresses.set(account, address)
    }
    return address
  }

  message(record: number): DeliveredMessage | null {
    if (record === 0) return null
    let message = this.#messages.get(record)
    if (message === undefined) {
      const parent = this.u32(record + MESSAGE_PARENT)
      message = {
        id: this.hex(record + MESSAGE_ID, HASH_BYTES),
        parent: parent === 0 ? null : this.hex(parent + MESSAGE_ID, HASH_BYTES),
        round: this.u32(record + MESSAGE_ROUND),
        position: this.u32(record + MESSAGE_POSITION),
      }
      this.#messages.set(record, message)
    }
    return message
  }

  word(ptr: number): bigint {
    return this.#core.memory.readWord(ptr)
  }

  /** @param top pointer to the word on top @returns the deepest word first */
  stack(top: number, words: number): bigint[] {
    return Array.from({ length: words }, (_, i) => this.word(top + (words - 1 - i) * WORD_BYTES))
  }

  code(record: number): Hex {
    if (record === 0) return NO_BYTES
    return this.hex(this.u32(record + CODE_BYTES), this.u32(record + CODE_LENGTH))
  }

  getAccount(address: Hex): AccountState {
    const core = this.#core
    const account = core.findAccount(hexToAddress(address, 'address'))
    const view = account === 0 ? 0 : core.exports.seenView(account) >>> 0
    core.memory.refresh()
    const code = view === 0 ? 0 : this.u32(view + VIEW_CODE)
    return jsonable({
      address: address.toLowerCase() as Hex,
      exists: view !== 0 && (this.u32(view + VIEW_FLAGS) & VIEW_EXISTS) !== 0,
      balance: view === 0 ? 0n : this.word(view + VIEW_BALANCE),
      nonce: view === 0 ? 0n : this.u64(view + VIEW_NONCE),
      codeHash: code === 0 ? EMPTY_CODE_HASH : this.hex(code + CODE_HASH, HASH_BYTES),
      code: this.code(code),
    })
  }

  getStorage(address: Hex, slot: bigint): Hex {
    const account = this.#core.findAccount(hexToAddress(address, 'address'))
    const value = account === 0 ? 0n : this.slotOf(account, slot)
    return `0x${value.toString(16).padStart(2 * WORD_BYTES, '0')}`
  }

  slotOf(account: number, slot: bigint): bigint {
    const { exchange, exports, memory } = this.#core
    memory.writeWord(exchange + KEY_AT, slot)
    exports.seenValue(account, exchange + KEY_AT, exchange + VALUE_AT)
    return memory.readWord(exchange + VALUE_AT)
  }
}
