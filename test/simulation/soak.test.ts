/**
 * Many consecutive blocks in one process: memory stays what it was once warm, and the roots are
 * those of a fresh process.
 *
 *   ACTOR_EVM_SOAK  blocks (standard 300); 10,000 take half a minute
 */
import { execFile } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine } from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE_BYTES, SLAB_KINDS } from '../../assembly/abi/memory-map.js'
import { fromEnvironment } from '../support/from-environment.js'
import { lastHeapTop, unwatchMemories, watchMemories } from '../support/linear-memories.js'
import { RootsHash, SOAK_ALLOC, soak } from '../support/soak-chain.mjs'

const BLOCKS = fromEnvironment('ACTOR_EVM_SOAK', 300)
/** Until every worker has had every kind of work, and tables have their size. */
const WARM_UP = Math.min(100, Math.ceil(BLOCKS / 3))
const SAMPLES = 10
const WORKERS = 3
const TEST_TIMEOUT_MS = 600_000
/** What a worker may hold more than at another time: a page a kind, some for code. */
const WORKER_WOBBLE_BYTES = 2 * SLAB_KINDS * PAGE_BYTES
/** What a garbage-collected heap may wobble by. */
const HEAP_WOBBLE_BYTES = 2 * 2 ** 20

const DIST = pathToFileURL(fileURLToPath(new URL('../../dist/index.js', import.meta.url))).href
const REPLAY = fileURLToPath(new URL('../support/replay-soak.mjs', import.meta.url))

beforeAll(() => {
  watchMemories()
  setFlagsFromString('--expose-gc')
})
afterAll(unwatchMemories)

interface Sample {
  readonly block: number
  /** First free byte of the linear memory. */
  readonly heapTop: number
  readonly heapUsed: number
}

async function takeSample(block: number): Promise<Sample> {
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { block, heapTop: lastHeapTop(), heapUsed: process.memoryUsage().heapUsed }
}

async function execute(workers: number): Promise<{ digest: string; samples: Sample[] }> {
  const simulation = { alwaysParallel: workers > 1 }
  const engine = await createEngine({ semantics: 'actor', workers, simulation })
  try {
    await engine.loadGenesis(SOAK_ALLOC)
    const roots = new RootsHash()
    const samples: Sample[] = []
    const every = Math.floor((BLOCKS - WARM_UP) / SAMPLES)
    let block = 0
    for await (const result of soak(engine, BLOCKS)) {
      roots.add(result)
      block++
      if (block >= WARM_UP && (block - WARM_UP) % every === 0) {
        samples.push(await takeSample(block))
      }
    }
    return { digest: roots.digest(), samples }
  } finally {
    await engine.dispose()
  }
}

describe.each([1, WORKERS])(`${BLOCKS} blocks in one process, %i workers`, (workers) => {
  let run: Awaited<ReturnType<typeof execute>>

  beforeAll(async () => {
    run = await execute(workers)
  }, TEST_TIMEOUT_MS)

  it('take no more linear memory than the first ones', () => {
    const [first, ...others] = run.samples
    // Which worker decodes what depends on who comes first
    const wobble = workers > 1 ? workers * WORKER_WOBBLE_BYTES : 0
    for (const { block, heapTop } of others) {
      expect(heapTop - first!.heapTop, `at block ${block}`).toBeLessThanOrEqual(wobble)
    }
  })

  it('leave nothing behind in the heap of JavaScript', () => {
    const [first] = run.samples
    const last = run.samples.at(-1)!
    expect(last.heapUsed - first!.heapUsed).toBeLessThan(HEAP_WOBBLE_BYTES)
  })

  it(
    'have the roots of a fresh process',
    async () => {
      const argv = [REPLAY, DIST, String(BLOCKS)]
      const { stdout } = await promisify(execFile)(process.execPath, argv)
      expect(run.digest).toBe(stdout)
    },
    TEST_TIMEOUT_MS,
  )
})
