/** The options of an engine's methods, checked before any work is done. */

import { asKnownObject } from './base/json.js'
import { InvalidInputError } from './base/errors.js'
import type { ExecuteOptions } from './execution/execute-block.js'
import { checkSignalAndListener } from './base/signal.js'
import { keysOf } from './base/known-keys.js'
import type { PrepareOptions } from './intake/prepare-block.js'
import { readOnce } from './base/read-once.js'
import { listenerOf } from './trace/read-listener.js'
import type { LoadOptions } from './base/types.js'
import type { ProduceOptions } from './witness/produce-block.js'

const PREPARE = keysOf<PrepareOptions>()({ signal: true, onProgress: true })
const EXECUTE = keysOf<ExecuteOptions>()({
  signal: true,
  onProgress: true,
  witness: true,
  listener: true,
})
const PRODUCE = keysOf<ProduceOptions>()({
  signal: true,
  onProgress: true,
  witness: true,
  rules: true,
  extraData: true,
  listener: true,
})
const LOAD = keysOf<LoadOptions>()({ signal: true, onProgress: true })

/** @throws InvalidInputError naming the option */
export function readPrepareOptions(options: unknown): PrepareOptions {
  return readCommon(options, PREPARE)
}

/** @throws InvalidInputError naming the option */
export function readExecuteOptions(options: unknown): ExecuteOptions {
  const listener = listenerOf(options)
  const read: ExecuteOptions = { ...readCommon(options, EXECUTE), listener }
  const { witness } = read
  if (witness === undefined || typeof witness === 'boolean') return read
  throw invalid('witness', 'true or false', witness)
}

/**
 * The values of `rules` and `extraData` are checked where they are used.
 * @throws InvalidInputError naming the option
 */
export function readProduceOptions(options: unknown): ProduceOptions {
  return { ...readCommon(options, PRODUCE), listener: listenerOf(options) }
}

/** @throws InvalidInputError naming the option */
export function readLoadOptions(options: unknown): LoadOptions {
  return readCommon(options, LOAD)
}

function readCommon(options: unknown, known: readonly string[]): PrepareOptions & LoadOptions {
  const object = asKnownObject(readOnce(options, 'options'), known, 'options', 'option')
  checkSignalAndListener(object.signal, object.onProgress)
  return object as PrepareOptions & LoadOptions
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
