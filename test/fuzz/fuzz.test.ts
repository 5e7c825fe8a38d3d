/**
 * Every way in, with inputs that are almost right. ACTOR_EVM_FUZZ says how many over all targets,
 * ACTOR_EVM_SEED where the row of inputs begins: an input is made again from its target, the seed
 * and its index. ACTOR_EVM_FUZZ_INPUT makes one alone, as failures name it: `alloc:19`; a target
 * alone, without an index: `alloc`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../reference/random.js'
import { fromEnvironment } from '../support/from-environment.js'
import { makeTargets, type Target } from './targets.js'
import { INPUT_LIMIT_MS, Watchdog, againText } from './watchdog.js'

/** Of each target: weights follow what an input takes, so that targets get about the same time. */
const LEAST_INPUTS = 8
const INPUTS = fromEnvironment('ACTOR_EVM_FUZZ', 1_000)
const SEED = fromEnvironment('ACTOR_EVM_SEED', 1)
/** Beside its own size. V8 takes memory from the system in steps. */
const MAX_GROWTH_BYTES = 64 * 2 ** 20
/** Of a busy machine; what hangs, the watchdog ends. */
const TIMEOUT_MS = Math.max(120_000, 10 * INPUTS)
/** What alone is tried. */
const [ONLY_TARGET, ONLY_INPUT] = (process.env.ACTOR_EVM_FUZZ_INPUT ?? '').split(':')

let made: Awaited<ReturnType<typeof makeTargets>>
let watchdog: Watchdog
beforeAll(async () => {
  made = await makeTargets()
  watchdog = new Watchdog(made.targets.map(({ name }) => name), SEED)
}, TIMEOUT_MS)
afterAll(async () => {
  await watchdog.dispose()
  await made.dispose()
})

interface Summary {
  slowestMs: number
  growthBytes: number
  /** The first of each kind, with what makes it again. */
  readonly failures: Map<string, string>
}

/** CPU time of this process, which other work on the machine does not lengthen. */
const cpuMs = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000
}
let peakSoFar = 0
const peakBytes = (): number => process.resourceUsage().maxRSS * 1_024

async function fuzz(
  target: Target,
  index: number,
  first: number,
  inputs: number,
): Promise<Summary> {
  const summary: Summary = { slowestMs: 0, growthBytes: 0, failures: new Map() }
  for (let i = first; i < first + inputs; i++) {
    watchdog.begin(index, i)
    const failure = await tryInput(target, index, i, summary)
    watchdog.end()
    if (failure === undefined) continue
    // Numbers differ from input to input of one kind
    const kind = failure.replace(/\d+/g, 'n').slice(0, 60)
    if (!summary.failures.has(kind)) {
      summary.failures.set(kind, `${againText(target.name, i, SEED)}: ${failure}`)
    }
  }
  return summary
}

/** @returns what is wrong */
async function tryInput(
  target: Target,
  index: number,
  i: number,
  summary: Summary,
): Promise<string | undefined> {
  const random = new Random(SEED * 0x9e3779b1 + index * 0x85ebca77 + i)
  const [start, peak] = [cpuMs(), peakSoFar]
  let size: number
  try {
    size = await target.run(random)
  } catch (error) {
    const { cause, message } = error as Error
    return cause instanceof Error ? `${message} ${cause.stack?.split('\n')[1]?.trim()}` : message
  }
  const ms = cpuMs() - start
  peakSoFar = peakBytes()
  const growth = peakSoFar - peak - size
  summary.slowestMs = Math.max(summary.slowestMs, ms)
  summary.growthBytes = Math.max(summary.growthBytes, growth)
  if (ms > INPUT_LIMIT_MS) return `${ms.toFixed(0)} ms`
  return growth > MAX_GROWTH_BYTES ? `${growth} bytes more` : undefined
}

describe('fuzzing', () => {
  const name = `${INPUTS} inputs end with a result or a typed error, soon`
  it(name, { timeout: TIMEOUT_MS }, async () => {
    const { targets } = made
    const all = targets.reduce((sum, { weight }) => sum + weight, 0)
    const failures: string[] = []
    let tried = 0
    for (const [index, target] of targets.entries()) {
      // Without fixtures some have no seeds
      if (ONLY_TARGET ? target.name !== ONLY_TARGET : target.weight === 0) continue
      const part = Math.max(LEAST_INPUTS, Math.ceil((INPUTS * target.weight) / all))
      const share = ONLY_TARGET ? INPUTS : part
      const [first, inputs] = ONLY_INPUT === undefined ? [0, share] : [Number(ONLY_INPUT), 1]
      const start = cpuMs()
      peakSoFar = peakBytes()
      const { growthBytes, slowestMs, ...found } = await fuzz(target, index, first, inputs)
      failures.push(...found.failures.values())
      tried += inputs
      if (INPUTS > 10_000) {
        const growth = (growthBytes / 2 ** 20).toFixed(0)
        const each = ((1_000 * (cpuMs() - start)) / inputs).toFixed(0)
        const most = `slowest ${slowestMs.toFixed(0)} ms, ${growth} MiB`
        console.log(`${target.name}: ${inputs}, ${each} µs each, ${most}`)
      }
    }
    expect(failures).toEqual([])
    expect(tried).toBeGreaterThanOrEqual(ONLY_INPUT === undefined ? INPUTS : 1)
  })
})
