/**
 * A state for the tests of the tries: accounts and slots as records in linear memory, with the
 * block log, written as the core writes them; and beside them the same content as plain maps.
 */
import {
  BLOCK,
  LOG_STRETCH,
  STATE_TRIE,
  TRIE_FREE,
  WORKERS,
  WORKER_LOG_HEAD,
} from '../../../assembly/abi/memory-map.js'
import {
  ACCOUNT_LOGGED,
  ACCOUNT_HASH,
  ACCOUNT_LIVE,
  ACCOUNT_SIZE,
  ACCOUNT_TRIE,
  BLOCK_LOG_ACCOUNT,
  BLOCK_LOG_ACCOUNT_SIZE,
  BLOCK_LOG_ACCOUNT_VIEW,
  BLOCK_LOG_KIND,
  BLOCK_LOG_NEXT,
  BLOCK_LOG_OLD,
  BLOCK_LOG_SLOT,
  BLOCK_LOG_SLOT_PTR,
  BLOCK_LOG_SLOT_SIZE,
  BLOCK_LOG_TRIE_PTR,
  BLOCK_LOG_WIPE,
  BLOCK_LOG_WIPE_SIZE,
  CODE_HASH,
  CODE_SIZE_BYTES,
  SLOT_LOGGED,
  SLOT_KEY,
  SLOT_SIZE,
  SLOT_VALUE,
  VIEW_BALANCE,
  VIEW_CODE,
  VIEW_EXISTS,
  VIEW_FLAGS,
  VIEW_NONCE,
  VIEW_SIZE,
} from '../../../assembly/abi/records.js'
import { bytesToHex, hexToBytes } from '../../../src/base/bytes.js'
import type { TrieModule } from './trie-module.js'

export interface AccountFields {
  exists: boolean
  nonce: bigint
  balance: bigint
  /** Index of one of the codes, 0 = none. */
  code: number
}

export interface Account extends AccountFields {
  readonly ptr: number
  /** Key in the state trie. */
  readonly hash: Uint8Array
  /** Slots that are not zero. */
  slots: Map<bigint, bigint>
  /** Records of slots since the storage was wiped. */
  records: Map<bigint, number>
}

interface Saved {
  readonly fields: AccountFields
  readonly slots: Map<bigint, bigint>
  readonly records: Map<bigint, number>
}

const LOG_HEAD = WORKERS + WORKER_LOG_HEAD

export class StateRecords {
  readonly accounts: Account[] = []
  readonly codeHashes: (Uint8Array | undefined)[] = [undefined]
  readonly #core: TrieModule
  readonly #codePtrs: number[] = [0]
  readonly #keyHashes = new Map<bigint, Uint8Array>()
  #saved: Saved[] = []

  /** Empties the state that the module may hold; what it held is never used again. */
  constructor(core: TrieModule) {
    this.#core = core
    core.write32(STATE_TRIE, 0)
    for (let list = 0; list < 4; list++) core.write32(TRIE_FREE + 4 * list, 0)
    this.beginBlock()
  }

  /** An account that does not exist, under any key. */
  addAccount(hash: Uint8Array): Account {
    const ptr = this.#core.allocate(ACCOUNT_SIZE)
    this.#core.write(ptr + ACCOUNT_HASH, hash)
    const none: AccountFields = { exists: false, nonce: 0n, balance: 0n, code: 0 }
    const account = { ptr, hash, ...none, slots: new Map(), records: new Map() }
    this.accounts.push(account)
    this.#saved.push({ fields: none, slots: new Map(), records: new Map() })
    return account
  }

  addCode(hash: Uint8Array): number {
    const ptr = this.#core.allocate(CODE_SIZE_BYTES)
    this.#core.write(ptr + CODE_HASH, hash)
    this.codeHashes.push(hash)
    return this.#codePtrs.push(ptr) - 1
  }

