/** What nobody reads is refused, at every depth, with what was probably meant. */
import {
  ActorEvmError,
  InvalidInputError,
  createEngine,
  createValidator,
  parseBlockFile,
  parseScenario,
  type Engine,
  type Hex,
} from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { A, ALICE, B, CASE_ALLOC, ENV, SECRET_KEY, call } from '../support/small-blocks.js'

const SMALL = { workers: 1, memory: 2 ** 28 } as const
const WORD = '0'.repeat(63)

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ ...SMALL, semantics: 'actor' })
  await engine.loadGenesis(CASE_ALLOC)
})
afterAll(() => engine.dispose())

/** The error, which is one of ours; the work must fail. */
async function errorOf(work: () => unknown): Promise<ActorEvmError> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => new Error('accepted'),
      (failure: unknown) => failure,
    )
  expect(error).toBeInstanceOf(ActorEvmError)
  expect((error as Error).message.length).toBeLessThan(2_000)
  return error as ActorEvmError
}

async function expectMeant(work: () => unknown, key: string, meant: string): Promise<void> {
  const { message } = await errorOf(work)
  expect(message).toContain(`${key}" expected`)
  expect(message).toContain(`did you mean "${meant}"?`)
}

const make = (options: object) => (): unknown => {
  return createEngine({ ...SMALL, semantics: 'actor', ...options }).then((it) => it.dispose())
}
const execute = (block: object, options?: object) => (): unknown => {
  return engine.executeBlock(block as never, options as never)
}
const transaction = (fields: object) => {
  return execute({ env: ENV, transactions: [{ ...call({ to: A, nonce: 0 }), ...fields }] })
}
const load = (alloc: unknown) => async (): Promise<string> => {
  const other = await createEngine({ ...SMALL, semantics: 'actor' })
  return other.loadGenesis(alloc as never).finally(() => other.dispose())
}

