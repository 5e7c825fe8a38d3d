import { readFileSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { ATTACKER, BANK, HONEST_DEPOSITS, STAKE, buildDaoScenario } from
  '../../examples/dao/scenario.mjs'
import { concat, encodeCall, encodeTuple, mappingSlot, word } from '../../examples/market/abi.mjs'
import { makeAccounts } from '../../examples/market/accounts.mjs'
import { compileFolder } from '../../examples/market/compile.mjs'
import { ETHER, TOKEN_UNIT, jarAddress, layOutMarket, makeAlloc, readArtifact } from
  '../../examples/market/genesis.mjs'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { encodeOrder } from '../../examples/market/transactions.mjs'
import { SequentialEvm, type Outcome } from '../support/sequential-evm.js'

const EXAMPLES = new URL('../../examples/', import.meta.url)
const EMPTY_BLOCK = buildScenario({ transactions: 0 })
const PRICE_UNIT = 10n ** 18n
const TRANSFER_AND_NOTIFY = 'transferAndNotify(address,uint256,bytes)'
const AMOUNT = 1_000n * TOKEN_UNIT

describe('artifacts', () => {
  it.each(['market', 'dao'])('of %s are what the compiler makes of the sources', (example) => {
    const folder = new URL(`${example}/artifacts/`, EXAMPLES)
    const committed = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
    )
    const compiled = compileFolder(new URL(`${example}/contracts/`, EXAMPLES))
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(compiled))
  })
})

describe('scenario', () => {
  it('depends on the seed alone', () => {
    const options = { seed: 7, transactions: 50 }
    expect(buildScenario(options)).toEqual(buildScenario(options))
    expect(buildScenario(options)).not.toEqual(buildScenario({ ...options, seed: 8 }))
  })

  it('fits its block and mixes the transaction types', () => {
    const { env, transactions } = buildScenario()
    const gasLimits = transactions.reduce((sum, { gas }) => sum + BigInt(gas), 0n)
    expect(gasLimits).toBeLessThanOrEqual(BigInt(env.gasLimit))
    expect(new Set(transactions.map(({ type }) => type))).toEqual(new Set(['0x0', '0x1', '0x2']))
  })

  // Most of the time goes into putting 8,000 storage slots into a trie.
  it('runs under Ethereum semantics', { timeout: 120_000 }, async () => {
    const scenario = buildScenario({ transactions: 100 })
    const evm = await SequentialEvm.create(scenario)
    let succeeded = 0
    for (const transaction of scenario.transactions) {
      if ((await evm.run(transaction)).succeeded) succeeded++
    }
    // About 4 % are made to fail.
    expect(succeeded).toBeGreaterThanOrEqual(90)
    expect(succeeded).toBeLessThan(100)
  })
})

