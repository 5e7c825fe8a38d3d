/** Frames, data and initcode of any size that the engine's memory has room for. */
import { MemoryExhaustedError, createEngine, type Engine, type EngineOptions } from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import { ARENA_SIZE } from '../../assembly/abi/memory-map.js'
import { OP, type Assembler } from '../reference/assembler.js'
import { call as callInto, code, storeTop } from '../reference/cases.js'
import { A, ALICE, B, ENV, call } from '../support/small-blocks.js'

const MEBIBYTE = 2 ** 20
const MOST_MEMORY = 2 ** 32 - 65_536
/** 1.5 GB cost 4.3 million million. */
const GAS = 6e12
/** Without a limit of a transaction's gas. */
const OPTIONS = { semantics: 'ethereum', workers: 1, fork: 'shanghai' } as const
const TEST_TIMEOUT_MS = 120_000

const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

async function engineWith(codes: Record<string, string>, options: EngineOptions): Promise<Engine> {
  const engine = await createEngine(options)
  engines.push(engine)
  const contracts = Object.entries(codes).map(([address, it]) => [address, { code: it }] as const)
  await engine.loadGenesis({ [ALICE]: { balance: 10n ** 30n }, ...Object.fromEntries(contracts) })
  return engine
}

const block = (number: number, gasLimit = GAS) => ({
  env: { ...ENV, number, gasLimit: 2 * gasLimit },
  transactions: [call({ to: A, nonce: number - 1, gasLimit })],
})

/** Slots 0, 1 and 2 of A after a call of it. */
async function slotsAfter(
  codes: Record<string, string>,
  options: EngineOptions = { ...OPTIONS, memory: 512 * MEBIBYTE },
): Promise<bigint[]> {
  const engine = await engineWith(codes, options)
  const { receipts } = await engine.executeBlock(block(1))
  expect(receipts[0]).toMatchObject({ status: 1 })
  return Promise.all([0, 1, 2].map((slot) => engine.getStorage(A, slot)))
}

/** The word at `offset` comes into memory, the size of which then comes into slot 0. */
const touch = (offset: number) =>
  code((a) => storeTop(a.push(offset).op(OP.MLOAD, OP.POP, OP.MSIZE), 0))

/** While the word at 0 of memory, which begins as `count`, is not 0: runs `body`, subtracts 1. */
function times(a: Assembler, count: number, body: () => void): void {
  const start = a.label()
  a.push(count, 0).op(OP.MSTORE).place(start)
  body()
  a.push(1, 0).op(OP.MLOAD, OP.SUB, OP.DUP1).push(0).op(OP.MSTORE).pushLabel(start).op(OP.JUMPI)
}

describe('a frame of 1.5 GB', () => {
  it.each([
    OPTIONS,
    { ...OPTIONS, semantics: 'actor', workers: 2, simulation: { alwaysParallel: true } },
  ] as const)('runs if the engine may use the memory: $semantics', async (options) => {
    const memory = MOST_MEMORY
    const [size] = await slotsAfter({ [A]: touch(1_500_000_000) }, { ...options, memory })
    expect(size).toBe(1_500_000_032n)
  }, TEST_TIMEOUT_MS)

  it('is refused with the option that helps', async () => {
    const codes = { [A]: touch(1_500_000_000) }
    const engine = await engineWith(codes, { ...OPTIONS, memory: 512 * MEBIBYTE })
    const root = await engine.stateRoot()
    const error = await engine.executeBlock(block(1)).catch((it: unknown) => it)
    expect(error).toBeInstanceOf(MemoryExhaustedError)
    const { message } = error as MemoryExhaustedError
    const [, enough] = /"memory" expected at least (\d+) bytes, got 536870912 /.exec(message)!
    expect(await engine.stateRoot()).toBe(root)
    // The engine goes on
    const small = { ...block(1), transactions: [call({ to: B, nonce: 0, value: 1 })] }
    expect((await engine.executeBlock(small)).receipts[0]).toMatchObject({ status: 1 })
    const [size] = await slotsAfter(codes, { ...OPTIONS, memory: Number(enough) })
    expect(size).toBe(1_500_000_032n)
  }, TEST_TIMEOUT_MS)

  it('of more than 4 GiB is refused, since no engine has as much', async () => {
    const engine = await engineWith({ [A]: touch(2 ** 32) }, { ...OPTIONS, memory: 128 * MEBIBYTE })
    const failing = engine.executeBlock(block(1, 4e13))
    await expect(failing).rejects.toThrow(/more memory for one frame than the 4 GiB/)
    await expect(failing).rejects.toBeInstanceOf(MemoryExhaustedError)
  })
})

