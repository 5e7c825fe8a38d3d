/** Snapshots, impersonation, and what a development node says of itself. */

import { bytesToHex, quantityToHex } from '../../base/bytes.js'
import type { Chain } from '../../ledger/types.js'
import type { RpcContext, RpcMethod } from '../dispatcher.js'
import { METHOD_NOT_SUPPORTED, RpcError } from '../rpc-error.js'
import type { DevAccounts } from './accounts.js'
import { Params } from './params.js'

/** What the methods need beside the chain. */
export interface DevNode {
  readonly accounts: DevAccounts
  /** 32 bytes that no other node has. */
  readonly instanceId: string
  /** Begins anew with the genesis; undefined where the chain was made by others. */
  readonly reset: (() => Promise<void>) | undefined
  /** Told when accounts come. */
  readonly onAccounts: () => void
}

/** @param answer what a method answers that has nothing to say: null for anvil, true for Hardhat */
export function nodeMethods(
  answer: null | true,
  { accounts, instanceId, onAccounts, reset }: DevNode,
): Readonly<Record<string, RpcMethod>> {
  return {
    impersonateAccount: (list) => {
      accounts.impersonate(new Params(list).address(0))
      return answer
    },
    stopImpersonatingAccount: (list) => {
      accounts.stopImpersonating(new Params(list).address(0))
      return answer
    },
    autoImpersonateAccount: (list) => {
      accounts.isOpen = new Params(list).flag(0)
      return answer
    },
    addAccount: (list) => {
      accounts.add(new Params(list).text(0) as `0x${string}`)
      onAccounts()
      return true
    },
    reset: async (list) => {
      const options = list[0] as { readonly forking?: unknown } | null | undefined
      if (options?.forking != null) throw unsupported('forking of another chain')
      if (reset === undefined) throw unsupported('reset of a chain that was handed in')
      accounts.endImpersonation()
      await reset()
      return answer
    },
    metadata: async (_, context) => metadata(instanceId, context),
    nodeInfo: async (_, context) => nodeInfo(context),
    // The console is the program's
    setLoggingEnabled: (list) => (new Params(list).flag(0), answer),
    setMinGasPrice: (list, { chain }) => {
      const price = new Params(list).quantity(0)
      if (chain.head.header.baseFeePerGas !== undefined) {
        throw unsupported('a least gas price where blocks have a base fee (EIP-1559)')
      }
      if (price !== 0n) throw unsupported('a least gas price')
      return answer
    },
    setChainId: (list, { chain }) => {
      const asked = new Params(list).quantity(0)
      if (asked !== chain.chainId) throw unsupported('another chain id: say it at the start')
      return answer
    },
    setRpcUrl: () => {
      throw unsupported('forking of another chain')
    },
    addCompilationResult: () => true,
    getStackTraceFailuresCount: () => 0,
    snapshot,
    revert,
  }
}

export const snapshot: RpcMethod = async (_, { chain }) => quantityToHex(await chain.snapshot())

export const revert: RpcMethod = (list, { chain }) => chain.revert(new Params(list).count(0))

function unsupported(what: string): RpcError {
  return new RpcError(METHOD_NOT_SUPPORTED, `not supported: ${what}`)
}

async function metadata(instanceId: string, { chain, request }: RpcContext): Promise<object> {
  const { hash, number } = chain.head
  const clientVersion = (await request('web3_clientVersion')) as string
  return {
    clientVersion,
    clientSemver: /\d+\.\d+\.\d+/.exec(clientVersion)?.[0] ?? '',
    chainId: Number(chain.chainId),
    instanceId,
    latestBlockNumber: Number(number),
    latestBlockHash: hash,
    snapshots: {},
  }
}

async function nodeInfo({ chain, request }: RpcContext): Promise<object> {
  const { fork, hash, header, number } = chain.head
  return {
    currentBlockNumber: quantityToHex(number),
    currentBlockTimestamp: Number(header.timestamp),
    currentBlockHash: hash,
    hardFork: fork,
    transactionOrder: 'fees',
    environment: {
      baseFee: quantityToHex(header.baseFeePerGas ?? 0n),
      chainId: Number(chain.chainId),
      gasLimit: quantityToHex(header.gasLimit),
      gasPrice: await request('eth_gasPrice'),
    },
    forkConfig: { forkUrl: null, forkBlockNumber: null, forkRetryBackoff: null },
    semantics: semanticsOf(chain),
  }
}

function semanticsOf({ engine }: Chain): string {
  return engine.semantics
}

/** 32 bytes of chance. */
export function newInstanceId(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
}
