/** An engine where the host has no shared memory at all. */
import { createEngine } from 'actor-evm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'
import { withUnsharedMemory } from '../../src/wasm/unshared.js'
import { coreWasmBytes } from '../../src/wasm/core-bytes.generated.js'

const { Memory } = WebAssembly

/** As in a browser that refuses `shared`. */
class UnsharedOnly extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    if (descriptor.shared === true) throw new TypeError('shared memory is not enabled')
    super(descriptor)
  }
}

/** As in a browser that does not know it. */
class SharedIgnored extends Memory {
  constructor({ initial, maximum }: WebAssembly.MemoryDescriptor) {
    super({ initial, maximum: maximum! })
  }
}

async function rootOfCase(): Promise<string> {
  const engine = await createEngine({ semantics: 'actor', workers: 1, memory: 2 ** 28 })
  try {
    await engine.loadGenesis(CASE_ALLOC)
    return (await engine.executeBlock(CASE_BLOCK)).stateRoot
  } finally {
    await engine.dispose()
  }
}

afterEach(() => vi.unstubAllGlobals())

describe('without shared memory', () => {
  it.each([UnsharedOnly, SharedIgnored])('one worker gives the same root (%o)', async (Other) => {
    const expected = await rootOfCase()
    vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), { Memory: Other }))
    expect(await rootOfCase()).toBe(expected)
  })

  it('changes one bit of the core', () => {
    const bytes = coreWasmBytes()
    const other = withUnsharedMemory(bytes)
    const changed = [...bytes.keys()].filter((i) => bytes[i] !== other[i])
    expect(changed).toHaveLength(1)
    expect(WebAssembly.validate(other)).toBe(true)
  })
})