describe('genesis', () => {
  const accounts = makeAccounts(1, 3)
  const market = layOutMarket(accounts)
  const alloc = makeAlloc(accounts, market)
  const { operator } = market

  /** Runs a constructor and compares code and the given slots with the genesis account's. */
  async function expectDeployed(name: string, args: string, address: string, except: bigint[]) {
    const artifact = readArtifact(name)
    const evm = await SequentialEvm.create({ ...EMPTY_BLOCK, alloc: {} })
    const deployed = await evm.deploy(concat(artifact.bytecode, args), operator)
    const { code, storage = {} } = alloc[address]!
    expect(await evm.code(deployed)).toBe(code)
    for (const [slot, value] of Object.entries(storage)) {
      if (except.includes(BigInt(slot))) continue
      expect([slot, await evm.storage(deployed, slot)]).toEqual([slot, BigInt(value)])
    }
  }

  it('has tokens as their constructor leaves them, but for the mint', async () => {
    const { name, symbol, address } = market.tokens[0]!
    const text = (value: string) => `0x${Buffer.from(value).toString('hex')}`
    const args = encodeTuple(['bytes', 'bytes', 'address'], [text(name), text(symbol), operator])
    const { storage } = readArtifact('Token')
    const holders = [...accounts, ...market.venues].map(
      (holder) => BigInt(mappingSlot(storage._balances, holder.address)),
    )
    await expectDeployed('Token', args, address, [BigInt(storage._totalSupply), ...holders])
  })

  it('has venues as their constructor leaves them, but for the liquidity', async () => {
    const { address, tokens, amplification } = market.venues[0]!
    const args = concat(word(operator), ...tokens.map(word), word(amplification))
    const { reserves } = readArtifact('Exchange').storage
    await expectDeployed('Exchange', args, address, [BigInt(reserves), BigInt(reserves + 1)])
  })

  it('has splitters and vaults as their constructors leave them', async () => {
    const { address, payees, shares } = market.splitters[0]!
    const count = word(payees.length)
    const args = concat(
      word(64), word(64 + 32 * (1 + payees.length)),
      count, ...payees.map(word), count, ...shares.map(word),
    )
    await expectDeployed('PaymentSplitter', args, address, [])
    const vault = market.vaults[0]!
    await expectDeployed('Vault', word(vault.capacity), vault.address, [])
  })

  it('has jars and their factory as `open` leaves them', async () => {
    const jar = market.jars[0]!
    const jarAccount = alloc[jar.address]!
    const owner = accounts[0]!
    const factory = market.factories[0]!.address
    const { deployedBytecode, storage: slots } = readArtifact('Factory')
    const scenario = {
      ...EMPTY_BLOCK,
      alloc: {
        [owner.address]: { balance: '0xde0b6b3a7640000' },
        [factory]: { balance: '0x0', nonce: '0x1', code: deployedBytecode },
      },
    }
    const evm = await SequentialEvm.create(scenario)
    const data = encodeCall('open(bytes32)', [word(0)])
    expect(await evm.run(call(owner, factory, data))).toMatchObject({ succeeded: true })
    expect(await evm.code(jar.address)).toBe(jarAccount.code)
    for (const [slot, value] of Object.entries(jarAccount.storage ?? {})) {
      expect([slot, await evm.storage(jar.address, slot)]).toEqual([slot, BigInt(value)])
    }
    expect(await evm.storage(factory, mappingSlot(slots.ownerOf, jar.address)))
      .toBe(BigInt(owner.address))
  })
})

