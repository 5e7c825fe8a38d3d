/** The same blocks on any number of workers in Node and in a real browser: the same results. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from 'actor-evm'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRuntimeCases } from '../support/runtime-cases.js'
import { hasChromium, launchChromium, visit } from './chromium.js'
import { runCases } from './site/run-cases.js'
import { serve, type StaticServer } from './static-server.js'

const HAS_CHROMIUM = hasChromium()
const SITE = fileURLToPath(new URL('site', import.meta.url))
const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const PAGE_TIMEOUT_MS = 100_000
const TEST_TIMEOUT_MS = 120_000

/** A host that has no shared memory at all. */
const REFUSE_SHARED_MEMORY = `
  const { Memory } = WebAssembly
  WebAssembly.Memory = function (descriptor) {
    if (descriptor.shared) throw new TypeError('shared memory is not enabled')
    return new Memory(descriptor)
  }
  WebAssembly.Memory.prototype = Memory.prototype
`

type Outcomes = Awaited<ReturnType<typeof runCases>>

const cases = await makeRuntimeCases()

/** The outcomes are those of one worker but for the number of workers. */
function onWorkers(outcomes: Outcomes, workers: number): Outcomes {
  return outcomes.map((outcome) => ({ ...outcome, workers }))
}

let expected: Outcomes

beforeAll(async () => {
  expected = await runCases(createEngine, cases, { workers: 1 })
})

describe('the same results', () => {
  it('come from blocks that do something', () => {
    const results = expected.flatMap((outcome) => (outcome as { results: unknown[] }).results)
    expect(results).toHaveLength(102)
    const messages = JSON.stringify(results).match(/0x[0-9a-f]{64}(?=")/g)
    expect(messages!.length).toBeGreaterThan(1_000)
  })

  it.each([2, 3, 4])('in Node on %i workers', async (workers) => {
    const outcomes = await runCases(createEngine, cases, { workers })
    expect(outcomes).toEqual(onWorkers(expected, workers))
  })
})

describe.skipIf(!HAS_CHROMIUM)('the same results in Chromium', () => {
  let browser: Browser
  let isolated: StaticServer
  let open: StaticServer

  beforeAll(async () => {
    const folders = { '/': SITE, '/dist/': join(DIST) }
    const documents = { '/cases.json': JSON.stringify(cases) }
    isolated = await serve(folders, documents)
    open = await serve(folders, documents, {})
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await isolated?.close()
    await open?.close()
  })

  async function resultOf(url: string, initScript = ''): Promise<unknown> {
    const options = { timeoutMs: PAGE_TIMEOUT_MS, initScript }
    const { page, result, errors } = await visit(browser, url, options)
    await page.close()
    expect(errors).toEqual([])
    return result
  }

  it.each(['page', 'thread'].flatMap((place) => [1, 2, 3].map((workers) => ({ place, workers }))))(
    'with the engine in a $place, on $workers workers',
    async ({ place, workers }) => {
      const result = await resultOf(`${isolated.origin}/cases.html?in=${place}&workers=${workers}`)
      expect(result).toEqual(onWorkers(expected, workers))
    },
    TEST_TIMEOUT_MS,
  )

  it.each(['page', 'thread'])(
    'without isolation, by default on one worker, in a %s',
    async (place) => {
      expect(await resultOf(`${open.origin}/cases.html?in=${place}`)).toEqual(expected)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'where the browser refuses shared memory',
    async () => {
      const url = `${open.origin}/cases.html?in=page`
      expect(await resultOf(url, REFUSE_SHARED_MEMORY)).toEqual(expected)
    },
    TEST_TIMEOUT_MS,
  )

  it('but not on two workers without isolation, which is a typed error', async () => {
    const result = await resultOf(`${open.origin}/cases.html?in=page&workers=2`)
    expect(result).toMatchObject({
      error: 'InvalidInputError',
      message: expect.stringMatching(/"workers" expected 1, .*COOP.*COEP.*, got 2/),
      place: { field: 'workers' },
    })
  })
})
