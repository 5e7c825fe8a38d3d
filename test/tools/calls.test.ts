/** Calls, estimates, changes by hand, dumps: what tools do with an engine beside blocks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CallFailedError, createEngine, type Engine, type Hex, type Semantics } from 'actor-evm'

const A = `0x${'aa'.repeat(20)}` as const
const COUNTER = `0x${'c0'.repeat(20)}` as const
const REVERTS = `0x${'c1'.repeat(20)}` as const
const HUNGRY = `0x${'c2'.repeat(20)}` as const
const ASKS = `0x${'c3'.repeat(20)}` as const
const POOR = `0x${'dd'.repeat(20)}` as const
const ETHER = 10n ** 18n

/** SLOAD(0) + 1 → slot 0, LOG0 of it, returned. */
const COUNT: Hex = '0x6000546001018060005560005260206000a060206000f3'
const word = (value: number | bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`

function errorString(text: string): Hex {
  const bytes = Buffer.from(text)
  const size = Math.ceil(bytes.length / 32) * 32
  const body = Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]).toString('hex')
  return `0x08c379a0${word(32).slice(2)}${word(bytes.length).slice(2)}${body}`
}

/** Reverts with its call data. */
const ECHO_REVERT: Hex = '0x366000600037366000fd'
describe.each<Semantics>(['ethereum', 'actor'])('under %s semantics', (semantics) => {
  let engine: Engine
  let root: Hex

  beforeAll(async () => {
    engine = await createEngine({ semantics, workers: 1, chainId: 1 })
    root = await engine.loadGenesis({
      [A]: { balance: ETHER },
      [COUNTER]: { code: COUNT, storage: { '0x0': 5 } },
      [REVERTS]: { code: ECHO_REVERT },
      // BASEFEE, GASPRICE, COINBASE, NUMBER, TIMESTAMP, GASLIMIT, ORIGIN
      [ASKS]: {
        code: '0x486000523a6020524160405243606052426080524560a0523260c05260e06000f3',
      },
    })
  })
  afterAll(() => engine.dispose())

  it('a call answers, and leaves nothing behind', async () => {
    const result = await engine.call({ from: A, to: COUNTER })
    expect(result).toMatchObject({ status: 1, outcome: 'success', output: word(6) })
    expect(result.logs).toEqual([{ address: COUNTER, topics: [], data: word(6) }])
    expect(result.rounds.length).toBe(semantics === 'actor' ? 1 : 0)
    expect(await engine.stateRoot()).toBe(root)
    expect(await engine.getNonce(A)).toBe(0n)
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({ gasUsed: result.gasUsed })
  })

  it('costs what the same transaction costs', async () => {
    const call = { from: A, to: COUNTER, data: '0x0102' } as const
    const { gasUsed } = await engine.call(call)
    const before = await engine.snapshot()
    const { receipts } = await engine.executeBlock({
      env: { number: 1, timestamp: 1, gasLimit: 30_000_000, coinbase: POOR },
      transactions: [{ impersonate: A, nonce: 0, gasPrice: 0, gasLimit: 1_000_000, ...call }].map(
        ({ from: _, ...fields }) => fields,
      ),
    })
    expect(receipts[0]).toMatchObject({ from: A, gasUsed, output: word(6), status: 1 })
    await engine.revert(before)
    await engine.release(before)
    expect(await engine.stateRoot()).toBe(root)
  })

  it('a revert is data, with its reason', async () => {
    const data = errorString('no: ünsafe')
    const result = await engine.call({ to: REVERTS, data })
    expect(result).toMatchObject({ status: 0, outcome: 'revert', reason: 'no: ünsafe' })
    if (semantics === 'ethereum') expect(result.output).toBe(data)
    const panic = `0x4e487b71${word(0x11).slice(2)}` as const
    const overflow = await engine.call({ to: REVERTS, data: panic })
    expect(overflow.reason).toBe('arithmetic underflow or overflow')
    // What says nothing, or lies about its size, has no reason
    for (const odd of ['0x', '0x08c379a0', `0x08c379a0${word(2n ** 255n).slice(2)}`] as const) {
      expect((await engine.call({ to: REVERTS, data: odd })).reason).toBeUndefined()
    }
  })

  it('sees the environment of the last block, or what is stated', async () => {
    const gasLimit = 4_000_000
    const at = { number: 77, timestamp: 1_000, baseFeePerGas: 9, coinbase: POOR, gasLimit }
    const free = await engine.call({ from: A, to: ASKS }, { env: at })
    const words = (output: Hex) => output.slice(2).match(/.{64}/g)!.map((it) => BigInt(`0x${it}`))
    // Without a price there is no base fee, as in other clients
    expect(words(free.output)).toEqual([0n, 0n, BigInt(POOR), 77n, 1000n, 4000000n, BigInt(A)])
    const paid = await engine.call({ from: A, to: ASKS, gasPrice: 11, gas: 100_000 }, { env: at })
    expect(words(paid.output).slice(0, 2)).toEqual([9n, 11n])
    await expect(
      engine.call({ from: A, to: ASKS, gasPrice: 5, gas: 100_000 }, { env: at }),
    ).rejects.toMatchObject({ reason: 'fee-cap-below-base-fee' })
    await expect(engine.call({ from: POOR, to: A, value: 1 })).rejects.toMatchObject({
      reason: 'insufficient-funds',
    })
    await expect(engine.call({ from: A, to: A, gas: 20_999 })).rejects.toMatchObject({
      reason: 'intrinsic-gas-too-low',
    })
  })

  it('takes a state that is assumed', async () => {
    const count = async (state: object): Promise<Hex> =>
      (await engine.call({ from: A, to: COUNTER }, { state: { [COUNTER]: state } })).output
    expect(await count({ stateDiff: { [word(0)]: word(64) } })).toBe(word(65))
    expect(await count({ stateDiff: { [word(1)]: word(64) } })).toBe(word(6))
    expect(await count({ state: { [word(1)]: word(64) } })).toBe(word(1))
    expect(await count({ code: '0x602a60005260206000f3' })).toBe(word(42))
    const rich = { [POOR]: { balance: 5 } }
    expect((await engine.call({ from: POOR, to: A, value: 5 }, { state: rich })).status).toBe(1)
    const moved = {
      [`0x${'04'.padStart(40, '0')}`]: { movePrecompileToAddress: COUNTER },
    }
    const copied = await engine.call({ to: COUNTER, data: '0x1234' }, { state: moved })
    expect(copied.output).toBe('0x1234')
    expect((await engine.call({ from: A, to: COUNTER })).output).toBe(word(6))
    await expect(
      engine.call({ to: A }, { state: { [A]: { movePrecompileToAddress: POOR } } }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(count({ state: {}, stateDiff: {} })).rejects.toThrow('none beside "state"')
    expect(await engine.stateRoot()).toBe(root)
  })

  it('an estimate is the least gas that succeeds', async () => {
    for (const call of [
      { from: A, to: COUNTER },
      { from: A, to: POOR, value: 1 },
      { from: A, data: '0x602a60005260206000f3' },
    ] as const) {
      const gas = await engine.estimateGas(call)
      expect((await engine.call({ ...call, gas })).status).toBe(1)
      const less = engine.call({ ...call, gas: gas - 1 })
      await expect(less.then(({ status }) => status === 1)).resolves.toBe(false).catch(() =>
        expect(less).rejects.toMatchObject({ code: 'INVALID_TRANSACTION' }),
      )
    }
    const failed = engine.estimateGas({ to: REVERTS, data: errorString('never') })
    await expect(failed).rejects.toBeInstanceOf(CallFailedError)
    await expect(failed).rejects.toMatchObject({ result: { reason: 'never', status: 0 } })
    expect(await engine.stateRoot()).toBe(root)
  })

  it('finds what a call looks at', async () => {
    const { accessList, result } = await engine.createAccessList({ from: A, to: COUNTER })
    expect(accessList).toEqual([{ address: COUNTER, storageKeys: [word(0)] }])
    expect(result.status).toBe(1)
    // 2,400 and 1,900 for the list, 2,000 less for the first look at the slot
    const { gasUsed } = await engine.call({ from: A, to: COUNTER })
    expect(result.gasUsed - gasUsed).toBe(2_400 + 1_900 - 2_000)
    const none = await engine.createAccessList({ from: A, to: POOR, value: 1 })
    expect(none.accessList).toEqual([])
    expect(await engine.stateRoot()).toBe(root)
  })

  it('dumps what it loads', async () => {
    const dump = await engine.dump()
    expect(dump[COUNTER]).toMatchObject({ code: COUNT, storage: { [word(0)]: word(5) } })
    const other = await createEngine({ semantics, workers: 1, chainId: 1 })
    expect(await other.loadGenesis(JSON.parse(JSON.stringify(dump)))).toBe(root)
    await other.setBalance(POOR, 4)
    await other.setStorage(COUNTER, 7, 7)
    await other.load(dump)
    expect(await other.getStorageOf(COUNTER)).toEqual([[0n, 5n]])
    expect(await other.getBalance(POOR)).toBe(4n)
    const names = []
    for await (const { address } of other.accounts()) names.push(address)
    expect(names).toEqual([...Object.keys(dump), POOR].sort())
    const before = await other.stateRoot()
    await expect(other.load({ [A]: { balance: 'x' } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(await other.stateRoot()).toBe(before)
    await other.dispose()
  })

  it('loads what geth and anvil save', async () => {
    const other = await createEngine({ semantics, workers: 1, chainId: 1 })
    await other.load({
      accounts: {
        [COUNTER]: { nonce: 1, balance: '0x10', code: COUNT, storage: { '0x0': '0x5' } },
      },
    })
    expect(await other.getAccount(COUNTER)).toMatchObject({ balance: 16n, nonce: 1n, code: COUNT })
    expect(await other.getStorage(COUNTER, 0)).toBe(5n)
    await other.load({
      accounts: {
        [POOR]: {
          balance: '7',
          nonce: 0,
          root: word(1),
          codeHash: word(2),
          code: '0x00',
          storage: { [word(3)]: '0c' },
          address: POOR,
          key: word(9),
        },
      },
    })
    expect(await other.getAccount(POOR)).toMatchObject({ balance: 7n, code: '0x00' })
    expect(await other.getStorage(POOR, 3)).toBe(12n)
    await other.dispose()
  })

  it('refuses what it does not know', async () => {
    await expect(engine.call({ form: A } as never)).rejects.toThrow('did you mean "from"')
    await expect(engine.call({}, { stat: {} } as never)).rejects.toThrow('unknown option')
    await expect(engine.call({ to: '0x12' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(engine.call({ data: '0x1' as Hex })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
    const signal = AbortSignal.abort()
    await expect(engine.call({ to: A }, { signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('gas that calls leave to their callers', () => {
  it('is found by halving', async () => {
    const engine = await createEngine({ semantics: 'ethereum', workers: 1 })
    // CALL(gas, HUNGRY), REVERT if that failed
    const call: Hex = `0x6000600060006000600073${HUNGRY.slice(2)}5af1602957`
    await engine.loadGenesis({
      [COUNTER]: { code: `${call}60006000fd5b00` },
      // REVERT with less than 50,000 gas: 50,000 GAS LT
      [HUNGRY]: { code: '0x61c3505a10600957005b60006000fd' },
    })
    const gas = await engine.estimateGas({ to: COUNTER })
    expect((await engine.call({ to: COUNTER, gas })).status).toBe(1)
    expect((await engine.call({ to: COUNTER, gas: gas - 1 })).status).toBe(0)
    const { gasUsed } = await engine.call({ to: COUNTER, gas })
    expect(gas).toBeGreaterThan(gasUsed)
    // The same where the sender can pay for little more, and not for what a block has
    const state = { [A]: { balance: gas + 1_000 } }
    expect(await engine.estimateGas({ from: A, to: COUNTER, gasPrice: 1 }, { state })).toBe(gas)
    await engine.dispose()
  })
})
