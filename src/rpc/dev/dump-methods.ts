/** A state as anvil writes it: gzip of JSON, as hex. */

import type { RpcMethod } from '../dispatcher.js'
import { METHOD_NOT_SUPPORTED, RpcError } from '../rpc-error.js'

const missing: RpcMethod = () => {
  throw new RpcError(METHOD_NOT_SUPPORTED, 'not supported: dumps')
}

export const dumpMethods: Readonly<Record<string, RpcMethod>> = {
  dumpState: missing,
  loadState: missing,
}
