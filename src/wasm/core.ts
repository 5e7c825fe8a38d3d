/** One instance of the core: its exports, and views of the memory that all instances share. */

import { WORKERS, WORKER_SIZE } from '../../assembly/abi/memory-map.js'
import type { CoreExports } from './core-exports.js'
import { LinearMemory } from './linear-memory.js'

/** Output size in bytes, or one of the three below 0. Id 0: what has not ended goes on. */
export type PrecompileImport = (id: number, inPtr: number, inSize: number, outPtr: number) => number

export const PRECOMPILE_FAILED = -1
/** The library is not here yet: the block is undone, executed again once it is. */
export const PRECOMPILE_NOT_LOADED = -2
/** Another step is due. */
export const PRECOMPILE_NOT_ENDED = -3

/** More than any memory has. */
const MOST_BYTES = 0xfffffff0

/** Room in the exchange area: arguments below, a larger input goes through block-lived memory. */
export const EXCHANGE_BYTES = 65536
/** Where in the exchange area an address lies; arguments beside it begin 32 bytes in. */
const ADDRESS_AT = 0

export class Core {
  readonly exports: CoreExports
  readonly memory: LinearMemory
  readonly id: number
  /** Pointer to the exchange area of this instance; valid once bound. */
  exchange = 0
  /** Told of each trace event (records.ts TRACE_*) while the control field TRACE is set. */
  onTrace: ((event: number) => void) | undefined
  /** Whether listeners were told of the block in progress, which cannot begin again then. */
  hasTold = false

  constructor(exports: CoreExports, memory: LinearMemory, id: number) {
    this.exports = exports
    this.memory = memory
    this.id = id
  }

  /** Becomes worker `id`, whose arena the coordinator has made. */
  bind(): void {
    this.exports.bind(this.id)
    this.exports.configure()
    this.exchange = this.exports.exchange() >>> 0
    this.memory.refresh()
  }

  /** Not zeroed, 8-byte aligned, there until the next block begins. */
  allocateForBlock(sizeBytes: number): number {
    // As a u32: a larger size must not wrap around
    const ptr = this.exports.allocateForBlock(Math.min(sizeBytes, MOST_BYTES)) >>> 0
    this.memory.refresh()
    return ptr
  }

  /** Between blocks: memory that `work` takes is there for others when it is done. */
  withBlockMemory<T>(work: () => T): T {
    const end = (): void => {
      this.exports.endReading()
      this.memory.refresh()
    }
    let done: T | undefined
    try {
      done = work()
    } finally {
      if (!(done instanceof Promise)) end()
    }
    return done instanceof Promise ? (done.finally(end) as T) : done
  }

  /** An address into the exchange area, for the next call alone; returns the pointer to it. */
  exchangeAddress(address: Uint8Array): number {
    const ptr = this.exchange + ADDRESS_AT
    this.memory.writeAddress(ptr, address)
    return ptr
  }

  /** Pointer to the record of an account, 0 if it has none. */
  findAccount(address: Uint8Array): number {
    return this.exports.findAccount(this.exchangeAddress(address)) >>> 0
  }

  /** Bytes into block-lived memory. */
  place(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0
    const ptr = this.allocateForBlock(bytes.length)
    this.memory.write(ptr, bytes)
    return ptr
  }
}

/** Pointer to the record of a worker. */
export function workerRecord(id: number): number {
  return WORKERS + id * WORKER_SIZE
}

/** Runs the module on a memory; `bind` follows once the worker's arena is made. */
export async function instantiateCore(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  id: number,
  makePrecompile: (memory: LinearMemory) => PrecompileImport,
): Promise<Core> {
  const views = new LinearMemory(memory)
  let core: Core | undefined
  const env = {
    memory,
    precompile: makePrecompile(views),
    trace: (event: number) => core?.onTrace?.(event >>> 0),
    abort: () => {
      throw new WebAssembly.RuntimeError('the core aborted')
    },
  }
  const instance = await WebAssembly.instantiate(module, { env })
  core = new Core(instance.exports as unknown as CoreExports, views, id)
  return core
}
