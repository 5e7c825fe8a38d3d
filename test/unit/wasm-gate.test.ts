import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileCore } from '../../tools/compile-core.mjs'
import { checkCore } from '../../tools/wasm-gate.mjs'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-gate-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Compiles `source` with the release options and returns what the gate says. */
async function problemsOf(source: string): Promise<string[]> {
  const input = join(folder, 'core.ts')
  const output = join(folder, 'core.wasm')
  writeFileSync(input, source)
  const options = '-O3 --noAssert --runtime stub --enable simd --enable threads --importMemory'
  const memory = '--sharedMemory --maximumMemory 65536 --memoryBase 65536 --noExportMemory'
  const { functionNames } = await compileCore([
    ...[input, '--outFile', output, '--config', 'none'],
    ...`${options} ${memory}`.split(' '),
  ])
  return checkCore(readFileSync(output), functionNames)
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
