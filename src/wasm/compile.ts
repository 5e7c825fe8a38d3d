/** The module and the memory, made once for each engine. */

import { EngineFaultError, MemoryExhaustedError } from '../errors.js'
import { coreWasmBytes } from './core-bytes.generated.js'

export const PAGE_BYTES = 65536
/** Static data and control block: what the first pages hold before the heap begins. */
const INITIAL_PAGES = 64
/** The core imports its memory with this maximum (asconfig.json); ours may be lower. */
export const MAX_MEMORY_BYTES = 2 ** 32 - PAGE_BYTES

let compiled: Promise<WebAssembly.Module> | undefined

/** Compiled once for each process or page: about a millisecond. */
export function compileCore(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(coreWasmBytes())
  return compiled
}

/**
 * @param limitBytes what it may grow to
 * @throws MemoryExhaustedError if the system cannot reserve that much address space
 * @throws EngineFaultError in a page that is not isolated: it has no shared memory
 */
export function createMemory(limitBytes: number): WebAssembly.Memory {
  if (typeof SharedArrayBuffer === 'undefined') {
    throw new EngineFaultError(
      'no shared memory: the page is not cross-origin isolated',
      'serve it with COOP same-origin and COEP require-corp',
    )
  }
  const maximum = Math.ceil(limitBytes / PAGE_BYTES)
  try {
    return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true })
  } catch (cause) {
    throw new MemoryExhaustedError('memory cannot be reserved', {
      place: { field: 'memory' },
      got: limitBytes,
      cause,
    })
  }
}
