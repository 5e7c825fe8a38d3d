import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** All benches take 15 s of a core. */
const TIMEOUT_MS = 180_000
const run = (file: string, ...args: string[]): string => {
  const options = { cwd: root, encoding: 'utf8', timeout: TIMEOUT_MS } as const
  return execFileSync(process.execPath, [file, ...args], options)
}

const EXPECTED: Record<string, RegExp> = {
  '00-ten-lines.mjs': /^0x[0-9a-f]{64} 1 1 1n?\n$/,
  '01-quick-start.mjs': /^messages a round: 2,2; root 0x[0-9a-f]{64}\nthe counter is at 42/,
  '02-native-actor.mjs':
    /^the last vote returned 0x19 after 2 rounds\nvotes for 5: 25\nthe owner was told 2 times\n$/,
}

describe('examples', () => {
  const numbered = readdirSync(`${root}examples`).filter((name) => /^\d\d-.*\.mjs$/.test(name))

  test.each(numbered)('%s runs and prints what it says', (name) => {
    expect(Object.keys(EXPECTED)).toContain(name)
    expect(run(`examples/${name}`)).toMatch(EXPECTED[name]!)
  })

  test('the first snippet of the README is the first example', () => {
    const readme = readFileSync(`${root}README.md`, 'utf8')
    const snippet = /```js\n([\s\S]*?)```/.exec(readme)?.[1]
    expect(snippet).toBe(readFileSync(`${root}examples/00-ten-lines.mjs`, 'utf8'))
  })

  test('the market, small: equal roots on 1 worker and on more', () => {
    const out = run('examples/market/run.mjs', '100')
    expect(out).toContain('virtual 1')
    expect(out.match(/equal on all/g)).toHaveLength(3)
  })

  test('every bench runs and checks its results', { timeout: TIMEOUT_MS }, () => {
    expect(run('bench/run.mjs', '--smoke')).toContain('market')
  })

  test('the bench explains itself and refuses what it does not know', () => {
    expect(run('bench/run.mjs', '--help')).toContain('Usage')
    expect(() => run('bench/run.mjs', 'no-such-bench')).toThrow()
  })
})
