/** The browser that the tests drive, if this machine has one. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const CHROMIUM_PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** The headless browser of a test machine: no GPU, no sandbox of its own, no calls home. */
const CHROMIUM_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Says so where it is not there. */
export function hasChromium(): boolean {
  const isThere = existsSync(CHROMIUM_PATH)
  if (!isThere) {
    console.warn(`browser tests skipped: no Chromium at ${CHROMIUM_PATH} (set CHROMIUM_PATH)`)
  }
  return isThere
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGUMENTS })
}

export interface Visit {
  readonly page: Page
  /** What the page's script left in `globalThis.result`. */
  readonly result: unknown
  readonly isIsolated: unknown
  /** What went wrong on the way: uncaught errors, requests without an answer. */
  readonly errors: readonly string[]
}

/** Opens a page and waits for its result. The caller closes the page. */
export async function visit(
  browser: Browser,
  url: string,
  { timeoutMs = 30_000, initScript = '' } = {},
): Promise<Visit> {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('requestfailed', (request) => errors.push(`request failed: ${request.url()}`))
  page.on('response', (response) => {
    if (!response.ok()) errors.push(`${response.status()}: ${response.url()}`)
  })
  if (initScript !== '') await page.addInitScript(initScript)
  await page.goto(url)
  const isDone = () => 'result' in globalThis
  await page.waitForFunction(isDone, undefined, { timeout: timeoutMs }).catch((error) => {
    throw new Error(`${url}: no result; ${errors.join('; ')}`, { cause: error })
  })
  const result: unknown = await page.evaluate('globalThis.result')
  const isIsolated: unknown = await page.evaluate('globalThis.crossOriginIsolated')
  return { page, result, isIsolated, errors }
}
