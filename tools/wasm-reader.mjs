// Reads a WebAssembly binary as far as the gate needs: sections and a walk over instructions.
// Formats: WebAssembly Core Specification 2.0, chapter 5, with the threads proposal (0xFE).

const SECTION = { IMPORT: 2, EXPORT: 7, START: 8, CODE: 10, DATA: 11 }
const IMPORT_KINDS = ['func', 'table', 'memory', 'global']

/** The immediates that follow an opcode, by the shape that the walk has to skip. */
const IMMEDIATE = {
  NONE: 0,
  /** One LEB128: an index, a constant, a block's type. */
  INDEX: 1,
  TWO_INDEXES: 2,
  /** Alignment and offset. */
  MEMORY: 3,
  MEMORY_LANE: 4,
  BYTE: 5,
  BYTES_4: 6,
  BYTES_8: 7,
  BYTES_16: 8,
  BR_TABLE: 9,
  TYPES: 10,
}

const isIn = (value, first, last) => value >= first && value <= last

function immediateOfPlain(op) {
  if (isIn(op, 0x02, 0x04)) return IMMEDIATE.INDEX
  if (isIn(op, 0x0c, 0x0d) || op === 0x10 || op === 0x12) return IMMEDIATE.INDEX
  if (op === 0x0e) return IMMEDIATE.BR_TABLE
  if (op === 0x11 || op === 0x13) return IMMEDIATE.TWO_INDEXES
  if (op === 0x1c) return IMMEDIATE.TYPES
  if (isIn(op, 0x20, 0x26)) return IMMEDIATE.INDEX
  if (isIn(op, 0x28, 0x3e)) return IMMEDIATE.MEMORY
  if (op === 0x3f || op === 0x40) return IMMEDIATE.INDEX
  if (op === 0x41 || op === 0x42) return IMMEDIATE.INDEX
  if (op === 0x43) return IMMEDIATE.BYTES_4
  if (op === 0x44) return IMMEDIATE.BYTES_8
  if (op === 0xd0 || op === 0xd2) return IMMEDIATE.INDEX
  const isKnown = op <= 0x01 || op === 0x05 || op === 0x0b || op === 0x0f || isIn(op, 0x1a, 0x1b)
  if (isKnown || isIn(op, 0x45, 0xc4) || op === 0xd1) return IMMEDIATE.NONE
  throw new Error(`unknown opcode 0x${op.toString(16)}`)
}

function immediateOfBulk(op) {
  if (op <= 7) return IMMEDIATE.NONE
  if (op === 8 || op === 10 || op === 12 || op === 14) return IMMEDIATE.TWO_INDEXES
  if (op <= 17) return IMMEDIATE.INDEX
  throw new Error(`unknown opcode 0xfc ${op}`)
}

function immediateOfSimd(op) {
  if (op <= 11 || op === 92 || op === 93) return IMMEDIATE.MEMORY
  if (op === 12 || op === 13) return IMMEDIATE.BYTES_16
  if (isIn(op, 21, 34)) return IMMEDIATE.BYTE
  if (isIn(op, 84, 91)) return IMMEDIATE.MEMORY_LANE
  return IMMEDIATE.NONE
}

/** `atomic.fence` carries one reserved byte, every other atomic a memory argument. */
const immediateOfAtomic = (op) => (op === 3 ? IMMEDIATE.BYTE : IMMEDIATE.MEMORY)

const IMMEDIATES_BY_PREFIX = new Map([
  [0, immediateOfPlain],
  [0xfc, immediateOfBulk],
  [0xfd, immediateOfSimd],
  [0xfe, immediateOfAtomic],
])

class Reader {
  constructor(bytes, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  byte() {
    if (this.offset >= this.bytes.length) throw new Error('module ends too early')
    return this.bytes[this.offset++]
  }

  skip(length) {
    this.offset += length
  }

  /** Unsigned LEB128 up to 32 bits. */
  u32() {
    let result = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      result |= (byte & 0x7f) << shift
      if (byte < 0x80) return result >>> 0
    }
  }

  /** Skips LEB128 numbers of any width, signed or not. */
  skipLebs(count) {
    for (let i = 0; i < count; i++) while (this.byte() >= 0x80);
  }

