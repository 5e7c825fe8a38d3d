/**
 * Blocks that this process makes, judged from their witnesses in another process and in a real
 * browser, on one worker and on two.
 *
 * ACTOR_EVM_ELSEWHERE_BLOCKS (60) random blocks, half of them under each semantics.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  blockFileJson,
  createEngine,
  witnessToJson,
  type ProducedBlock,
  type Semantics,
} from 'actor-evm'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { fromEnvironment } from '../support/from-environment.js'
import { produceRandom } from '../support/produced-blocks.js'
import { hasChromium, launchChromium, visit } from './chromium.js'
import { serve, type StaticServer } from './static-server.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_ELSEWHERE_BLOCKS', 60)
const FIRST_SEED = 20_000
/** Chromium takes some 100 ms a block where it has to start a thread for it. */
const TIMEOUT_MS = 60_000 + 500 * BLOCKS
const MOST_OUTPUT_BYTES = 2 ** 26

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const SITE = file('site')
const DIST = file('../../dist')
const JUDGE = fileURLToPath(new URL('../support/judge-file.mjs', import.meta.url))

interface Made {
  readonly options: Parameters<typeof blockFileJson>[0]
  readonly produced: ProducedBlock
}

/** The embedded example is a block of actors; its contracts run under both semantics. */
async function makeMarket(semantics: Semantics): Promise<Made> {
  const scenario = buildScenario({ transactions: 100 })
  const { chainId, env, fork, parameters, transactions } = scenario
  const options = { chainId, fork, parameters, semantics, workers: 1 }
  const engine = await createEngine(options)
  await engine.loadGenesis(scenario.alloc)
  const produced = await engine.produceBlock({ env, transactions })
  await engine.dispose()
  return { options, produced }
}

async function makeAll(): Promise<Made[]> {
  const made = [await makeMarket('actor'), await makeMarket('ethereum')]
  for (let seed = FIRST_SEED; made.length < BLOCKS + 2; seed++) {
    const random = await produceRandom(seed, seed % 2 === 0 ? 'actor' : 'ethereum')
    if (random !== undefined) made.push(random)
  }
  return made
}

let text: string
let expected: string[]

beforeAll(async () => {
  const made = await makeAll()
  const lines = made.map(({ options, produced }) => {
    const { chainId, fork, parameters, semantics } = options
    const chain = { chainId, fork, parameters, semantics }
    const block = blockFileJson(chain, [produced])
    return JSON.stringify({ block, witness: witnessToJson(produced.witness) })
  })
  // The last one is wrong: the header's state root is another's
  const { block, witness } = JSON.parse(lines[0]!)
  const [mine, other] = [made[0]!, made[1]!].map(({ produced }) => produced.result.stateRoot)
  const rlp = block.rlp.replace(mine!.slice(2), other!.slice(2))
  const unnamed = { ...block, rlp, hash: block.hash }
  text = [...lines, JSON.stringify({ block: unnamed, witness })].join('\n')
  expected = made.map(({ produced }) => produced.result.stateRoot)
}, TIMEOUT_MS)

function expectVerdicts(verdicts: unknown): void {
  const found = verdicts as string[]
  expect(found.slice(0, -1)).toEqual(expected)
  expect(found.at(-1)).toMatch(/^refused: .*hash/)
}

describe('blocks made here', () => {
  let folder: string
  let path: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'actor-evm-elsewhere-'))
    path = join(folder, 'blocks.ndjson')
    writeFileSync(path, text)
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([1, 2])(
    'are judged alike in another process, on %i workers',
    async (workers) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [JUDGE, join(DIST, 'light.js'), path, String(workers)],
        { maxBuffer: MOST_OUTPUT_BYTES },
      )
      expectVerdicts(JSON.parse(stdout))
    },
    TIMEOUT_MS,
  )
})

describe.skipIf(!hasChromium())('blocks made in Node', () => {
  let browser: Browser
  let server: StaticServer

  beforeAll(async () => {
    server = await serve({ '/': SITE, '/dist/': DIST }, { '/blocks.ndjson': text })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it.each([1, 2])(
    'are judged alike in Chromium, on %i workers',
    async (workers) => {
      const url = `${server.origin}/judge-blocks.html?workers=${workers}`
      const { page, result, errors } = await visit(browser, url, { timeoutMs: TIMEOUT_MS })
      await page.close()
      expect(errors).toEqual([])
      expectVerdicts(result)
    },
    TIMEOUT_MS,
  )
})
