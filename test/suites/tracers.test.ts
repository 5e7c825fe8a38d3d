/** Tracers in the shapes and words of geth, and the listener that they stand on. */
import {
  createEngine, type Alloc, type BlockInput, type Engine, type EngineOptions, type FrameEnd,
  type FrameStart, type Hex, type Listener, type TraceBlockOptions, type TraceEvent,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { randomBlock } from '../reference/programs.js'
import { blockEnv } from '../support/block-env.js'
import { peerFrames, type PeerBlock } from '../support/peer-steps.js'
import {
  A, ALICE, B, C, CASE_ALLOC, CASE_BLOCK, COINBASE, ENV, ETHER, call,
} from '../support/small-blocks.js'
import { MEMORY_BYTES, executeTold } from '../support/traced-block.js'

const RANDOM_BLOCKS = 40
const SHAPE = { memory: MEMORY_BYTES, semantics: 'ethereum', workers: 1 } as const
const REFUSED = ['insufficient balance for transfer', 'max call depth exceeded']
const TOPIC = `0x${'00'.repeat(31)}07`
const word = (value: number): string => `0x${value.toString(16).padStart(64, '0')}`

async function withEngine<T>(
  alloc: Alloc,
  use: (engine: Engine) => Promise<T>,
  options: Partial<EngineOptions> = {},
): Promise<T> {
  const engine = await createEngine({ ...SHAPE, ...options })
  try {
    await engine.loadGenesis(alloc)
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

/** The only transaction of a block, to A. */
async function traceOne(
  accounts: Alloc,
  options: TraceBlockOptions,
  fields: Record<string, unknown> = {},
): Promise<any> {
  const alloc = { [ALICE]: { balance: ETHER }, ...accounts }
  const transactions = [{ ...call({ to: A, nonce: 0 }), ...fields }] as BlockInput['transactions']
  const block = { env: ENV, transactions }
  const [trace] = await withEngine(alloc, (engine) => engine.traceBlock(block, options))
  return trace!.result
}

/** LOG1 of no data, STATICCALL of B with four bytes, LOG1 again; gives back B's answer. */
const CALLER: Hex =
  `0x60075f5fa1631234567860005260205f6004601c73${B.slice(2)}5afa5060075f5fa160205ff3`
/** 32 bytes: 42. */
const ANSWER: Hex = '0x602a5f5260205ff3'

describe('callTracer', () => {
  it('has the shape of geth, with logs and their positions', async () => {
    const options = { tracer: 'callTracer', tracerConfig: { withLog: true } } as const
    const found = await traceOne({ [A]: { code: CALLER }, [B]: { code: ANSWER } }, options)
    const gas = BigInt(found.calls[0].gas)
    expect(found).toEqual({
      from: ALICE,
      gas: '0x30d40',
      gasUsed: found.gasUsed,
      to: A,
      input: '0x',
      output: word(42),
      calls: [{
        from: A, gas: `0x${gas.toString(16)}`, gasUsed: '0x10', to: B, input: '0x12345678',
        output: word(42), type: 'STATICCALL',
      }],
      logs: [
        { address: A, topics: [TOPIC], data: '0x', index: '0x0', position: '0x0' },
        { address: A, topics: [TOPIC], data: '0x', index: '0x1', position: '0x1' },
      ],
      value: '0x0',
      type: 'CALL',
    })
    // In the order in which geth writes them
    expect(Object.keys(found)).toEqual([
      ...['from', 'gas', 'gasUsed', 'to', 'input', 'output', 'calls', 'logs', 'value', 'type'],
    ])
    const top = await traceOne({ [A]: { code: CALLER }, [B]: { code: ANSWER } }, {
      tracer: 'callTracer', tracerConfig: { onlyTopCall: true },
    })
    expect(top).toEqual({ ...found, calls: undefined, logs: undefined })
  })

  it.each<[what: string, code: Hex, error: string]>([
    ['out of gas', '0x5b5f56', 'out of gas'],
    ['a bad jump', '0x600156', 'invalid jump destination'],
    ['INVALID', '0xfe', 'invalid opcode: INVALID'],
    ['an undefined opcode', '0x0c', 'invalid opcode: opcode 0xc not defined'],
    ['a short stack', '0x01', 'stack underflow (0 <=> 2)'],
    ['a full stack', '0x5b5f5f56', 'stack limit reached 1024 (1023)'],
    ['return data that is not there', '0x60015f5f3e', 'return data out of bounds'],
    ['a revert', '0x5f5ffd', 'execution reverted'],
  ])('names %s as geth does', async (_, code, error) => {
    const found = await traceOne({ [A]: { code } }, { tracer: 'callTracer' })
    expect(found.error).toBe(error)
    expect(found.output).toBeUndefined()
  })

  it('names why a call is refused, why a creation fails, and who destroys itself', async () => {
    // CALL of B with 1 wei that A has not
    const unpaid: Hex = `0x5f5f5f5f600173${B.slice(2)}5af1`
    expect((await traceOne({ [A]: { code: unpaid } }, { tracer: 'callTracer' })).calls).toEqual([{
      from: A, gas: expect.any(String), gasUsed: '0x0', to: B, input: '0x', value: '0x1',
      error: 'insufficient balance for transfer', type: 'CALL',
    }])
    // CREATE of code that returns 0xef
    const init = '60ef5f5360015ff3'
    const creating: Hex = `0x67${init}5f52600860185ff0`
    const { calls } = await traceOne({ [A]: { code: creating } }, { tracer: 'callTracer' })
    expect(calls).toMatchObject([{
      input: `0x${init}`, error: 'invalid code: must not begin with 0xef', type: 'CREATE',
    }])
    expect(calls[0].to).toBeUndefined()
    const dying: Hex = `0x73${B.slice(2)}ff`
    const died = await traceOne({ [A]: { code: dying, balance: 5n } }, { tracer: 'callTracer' })
    expect(died.calls).toEqual([{
      from: A, gas: '0x0', gasUsed: '0x0', to: B, input: '0x', value: '0x5', type: 'SELFDESTRUCT',
    }])
  })

  it('says why a frame has reverted, and drops the logs of what has failed', async () => {
    const text = '48656c6c6f'.padEnd(64, '0')
    const data = `08c379a0${word(32).slice(2)}${word(5).slice(2)}${text}`
    // MSTORE8 of each byte would be long: the calldata is what B reverts with, after a log
    const reverting: Hex = '0x5f5fa0365f5f37365ffd'
    const relay: Hex = `0x365f5f375f5f365f5f73${B.slice(2)}5af100`
    const found = await traceOne(
      { [A]: { code: relay }, [B]: { code: reverting } },
      { tracer: 'callTracer', tracerConfig: { withLog: true } },
      { data: `0x${data}` },
    )
    expect(found.error).toBeUndefined()
    expect(found.calls[0]).toMatchObject({
      error: 'execution reverted', output: `0x${data}`, revertReason: 'Hello',
    })
    expect(found.calls[0].logs).toBeUndefined()
  })

  it('is the tree of messages between actors, on any number of workers', async () => {
    const trace = (options: Partial<EngineOptions>): Promise<unknown> => withEngine(
      CASE_ALLOC,
      (engine) => engine.traceBlock(CASE_BLOCK, { tracer: 'callTracer' }),
      { semantics: 'actor', ...options },
    )
    const alone: any = await trace({})
    expect(alone).toHaveLength(2)
    expect(alone[0].result).toMatchObject({
      to: A,
      message: { round: 0, position: 0 },
      calls: [{ from: A, to: C, type: 'CALL', message: { round: 1 } }],
    })
    const simulation = { alwaysParallel: true, placementSeed: 4 }
    expect(await trace({ workers: 3, simulation })).toEqual(alone)
  })
})

describe('the other tracers', () => {
  it('4byteTracer counts selectors by the size of their arguments', async () => {
    const found = await traceOne(
      { [A]: { code: CALLER }, [B]: { code: ANSWER } },
      { tracer: '4byteTracer' },
      { data: '0xaabbccdd0102' },
    )
    expect(found).toEqual({ '0x12345678-0': 1, '0xaabbccdd-2': 1 })
  })

  it('flatCallTracer has the frames one after the other', async () => {
    const hash: Hex = `0x${'ab'.repeat(32)}`
    const found = await traceOne(
      { [A]: { code: CALLER }, [B]: { code: ANSWER } },
      { tracer: 'flatCallTracer', blockHash: hash },
    )
    expect(found).toHaveLength(2)
    expect(found[1]).toEqual({
      action: {
        callType: 'staticcall', from: A, gas: expect.any(String), input: '0x12345678', to: B,
        value: '0x0',
      },
      blockHash: hash,
      blockNumber: 1,
      result: { gasUsed: '0x10', output: word(42) },
      subtraces: 0,
      traceAddress: [0],
      transactionHash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      transactionPosition: 0,
      type: 'call',
    })
  })

  it('prestateTracer has what was needed, and in diff mode what has changed', async () => {
    // SSTORE(1, SLOAD(2) + 1)
    const code: Hex = '0x600254600101600155'
    const alloc = { [A]: { code, storage: { '0x2': '0x5' } } } as Alloc
    const pre = await traceOne(alloc, { tracer: 'prestateTracer' })
    expect(pre).toEqual({
      [ALICE]: { balance: `0x${ETHER.toString(16)}` },
      [A]: {
        balance: '0x0', code, codeHash: expect.any(String),
        storage: { [word(1)]: word(0), [word(2)]: word(5) },
      },
    })
    const diff = await traceOne(alloc, {
      tracer: 'prestateTracer', tracerConfig: { diffMode: true, disableCode: true },
    })
    expect(diff.post[A]).toEqual({ storage: { [word(1)]: word(6) } })
    expect(diff.pre[A]).toEqual({ balance: '0x0', codeHash: expect.any(String) })
    expect(diff.post[ALICE].nonce).toBe(1)
    expect(BigInt(diff.post[COINBASE].balance)).toBeGreaterThan(0n)
    expect(diff.pre[COINBASE]).toBeUndefined()
  })

  it('muxTracer and noopTracer are there; without a name it is the struct logger', async () => {
    const accounts = { [A]: { code: '0x6007600055600054' as Hex } }
    const found = await traceOne(accounts, {
      tracer: 'muxTracer', tracerConfig: { noopTracer: {}, structLogger: { disableStack: true } },
    })
    expect(found.noopTracer).toEqual({})
    expect(found.structLogger.structLogs[0].stack).toBeUndefined()
    const logs = await traceOne(accounts, { tracerConfig: { enableMemory: true } })
    expect(logs).toMatchObject({ failed: false, returnValue: '0x' })
    expect(logs.structLogs[2]).toEqual({
      pc: 4, op: 'SSTORE', gas: 178_994, gasCost: 22_100, depth: 1, stack: ['0x7', '0x0'],
      storage: { [word(0)]: word(7) },
    })
    expect(logs.structLogs[4]).toMatchObject({ op: 'SLOAD', storage: { [word(0)]: word(7) } })
    expect(logs.structLogs.at(-1)).toMatchObject({ op: 'STOP', stack: ['0x7'] })
    const short = await traceOne(accounts, { tracerConfig: { limit: 1 } })
    expect(short.structLogs).toHaveLength(1)
  })
})

describe('traceBlock and traceCall', () => {
  it('keep nothing, and trace what is asked for on the state that is asked for', async () => {
    await withEngine(CASE_ALLOC, async (engine) => {
      const before = await engine.stateRoot()
      const parent = await engine.snapshot()
      const all = await engine.traceBlock(CASE_BLOCK, { tracer: 'callTracer' })
      const second = await engine.traceBlock(CASE_BLOCK, {
        tracer: 'callTracer', transactions: [1],
      })
      expect(second).toEqual(all.slice(1))
      expect(await engine.stateRoot()).toBe(before)
      const { receipts } = await engine.executeBlock(CASE_BLOCK)
      expect(all.map(({ txHash }) => txHash)).toEqual(
        receipts.map(({ transactionHash }) => transactionHash),
      )
      const used = all.map(({ result }) => Number((result as { gasUsed: Hex }).gasUsed))
      expect(used).toEqual(receipts.map(({ gasUsed }) => gasUsed))
      const then = await engine.traceBlock(CASE_BLOCK, { tracer: 'callTracer', at: parent })
      expect(then).toEqual(all)
      await expect(engine.traceBlock(CASE_BLOCK, {})).rejects.toThrow(/nonce/)
    })
  })

  it('trace a call as the call itself goes', async () => {
    const accounts = { [ALICE]: { balance: ETHER }, [A]: { code: CALLER }, [B]: { code: ANSWER } }
    await withEngine(accounts, async (engine) => {
      const { output, gasUsed } = await engine.call({ to: A, gas: 100_000 })
      const found = await engine.traceCall({ to: A, gas: 100_000 }, { tracer: 'callTracer' })
      expect(found).toMatchObject({ output, gasUsed: `0x${gasUsed.toString(16)}`, gas: '0x186a0' })
      const state = { [B]: { code: '0x01' as Hex } }
      const other: any = await engine.traceCall({ to: A }, { tracer: 'callTracer', state })
      expect(other.calls[0].error).toBe('stack underflow (0 <=> 2)')
    })
  })

  it('refuse what there is not', async () => {
    await withEngine(CASE_ALLOC, async (engine) => {
      const refused = (options: unknown): Promise<unknown> =>
        engine.traceBlock(CASE_BLOCK, options as TraceBlockOptions)
      await expect(refused({ tracer: 'callTrace' })).rejects.toThrow(/did you mean "callTracer"/)
      await expect(refused({ tracer: 'callTracer', tracerConfig: { withLogs: true } }))
        .rejects.toThrow(/tracerConfig.withLogs.*did you mean "withLog"/)
      await expect(refused({ transactions: [2] })).rejects.toThrow(/expected below 2, got 2/)
      await expect(refused({ tracers: 1 })).rejects.toThrow(/"options.tracers"/)
      await expect(engine.executeBlock(CASE_BLOCK, { listener: { onStep: 1 } as never }))
        .rejects.toMatchObject({ place: { field: 'listener.onStep' } })
      const signal = AbortSignal.abort()
      await expect(refused({ signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    })
  })
})

/** Of Osaka's random blocks, those whose first transaction the peer executes without a library. */
function peerBlocks(): PeerBlock[] {
  const blocks: PeerBlock[] = []
  for (let seed = 0; blocks.length < RANDOM_BLOCKS; seed++) {
    const { scenario, rawTransactions } = randomBlock(seed)
    if (['0x3', '0x4'].includes(scenario.transactions[0]!.type)) continue
    const { alloc, chainId, env } = scenario
    const block = { alloc, chainId, env, rawTransactions: rawTransactions.slice(0, 1) }
    blocks.push(block as unknown as PeerBlock)
  }
  return blocks
}

const inputOf = ({ env, rawTransactions }: PeerBlock): BlockInput =>
  ({ env: blockEnv(env), transactions: rawTransactions }) as unknown as BlockInput

describe('in random blocks', () => {
  it('every frame is that of @ethereumjs/vm', async () => {
    let count = 0
    for (const block of peerBlocks()) {
      const frames: (FrameStart & Partial<Omit<FrameEnd, 'kind'>>)[] = []
      const open: typeof frames = []
      await executeTold(block.alloc as Alloc, inputOf(block), {
        onFrameStart: (start) => {
          const frame = { ...start } as FrameStart
          frames.push(frame)
          open[start.depth] = frame
        },
        onFrameEnd: ({ depth, error, gasUsed, output, status }) => {
          Object.assign(open[depth]!, { error, gasUsed, output, status })
        },
      }, { chainId: block.chainId })
      const [theirs] = await peerFrames(block)
      // The peer does not tell of those that it refuses
      const ours = frames.filter(({ error = '', type }) => {
        return type !== 'SELFDESTRUCT' && !REFUSED.includes(error)
      })
      const isCreation = (type: string): boolean => type.startsWith('CREATE')
      expect(ours.map((frame) => ({
        depth: frame.depth,
        to: isCreation(frame.type) ? undefined : frame.to,
        gas: frame.gas,
        input: frame.input,
        gasUsed: frame.gasUsed,
        output: frame.output,
        isFailed: frame.status !== 'success',
      }))).toEqual(theirs!.map(({ from: _, value: _value, ...frame }) => frame))
      count += ours.length
    }
    expect(count).toBeGreaterThan(4 * RANDOM_BLOCKS)
  }, 120_000)

  it('what prestateTracer finds is all that a transaction needs', async () => {
    for (const block of peerBlocks()) {
      const options = { chainId: block.chainId }
      const input = inputOf(block)
      const [before, result] = await withEngine(block.alloc as Alloc, async (engine) => {
        const [trace] = await engine.traceBlock(input, { tracer: 'prestateTracer' })
        return [trace!.result, await engine.executeBlock(input)] as const
      }, options)
      const alloc = Object.fromEntries(
        Object.entries(before as Record<string, Record<string, unknown>>)
          .map(([address, { codeHash: _, ...account }]) => [address, account]),
      ) as Alloc
      const again = await withEngine(alloc, (engine) => engine.executeBlock(input), options)
      expect(again.receiptsRoot).toBe(result.receiptsRoot)
    }
  }, 120_000)

  it('events are the same on any number of workers, and change no result', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const { scenario, rawTransactions } = randomBlock(seed)
      const { alloc, chainId, env } = scenario
      const input = { env: blockEnv(env), transactions: rawTransactions } as unknown as BlockInput
      const run = async (
        options: Partial<EngineOptions>,
        isTold: boolean,
      ): Promise<[TraceEvent[], string]> => {
        const events: TraceEvent[] = []
        const push = (event: TraceEvent): number => events.push(event)
        const listener: Listener = {
          onTransactionStart: push, onTransactionEnd: push, onFrameStart: push, onFrameEnd: push,
          onLog: push, onAccess: push,
        }
        const shape = { semantics: 'actor', chainId, ...options } as const
        const { stateRoot } = await withEngine(alloc as Alloc, (engine) => {
          return engine.executeBlock(input, isTold ? { listener } : {})
        }, shape)
        return [events, stateRoot]
      }
      const [events, root] = await run({}, true)
      const simulation = { alwaysParallel: true, placementSeed: seed }
      expect(await run({ workers: 3, simulation }, true)).toEqual([events, root])
      expect((await run({}, false))[1]).toBe(root)
    }
  }, 120_000)
})
