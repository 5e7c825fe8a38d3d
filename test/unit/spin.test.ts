/** How long threads spin before they sleep, and that none sleeps through what it waits for. */
import { describe, expect, it } from 'vitest'
import { doneHasChanged, readDone, reportDone } from '../../src/threads/atomics.js'
import { SpinPolicy, spinFor } from '../../src/threads/spin.js'

const LONG_US = 400
const SHORT_US = 5

const atOnce = (): boolean => true
const never = (): boolean => false

/** Rounds until workers are to spin for long again, from waits that end at once. */
function roundsOfRest(policy: SpinPolicy): number {
  let rounds = 0
  for (; policy.workersMicroseconds === SHORT_US; rounds++) policy.spin(0, atOnce)
  return rounds
}

/** Late waits until the policy gives up long spins. */
function tire(policy: SpinPolicy): number {
  let rounds = 0
  for (; policy.workersMicroseconds === LONG_US; rounds++) {
    expect(policy.spin(0, never)).toBe(false)
  }
  return rounds
}

describe('spinFor', () => {
  it('looks at least once, and ends in time', () => {
    expect(spinFor(0, atOnce)).toBe(true)
    expect(spinFor(0, never)).toBe(false)
    const start = performance.now()
    expect(spinFor(200, never)).toBe(false)
    expect(performance.now() - start).toBeGreaterThanOrEqual(0.2)
    let looks = 0
    expect(spinFor(1_000_000, () => ++looks === 1_000)).toBe(true)
  })
})

describe('SpinPolicy', () => {
  it('never spins where threads have no core each', () => {
    const policy = new SpinPolicy(false)
    expect(policy.workersMicroseconds).toBe(0)
    let looks = 0
    expect(policy.spin(1, () => ++looks > 1)).toBe(false)
    expect(looks).toBe(1)
  })

  it('keeps long spins while most waits end in them', () => {
    const policy = new SpinPolicy(true)
    for (let round = 0; round < 200; round++) {
      const isLate = round % 5 === 0
      expect(policy.spin(0, isLate ? never : atOnce)).toBe(!isLate)
      expect(policy.workersMicroseconds).toBe(LONG_US)
    }
  })

  it('gives them up where they fail, for twice as long each time, and comes back', () => {
    const policy = new SpinPolicy(true)
    for (const rest of [16, 32, 64, 128, 256, 512, 1_024, 1_024]) {
      expect(tire(policy)).toBeLessThan(8)
      expect(roundsOfRest(policy)).toBe(rest)
    }
    for (let round = 0; round < 64; round++) policy.spin(0, atOnce)
    tire(policy)
    expect(roundsOfRest(policy)).toBe(16)
  })
})

describe('the barrier', () => {
  it('does not wait for a change that has come about', async () => {
    const words = new Int32Array(new SharedArrayBuffer(4_096))
    const seen = readDone(words)
    reportDone(words, 1)
    const start = performance.now()
    await doneHasChanged(words, seen, 10_000)
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(readDone(words)).toBe(1)
  })
})
