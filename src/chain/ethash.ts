/**
 * Ethash, the proof of work before Paris (YP appendix J), as a light client checks it: from the
 * cache of an epoch, 16 MiB and up, whose making takes seconds. Words are u32, little-endian.
 */

import { HEADER_FIELDS, type Header } from '../intake/header.js'
import { keccak256 } from '../intake/keccak.js'
import { encodeRlp } from '../intake/rlp.js'
import { HASH_BYTES, UINT256_LIMIT, bytesEqual, bytesToBigInt, concatBytes } from '../base/bytes.js'
import { keccak512, keccak512Words } from '../crypto/keccak512.js'
import { refuseBlock } from './refusal.js'

const EPOCH_BLOCKS = 30_000n
/** Its cache has 272 MiB, as far as clients go; mainnet's last one was 518. */
const MAX_EPOCH = 2_048
const CACHE_INIT_BYTES = 2 ** 24
const CACHE_GROWTH_BYTES = 2 ** 17
const CACHE_ROUNDS = 3
const DATASET_INIT_BYTES = 2 ** 30
const DATASET_GROWTH_BYTES = 2 ** 23
/** A node of the cache and an item of the dataset. */
const NODE_BYTES = 64
const NODE_WORDS = NODE_BYTES / 4
const PAGE_BYTES = 128
const PAGE_WORDS = PAGE_BYTES / 4
const DATASET_PARENTS = 256
const ACCESSES = 64
const FNV_PRIME = 0x01000193

/** What the headers of one epoch are checked with. */
interface Epoch {
  readonly number: number
  readonly cache: Uint32Array
  readonly nodes: number
  readonly pages: number
}

/** Checks headers; the cache of the last epoch that was met is kept. */
export class Ethash {
  #epoch: Epoch | undefined

  /** @throws InvalidBlockError `proof-of-work-invalid` */
  check(header: Header): void {
    const number = Number(header.number / EPOCH_BLOCKS)
    if (number > MAX_EPOCH) {
      const expected = `a number up to that of epoch ${MAX_EPOCH}`
      throw refuseBlock(header, 'proof-of-work-invalid', 'number', expected, header.number)
    }
    if (this.#epoch?.number !== number) this.#epoch = makeEpoch(number)
    const { mix, result } = hashimoto(this.#epoch, sealHash(header), header.nonce)
    const reason = 'proof-of-work-invalid'
    if (!bytesEqual(mix, header.mixHash)) {
      throw refuseBlock(header, reason, 'mixHash', 'that of the nonce', header.mixHash)
    }
    if (bytesToBigInt(result) * header.difficulty < UINT256_LIMIT) return
    throw refuseBlock(header, reason, 'nonce', 'one that meets the difficulty', header.nonce)
  }
}

/** What was sealed: the header without the seal. */
function sealHash(header: Header): Uint8Array {
  const fields = HEADER_FIELDS.flatMap(({ name }) => {
    const value = header[name]
    return name === 'mixHash' || name === 'nonce' || value === undefined ? [] : [value]
  })
  return keccak256(encodeRlp(fields))
}

function hashimoto(
  epoch: Epoch,
  seal: Uint8Array,
  nonce: Uint8Array,
): { mix: Uint8Array; result: Uint8Array } {
  const seed = keccak512(concatBytes(seal, nonce.slice().reverse()))
  const seedWords = readWords(seed)
  const mix = new Uint32Array(PAGE_WORDS)
  for (let i = 0; i < PAGE_WORDS; i++) mix[i] = seedWords[i % NODE_WORDS]!
  const first = new Uint32Array(NODE_WORDS)
  const second = new Uint32Array(NODE_WORDS)
  for (let i = 0; i < ACCESSES; i++) {
    const page = fnv(i ^ seedWords[0]!, mix[i % PAGE_WORDS]!) % epoch.pages
    datasetItem(epoch, 2 * page, first)
    datasetItem(epoch, 2 * page + 1, second)
    for (let j = 0; j < NODE_WORDS; j++) {
      mix[j] = fnv(mix[j]!, first[j]!)
      mix[j + NODE_WORDS] = fnv(mix[j + NODE_WORDS]!, second[j]!)
    }
  }
  const compressed = new Uint32Array(PAGE_WORDS / 4)
  for (let i = 0; i < PAGE_WORDS; i += 4) {
    compressed[i / 4] = fnv(fnv(fnv(mix[i]!, mix[i + 1]!), mix[i + 2]!), mix[i + 3]!)
  }
  const bytes = writeWords(compressed)
  return { mix: bytes, result: keccak256(concatBytes(seed, bytes)) }
}

/** Leaves the item in `mix`. */
function datasetItem({ cache, nodes }: Epoch, index: number, mix: Uint32Array): void {
  const start = (index % nodes) * NODE_WORDS
  for (let i = 0; i < NODE_WORDS; i++) mix[i] = cache[start + i]!
  mix[0]! ^= index
  keccak512Words(mix)
  for (let i = 0; i < DATASET_PARENTS; i++) {
    const parent = (fnv(index ^ i, mix[i % NODE_WORDS]!) % nodes) * NODE_WORDS
    for (let j = 0; j < NODE_WORDS; j++) mix[j] = fnv(mix[j]!, cache[parent + j]!)
  }
  keccak512Words(mix)
}

function makeEpoch(number: number): Epoch {
  const nodes = primeBelow(CACHE_INIT_BYTES + CACHE_GROWTH_BYTES * number, NODE_BYTES)
  const pages = primeBelow(DATASET_INIT_BYTES + DATASET_GROWTH_BYTES * number, PAGE_BYTES)
  return { number, nodes, pages, cache: makeCache(number, nodes) }
}

function makeCache(epoch: number, nodes: number): Uint32Array {
  let seed: Uint8Array = new Uint8Array(HASH_BYTES)
  for (let i = 0; i < epoch; i++) seed = keccak256(seed)
  const cache = new Uint32Array(nodes * NODE_WORDS)
  const node = readWords(keccak512(seed))
  for (let i = 0; i < nodes; i++) {
    if (i > 0) keccak512Words(node)
    cache.set(node, i * NODE_WORDS)
  }
  for (let round = 0; round < CACHE_ROUNDS; round++) {
    for (let i = 0; i < nodes; i++) {
      const before = ((i + nodes - 1) % nodes) * NODE_WORDS
      const other = (cache[i * NODE_WORDS]! % nodes) * NODE_WORDS
      for (let j = 0; j < NODE_WORDS; j++) node[j] = cache[before + j]! ^ cache[other + j]!
      keccak512Words(node)
      cache.set(node, i * NODE_WORDS)
    }
  }
  return cache
}

/** The largest prime number of units that fits below `bytes`. */
function primeBelow(bytes: number, unit: number): number {
  let count = bytes / unit - 1
  while (!isPrime(count)) count -= 2
  return count
}

/** @param n odd, below 2^32 */
function isPrime(n: number): boolean {
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) if (n % divisor === 0) return false
  return true
}

function fnv(a: number, b: number): number {
  return (Math.imul(a, FNV_PRIME) ^ b) >>> 0
}

function readWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true))
}

function writeWords(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * words.length)
  const view = new DataView(bytes.buffer)
  words.forEach((word, i) => view.setUint32(4 * i, word, true))
  return bytes
}
