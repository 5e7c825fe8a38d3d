/**
 * Compiles `assembly/testing-decoder.ts` and reads the streams that it writes back as text.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  ARENA_TABLES, CODE_BUDGET, HEAP_LIMIT, HEAP_TOP, LOWEST_FREE_PAGE, PAGE_BYTES, REVISION, TRACE,
  WORKERS, WORKER_ARENA,
} from '../../../assembly/abi/memory-map.js'
import { TRACES_STEPS } from '../../../assembly/abi/records.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = 'assembly/testing-decoder.ts'
const MEMORY_PAGES = 1024
const CONSTANTS_PTR = 0x20000

/** An arena of nothing but its tables, then places for the code and what is decoded of it. */
const ARENA_PTR = 0x30000
const CODE_PTR = ARENA_PTR + ARENA_TABLES + PAGE_BYTES
const HEAP_PTR = 0x800000

/** What no decoder may touch, and what lies behind the code. */
const CANARY = 0xee
const CANARY_BYTES = 256

const JUMPDEST = 0x5b
/** After these nothing follows. */
const LAST_OF_SEGMENT =
  /^(STOP|RETURN|REVERT|OP_INVALID|INVALID|SELFDESTRUCT|H_UNDEFINED|JUMP|H_(PUSH|SWAP1|POP)_JUMP)$/

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
  `--memoryBase=${CONSTANTS_PTR}`,
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
    this.#view.setUint32(HEAP_LIMIT, MEMORY_PAGES * PAGE_BYTES, true)
    this.#view.setUint32(HEAP_TOP, HEAP_PTR, true)
    this.#view.setUint32(LOWEST_FREE_PAGE, HEAP_PTR / PAGE_BYTES, true)
    this.#view.setUint32(CODE_BUDGET, MEMORY_PAGES * PAGE_BYTES, true)
    this.#call('bindWorker', 0)
  }

  /**
   * Decodes all segments, in the order of the code, under the rules of `revision`, REVISION_*;
   * traced, if told so. A block that halts stands for wherever immediate jumps must not lead.
   */
  decode(code: Uint8Array, revision: number, isTraced = false): Decoded {
    this.#view.setUint32(REVISION, revision, true)
    this.#view.setUint32(TRACE, isTraced ? TRACES_STEPS : 0, true)
    this.#call('refreshContext')
    this.#call('setRules', revision)
    this.#call('buildInstructionTable')
    this.#bytes.set(code, CODE_PTR)
    this.#bytes.fill(CANARY, CODE_PTR + code.length, CODE_PTR + code.length + CANARY_BYTES)
    this.#call('dropAllCode')
    this.#call('setCode', CODE_PTR, code.length)
    this.#call('enterAgain', 0)
    const decoded = emptyStream()
    const jumps: Jump[] = []
    this.#addSegments(decoded, jumps, 0, () => this.#call('firstBlock'))
    for (const [position, byte] of code.entries()) {
      if (byte !== JUMPDEST) continue
      const ptr = this.#addSegments(decoded, jumps, position, () => {
        return this.#call('destinationAt', position)
      })
      if (ptr !== 0) decoded.destinations.set(position, blockAt(decoded, ptr))
    }
    decoded.blocks.push({ ptr: 0, gas: 0, needs: 0, grows: 0, records: ['BAD_JUMP'] })
    for (const jump of jumps) this.#showTarget(decoded, jump)
    return decoded
  }

  /** A segment, if `decode` writes one, and those that go on with it. @returns its block */
  #addSegments(decoded: Decoded, jumps: Jump[], start: number, decode: () => number): number {
    this.#call('setReader', this.#read('CODE'), this.#read('CODE_SIZE'))
    const most = this.#call('segmentBytes', start)
    // A bit for each byte of the code may come before
    const spare = CANARY_BYTES + (this.#read('CODE_SIZE') >> 3) + 8
    this.#call('makeRoom', most + spare)
    const before = this.#call('codeRoom')
    this.#bytes.fill(CANARY, before + most, before + most + spare)
    const block = decode()
    if (block === 0 || this.#call('codeRoom') === before) return block
    decoded.sizeBytes += this.#call('codeRoom') - block
    decoded.isWithinSize &&= this.#bytes
      .subarray(block + most, before + most + spare)
      .every((byte) => byte === CANARY)
    const rest = this.#readSegment(block, decoded, jumps)
    if (rest !== undefined) {
      this.#addSegments(decoded, jumps, rest, () => this.#call('blockOf', rest))
    }
    return block
  }

  #call(name: string, ...args: number[]): number {
    const result = (this.#exports[name] as WasmFunction)(...args)
    return result === undefined ? 0 : result >>> 0
  }

  #read(name: string): number {
    return (this.#exports[name] as WebAssembly.Global).value as number
  }

  #read32(ptr: number): number {
    return this.#view.getUint32(ptr, true)
  }

  /** @returns where the code goes on in another segment */
  #readSegment(place: number, { blocks }: Decoded, jumps: Jump[]): number | undefined {
    for (let ptr = place; ; ptr += 16) {
      const name = this.#names.get(this.#read32(ptr))
      if (name === undefined) throw new Error(`no handler ${this.#read32(ptr)} at ${ptr}`)
      const argument = this.#read32(ptr + 4)
      if (name === 'H_BEGIN') {
        const needs = this.#read32(ptr + 8) / 32
        blocks.push({ ptr, gas: argument, needs, grows: this.#read32(ptr + 12) / 32, records: [] })
        continue
      }
      const block = blocks.at(-1) as Block
      const isWide = name === 'H_PUSH_WIDE' || name === 'H_PUSH_WIDE_AND'
      const value = isWide ? this.#readWord(ptr + 16) : this.#view.getBigUint64(ptr + 8, true)
      if (name === 'H_PUSH_JUMP' && argument !== 0) return this.#detoured(Number(value))
      if (/JUMPI?$/.test(name) && value !== 0n) {
        jumps.push({ block, index: block.records.length, target: Number(value) })
      }
      const parts = [name.replace(/^H_/, '')]
      if (argument !== 0) parts.push(argument.toString())
      if (value !== 0n) parts.push(`0x${value.toString(16)}`)
      block.records.push(parts.join(' '))
      if (LAST_OF_SEGMENT.test(name)) return undefined
      if (isWide) ptr += 32
    }
  }

  /** The position that a detour stands for. */
  #detoured(detour: number): number {
    return this.#read32(detour + 20)
  }

  #showTarget(decoded: Decoded, { block, index, target }: Jump): void {
    const { blocks, destinations } = decoded
    const known = blockAt(decoded, target) ?? destinations.get(this.#detoured(target))
    const place = known === undefined ? blocks.length - 1 : blocks.indexOf(known)
    const text = block.records[index] as string
    block.records[index] = text.replace(/0x[0-9a-f]+$/, `→ ${place}`)
  }

  #readWord(ptr: number): bigint {
    let word = 0n
    for (let limb = 3; limb >= 0; limb--) {
      word = (word << 64n) | this.#view.getBigUint64(ptr + 8 * limb, true)
    }
    return word
  }
}

interface Jump {
  readonly block: Block
  readonly index: number
  readonly target: number
}

function emptyStream(): Decoded {
  return { blocks: [], destinations: new Map(), sizeBytes: 0, isWithinSize: true }
}

function blockAt({ blocks }: Decoded, ptr: number): Block | undefined {
  return blocks.find((block) => block.ptr === ptr)
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
