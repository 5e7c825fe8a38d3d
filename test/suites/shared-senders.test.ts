/** Senders are the same whoever recovers them, and so is the error for a bad signature. */
import {
  createEngine,
  InvalidTransactionError,
  type Engine,
  type Hex,
  type TransactionObject,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { encodeTransaction } from '../../src/intake/transaction.js'

const COUNT = 150
const COINBASE: Hex = `0x${'11'.repeat(20)}`
const ENV = { number: 1, timestamp: 1, gasLimit: 2 ** 40, coinbase: COINBASE }

const fields = (i: number): TransactionObject => ({
  nonce: i,
  gasLimit: 21_000,
  gasPrice: 10,
  to: ENV.coinbase,
  value: 1,
  chainId: 1,
  secretKey: `0x${((i % 7) + 1).toString(16).padStart(64, '0')}`,
})

async function withEngine<T>(workers: number, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await createEngine({ semantics: 'actor', workers, memory: 2 ** 30 })
  return use(engine).finally(() => engine.dispose())
}

describe('senders of a block', () => {
  it('are the same on 1 to 4 workers, also for several blocks at once', async () => {
    const input = { env: ENV, transactions: Array.from({ length: COUNT }, (_, i) => fields(i)) }
    const found = await Promise.all(
      [1, 2, 4].map((workers) =>
        withEngine(workers, async (engine) => {
          const blocks = await Promise.all([engine.prepareBlock(input), engine.prepareBlock(input)])
          return blocks.map(({ senders }) => senders)
        }),
      ),
    )
    const [[first]] = found as [Uint8Array[][]]
    expect(first).toHaveLength(COUNT)
    for (const senders of found.flat()) expect(senders).toEqual(first)
  })

  it('name the first signature that no key can have made, and the engine goes on', async () => {
    await withEngine(2, async (engine) => {
      const transactions = Array.from({ length: COUNT }, (_, i) => fields(i))
      const { transactions: signed } = await engine.prepareBlock({ env: ENV, transactions })
      // No point of the curve has this x coordinate
      const spoiled = signed.map((tx, i) => (i === 77 || i === 120 ? { ...tx, r: 5n } : tx))
      const bad = engine.prepareBlock({ env: ENV, transactions: spoiled })
      await expect(bad).rejects.toThrow(InvalidTransactionError)
      await expect(bad).rejects.toMatchObject({ place: { tx: 77 }, reason: 'invalid-signature' })
      const encoded = spoiled.map(encodeTransaction)
      await expect(engine.prepareBlock({ env: ENV, transactions: encoded })).rejects.toMatchObject({
        place: { tx: 77 },
        reason: 'invalid-signature',
        message: expect.stringContaining('a signature by some key'),
      })
      const good = await engine.prepareBlock({ env: ENV, transactions: signed })
      expect(good.senders).toHaveLength(COUNT)
    })
  })

  it('stop being recovered when the signal says so', async () => {
    await withEngine(2, async (engine) => {
      const transactions = Array.from({ length: COUNT }, (_, i) => fields(i))
      const stop = new AbortController()
      const onProgress = (): void => stop.abort()
      const options = { signal: stop.signal, onProgress }
      const block = engine.prepareBlock({ env: ENV, transactions }, options)
      await expect(block).rejects.toMatchObject({ code: 'CANCELLED' })
    })
  })
})
