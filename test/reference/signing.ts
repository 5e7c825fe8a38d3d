/** From a scenario with secret keys to signed transactions and the reference's input. */
import { createTx } from '@ethereumjs/tx'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { privateToAddress } from '@ethereumjs/util'
import { fromHex, toHex, type Address, type Hex } from './bytes.js'
import { orderedTrieRoot } from './trie.js'
import type {
  AccessListEntry, ReferenceEnv, ReferenceInput, ReferenceParameters, ReferenceTransaction,
} from './types.js'
import type { AllocAccount } from './world.js'

/** A transaction of a scenario file, to be signed on loading. Numbers are `0x` hex. */
export interface ScenarioTransaction {
  secretKey: Hex
  type: Hex
  nonce: Hex
  gasLimit: Hex
  gasPrice?: Hex
  maxFeePerGas?: Hex
  maxPriorityFeePerGas?: Hex
  /** Null: creates. */
  to: Address | null
  value: Hex
  data: Hex
  accessList?: AccessListEntry[]
}

/** The scenario file; plain JSON. */
export interface Scenario {
  chainId: number
  fork: 'osaka'
  parameters: ReferenceParameters & { gMessage: number, gWord: number, maxRounds: number }
  env: ReferenceEnv
  alloc: Record<Address, AllocAccount>
  transactions: ScenarioTransaction[]
}

export interface SignedScenario {
  scenario: Scenario
  /** Signed transactions as in a block's body. */
  rawTransactions: Hex[]
  /** For `executeReference`. */
  input: ReferenceInput
}

export function osaka(chainId: number): Common {
  return new Common({ chain: { ...Mainnet, chainId }, hardfork: Hardfork.Osaka })
}

type TxData = Parameters<typeof createTx>[0]

function sign(common: Common, fields: ScenarioTransaction) {
  const { secretKey, to, ...rest } = fields
  const data = { ...rest, ...(to === null ? {} : { to }) }
  return createTx(data as TxData, { common }).sign(fromHex(secretKey))
}

const ADDRESSES = new Map<Hex, Address>()

/** Remembered: blocks have few senders, and this takes a millisecond. */
function addressOf(secretKey: Hex): Address {
  const known = ADDRESSES.get(secretKey)
  if (known !== undefined) return known
  const address = toHex(privateToAddress(fromHex(secretKey)))
  ADDRESSES.set(secretKey, address)
  return address
}

export function signScenario(scenario: Scenario): SignedScenario {
  const common = osaka(scenario.chainId)
  const encoded: Uint8Array[] = []
  const transactions = scenario.transactions.map((fields): ReferenceTransaction => {
    const signed = sign(common, fields)
    encoded.push(signed.serialize())
    const { secretKey, ...rest } = fields
    return {
      ...rest,
      type: Number(fields.type),
      hash: toHex(signed.hash()),
      sender: addressOf(secretKey),
    }
  })
  const { chainId, parameters, env, alloc } = scenario
  const transactionsRoot = toHex(orderedTrieRoot(encoded))
  return {
    scenario,
    rawTransactions: encoded.map(toHex),
    input: { chainId, parameters, env, alloc, transactions, transactionsRoot },
  }
}
