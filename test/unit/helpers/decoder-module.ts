/**
 * Compiles `assembly/testing-decoder.ts` and reads the streams that it writes back as text.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  ARENA_TABLES, REVISION, TRACE, WORKERS, WORKER_ARENA,
} from '../../../assembly/abi/memory-map.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = 'assembly/testing-decoder.ts'
const PAGE_BYTES = 65_536
const MEMORY_PAGES = 1024

/** An arena of nothing but its tables, then places for the code and its decoded form. */
const ARENA_PTR = 0x20000
const CODE_PTR = ARENA_PTR + ARENA_TABLES + PAGE_BYTES
const DECODED_PTR = 0x800000

/** What no decoder may touch, and what lies behind the code. */
const CANARY = 0xee
const CANARY_BYTES = 256

const ASC_OPTIONS = [
  '-O3',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd',
  '--enable=threads',
  '--importMemory',
  '--sharedMemory',
  '--noExportMemory',
  `--initialMemory=${MEMORY_PAGES}`,
  `--maximumMemory=${MEMORY_PAGES}`,
  `--memoryBase=${PAGE_BYTES}`,
]

/** One basic block of a stream. */
export interface Block {
  ptr: number
  gas: number
  /** Words that must be on the stack, and words that it grows by at most. */
  needs: number
  grows: number
  /** `NAME argument immediate`, without what is zero; jump targets as positions in the code. */
  records: string[]
}

export interface Decoded {
  blocks: Block[]
  /** Position of each JUMPDEST in the code, and the block there. */
  destinations: Map<number, Block | undefined>
  sizeBytes: number
  isWithinSize: boolean
}

type WasmFunction = (...args: number[]) => number

export class DecoderModule {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #exports: WebAssembly.Exports
  readonly #names = new Map<number, string>()

  constructor(binary: Uint8Array<ArrayBuffer>) {
    const memory = new WebAssembly.Memory({
      initial: MEMORY_PAGES,
      maximum: MEMORY_PAGES,
      shared: true,
    })
    const module = new WebAssembly.Module(binary)
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports
    this.#bytes = new Uint8Array(memory.buffer)
    this.#view = new DataView(memory.buffer)
    for (const [name, value] of Object.entries(this.#exports)) {
      if (!(value instanceof WebAssembly.Global) || !/^(OP|H)_/.test(name)) continue
      this.#names.set(Number(value.value), name.replace(/^OP_/, ''))
    }
    this.#view.setUint32(WORKERS + WORKER_ARENA, ARENA_PTR, true)
    this.#call('bindWorker', 0)
  }

  /** Decodes under the rules of `revision`, REVISION_*; traced, if told so. */
  decode(code: Uint8Array, revision: number, isTraced = false): Decoded {
    this.#view.setUint32(REVISION, revision, true)
    this.#view.setUint32(TRACE, isTraced ? 1 : 0, true)
    this.#call('refreshContext')
    this.#call('buildInstructionTable', revision)
    this.#bytes.set(code, CODE_PTR)
    this.#bytes.fill(CANARY, CODE_PTR + code.length, CODE_PTR + code.length + CANARY_BYTES)
    const sizeBytes = this.#call('decodedBytes', CODE_PTR, code.length)
    const end = DECODED_PTR + sizeBytes
    this.#bytes.fill(CANARY, DECODED_PTR, end + CANARY_BYTES)
    this.#call('decodeInto', DECODED_PTR, CODE_PTR, code.length)
    const isWithinSize = this.#bytes
      .subarray(end, end + CANARY_BYTES)
      .every((byte) => byte === CANARY)
    const blocks = this.#readBlocks()
    return { blocks, destinations: this.#readJumpTable(code, blocks), sizeBytes, isWithinSize }
  }

  #call(name: string, ...args: number[]): number {
    const result = (this.#exports[name] as WasmFunction)(...args)
    return result === undefined ? 0 : result >>> 0
  }

  #read32(ptr: number): number {
    return this.#view.getUint32(ptr, true)
  }

  #readBlocks(): Block[] {
    const blocks: Block[] = []
    const jumps: { block: Block; index: number; target: number }[] = []
    let ptr = this.#read32(DECODED_PTR)
    for (;;) {
      const name = this.#names.get(this.#read32(ptr))
      if (name === undefined) throw new Error(`no handler ${this.#read32(ptr)} at ${ptr}`)
      const argument = this.#read32(ptr + 4)
      if (name === 'H_BEGIN') {
        const needs = this.#read32(ptr + 8) / 32
        blocks.push({ ptr, gas: argument, needs, grows: this.#read32(ptr + 12) / 32, records: [] })
      } else {
        const block = blocks.at(-1) as Block
        const isWide = name === 'H_PUSH_WIDE' || name === 'H_PUSH_WIDE_AND'
        const value = isWide ? this.#readWord(ptr + 16) : this.#view.getBigUint64(ptr + 8, true)
        if (/JUMPI?$/.test(name) && value !== 0n) {
          jumps.push({ block, index: block.records.length, target: Number(value) })
        }
        const parts = [name.replace(/^H_/, '')]
        if (argument !== 0) parts.push(argument.toString())
        if (value !== 0n) parts.push(`0x${value.toString(16)}`)
        block.records.push(parts.join(' '))
        if (isWide) ptr += 32
        if (name === 'H_BAD_JUMP') break
      }
      ptr += 16
    }
    const places = new Map(blocks.map(({ ptr: start }, place) => [start, place]))
    for (const { block, index, target } of jumps) {
      const place = places.get(target) ?? -1
      const text = block.records[index] as string
      block.records[index] = text.replace(/0x[0-9a-f]+$/, `→ ${place}`)
    }
    return blocks
  }

  #readWord(ptr: number): bigint {
    let word = 0n
    for (let limb = 3; limb >= 0; limb--) {
      word = (word << 64n) | this.#view.getBigUint64(ptr + 8 * limb, true)
    }
    return word
  }

  #readJumpTable(code: Uint8Array, blocks: Block[]): Map<number, Block | undefined> {
    const table = this.#read32(DECODED_PTR + 4)
    const starts = new Map(blocks.map((block) => [block.ptr, block]))
    const destinations = new Map<number, Block | undefined>()
    for (let position = 0; position < code.length; position++) {
      const ptr = this.#read32(table + 4 * position)
      if (ptr !== 0) destinations.set(position, starts.get(ptr))
    }
    return destinations
  }
}

/** Compiles the module; takes about a second. */
export async function compileDecoder(): Promise<DecoderModule> {
  const { main } = await import('assemblyscript/asc')
  const outputs = new Map<string, Uint8Array>()
  const { error, stderr } = await main([ENTRY, '--outFile=decoder.wasm', ...ASC_OPTIONS], {
    // asconfig.json belongs to the core: its entry would be compiled along with this one.
    readFile: (name) => {
      const path = join(ROOT, name)
      return name === 'asconfig.json' || !existsSync(path) ? null : readFileSync(path, 'utf8')
    },
    writeFile: (name, contents) => {
      outputs.set(name, contents as Uint8Array)
    },
    listFiles: () => [],
  })
  const binary = outputs.get('decoder.wasm')
  if (error !== null || binary === undefined) throw new Error(`asc failed: ${stderr.toString()}`)
  return new DecoderModule(new Uint8Array(binary))
}
