/** From a scenario with secret keys to signed transactions and the reference's input. */
import { createTx } from '@ethereumjs/tx'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import {
  eoaCode7702SignAuthorization, privateToAddress, type EOACode7702AuthorizationListBytesItem,
} from '@ethereumjs/util'
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
  maxFeePerBlobGas?: Hex
  blobVersionedHashes?: Hex[]
  authorizationList?: ScenarioAuthorization[]
}

/** An authorization to be signed (EIP-7702). */
export interface ScenarioAuthorization {
  chainId: Hex
  address: Address
  nonce: Hex
  secretKey: Hex
  /** Its signature is none. */
  isForged?: boolean
}

/** The scenario file; plain JSON. */
export interface Scenario {
  chainId: number
  fork: 'osaka'
  parameters: ReferenceParameters & { gMessage: number; gWord: number; maxRounds: number }
  env: ReferenceEnv
  alloc: Record<Address, AllocAccount>
  transactions: ScenarioTransaction[]
}

export interface SignedScenario {
  scenario: Scenario
  /** Signed transactions as in a block's body. */
  rawTransactions: `0x${string}`[]
  /** For `executeReference`. */
  input: ReferenceInput
}

export function osaka(chainId: number): Common {
  // Blob transactions want a KZG library to be there; without blobs they never call it
  const customCrypto = { kzg: {} as never }
  return new Common({ chain: { ...Mainnet, chainId }, hardfork: Hardfork.Osaka, customCrypto })
}

type TxData = Parameters<typeof createTx>[0]

function authorize(
  { secretKey, isForged, ...fields }: ScenarioAuthorization,
): EOACode7702AuthorizationListBytesItem {
  const item = fields as Parameters<typeof eoaCode7702SignAuthorization>[0]
  const signed = eoaCode7702SignAuthorization(item, fromHex(secretKey))
  const [chainId, address, nonce, yParity, , s] = signed
  // No point has such an x
  const r = new Uint8Array(32).fill(0xff)
  return isForged === true ? [chainId, address, nonce, yParity, r, s] : signed
}

function sign(common: Common, fields: ScenarioTransaction) {
  const { secretKey, to, authorizationList, ...rest } = fields
  const data = {
    ...rest,
    ...(to === null ? {} : { to }),
    ...(authorizationList && { authorizationList: authorizationList.map(authorize) }),
  }
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
    const { secretKey, authorizationList, ...rest } = fields
    const authorizations = authorizationList?.map(({ secretKey: key, isForged, ...item }) => (
      { ...item, authority: isForged === true ? null : addressOf(key) }
    ))
    return {
      ...rest,
      ...(authorizations && { authorizationList: authorizations }),
      type: Number(fields.type),
      hash: toHex(signed.hash()),
      sender: addressOf(secretKey),
    }
  })
  const { chainId, parameters, env, alloc } = scenario
  const transactionsRoot = toHex(orderedTrieRoot(encoded))
  return {
    scenario,
    rawTransactions: encoded.map((bytes) => toHex(bytes) as `0x${string}`),
    input: { chainId, parameters, env, alloc, transactions, transactionsRoot },
  }
}
