/**
 * Compiles `assembly/testing.ts` (the primitives of the core, exported one by one) and instantiates
 * it. The Wasm is cached under `build/` by the hash of its sources and options.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = 'assembly/testing.ts'
const PAGE_BYTES = 65_536
const MEMORY_PAGES = 64

/** The release options of asconfig.json, with a small memory. */
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

/** Places in the linear memory of a `TestingModule`, above its constants. */
export const SCRATCH_PTR = 0x20000
export const DATA_PTR = 0x40000

const WORD_BYTES = 32

type WasmFunction = (...args: (number | bigint)[]) => number | bigint

/** The primitives, over a linear memory that tests read and write. */
export class TestingModule {
  readonly bytes: Uint8Array
  readonly #view: DataView
  readonly #exports: WebAssembly.Exports

  constructor(binary: Uint8Array<ArrayBuffer>) {
    const memory = new WebAssembly.Memory({
      initial: MEMORY_PAGES,
      maximum: MEMORY_PAGES,
      shared: true,
    })
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } })
    this.bytes = new Uint8Array(memory.buffer)
    this.#view = new DataView(memory.buffer)
    this.#exports = instance.exports
    this.get('setScratch')(SCRATCH_PTR)
  }

  /** The exported function `name`; pointers and i32 are numbers, i64 are bigints. */
  get(name: string): WasmFunction {
    const found = this.#exports[name]
    if (typeof found !== 'function') throw new Error(`no export "${name}" in ${ENTRY}`)
    return found as WasmFunction
  }

  readWord(ptr: number): bigint {
    let word = 0n
    for (let offset = 24; offset >= 0; offset -= 8) {
      word = (word << 64n) | this.#view.getBigUint64(ptr + offset, true)
    }
    return word
  }

  writeWord(ptr: number, word: bigint): void {
    for (let offset = 0; offset < WORD_BYTES; offset += 8) {
      this.#view.setBigUint64(ptr + offset, word, true)
      word >>= 64n
    }
  }

  /** A copy of `length` bytes at `ptr`. */
  read(ptr: number, length: number): Uint8Array {
    return this.bytes.slice(ptr, ptr + length)
  }

  write(ptr: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, ptr)
  }
}

/** The files that `entry` imports, itself first, as paths from the root. */
function sourcesOf(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found
  found.add(entry)
  const source = readFileSync(join(ROOT, entry), 'utf8')
  for (const [, specifier] of source.matchAll(/ from '(\.[^']*)'/g)) {
    const path = relative(ROOT, join(ROOT, dirname(entry), `${specifier ?? ''}.ts`))
    sourcesOf(path, found)
  }
  return found
}

async function compile(): Promise<Uint8Array> {
  const { main } = await import('assemblyscript/asc')
  const outputs = new Map<string, Uint8Array>()
  const { error, stderr } = await main([ENTRY, '--outFile=testing.wasm', ...ASC_OPTIONS], {
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
  const binary = outputs.get('testing.wasm')
  if (error !== null || binary === undefined) throw new Error(`asc failed: ${stderr.toString()}`)
  return binary
}

/** Compiles (or finds in the cache) and instantiates the module. */
export async function compileTesting(): Promise<TestingModule> {
  const hash = createHash('sha256').update(ASC_OPTIONS.join(' '))
  hash.update(readFileSync(join(ROOT, 'node_modules/assemblyscript/package.json')))
  for (const path of [...sourcesOf(ENTRY)].sort()) {
    hash.update(path).update(readFileSync(join(ROOT, path)))
  }
  const cached = join(ROOT, 'build', `testing-${hash.digest('hex').slice(0, 16)}.wasm`)
  if (!existsSync(cached)) {
    mkdirSync(dirname(cached), { recursive: true })
    // Test files run at once: each renames its own copy into place.
    const own = `${cached}.${process.pid}`
    writeFileSync(own, await compile())
    renameSync(own, cached)
  }
  return new TestingModule(new Uint8Array(readFileSync(cached)))
}
