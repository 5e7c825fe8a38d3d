// A state for @ethereumjs/vm that does nothing but remember: maps and an undo journal. It makes the
// peer faster than its own state managers do, of which one reads tries and the other copies all
// accounts at every checkpoint; so what is compared is execution.
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { keccak_256 } from '@noble/hashes/sha3.js'

export class JournalingStateManager extends SimpleStateManager {
  #accounts = new Map()
  #codes = new Map()
  /** Address → slots. */
  #storages = new Map()
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
    return this.#storages
  }

  /** The constructor of the base asks for one before there is anything. */
  checkpointSync() {}

  async getAccount(address) {
    return copyOf(this.#accounts.get(address.toString()))
  }

  async putAccount(address, account) {
    this.#set(this.#accounts, address.toString(), copyOf(account))
  }

  async deleteAccount(address) {
    this.#set(this.#accounts, address.toString(), undefined)
    this.#set(this.#codes, address.toString(), undefined)
    await this.clearStorage(address)
  }

  async putCode(address, code) {
    this.#set(this.#codes, address.toString(), code)
    await this.modifyAccountFields(address, { codeHash: keccak_256(code) })
  }

  async getStorage(address, key) {
    return this.#storages.get(address.toString())?.get(textOf(key)) ?? EMPTY
  }

  async putStorage(address, key, value) {
    const at = address.toString()
    if (!this.#storages.has(at)) this.#storages.set(at, new Map())
    this.#set(this.#storages.get(at), textOf(key), value)
  }

  async clearStorage(address) {
    if (!this.#storages.has(address.toString())) return
    this.#set(this.#storages, address.toString(), new Map())
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
const textOf = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Callers change what they got, and what they gave. */
const copyOf = (account) =>
  account && Object.assign(Object.create(Object.getPrototypeOf(account)), account)
