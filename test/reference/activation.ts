/**
 * What one message's run works on: the live accounts of its group over the snapshot of the round,
 * and what Ethereum calls the transaction's substate. Every change goes through one undo log.
 */
import { EMPTY_BYTES, type Address, type Hex } from './bytes.js'
import { copyAccount, emptyAccount, type Account, type World } from './world.js'

/** Under `ethereum` every account is live and every call synchronous. */
export type Semantics = 'actor' | 'ethereum'

/** The protocol's and the block's values that instructions read. */
export interface BlockContext {
  chainId: bigint
  number: bigint
  timestamp: bigint
  gasLimit: bigint
  baseFee: bigint
  coinbase: Address
  prevRandao: bigint
  blobBaseFee: bigint
  /** By block number, as far as known. */
  blockHashes: ReadonlyMap<bigint, bigint>
  gMessage: bigint
  gWord: bigint
}

/** What instructions read of the root transaction. */
export interface RootContext {
  origin: Address
  gasPrice: bigint
  blobHashes: bigint[]
}

export interface Log {
  address: Address
  topics: Hex[]
  data: Hex
}

export interface Credit {
  to: Address
  amount: bigint
}

/** A message as the emitting frame leaves it; ids and open gas come when the activation ends. */
export interface Emission {
  from: Address
  to: Address
  value: bigint
  data: Uint8Array
  /** At most 2^64 - 1. */
  cap: bigint
  /** Open messages share what the activation leaves; others had `cap` set aside at once. */
  isOpen: boolean
}

/** Undo actions, newest last. */
export class Journal {
  private readonly undos: (() => void)[] = []

  get length(): number {
    return this.undos.length
  }

  record(undo: () => void): void {
    this.undos.push(undo)
  }

  undoTo(length: number): void {
    while (this.undos.length > length) (this.undos.pop() as () => void)()
  }

  /** Sets `map[key]`, undoably. */
  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const had = map.has(key)
    const old = map.get(key)
    this.record(() => {
      if (had) map.set(key, old as V)
      else map.delete(key)
    })
    map.set(key, value)
  }

  /** Adds to a set, undoably; says whether it was new. */
  add<T>(set: Set<T>, item: T): boolean {
    if (set.has(item)) return false
    this.record(() => set.delete(item))
    set.add(item)
    return true
  }

  push<T>(list: T[], item: T): void {
    this.record(() => list.pop())
    list.push(item)
  }
}

/** The accounts one actor's group may write in this round, and what its in-flight rule needs. */
export class Group {
  readonly live = new Map<Address, Account>()
  /** Addresses created in the group this round. */
  readonly created = new Set<Address>()
  /** `creator child` pairs of this round. */
  readonly children = new Set<string>()
  /** `sender recipient` pairs of the surviving emissions of activations that have ended. */
  readonly sent = new Set<string>()

  readonly snapshot: ReadonlyMap<Address, Account>
  /** `sender recipient` pairs of all messages of the round. */
  readonly delivered: ReadonlySet<string>
  /** Ethereum semantics: any account becomes live when touched. */
  readonly mayWriteAll: boolean

  constructor(
    snapshot: ReadonlyMap<Address, Account>,
    delivered: ReadonlySet<string> = new Set(),
    mayWriteAll = false,
  ) {
    this.snapshot = snapshot
    this.delivered = delivered
    this.mayWriteAll = mayWriteAll
  }

  /** Makes `address` an account of the group, as it is in the snapshot. */
  admit(address: Address): void {
    if (this.live.has(address)) return
    const account = this.snapshot.get(address)
    this.live.set(address, account === undefined ? emptyAccount() : copyAccount(account))
  }

  /** Moves the group's accounts into the world: the end of its round. */
  mergeInto(world: World): void {
    for (const [address, account] of this.live) world.set(address, account)
  }
}

export function pair(first: Address, second: Address): string {
  return `${first} ${second}`
}

/** What is marked to undo a frame: the undo log's and the emissions' lengths. */
export interface Mark {
  journal: number
  emissions: number
}

/** The run of one message. Created per message; fails or succeeds as a whole. */
export class Activation {
  readonly journal = new Journal()
  readonly warmAddresses = new Set<Address>()
  readonly warmSlots = new Set<string>()
  readonly transient = new Map<string, bigint>()
  readonly logs: Log[] = []
  readonly emissions: Emission[] = []
  readonly credits: Credit[] = []
  /** Created in this activation (EIP-6780). */
  readonly createdHere = new Set<Address>()
  readonly destroyed = new Set<Address>()
  readonly semantics: Semantics
  readonly block: BlockContext
  readonly root: RootContext
  readonly group: Group
  /** In the last round nothing can be emitted. */
  readonly canEmit: boolean
  refund = 0n
  /** What destroyed accounts had. */
  burnt = 0n
  private readonly originals = new Map<string, bigint>()