describe('a key that nobody reads', () => {
  it.each<[object, string, string]>([
    [{ forks: 'berlin' }, 'forks', 'fork'],
    [{ sematics: 'ethereum' }, 'sematics', 'semantics'],
    [{ worker: 2 }, 'worker', 'workers'],
    [{ parameters: { maxRound: 3 } }, 'parameters.maxRound', 'maxRounds'],
    [{ simulation: { delay: 3 } }, 'simulation.delay', 'delaySeed'],
    [{ simulation: { killWorker: { worker: 1, rond: 1 } } }, 'killWorker.rond', 'round'],
    [{ chainConfig: { londonblock: 5 } }, 'config.londonblock', 'londonBlock'],
    [{ chainConfig: { osakatime: 5 } }, 'config.osakatime', 'osakaTime'],
    [{ chainConfig: { blobSchedule: { cancum: {} } } }, 'blobSchedule.cancum', 'cancun'],
    [
      { chainConfig: { cancunTime: 0, blobSchedule: { cancun: { target: 1, maxx: 2 } } } },
      'blobSchedule.cancun.maxx',
      'max',
    ],
  ])('of an engine: %j', (options, key, meant) => expectMeant(make(options), key, meant))

  it.each<[object, string, string]>([
    [{ env: ENV, transactions: [], withdrawal: [] }, 'withdrawal', 'withdrawals'],
    [{ env: { ...ENV, baseFee: 7 }, transactions: [] }, 'env.baseFee', 'baseFeePerGas'],
    [{ env: { ...ENV, miner: A }, transactions: [] }, 'env.miner', 'coinbase'],
    [
      { env: ENV, transactions: [], withdrawals: [{ index: 0, adress: A }] },
      'withdrawals[0].adress',
      'address',
    ],
  ])('of a block: %j', (block, key, meant) => expectMeant(execute(block), key, meant))

  it.each<[object, string, string]>([
    [{ vlaue: 9 }, 'vlaue', 'value'],
    [{ gaslimit: 9 }, 'gaslimit', 'gasLimit'],
    [{ privateKey: SECRET_KEY }, 'privateKey', 'secretKey'],
    [{ accessList: [{ address: A, storagekeys: [] }] }, 'accessList[0].storagekeys', 'storageKeys'],
    [{ authorizationList: [{ adress: A }] }, 'authorizationList[0].adress', 'address'],
  ])('of a transaction: %j', (fields, key, meant) => expectMeant(transaction(fields), key, meant))

  it('of a call', async () => {
    const block = { env: ENV, transactions: [] }
    const options = { singal: AbortSignal.abort() }
    await expectMeant(execute(block, options), 'options.singal', 'signal')
    await expectMeant(() => engine.prepareBlock(block, options as never), 'singal', 'signal')
    await expectMeant(() => engine.produceBlock(block, [], options as never), 'singal', 'signal')
    await expectMeant(() => engine.loadGenesis({}, options as never), 'singal', 'signal')
    for (const [name, value] of [
      ['signal', true],
      ['signal', new AbortController()],
      ['signal', { aborted: false }],
      ['onProgress', 1],
      ['witness', 1],
    ] as const) {
      expect((await errorOf(execute(block, { [name]: value }))).place.field).toBe(name)
    }
    for (const options of [null, 1, [], new Map()]) {
      expect(await errorOf(execute(block, options as never))).toBeInstanceOf(InvalidInputError)
    }
  })

  it('of a genesis', async () => {
    await expectMeant(load({ [A]: { balanse: 5 } }), `${A}.balanse`, 'balance')
    for (const storage of [new Map([[1, 2]]), new Set([1]), [1], Uint8Array.of(1), 'ab', 7]) {
      const { message } = await errorOf(load({ [A]: { storage } }))
      expect(message).toContain(`"alloc.${A}.storage" expected an object`)
    }
    for (const account of [new Map(), [], Uint8Array.of(), 'ab', null, undefined, 7]) {
      expect((await errorOf(load({ [A]: account }))).place.field).toBe(`alloc.${A}`)
    }
    class Account {
      get balance(): number {
        return 1
      }
    }
    await errorOf(load({ [A]: new Account() }))
    // What clients write for people
    await load({ [A]: { balance: 1, comment: 'a', privateKey: 'b', secretKey: 'c' } })()
  })

  it('of a scenario or a block file', async () => {
    const good = { semantics: 'actor', alloc: {}, env: ENV, transactions: [] }
    const parse = (more: object) => () => parseScenario({ ...good, ...more })
    parse({})()
    await expectMeant(parse({ frok: 'osaka' }), 'frok', 'fork')
    await expectMeant(parse({ parameters: { gword: 1 } }), 'parameters.gword', 'gWord')
    await expectMeant(parse({ env: { ...ENV, timestmap: 1 } }), 'timestmap', 'timestamp')
    await expectMeant(parse({ alloc: { [A]: { cod: '0x' } } }), '.cod', 'code')
    await expectMeant(parse({ semantics: 'actors' }), 'semantics', 'actor')
    await expectMeant(parse({ fork: 'osakaa' }), 'fork', 'osaka')
    const { alloc, semantics } = good
    const blocks = [{ env: ENV, transaction: [] }]
    const several = { alloc, semantics, blocks }
    await expectMeant(() => parseScenario(several), 'transaction', 'transactions')
    const file = { chainId: 1, fork: 'osaka', semantics: 'actor' }
    const block = { hash: `0x${'00'.repeat(32)}`, rlp: '0x' }
    const read = (more: object) => () => parseBlockFile({ ...file, ...block, ...more })
    read({})()
    await expectMeant(read({ rule: 'chain' }), 'rule', 'rules')
    await expectMeant(read({ rules: 'exec' }), 'rules', 'execution')
    const listed = { ...file, blocks: [{ ...block, hsh: 1 }] }
    await expectMeant(() => parseBlockFile(listed), 'blocks[0].hsh', 'hash')
  })
})

