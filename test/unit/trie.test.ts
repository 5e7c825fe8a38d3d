import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { Random } from './helpers/random.js'
import { type TrieModule, compileTrieModule } from './helpers/trie-module.js'

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'

let core: TrieModule

beforeAll(async () => {
  core = await compileTrieModule()
})

/** `orderedTrieRoot` of the values. */
function orderedRoot(values: Uint8Array[]): string {
  core.resetBlock()
  const pairs = new Uint32Array(values.flatMap((value) => [core.place(value), value.length]))
  const out = core.place(new Uint8Array(32))
  core.call('orderedTrieRoot', core.place(new Uint8Array(pairs.buffer)), values.length, out)
  return bytesToHex(core.read(out, 32))
}

/** The same from the hashes of the leaves alone. */
function rootOfLeaves(values: Uint8Array[]): string {
  core.resetBlock()
  const leaves = core.place(new Uint8Array(values.length * 32))
  core.call('beginLeaves')
  values.forEach((value, i) => {
    core.call('addLeaf', i, values.length, core.place(value), value.length, leaves + i * 32)
  })
  core.call('endLeaves')
  const out = core.place(new Uint8Array(32))
  core.call('orderedTrieRootOfLeaves', leaves, values.length, out)
  return bytesToHex(core.read(out, 32))
}

/** `trieRoot` of the content, which may be in any order. */
function rootOf(content: [key: Uint8Array, value: Uint8Array][]): string {
  core.resetBlock()
  const sorted = [...content].sort(([a], [b]) => (bytesToHex(a) < bytesToHex(b) ? -1 : 1))
  const items = sorted.flatMap(([key, value]) => [
    core.place(key),
    key.length,
    core.place(value),
    value.length,
  ])
  const out = core.place(new Uint8Array(32))
  const list = core.place(new Uint8Array(new Uint32Array(items).buffer))
  core.call('trieRoot', list, sorted.length, out)
  return bytesToHex(core.read(out, 32))
}

async function mptRoot(content: [key: Uint8Array, value: Uint8Array][]): Promise<string> {
  const trie = await createMPT()
  for (const [key, value] of content) await trie.put(key, value)
  return bytesToHex(trie.root())
}

const orderedContent = (values: Uint8Array[]): [Uint8Array, Uint8Array][] =>
  values.map((value, index) => [RLP.encode(index), value])

describe('keccak256Pair', () => {
  it('agrees with keccak256 on inputs of equally many blocks', () => {
    const random = new Random(1n)
    const out = core.allocate(64)
    for (let size = 0; size < 680; size++) {
      core.resetBlock()
      const block = size - (size % 136)
      const inputs = [size, block + random.nextInt(136)].map((length) => random.nextBytes(length))
      const [a, b] = inputs.map((input) => core.place(input)) as [number, number]
      const [sizeA, sizeB] = inputs.map(({ length }) => length) as [number, number]
      core.call('keccak256Pair', out, a, sizeA, out + 32, b, sizeB)
      expect(core.read(out, 32)).toEqual(core.keccak256(inputs[0] as Uint8Array))
      expect(core.read(out + 32, 32)).toEqual(core.keccak256(inputs[1] as Uint8Array))
    }
  })
})

describe('orderedTrieRootOfLeaves', () => {
  it.each([0, 1, 2, 3, 16, 17, 126, 127, 128, 129, 130, 255, 256, 257, 700, 65_537])(
    'agrees with orderedTrieRoot on %i values',
    (count) => {
      const random = new Random(BigInt(count + 2))
      const values = Array.from({ length: count }, () => random.nextBytes(31 + random.nextInt(99)))
      expect(rootOfLeaves(values)).toBe(orderedRoot(values))
    },
  )
})

