/** Calls that the protocol itself makes at the edges of a block, each if its contract is there. */

import { EMPTY_BYTES, hexToAddress } from '../base/bytes.js'
import { Pulse } from '../base/pulse.js'
import type { Core } from '../wasm/core.js'
import type { EngineConfig } from '../machine/engine-parts.js'
import type { Environment } from '../intake/environment.js'
import { rulesOf } from '../forks/rules.js'

/** EIP-4788. */
const BEACON_ROOTS = hexToAddress('0x000f3df6d732807ef1319fb7b8bb8522d0beac02')
/** EIP-2935. */
const HISTORY_STORAGE = hexToAddress('0x0000f90827f1c53a10cb7a02335b175320002935')
/** EIP-7002. */
const WITHDRAWAL_REQUESTS = hexToAddress('0x00000961ef480eb55e80d19ad83579a64c007002')
/** EIP-7251. */
const CONSOLIDATION_REQUESTS = hexToAddress('0x0000bbddc7ce488642fb579f8b00f3a590007251')

/** The core's answers when the contract has no code, and when its code has not ended; else it is
 *  1 + STATUS_*. */
const NOT_CALLED = 0
const NOT_ENDED = -1

/** How a call that the protocol made has ended. */
export interface SystemCallResult {
  /** Of the contract, 20 bytes. */
  readonly address: Uint8Array
  /** STATUS_*; undefined if there is no contract. */
  readonly status: number | undefined
  readonly output: Uint8Array
}

/** Where the exchange area holds an address (24 bytes) and an input (32 bytes). */
const INPUT_AT = 32

/**
 * Before the first transaction: the parent's roots are stored.
 * @throws CancelledError
 */
export async function callAtStart(
  core: Core,
  env: Environment,
  config: EngineConfig,
  pulse: Pulse = new Pulse(),
): Promise<void> {
  const { storesBeaconRoot, storesParentHash } = rulesOf(config.fork)
  if (storesBeaconRoot && env.parentBeaconBlockRoot !== undefined) {
    await systemCall(core, BEACON_ROOTS, env.parentBeaconBlockRoot, pulse)
  }
  if (storesParentHash && env.parentHash !== undefined) {
    await systemCall(core, HISTORY_STORAGE, env.parentHash, pulse)
  }
}

/**
 * After the withdrawals: requests to the consensus layer are taken out of their queues.
 * @throws CancelledError
 */
export async function callAtEnd(
  core: Core,
  config: EngineConfig,
  pulse: Pulse = new Pulse(),
): Promise<SystemCallResult[]> {
  if (!rulesOf(config.fork).hasRequests) return []
  return [
    await systemCall(core, WITHDRAWAL_REQUESTS, EMPTY_BYTES, pulse),
    await systemCall(core, CONSOLIDATION_REQUESTS, EMPTY_BYTES, pulse),
  ]
}

async function systemCall(
  core: Core,
  address: Uint8Array,
  input: Uint8Array,
  pulse: Pulse,
): Promise<SystemCallResult> {
  const { exchange, exports, memory } = core
  memory.write(exchange + INPUT_AT, input)
  const ptr = core.exchangeAddress(address)
  let called = exports.systemCall(ptr, exchange + INPUT_AT, input.length)
  while (called === NOT_ENDED) {
    if (pulse.isDue()) await pulse.turn()
    called = exports.goOnCall()
  }
  memory.refresh()
  const output = memory.copy(exports.resultPtr() >>> 0, exports.resultSize())
  return { address, status: called === NOT_CALLED ? undefined : called - 1, output }
}
