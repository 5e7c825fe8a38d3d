// Reads a WebAssembly binary as far as the gate needs.
import { createRequire } from 'node:module'

// CommonJS that says it was an ES module: Vite and Node import it differently
const require = createRequire(import.meta.url)
const { BinaryReader, BinaryReaderState: State, ExternalKind, OperatorCode } = require('wasmparser')

/** Mode of a data segment that an instance writes when it starts. */
const ACTIVE = 0

const WAITS = new Set([OperatorCode.memory_atomic_wait32, OperatorCode.memory_atomic_wait64])

const text = (bytes) => new TextDecoder().decode(bytes)

/**
 * Reads a module.
 * @param {Uint8Array} bytes a WebAssembly binary
 * @returns imports, data segments, whether a start function, and which functions wait
 * @throws Error where the binary is damaged, or holds something that the core never should
 */
export function readModule(bytes) {
  const module = { imports: [], segments: [], waitingFunctions: [], hasStart: false }
  const reader = new BinaryReader()
  // It reads the buffer below, from its start
  const { buffer } = Uint8Array.from(bytes)
  reader.setData(buffer, 0, buffer.byteLength)
  let functionIndex = -1
  // Segments of tables have offsets, too
  let isData = false
  while (reader.read()) {
    const { result } = reader
    switch (reader.state) {
      case State.IMPORT_SECTION_ENTRY:
        module.imports.push({ module: text(result.module), name: text(result.field) })
        if (result.kind === ExternalKind.Function) functionIndex++
        break
      case State.START_SECTION_ENTRY:
        module.hasStart = true
        break
      case State.OFFSET_EXPRESSION_OPERATOR:
        if (!isData || result.code === OperatorCode.end) break
        if (result.code !== OperatorCode.i32_const) {
          throw new Error('data segment has no constant address')
        }
        module.segments.push({ address: result.literal >>> 0 })
        break
      case State.DATA_SECTION_ENTRY_BODY:
        module.segments.at(-1).bytes = result.data
        break
      case State.BEGIN_DATA_SECTION_ENTRY:
        isData = true
        if (result.mode !== ACTIVE || result.memoryIndex > 0) {
          throw new Error('data segment is passive or of another memory')
        }
        break
      case State.END_DATA_SECTION_ENTRY:
        isData = false
        break
      case State.BEGIN_FUNCTION_BODY:
        functionIndex++
        break
      case State.CODE_OPERATOR:
        if (WAITS.has(result.code)) module.waitingFunctions.push(functionIndex)
        break
    }
  }
  if (reader.error) throw reader.error
  return module
}
