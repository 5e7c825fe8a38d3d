/** What callers hand over to hear of work, and to stop it. */

import { InvalidInputError } from './errors.js'
import { reading } from './read-once.js'

/**
 * Signals and listeners are the options of all that takes long.
 * @throws InvalidInputError naming the option
 */
export function checkSignalAndListener(signal: unknown, onProgress: unknown): void {
  const isIt = signal === undefined || reading(['signal'], () => isSignal(signal))
  if (!isIt) throw invalid('signal', 'an AbortSignal', signal)
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalid('onProgress', 'a function', onProgress)
  }
}

/** By what it can do: signals of other realms are of other classes. */
function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>
  return (
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function'
  )
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
