/**
 * Witnesses before Byzantium. A receipt has the state root after its transaction there, so the
 * tries follow the block in steps, and a removal in the middle may need a sibling that none needs
 * at the end. But nodes can only be collected where the tries have seen nothing of the block. So
 * the block is executed without those roots first, which collects, undone, and executed again with
 * them, which notes the siblings of every step.
 */

import { keccak256 } from '../intake/keccak.js'
import { HASH_BYTES, bytesToHex } from '../base/bytes.js'
import type { Pulse } from '../base/pulse.js'
import { sortInTurns } from '../base/sort-in-turns.js'
import type { StateWitness } from '../base/types.js'

/** RLP of a string of 32 bytes: how a node refers to another. */
const REFERENCE = 0xa0

/**
 * @param witness of the block without roots in its middle
 * @param noted siblings, as the tries had them at some step
 * @throws CancelledError
 */
export async function withSiblings(
  witness: StateWitness,
  noted: readonly Uint8Array[],
  pulse: Pulse,
): Promise<StateWitness> {
  const nodes = new Map<string, Uint8Array>()
  // One that the block itself has made is no part of the state before it. Of those that are, the
  // parent was on the way to what was removed, and is here.
  const references = new Set<string>()
  await pulse.steps(witness.state.length, (i) => {
    const node = witness.state[i]!
    nodes.set(hash(node), node)
    for (const reference of referencesOf(node)) references.add(reference)
  })
  await pulse.steps(noted.length, (i) => {
    const its = hash(noted[i]!)
    if (references.has(its)) nodes.set(its, noted[i]!)
  })
  const entries = await sortInTurns([...nodes], ([a], [b]) => (a < b ? -1 : 1), pulse)
  return { ...witness, state: entries.map(([, node]) => node) }
}

const hash = (node: Uint8Array): string => bytesToHex(keccak256(node))

/** Whatever may be a reference in the node. */
function referencesOf(node: Uint8Array): string[] {
  const found: string[] = []
  for (let at = node.indexOf(REFERENCE); at >= 0; at = node.indexOf(REFERENCE, at + 1)) {
    const hash = node.subarray(at + 1, at + 1 + HASH_BYTES)
    if (hash.length === HASH_BYTES) found.push(bytesToHex(hash))
  }
  return found
}
