/** Errors of JSON-RPC, with the codes of JSON-RPC 2.0, EIP-1474 and geth. */

/** JSON-RPC 2.0. */
export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const METHOD_NOT_FOUND = -32601
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
/** EIP-1474: the input is fine, and cannot be served. Geth's for all that has no other. */
export const SERVER_ERROR = -32000
export const RESOURCE_NOT_FOUND = -32001
export const METHOD_NOT_SUPPORTED = -32004
export const LIMIT_EXCEEDED = -32005
/** A call that was reverted; `data` is what it returned. */
export const REVERTED = 3
/** A call that failed in the machine, in eth_simulateV1. */
export const VM_ERROR = -32015

/** What an `error` of a response has. */
export interface RpcErrorJson {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** An answer to a request that could not be served. */
export class RpcError extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.name = 'RpcError'
    this.code = code
    this.data = data
  }

  toJSON(): RpcErrorJson {
    const { code, data, message } = this
    return data === undefined ? { code, message } : { code, message, data }
  }
}

export function invalidParams(message: string): RpcError {
  return new RpcError(INVALID_PARAMS, message)
}

/** Geth's error for all that has no code of its own. */
export function serverError(message: string): RpcError {
  return new RpcError(SERVER_ERROR, message)
}
