/** Who embeds the engine loads neither the runners of official tests nor the command line. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './installed.js'

const DIST = join(ROOT, 'dist')
const NEIGHBOUR = /\b(?:from|import|require)\s*\(?\s*["'`](\.{1,2}\/[^"'`]+)["'`]/g

/** Files of dist/ that an entry imports, at once or on demand. */
function filesLoadedBy(entry: string): string[] {
  const files = new Set([join(DIST, entry)])
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const [, path] of text.matchAll(NEIGHBOUR)) files.add(join(dirname(file), path!))
  }
  return [...files]
}

/** Sources of ours that a file was made of, as far as it has a map. */
function sourcesOf(file: string): string[] {
  if (!existsSync(`${file}.map`)) return []
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] }
  return sources.map((source) => source.replace(/^(\.\.\/)+/, ''))
}

const OF_TESTS = /^src\/(runners|cli)\b|^src\/chain\/(chain|ethash)\.ts$/

describe('what runs official tests', () => {
  it.each(['index.js', 'light.js', 'browser/index.js', 'browser/light.js'])(
    'is in nothing that %s loads, not even on demand',
    (entry) => {
      const sources = filesLoadedBy(entry).flatMap(sourcesOf)
      expect(sources).toContain('src/witness/validate-block.ts')
      expect(sources.filter((source) => OF_TESTS.test(source))).toEqual([])
    },
  )

  it('is there for the command line', () => {
    const sources = filesLoadedBy('cli.js').flatMap(sourcesOf)
    expect(sources).toContain('src/runners/state-test.ts')
    expect(sources).toContain('src/chain/ethash.ts')
  })

  it.each(['index.cjs', 'light.cjs'])('is not in %s either', (entry) => {
    const text = filesLoadedBy(entry).map((file) => readFileSync(file, 'utf8')).join('')
    // What refuses a transaction, and the name of an official test
    expect(text).toContain('nonce-too-low')
    expect(text).not.toContain('TransactionException')
  })
})
