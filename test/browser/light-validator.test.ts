/** The page of examples/light-validator in a real browser, as a person uses it. */
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  blockFileJson,
  createEngine,
  encodeWitness,
  witnessToJson,
  type ProducedBlock,
} from 'actor-evm'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { fromEnvironment } from '../support/from-environment.js'
import { produceRandom } from '../support/produced-blocks.js'
import { hasChromium, launchChromium } from './chromium.js'
import { serve, type StaticServer } from './static-server.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = '/examples/light-validator/index.html'
const VERDICT_TIMEOUT_MS = 60_000
const RANDOM_BLOCKS = fromEnvironment('ACTOR_EVM_BROWSER_WITNESS_BLOCKS', 40)
/** What a person feels; the browser calls it a long task. */
const LONG_TASK_MS = 50

/** Random blocks, each of a chain of its own. */
async function randomLines(): Promise<string> {
  const lines: string[] = []
  for (let seed = 0; lines.length < RANDOM_BLOCKS; seed++) {
    const made = await produceRandom(seed, seed % 2 === 0 ? 'actor' : 'ethereum')
    if (made === undefined) continue
    const block = blockFileJson(made.options, [made.produced])
    lines.push(JSON.stringify({ block, witness: witnessToJson(made.produced.witness) }))
  }
  return lines.join('\n')
}

describe.skipIf(!hasChromium())('the light validator', () => {
  let browser: Browser
  let server: StaticServer
  let folder: string
  let produced: ProducedBlock
  let blockText: string

  beforeAll(async () => {
    const scenario = buildScenario({ transactions: 200 })
    const { chainId, fork, parameters } = scenario
    const chain = { chainId, fork, parameters, semantics: 'actor' } as const
    const engine = await createEngine({ ...chain, workers: 1 })
    await engine.loadGenesis(scenario.alloc)
    produced = await engine.produceBlock(scenario)
    await engine.dispose()
    blockText = JSON.stringify(blockFileJson(chain, [produced]))
    const line = JSON.stringify({
      block: JSON.parse(blockText),
      witness: witnessToJson(produced.witness),
    })
    folder = mkdtempSync(join(tmpdir(), 'actor-evm-page-'))
    server = await serve(
      { '/': ROOT },
      { '/blocks.ndjson': `${line}\n${line}\n`, '/random.ndjson': await randomLines() },
    )
    browser = await launchChromium()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true })
  })

  async function open(): Promise<Page> {
    const page = await browser.newPage()
    await page.addInitScript(() => {
      const tasks: number[] = ((globalThis as any).longTasks = [])
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration)
      }).observe({ type: 'longtask' })
    })
    await page.goto(server.origin + PAGE)
    return page
  }

  async function drop(page: Page, witness: Uint8Array | string): Promise<string> {
    const files = [join(folder, 'witness.bin'), join(folder, 'block.json')]
    writeFileSync(files[0]!, witness)
    writeFileSync(files[1]!, blockText)
    await page.setInputFiles('#choose', files)
    const verdict = page.locator('article').first()
    await verdict.waitFor({ timeout: VERDICT_TIMEOUT_MS })
    return verdict.innerText()
  }

  it('accepts a block, draws its rounds and never holds up the page', async () => {
    const page = await open()
    const text = await drop(page, encodeWitness(produced.witness))
    expect(text).toContain(`Block ${produced.result.number} is valid`)
    expect(text).toContain(produced.result.stateRoot)
    expect(await page.locator('article svg g').count()).toBe(produced.result.rounds.length)
    const longTasks = await page.evaluate(() => (globalThis as any).longTasks as number[])
    expect(longTasks.filter((ms) => ms > LONG_TASK_MS)).toEqual([])
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('refuses a witness that lacks a node, and says which', async () => {
    const page = await open()
    const { witness } = produced
    const text = await drop(
      page,
      JSON.stringify(witnessToJson({ ...witness, state: witness.state.slice(1) })),
    )
    expect(text).toMatch(/^Refused: (account|slot|sibling)/)
    expect(text).toContain('the node 0x')
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('follows blocks from a URL', async () => {
    const page = await open()
    await page.fill('#url', `${server.origin}/blocks.ndjson`)
    await page.press('#url', 'Enter')
    await page.locator('article.valid').nth(1).waitFor({ timeout: VERDICT_TIMEOUT_MS })
    expect(await page.locator('article').count()).toBe(2)
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it(`accepts ${RANDOM_BLOCKS} random blocks that Node has made`, async () => {
    const page = await open()
    await page.fill('#url', `${server.origin}/random.ndjson`)
    await page.press('#url', 'Enter')
    const articles = page.locator('article')
    await articles.nth(RANDOM_BLOCKS - 1).waitFor({ timeout: VERDICT_TIMEOUT_MS })
    expect(await page.locator('article.refused').allInnerTexts()).toEqual([])
    expect(await page.locator('article.valid').count()).toBe(RANDOM_BLOCKS)
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('says what is wrong with the files', async () => {
    const page = await open()
    await page.setInputFiles('#choose', [join(folder, 'block.json')])
    await expect.poll(() => page.locator('#progress').innerText()).toContain('Two files')
    await page.close()
  })
})