  setAccount(account: Account, fields: Partial<AccountFields>): void {
    const core = this.#core
    Object.assign(account, fields)
    const live = account.ptr + ACCOUNT_LIVE
    if (core.read32(account.ptr + ACCOUNT_LOGGED) !== core.read32(LOG_STRETCH)) {
      const entry = this.#log(BLOCK_LOG_ACCOUNT_VIEW, BLOCK_LOG_ACCOUNT_SIZE, account)
      core.write(entry + BLOCK_LOG_OLD, core.read(live, VIEW_SIZE))
      core.write32(account.ptr + ACCOUNT_LOGGED, core.read32(LOG_STRETCH))
    }
    core.writeLimbs(live + VIEW_BALANCE, account.balance)
    core.writeLimbs(live + VIEW_NONCE, account.nonce, 1)
    core.write32(live + VIEW_CODE, this.#codePtrs[account.code] ?? 0)
    core.write32(live + VIEW_FLAGS, account.exists ? VIEW_EXISTS : 0)
  }

  setSlot(account: Account, key: bigint, value: bigint): void {
    const core = this.#core
    const slot = account.records.get(key) ?? this.#addSlot(account, key)
    if (core.read32(slot + SLOT_LOGGED) !== core.read32(LOG_STRETCH)) {
      const entry = this.#log(BLOCK_LOG_SLOT, BLOCK_LOG_SLOT_SIZE, account)
      core.write32(entry + BLOCK_LOG_SLOT_PTR, slot)
      core.write(entry + BLOCK_LOG_OLD, core.read(slot + SLOT_VALUE, 32))
      core.write32(slot + SLOT_LOGGED, core.read32(LOG_STRETCH))
    }
    core.writeLimbs(slot + SLOT_VALUE, value)
    if (value === 0n) account.slots.delete(key)
    else account.slots.set(key, value)
  }

  #addSlot(account: Account, key: bigint): number {
    const slot = this.#core.allocate(SLOT_SIZE)
    this.#core.writeLimbs(slot + SLOT_KEY, key)
    account.records.set(key, slot)
    return slot
  }

  /** Drops all storage of the account. */
  wipe(account: Account): void {
    const entry = this.#log(BLOCK_LOG_WIPE, BLOCK_LOG_WIPE_SIZE, account)
    this.#core.write32(entry + BLOCK_LOG_TRIE_PTR, this.#core.read32(account.ptr + ACCOUNT_TRIE))
    this.#core.write32(account.ptr + ACCOUNT_TRIE, 0)
    for (const slot of account.records.values()) this.#core.write32(slot + SLOT_LOGGED, 0)
    account.slots = new Map()
    account.records = new Map()
  }

  #log(kind: number, size: number, account: Account): number {
    const entry = this.#core.call('allocateForBlock', size)
    this.#core.write32(entry + BLOCK_LOG_KIND, kind)
    this.#core.write32(entry + BLOCK_LOG_ACCOUNT, account.ptr)
    this.#core.write32(entry + BLOCK_LOG_NEXT, this.#core.read32(LOG_HEAD))
    this.#core.write32(LOG_HEAD, entry)
    return entry
  }

  stateRoot(): string {
    const out = this.#core.call('allocateForBlock', 32)
    this.#core.call('stateRoot', out)
    return bytesToHex(this.#core.read(out, 32))
  }

  storageRoot(account: Account): string {
    const out = this.#core.call('allocateForBlock', 32)
    this.#core.call('storageRoot', account.ptr, out)
    return bytesToHex(this.#core.read(out, 32))
  }

  beginBlock(): void {
    this.#core.write32(BLOCK, this.#core.read32(BLOCK) + 1)
    this.#core.call('clearBlockLogs')
    this.#core.call('beginStretch')
    this.#core.resetBlock()
    this.#saved = this.accounts.map(({ exists, nonce, balance, code, slots, records }) => ({
      fields: { exists, nonce, balance, code },
      slots: new Map(slots),
      records: new Map(records),
    }))
  }

  commitBlock(): void {
    this.#core.call('updateTries')
    this.#core.call('dropWipedTries')
    this.beginBlock()
  }

  undoBlock(): void {
    const core = this.#core
    core.call('undoWipes')
    let entry = core.read32(LOG_HEAD)
    for (; entry !== 0; entry = core.read32(entry + BLOCK_LOG_NEXT)) {
      const kind = core.read32(entry + BLOCK_LOG_KIND)
      const old = core.read(entry + BLOCK_LOG_OLD, kind === BLOCK_LOG_SLOT ? 32 : VIEW_SIZE)
      if (kind === BLOCK_LOG_ACCOUNT_VIEW) {
        core.write(core.read32(entry + BLOCK_LOG_ACCOUNT) + ACCOUNT_LIVE, old)
      } else if (kind === BLOCK_LOG_SLOT) {
        core.write(core.read32(entry + BLOCK_LOG_SLOT_PTR) + SLOT_VALUE, old)
      }
    }
    core.call('restoreTries')
    this.accounts.forEach((account, index) => {
      const { fields, slots, records } = this.#saved[index] as Saved
      Object.assign(account, fields, { slots, records })
    })
    this.beginBlock()
  }

  /** keccak256 of the slot's key. */
  hashOfKey(key: bigint): Uint8Array {
    let hash = this.#keyHashes.get(key)
    if (hash === undefined) {
      hash = this.#core.keccak256(hexToBytes(`0x${key.toString(16).padStart(64, '0')}`))
      this.#keyHashes.set(key, hash)
    }
    return hash
  }
}