describe('a chain configuration', () => {
  it('may have all that geth and Besu write', async () => {
    const config = {
      chainId: 5,
      ...{ homesteadBlock: 0, daoForkBlock: null, daoForkSupport: false, eip150Block: 0 },
      ...{ eip150Hash: `0x${WORD}0`, eip155Block: 0, eip158Block: 0, byzantiumBlock: 0 },
      ...{ constantinopleBlock: 0, petersburgBlock: 0, istanbulBlock: 0, muirGlacierBlock: 0 },
      ...{ berlinBlock: 0, londonBlock: 0, arrowGlacierBlock: 0, grayGlacierBlock: 0 },
      ...{ mergeNetsplitBlock: 0, mergeNetSplitBlock: 0, preMergeForkBlock: 0 },
      ...{ terminalTotalDifficulty: 0, terminalTotalDifficultyPassed: true },
      ...{ terminalBlockHash: `0x${WORD}0`, terminalBlockNumber: 0 },
      ...{ shanghaiTime: 0, cancunTime: 0, pragueTime: 0, osakaTime: 10 },
      ...{ bpo1Time: 20, bpo2Time: 30, bpo3Time: 40, bpo4Time: null, bpo5Time: undefined },
      ...{ amsterdamTime: 1_900_000_000, verkleTime: null, enableVerkleAtGenesis: false },
      ...{ ethash: {}, clique: { period: 1, epoch: 30_000 }, discovery: { dns: 'a' } },
      ...{ checkpoint: { hash: '0x' }, depositContractAddress: B },
      withdrawalRequestContractAddress: '0x00000961ef480eb55e80d19ad83579a64c007002',
      consolidationRequestContractAddress: '0x0000bbddc7ce488642fb579f8b00f3a590007251',
      blobSchedule: {
        Cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 },
        bpo3: { target: 14, max: 21, baseFeeUpdateFraction: 11_684_671 },
      },
    }
    const chain = { semantics: 'ethereum', chainConfig: config as never } as const
    const other = await createEngine({ ...SMALL, ...chain })
    await other.executeBlock({ env: ENV, transactions: [] })
    const late = { ...ENV, number: 2, timestamp: config.amsterdamTime }
    const { message } = await errorOf(() => other.executeBlock({ env: late, transactions: [] }))
    expect(message).toContain('the fork amsterdam is not supported')
    await other.dispose()
  })

  it.each<[object, string]>([
    [{ berlinBlock: 5, londonBlock: 4 }, 'config'],
    [{ shanghaiTime: 5, cancunTime: 4 }, 'config'],
    [{ eip155Block: 1, eip158Block: 2 }, 'config.eip155Block'],
    [{ chainId: 1, chainid: 2 }, 'config.chainid'],
    [{ daoForkSupport: 'no' }, 'config.daoForkSupport'],
    [{ enableVerkleAtGenesis: true }, 'config.enableVerkleAtGenesis'],
    [{ withdrawalRequestContractAddress: A }, 'config.withdrawalRequestContractAddress'],
    [{ blobSchedule: { cancun: {} } }, 'config.blobSchedule.cancun.target'],
    [{ blobSchedule: [] }, 'config.blobSchedule'],
  ])('that is not followed, or is none: %j', async (chainConfig, field) => {
    expect((await errorOf(make({ chainConfig }))).place.field).toBe(field)
  })
})

