/** The state that a witness shows, in an engine. */

import { CODE_GIVEN_USED, CODE_ORIGIN } from '../../assembly/abi/records.js'
import { WITNESS_HASHES } from '../../assembly/abi/memory-map.js'
import { InvalidWitnessError } from '../base/errors.js'
import { betweenBlocks } from '../machine/guard.js'
import type { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'
import type { ExecutionWitness } from './execution-witness.js'

/** What was given, to ask afterwards what of it was needed. */
export interface GivenState {
  readonly nodes: number
  readonly codeRecords: readonly number[]
}

/**
 * The state with this root, as far as the witness shows it, becomes that of an empty engine. Every
 * node and code is found by the hash that the core computes of it.
 * @param knownHashes how many block hashes before the block are known
 * @throws InvalidWitnessError `not-minimal` if a node or a code is there twice, or empty;
 *   CancelledError; what a trap stands for. Then the state must be reset
 */
export async function givePartialState(
  core: Core,
  root: Uint8Array,
  { codes, state }: ExecutionWitness,
  knownHashes: number,
  pulse: Pulse,
): Promise<GivenState> {
  const { exports, memory } = core
  const codeRecords: number[] = []
  // Each step by itself, since the event loop turns in between
  const guard = <T>(work: () => T): T => betweenBlocks(core, { field: 'witness' }, work)
  const giveCode = (i: number): void => {
    const code = codes[i]!
    const record = exports.giveCode(place(core, code), code.length) >>> 0
    memory.refresh()
    if (record === 0) throw twice(`codes[${i}]`)
    codeRecords.push(record)
  }
  await pulse.steps(codes.length, (i) => guard(() => giveCode(i)))
  const items = guard(() => beginNodes(core, root, state.length))
  const giveNode = (i: number): void => {
    const node = state[i]!
    const item = items + 8 * i
    const ptr = place(core, node)
    memory.u32[item >>> 2] = ptr
    memory.u32[(item + 4) >>> 2] = node.length
    if (exports.giveNodes(item, 1) > 0) throw twice('state')
  }
  await pulse.steps(state.length, (i) => guard(() => giveNode(i)))
  memory.u32[WITNESS_HASHES >>> 2] = knownHashes
  return { nodes: state.length, codeRecords }
}

export function countUnused(
  { exports, memory }: Core,
  { codeRecords, nodes }: GivenState,
): { readonly unusedNodes: number; readonly unusedCodes: number } {
  const isUnused = (record: number): boolean =>
    memory.u32[(record + CODE_ORIGIN) >>> 2] !== CODE_GIVEN_USED
  return {
    unusedNodes: nodes - exports.usedNodes(),
    unusedCodes: codeRecords.filter(isUnused).length,
  }
}

/** @returns pointer to a pair of pointer and size for each node */
function beginNodes({ exchange, exports, memory }: Core, root: Uint8Array, count: number): number {
  const items = exports.allocate(Math.max(8 * count, 8)) >>> 0
  memory.refresh()
  memory.write(exchange, root)
  exports.beginPartialState(exchange, count)
  memory.refresh()
  return items
}

/** Bytes where they stay as long as the state. */
function place({ exports, memory }: Core, bytes: Uint8Array): number {
  const ptr = exports.allocate(Math.max(bytes.length, 8)) >>> 0
  memory.refresh()
  memory.write(ptr, bytes)
  return ptr
}

function twice(field: string): InvalidWitnessError {
  return new InvalidWitnessError('not-minimal', 'the witness holds something twice, or empty', {
    place: { field },
  })
}
