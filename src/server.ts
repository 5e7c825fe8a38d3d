/** JSON-RPC over HTTP and WebSocket, for Node: the entry `actor-evm/server`. */

export { createServer } from './server/create-server.js'
export type { RpcServer, ServerOptions } from './server/create-server.js'
export type { RequestHandler } from './server/json-rpc.js'
export type { ServerLimits } from './server/limits.js'
export { ServerError } from './server/server-error.js'
export type { NotifyingHandler } from './server/web-socket.js'
