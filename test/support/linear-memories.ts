/** Looks at the linear memories that engines make. */
import { HEAP_TOP } from '../../assembly/abi/memory-map.js'

const { Memory } = WebAssembly
const memories: WebAssembly.Memory[] = []

/** From now on. Libraries have memories, too, but none that is shared. */
export function watchMemories(): void {
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor)
      if (descriptor.shared === true) memories.push(this)
    }
  }
}

export function unwatchMemories(): void {
  WebAssembly.Memory = Memory
}

/** Of the engine that was made last. */
export function lastMemory(): WebAssembly.Memory {
  return memories.at(-1)!
}

/** First free byte of that memory. */
export function lastHeapTop(): number {
  return new Uint32Array(lastMemory().buffer)[HEAP_TOP >>> 2]!
}