describe('a word that is none', () => {
  it.each<[object, string, string]>([
    [{ fork: 'osakaa' }, 'fork', 'osaka'],
    [{ semantics: 'etherium' }, 'semantics', 'ethereum'],
    [{ chainConfig: 'mainet' }, 'chainConfig', 'mainnet'],
    [{ simulation: { during: 'group' } }, 'simulation.during', 'groups'],
  ])('of an engine: %j', (options, key, meant) => expectMeant(make(options), key, meant))

  it('is said for semantics: an engine warns once, a validator refuses', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    for (const options of [undefined, {}, { semantics: undefined }]) {
      const silent = await createEngine(options as never)
      expect(silent.semantics).toBe('actor')
      await silent.dispose()
      const { message, place } = await errorOf(() => createValidator((options ?? {}) as never))
      expect(place.field).toBe('semantics')
      expect(message).toMatch(/^semantics must be said: .*actor \(.*message.*ethereum \(.*synchron/)
    }
    expect(warn.mock.calls.map(([text]) => text)).toEqual([expect.stringMatching(/semantics/)])
    warn.mockRestore()
    await errorOf(make({ semantics: null }))
    expect(parseScenario({ env: ENV }).engine.semantics).toBe('actor')
  })

  it('is no name that all objects have', async () => {
    await errorOf(make({ fork: 'constructor' }))
    await errorOf(make({ fork: '__proto__' }))
    await errorOf(make({ constructor: 1 }))
  })
})

describe('what is said twice', () => {
  it('in a transaction is the same, or refused', async () => {
    const to = { to: B, nonce: 0, gasLimit: 100_000 }
    const twice = call(to)
    const data = '0x1234'
    const from = `0x${ALICE.slice(2).toUpperCase()}`
    await engine.prepareBlock({
      env: ENV,
      transactions: [{ ...twice, gas: '0x186a0', data, input: data, from: from as Hex }],
    })
    for (const [fields, field] of [
      [{ data, input: '0x12' }, 'data'],
      [{ gas: 99_999 }, 'gas'],
      [{ from: B }, 'from'],
      [{ from: 'alice' }, 'from'],
      [{ sender: B }, 'sender'],
      [{ v: 27, r: 1, s: 1 }, 'secretKey'],
      [{ maxFeePerGas: 11 }, 'gasPrice'],
      [{ type: 0, accessList: [{ address: A, storageKeys: [] }] }, 'accessList'],
      [{ type: 1, blobVersionedHashes: [`0x${WORD}10`] }, 'blobVersionedHashes[0]'],
    ] as const) {
      const { place } = await errorOf(transaction(fields))
      expect(place.field).toBe(field)
    }
  })

  it('in a signed transaction as a node gives it', async () => {
    const { transactions, senders } = await engine.prepareBlock({
      env: ENV,
      transactions: [call({ to: A, nonce: 0 }), { ...call({ to: A, nonce: 1 }), type: 2 }],
    })
    expect(senders).toHaveLength(2)
    const json = transactions.map((tx) => ({
      type: tx.type,
      chainId: tx.chainId,
      nonce: tx.nonce,
      gas: tx.gasLimit,
      gasPrice: tx.gasPrice,
      ...(tx.type === 2
        ? {
            maxFeePerGas: tx.maxFeePerGas,
            maxPriorityFeePerGas: tx.maxPriorityFeePerGas,
            accessList: [],
          }
        : {}),
      to: A,
      value: 0,
      input: '0x',
      v: tx.v,
      yParity: tx.yParity,
      r: tx.r,
      s: tx.s,
      hash: `0x${Buffer.from(tx.hash).toString('hex')}`,
      from: ALICE,
      blockHash: null,
      blockNumber: null,
      blockTimestamp: '0x1',
      transactionIndex: null,
      creates: null,
      publicKey: '0x',
      raw: `0x${Buffer.from(tx.raw).toString('hex')}`,
    }))
    const prepare = (tx: object): Promise<unknown> => {
      return engine.prepareBlock({ env: ENV, transactions: [tx as never] })
    }
    for (const tx of json) {
      await prepare(tx)
      for (const [name, value] of [
        ['yParity', 1 - tx.yParity],
        ['raw', '0x00'],
        ['from', B],
        ['chainId', 7],
      ] as const) {
        const { place } = await errorOf(() => prepare({ ...tx, [name]: value }))
        expect([name, 'v', 'hash']).toContain(place.field)
      }
    }
    // One that was decoded, and then changed
    await prepare(structuredClone(transactions[0]!))
    const changed = { ...transactions[1]!, value: 5n }
    expect((await errorOf(() => prepare(changed))).place.field).toBe('value')
    await errorOf(() => prepare({ raw: Uint8Array.of(1, 2, 3) }))
    await errorOf(() => prepare({ ...transactions[0]!, secretKey: SECRET_KEY }))
  })

  it('in a genesis is refused: an account or a slot', async () => {
    const upper = `0x${A.slice(2).toUpperCase()}`
    for (const other of [A.slice(2), upper, upper.slice(2)]) {
      const { message } = await errorOf(load({ [A]: { balance: 1 }, [other]: { balance: 2 } }))
      expect(message).toContain('one account twice')
      for (const accounts of [{ balance: 1 }, {}, { code: '0x00' }]) {
        const pairs = [A, B, other].map((address) => [address, accounts])
        expect((await errorOf(load(pairs))).message).toContain('one account twice')
        expect((await errorOf(load(new Map(pairs as never)))).message).toContain('twice')
      }
    }
    for (const [one, two] of [
      ['0x1', '0x01'],
      ['0xa', '0xA'],
      [`${WORD}a`, '0xa'],
      [`${WORD}a`, `${WORD}A`],
    ] as const) {
      const { message } = await errorOf(load({ [A]: { storage: { [one]: 1, [two]: 1 } } }))
      expect(message).toContain('one slot twice')
    }
  })

  it('in the text of a file is refused, where JSON.parse would keep the last', async () => {
    const account = '{"balance": 1, "code": "0x", "\\u0063ode": "0x00"}'
    for (const [text, key] of [
      [`{"alloc": {"${A}": {}, "${A}": {}}, "env": {}}`, A],
      [`{"env": {}, "alloc": {"${A}": ${account}}}`, 'code'],
      ['{"fork": "osaka", "a\\"{": [{"x": 1}, {"x": "}"}], "fork": "berlin"}', 'fork'],
      ['{"blocks": [{"hash": "0x", "hash": "0x"}]}', 'hash'],
    ] as const) {
      expect((await errorOf(() => parseScenario(text))).place.field).toBe(key)
      expect((await errorOf(() => parseBlockFile(text))).place.field).toBe(key)
    }
  })

  it('in an environment: one block with two hashes', async () => {
    const hash = (digit: string): Hex => `0x${digit.repeat(64)}`
    const of = (more: object) => execute({ env: { ...ENV, number: 3, ...more }, transactions: [] })
    const blockHashes = { 2: hash('1'), '0x2': hash('2') }
    expect((await errorOf(of({ blockHashes }))).message).toContain('two hashes')
    const parentHash = hash('2')
    expect((await errorOf(of({ blockHashes: { 2: hash('1') }, parentHash }))).place.field).toBe(
      'env.parentHash',
    )
  })
})

describe('text of a genesis', () => {
  it('is hex with 0x, or at full width; other keys are refused with what to write', async () => {
    const other = await createEngine({ ...SMALL, semantics: 'actor' })
    const storage = { '0x240': 1, [`${WORD}3`]: '240', '0xF': '0x240' }
    await other.loadGenesis({ [A.slice(2)]: { code: '0x00', storage } })
    expect(await other.getStorage(A, 0x240)).toBe(1n)
    expect(await other.getStorage(A, 3)).toBe(240n)
    expect(await other.getStorage(A, 15)).toBe(0x240n)
    await other.dispose()
    const { message } = await errorOf(load({ [A]: { storage: { 240: 1 } } }))
    expect(message).toContain('"0xf0" for the number 240, "0x240" for these hex digits')
    for (const key of ['', '0x', '7', 'ff', '-1', ' 0x1', '0X1', `${WORD}`, `${WORD}00`]) {
      await errorOf(load({ [A]: { storage: { [key]: 1 } } }))
    }
    await errorOf(load({ [A]: { storage: { '0x1': `${WORD}1` } } }))
    for (const name of [A.slice(3), '1', `0X${A.slice(2)}`, `${A}00`, '']) {
      await errorOf(load({ [name]: {} }))
    }
  })
})

describe('a message', () => {
  it('says what is missing where nothing is signed, and shows no key', async () => {
    const unsigned = { from: ALICE, to: A, nonce: 0, gasLimit: 21_000, gasPrice: 1 }
    const messageOf = async (tx: object): Promise<string> => {
      return (await errorOf(execute({ env: ENV, transactions: [tx] }))).message
    }
    const told = 'transaction 0 is not signed: give secretKey, or v, r and s'
    expect(await messageOf(unsigned)).toContain(told)
    expect(await messageOf({ ...unsigned, v: '0x0', r: '0x0', s: '0x0' })).toContain(told)
    expect(await messageOf({ ...unsigned, secretKey: null })).toContain(told)
    const withKey = await messageOf({ ...unsigned, privateKey: '0x1234567890' })
    expect(withKey).toContain(told)
    expect(withKey).toContain('did you mean "secretKey"')
    const digits = '1234567890'.repeat(6)
    for (const secretKey of [`0x${digits}`, `0x${digits}zzzz`, digits, `${digits}1234`, [digits]]) {
      const message = await messageOf({ ...unsigned, secretKey })
      expect(message).toContain('"secretKey"')
      expect(message).not.toContain('1234')
    }
  })

  it('does not quote what is told in words, and counts rightly', async () => {
    const { message } = await errorOf(() => engine.getAccount('0x11'))
    expect(message).toBe('invalid value: "address" expected 20 bytes, got 1 byte')
    expect((await errorOf(() => engine.getAccount(Uint8Array.of(1)))).message).toBe(message)
    const again = await errorOf(() => engine.loadGenesis({}))
    expect(again.message).toContain('got one that has one')
  })
})
