/** Proofs of single values of an ordered trie, which is made again for it (YP appendix D). */

import { encodeRlp, joinRlpList } from '../intake/rlp.js'
import { keccak256 } from '../intake/keccak.js'
import { bytesToHex, compareBytes } from '../base/bytes.js'
import type { IndexProof } from '../base/types.js'
import { commonLength, encodePath, indexNibbles } from './nibbles.js'

interface Item {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** A node that is shorter is inside its parent, and comes with it. */
const HASHED_BYTES = 32
const NO_CHILD = encodeRlp(new Uint8Array(0))

/** Proof of `values[index]` in the trie that maps rlp(i) to value i. */
export function proveIndex(values: readonly Uint8Array[], index: number): IndexProof {
  const items = values.map((value, i): Item => ({ key: indexNibbles(i), value }))
  items.sort((a, b) => compareBytes(a.key, b.key))
  const proof: Uint8Array[] = []
  const root = encodeSubtrie(items, 0, indexNibbles(index), proof)
  // The root is in the proof however short it is
  if (root.length < HASHED_BYTES) proof.push(root)
  return {
    index,
    value: bytesToHex(values[index]!),
    proof: proof.reverse().map(bytesToHex),
  }
}

/**
 * Encodes the node over items that agree in the first `depth` nibbles, ascending by key.
 * @param target key that is proven, undefined if it is elsewhere
 * @param proof takes the nodes on the way to it, the deepest first
 */
function encodeSubtrie(
  items: readonly Item[],
  depth: number,
  target: Uint8Array | undefined,
  proof: Uint8Array[],
): Uint8Array {
  const [first] = items
  const last = items.at(-1)!
  let node: Uint8Array
  if (items.length === 1) {
    node = encodeRlp([encodePath(first!.key.subarray(depth), true), first!.value])
  } else {
    const end = commonLength(first!.key, last.key)
    const branch = encodeBranch(items, end, target, proof)
    if (end === depth) node = branch
    else {
      const path = encodeRlp(encodePath(first!.key.subarray(depth, end), false))
      if (target !== undefined && branch.length >= HASHED_BYTES) proof.push(branch)
      node = joinRlpList([path, referenceTo(branch)])
    }
  }
  if (target !== undefined && node.length >= HASHED_BYTES) proof.push(node)
  return node
}

function encodeBranch(
  items: readonly Item[],
  depth: number,
  target: Uint8Array | undefined,
  proof: Uint8Array[],
): Uint8Array {
  const endsHere = items.find(({ key }) => key.length === depth)
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const below = items.filter(({ key }) => key.length > depth && key[depth] === nibble)
    if (below.length === 0) return NO_CHILD
    const isOnTheWay = target !== undefined && target[depth] === nibble
    return referenceTo(encodeSubtrie(below, depth + 1, isOnTheWay ? target : undefined, proof))
  })
  return joinRlpList([...children, endsHere === undefined ? NO_CHILD : encodeRlp(endsHere.value)])
}

function referenceTo(node: Uint8Array): Uint8Array {
  return node.length < HASHED_BYTES ? node : encodeRlp(keccak256(node))
}
