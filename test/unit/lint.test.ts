import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const linter = new ESLint({ cwd: ROOT })
const formatter = new ESLint({ cwd: ROOT, overrideConfigFile: 'eslint.layout.mjs', fix: true })

/** Names of the rules that a text breaks in the place of a file that there is. */
async function rulesBroken(filePath: string, text: string): Promise<(string | null)[]> {
  const [result] = await linter.lintText(`${text}\n`, { filePath: `${ROOT}/${filePath}` })
  return result?.messages.map(({ ruleId }) => ruleId) ?? []
}

describe('the linter', () => {
  it.each([
    ['a word that leaves work open', 'src/index.ts', `// ${'TO'}DO later`, 'no-warning-comments'],
    ['a long line', 'src/index.ts', `// ${'a '.repeat(51)}b`, '@stylistic/max-len'],
    ['a print in the engine', 'src/index.ts', 'console.log(1)', 'no-console'],
    ['a print in the core', 'assembly/engine.ts', "console.log('1');", 'no-console'],
    ['a focused test', 'test/unit/rlp.test.ts', "it.only('x', run)", 'no-restricted-properties'],
    ['an enum', 'src/index.ts', 'export enum Color { RED }', 'no-restricted-syntax'],
    ['a default export', 'src/index.ts', 'export default 1', 'no-restricted-exports'],
    [
      'a promise that nobody awaits',
      'src/index.ts',
      'Promise.reject(1)',
      '@typescript-eslint/no-floating-promises',
    ],
    [
      'an import of the core that is not used',
      'assembly/engine.ts',
      "import { a } from './a';",
      '@typescript-eslint/no-unused-vars',
    ],
    ['an unknown name in JavaScript', 'tools/tidy.mjs', 'unknown()', 'no-undef'],
  ])('finds %s', async (_what, file, text, rule) => {
    expect(await rulesBroken(file, text)).toEqual([rule])
  })

  it.each([
    ['a print of the command line', 'src/cli/run.ts', 'console.log(1)'],
    ['a long hash', 'src/index.ts', `export const A = '0x${'ab'.repeat(60)}'`],
    ['a decorator', 'assembly/engine.ts', '@inline\nexport function f(): void {}'],
  ])('lets pass %s', async (_what, file, text) => {
    expect(await rulesBroken(file, text)).toEqual([])
  })
})

describe('the formatter', () => {
  const formatted = async (filePath: string, text: string) => {
    const [result] = await formatter.lintText(text, { filePath: `${ROOT}/${filePath}` })
    return result?.output
  }

  it('writes AssemblyScript', async () => {
    const text =
      '@inline\nfunction f( a:u32 ):u32 {\n    return <u32>load<u8>(a)\n}\nconst B = "b"\n'
    expect(await formatted('assembly/engine.ts', text)).toBe(
      "@inline\nfunction f(a: u32): u32 {\n  return <u32>load<u8>(a);\n}\nconst B = 'b';\n",
    )
  })

  it('writes TypeScript', async () => {
    expect(await formatted('src/index.ts', 'export const a = {b:"c"};\n')).toBe(
      "export const a = { b: 'c' }\n",
    )
  })
})
