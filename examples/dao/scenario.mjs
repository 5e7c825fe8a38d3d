// The DAO attack: a bank with other people's money, and one transaction that attacks it. Under
// Ethereum semantics the bank is drained; under actor semantics the attacker gets its stake back
// and no more. The scenario is the same for both.
import { encodeCall, keccak, mappingSlot, quantity, word } from '../market/abi.mjs'
import { makeAccounts } from '../market/accounts.mjs'
import { ETHER, readArtifact } from '../market/genesis.mjs'

export const BANK = '0xba20000000000000000000000000000000000000'
export const ATTACKER = '0xbad0000000000000000000000000000000000000'
/** What honest customers have in the bank. */
export const HONEST_DEPOSITS = 10n * ETHER
/** What the attacker puts in, and takes out once per re-entry. */
export const STAKE = ETHER

const CHAIN_ID = 1337
const GWEI = 10n ** 9n
const SEED = 2016
const HONEST_CUSTOMERS = 5

const ARTIFACTS = new URL('artifacts/', import.meta.url)

/**
 * The genesis and the block of the attack, in the format that `actor-evm run` takes.
 *
 * @returns {import('../market/scenario.mjs').Scenario}
 */
export function buildDaoScenario() {
  const [thief, ...customers] = makeAccounts(SEED, 1 + HONEST_CUSTOMERS)
  const attack = {
    type: quantity(2),
    chainId: quantity(CHAIN_ID),
    nonce: quantity(0),
    maxFeePerGas: quantity(2n * GWEI),
    maxPriorityFeePerGas: quantity(GWEI),
    gas: quantity(2_000_000),
    to: ATTACKER,
    value: quantity(STAKE),
    input: encodeCall('attack()'),
    accessList: [],
    secretKey: thief.secretKey,
  }
  return {
    chainId: CHAIN_ID,
    fork: 'Osaka',
    env: {
      number: quantity(1),
      timestamp: quantity(1_800_000_000),
      gasLimit: quantity(30_000_000),
      baseFeePerGas: quantity(GWEI),
      coinbase: '0xc01ba5e000000000000000000000000000000000',
      prevRandao: keccak(word(SEED)),
      parentHash: keccak(word(SEED + 1)),
      parentBeaconBlockRoot: keccak(word(SEED + 2)),
      excessBlobGas: quantity(0),
    },
    alloc: {
      [thief.address]: { balance: quantity(100n * ETHER) },
      [BANK]: bankAccount(customers),
      [ATTACKER]: attackerAccount(),
    },
    transactions: [attack],
  }
}

function bankAccount(customers) {
  const bank = readArtifact('VulnerableBank', ARTIFACTS)
  const each = HONEST_DEPOSITS / BigInt(customers.length)
  return {
    nonce: quantity(1),
    balance: quantity(HONEST_DEPOSITS),
    code: bank.deployedBytecode,
    storage: Object.fromEntries(
      customers.map(({ address }) => [mappingSlot(bank.storage.deposits, address), word(each)]),
    ),
  }
}

function attackerAccount() {
  const attacker = readArtifact('Attacker', ARTIFACTS)
  return {
    nonce: quantity(1),
    balance: quantity(0),
    code: attacker.deployedBytecode,
    storage: { [word(attacker.storage.bank)]: word(BANK) },
  }
}
