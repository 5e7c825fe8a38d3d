import { describe, expect, it } from 'vitest'
import { ARENA_SIZE } from '../../assembly/abi/memory-map.js'
import {
  resolveOptions,
  type EngineOptions,
  type ResolvedOptions,
} from '../../src/machine/engine-options.js'

const GIBIBYTE = 2 ** 30

const resolve = (options: Partial<EngineOptions>, cores: number): ResolvedOptions =>
  resolveOptions({ semantics: 'actor', ...options }, cores)

describe('workers and memory by default', () => {
  it.each([1, 2, 8, 16])('one worker for each of %i cores, and a roomy state', (cores) => {
    const { workers, memoryBytes } = resolve({}, cores)
    expect(workers).toBe(cores)
    expect(memoryBytes).toBeGreaterThanOrEqual(2 * GIBIBYTE)
    expect(memoryBytes - workers * ARENA_SIZE).toBeGreaterThanOrEqual(GIBIBYTE)
  })

  it('64 workers on a machine of more cores', () => {
    const { workers, memoryBytes } = resolve({}, 96)
    expect(workers).toBe(64)
    expect(memoryBytes).toBe(2 * GIBIBYTE)
  })

  it('fewer workers in less memory, and at least one', () => {
    expect(resolve({ memory: GIBIBYTE + 7 * ARENA_SIZE }, 8).workers).toBe(7)
    expect(resolve({ memory: GIBIBYTE / 2 }, 8).workers).toBe(1)
  })

  it('takes what is asked for if it fits, and says so if not', () => {
    expect(resolve({ workers: 4, memory: GIBIBYTE }, 2).workers).toBe(4)
    const asking = (): unknown => resolve({ workers: 16, memory: 2 ** 26 }, 8)
    expect(asking).toThrow(/"memory" expected at least \d+ bytes for 16 workers/)
    expect(() => resolve({ workers: 65 }, 8)).toThrow(/"workers" expected/)
    expect(resolve({ workers: 64 }, 8).memoryBytes).toBe(2 * GIBIBYTE)
  })
})
