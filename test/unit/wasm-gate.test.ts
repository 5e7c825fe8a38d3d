import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileCore } from '../../tools/compile-core.mjs'
import { checkCore, checkCurve } from '../../tools/wasm-gate.mjs'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-gate-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OPTIONS = '-O3 --noAssert --runtime stub --enable simd'
const CORE_OPTIONS =
  '--enable threads --importMemory --sharedMemory --maximumMemory 65536 --memoryBase 65536 ' +
  '--noExportMemory'
const CURVE_OPTIONS = '--memoryBase 1024 --initialMemory 1 --maximumMemory 1'

/** Compiles `source` with the release options and returns what the gate says. */
const problemsOf = (source: string): Promise<string[]> => judge(checkCore, source, CORE_OPTIONS)
/** The same of the module that recovers public keys. */
const curveProblemsOf = (source: string): Promise<string[]> =>
  judge(checkCurve, source, CURVE_OPTIONS)

async function judge(
  check: typeof checkCore,
  source: string,
  options: string,
): Promise<string[]> {
  const input = join(folder, 'module.ts')
  const output = join(folder, 'module.wasm')
  writeFileSync(input, source)
  const { functionNames } = await compileCore([
    ...[input, '--outFile', output, '--config', 'none'],
    ...`${OPTIONS} ${options}`.split(' '),
  ])
  return check(readFileSync(output), functionNames)
}

describe('the release gate', () => {
  it('lets constant tables, SIMD, atomics and host imports pass', async () => {
    const problems = await problemsOf(`
      // @ts-ignore: decorator
      @external("env", "precompile")
      declare function precompile(ptr: usize): i32
      const TABLE = memory.data<u32>([1, 2, 3])
      let position: usize = 0
      export function run(ptr: usize, count: i32): i32 {
        position += 1
        v128.store(ptr, i8x16.swizzle(v128.load(ptr), v128.load(ptr, 16)))
        memory.copy(ptr + 64, ptr, count)
        atomic.add<i32>(ptr, 1)
        atomic.notify(ptr, 1)
        switch (count) {
          case 0: return precompile(ptr)
          case 1: return load<u32>(TABLE + 4)
          case 2: return i32(load<f64>(ptr))
          default: return i32(position)
        }
      }`)
    expect(problems).toEqual([])
  })

  it.each([
    ['waits in Wasm', 'return atomic.wait<i32>(p, 0, 0)', /atomic\.wait/],
    ['keeps a mutable buffer', 'return load<i32>(memory.data(64) + p)', /all zero/],
    ['allocates', 'return i32(heap.alloc(p))', /allocates/],
    ['makes an object', 'return new StaticArray<i32>(p).length', /managed/],
    ['aborts with a message', 'if (p) throw new Error("x"); return 0', /env\.abort/],
  ])('refuses a core that %s', async (_what, body, reason) => {
    const problems = await problemsOf(`export function run(p: i32): i32 { ${body} }`)
    expect(problems.join('\n')).toMatch(reason)
  })

  it('refuses code that runs on instantiation', async () => {
    const problems = await problemsOf(`
      let limit: i32 = memory.size() << 16
      export function run(): i32 { return limit++ }`)
    expect(problems.join('\n')).toMatch(/start function/)
  })
})

describe('the gate of the module that recovers public keys', () => {
  const run = (body: string): string => `export function run(p: usize): u64 { ${body} }`

  it('lets constants below the exchange area pass', async () => {
    const source = run('return load<u64>(memory.data<u64>([1, 2, 3]) + p)')
    expect(await curveProblemsOf(source)).toEqual([])
  })

  it.each([
    ['asks for something', 'if (p) throw new Error("x"); return 0', /env\.abort/],
    ['writes over its constants', `return load<u64>(memory.data<u64>([${'7,'.repeat(400)}]) + p)`,
      /reach into/],
    ['allocates', 'return heap.alloc(p)', /allocates/],
  ])('refuses one that %s', async (_what, body, reason) => {
    expect((await curveProblemsOf(run(body))).join('\n')).toMatch(reason)
  })
})
