/** What an engine produces, a validator accepts; what it would refuse is not produced. */
import {
  createEngine,
  encodeHeader,
  validateBlock,
  type Alloc,
  type BlockInput,
  type Engine,
  type ProducedBlock,
  type Hex,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { A, ALICE, C, COINBASE, ENV, ETHER, call } from '../support/small-blocks.js'

const REQUESTS = [
  '0x00000961ef480eb55e80d19ad83579a64c007002',
  '0x0000bbddc7ce488642fb579f8b00f3a590007251',
]
const DEPOSITS = '0x00000000219ab540356cbb839cbe05303d7705fa'
const ALLOC: Alloc = {
  [ALICE]: { balance: ETHER },
  ...Object.fromEntries(REQUESTS.map((address) => [address, { code: '0x00', nonce: 1 }])),
}
const ETHEREUM = { semantics: 'ethereum', workers: 1 } as const
const transfer = call({ to: C, nonce: 0, value: 1 })

async function withEngine<T>(
  options: object,
  alloc: Alloc,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine({ semantics: 'actor', workers: 1, memory: 2 ** 28, ...options })
  try {
    await engine.loadGenesis(alloc)
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

async function produceOne(
  options: object,
  alloc: Alloc,
  block: BlockInput,
  more: object = {},
): Promise<ProducedBlock> {
  return withEngine(options, alloc, (engine) => engine.produceBlock(block, [], more))
}

/** An engine's semantics are those of actors unless it says so; a validator has to say. */
function validate(options: object, { bytes, hash, witness }: ProducedBlock) {
  const input = { block: bytes, blockHash: hash, witness }
  return validateBlock({ semantics: 'actor', ...options, ...input })
}

const envOf = (number: number): BlockInput['env'] => ({
  ...ENV,
  number,
  timestamp: ENV.timestamp + 12 * number,
})

describe('the first block of a chain', () => {
  const cases = [
    { fork: 'frontier', env: { difficulty: 200_000 } },
    // No second after its parent has this difficulty: another time has
    { fork: 'homestead', env: { difficulty: 2_049n * 100n + 2_048n } },
    { fork: 'byzantium', env: { difficulty: 0 } },
    { fork: 'london', env: { difficulty: 10n ** 15n, baseFeePerGas: 13 } },
    { fork: 'cancun', env: { excessBlobGas: 5_000_000, baseFeePerGas: 7 } },
    { fork: 'osaka', env: { excessBlobGas: 5_000_000, baseFeePerGas: 10n ** 9n } },
    { fork: 'bpo2', env: { baseFeePerGas: undefined } },
  ]

  it.each(cases)('of $fork has a parent that all rules allow', async ({ fork, env }) => {
    const { baseFeePerGas: _, prevRandao, ...common } = ENV
    const block = { env: { ...common, ...env }, transactions: [] } as BlockInput
    for (const semantics of ['ethereum', 'actor'] as const) {
      const options = { fork, semantics, workers: 1, rules: 'chain' } as const
      const produced = await produceOne({ fork, semantics }, ALLOC, block, { rules: 'chain' })
      expect(await validate(options, produced)).toMatchObject({ valid: true })
    }
    expect(prevRandao).toHaveLength(66)
  })

  it('is refused if no parent can have it as its child', async () => {
    const { baseFeePerGas: _, ...env } = ENV
    const easy = { env: { ...env, difficulty: 5 }, transactions: [] }
    await expect(produceOne({ ...ETHEREUM, fork: 'berlin' }, ALLOC, easy)).rejects.toMatchObject({
      reason: 'difficulty-mismatch',
      place: { field: 'difficulty' },
    })
    const lenient = await produceOne(
      { ...ETHEREUM, fork: 'berlin' }, ALLOC, easy, { rules: 'execution' },
    )
    const options = { ...ETHEREUM, fork: 'berlin', rules: 'execution' }
    expect(await validate(options, lenient)).toMatchObject({ valid: true })
  })
})

describe('what follows from the parent', () => {
  it('is computed where it is left out', async () => {
    const { baseFeePerGas: _, ...env } = ENV
    await withEngine(ETHEREUM, ALLOC, async (engine) => {
      const first = await engine.produceBlock({ env: ENV, transactions: [] })
      const headers = [first.parentHeader, first.block.header].map((it) => encodeHeader(it))
      const second = { ...env, number: 2, timestamp: ENV.timestamp + 1, gasLimit: 30_000_001 }
      const produced = await engine.produceBlock({ env: second, transactions: [] }, headers)
      expect(produced.block.header).toMatchObject({ baseFeePerGas: 7n, excessBlobGas: 0n })
      const options = { ...ETHEREUM, rules: 'chain' as const }
      expect(await validate(options, produced)).toMatchObject({ valid: true })
    })
  })

  it.each([
    [{ baseFeePerGas: 8 }, 'base-fee-mismatch', 'baseFeePerGas'],
    [{ gasLimit: 31_000_000 }, 'gas-limit-out-of-bounds', 'gasLimit'],
    [{ excessBlobGas: 131_072 }, 'excess-blob-gas-mismatch', 'excessBlobGas'],
    [{ number: 3 }, 'number-not-next', 'number'],
    [{ timestamp: ENV.timestamp }, 'timestamp-not-after-parent', 'timestamp'],
  ])('is refused where it is another: %o', async (change, reason, field) => {
    await withEngine(ETHEREUM, ALLOC, async (engine) => {
      const first = await engine.produceBlock({ env: ENV, transactions: [] })
      const headers = [encodeHeader(first.block.header)]
      const root = await engine.stateRoot()
      const env = { ...ENV, number: 2, timestamp: ENV.timestamp + 1, ...change }
      const block = { env, transactions: [transfer] }
      const refused = engine.produceBlock(block, headers)
      await expect(refused).rejects.toMatchObject({ reason, place: { field } })
      expect(await engine.stateRoot()).toBe(root)
      const isMoving = !['number', 'timestamp'].includes(field)
      if (!isMoving) return
      const produced = await engine.produceBlock(block, headers, { rules: 'execution' })
      const options = { ...ETHEREUM, rules: 'execution' }
      expect(await validate(options, produced)).toMatchObject({ valid: true })
    })
  })
})

describe('ancestors', () => {
  it.each([
    ['another state', 'ancestors[0].stateRoot', (it: ProducedBlock) => [it.parentHeader]],
    [
      'a gap',
      'ancestors[1].number',
      ({ block, parentHeader }: ProducedBlock) => [{ ...parentHeader, number: 5n }, block.header],
    ],
    [
      'a stranger',
      'ancestors[1].parentHash',
      ({ block, parentHeader }: ProducedBlock) => [{ ...parentHeader, gasUsed: 1n }, block.header],
    ],
  ])('with %s are no chain', async (_, field, headersOf) => {
    await withEngine({}, ALLOC, async (engine) => {
      const first = await engine.produceBlock({ env: ENV, transactions: [transfer] })
      const headers = headersOf(first).map((it) => encodeHeader(it))
      const block = { env: envOf(2), transactions: [] }
      const refused = engine.produceBlock(block, headers)
      await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError', place: { field } })
    })
  })

  it('that BLOCKHASH needs and that are missing leave the state as it was', async () => {
    // The hash of three blocks before into slot 0
    const alloc: Alloc = { ...ALLOC, [C]: { code: '0x60034303405f5500' } }
    await withEngine({}, alloc, async (engine) => {
      const headers: Uint8Array[] = []
      for (const number of [10, 11, 12]) {
        const env = { ...envOf(number) }
        const made = await engine.produceBlock({ env, transactions: [] }, headers)
        headers.push(encodeHeader(made.block.header))
      }
      const root = await engine.stateRoot()
      const block = { env: envOf(13), transactions: [call({ to: C, nonce: 0 })] }
      const refused = engine.produceBlock(block, headers.slice(-1))
      await expect(refused).rejects.toMatchObject({ place: { field: 'ancestors' } })
      expect(await engine.stateRoot()).toBe(root)
      expect(await engine.getNonce(ALICE)).toBe(0n)
      await engine.produceBlock(block, headers)
    })
  })
})

describe('system contracts', () => {
  it('may be missing, unless all rules of chains are asked for', async () => {
    const alloc = { [ALICE]: { balance: ETHER } }
    const block = { env: ENV, transactions: [transfer] }
    const produced = await produceOne(ETHEREUM, alloc, block)
    expect(await validate(ETHEREUM, produced)).toMatchObject({ valid: true })
    const reason = 'system-contract-missing'
    expect(await validate({ ...ETHEREUM, rules: 'chain' }, produced)).toMatchObject({ reason })
    const refused = produceOne(ETHEREUM, alloc, block, { rules: 'chain' })
    await expect(refused).rejects.toMatchObject({ reason, name: 'InvalidBlockError' })
  })

  it.each([undefined, 'chain'] as const)('must not fail: rules %s', async (rules) => {
    const alloc: Alloc = { ...ALLOC, [REQUESTS[1]!]: { code: '0xfe', nonce: 1 } }
    const block = { env: ENV, transactions: [transfer] }
    const refused = produceOne(ETHEREUM, alloc, block, { rules })
    await expect(refused).rejects.toMatchObject({
      reason: 'system-call-failed',
      place: { field: REQUESTS[1] },
    })
    const lenient = await produceOne(ETHEREUM, alloc, block, { rules: 'execution' })
    expect(await validate({ ...ETHEREUM, rules }, lenient)).toMatchObject({ valid: false })
    const options = { ...ETHEREUM, rules: 'execution' }
    expect(await validate(options, lenient)).toMatchObject({ valid: true })
  })

  it('log deposits as they are, or the block is not made', async () => {
    // LOG1 of nothing, with the topic of a deposit
    const topic = '649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5'
    const alloc: Alloc = { ...ALLOC, [DEPOSITS]: { code: `0x7f${topic}5f5fa100` } }
    const block = { env: ENV, transactions: [call({ to: DEPOSITS, nonce: 0 })] }
    for (const semantics of ['ethereum', 'actor']) {
      const refused = produceOne({ semantics }, alloc, block)
      await expect(refused).rejects.toMatchObject({ reason: 'invalid-deposit-log' })
      // Who only executes it does not say that it is valid
      const { receipts } = await withEngine({ semantics }, alloc, (it) => it.executeBlock(block))
      expect(receipts[0]!.logs).toHaveLength(1)
    }
  })
})

describe('a block with', () => {
  it('withdrawals before Shanghai is refused before anything runs', async () => {
    const withdrawals = [{ index: 0, validatorIndex: 0, address: A, amount: 5 }]
    const { baseFeePerGas: _, ...env } = ENV
    const block = { env, transactions: [transfer], withdrawals }
    for (const semantics of ['ethereum', 'actor']) {
      await withEngine({ semantics, fork: 'berlin' }, ALLOC, async (engine) => {
        const reason = 'withdrawals-not-in-fork'
        const place = { block: 1n, field: 'withdrawals' }
        await expect(engine.produceBlock(block)).rejects.toMatchObject({ reason, place })
        await expect(engine.executeBlock(block)).rejects.toMatchObject({ reason, place })
        expect(await engine.getBalance(A)).toBe(0n)
      })
    }
  })

  it('extra data, a fee recipient and a random value has them in its header', async () => {
    const extraData = `0x${'ed'.repeat(32)}`
    const block = { env: ENV, transactions: [] }
    const produced = await produceOne(ETHEREUM, ALLOC, block, { extraData })
    expect(produced.block.header).toMatchObject({
      coinbase: new Uint8Array(20).fill(0xc0),
      mixHash: new Uint8Array(32).fill(0x5a),
      extraData: new Uint8Array(32).fill(0xed),
    })
    expect(await validate(ETHEREUM, produced)).toMatchObject({ valid: true })
    const longer = produceOne({}, ALLOC, block, { extraData: `${extraData}ed` })
    await expect(longer).rejects.toMatchObject({ reason: 'extra-data-too-long' })
    const wrong = produceOne({}, ALLOC, block, { extraData: 'ed' })
    await expect(wrong).rejects.toMatchObject({ place: { field: 'extraData' } })
    const rules = produceOne({}, ALLOC, block, { rules: 'exec' })
    await expect(rules).rejects.toMatchObject({ place: { field: 'rules' } })
  })

  it('more than 8 MiB is not made (EIP-7934)', { timeout: 60_000 }, async () => {
    const data: Hex = `0x${'00'.repeat(1_500_000)}`
    const transactions = Array.from({ length: 6 }, (_, nonce) =>
      call({ to: C, nonce, data, gasLimit: 16_000_000 }),
    )
    const block = { env: { ...ENV, gasLimit: 200_000_000 }, transactions }
    const refused = produceOne({}, ALLOC, block)
    await expect(refused).rejects.toMatchObject({ reason: 'block-too-large' })
    const fewer = { ...block, transactions: transactions.slice(0, 5) }
    expect((await produceOne({}, ALLOC, fewer)).bytes.length).toBeGreaterThan(7_500_000)
  })

  it('a miner before Paris pays him, and moves what the DAO has', async () => {
    const { baseFeePerGas: _, ...env } = ENV
    const chainConfig = { chainId: 1, homesteadBlock: 0, daoForkBlock: 1 }
    // One of the accounts of the DAO, and where their balances go (EIP-779)
    const dao = '0xbb9bc244d798123fde783fcc1c72d3bb8c189413'
    const refund = '0xbf4ed7b27f1d666546e30d74d50d173d20bca754'
    const alloc: Alloc = { ...ALLOC, [dao]: { balance: 77 } }
    await withEngine({ ...ETHEREUM, chainConfig }, alloc, async (engine) => {
      const produced = await engine.produceBlock({ env, transactions: [] })
      expect(Buffer.from(produced.block.header.extraData).toString()).toBe('dao-hard-fork')
      expect(await engine.getBalance(COINBASE)).toBe(5n * ETHER)
      expect(await engine.getBalance(dao)).toBe(0n)
      expect(await engine.getBalance(refund)).toBe(77n)
      const options = { ...ETHEREUM, chainConfig }
      expect(await validate(options, produced)).toMatchObject({ valid: true })
    })
    const marked = withEngine({ ...ETHEREUM, chainConfig }, alloc, (engine) =>
      engine.produceBlock({ env, transactions: [] }, [], { extraData: '0x' }),
    )
    await expect(marked).rejects.toMatchObject({ reason: 'dao-extra-data-missing' })
  })
})
