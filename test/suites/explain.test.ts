/** Parallelism and predictions: on rounds made by hand, on executed blocks, on the command line. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createEngine,
  explainBlock,
  measureCosts,
  type Delivery,
  type ExplainedRound,
  type MeasuredBlock,
  type Hex,
} from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bar, sparkline } from '../../src/cli/explain-output.js'
import { makespan } from '../../src/explain/schedule.js'
import { CASE_ALLOC, CASE_BLOCK, manyRelays } from '../support/small-blocks.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** A message to an actor: who, gas used, gas given, and how it was delivered. */
type Sketch = readonly [to: string, gasUsed: number, gas?: number, delivery?: Delivery]

function roundOf(round: number, sketches: readonly Sketch[]): ExplainedRound {
  const messages = sketches.map(([to, gasUsed, gas = gasUsed, delivery = 'code' as const]) => {
    return { to: to as Hex, gasUsed, gas, delivery }
  })
  return { round, messages }
}

/** Three groups of 60, 30 and 10, then one of 50. */
const ROUNDS = [
  roundOf(0, [['a', 20], ['b', 30], ['a', 40], ['c', 10]]),
  roundOf(1, [['a', 25], ['a', 25], ['d', 0, 100, 'credit']]),
]

const speedUps = (rounds: readonly ExplainedRound[]): Record<number, number> =>
  Object.fromEntries(
    explainBlock(rounds).predictions.map(({ workers, speedUp }) => [workers, speedUp]),
  )

describe('list scheduling', () => {
  it('gives the next job to the worker that is free first', () => {
    expect(makespan([5, 4, 3, 3, 3], 2)).toBe(10)
    expect(makespan([5, 4, 3, 3, 3], 3)).toBe(7)
    expect(makespan([5, 4, 3, 3, 3], 5)).toBe(5)
    expect(makespan([5, 4, 3, 3, 3], 256)).toBe(5)
  })

  it('takes jobs in the given order, though another would be better', () => {
    expect(makespan([1, 1, 2], 2)).toBe(3)
    expect(makespan([2, 1, 1], 2)).toBe(2)
  })

  it('needs no time for nothing', () => {
    expect(makespan([], 4)).toBe(0)
  })
})

describe('a block explained', () => {
  it('has groups by recipient, of which credits form none', () => {
    const { rounds, messageCount, gasUsed } = explainBlock(ROUNDS)
    expect(rounds.map(({ groupCount }) => groupCount)).toEqual([3, 1])
    expect(rounds.map((round) => round.messageCount)).toEqual([4, 3])
    expect(rounds[0]!.groups[0]).toEqual({ recipient: 'a', messageCount: 2, gas: 60, gasUsed: 60 })
    expect([messageCount, gasUsed]).toEqual([7, 150])
  })

  it('has the largest group of each round on its critical path', () => {
    const { rounds, criticalPathGas } = explainBlock(ROUNDS)
    expect(rounds.map(({ largestGroup }) => largestGroup)).toEqual(['a', 'a'])
    expect(rounds.map(({ largestGroupGas }) => largestGroupGas)).toEqual([60, 50])
    expect(criticalPathGas).toBe(110)
  })

  it('is predicted from its groups, up to the limit of the critical path', () => {
    const found = speedUps(ROUNDS)
    expect(Object.keys(found)).toEqual(['1', '2', '4', '8', '16', '32', '64', '128', '256'])
    expect(found[1]).toBe(1)
    expect(found[2]).toBeCloseTo(150 / 110, 10)
    expect(found[256]).toBeCloseTo(150 / 110, 10)
  })

  it('places groups by the gas they are given, as the engine does, not by what they use', () => {
    // The long group was expected to be the shortest, so it starts last
    const surprise = [roundOf(0, [['a', 10, 50], ['b', 10, 40], ['c', 100, 30]])]
    expect(explainBlock(surprise).rounds[0]!.groups.map(({ recipient }) => recipient)).toEqual([
      'a', 'b', 'c',
    ])
    expect(speedUps(surprise)[2]).toBeCloseTo(120 / 110, 10)
  })

  it('gains nothing where everybody calls one contract', () => {
    expect(speedUps([roundOf(0, [['a', 1], ['a', 2], ['a', 3]])])[256]).toBe(1)
  })

  it('can be empty, or run nothing', () => {
    for (const rounds of [[roundOf(0, [])], [roundOf(0, [['a', 0, 21_000, 'credit']])]]) {
      const { criticalPathGas, predictions, rounds: found } = explainBlock(rounds)
      expect(criticalPathGas).toBe(0)
      expect(found[0]!.largestGroup).toBeNull()
      expect(predictions.every(({ speedUp }) => speedUp === 1)).toBe(true)
    }
  })

  it('counts what one thread does alone, and waking, where costs were measured', () => {
    const costs = { perGas: [1, 2], serial: 100, wake: 5 }
    const { predictions } = explainBlock(ROUNDS, costs)
    // Round 1 is one group: nobody is woken for it
    const times = predictions.map(({ time }) => time)
    expect(times.slice(0, 2)).toEqual([100 + 100 + 100, 100 + (60 + 5) + 100])
    expect(predictions[1]!.speedUp).toBeCloseTo(300 / 265, 10)
  })
})

