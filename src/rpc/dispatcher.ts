/**
 * Requests of JSON-RPC to a chain, whatever they come by. Batches, ids and limits are the
 * transport's.
 */

import { ActorEvmError, CancelledError } from '../base/errors.js'
import type { CancelSignal } from '../base/types.js'
import type { Chain } from '../ledger/types.js'
import {
  INTERNAL_ERROR,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  RpcError,
  SERVER_ERROR,
  invalidParams,
} from './rpc-error.js'

/** A request without its envelope. */
export interface RpcRequest {
  readonly method: string
  readonly params?: unknown
}

/** What a method knows beside its parameters. */
export interface RpcContext {
  readonly chain: Chain
  /** Ends the work if the caller has gone. */
  readonly signal: CancelSignal | undefined
  /** For methods that are other methods under another name. */
  readonly request: (method: string, params?: readonly unknown[]) => Promise<unknown>
}

/** @throws RpcError, or an error of the library, which becomes one */
export type RpcMethod = (params: readonly unknown[], context: RpcContext) => unknown

/** By name, as in `eth_call`. */
export type MethodTable = Readonly<Record<string, RpcMethod>>

export interface DispatcherOptions {
  /** Methods beside, or in the place of, the standard ones: the last table that has a name wins. */
  readonly methods?: readonly MethodTable[]
}

export interface RequestOptions {
  readonly signal?: CancelSignal | undefined
}

export interface Dispatcher {
  readonly chain: Chain
  /** Names of all methods, in alphabetical order. */
  readonly methods: readonly string[]
  /**
   * @returns what the `result` of the response is: plain JSON, no bigints
   * @throws RpcError and nothing else
   */
  request(request: RpcRequest, options?: RequestOptions): Promise<unknown>
}

/** @param tables by name; a later one wins */
export function dispatcherOf(chain: Chain, tables: readonly MethodTable[]): Dispatcher {
  const methods = new Map<string, RpcMethod>()
  for (const table of tables) {
    for (const [name, method] of Object.entries(table)) methods.set(name, method)
  }
  const request = async (
    { method: name, params }: RpcRequest,
    { signal }: RequestOptions = {},
  ): Promise<unknown> => {
    if (typeof name !== 'string') throw new RpcError(INVALID_REQUEST, 'invalid request')
    const method = methods.get(name)
    if (method === undefined) {
      const shown = name.slice(0, MAX_SHOWN_NAME)
      const message = `the method ${shown} does not exist/is not available`
      throw new RpcError(METHOD_NOT_FOUND, message)
    }
    // JSON-RPC 2.0 knows parameters by name, too; Ethereum's methods do not
    const list = params ?? []
    if (!Array.isArray(list)) throw invalidParams('non-array args')
    const again = (other: string, rest: readonly unknown[] = []): Promise<unknown> =>
      request({ method: other, params: rest }, { signal })
    try {
      return await method(list, { chain, signal, request: again })
    } catch (error) {
      throw asRpcError(error)
    }
  }
  return { chain, methods: [...methods.keys()].sort(), request }
}

const MAX_SHOWN_NAME = 100

/** What the library throws, as an answer. */
export function asRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof CancelledError) return new RpcError(SERVER_ERROR, 'request cancelled')
  if (error instanceof ActorEvmError) return new RpcError(SERVER_ERROR, error.message)
  const message = error instanceof Error ? error.message : String(error)
  return new RpcError(INTERNAL_ERROR, `internal error: ${message.slice(0, MAX_SHOWN_NAME)}`)
}
