/** What a light validator loads: at most 120 kB, as a server compresses it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { createEngine, type Hex } from 'actor-evm'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'
import { hasChromium, launchChromium, visit } from './chromium.js'
import { serve, type StaticServer } from './static-server.js'

const BUDGET_BYTES = 120_000
const FOLDER = fileURLToPath(new URL('../../dist/browser', import.meta.url))
/** A page's script, and what it starts and fetches besides what they import. */
const LOADED = ['light.js', 'worker-entry.js', 'core.wasm', 'secp256k1.wasm']
/** As in "from"./a.js"" of the minified bundle; source maps and `import(url)` do not count. */
const STATIC_IMPORT = /(?:from|import)"\.\/([\w.-]+)"/g

/** Two workers: the page's script, its thread's, and the module that both run. */
const PAGE = `<!doctype html>
<title>the budget</title>
<link rel="icon" href="data:," />
<script type="module">
  import { createValidator } from '/dist/browser/light.js'
  const { block, blockHash, witness } = await (await fetch('/case.json')).json()
  const validator = await createValidator({ semantics: 'actor', workers: 2 })
  const { valid } = await validator.validate({ block, blockHash, witness })
  await validator.dispose()
  globalThis.result = valid
</script>`

const gzipBytes = (name: string): number =>
  gzipSync(readFileSync(join(FOLDER, name)), { level: 9 }).length

function closure(names: readonly string[]): string[] {
  const found = new Set(names)
  for (const name of found) {
    if (!name.endsWith('.js')) continue
    const text = readFileSync(join(FOLDER, name), 'utf8')
    for (const [, imported] of text.matchAll(STATIC_IMPORT)) found.add(imported!)
  }
  return [...found].sort()
}

const total = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + gzipBytes(name), 0)

describe('what a light validator loads', () => {
  it('is within the budget, by what its files import', () => {
    const files = closure(LOADED)
    expect(files.length).toBeGreaterThan(LOADED.length)
    expect(total(files), files.join(', ')).toBeLessThanOrEqual(BUDGET_BYTES)
  })

  it('is not what only other blocks need', () => {
    expect(closure(LOADED)).not.toContain('curves.js')
    expect(gzipBytes('curves.js')).toBeLessThan(200_000)
  })
})

describe.skipIf(!hasChromium())('what a light validator loads in Chromium', () => {
  let browser: Browser
  let server: StaticServer

  beforeAll(async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(CASE_ALLOC)
    const { bytes, hash, witness } = await engine.produceBlock(CASE_BLOCK)
    await engine.dispose()
    const hex = (part: Uint8Array): Hex => `0x${Buffer.from(part).toString('hex')}`
    const { codes, headers, state } = witness
    const parts = { state: state.map(hex), codes: codes.map(hex), headers: headers.map(hex) }
    const documents = {
      '/page.html': PAGE,
      '/case.json': JSON.stringify({ block: hex(bytes), blockHash: hash, witness: parts }),
    }
    server = await serve({ '/dist/browser/': FOLDER }, documents)
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('is within the budget, and nothing else', async () => {
    const { page, result, errors } = await visit(browser, `${server.origin}/page.html`)
    await page.close()
    expect({ result, errors }).toEqual({ result: true, errors: [] })
    const prefix = '/dist/browser/'
    const asked = server.requests.filter((path) => path.startsWith(prefix))
    const files = [...new Set(asked)].map((path) => path.slice(prefix.length)).sort()
    expect(files).toEqual(closure(LOADED))
    expect(total(files)).toBeLessThanOrEqual(BUDGET_BYTES)
    // Threads get the core from the page
    expect(asked.filter((path) => path.endsWith('core.wasm'))).toHaveLength(1)
  })
})
