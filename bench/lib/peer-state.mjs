// A state for @ethereumjs/vm that does nothing but remember: maps and an undo journal. It makes the
// peer faster than its own state managers do, of which one reads tries and the other copies all
// accounts at every checkpoint; so what is compared is execution.
import { SimpleStateManager } from '@ethereumjs/statemanager'

export class JournalingStateManager extends SimpleStateManager {
  #accounts = new Map()
  #codes = new Map()
  #slots = new Map()
  /** `[map, key, value before]`, newest last. */
  #journal = []
  #marks = []

  topAccountStack() {
    return this.#accounts
  }

  topCodeStack() {
    return this.#codes
  }

  topStorageStack() {
    return this.#slots
  }

  /** The constructor of the base asks for one before there is anything. */
  checkpointSync() {}

  /** A copy, since the caller changes what it gets. */
  async getAccount(address) {
    const account = this.#accounts.get(address.toString())
    return account && Object.assign(Object.create(Object.getPrototypeOf(account)), account)
  }

  async putAccount(address, account) {
    this.#set(this.#accounts, address.toString(), account)
  }

  async deleteAccount(address) {
    this.#set(this.#accounts, address.toString(), undefined)
  }

  async putStorage(address, key, value) {
    this.#set(this.#slots, `${address}_${hexOf(key)}`, value)
  }

  async getStorage(address, key) {
    return this.#slots.get(`${address}_${hexOf(key)}`) ?? EMPTY
  }

  /** For receipts before Byzantium, which nobody looks at. */
  async getStateRoot() {
    return EMPTY_ROOT
  }

  async checkpoint() {
    this.#marks.push(this.#journal.length)
  }

  async commit() {
    this.#marks.pop()
    if (this.#marks.length === 0) this.#journal.length = 0
  }

  async revert() {
    const mark = this.#marks.pop()
    while (this.#journal.length > mark) {
      const [map, key, before] = this.#journal.pop()
      map.set(key, before)
    }
  }

  #set(map, key, value) {
    if (this.#marks.length > 0) this.#journal.push([map, key, map.get(key)])
    map.set(key, value)
  }
}

const EMPTY = new Uint8Array()
const EMPTY_ROOT = new Uint8Array(32)
const hexOf = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
