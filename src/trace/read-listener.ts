/** The option `listener` of whatever is told. */

import { InvalidInputError } from '../base/errors.js'
import { keysOf } from '../base/known-keys.js'
import { reading } from '../base/read-once.js'
import type { Listener } from './listener.js'

const LISTENER_METHODS = keysOf<Omit<Listener, 'hasMemory'>>()({
  onTransactionStart: true,
  onTransactionEnd: true,
  onFrameStart: true,
  onFrameEnd: true,
  onLog: true,
  onAccess: true,
  onStep: true,
})

/**
 * Not a copy: its methods may be of a class.
 * @throws InvalidInputError naming the method
 */
export function listenerOf(options: unknown): Listener | undefined {
  if (typeof options !== 'object' || options === null) return undefined
  const given = options as { readonly listener?: Listener }
  const listener = reading(['options', 'listener'], () => given.listener)
  if (listener === undefined) return undefined
  if (typeof listener !== 'object' || listener === null) {
    throw invalid('listener', 'an object with methods', listener)
  }
  for (const name of LISTENER_METHODS) {
    const method: unknown = reading(['options', 'listener', name], () => listener[name])
    if (method === undefined || typeof method === 'function') continue
    throw invalid(`listener.${name}`, 'a function', method)
  }
  return listener
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
