// What people do in the example's block. Every function here describes one call:
// `{to, value?, data?, gas, sender?, accessList?}`; buildScenario gives it a sender and a price.
import { encodeCall, encodeStruct, word } from './abi.mjs'
import { balanceSlots, ETHER, jarAddress, TOKEN_UNIT } from './genesis.mjs'

// Gas limits. What is not used comes back, but a limit must cover the whole tree of messages.
const PLAIN_TRANSFER_GAS = 21_000
const TOKEN_TRANSFER_GAS = 80_000
const SWAP_GAS = 600_000
const ROUTED_SWAP_GAS = 1_400_000
const SPLITTER_GAS = 500_000
const OPEN_JAR_GAS = 500_000
const EMPTY_JAR_GAS = 250_000
/** Enough to start a token transfer, not to finish it. */
const STARVED_GAS = 30_000
/** Enough to move tokens, less than the token wants to have left for a notice. */
const NO_NOTICE_GAS = 150_000

const PRICE_UNIT = 10n ** 18n
const PPM = 1_000_000n

/** The mix of a block, in thousandths. */
const MIX = [
  [380, swap],
  [170, routedSwap],
  [180, tokenTransfer],
  [80, splitterPayment],
  [40, openJar],
  [40, emptyJar],
  [70, plainTransfer],
  [15, overdraft],
  [10, outOfGas],
  [5, swapWithoutNoticeGas],
  [5, unreadableOrder],
  [5, forgedNotice],
]

/**
 * An endless source of calls.
 *
 * @param {import('./random.mjs').Random} random
 * @returns {() => object} the next call
 */
export function callSource(random, accounts, market) {
  const world = { random, accounts, market, newJars: [] }
  return () => random.pickWeighted(MIX)(world)
}

/** A limit order for one venue. Settles in virtual block 2. */
function swap(world) {
  const { random, accounts, market } = world
  const sender = random.pick(accounts)
  const { address: venue, tokens } = random.pick(market.venues)
  const order = encodeOrder(randomLimit(random), sender.address, sender.address)
  return deposit(random.pick(tokens), venue, orderSize(random), order, { sender, gas: SWAP_GAS })
}

/** Sells at one venue, and what that gives at the next one. Settles in virtual block 4. */
function routedSwap(world) {
  const { random, accounts, market } = world
  const sender = random.pick(accounts)
  const { venues } = market
  const first = random.below(venues.length)
  const venue = venues[first]
  // Venue i trades tokens i and i + 1: what it gives for one of them, a neighbour takes.
  const side = random.below(2)
  const next = venues.at(side === 0 ? (first + 1) % venues.length : first - 1)
  const { address } = sender
  const secondOrder = encodeOrder(randomLimit(random), address, address)
  const firstOrder = encodeOrder(randomLimit(random), address, next.address, secondOrder)
  const options = { sender, gas: ROUTED_SWAP_GAS }
  return deposit(venue.tokens[side], venue.address, orderSize(random), firstOrder, options)
}

function tokenTransfer({ random, accounts, market }) {
  const sender = random.pick(accounts)
  const token = random.pick(market.tokens).address
  // One in four goes to an address that never held the token.
  const recipient = random.below(4) === 0 ? freshAddress(random) : random.pick(accounts).address
  const amount = random.between(1n, 1_000n) * TOKEN_UNIT
  const storageKeys = balanceSlots([...new Set([sender.address, recipient])])
  return {
    sender,
    to: token,
    data: encodeCall('transfer(address,uint256)', [recipient, amount]),
    gas: TOKEN_TRANSFER_GAS,
    accessList: [{ address: token, storageKeys }],
  }
}

/** Ether for a splitter: a message to each of its vaults in virtual block 1. */
function splitterPayment({ random, market }) {
  const value = random.between(1n, 200n) * (ETHER / 100n)
  return { to: random.pick(market.splitters).address, value, gas: SPLITTER_GAS }
}

function openJar(world) {
  const { random, accounts, market } = world
  const sender = random.pick(accounts)
  const factory = random.pick(market.factories).address
  // Old jars have small salts.
  const salt = word(random.next() + 2n ** 64n)
  world.newJars.push({ sender, factory, address: jarAddress(factory, sender.address, salt) })
  return {
    sender,
    to: factory,
    value: random.between(1n, 100n) * (ETHER / 100n),
    data: encodeCall('open(bytes32)', [salt]),
    gas: OPEN_JAR_GAS,
  }
}

/** Mostly an old jar, which is an actor by now; sometimes one that this block has opened. */
function emptyJar({ random, accounts, market, newJars }) {
  const isNew = newJars.length > 0 && random.below(4) === 0
  const jar = isNew ? random.pick(newJars) : random.pick(market.jars)
  return {
    sender: jar.sender ?? accounts.find(({ address }) => address === jar.owner),
    to: jar.factory,
    data: encodeCall('empty(address)', [jar.address]),
    gas: EMPTY_JAR_GAS,
  }
}

function plainTransfer({ random, accounts }) {
  const to = random.below(3) === 0 ? freshAddress(random) : random.pick(accounts).address
  return { to, value: random.between(1n, 10n ** 18n), gas: PLAIN_TRANSFER_GAS }
}

/** Reverts: nobody has so much. */
function overdraft({ random, accounts, market }) {
  const recipient = random.pick(accounts).address
  const data = encodeCall('transfer(address,uint256)', [recipient, 2n ** 128n])
  return { to: random.pick(market.tokens).address, data, gas: TOKEN_TRANSFER_GAS }
}

/** Halts in the middle of a token transfer. */
function outOfGas(world) {
  const { sender, to, data } = tokenTransfer(world)
  return { sender, to, data, gas: STARVED_GAS }
}

/** Reverts at the token, which does not send a notice that could not be answered. */
function swapWithoutNoticeGas(world) {
  return { ...swap(world), gas: NO_NOTICE_GAS }
}

/** Succeeds as a transaction; the venue cannot read the order and sends the tokens back. */
function unreadableOrder({ random, market }) {
  const { address: venue, tokens } = random.pick(market.venues)
  return deposit(tokens[0], venue, TOKEN_UNIT, word(random.next()), { gas: SWAP_GAS })
}

/** Reverts: only its tokens can tell a venue of a deposit. */
function forgedNotice({ random, accounts, market }) {
  const { address } = random.pick(accounts)
  const order = encodeOrder(PRICE_UNIT, address, address)
  return {
    to: random.pick(market.venues).address,
    data: encodeCall('onTokensReceived(address,uint256,bytes)', [address, TOKEN_UNIT, order]),
    gas: SWAP_GAS,
  }
}

function deposit(token, venue, amount, order, options) {
  const signature = 'transferAndNotify(address,uint256,bytes)'
  return { to: token, data: encodeCall(signature, [venue, amount, order]), ...options }
}

/** `Order` of Exchange.sol. */
export function encodeOrder(limitPrice, owner, recipient, notice = '0x') {
  const types = ['uint256', 'address', 'address', 'bytes']
  return encodeStruct(types, [limitPrice, owner, recipient, notice])
}

function orderSize(random) {
  return random.between(1_000n, 40_000n) * TOKEN_UNIT
}

/** Around what a balanced pool gives: some orders are filled, most in part, some not at all. */
function randomLimit(random) {
  return (PRICE_UNIT * random.between(992_000n, 999_700n)) / PPM
}

function freshAddress(random) {
  return `0x${word(random.next() * 2n ** 96n + random.next()).slice(-40)}`
}