  /** Signed LEB128, as the 32-bit pattern that an address is. */
  i32() {
    let result = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      result |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      const isNegative = shift + 7 < 32 && (byte & 0x40) !== 0
      return (isNegative ? result | (-1 << (shift + 7)) : result) >>> 0
    }
  }

  name() {
    const length = this.u32()
    this.skip(length)
    return new TextDecoder().decode(this.bytes.subarray(this.offset - length, this.offset))
  }

  skipLimits() {
    const hasMaximum = (this.byte() & 1) !== 0
    this.skipLebs(1)
    if (hasMaximum) this.skipLebs(1)
  }

  /** Reads one instruction: its prefix (0 = none) and opcode. */
  instruction() {
    const first = this.byte()
    const prefix = isIn(first, 0xfc, 0xfe) ? first : 0
    const op = prefix === 0 ? first : this.u32()
    this.skipImmediate(IMMEDIATES_BY_PREFIX.get(prefix)(op))
    return { prefix, op }
  }

  skipImmediate(immediate) {
    switch (immediate) {
      case IMMEDIATE.NONE:
        return
      case IMMEDIATE.INDEX:
        return this.skipLebs(1)
      case IMMEDIATE.TWO_INDEXES:
      case IMMEDIATE.MEMORY:
        return this.skipLebs(2)
      case IMMEDIATE.MEMORY_LANE:
        this.skipLebs(2)
        return this.skip(1)
      case IMMEDIATE.BYTE:
        return this.skip(1)
      case IMMEDIATE.BYTES_4:
        return this.skip(4)
      case IMMEDIATE.BYTES_8:
        return this.skip(8)
      case IMMEDIATE.BYTES_16:
        return this.skip(16)
      case IMMEDIATE.TYPES:
        return this.skipLebs(this.u32())
      case IMMEDIATE.BR_TABLE:
        return this.skipLebs(this.u32() + 1)
    }
  }
}

function readImports(reader) {
  const imports = []
  for (let count = reader.u32(); count > 0; count--) {
    const module = reader.name()
    const name = reader.name()
    const kind = IMPORT_KINDS[reader.byte()]
    if (kind === 'func') reader.skipLebs(1)
    else if (kind === 'memory') reader.skipLimits()
    else if (kind === 'global') reader.skip(2)
    else {
      reader.skip(1)
      reader.skipLimits()
    }
    imports.push({ module, name, kind })
  }
  return imports
}

function readExports(reader) {
  const names = []
  for (let count = reader.u32(); count > 0; count--) {
    names.push(reader.name())
    reader.skip(1)
    reader.skipLebs(1)
  }
  return names
}

function readDataSegments(reader) {
  const segments = []
  for (let count = reader.u32(); count > 0; count--) {
    const flags = reader.u32()
    if (flags !== 0) throw new Error('data segment is passive or of another memory')
    if (reader.byte() !== 0x41) throw new Error('data segment has no constant address')
    const address = reader.i32()
    reader.skip(1)
    const length = reader.u32()
    const bytes = reader.bytes.subarray(reader.offset, reader.offset + length)
    reader.skip(length)
    segments.push({ address, bytes })
  }
  return segments
}

function readCode(reader, functionBase) {
  const instructions = []
  const count = reader.u32()
  for (let index = 0; index < count; index++) {
    const end = reader.u32() + reader.offset
    for (let groups = reader.u32(); groups > 0; groups--) {
      reader.skipLebs(1)
      reader.skip(1)
    }
    while (reader.offset < end) {
      instructions.push({ functionIndex: functionBase + index, ...reader.instruction() })
    }
  }
  return instructions
}

/**
 * Reads a module.
 * @param {Uint8Array} bytes a WebAssembly binary
 * @returns imports, export names, data segments, instructions in order, whether a start function
 * @throws Error where the binary holds something that the core never should
 */
export function readModule(bytes) {
  const reader = new Reader(bytes, 8)
  const module = { imports: [], exports: [], segments: [], instructions: [], hasStart: false }
  while (reader.offset < bytes.length) {
    const id = reader.byte()
    const length = reader.u32()
    const section = new Reader(bytes, reader.offset)
    reader.skip(length)
    if (id === SECTION.IMPORT) module.imports = readImports(section)
    if (id === SECTION.EXPORT) module.exports = readExports(section)
    if (id === SECTION.START) module.hasStart = true
    if (id === SECTION.DATA) module.segments = readDataSegments(section)
    if (id === SECTION.CODE) {
      const imported = module.imports.filter((entry) => entry.kind === 'func').length
      module.instructions = readCode(section, imported)
    }
  }
  return module
}
