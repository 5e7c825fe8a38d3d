/**
 * Compiles `assembly/testing-trie.ts` and instantiates it over a memory with one worker: the tries,
 * on records that tests write into linear memory themselves.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  HEAP_LIMIT,
  HEAP_TOP,
  LOWEST_FREE_PAGE,
  PAGE_BYTES,
  WORKERS,
  WORKER_ARENA,
} from '../../../assembly/abi/memory-map.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FIRST_PAGES = 16
const LAST_PAGES = 65_535

/** Above the module's constants: the scratch area of the only worker, then the heap. */
const CONSTANTS_PTR = 0x20000
const ARENA_PTR = 0x30000
const HEAP_PTR = 0x50000

const ASC_OPTIONS = [
  '-O3',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd',
  '--enable=threads',
  '--importMemory',
  '--sharedMemory',
  '--noExportMemory',
  `--initialMemory=${FIRST_PAGES}`,
  `--maximumMemory=${LAST_PAGES}`,
  `--memoryBase=${CONSTANTS_PTR}`,
  // asconfig.json belongs to the core: its entry would be compiled along with this one.
  '--config=none',
]

type WasmFunction = (...args: number[]) => number

export class TrieModule {
  readonly #memory: WebAssembly.Memory
  readonly #exports: WebAssembly.Exports

  constructor(binary: Uint8Array<ArrayBuffer>) {
    this.#memory = new WebAssembly.Memory({
      initial: FIRST_PAGES,
      maximum: LAST_PAGES,
      shared: true,
    })
    const env = { memory: this.#memory }
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(binary), { env }).exports
    this.write32(HEAP_TOP, HEAP_PTR)
    this.write32(LOWEST_FREE_PAGE, HEAP_PTR / PAGE_BYTES)
    this.write32(HEAP_LIMIT, LAST_PAGES * PAGE_BYTES)
    this.write32(WORKERS + WORKER_ARENA, ARENA_PTR)
    this.call('bindWorker', 0)
  }

  call(name: string, ...args: number[]): number {
    const result = (this.#exports[name] as WasmFunction)(...args)
    return result === undefined ? 0 : result >>> 0
  }

  /** Views go stale when the memory grows, so each access takes a new one. */
  get view(): DataView {
    return new DataView(this.#memory.buffer)
  }

  read(ptr: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer).slice(ptr, ptr + length)
  }

  write(ptr: number, bytes: Uint8Array): void {
    new Uint8Array(this.#memory.buffer).set(bytes, ptr)
  }

  read32(ptr: number): number {
    return this.view.getUint32(ptr, true)
  }

  write32(ptr: number, value: number): void {
    this.view.setUint32(ptr, value, true)
  }

  /** Writes `value` as `limbs` little-endian u64: an address has 3, a word 4. */
  writeLimbs(ptr: number, value: bigint, limbs = 4): void {
    const view = this.view
    for (let limb = 0; limb < limbs; limb++) {
      view.setBigUint64(ptr + 8 * limb, BigInt.asUintN(64, value >> BigInt(64 * limb)), true)
    }
  }

  /** Memory that lives as long as the module, zeroed. */
  allocate(size: number): number {
    return this.call('allocate', size)
  }

  /** The bytes in new memory that lives until `resetBlock`. */
  place(bytes: Uint8Array): number {
    const ptr = this.call('allocateForBlock', bytes.length)
    this.write(ptr, bytes)
    return ptr
  }

  /** Frees what `place` took. */
  resetBlock(): void {
    this.call('freeBlockMemory')
  }

  keccak256(bytes: Uint8Array): Uint8Array {
    const out = this.call('allocateForBlock', 32)
    this.call('keccak256', out, this.place(bytes), bytes.length)
    return this.read(out, 32)
  }
}

/** Compiles the module; takes about a second. @param entry other functions over such a memory */
export async function compileTrieModule(entry = 'assembly/testing-trie.ts'): Promise<TrieModule> {
  const { main } = await import('assemblyscript/asc')
  const folder = mkdtempSync(join(tmpdir(), 'actor-evm-trie-'))
  try {
    const outFile = join(folder, 'trie.wasm')
    const options = [entry, '--baseDir', ROOT, '--outFile', outFile]
    const { error, stderr } = await main([...options, ...ASC_OPTIONS])
    if (error !== null) throw new Error(`asc failed: ${stderr.toString()}`)
    return new TrieModule(new Uint8Array(readFileSync(outFile)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
