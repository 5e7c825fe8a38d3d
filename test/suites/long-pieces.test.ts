/** Work that was one piece of the event loop: it has turns now, and comes to the same. */
import { createEngine } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { Pulse, nextTask } from '../../src/base/pulse.js'
import { LibraryMissing } from '../../src/wasm/faults.js'
import { asOneBlock } from '../../src/machine/guard.js'
import { hasLongList, transactionFromJson } from '../../src/intake/transaction-json.js'
import { signTransaction } from '../../src/intake/sign-transaction.js'
import { signedHash, signingHash } from '../../src/intake/transaction.js'
import { orderedRootByAll } from '../../src/results/roots.js'
import { readWitness } from '../../src/witness/validator-input.js'
import { encodeWitness } from '../../src/witness/execution-witness.js'
import { ENV } from '../support/small-blocks.js'

const SECRET = new Uint8Array(32).fill(7)
const SECRET_KEY = `0x${'07'.repeat(32)}` as const
const LONG_DATA = `0x${'ab'.repeat(20_000)}`
const TO = `0x${'11'.repeat(20)}` as const
const keyOf = (i: number): string => `0x${i.toString(16).padStart(64, '0')}`

/** A transaction with so many storage keys in one entry. */
function withKeys(count: number) {
  const storageKeys = Array.from({ length: count }, (_, i) => keyOf(i))
  const accessList = [{ address: TO, storageKeys }]
  return { type: 1, nonce: 0, gasLimit: 2 ** 40, gasPrice: 9, to: TO, accessList }
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => undefined, (error: unknown) => error)
}

describe('the hash that was signed', () => {
  const fields = (count: number, rest: object) => ({ ...withKeys(count), ...rest })
  it.each([
    ['small', fields(1, {})],
    ['just large', fields(497, {})],
    ['above 64 kB', fields(2_500, {})],
    ['of type 2', fields(2_500, { type: 2, gasPrice: undefined, maxFeePerGas: 9 })],
    ['of a legacy one', fields(0, { type: 0, accessList: undefined, data: LONG_DATA })],
  ])('is the same without encoding again: %s', (_, json) => {
    const given = { ...json, secretKey: SECRET_KEY }
    const tx = transactionFromJson(given, {}, { chainId: 1n, sign: signTransaction })
    expect(signedHash(tx)).toEqual(signingHash(tx))
  })

  it('is another for another signature’s size, too', () => {
    for (let nonce = 0n; nonce < 40n; nonce++) {
      const storageKeys = new Array<Uint8Array>(600).fill(SECRET)
      const accessList = [{ address: SECRET.slice(0, 20), storageKeys }]
      const given = { nonce, gasLimit: 1n << 40n, gasPrice: 1n, chainId: 1n, to: null, accessList }
      const tx = signTransaction({ ...given, type: 1 } as never, SECRET)
      expect(signedHash(tx)).toEqual(signingHash(tx))
    }
  })
})

