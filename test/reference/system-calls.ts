/** Calls a block makes by itself, at its start and its end; Ethereum semantics throughout. */
import { Activation, Group, type BlockContext } from './activation.js'
import { EMPTY_BYTES, fromHex, type Address } from './bytes.js'
import { codeToRun } from './code.js'
import { Frame, guarded } from './frame.js'
import { interpret } from './interpreter.js'
import type { ReferenceEnv } from './types.js'
import { delegateOf, type World } from './world.js'

const SYSTEM = '0xfffffffffffffffffffffffffffffffffffffffe'
const SYSTEM_CALL_GAS = 30_000_000n
/** EIP-4788. */
export const BEACON_ROOTS = '0x000f3df6d732807ef1319fb7b8bb8522d0beac02'
/** EIP-2935. */
export const HISTORY = '0x0000f90827f1c53a10cb7a02335b175320002935'
/** EIP-7002. */
const WITHDRAWAL_REQUESTS = '0x00000961ef480eb55e80d19ad83579a64c007002'
/** EIP-7251. */
const CONSOLIDATION_REQUESTS = '0x0000bbddc7ce488642fb579f8b00f3a590007251'

function systemCall(world: World, block: BlockContext, to: Address, data: Uint8Array): void {
  if ((world.get(to)?.code.length ?? 0) === 0) return
  const root = { origin: SYSTEM, gasPrice: block.baseFee, blobHashes: [] }
  const group = new Group(world, new Set(), true)
  const act = new Activation('ethereum', block, root, group, false)
  // Nothing is warm, not the contract itself, as in execution-specs; but for a delegate
  const delegate = delegateOf(act.account(to).code)
  if (delegate !== undefined) act.warmAddresses.add(delegate)
  const { status } = guarded(act, () => interpret(new Frame(act, {
    self: to, caller: SYSTEM, value: 0n, data, code: codeToRun(act, undefined, to),
    gas: SYSTEM_CALL_GAS, depth: 0, isStatic: false, snapshotView: undefined,
  })))
  if (status === 'success') act.removeDestroyed()
  group.mergeInto(world)
}

export function callAtBlockStart(world: World, block: BlockContext, env: ReferenceEnv): void {
  const { parentBeaconBlockRoot, parentHash } = env
  if (parentBeaconBlockRoot !== undefined) {
    systemCall(world, block, BEACON_ROOTS, fromHex(parentBeaconBlockRoot))
  }
  if (parentHash !== undefined) systemCall(world, block, HISTORY, fromHex(parentHash))
}

export function callAtBlockEnd(world: World, block: BlockContext): void {
  systemCall(world, block, WITHDRAWAL_REQUESTS, EMPTY_BYTES)
  systemCall(world, block, CONSOLIDATION_REQUESTS, EMPTY_BYTES)
}
