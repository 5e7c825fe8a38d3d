/**
 * The core for a host without shared memory: its import of the memory says "shared", and the one
 * bit that says so is changed. Atomic instructions are valid on either kind of memory.
 */

/** Magic number and version. */
const HEADER_BYTES = 8
const IMPORT_SECTION = 2
const MEMORY_IMPORT = 2
const LIMITS_SHARED = 0x02

/**
 * @param bytes the core, whose only import of another kind than a function is its memory
 * @returns a copy whose memory is not shared
 */
export function withUnsharedMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes)
  copy[memoryFlagsAt(copy)]! &= ~LIMITS_SHARED
  return copy
}

/** Where the limits of the imported memory begin (WebAssembly core specification, 5.5.5). */
function memoryFlagsAt(bytes: Uint8Array): number {
  let at = HEADER_BYTES
  const byte = (): number => bytes[at++]!
  const number = (): number => {
    // Unsigned LEB128
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const part = byte()
      value |= (part & 0x7f) << shift
      if (part < 0x80) return value >>> 0
    }
  }
  const skip = (size: number): void => {
    at += size
  }
  while (byte() !== IMPORT_SECTION) skip(number())
  number()
  for (let left = number(); left > 0; left--) {
    skip(number())
    skip(number())
    if (byte() === MEMORY_IMPORT) return at
    number()
  }
  throw new TypeError('the core imports no memory')
}
