/**
 * Work that takes many seconds, and is cancelled in its midst: it ends soon, and leaves the state
 * as it was. How soon, `npm run bench -- deadlines` measures; here the machine may be busy.
 */
import { createEngine, createValidator } from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import { DEADLINES, isCancelled, timeToCancel } from '../../bench/lib/deadlines.mjs'
import { CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'

/** None of it ends by itself within that. */
const SOON_MS = 2_000
const WAIT_MS = 100

const NAMES = [
  'decoding', 'senders', 'authorities', 'a loop, one activation', 'a loop, one transaction',
  'calls, one transaction', 'copies of 8 MiB, one activation',
  'KECCAK256 of 32 MiB, one activation',
  'SHA-256 of 32 MiB, one activation', 'MODEXP of 64 KiB, one activation',
  'BLAKE2 F, 4,000 million rounds, one activation', 'BN254 pairing, 5,000 pairs, one activation',
  'BLS12-381 sum in G2, 3,000 terms, one activation',
  'BLS12-381 pairing, 2,000 pairs, one activation', 'genesis, one account',
  'genesis, a stream that waits', 'waiting for another block',
]
const KINDS = DEADLINES.filter(({ name }: { name: string }) => NAMES.includes(name))

describe.each([1, 2])('a signal on %i workers', (workers) => {
  it.each(KINDS.map((kind: { name: string }) => [kind.name, kind] as const))(
    'is heard in the midst of %s',
    { timeout: 120_000 },
    async (_, kind) => {
      const { error, isSame, ms } = await timeToCancel(kind, workers, WAIT_MS)
      expect(isCancelled(error), String(error)).toBe(true)
      expect(isSame).toBe(true)
      expect(ms).toBeLessThan(SOON_MS)
    },
  )
})

it('has work of each of these names', () => {
  expect(KINDS.length).toBe(NAMES.length)
})

describe('a signal that was given before', () => {
  const disposables: { dispose(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of disposables.splice(0)) await each.dispose()
  })
  const aborted = AbortSignal.abort('enough')
  const cancelled = { name: 'CancelledError', cause: 'enough' }

  it('is heard at once by an engine that is busy', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    disposables.push(engine)
    let end = (): void => undefined
    const waiting = new Promise<void>((resolve) => void (end = resolve))
    async function* accounts() {
      yield* Object.entries(CASE_ALLOC)
      await waiting
    }
    const loading = engine.loadGenesis(accounts() as never)
    const options = { signal: aborted }
    for (const call of [
      engine.executeBlock(CASE_BLOCK, options),
      engine.produceBlock(CASE_BLOCK, [], options),
      engine.loadGenesis({}, options),
    ]) {
      await expect(call).rejects.toMatchObject(cancelled)
    }
    end()
    await loading
    expect((await engine.executeBlock(CASE_BLOCK)).number).toBe(1n)
  })

  it('is heard by a validator, before it looks at the block', async () => {
    const validator = await createValidator({ semantics: 'actor', workers: 1 })
    disposables.push(validator)
    const witness = { state: [], codes: [], headers: [] }
    const input = { block: '0x', witness, signal: aborted } as const
    await expect(validator.validate(input)).rejects.toMatchObject(cancelled)
  })
})