describe('measured costs', () => {
  const worker = (groups: number, busyMs: number) => ({ groups, messages: groups, gas: 0, busyMs })
  const block = (execution: number, rounds: MeasuredBlock['rounds']): MeasuredBlock => {
    return { rounds, timing: { execution } }
  }
  const alone = block(20, [
    { gasUsed: 100, ms: 11, perWorker: [worker(4, 10)] },
    { gasUsed: 0, ms: 1, perWorker: [worker(0, 10)] },
    { gasUsed: 50, ms: 6, perWorker: [worker(1, 5)] },
  ])

  it('are those of one worker, gas by gas and round by round', () => {
    expect(measureCosts(alone)).toEqual({ perGas: [0.1, 0, 0.1], serial: 5, wake: 0 })
  })

  it('have the price of waking from rounds that were shared', () => {
    const shared = block(14, [
      { gasUsed: 100, ms: 6.25, perWorker: [worker(2, 5), worker(2, 4)] },
      { gasUsed: 0, ms: 1, perWorker: [worker(0, 5), worker(0, 4)] },
      { gasUsed: 50, ms: 6, perWorker: [worker(1, 5), worker(0, 4)] },
    ])
    expect(measureCosts(alone, shared).wake).toBeCloseTo(0.25, 10)
  })
})

describe('an executed block', () => {
  it('is explained with the groups that the engine made', async () => {
    const { alloc, block } = manyRelays(20)
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(alloc)
    const { rounds } = await engine.executeBlock(block)
    await engine.dispose()
    const explained = explainBlock(rounds)
    explained.rounds.forEach((round, i) => {
      const { groupCount, gasUsed, largestGroupGas } = rounds[i]!
      expect(round).toMatchObject({ groupCount, gasUsed, largestGroupGas })
    })
    expect(explained.rounds.map(({ groupCount }) => groupCount)).toEqual([20, 1])
  })
})

describe('bars and sparklines', () => {
  it('are as long as their share', () => {
    expect(bar(0)).toBe('')
    expect(bar(0.5)).toBe('█'.repeat(16))
    expect(bar(1)).toBe('█'.repeat(32))
    expect(bar(1 / 256)).toBe('▏')
  })

  it('show the groups by gas, the largest first', () => {
    const groups = [10, 80, 40].map((gasUsed) => {
      return { recipient: 'a', messageCount: 1, gas: 0, gasUsed }
    })
    expect(sparkline({ groups: groups as never })).toBe('█▅▂')
    expect(sparkline({ groups: [] })).toBe('')
  })
})

describe('actor-evm explain', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'actor-evm-explain-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function explain(scenario: unknown, ...args: string[]): string {
    const path = join(folder, 'scenario.json')
    const text = JSON.stringify(scenario, (_, it: unknown) => {
      return typeof it === 'bigint' ? it.toString() : it
    })
    writeFileSync(path, text)
    return execFileSync(process.execPath, [CLI, 'explain', path, ...args], { encoding: 'utf8' })
  }
  const SCENARIO = { alloc: CASE_ALLOC, ...CASE_BLOCK }

  it('counts gas alone, the same everywhere, with --no-measure', () => {
    const json = JSON.parse(explain(SCENARIO, '--no-measure', '--json'))
    expect(json).toMatchObject({ number: 1, transactions: 2, messages: 4, measured: null })
    expect(json.timeUnit).toBe('gas')
    expect(json.rounds.map((round: { groups: number }) => round.groups)).toEqual([2, 1])
    const [alone, two] = json.predictions
    expect(alone).toEqual({ workers: 1, time: json.gasUsed, speedUp: 1 })
    expect(two.time).toBe(json.criticalPathGas)
    const text = explain(SCENARIO, '--no-measure')
    expect(text).toMatch(/critical path +[\d,]+ gas/)
    expect(text).toMatch(/256 predicted/)
    expect(text).not.toMatch(/measured|NaN|undefined/)
  })

  it('measures on one worker and on all cores', () => {
    const { alloc, block } = manyRelays(30)
    const json = JSON.parse(explain({ alloc, ...block }, '--json'))
    expect(json.timeUnit).toBe('ms')
    expect(json.measured.aloneMs).toBeGreaterThan(0)
    expect(json.measured.speedUp).toBeGreaterThan(0)
    expect(json.predictions[0].time).toBeCloseTo(json.measured.aloneMs, 6)
    expect(explain(SCENARIO)).toMatch(/measured +[\d.]+ ×/)
  })

  it('has one explanation a block', () => {
    const { alloc, ...block } = SCENARIO
    const next = { env: { ...block.env, number: 2 }, transactions: [] }
    const json = JSON.parse(explain({ alloc, blocks: [block, next] }, '--no-measure', '--json'))
    expect(json.blocks.map((it: { number: number }) => it.number)).toEqual([1, 2])
  })

  it('has nothing to say of Ethereum semantics', () => {
    expect(() => explain({ ...SCENARIO, semantics: 'ethereum' })).toThrow(/expected actor/)
  })
})
