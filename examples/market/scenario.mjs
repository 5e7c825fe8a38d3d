// The example's block: a market of tokens, venues, splitters and factories, and a few thousand
// transactions over it. Everything follows from the seed; nothing reads a clock.
import { keccak, quantity, word } from './abi.mjs'
import { makeAccounts } from './accounts.mjs'
import { layOutMarket, makeAlloc } from './genesis.mjs'
import { Random } from './random.mjs'
import { callSource } from './transactions.mjs'

const CHAIN_ID = 1337
const ACCOUNT_COUNT = 400
const GWEI = 10n ** 9n
const BASE_FEE = GWEI
/** Room for the sum of all gas limits of the default block. */
const BLOCK_GAS_LIMIT = 2_500_000_000
const COINBASE = '0xc01ba5e000000000000000000000000000000000'

/**
 * What a scenario file holds. Plain JSON; integers are quantities: 0x-hex without leading zeros.
 *
 * @typedef {object} Scenario
 * @property {number} chainId
 * @property {import('actor-evm').ForkName} fork
 * @property {{gMessage: number, gWord: number, maxRounds: number}} [parameters]
 * @property {import('actor-evm').BlockEnvironment} env
 * @property {import('actor-evm').Alloc} alloc
 * @property {TransactionFields[]} transactions each with the sender's `secretKey`
 *
 * @typedef {import('actor-evm').TransactionObject} TransactionFields
 */

/**
 * The example as a scenario: a file's content, as `actor-evm run` takes it.
 *
 * @param {{seed?: number, transactions?: number}} options the same options give the same bytes
 * @returns {Scenario}
 */
export function buildScenario({ seed = 1, transactions = 3_000 } = {}) {
  const random = new Random(seed)
  const accounts = makeAccounts(seed, ACCOUNT_COUNT)
  const market = layOutMarket(accounts)
  const nextCall = callSource(random, accounts, market)
  const nonces = new Map()
  const signable = Array.from({ length: transactions }, () => {
    const call = nextCall()
    const sender = call.sender ?? random.pick(accounts)
    const nonce = nonces.get(sender.address) ?? 0
    nonces.set(sender.address, nonce + 1)
    return transactionFields(random, call, sender, nonce)
  })
  return {
    chainId: CHAIN_ID,
    fork: 'Osaka',
    parameters: { gMessage: 6_000, gWord: 64, maxRounds: 1_024 },
    env: blockEnvironment(seed),
    alloc: makeAlloc(accounts, market),
    transactions: signable,
  }
}

function blockEnvironment(seed) {
  return {
    number: quantity(1),
    timestamp: quantity(1_800_000_000),
    gasLimit: quantity(BLOCK_GAS_LIMIT),
    baseFeePerGas: quantity(BASE_FEE),
    coinbase: COINBASE,
    prevRandao: keccak(word(seed)),
    parentHash: keccak(word(seed + 1)),
    parentBeaconBlockRoot: keccak(word(seed + 2)),
    excessBlobGas: quantity(0),
  }
}

/**
 * A transaction of type 0, 1 or 2 around a call.
 *
 * @returns {TransactionFields}
 */
function transactionFields(random, call, sender, nonce) {
  const type = random.pickWeighted([
    [25, 0],
    [15, 1],
    [60, 2],
  ])
  const tip = random.between(1n, 3n) * GWEI
  const price =
    type === 2
      ? { maxFeePerGas: quantity(10n * GWEI), maxPriorityFeePerGas: quantity(tip) }
      : { gasPrice: quantity(BASE_FEE + tip) }
  return {
    type: quantity(type),
    chainId: quantity(CHAIN_ID),
    nonce: quantity(nonce),
    ...price,
    gas: quantity(call.gas),
    to: call.to,
    value: quantity(call.value ?? 0n),
    input: call.data ?? '0x',
    ...(type === 0 ? {} : { accessList: (type === 1 && call.accessList) || [] }),
    secretKey: sender.secretKey,
  }
}
