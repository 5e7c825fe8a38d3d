/** The module and the memory, made once for each engine. */

import { MemoryExhaustedError } from '../base/errors.js'
import { compileCore, readCore } from './core-binary.js'
import { withUnsharedMemory } from './unshared.js'

export const PAGE_BYTES = 65536
/** Static data and control block: what the first pages hold before the heap begins. */
const INITIAL_PAGES = 64
/** The core imports its memory with this maximum (asconfig.json); ours may be lower. */
export const MAX_MEMORY_BYTES = 2 ** 32 - PAGE_BYTES

/** What every instance is made of. */
export interface CoreSource {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
}

let shared: Promise<WebAssembly.Module> | undefined
let unshared: Promise<WebAssembly.Module> | undefined

/**
 * The module, compiled once for each process or page (about a millisecond), and a memory for it.
 * A page that is not cross-origin isolated can have shared memory in Chromium and Firefox, it only
 * cannot hand it to a thread; a host that refuses it altogether gets one that is not shared.
 * @param limitBytes what the memory may grow to
 * @throws MemoryExhaustedError if the system cannot reserve that much address space;
 *   EngineFaultError if a page cannot load the module
 */
export async function makeCoreSource(limitBytes: number): Promise<CoreSource> {
  const memory = makeMemory(limitBytes)
  return { module: await (isShared(memory) ? sharedModule() : unsharedModule()), memory }
}

function sharedModule(): Promise<WebAssembly.Module> {
  shared ??= compileCore()
  // A network that has failed may be asked again
  shared.catch(() => (shared = undefined))
  return shared
}

function unsharedModule(): Promise<WebAssembly.Module> {
  unshared ??= readCore().then((bytes) => WebAssembly.compile(withUnsharedMemory(bytes)))
  unshared.catch(() => (unshared = undefined))
  return unshared
}

function makeMemory(limitBytes: number): WebAssembly.Memory {
  const maximum = Math.ceil(limitBytes / PAGE_BYTES)
  try {
    const memory = makeSharedMemory(maximum)
    if (memory !== undefined) return memory
    // All of it at once, untouched: growing would detach every view of it
    return new WebAssembly.Memory({ initial: maximum, maximum })
  } catch (cause) {
    throw new MemoryExhaustedError('memory cannot be reserved', {
      place: { field: 'memory' },
      got: limitBytes,
      cause,
    })
  }
}

/** Undefined where there is no such thing. */
function makeSharedMemory(maximum: number): WebAssembly.Memory | undefined {
  try {
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true })
    return isShared(memory) ? memory : undefined
  } catch (error) {
    if (error instanceof RangeError) throw error
    return undefined
  }
}

/** The name SharedArrayBuffer may be hidden where its objects are not. */
function isShared({ buffer }: WebAssembly.Memory): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]'
}
