/** Which state is meant. */

import { InvalidInputError } from '../base/errors.js'
import { asKnownObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { Snapshot } from './history.js'

/** What may go with a look at the state. */
export interface ReadOptions {
  /** As it was then. */
  readonly at?: Snapshot | undefined
}

const READ = keysOf<ReadOptions>()({ at: true })

/** @throws InvalidInputError naming the option */
export function readAt(options: unknown): Snapshot | undefined {
  return readSnapshot(asKnownObject(options, READ, 'options', 'option').at)
}

export function readSnapshot(at: unknown, isNeeded: true): Snapshot
export function readSnapshot(at: unknown): Snapshot | undefined
/** @throws InvalidInputError */
export function readSnapshot(at: unknown, isNeeded = false): Snapshot | undefined {
  if (Number.isSafeInteger(at) || (at === undefined && !isNeeded)) return at as Snapshot
  const details = { place: { field: 'at' }, expected: 'what engine.snapshot() gave', got: at }
  throw new InvalidInputError('invalid snapshot', details)
}
