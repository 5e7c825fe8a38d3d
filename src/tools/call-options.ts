/** The options of calls, checked before any work is done. */

import { asKnownObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import { readOnce } from '../base/read-once.js'
import { checkSignalAndListener } from '../base/signal.js'
import type { BlockEnvironment, CancelSignal } from '../base/types.js'
import type { Listener } from '../trace/listener.js'
import { listenerOf } from '../trace/read-listener.js'
import { readOverrides, type Override, type StateOverrides } from '../state/overrides.js'
import type { Snapshot } from './history.js'
import { readSnapshot } from './snapshot-options.js'

/** What may go with a call. */
export interface CallOptions {
  /** What of the block is other than in the engine's last one, in which the call is. */
  readonly env?: Partial<BlockEnvironment> | undefined
  /** What of the state is other. */
  readonly state?: StateOverrides | undefined
  /** On the state as it was then, in the block that was the last one then. */
  readonly at?: Snapshot | undefined
  /** Stops the call within 50 ms. */
  readonly signal?: CancelSignal | undefined
  /** Told what the call does, as far as it has methods for it. */
  readonly listener?: Listener | undefined
}

export interface ReadCallOptions {
  readonly env: Partial<BlockEnvironment> | undefined
  readonly overrides: readonly Override[]
  readonly at: Snapshot | undefined
  readonly signal: CancelSignal | undefined
  readonly listener: Listener | undefined
}

const CALL = keysOf<CallOptions>()({
  env: true,
  state: true,
  at: true,
  signal: true,
  listener: true,
})

/** @throws InvalidInputError naming the option */
export function readCallOptions(options: unknown): ReadCallOptions {
  const listener = listenerOf(options)
  const read = asKnownObject(readOnce(options ?? {}, 'options'), CALL, 'options', 'option')
  const { at, env, signal, state } = read as CallOptions
  checkSignalAndListener(signal, undefined)
  return { at: readSnapshot(at), env, signal, listener, overrides: readOverrides(state) }
}
