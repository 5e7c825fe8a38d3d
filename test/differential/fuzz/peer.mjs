/** A case in @ethereumjs/vm. It runs first, as it knows the nonces to sign transactions with. */
import { createBlock } from '@ethereumjs/block'
import { Common, Mainnet } from '@ethereumjs/common'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createTx } from '@ethereumjs/tx'
import {
  bytesToHex,
  createAccount,
  createAddressFromString,
  eoaCode7702SignAuthorization,
  hexToBytes,
  setLengthLeft,
  unpadBytes,
} from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'

/**
 * @typedef {object} Outcome of a transaction
 * @property {number} status
 * @property {bigint} gasUsed
 * @property {{address: string, topics: string[], data: string}[]} logs
 *
 * @typedef {{raw: Uint8Array[], outcomes: Outcome[], stateRoot: string}} PeerResult
 */

const commons = new Map()

function commonOf(fork) {
  const known = commons.get(fork)
  if (known !== undefined) return known
  // Blob transactions want a KZG library to be there; without blobs they never call it
  const common = new Common({ chain: Mainnet, hardfork: fork, customCrypto: { kzg: {} } })
  commons.set(fork, common)
  return common
}

async function stateOf(common, alloc) {
  const state = new MerkleStateManager({ common })
  for (const [text, { balance = 0, nonce = 0, code, storage = {} }] of Object.entries(alloc)) {
    const address = createAddressFromString(text)
    const numbers = { nonce: BigInt(nonce), balance: BigInt(balance) }
    await state.putAccount(address, createAccount(numbers))
    if (code !== undefined) await state.putCode(address, hexToBytes(code))
    for (const [slot, value] of Object.entries(storage)) {
      const key = setLengthLeft(hexToBytes(slot), 32)
      await state.putStorage(address, key, unpadBytes(hexToBytes(value)))
    }
  }
  await state.flush()
  return state
}

function blockOf(common, env) {
  const { blockHashes, prevRandao, ...header } = env
  const withRandao = prevRandao === undefined ? header : { ...header, mixHash: prevRandao }
  const options = { common, skipConsensusFormatValidation: true }
  return createBlock({ header: withRandao }, options)
}

function blockchainOf({ blockHashes }) {
  const blockchain = {
    getBlock: async (number) => ({ hash: () => hexToBytes(blockHashes[Number(number)]) }),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return blockchain
}

function sign(common, { secretKey, sender, authorizationList, ...fields }, nonce) {
  const signed = authorizationList?.map(({ secretKey: key, ...authorization }) =>
    eoaCode7702SignAuthorization(authorization, key),
  )
  const data = { ...fields, nonce, chainId: 1, ...(signed && { authorizationList: signed }) }
  if (fields.type === '0x0') delete data.chainId
  const unfrozen = { common, freeze: false }
  const tx = createTx(createTx(data, unfrozen).sign(secretKey), unfrozen)
  // Recovering who signed would take most of the time
  const address = createAddressFromString(sender)
  tx.getSenderAddress = () => address
  return tx
}

function readLog([address, topics, data]) {
  return {
    address: bytesToHex(address),
    topics: topics.map((topic) => bytesToHex(topic)),
    data: bytesToHex(data),
  }
}

/**
 * @param {import('./random-case.mjs').Case} testCase
 * @returns {Promise<PeerResult>}
 */
export async function runInPeer({ fork, env, alloc, transactions }) {
  const common = commonOf(fork)
  const stateManager = await stateOf(common, alloc)
  const vm = await createVM({ common, stateManager, blockchain: blockchainOf(env) })
  const block = blockOf(common, env)
  const raw = []
  const outcomes = []
  for (const fields of transactions) {
    const sender = await stateManager.getAccount(createAddressFromString(fields.sender))
    const tx = sign(common, fields, sender.nonce)
    raw.push(tx.serialize())
    const result = await runTx(vm, { tx, block, skipHardForkValidation: true })
    const { receipt, execResult, totalGasSpent } = result
    outcomes.push({
      status: execResult.exceptionError === undefined ? 1 : 0,
      gasUsed: totalGasSpent,
      logs: receipt.logs.map(readLog),
    })
  }
  return { raw, outcomes, stateRoot: bytesToHex(await stateManager.getStateRoot()) }
}