  constructor(
    semantics: Semantics, block: BlockContext, root: RootContext, group: Group, canEmit: boolean,
  ) {
    this.semantics = semantics
    this.block = block
    this.root = root
    this.group = group
    this.canEmit = canEmit
  }

  mark(): Mark {
    return { journal: this.journal.length, emissions: this.emissions.length }
  }

  /** Undoes everything since `mark`; returns the gas that undone emissions had set aside. */
  undo(mark: Mark): bigint {
    let setAside = 0n
    for (const emission of this.emissions.slice(mark.emissions)) {
      if (!emission.isOpen) setAside += emission.cap
    }
    this.journal.undoTo(mark.journal)
    return setAside
  }

  /** The account live if it is the group's, else as the round began. */
  account(address: Address): Readonly<Account> {
    return this.group.live.get(address) ?? this.group.snapshot.get(address) ?? emptyAccount()
  }

  private writable(address: Address): Account {
    if (this.group.mayWriteAll) this.group.admit(address)
    const account = this.group.live.get(address)
    if (account === undefined) throw new Error(`a write outside of the group: ${address}`)
    return account
  }

  setBalance(address: Address, balance: bigint): void {
    if (balance < 0n) throw new Error(`a negative balance: ${address}`)
    const account = this.writable(address)
    const old = account.balance
    this.journal.record(() => { account.balance = old })
    account.balance = balance
  }

  addToBalance(address: Address, amount: bigint): void {
    if (amount !== 0n) this.setBalance(address, this.account(address).balance + amount)
  }

  setNonce(address: Address, nonce: bigint): void {
    const account = this.writable(address)
    const old = account.nonce
    this.journal.record(() => { account.nonce = old })
    account.nonce = nonce
  }

  setCode(address: Address, code: Uint8Array): void {
    const account = this.writable(address)
    const old = account.code
    this.journal.record(() => { account.code = old })
    account.code = code
  }

  setSlot(address: Address, key: bigint, value: bigint): void {
    const { storage } = this.writable(address)
    const id = `${address} ${key}`
    if (!this.originals.has(id)) this.originals.set(id, storage.get(key) ?? 0n)
    const old = storage.get(key)
    this.journal.record(() => {
      if (old === undefined) storage.delete(key)
      else storage.set(key, old)
    })
    if (value === 0n) storage.delete(key)
    else storage.set(key, value)
  }

  /** The slot's value when the activation began (EIP-2200's "original"). */
  originalSlot(address: Address, key: bigint): bigint {
    return this.originals.get(`${address} ${key}`) ?? this.account(address).storage.get(key) ?? 0n
  }

  addRefund(amount: bigint): void {
    this.journal.record(() => { this.refund -= amount })
    this.refund += amount
  }

  credit(to: Address, amount: bigint): void {
    if (amount === 0n) return
    if (this.semantics === 'ethereum') this.addToBalance(to, amount)
    else this.journal.push(this.credits, { to, amount })
  }

  /** Destroys the balance of an account created here (EIP-6780). */
  burnBalance(address: Address): void {
    const { balance } = this.account(address)
    this.journal.record(() => { this.burnt -= balance })
    this.burnt += balance
    this.setBalance(address, 0n)
  }

  /** Begins the creation of `address` by `creator` (undefined: by a transaction). */
  beginCreation(address: Address, creator: Address | undefined): void {
    const { group, journal } = this
    if (!group.live.has(address)) {
      group.admit(address)
      journal.record(() => { group.live.delete(address) })
    }
    journal.add(group.created, address)
    journal.add(this.createdHere, address)
    if (creator !== undefined) journal.add(group.children, pair(creator, address))
    this.setNonce(address, 1n)
  }

  /** Removes what was created and destroyed in this activation, once that has succeeded. */
  removeDestroyed(): void {
    for (const address of this.destroyed) {
      this.burnBalance(address)
      const account = this.writable(address)
      Object.assign(account, { nonce: 0n, balance: 0n, code: EMPTY_BYTES, storage: new Map() })
    }
  }

  /** Is a message from `sender` to `recipient` in flight, as far as the group can know? */
  isInFlight(sender: Address, recipient: Address): boolean {
    const key = pair(sender, recipient)
    return this.group.delivered.has(key) || this.group.sent.has(key)
      || this.emissions.some(({ from, to }) => from === sender && to === recipient)
  }
}
