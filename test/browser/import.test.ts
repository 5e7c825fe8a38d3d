import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from 'actor-evm'
import type { Browser } from 'playwright-core'
import { build, createServer, type InlineConfig } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, launchChromium, visit } from './chromium.js'
import { makeScenario } from './scenario.js'
import { runScenario } from './site/run-scenario.js'
import { buildByWebpack } from '../support/webpack.js'
import { ISOLATION_HEADERS, serve } from './static-server.js'

const HAS_CHROMIUM = hasChromium()
const SITE = fileURLToPath(new URL('site', import.meta.url))
const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const DIST = join(PROJECT, 'dist')

const scenario = makeScenario()

/** The project of a user who has installed the package: a page, a script, node_modules. */
function makeUserProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'actor-evm-site-'))
  cpSync(SITE, folder, { recursive: true })
  mkdirSync(join(folder, 'public'))
  for (const part of ['package.json', 'dist']) {
    cpSync(join(PROJECT, part), join(folder, 'node_modules/actor-evm', part), { recursive: true })
  }
  return folder
}

describe.skipIf(!HAS_CHROMIUM)('in a real browser', () => {
  let browser: Browser
  let userProject: string
  let expected: Awaited<ReturnType<typeof runScenario>>
  /** Closes what a test opened, last first. */
  const closers: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    userProject = makeUserProject()
    expected = await runScenario(createEngine, scenario, 1)
    browser = await launchChromium()
  })

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(userProject, { recursive: true, force: true })
  })

  async function serveFolders(folders: Record<string, string>): Promise<string> {
    const server = await serve(folders, { '/scenario.json': JSON.stringify(scenario) })
    closers.push(() => server.close())
    return server.origin
  }

  /** What a page's script left behind, and what went wrong on the way. */
  async function openPage(url: string) {
    const { page, ...left } = await visit(browser, url)
    closers.push(() => page.close())
    return left
  }

  const viteConfig = (): InlineConfig => ({
    root: userProject,
    configFile: false,
    logLevel: 'warn',
  })

  it('runs the block in Node with messages between contracts', () => {
    expect(expected.statuses).toEqual([1, 1, 1, 1])
  })

  it('gives the roots of Node from a plain module script, with no import map', async () => {
    const origin = await serveFolders({ '/': SITE, '/dist/': DIST })
    const page = await openPage(`${origin}/plain.html`)
    expect(page).toEqual({ result: expected, isIsolated: true, errors: [] })
  })

  it('gives the roots of Node from a production build by Vite', async () => {
    await build({ ...viteConfig(), build: { chunkSizeWarningLimit: 2_000 } })
    const origin = await serveFolders({ '/': join(userProject, 'dist') })
    const page = await openPage(`${origin}/index.html`)
    expect(page).toEqual({ result: expected, isIsolated: true, errors: [] })
  })

  it('gives the roots of Node from a build by webpack', async () => {
    const folder = join(userProject, 'webpack')
    const problems = await buildByWebpack({
      context: userProject,
      mode: 'production',
      entry: './bundled.js',
      output: { path: folder, filename: 'main.js' },
      // Minifying takes ten seconds and is not ours to test
      optimization: { minimize: false },
      performance: { hints: false },
    })
    expect(problems).toBe('')
    writeFileSync(join(folder, 'index.html'), '<!doctype html><script src="./main.js"></script>')
    const origin = await serveFolders({ '/': folder })
    const page = await openPage(`${origin}/index.html`)
    expect(page).toEqual({ result: expected, isIsolated: true, errors: [] })
  })

  it('gives the roots of Node from the development server of Vite', async () => {
    writeFileSync(join(userProject, 'public', 'scenario.json'), JSON.stringify(scenario))
    const server = await createServer({
      ...viteConfig(),
      server: { host: '127.0.0.1', port: 0, headers: ISOLATION_HEADERS, hmr: false, ws: false },
    })
    closers.push(() => server.close())
    await server.listen()
    const page = await openPage(`${server.resolvedUrls!.local[0]}index.html`)
    expect(page).toEqual({ result: expected, isIsolated: true, errors: [] })
  })
})