describe('many storage keys in one entry', () => {
  it('make a list long', () => {
    expect(hasLongList(withKeys(300))).toBe(true)
    expect(hasLongList(withKeys(3))).toBe(false)
    for (const odd of [null, {}, { accessList: 3 }, { accessList: [null, { storageKeys: 'x' }] }]) {
      expect(hasLongList(odd)).toBe(false)
    }
  })

  it.each([
    ['right', (keys: unknown[]) => keys],
    ['short', (keys: unknown[]) => [...keys, '0x01']],
    ['bytes', (keys: unknown[]) => [new Uint8Array(32), ...keys]],
    ['no hex', (keys: unknown[]) => [...keys, `0x${'zz'.repeat(32)}`]],
  ])('are read as a few are: %s', async (_, change) => {
    const engine = await createEngine({ workers: 1, semantics: 'ethereum', fork: 'prague' })
    const json = withKeys(2_000)
    const storageKeys = change(json.accessList[0]!.storageKeys) as never
    const given = { ...json, accessList: [{ address: TO, storageKeys }], secretKey: SECRET_KEY }
    const env = { ...ENV, gasLimit: 2 ** 41 }
    let expected: unknown
    let hash: Uint8Array | undefined
    try {
      const place = { block: BigInt(ENV.number), tx: 0 }
      hash = transactionFromJson(given, place, { chainId: 1n, sign: signTransaction }).hash
    } catch (error) {
      expected = JSON.parse(JSON.stringify(error))
    }
    const preparing = engine.prepareBlock({ env, transactions: [given as never] })
    const error = await thrownBy(preparing)
    if (hash === undefined) expect(JSON.parse(JSON.stringify(error))).toEqual(expected)
    else expect((await preparing).transactions[0]!.hash).toEqual(hash)
    await engine.dispose()
  })

  it('are compared, if the transaction was decoded before', async () => {
    const engine = await createEngine({ workers: 1, semantics: 'ethereum', fork: 'prague' })
    const env = { ...ENV, gasLimit: 2 ** 41 }
    const given = { ...withKeys(2_000), secretKey: SECRET_KEY } as never
    const { transactions: [tx] } = await engine.prepareBlock({ env, transactions: [given] })
    const again = await engine.prepareBlock({ env, transactions: [tx!] })
    expect(again.transactions[0]!.hash).toEqual(tx!.hash)
    const changed = { ...tx!, nonce: 5n }
    const error = await thrownBy(engine.prepareBlock({ env, transactions: [changed] }))
    expect(error).toMatchObject({ name: 'InvalidTransactionError', place: { field: 'nonce' } })
    await engine.dispose()
  })
})

it('hears a signal while a compact witness is read', async () => {
  const node = new Uint8Array(32)
  const state = new Array<Uint8Array>(500_000).fill(node)
  const bytes = encodeWitness({ state, codes: [], headers: [] })
  expect((await readWitness(bytes, new Pulse())).state.length).toBe(state.length)
  const controller = new AbortController()
  setImmediate(() => controller.abort())
  // Late by more than a pulse, as after other work
  const pulse = new Pulse(controller.signal)
  for (const start = performance.now(); performance.now() - start < 30;);
  await expect(readWitness(bytes, pulse)).rejects.toMatchObject({ name: 'CancelledError' })
})

it('measures the values of a root in turns', async () => {
  const controller = new AbortController()
  setImmediate(() => controller.abort())
  const pulse = new Pulse(controller.signal)
  for (const start = performance.now(); performance.now() - start < 30;);
  const values = new Array<Uint8Array>(100_000).fill(new Uint8Array(40))
  const core = {
    allocateForBlock: () => {
      throw new Error('too late')
    },
  }
  const maker = { core, itemsAPiece: 128, pulse } as never
  await expect(orderedRootByAll(maker, values)).rejects.toMatchObject({ name: 'CancelledError' })
})

it('does not wait for libraries when it is cancelled', async () => {
  const controller = new AbortController()
  const leftovers: (() => Promise<void>)[] = []
  let end = (): void => undefined
  const workers = {
    loadLibraries: () => new Promise<void>((resolve) => void (end = resolve)),
    repair: async () => undefined,
  }
  const core = {
    exports: { undoBlock: () => undefined },
    bind: () => undefined,
    memory: { u32: new Uint32Array(2 ** 20), i32: new Int32Array(2 ** 20) },
  }
  const later = (work: () => Promise<void>): void => void leftovers.push(work)
  const parts = { core, workers, later } as never
  const work = async (): Promise<never> => {
    throw new LibraryMissing(8)
  }
  const running = asOneBlock(parts, {}, work, controller.signal)
  await nextTask()
  controller.abort()
  await expect(running).rejects.toMatchObject({ name: 'CancelledError' })
  // The next turn waits for them
  expect(leftovers.length).toBe(1)
  end()
  await leftovers[0]!()
})
