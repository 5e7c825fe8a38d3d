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
import { hasChromium, launchChromium } from './chromium.js'
import { serve, type StaticServer } from './static-server.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = '/examples/light-validator/index.html'
/** The market: enough for the page to wait for, if it waits. */
const TRANSACTIONS = 500
const VERDICT_TIMEOUT_MS = 60_000
/** Blocks of a stream that nobody waits for the end of. */
const MANY = 50
/** What a person feels, as time of a processor: a busy machine is not the page's fault. */
const LONG_TASK_MS = 50

interface TraceEvent {
  readonly name: string
  readonly args: {
    readonly name?: string
    readonly chrome_mojo_event_info?: { readonly mojo_interface_tag?: string }
  }
  readonly pid: number
  readonly tid: number
  /** When it began, µs. */
  readonly ts: number
  /** What it took, µs. */
  readonly dur?: number
  /** µs of it that the thread had a processor for. */
  readonly tdur?: number
}

/** @returns what each task of the pages' threads took, ms of a processor */
function pageTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`
  const pages = traceEvents.filter(({ args }) => args.name === 'CrRendererMain').map(threadOf)
  const events = traceEvents.filter((event) => pages.includes(threadOf(event)))
  // The test's own questions
  const asked = events.filter(
    ({ args }) => args.chrome_mojo_event_info?.mojo_interface_tag?.endsWith('DevToolsSession'),
  )
  const holds = (task: TraceEvent, { ts }: TraceEvent): boolean =>
    task.ts <= ts && ts <= task.ts + task.dur!
  const isOwn = (task: TraceEvent): boolean =>
    !asked.some((it) => threadOf(it) === threadOf(task) && holds(task, it))
  return events
    .filter((event) => event.name.endsWith('RunTask') && event.tdur !== undefined)
    .filter(isOwn)
    .map(({ tdur }) => tdur! / 1000)
}

describe.skipIf(!hasChromium())('the light validator', () => {
  let browser: Browser
  let server: StaticServer
  let folder: string
  let produced: ProducedBlock
  let blockText: string

  beforeAll(async () => {
    const scenario = buildScenario({ transactions: TRANSACTIONS })
    const { chainId, env, fork, parameters, transactions } = scenario
    const chain = { chainId, fork, parameters, semantics: 'actor' } as const
    const engine = await createEngine({ ...chain, workers: 1 })
    await engine.loadGenesis(scenario.alloc)
    produced = await engine.produceBlock({ env, transactions })
    await engine.dispose()
    blockText = JSON.stringify(blockFileJson(chain, [produced]))
    const line = JSON.stringify({
      block: JSON.parse(blockText),
      witness: witnessToJson(produced.witness),
    })
    folder = mkdtempSync(join(tmpdir(), 'actor-evm-page-'))
    server = await serve(
      { '/': ROOT },
      {
        '/blocks.ndjson': `${line}\n${line}\n`,
        '/many.ndjson': `${line}\n`.repeat(MANY),
      },
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
      const phases: string[] = ((globalThis as any).phases = [])
      addEventListener('DOMContentLoaded', () => {
        const shown = document.getElementById('progress')!
        const note = (): unknown => phases.push(shown.textContent!.split(' ')[0]!)
        new MutationObserver(note).observe(shown, { childList: true })
      })
    })
    await page.goto(server.origin + PAGE)
    return page
  }

  function writeFiles(witness: Uint8Array | string): string[] {
    const files = [join(folder, 'witness.bin'), join(folder, 'block.json')]
    writeFileSync(files[0]!, witness)
    writeFileSync(files[1]!, blockText)
    return files
  }

  async function choose(page: Page, witness: Uint8Array | string): Promise<string> {
    await page.setInputFiles('#choose', writeFiles(witness))
    const verdict = page.locator('article').first()
    await verdict.waitFor({ timeout: VERDICT_TIMEOUT_MS })
    return verdict.innerText()
  }

  it(
    'accepts a block, draws its rounds and groups, and never holds up the page',
    // A page that waits always waits; a busy machine takes twice the time of a processor, at times
    { retry: 2, timeout: VERDICT_TIMEOUT_MS },
    async () => {
      const page = await open()
      await browser.startTracing(page, { categories: ['toplevel', 'mojom'] })
      const text = await choose(page, encodeWitness(produced.witness))
      const { number, rounds, stateRoot } = produced.result
      expect(text).toContain(`Block ${number} is valid`)
      expect(text).toContain(stateRoot)
      const name = await page.locator('article svg').getAttribute('aria-label')
      const groups = rounds.reduce((sum, { groupCount }) => sum + groupCount, 0)
      expect(name).toContain(`${rounds.length} rounds with ${groups} groups on 1 workers`)
      expect(await page.locator('article svg g.round').count()).toBe(rounds.length)
      expect(await page.locator('article svg .even').count()).toBeGreaterThan(rounds.length)
      const tasks = pageTasks(await browser.stopTracing())
      expect(tasks.length).toBeGreaterThan(rounds.length)
      expect(tasks.filter((ms) => ms > LONG_TASK_MS)).toEqual([])
      expect(await page.evaluate(() => (globalThis as any).phases as string[])).toContain('senders')
      await page.close()
    },
  )

  it('takes files that are dropped, and shows a lane for each worker', async () => {
    const page = await open()
    await page.selectOption('#workers', '2')
    const files = await page.evaluateHandle(
      async ([block, witness]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([Uint8Array.from(witness as number[])], 'witness.bin'))
        transfer.items.add(new File([block as string], 'block.json'))
        return transfer
      },
      [blockText, [...encodeWitness(produced.witness)]] as const,
    )
    await page.dispatchEvent('#drop', 'dragover', { dataTransfer: files })
    expect(await page.locator('#drop.over').count()).toBe(1)
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: files })
    const verdict = page.locator('article.valid').first()
    await verdict.waitFor({ timeout: VERDICT_TIMEOUT_MS })
    expect(await page.locator('#drop.over').count()).toBe(0)
    const lanes = await verdict.locator('svg text.worker').allTextContents()
    expect(lanes).toEqual(['worker 0', 'worker 1'])
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('is used with the keyboard alone', async () => {
    const page = await open()
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement!.id)
    const order = ['choose', 'workers', 'url', 'follow']
    for (const id of order) {
      await page.keyboard.press('Tab')
      expect(await focused()).toBe(id)
    }
    const chooser = page.waitForEvent('filechooser')
    await page.focus('#choose')
    await page.keyboard.press('Enter')
    await (await chooser).setFiles(writeFiles(encodeWitness(produced.witness)))
    await page.locator('article.valid').waitFor({ timeout: VERDICT_TIMEOUT_MS })
    await page.focus('#url')
    await page.keyboard.type(`${server.origin}/blocks.ndjson`)
    await page.keyboard.press('Enter')
    await page.locator('article.valid').nth(2).waitFor({ timeout: VERDICT_TIMEOUT_MS })
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('refuses a witness that lacks a node, and says which', async () => {
    const page = await open()
    const { witness } = produced
    const text = await choose(
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
    await expect.poll(() => page.locator('#stop').isDisabled()).toBe(true)
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('stops following when it is told to', async () => {
    const page = await open()
    await page.fill('#url', `${server.origin}/many.ndjson`)
    await page.press('#url', 'Enter')
    await page.locator('article.valid').first().waitFor({ timeout: VERDICT_TIMEOUT_MS })
    await page.click('#stop')
    await expect.poll(() => page.locator('#stop').isDisabled(), { timeout: 20_000 }).toBe(true)
    expect(await page.locator('article').count()).toBeLessThan(MANY)
    expect(await page.locator('article.refused').count()).toBe(0)
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('says so if there is nothing to follow', async () => {
    const page = await open()
    await page.fill('#url', `${server.origin}/nowhere`)
    await page.press('#url', 'Enter')
    await page.locator('article.refused').waitFor({ timeout: VERDICT_TIMEOUT_MS })
    expect(await page.locator('article').innerText()).toContain('404')
    await page.close()
  }, VERDICT_TIMEOUT_MS)

  it('says what is wrong with the files', async () => {
    const page = await open()
    await page.setInputFiles('#choose', [join(folder, 'block.json')])
    await expect.poll(() => page.locator('#progress').innerText()).toContain('Two files')
    await page.close()
  })
})
