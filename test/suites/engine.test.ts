/** The public API, over every workers. */
import {
  createEngine,
  type BlockResult,
  type Engine,
  type EngineOptions,
  type Progress,
  type Hex,
} from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import {
  A,
  ALICE,
  B,
  C,
  CASE_ALLOC,
  CASE_BLOCK,
  COINBASE,
  ENV,
  ETHER,
  SECRET_KEY,
  call,
  manyRelays,
} from '../support/small-blocks.js'

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const engines: Engine[] = []

async function make(options: Partial<EngineOptions> = {}, alloc = CASE_ALLOC): Promise<Engine> {
  const engine = await createEngine({ semantics: 'actor', ...options })
  engines.push(engine)
  await engine.loadGenesis(alloc)
  return engine
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

describe.each([1, 2, 3])('an engine of %i workers', (workers) => {
  it('tells what it is', async () => {
    const engine = await make({ workers, fork: 'osaka', chainId: '0x539' })
    expect(engine.workers).toBe(workers)
    expect(engine.fork).toBe('osaka')
    expect(engine.semantics).toBe('actor')
    expect(engine.chainId).toBe(1337n)
  })

  it('begins with the empty state, loads a genesis and reads it', async () => {
    const engine = await createEngine({ semantics: 'actor', workers })
    engines.push(engine)
    expect(await engine.stateRoot()).toBe(EMPTY_ROOT)
    const root = await engine.loadGenesis({
      [A.slice(2)]: { balance: '255', nonce: '0x7', storage: { '0x1': '0x2', '0x3': 4 } },
      [B]: { code: '0x6001' },
    })
    expect(await engine.stateRoot()).toBe(root)
    expect(await engine.getAccount(A)).toMatchObject({ exists: true, balance: 255n, nonce: 7n })
    expect(await engine.getStorage(A, 1)).toBe(2n)
    expect(await engine.getStorage(A, '0x3')).toBe(4n)
    expect(await engine.getStorage(A, 2)).toBe(0n)
    expect(await engine.getCode(B)).toBe('0x6001')
    expect(await engine.getAccount(C)).toMatchObject({ exists: false, balance: 0n, code: '0x' })
  })

  it('pays values, fees and refunds', async () => {
    const engine = await make({ workers })
    const transactions = [
      call({ to: B, nonce: 0, value: 5 }),
      call({ to: COINBASE, nonce: 1, value: 9 }),
    ]
    const result = await engine.executeBlock({ env: ENV, transactions })
    const paid = BigInt(result.gasUsed) * 10n + 14n
    expect(await engine.getBalance(ALICE)).toBe(ETHER - paid)
    // The base fee of 7 is burnt
    expect(await engine.getBalance(COINBASE)).toBe(9n + BigInt(result.gasUsed) * 3n)
    expect(await engine.getBalance(C)).toBe(5n)
    expect(result.receipts[1]).toMatchObject({ gasUsed: 21_000, status: 1, outcome: 'success' })
  })

  it('creates contracts, emits logs, fails and tells so', async () => {
    const engine = await make({ workers })
    // Initcode returns PUSH1 42 PUSH0 PUSH0 LOG1 STOP; the other one is INVALID
    const initcode = '0x67602a5f5fa10000005f5260086018f3'
    const create = { gasLimit: 200_000, gasPrice: 10, secretKey: SECRET_KEY }
    const result = await engine.executeBlock({
      env: ENV,
      transactions: [
        { ...create, nonce: 0, data: initcode },
        { ...create, nonce: 1, data: '0xfe' },
      ],
    })
    const [made, failed] = result.receipts
    expect(made).toMatchObject({ status: 1, to: null })
    expect(await engine.getCode(made!.contractAddress!)).toBe('0x602a5f5fa1000000')
    expect(failed).toMatchObject({
      status: 0,
      outcome: 'invalid-instruction',
      contractAddress: null,
      gasUsed: 200_000,
    })
    const to = made!.contractAddress!
    const next = { env: { ...ENV, number: 2 }, transactions: [call({ to, nonce: 2 })] }
    const [receipt] = (await engine.executeBlock(next)).receipts
    const topic = `0x${'2a'.padStart(64, '0')}`
    expect(receipt!.logs).toEqual([{ address: to, topics: [topic], data: '0x' }])
    expect(BigInt(receipt!.logsBloom)).not.toBe(0n)
  })

  it('executes a prepared block, and blocks that are not awaited, in order', async () => {
    const engine = await make({ workers })
    const first = await engine.prepareBlock(CASE_BLOCK)
    const second = { env: { ...ENV, number: 2 }, transactions: [call({ to: A, nonce: 2 })] }
    const [one, two, root] = await Promise.all([
      engine.executeBlock(first),
      engine.executeBlock(second),
      engine.stateRoot(),
    ])
    expect(one!.number).toBe(1n)
    expect(two!.stateRoot).toBe(root)
    expect(one!.stateRoot).not.toBe(two!.stateRoot)
    // What was not looked at before the next block is still there
    expect(one!.rounds[1]!.messages.map(({ to }) => to)).toEqual([C, C])
    expect(one!.receipts.length).toBe(2)
  })

  it('tells how far it is', async () => {
    const engine = await make({ workers })
    const seen: Progress[] = []
    await engine.executeBlock(CASE_BLOCK, { onProgress: (progress) => seen.push(progress) })
    const phases = [...new Set(seen.map(({ phase }) => phase))]
    expect(phases).toEqual(['senders', 'admission', 'rounds', 'settlement', 'results'])
  })

  it('loads the libraries of precompiles when a block first calls one', async () => {
    // STATICCALLs ECRECOVER with its calldata, keeps what it returns in slot 0
    const code: Hex = '0x365f5f3760205f365f60015afa505f515f5500'
    const relays = Array.from({ length: 12 }, (_, i): Hex => `0x${`${10 + i}`.repeat(20)}`)
    const alloc = { ...CASE_ALLOC, ...Object.fromEntries(relays.map((at) => [at, { code }])) }
    const engine = await make({ workers }, alloc)
    // A signature by key 7 of the hash of 3 zero bytes
    const words = [
      '709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c',
      '000000000000000000000000000000000000000000000000000000000000001b',
      '03bc913d12fbd567ffc24f30279020322be83962418a7fba84ca4a85c0482a68',
      '388cbabcb893ba234dd77a3e51b50957a7a97480c91f5bf04821e7031d1ad533',
    ]
    const data: Hex = `0x${words.join('')}`
    const signer = '0xd41c057fd1c78805aac12b0a94a405c0461a6fbb'
    const transactions = relays.map((to, nonce) => call({ to, nonce, data }))
    const { receipts } = await engine.executeBlock({ env: ENV, transactions })
    expect(receipts.map(({ status }) => status)).toEqual(relays.map(() => 1))
    for (const at of relays) expect(await engine.getStorage(at, 0)).toBe(BigInt(signer))
  })

  it('counts what each worker did', async () => {
    const { alloc, block } = manyRelays(30)
    const engine = await make({ workers }, alloc)
    const { rounds } = await engine.executeBlock(block)
    for (const round of rounds) {
      expect(round.perWorker.length).toBe(workers)
      const sum = (of: 'groups' | 'messages' | 'gas'): number =>
        round.perWorker.reduce((total, worker) => total + worker[of], 0)
      expect(sum('groups')).toBe(round.groupCount)
      expect(sum('messages')).toBe(round.messageCount)
      expect(sum('gas')).toBe(round.gasUsed)
      expect(round.groups).toHaveLength(round.groupCount)
      round.perWorker.forEach(({ groups, messages, gas }, worker) => {
        const run = round.groups.filter((group) => group.worker === worker)
        expect(run.length).toBe(groups)
        expect(run.reduce((total, group) => total + group.messages, 0)).toBe(messages)
        expect(run.reduce((total, group) => total + group.gasUsed, 0)).toBe(gas)
      })
    }
    expect(rounds[1]).toMatchObject({ messageCount: 30, groupCount: 1 })
    expect(rounds[1]!.largestGroupGas).toBe(rounds[1]!.gasUsed)
  })
})

describe('semantics', () => {
  const execute = async (options: Partial<EngineOptions>): Promise<BlockResult> => {
    return (await make(options)).executeBlock(CASE_BLOCK)
  }

  it('of Ethereum have no rounds and no messages', async () => {
    const result = await execute({ workers: 1, semantics: 'ethereum' })
    expect(result.rounds).toEqual([])
    expect(result.virtualBlocksRoot).toBe(EMPTY_ROOT)
    expect(result.receipts.map(({ status }) => status)).toEqual([1, 1])
    expect(() => result.messageTree(0)).toThrow(/no such message tree/)
  })

  it('of actors cost the gas of each message more', async () => {
    const ethereum = await execute({ workers: 1, semantics: 'ethereum' })
    const actor = await execute({ workers: 1 })
    // 6,000 for the message, 64 for its word of data
    expect(actor.gasUsed - ethereum.gasUsed).toBe(2 * 6_064)
  })

  it('end at the last round', async () => {
    const result = await execute({ workers: 1, parameters: { maxRounds: 1 } })
    expect(result.rounds.length).toBe(1)
    expect(result.receipts.map(({ status }) => status)).toEqual([1, 1])
  })
})

describe('an empty block', () => {
  it('changes nothing and has one empty round', async () => {
    const engine = await make({ workers: 2 })
    const before = await engine.stateRoot()
    const result = await engine.executeBlock({ env: ENV, transactions: [] })
    expect(result.stateRoot).toBe(before)
    expect(result.receiptsRoot).toBe(EMPTY_ROOT)
    expect(result.rounds).toMatchObject([{ messageCount: 0, groupCount: 0 }])
  })

  it('pays withdrawals', async () => {
    const engine = await make({ workers: 1 })
    const withdrawals = [{ index: 0, validatorIndex: 0, address: B, amount: 3 }]
    await engine.executeBlock({ env: ENV, transactions: [], withdrawals })
    expect(await engine.getBalance(B)).toBe(3_000_000_000n)
  })
})
