/**
 * The incremental tries against tries of @ethereumjs/mpt that see the same changes, compared after
 * each step.
 */
import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HEAP_TOP, TRIE_FREE, WORKERS, WORKER_CHUNK_END } from '../../assembly/abi/memory-map.js'
import { ACCOUNT_LEAF } from '../../assembly/abi/records.js'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { Random } from './helpers/random.js'
import { StateRecords, type Account } from './helpers/state-records.js'
import { compileTrieModule, type TrieModule } from './helpers/trie-module.js'

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const EMPTY_CODE_HASH = hexToBytes(
  '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
)

let core: TrieModule
let state: StateRecords
let mirror: StateMirror

beforeAll(async () => {
  core = await compileTrieModule()
})

beforeEach(() => {
  state = new StateRecords(core)
  mirror = new StateMirror()
})

/** A trie that is brought to a content by single puts and deletes. */
class TrieMirror {
  #trie: MerklePatriciaTrie | undefined
  #content = new Map<string, string>()

  async rootOf(content: Map<string, string>): Promise<string> {
    const trie = (this.#trie ??= await createMPT({ useNodePruning: true }))
    for (const key of this.#content.keys()) {
      if (!content.has(key)) await trie.del(hexToBytes(key))
    }
    for (const [key, value] of content) {
      if (this.#content.get(key) !== value) await trie.put(hexToBytes(key), hexToBytes(value))
    }
    this.#content = content
    return bytesToHex(trie.root())
  }
}

class StateMirror {
  readonly #accounts = new TrieMirror()
  readonly #storage = new Map<Account, TrieMirror>()

  async storageRootOf(account: Account): Promise<string> {
    const content = new Map<string, string>()
    for (const [key, value] of account.slots) {
      content.set(bytesToHex(state.hashOfKey(key)), bytesToHex(RLP.encode(value)))
    }
    const trie = this.#storage.get(account) ?? new TrieMirror()
    this.#storage.set(account, trie)
    return trie.rootOf(content)
  }

  async stateRoot(): Promise<string> {
    const content = new Map<string, string>()
    for (const account of state.accounts) {
      const storageRoot = await this.storageRootOf(account)
      if (!account.exists) continue
      const codeHash = state.codeHashes[account.code] ?? EMPTY_CODE_HASH
      const fields = [account.nonce, account.balance, storageRoot, codeHash]
      content.set(bytesToHex(account.hash), bytesToHex(RLP.encode(fields)))
    }
    return this.#accounts.rootOf(content)
  }
}

async function expectSameRoot(): Promise<void> {
  expect(state.stateRoot()).toBe(await mirror.stateRoot())
}

/** Keys that share long paths: each differs from a common one in the last bit of a few nibbles. */
function nearbyHash(random: Random, base: Uint8Array): Uint8Array {
  const hash = base.slice()
  for (let changes = random.nextInt(4); changes > 0; changes--) {
    const at = random.nextInt(32)
    hash[at] = (hash[at] as number) ^ (1 << (4 * random.nextInt(2)))
  }
  return hash
}

function randomValue(random: Random): bigint {
  const kind = random.nextInt(6)
  if (kind < 2) return 0n
  if (kind === 2) return BigInt(random.nextInt(300))
  return random.nextWord()
}

function changeAccount(random: Random, account: Account): void {
  const exists = random.nextInt(3) !== 0
  if (!exists && random.nextInt(2) === 0) state.wipe(account)
  state.setAccount(account, {
    exists,
    nonce: random.nextInt(4) === 0 ? random.nextU64() : BigInt(random.nextInt(300)),
    balance: random.nextWord(),
    code: random.nextInt(state.codeHashes.length),
  })
}

describe('stateRoot', () => {
  it('of no account is the root of the empty trie', () => {
    expect(state.stateRoot()).toBe(EMPTY_ROOT)
  })

  it('agrees with @ethereumjs/mpt on one account, empty and not', async () => {
    const account = state.addAccount(new Random(1n).nextBytes(32))
    state.setAccount(account, { exists: true })
    await expectSameRoot()
    const code = state.addCode(new Random(2n).nextBytes(32))
    state.setAccount(account, { nonce: (1n << 64n) - 1n, balance: (1n << 256n) - 1n, code })
    await expectSameRoot()
    state.setAccount(account, { exists: false })
    expect(state.stateRoot()).toBe(EMPTY_ROOT)
  })

  it.each([
    ['random keys', 21n, (random: Random) => random.nextBytes(32)],
    ['keys with long common paths', 22n, nearbyHash],
  ])('follows insertions, changes and removals of accounts with %s', async (_, seed, hashOf) => {
    const random = new Random(seed)
    const base = random.nextBytes(32)
    const hashes = new Map<string, Uint8Array>()
    while (hashes.size < 300) {
      const hash = hashOf(random, base)
      hashes.set(bytesToHex(hash), hash)
    }
    for (const hash of hashes.values()) state.addAccount(hash)
    for (let batch = 0; batch < 60; batch++) {
      // Now and then nearly all go, so that the trie collapses to a few nodes.
      const isPurge = batch % 15 === 14
      for (let count = isPurge ? 290 : random.nextInt(40); count > 0; count--) {
        const account = state.accounts[random.nextInt(300)] as Account
        state.setAccount(account, {
          exists: !isPurge && random.nextInt(3) !== 0,
          balance: random.nextWord(),
        })
      }
      await expectSameRoot()
      if (random.nextInt(2) === 0) state.commitBlock()
    }
  })

  it('follows writes to slots', async () => {
    const random = new Random(23n)
    const account = state.addAccount(random.nextBytes(32))
    state.setAccount(account, { exists: true })
    for (let batch = 0; batch < 75; batch++) {
      const isPurge = batch % 15 === 14
      for (let count = isPurge ? 600 : random.nextInt(60); count > 0; count--) {
        state.setSlot(account, BigInt(random.nextInt(600)), isPurge ? 0n : randomValue(random))
      }
      await expectSameRoot()
      expect(state.storageRoot(account)).toBe(await mirror.storageRootOf(account))
      if (random.nextInt(2) === 0) state.commitBlock()
    }
  })

  it('keeps a trie of one small slot, whose keys are too long for an inline node', async () => {
    const account = state.addAccount(new Random(24n).nextBytes(32))
    state.setAccount(account, { exists: true })
    for (const value of [1n, 127n, 128n, 255n, 256n, 1n << 255n]) {
      state.setSlot(account, 5n, value)
      await expectSameRoot()
    }
  })
})

describe('the pieces of a hash pass', () => {
  let random: Random

  /** Runs some of the pieces, in any order, and then asks for the root. */
  async function expectSameRootInPieces(share: number): Promise<number> {
    for (let index = core.call('planKeys', 9) - 1; index >= 0; index--) {
      if (random.nextInt(10) < 10 * share) core.call('runKeyPiece', index)
    }
    core.call('updateTries')
    const count = core.call('planPieces', 128)
    const order = Array.from({ length: count }, (_, index) => index)
    for (let i = order.length - 1; i > 0; i--) {
      const other = random.nextInt(i + 1)
      ;[order[i], order[other]] = [order[other] as number, order[i] as number]
    }
    for (const index of order.slice(0, share * count)) core.call('runTriePiece', index)
    await expectSameRoot()
    return count
  }

  function addAccounts(count: number): Account[] {
    return Array.from({ length: count }, () => {
      const account = state.addAccount(random.nextBytes(32))
      state.setAccount(account, { exists: true, balance: random.nextWord() })
      return account
    })
  }

  function setSlots(account: Account, count: number): void {
    for (let slot = 0; slot < count; slot++) {
      state.setSlot(account, BigInt(random.nextInt(2 * count)), randomValue(random))
    }
  }

  beforeEach(() => {
    random = new Random(51n)
  })

  it('are none where nothing has changed, and one where little has', async () => {
    expect(await expectSameRootInPieces(1)).toBe(0)
    addAccounts(100)
    expect(await expectSameRootInPieces(1)).toBe(1)
    expect(await expectSameRootInPieces(1)).toBe(0)
  })

  it('are subtries of the trie of accounts where many have changed', async () => {
    const accounts = addAccounts(300)
    expect(await expectSameRootInPieces(1)).toBe(16)
    for (const account of accounts) setSlots(account, random.nextInt(8))
    expect(await expectSameRootInPieces(1)).toBe(16)
  })

  it('are subtries of storage tries with many changes, beside the rest', async () => {
    const accounts = addAccounts(60)
    for (const account of accounts) setSlots(account, 3)
    for (const account of accounts.slice(0, 3)) setSlots(account, 400)
    expect(await expectSameRootInPieces(1)).toBeGreaterThan(3 * 16)
    setSlots(accounts[0] as Account, 400)
    state.setAccount(accounts[50] as Account, { balance: 1n })
    expect(await expectSameRootInPieces(1)).toBe(16 + 1)
  })

  it('need not all be run, and leave what can be undone', async () => {
    const accounts = addAccounts(300)
    for (const account of accounts) setSlots(account, 3)
    setSlots(accounts[7] as Account, 500)
    await expectSameRootInPieces(0.5)
    state.commitBlock()
    for (let block = 0; block < 8; block++) {
      for (const account of accounts.slice(0, 20 * block)) {
        if (random.nextInt(9) === 0) changeAccount(random, account)
        else setSlots(account, 4)
      }
      if (block % 2 === 0) setSlots(accounts[7] as Account, 500)
      await expectSameRootInPieces(random.nextInt(5) / 4)
      setSlots(accounts[3] as Account, 50)
      // As much of an update as there may be when a thread dies
      if (core.call('planKeys', 9) > 1) core.call('runKeyPiece', 1)
      if (block % 3 === 2) state.undoBlock()
      else state.commitBlock()
      await expectSameRoot()
    }
  })
})

describe('a storage trie', () => {
  it('gives its nodes back when it is wiped, and when a wipe is undone', () => {
    const account = state.addAccount(new Random(42n).nextBytes(32))
    const fill = (slots: number) => {
      for (let key = 1; key <= slots; key++) state.setSlot(account, BigInt(key), 1n)
    }
    state.setAccount(account, { exists: true })
    fill(100)
    state.commitBlock()
    expect(freeSlotLeaves()).toBe(0)
    for (let run = 0; run < 3; run++) {
      state.wipe(account)
      fill(40)
      state.stateRoot()
      state.undoBlock()
      expect(freeSlotLeaves()).toBe(40)
    }
    for (let run = 0; run < 3; run++) {
      state.wipe(account)
      state.commitBlock()
      expect(freeSlotLeaves()).toBe(140)
      fill(100)
      state.commitBlock()
      expect(freeSlotLeaves()).toBe(40)
    }
  })

  function freeSlotLeaves(): number {
    let count = 0
    let node = core.read32(TRIE_FREE)
    for (; node !== 0; count++) node = core.read32(node + 4)
    return count
  }
})

describe('a block', () => {
  let random: Random

  async function runBlocks(blocks: number, rootsInside: boolean): Promise<void> {
    for (let block = 0; block < blocks; block++) {
      for (let step = random.nextInt(80); step > 0; step--) {
        const account = state.accounts[random.nextInt(state.accounts.length)] as Account
        const kind = random.nextInt(12)
        if (kind === 0) state.wipe(account)
        else if (kind < 4) changeAccount(random, account)
        else state.setSlot(account, BigInt(random.nextInt(40)), randomValue(random))
        if (rootsInside && random.nextInt(20) === 0) await expectSameRoot()
      }
      if (random.nextInt(3) === 0) state.undoBlock()
      else state.commitBlock()
      await expectSameRoot()
    }
  }

  beforeEach(() => {
    random = new Random(31n)
    const base = random.nextBytes(32)
    const hashes = new Set<string>()
    while (hashes.size < 25) hashes.add(bytesToHex(nearbyHash(random, base)))
    for (const hash of hashes) state.addAccount(hexToBytes(hash))
    state.addCode(random.nextBytes(32))
    state.addCode(random.nextBytes(32))
  })

  it('is committed or undone with the roots at its end', async () => {
    await runBlocks(120, false)
  })

  it('is committed or undone with roots taken in between', async () => {
    await runBlocks(120, true)
  })

  it('gives the same root as often as it is asked', async () => {
    await runBlocks(20, true)
    const root = state.stateRoot()
    expect(state.stateRoot()).toBe(root)
    const account = state.accounts[0] as Account
    const { balance, exists } = account
    state.setAccount(account, { exists: true, balance: balance + 1n })
    expect(state.stateRoot()).not.toBe(root)
    state.setAccount(account, { exists, balance })
    expect(state.stateRoot()).toBe(root)
  })

  it('encodes anew only what has changed since its last root', () => {
    const [first, second] = state.accounts.slice(0, 2) as [Account, Account]
    const isUpToDate = ({ ptr }: Account) => {
      const leaf = core.read32(ptr + ACCOUNT_LEAF)
      // The size of the reference (assembly/nodes/node.ts)
      return (core.read32(leaf) & 0xff00) !== 0
    }
    state.setAccount(first, { exists: true, balance: 1n })
    state.setAccount(second, { exists: true, balance: 1n })
    core.call('updateTries')
    expect([first, second].map(isUpToDate)).toEqual([false, false])
    state.stateRoot()
    state.setAccount(first, { balance: 2n })
    core.call('updateTries')
    expect([first, second].map(isUpToDate)).toEqual([false, true])
    state.stateRoot()
    state.commitBlock()
    expect([first, second].map(isUpToDate)).toEqual([true, true])
  })

  it('that is undone needs no memory for nodes', async () => {
    await runBlocks(40, false)
    for (let run = 0; run < 40; run++) {
      for (let step = 0; step < 100; step++) {
        const account = state.accounts[random.nextInt(state.accounts.length)] as Account
        const kind = random.nextInt(30)
        if (kind === 0) changeAccount(random, account)
        else state.setSlot(account, BigInt(random.nextInt(40)), randomValue(random))
      }
      state.stateRoot()
      // The heap's chunk is used up: a node that is not on a free list now moves the top.
      core.write32(WORKERS + WORKER_CHUNK_END, 0)
      const top = core.read32(HEAP_TOP)
      state.undoBlock()
      expect(core.read32(HEAP_TOP)).toBe(top)
      await expectSameRoot()
    }
  })
})
