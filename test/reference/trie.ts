/** Roots of Merkle Patricia tries (YP appendix D), computed from the whole content at once. */
import { RLP } from '@ethereumjs/rlp'
import { EMPTY_BYTES, keccak } from './bytes.js'

/** A leaf: the key as nibbles (0…15), all keys of one trie having no key as a prefix. */
interface Leaf {
  nibbles: number[]
  value: Uint8Array
}

/** A node as RLP input: a branch's 17 items, or the 2 of a leaf or an extension. */
type Node = NodeItem[]
type NodeItem = Uint8Array | Node

function toNibbles(key: Uint8Array): number[] {
  return [...key].flatMap((byte) => [byte >> 4, byte & 15])
}

/** Hex-prefix encoding (YP C). */
function hexPrefix(nibbles: number[], isLeaf: boolean): Uint8Array {
  const isOdd = nibbles.length % 2 === 1
  const flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0)
  const padded = isOdd ? [flag, ...nibbles] : [flag, 0, ...nibbles]
  const bytes = new Uint8Array(padded.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = ((padded[2 * i] as number) << 4) | (padded[2 * i + 1] as number)
  }
  return bytes
}

function sharedPrefix(leaves: Leaf[], depth: number): number {
  const first = (leaves[0] as Leaf).nibbles
  let end = depth
  while (end < first.length && leaves.every((leaf) => leaf.nibbles[end] === first[end])) end++
  return end
}

/** The node that holds `leaves`, of which the first `depth` nibbles are the path to it. */
function buildNode(leaves: Leaf[], depth: number): Node {
  const first = leaves[0] as Leaf
  if (leaves.length === 1) return [hexPrefix(first.nibbles.slice(depth), true), first.value]
  const end = sharedPrefix(leaves, depth)
  if (end > depth) {
    return [hexPrefix(first.nibbles.slice(depth, end), false), reference(buildNode(leaves, end))]
  }
  const branch: Node = []
  for (let nibble = 0; nibble < 16; nibble++) {
    const below = leaves.filter((leaf) => leaf.nibbles[depth] === nibble)
    branch.push(below.length === 0 ? EMPTY_BYTES : reference(buildNode(below, depth + 1)))
  }
  const here = leaves.find((leaf) => leaf.nibbles.length === depth)
  branch.push(here === undefined ? EMPTY_BYTES : here.value)
  return branch
}

/** A node shorter than 32 bytes stands in its parent itself, a longer one by its hash. */
function reference(node: Node): NodeItem {
  const encoded = RLP.encode(node)
  return encoded.length < 32 ? node : keccak(encoded)
}

/** Root of the trie with these keys and values (32 bytes). Keys are taken as they are. */
export function trieRoot(entries: Iterable<readonly [Uint8Array, Uint8Array]>): Uint8Array {
  const leaves = [...entries].map(([key, value]) => ({ nibbles: toNibbles(key), value }))
  if (leaves.length === 0) return keccak(RLP.encode(EMPTY_BYTES))
  return keccak(RLP.encode(buildNode(leaves, 0)))
}

/** Root of the trie that maps `rlp(i)` to the i-th value, as `transactionsRoot` does. */
export function orderedTrieRoot(values: Uint8Array[]): Uint8Array {
  return trieRoot(values.map((value, index) => [RLP.encode(index), value] as const))
}

/** Root of a trie whose keys are hashed first, as in the state and in storage. */
export function secureTrieRoot(entries: Iterable<readonly [Uint8Array, Uint8Array]>): Uint8Array {
  return trieRoot([...entries].map(([key, value]) => [keccak(key), value] as const))
}
