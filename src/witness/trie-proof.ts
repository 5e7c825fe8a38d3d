/** Walks down the nodes of a proof, each of which is hashed on the way (YP appendix D). */

import { decodeRlp, isRlpList, splitRlpList } from '../intake/rlp.js'
import { keccak256 } from '../intake/keccak.js'
import { EMPTY_ROOT } from '../base/hashes.js'
import { bytesEqual, bytesToHex } from '../base/bytes.js'
import { InvalidRlpError, InvalidWitnessError } from '../base/errors.js'
import { commonLength, decodePath } from '../results/nibbles.js'

const HASHED_BYTES = 32
const BRANCH_ITEMS = 17

/**
 * What the trie with this root has under a key.
 * @param key nibbles
 * @param nodes the proof, root first; all of them must be needed
 * @returns the value, or undefined if it is proven that there is none
 * @throws InvalidWitnessError `invalid-proof`
 */
export function readProvenValue(
  root: Uint8Array,
  key: Uint8Array,
  nodes: readonly Uint8Array[],
): Uint8Array | undefined {
  try {
    return walk(root, key, nodes)
  } catch (error) {
    if (!(error instanceof InvalidRlpError)) throw error
    throw invalidProof(`a node is no RLP: ${error.message}`)
  }
}

function walk(
  root: Uint8Array,
  key: Uint8Array,
  nodes: readonly Uint8Array[],
): Uint8Array | undefined {
  if (nodes.length === 0 && bytesToHex(root) === EMPTY_ROOT) return undefined
  let next = 0
  let rest = key
  let node = takeNode(nodes[next++], root)
  for (;;) {
    const items = splitRlpList(node, undefined, BRANCH_ITEMS)
    let child: Uint8Array
    if (items.length === BRANCH_ITEMS) {
      if (rest.length === 0) return ended(nodes, next, nonEmpty(stringOf(items[16]!)))
      child = items[rest[0]!]!
      rest = rest.subarray(1)
    } else if (items.length === 2) {
      const path = decodePath(stringOf(items[0]!))
      if (path === undefined) throw invalidProof('a path is not in hex-prefix form')
      const matches = commonLength(path.nibbles, rest) === path.nibbles.length
      if (path.isLeaf) {
        const isIt = matches && path.nibbles.length === rest.length
        return ended(nodes, next, isIt ? stringOf(items[1]!) : undefined)
      }
      if (!matches) return ended(nodes, next, undefined)
      child = items[1]!
      rest = rest.subarray(path.nibbles.length)
    } else {
      throw invalidProof(`a node has ${items.length} items`)
    }
    if (isRlpList(child)) {
      if (child.length >= HASHED_BYTES) throw invalidProof('a long node is inside its parent')
      node = child
      continue
    }
    const reference = stringOf(child)
    if (reference.length === 0) return ended(nodes, next, undefined)
    node = takeNode(nodes[next++], reference)
  }
}

function takeNode(node: Uint8Array | undefined, hash: Uint8Array): Uint8Array {
  if (node === undefined) throw invalidProof(`the node ${bytesToHex(hash)} is missing`)
  if (bytesEqual(keccak256(node), hash)) return node
  throw invalidProof(`a node does not have the hash ${bytesToHex(hash)}`)
}

function ended<T>(nodes: readonly Uint8Array[], used: number, value: T): T {
  if (used === nodes.length) return value
  throw invalidProof(`${nodes.length - used} nodes are not needed`)
}

function stringOf(encoding: Uint8Array): Uint8Array {
  const item = decodeRlp(encoding)
  if (item instanceof Uint8Array) return item
  throw invalidProof('a list is where bytes should be')
}

function nonEmpty(value: Uint8Array): Uint8Array | undefined {
  return value.length === 0 ? undefined : value
}

export function invalidProof(what: string): InvalidWitnessError {
  return new InvalidWitnessError('invalid-proof', `the proof does not hold: ${what}`)
}
