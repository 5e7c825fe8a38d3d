/**
 * The updates of a trie by themselves: slots under keys of our choice, against @ethereumjs/mpt.
 * Keys that are hashes hardly ever part so late that nodes become inline.
 */
import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { beforeAll, describe, expect, it } from 'vitest'
import { WORKERS, WORKER_CHUNK } from '../../assembly/abi/memory-map.js'
import { SLOT_LEAF, SLOT_SIZE, SLOT_VALUE } from '../../assembly/abi/records.js'
import { bytesToHex } from '../../src/base/bytes.js'
import { Random } from './helpers/random.js'
import { compileTrieModule, type TrieModule } from './helpers/trie-module.js'

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
/** KIND_GIVEN_LEAF of assembly/nodes/node.ts: a slot with a key beside what it is the hash of. */
const GIVEN_LEAF_KIND = 1
const GIVEN_SLOT_SIZE = SLOT_SIZE + 32

let core: TrieModule

beforeAll(async () => {
  core = await compileTrieModule()
})

interface DeepSlot {
  readonly record: number
  readonly key: Uint8Array
}

/** Slots, without their account, under keys that part late, so that inline nodes come up. */
class DeepTrie {
  readonly #root = core.allocate(4)
  readonly #out = core.allocate(32)
  readonly #key = core.allocate(32)
  readonly slots: DeepSlot[]

  constructor(random: Random) {
    const base = random.nextBytes(32)
    const keys = new Map<string, Uint8Array>()
    for (let index = 0; index < 200; index++) {
      // Keys that part in the last four bytes, the last eight, the last twelve …
      const key = base.slice()
      for (let at = 28 - (index % 8) * 4; at < 32; at++) {
        if (random.nextInt(3) !== 0) key[at] = random.nextInt(3) * 17
      }
      keys.set(bytesToHex(key), key)
    }
    this.slots = Array.from(keys.values(), (key) => {
      const record = core.allocate(GIVEN_SLOT_SIZE)
      core.write(record + SLOT_SIZE, key)
      return { record, key }
    })
  }

  set({ record, key }: DeepSlot, value: bigint): void {
    const leaf = core.read32(record + SLOT_LEAF)
    core.writeLimbs(record + SLOT_VALUE, value)
    core.write(this.#key, key)
    if (value !== 0n && leaf !== 0) core.call('touchLeaf', this.#root, leaf)
    else if (value !== 0n) core.call('insertLeaf', this.#root, GIVEN_LEAF_KIND, record, this.#key)
    else if (leaf !== 0) core.call('removeLeaf', this.#root, leaf)
  }

  get root(): string {
    core.call('rootHash', core.read32(this.#root), this.#out)
    return bytesToHex(core.read(this.#out, 32))
  }

  pick(random: Random): DeepSlot {
    return this.slots[random.nextInt(this.slots.length)] as DeepSlot
  }
}

describe('a trie of slots', () => {
  it('keeps nodes below 32 bytes inside their parents, however deep they are', async () => {
    const random = new Random(41n)
    const deep = new DeepTrie(random)
    const trie = await createMPT({ useNodePruning: true })
    for (let step = 0; step < 1500; step++) {
      const slot = deep.pick(random)
      const isRemoval = random.nextInt(step % 300 > 200 ? 2 : 5) === 0
      const value = isRemoval ? 0n : BigInt(1 + random.nextInt(random.nextInt(4) === 0 ? 1e9 : 100))
      deep.set(slot, value)
      if (isRemoval) await trie.del(slot.key)
      else await trie.put(slot.key, RLP.encode(value))
      expect(deep.root).toBe(bytesToHex(trie.root()))
    }
  })

  it('takes no new memory to go through the same changes again', () => {
    const deep = new DeepTrie(new Random(43n))
    let used = 0
    for (let run = 0; run < 3; run++) {
      const random = new Random(44n)
      for (let step = 0; step < 3000; step++) {
        const slot = deep.pick(random)
        deep.set(slot, random.nextInt(2) === 0 ? 0n : 1n)
      }
      for (const slot of deep.slots) deep.set(slot, 0n)
      expect(deep.root).toBe(EMPTY_ROOT)
      if (run > 0) expect(core.read32(WORKERS + WORKER_CHUNK)).toBe(used)
      used = core.read32(WORKERS + WORKER_CHUNK)
    }
  })
})
