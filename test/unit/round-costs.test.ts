/** What rounds cost is learned from those that were; no clock is needed to see what follows. */
import { describe, expect, it } from 'vitest'
import { evenGain } from '../../src/threads/workers.js'
import { RoundCosts, SharingBar } from '../../src/threads/round-costs.js'

describe('costs of rounds', () => {
  it('foresees nothing of messages until there is something to learn from', () => {
    const costs = new RoundCosts()
    expect(costs.gasShare).toBe(0)
    costs.noteGas(0, 0)
    expect(costs.gasShare).toBe(0)
  })

  it('learns what part of their gas messages use', () => {
    const costs = new RoundCosts()
    for (let i = 0; i < 40; i++) costs.noteGas(1_000_000, 100_000)
    expect(costs.gasShare).toBeCloseTo(0.1, 3)
  })

  it('believes what a thread took alone before what it took beside others', () => {
    const costs = new RoundCosts()
    costs.noteShared(1_000_000, 5)
    expect(costs.nsPerGas).toBeCloseTo(2)
    costs.noteAlone(1_000_000, 1.5)
    costs.noteShared(1_000_000, 5)
    expect(costs.nsPerGas).toBeCloseTo(1.5)
  })
})

describe('the bar for sharing', () => {
  /** Rounds of one size, shared if the bar lets them; sharing adds `lossUs` and halves the rest. */
  function play(rounds: number, aloneUs: number, lossUs: number): { shared: number; us: number } {
    const bar = new SharingBar()
    let shared = 0
    let us = 0
    for (let i = 0; i < rounds; i++) {
      const isShared = aloneUs / 2 > bar.least(true)
      const took = isShared ? aloneUs / 2 + lossUs : aloneUs
      if (isShared) bar.noteShared(true, aloneUs, took)
      else bar.noteAlone()
      shared += isShared ? 1 : 0
      us += took
    }
    return { shared, us }
  }

  it('lets rounds be shared as long as they gain', () => {
    expect(play(1_000, 200, 10).shared).toBe(1_000)
    expect(play(1_000, 5_000, 500).shared).toBe(1_000)
  })

  it('loses no more than a twentieth where sharing does not pay', () => {
    for (const aloneUs of [60, 120, 250, 1_000, 5_000]) {
      for (const lossUs of [aloneUs / 2, aloneUs]) {
        expect(play(2_000, aloneUs, lossUs).us).toBeLessThan(1.05 * 2_000 * aloneUs)
      }
    }
  })

  it('tries again when the machine may have changed', () => {
    const bar = new SharingBar()
    for (let i = 0; i < 50; i++) bar.noteShared(false, 100, 400)
    const raised = bar.least(false)
    expect(raised).toBeGreaterThan(1_000)
    for (let i = 0; i < 4_000; i++) bar.noteAlone()
    expect(bar.least(false)).toBeLessThan(raised / 10)
  })
})

describe('gain of pieces of one size', () => {
  it('is what lies beside the longest share', () => {
    expect(evenGain(2, 2, 10)).toBe(10)
    expect(evenGain(2, 3, 10)).toBe(10)
    expect(evenGain(4, 64, 1)).toBe(48)
    expect(evenGain(8, 1, 50)).toBe(0)
  })
})