describe('memory that grows', () => {
  // A region moves, or goes on behind itself, with other frames' memory in between
  it('keeps what was written, and is zero where nothing was', async () => {
    // Fills 3 MiB with ones, at first word by word
    const dirty = code((a) => {
      times(a, 2_000, () => {
        a.push(0).op(OP.NOT, OP.MSIZE, OP.MSTORE)
      })
      times(a, 96, () => {
        a.push(0).op(OP.NOT).push(0).op(OP.MLOAD).push(15).op(OP.SHL, OP.MSTORE)
        a.push(2 ** 15 - 1, 0).op(OP.MLOAD).push(15).op(OP.SHL, OP.ADD, OP.MLOAD, OP.POP)
      })
    })
    // 60 times: calls, grows by 1 MiB, ors all words at its new MiB to slot 1, writes there
    const growing = code((a) => {
      times(a, 60, () => {
        callInto(a, { to: B })
        a.op(OP.POP, OP.MSIZE, OP.DUP1).push(MEBIBYTE - 32).op(OP.ADD, OP.MLOAD)
        for (let at = 32; at < MEBIBYTE; at += MEBIBYTE / 16) {
          a.push(at).op(OP.DUP1 + 2, OP.ADD, OP.MLOAD, OP.OR)
        }
        a.push(1).op(OP.SLOAD, OP.OR).push(1).op(OP.SSTORE)
        a.push(0).op(OP.MLOAD, OP.SWAP1).push(64).op(OP.ADD, OP.MSTORE)
      })
      // Adds up what was written
      const start = a.label()
      a.push(0, 96).op().place(start)
      a.op(OP.DUP1, OP.MLOAD, OP.DUP1 + 2, OP.ADD, OP.SWAP1 + 1, OP.POP)
      a.push(MEBIBYTE).op(OP.ADD, OP.MSIZE, OP.DUP1 + 1, OP.LT).pushLabel(start).op(OP.JUMPI)
      storeTop(a.op(OP.POP), 2)
      storeTop(a.op(OP.MSIZE), 0)
    })
    const slots = await slotsAfter({ [A]: growing, [B]: dirty })
    expect(slots).toEqual([60n * 1_048_576n + 32n, 0n, 60n * 61n / 2n])
  }, TEST_TIMEOUT_MS)
})

