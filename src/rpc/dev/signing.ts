/** Methods of a wallet: accounts, signatures, and transactions that are signed here. */

import { bytesToHex, bigIntToBytes, concatBytes, hexToBytes } from '../../base/bytes.js'
import type { Hex } from '../../base/types.js'
import type { TransactionInput } from '../../intake/prepare-block.js'
import { signHash } from '../../intake/sign-hash.js'
import { signTransaction } from '../../intake/sign-transaction.js'
import { transactionFromJson } from '../../intake/transaction-json.js'
import type { Transaction } from '../../intake/transaction.js'
import type { MethodTable, RpcContext, RpcMethod } from '../dispatcher.js'
import { RpcError, SERVER_ERROR, invalidParams } from '../rpc-error.js'
import type { DevAccounts } from './accounts.js'
import { fillTransaction, senderOf } from './fill-transaction.js'
import { Params } from './params.js'
import { messageHash, typedDataHash } from './typed-data.js'

/** Legacy signatures of messages count from here. */
const V_BASE = 27
/** Milliseconds that eth_sendTransactionSync and eth_sendRawTransactionSync wait at most. */
const POLL_MS = 20

export function signingMethods(accounts: DevAccounts): MethodTable {
  const inOrder = new InOrder()
  const sign = (address: Hex, hash: Uint8Array): Hex => {
    const { r, s, yParity } = signHash(hash, hexToBytes(keyOf(accounts, address)))
    const bytes = [bigIntToBytes(r, 32), bigIntToBytes(s, 32), Uint8Array.of(yParity + V_BASE)]
    return bytesToHex(concatBytes(...bytes))
  }
  const typedData: RpcMethod = (list) => {
    return sign(new Params(list).address(0), typedDataHash(list[1]))
  }
  const send: RpcMethod = (list, context) => {
    // One after the other: the next one's nonce follows from this
    return inOrder.run(() => sendTransaction(new Params(list).object(0), accounts, context))
  }
  const signFilled: RpcMethod = async (list, context) => {
    const { from, ...tx } = await signed(new Params(list).object(0), accounts, context)
    return { raw: bytesToHex(tx.raw), from }
  }
  return {
    eth_accounts: () => accounts.addresses,
    eth_requestAccounts: () => accounts.addresses,
    eth_sign: (list) => sign(new Params(list).address(0), messageHash(new Params(list).bytes(1))),
    personal_sign: (list) => {
      const params = new Params(list)
      return sign(params.address(1), messageHash(messageOf(list[0])))
    },
    eth_signTypedData: typedData,
    eth_signTypedData_v3: typedData,
    eth_signTypedData_v4: typedData,
    eth_signTransaction: async (list, context) => {
      return ((await signFilled(list, context)) as { readonly raw: Hex }).raw
    },
    eth_fillTransaction: async (list, { request, ...context }) => {
      const fields = new Params(list).object(0)
      const from = senderOf(fields, accounts.addresses[0])
      return { tx: { from, ...(await fillTransaction(fields, from, { request, ...context })) } }
    },
    eth_sendTransaction: send,
    wallet_sendTransaction: send,
    eth_sendUnsignedTransaction: (list, context) => {
      return inOrder.run(() => sendTransaction(new Params(list).object(0), accounts, context, true))
    },
    eth_sendTransactionSync: async (list, context) => {
      return receiptOf((await send(list, context)) as Hex, context)
    },
    eth_sendRawTransactionSync: async (list, context) => {
      const hash = await context.request('eth_sendRawTransaction', list.slice(0, 1))
      return receiptOf(hash as Hex, context)
    },
    wallet_getPermissions: () => [{ parentCapability: 'eth_accounts' }],
    wallet_requestPermissions: () => [{ parentCapability: 'eth_accounts' }],
    wallet_switchEthereumChain: (list, { chain }) => {
      const asked = new Params([new Params(list).object(0)['chainId']]).quantity(0)
      if (asked === chain.chainId) return null
      // EIP-3326
      throw new RpcError(UNKNOWN_CHAIN, `unrecognized chain ID ${asked}: it is ${chain.chainId}`)
    },
  }
}

const UNKNOWN_CHAIN = 4902

/** Waits until a transaction is mined, as long as the caller waits. */
async function receiptOf(hash: Hex, { request, signal }: RpcContext): Promise<unknown> {
  for (;;) {
    const receipt = await request('eth_getTransactionReceipt', [hash])
    if (receipt != null) return receipt
    if (signal?.aborted) throw new RpcError(SERVER_ERROR, `the transaction ${hash} still waits`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Wallets send text as hex; some send it as it is. */
function messageOf(message: unknown): Uint8Array {
  if (typeof message !== 'string') throw invalidParams('message: expected hex')
  const isHex = /^0x([0-9a-fA-F]{2})*$/.test(message)
  return isHex ? hexToBytes(message) : new TextEncoder().encode(message)
}

function keyOf(accounts: DevAccounts, address: Hex): Hex {
  const key = accounts.keyOf(address)
  if (key !== undefined) return key
  throw new RpcError(SERVER_ERROR, `unknown account: no key of ${address} is here`)
}

async function sendTransaction(
  fields: Readonly<Record<string, unknown>>,
  accounts: DevAccounts,
  context: RpcContext,
  isUnsigned = false,
): Promise<Hex> {
  const from = senderOf(fields, accounts.addresses[0])
  const secretKey = accounts.keyOf(from)
  const isImpersonated = isUnsigned || (accounts.isImpersonated(from) && secretKey === undefined)
  if (!isImpersonated) keyOf(accounts, from)
  const filled = await fillTransaction(fields, from, context)
  const how = isImpersonated ? { impersonate: from } : { secretKey }
  return context.chain.send({ ...filled, ...how } as unknown as TransactionInput)
}

async function signed(
  fields: Readonly<Record<string, unknown>>,
  accounts: DevAccounts,
  context: RpcContext,
): Promise<Transaction & { readonly from: Hex }> {
  const from = senderOf(fields, accounts.addresses[0])
  const secretKey = keyOf(accounts, from)
  const filled = await fillTransaction(fields, from, context)
  const { chainId } = context.chain
  const options = { sign: signTransaction, chainId }
  return { ...transactionFromJson({ ...filled, secretKey }, {}, options), from }
}

/** Work that must not overtake other work. */
class InOrder {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
