import { beforeAll, describe, expect, it } from 'vitest'
import { ATTACKER, BANK, HONEST_DEPOSITS, STAKE, buildDaoScenario } from
  '../../examples/dao/scenario.mjs'
import { encodeCall, mappingSlot, word } from '../../examples/market/abi.mjs'
import { makeAccounts } from '../../examples/market/accounts.mjs'
import { ETHER, TOKEN_UNIT, jarAddress, layOutMarket, makeAlloc, readArtifact } from
  '../../examples/market/genesis.mjs'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { encodeOrder } from '../../examples/market/transactions.mjs'
import { SequentialEvm, callTransaction, type Outcome, type Person } from
  '../support/sequential-evm.js'

const EMPTY_BLOCK = buildScenario({ transactions: 0 })
const PRICE_UNIT = 10n ** 18n
const TRANSFER_AND_NOTIFY = 'transferAndNotify(address,uint256,bytes)'
const AMOUNT = 1_000n * TOKEN_UNIT

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
    return evm.run(callTransaction(from, to, data, { value, gas, nonce }))
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