describe('orderedTrieRoot', () => {
  it.each([0, 1, 2, 3, 16, 17, 127, 128, 129, 130, 255, 256, 257, 700])(
    'agrees with @ethereumjs/mpt on %i values',
    async (count) => {
      const random = new Random(BigInt(count + 1))
      // Mostly leaves that stay inside their parents, some that are hashed.
      const values = Array.from({ length: count }, () => random.nextBytes(1 + random.nextInt(60)))
      expect(orderedRoot(values)).toBe(await mptRoot(orderedContent(values)))
    },
  )

  it('keeps nodes below 32 bytes inside their parents', async () => {
    const random = new Random(7n)
    for (const count of [1, 2, 5, 40, 150, 300]) {
      const values = Array.from({ length: count }, () => random.nextBytes(1 + random.nextInt(3)))
      expect(orderedRoot(values)).toBe(await mptRoot(orderedContent(values)))
    }
  })

  it('takes values of any size', async () => {
    const random = new Random(8n)
    const sizes = [55, 56, 57, 127, 128, 135, 136, 137, 255, 256, 257, 65_535, 65_536, 300_000]
    const values = sizes.map((size) => new Uint8Array(size).fill(random.nextInt(256)))
    expect(orderedRoot(values)).toBe(await mptRoot(orderedContent(values)))
    for (const value of values) {
      expect(orderedRoot([value])).toBe(await mptRoot(orderedContent([value])))
    }
    const many = Array.from({ length: 300 }, () => random.nextBytes(1 + random.nextInt(2_600)))
    expect(orderedRoot(many)).toBe(await mptRoot(orderedContent(many)))
  })

  it('sees every size around the boundary of inline nodes', async () => {
    for (let size = 1; size <= 40; size++) {
      const values = Array.from({ length: 20 }, (_, index) => new Uint8Array(size).fill(index))
      expect(orderedRoot(values)).toBe(await mptRoot(orderedContent(values)))
    }
  })

  it('agrees with trieRoot on 65,536 and 70,000 values', () => {
    for (const count of [65_536, 70_000]) {
      const values = Array.from({ length: count }, (_, i) => Uint8Array.of(i, i >> 8, 5, i >> 16))
      expect(orderedRoot(values)).toBe(rootOf(orderedContent(values)))
    }
  })
})

describe('trieRoot', () => {
  it('of nothing is the root of the empty trie', () => {
    expect(rootOf([])).toBe(EMPTY_ROOT)
  })

  it('agrees with @ethereumjs/mpt on keys that share paths and end within others', async () => {
    const random = new Random(11n)
    for (let run = 0; run < 200; run++) {
      const content = new Map<string, Uint8Array>()
      for (let count = 1 + random.nextInt(60); count > 0; count--) {
        // Few distinct bytes, so that paths are shared and keys end within others.
        const key = Uint8Array.from(random.nextBytes(1 + random.nextInt(6)), (byte) => byte & 0x11)
        content.set(bytesToHex(key), random.nextBytes(1 + random.nextInt(200)))
      }
      const entries = [...content].map(
        ([key, value]) => [hexToBytes(key), value] as [Uint8Array, Uint8Array],
      )
      expect(rootOf(entries)).toBe(await mptRoot(entries))
    }
  })

  it('goes as deep as keys of 32 bytes do', async () => {
    const key = new Random(12n).nextBytes(32)
    const entries = Array.from({ length: 64 }, (_, nibble): [Uint8Array, Uint8Array] => {
      const near = key.slice()
      near[nibble >> 1] = (near[nibble >> 1] as number) ^ (nibble % 2 === 0 ? 0x10 : 0x01)
      return [near, key]
    })
    entries.push([key, key])
    expect(rootOf(entries)).toBe(await mptRoot(entries))
  })
})

/** What a case of the official TrieTests puts into a trie, or deletes where a value is null. */
interface TrieCase {
  in: [string, string | null][] | Record<string, string | null>
  root: string
}

const TRIE_TESTS = [
  'hex_encoded_securetrie_test',
  'trieanyorder',
  'trieanyorder_secureTrie',
  'trietest',
  'trietest_secureTrie',
]
const ARCHIVE = join(process.env['ACTOR_EVM_FIXTURES'] ?? '', 'misc-dev.tar.gz')

const textOrHex = (text: string): Uint8Array =>
  text.startsWith('0x') ? hexToBytes(text) : new TextEncoder().encode(text)

describe.skipIf(!existsSync(ARCHIVE))('official TrieTests', () => {
  it.each(TRIE_TESTS)('%s', (name) => {
    const path = `ethereum-tests/TrieTests/${name}.json`
    const json = execFileSync('tar', ['-xzOf', ARCHIVE, path], { encoding: 'utf8' })
    const isSecure = /secure/i.test(name)
    for (const [title, test] of Object.entries(JSON.parse(json) as Record<string, TrieCase>)) {
      const content = new Map<string, Uint8Array>()
      core.resetBlock()
      for (const [key, value] of Array.isArray(test.in) ? test.in : Object.entries(test.in)) {
        const bytes = isSecure ? core.keccak256(textOrHex(key)) : textOrHex(key)
        if (value === null) content.delete(bytesToHex(bytes))
        else content.set(bytesToHex(bytes), textOrHex(value))
      }
      const entries = [...content].map(
        ([key, value]) => [hexToBytes(key), value] as [Uint8Array, Uint8Array],
      )
      expect(rootOf(entries), title).toBe(test.root)
    }
  })
})
