/** Work of which a listener is told. */

import { ONE_OF_EACH_LIBRARY } from '../crypto/precompiles/numbers.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { Listener } from '../trace/listener.js'
import { Reporter, type ListenerOf } from '../trace/reporter.js'

/**
 * @param listener of all transactions, or the one of each
 * @param work is given parts that tell: `reporter.beginTransaction` and so on are its duty
 * @param hasMemory whether steps have their frame's memory
 */
export async function whileTold<T>(
  parts: EngineParts,
  listener: Listener | ListenerOf,
  work: (told: EngineParts) => Promise<T>,
  hasMemory = typeof listener === 'object' && listener.hasMemory === true,
): Promise<T> {
  const reporter = await makeReporter(parts, listener, hasMemory)
  try {
    return await work({ ...parts, reporter })
  } finally {
    reporter.close()
  }
}

/** For parts of which a listener is told all that they ever do. */
export async function tellAll(parts: EngineParts, listener: Listener): Promise<EngineParts> {
  return { ...parts, reporter: await makeReporter(parts, listener, listener.hasMemory === true) }
}

async function makeReporter(
  { alone, core }: EngineParts,
  listener: Listener | ListenerOf,
  hasMemory: boolean,
): Promise<Reporter> {
  // Or a block that needs one begins again, and is told twice
  await alone.loadLibraries(ONE_OF_EACH_LIBRARY)
  return new Reporter(core, typeof listener === 'function' ? listener : () => listener, hasMemory)
}
