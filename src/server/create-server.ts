/** HTTP and WebSocket on one port, in front of anything that answers requests. */

import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { InvalidInputError } from '../base/errors.js'
import { checkKeys, keysOf } from '../base/known-keys.js'
import { httpApplication } from './http.js'
import { resolveLimits, type ServerLimits } from './limits.js'
import { admissionOf, type Admission } from './origins.js'
import { asServerError } from './server-error.js'
import { Connection, Subscribers, type NotifyingHandler } from './web-socket.js'

export interface ServerOptions {
  /** What answers: a provider of EIP-1193, or any object that has its `request`. */
  readonly handler: NotifyingHandler
  /** Default `127.0.0.1`: only programs of this machine reach it. */
  readonly host?: string
  /** Default 8545; 0: any that is free. */
  readonly port?: number
  /**
   * Origins of pages that may ask, beside those of this machine and of wallets in the browser; `*`:
   * all. Default none.
   */
  readonly cors?: string | readonly string[]
  /** Names that requests may have for this server, beside loopback and `host`; `*`: all. */
  readonly allowedHosts?: readonly string[]
  readonly limits?: ServerLimits
}

const OPTION_KEYS = keysOf<ServerOptions>()({
  handler: true,
  host: true,
  port: true,
  cors: true,
  allowedHosts: true,
  limits: true,
})

/** A server that listens. */
export interface RpcServer {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:8545`; the same with `ws:` for WebSocket. */
  readonly url: string
  /** Ends all connections. What is being answered has 100 ms to end. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const DEFAULT_PORT = 8545
const MAX_PORT = 65_535
/** Between signs of life of a connection by WebSocket. */
const BEAT_MS = 30_000
/** Longer than clients keep theirs, so that none sends a request into one that is being closed. */
const KEEP_ALIVE_MS = 65_000
const PATIENCE_MS = 100
/** RFC 6455: the server goes away. */
const GOING_AWAY = 1001
const EVERYWHERE = new Set(['0.0.0.0', '::', '[::]'])

/**
 * Listens for JSON-RPC over HTTP and WebSocket.
 *
 * @example
 * const provider = await createProvider({ semantics: 'ethereum' })
 * const server = await createServer({ handler: provider, port: 8545 })
 * console.log(server.url)
 * await server.close()
 *
 * @throws InvalidInputError for an option; ServerError if the port is in use or not allowed
 */
export async function createServer(options: ServerOptions): Promise<RpcServer> {
  checkKeys(options, OPTION_KEYS, 'options', 'option')
  const { allowedHosts = [], cors = [], handler, host = '127.0.0.1' } = options
  if (typeof handler?.request !== 'function') {
    const details = { place: { field: 'options.handler' }, expected: 'an object with "request"' }
    throw new InvalidInputError('invalid option', details)
  }
  const port = readPort(options.port)
  const limits = resolveLimits(options.limits)
  const origins = typeof cors === 'string' ? [cors] : cors
  // Who listens everywhere has many names
  const hosts = EVERYWHERE.has(host) ? ['*'] : allowedHosts
  const admission = admissionOf(host, origins, hosts)
  const page = 'actor-evm: JSON-RPC by POST, or by WebSocket\n'
  const app = httpApplication({ handler, limits, admission, page })
  const http = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  http.maxConnections = limits.connections
  http.keepAliveTimeout = KEEP_ALIVE_MS
  const subscribers = new Subscribers(handler)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
  })
  const connections = new Set<Connection>()
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (!isAdmitted(request, admission)) {
      return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      const connection = new Connection(client, { handler, limits, subscribers })
      connections.add(connection)
      client.on('close', () => connections.delete(connection))
    })
  })
  const beat = setInterval(() => connections.forEach((it) => it.beat()), BEAT_MS).unref()
  await listen(http, host, port).catch((error: unknown) => {
    clearInterval(beat)
    subscribers.end()
    throw asServerError(error, host, port)
  })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    clearInterval(beat)
    subscribers.end()
    closing ??= closeAll(http, sockets)
    return closing
  }
  const bound = (http.address() as AddressInfo).port
  const name = host.includes(':') ? `[${host}]` : host
  const url = `http://${name}:${bound}`
  return { host, port: bound, url, close, [Symbol.asyncDispose]: close }
}

function readPort(port: number | undefined): number {
  if (port === undefined) return DEFAULT_PORT
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port
  const expected = `an integer from 0 to ${MAX_PORT}`
  const details = { place: { field: 'options.port' }, expected, got: port }
  throw new InvalidInputError('invalid option', details)
}

function isAdmitted({ headers }: IncomingMessage, admission: Admission): boolean {
  return admission.isHost(headers.host) && admission.isOrigin(headers.origin)
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen({ host, port }, () => {
      http.off('error', reject)
      resolve()
    })
  })
}

async function closeAll(http: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()))
  for (const client of sockets.clients) client.close(GOING_AWAY, 'the server ends')
  http.closeIdleConnections()
  const end = setTimeout(() => {
    for (const client of sockets.clients) client.terminate()
    http.closeAllConnections()
  }, PATIENCE_MS)
  await closed
  clearTimeout(end)
}