describe('40 MiB', () => {
  const SIZE = 40 * MEBIBYTE
  /** 7 as the last of SIZE bytes. */
  const lastByte = (a: Assembler): Assembler => a.push(7, SIZE - 32).op(OP.MSTORE)

  it('of return data and call data arrive', async () => {
    // Returns its call data
    const echo = code((a) => {
      a.op(OP.CALLDATASIZE).push(0, 0).op(OP.CALLDATACOPY, OP.CALLDATASIZE).push(0).op(OP.RETURN)
    })
    const asking = code((a) => {
      callInto(lastByte(a), { to: B, size: SIZE })
      storeTop(a.op(OP.POP, OP.RETURNDATASIZE), 0)
      // Behind what was sent
      a.push(SIZE, 0, SIZE).op(OP.RETURNDATACOPY)
      storeTop(a.push(2 * SIZE - 32).op(OP.MLOAD), 1)
      // A second time, with less
      callInto(a, { to: B, size: 32 })
      storeTop(a.op(OP.POP, OP.RETURNDATASIZE), 2)
    })
    expect(await slotsAfter({ [A]: asking, [B]: echo })).toEqual([BigInt(SIZE), 7n, 32n])
  }, TEST_TIMEOUT_MS)

  it('go through the identity', async () => {
    const asking = code((a) => {
      callInto(lastByte(a), { to: `0x${'04'.padStart(40, '0')}`, size: SIZE, outSize: SIZE })
      storeTop(a.op(OP.POP, OP.RETURNDATASIZE), 0)
      storeTop(a.push(SIZE - 32).op(OP.MLOAD), 1)
    })
    expect(await slotsAfter({ [A]: asking })).toEqual([BigInt(SIZE), 7n, 0n])
  }, TEST_TIMEOUT_MS)

  it('of initcode run as far as they run, where it has no limit', async () => {
    // Before Shanghai there is no PUSH0, so RETURNDATASIZE
    const zero = OP.RETURNDATASIZE
    const hex = (text: string): bigint => BigInt(`0x${text.padEnd(64, '0')}`)
    const place = (offset: number): string => offset.toString(16).padStart(8, '0')
    // The initcode jumps to its last words, and from there returns its last byte as code
    const jump = hex(`63${place(SIZE - 96)}56`)
    const end = hex(`5b600163${place(SIZE - 1)}600039600160${'00'}f3`)
    const creating = code((a) => {
      a.push(jump).op(zero, OP.MSTORE).push(end, SIZE - 96).op(OP.MSTORE)
      a.push(0xfe, SIZE - 32).op(OP.MSTORE)
      a.push(SIZE).op(zero, zero, OP.CREATE, OP.EXTCODESIZE, zero, OP.SSTORE)
    })
    const options = { ...OPTIONS, fork: 'berlin', memory: 512 * MEBIBYTE } as const
    expect(await slotsAfter({ [A]: creating }, options)).toEqual([1n, 0n, 0n])
  }, TEST_TIMEOUT_MS)

  it('are logged', async () => {
    const logging = code((a) => lastByte(a).push(SIZE, 0).op(OP.LOG0))
    const engine = await engineWith({ [A]: logging }, { ...OPTIONS, memory: 512 * MEBIBYTE })
    const { logsBloom } = await engine.executeBlock(block(1))
    expect(logsBloom).not.toMatch(/^0x0*$/)
  }, TEST_TIMEOUT_MS)

  it.each(['message', 'log', 'return data'] as const)(
    'of a %s that do not fit are refused, and the next block runs',
    async (what) => {
      const hog = code((a) => {
        a.push(7, 16 * MEBIBYTE - 32).op(OP.MSTORE)
        times(a, 16, () => {
          if (what === 'log') a.push(16 * MEBIBYTE, 0).op(OP.LOG0)
          else callInto(a, { to: B, size: 16 * MEBIBYTE })
          if (what !== 'log') a.op(OP.POP)
        })
      })
      const echo = code((a) => a.push(60 * MEBIBYTE, 0).op(OP.RETURN))
      const semantics = what === 'message' ? 'actor' : 'ethereum'
      const options = { ...OPTIONS, semantics, memory: ARENA_SIZE + 96 * MEBIBYTE } as const
      const engine = await engineWith({ [A]: hog, [B]: echo }, options)
      const failing = engine.executeBlock(block(1))
      await expect(failing).rejects.toThrow(/"memory" expected at least \d+ bytes/)
      const next = { ...block(1), transactions: [call({ to: ALICE, nonce: 0 })] }
      expect((await engine.executeBlock(next)).gasUsed).toBe(21_000)
    },
    TEST_TIMEOUT_MS,
  )
})
