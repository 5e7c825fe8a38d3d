/** The examples of the documents work when copied, and print what they say. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Inside the package, which so imports itself by its name. */
const FOLDER = join(ROOT, 'build/cookbook')
const TIMEOUT_MS = 50_000

/** Titles and programs. */
function examplesOf(document: string): (readonly [title: string, code: string])[] {
  const text = readFileSync(join(ROOT, 'docs', document), 'utf8')
  const sections = text.matchAll(/^## ([^\n]+)\n(?:(?!^## )[\s\S])*?```js\n([\s\S]*?)```/gm)
  return [...sections].map(([, title, code]) => [title!, code!] as const)
}

beforeAll(() => mkdirSync(FOLDER, { recursive: true }))
afterAll(() => rmSync(FOLDER, { recursive: true }))

describe.each([
  ['NODE.md', 5],
  ['COOKBOOK.md', 11],
] as const)('docs/%s', (document, count) => {
  const examples = examplesOf(document)

  it('has examples', () => {
    expect(examples).toHaveLength(count)
  })

  it.each(examples)('%s', (title, code) => {
    const isTest = title.includes('Vitest')
    const file = join(FOLDER, isTest ? 'example.test.mjs' : 'example.mjs')
    writeFileSync(file, code)
    const config = join(FOLDER, 'vitest.config.mjs')
    writeFileSync(config, 'export default { test: { include: ["*.test.mjs"] } }')
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const args = isTest ? [vitest, 'run', '--root', FOLDER] : [file]
    const env = { ...process.env, NO_COLOR: '1' }
    const options = { encoding: 'utf8', timeout: TIMEOUT_MS, cwd: FOLDER, env } as const
    const { status, stderr, stdout } = spawnSync(process.execPath, args, options)
    expect([status, stderr]).toEqual([0, stderr])
    if (isTest) return expect(stdout).toMatch(/2 passed/)
    const told = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, words]) => words)
    expect(stdout.trimEnd().split('\n')).toEqual(told)
  })
})