describe('contracts under Ethereum semantics', () => {
  const accounts = makeAccounts(1, 3)
  const [operator, alice, bob] = accounts as [Person, Person, Person]
  const market = layOutMarket(accounts)
  const [tokenA, tokenB, tokenC] = market.tokens.map(({ address }) => address) as
    [string, string, string]
  const [venue, nextVenue] = market.venues.map(({ address }) => address) as [string, string]
  let evm: SequentialEvm

  beforeAll(async () => {
    const alloc = makeAlloc(accounts, market)
    evm = await SequentialEvm.create({ ...EMPTY_BLOCK, alloc })
  })

  const nonces = new Map<string, number>()
  async function send(from: Person, to: string, data: string, value = 0n, gas = 1_500_000) {
    const nonce = nonces.get(from.address) ?? 0
    nonces.set(from.address, nonce + 1)
    return evm.run(call(from, to, data, { value, gas, nonce }))
  }
  const sendTokens = (from: Person, token: string, amount: bigint, order: string, gas?: number) =>
    send(from, token, encodeCall(TRANSFER_AND_NOTIFY, [venue, amount, order]), 0n, gas)
  const holding = (token: string, holder: string) =>
    evm.storage(token, mappingSlot(readArtifact('Token').storage._balances, holder))
  const reserve = (side: number, of = venue) =>
    evm.storage(of, word(readArtifact('Exchange').storage.reserves + side))

  it('Token moves tokens and refuses an overdraft', async () => {
    const before = await holding(tokenA, bob.address)
    const transfer = (amount: bigint) =>
      send(alice, tokenA, encodeCall('transfer(address,uint256)', [bob.address, amount]))
    expect(await transfer(AMOUNT)).toMatchObject({ succeeded: true })
    expect(await transfer(2n ** 200n)).toMatchObject({ succeeded: false, exception: 'revert' })
    expect(await holding(tokenA, bob.address)).toBe(before + AMOUNT)
  })

  it('Token lets its owner mint, and nobody else', async () => {
    const mint = encodeCall('mint(address,uint256)', [bob.address, AMOUNT])
    const before = await holding(tokenC, bob.address)
    expect(await send(bob, tokenC, mint)).toMatchObject({ succeeded: false })
    expect(await send(operator, tokenC, mint)).toMatchObject({ succeeded: true })
    expect(await holding(tokenC, bob.address)).toBe(before + AMOUNT)
  })

  it('Token keeps back a notice that could not be answered', async () => {
    const before = await holding(tokenA, alice.address)
    const order = encodeOrder(0n, alice.address, alice.address)
    expect(await sendTokens(alice, tokenA, AMOUNT, order, 150_000)).toMatchObject({
      succeeded: false,
      exception: 'revert',
    })
    expect(await holding(tokenA, alice.address)).toBe(before)
  })

  it('Exchange fills an order and settles it', async () => {
    const before = await holding(tokenB, bob.address)
    const [sellSide, buySide] = [await reserve(0), await reserve(1)]
    const order = encodeOrder((PRICE_UNIT * 99n) / 100n, alice.address, bob.address)
    expect(await sendTokens(alice, tokenA, AMOUNT, order)).toMatchObject({ succeeded: true })
    const bought = (await holding(tokenB, bob.address)) - before
    expect(bought).toBeGreaterThan((AMOUNT * 99n) / 100n)
    expect(bought).toBeLessThan(AMOUNT)
    expect(await reserve(0)).toBe(sellSide + AMOUNT)
    expect(await reserve(1)).toBe(buySide - bought)
  })

  it('Exchange fills as much as the limit allows and returns the rest', async () => {
    const amount = 500_000n * TOKEN_UNIT
    const limit = (PRICE_UNIT * 998n) / 1_000n
    const [soldBefore, boughtBefore] =
      [await holding(tokenA, alice.address), await holding(tokenB, alice.address)]
    const order = encodeOrder(limit, alice.address, alice.address)
    expect(await sendTokens(alice, tokenA, amount, order)).toMatchObject({ succeeded: true })
    const sold = soldBefore - (await holding(tokenA, alice.address))
    const bought = (await holding(tokenB, alice.address)) - boughtBefore
    expect(sold).toBeGreaterThan(0n)
    expect(sold).toBeLessThan(amount)
    expect(bought * PRICE_UNIT).toBeGreaterThanOrEqual(limit * sold)
    // The limit is met closely: 0.001 % above it the same amount would have been refused.
    expect(bought * PRICE_UNIT * 100_000n).toBeLessThan(limit * sold * 100_001n)
  })

  it('Exchange sends an order on to the next venue', async () => {
    const [before, sideBefore] = [await holding(tokenC, bob.address), await reserve(0, nextVenue)]
    const notice = encodeOrder(0n, alice.address, bob.address)
    const order = encodeOrder(0n, alice.address, nextVenue, notice)
    expect(await sendTokens(alice, tokenA, AMOUNT, order)).toMatchObject({ succeeded: true })
    expect(await holding(tokenC, bob.address)).toBeGreaterThan(before)
    expect(await reserve(0, nextVenue)).toBeGreaterThan(sideBefore)
  })

  it('Exchange returns what comes with an unreadable order', async () => {
    const before = await holding(tokenA, alice.address)
    const sent = await sendTokens(alice, tokenA, AMOUNT, word(1))
    expect(sent).toMatchObject({ succeeded: true })
    expect(await holding(tokenA, alice.address)).toBe(before)
  })

  it('Exchange believes its tokens alone', async () => {
    const order = encodeOrder(0n, alice.address, alice.address)
    const signature = 'onTokensReceived(address,uint256,bytes)'
    const notice = encodeCall(signature, [alice.address, AMOUNT, order])
    expect(await send(alice, venue, notice)).toMatchObject({ succeeded: false })
    const trade = encodeCall('trade(uint256,uint256,bytes)', [0n, AMOUNT, order])
    expect(await send(alice, venue, trade)).toMatchObject({ succeeded: false })
  })

  it('Exchange takes liquidity from its owner, and its books match the tokens', async () => {
    const [before, after] = [await reserve(0), (await reserve(0)) + AMOUNT]
    expect(await sendTokens(operator, tokenA, AMOUNT, '0x')).toMatchObject({ succeeded: true })
    expect(await reserve(0)).toBe(before + AMOUNT)
    expect(await holding(tokenA, venue)).toBe(after)
    expect(await holding(tokenB, venue)).toBe(await reserve(1))
  })

  it('PaymentSplitter pays every payee, and again what one refuses', async () => {
    const { address, payees } = market.splitters[0]!
    const paid = await Promise.all(payees.map((payee) => evm.balance(payee)))
    expect(await send(alice, address, '0x', 16n * ETHER)).toMatchObject({ succeeded: true })
    // Shares of 5, 4, 3, 2, 1, 1.
    expect(await evm.balance(payees[0]!)).toBe(paid[0]! + 5n * ETHER)
    expect(await evm.balance(payees[4]!)).toBe(paid[4]! + ETHER)
    expect(await evm.balance(address)).toBe(0n)
    // That filled the small vault: its next part comes back, and is divided with the payment after.
    expect(await send(alice, address, '0x', 16n * ETHER)).toMatchObject({ succeeded: true })
    expect(await evm.balance(address)).toBe(ETHER)
    expect(await send(alice, address, '0x', 15n * ETHER)).toMatchObject({ succeeded: true })
    expect(await evm.balance(payees[0]!)).toBe(paid[0]! + 15n * ETHER)
  })

  it('Factory creates a jar, calls it, and hears from it', async () => {
    const factory = market.factories[0]!.address
    const slots = readArtifact('Factory').storage
    const salt = word(2n ** 64n)
    const jar = jarAddress(factory, alice.address, salt)
    const open = encodeCall('open(bytes32)', [salt])
    expect(await send(alice, factory, open, ETHER)).toMatchObject({ succeeded: true })
    expect(await evm.balance(jar)).toBe(ETHER)
    expect(await evm.storage(jar, word(readArtifact('Jar').storage.owner)))
      .toBe(BigInt(alice.address))

    const empty = encodeCall('empty(address)', [jar])
    expect(await send(bob, factory, empty)).toMatchObject({ succeeded: false })
    expect(await send(alice, factory, empty)).toMatchObject({ succeeded: true })
    expect(await evm.balance(jar)).toBe(0n)
    expect(await evm.storage(factory, word(slots.paidOut))).toBe(ETHER)
  })
})

describe('the DAO attack under Ethereum semantics', () => {
  it('drains the bank', async () => {
    const scenario = buildDaoScenario()
    const evm = await SequentialEvm.create(scenario)
    expect(await evm.balance(BANK)).toBe(HONEST_DEPOSITS)
    const outcomes: Outcome[] = []
    for (const transaction of scenario.transactions) outcomes.push(await evm.run(transaction))
    expect(outcomes.every(({ succeeded }) => succeeded)).toBe(true)
    expect(await evm.balance(BANK)).toBe(0n)
    expect(await evm.balance(ATTACKER)).toBe(HONEST_DEPOSITS + STAKE)
  })
})

interface Person {
  readonly address: string
  readonly secretKey: string
}

function call(
  from: Person,
  to: string,
  data: string,
  { value = 0n, gas = 1_500_000, nonce = 0 } = {},
) {
  const hex = (number: number | bigint) => `0x${number.toString(16)}`
  return {
    type: '0x0',
    nonce: hex(nonce),
    gasPrice: hex(2_000_000_000),
    gas: hex(gas),
    to,
    value: hex(value),
    input: data,
    secretKey: from.secretKey,
  }
}
