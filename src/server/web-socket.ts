/** JSON-RPC over WebSocket: a request or a batch in a message, and notices of subscriptions. */

import { setMaxListeners } from 'node:events'
import type { RawData, WebSocket } from 'ws'
import { LIMIT_EXCEEDED, RpcError } from '../rpc/rpc-error.js'
import { answer, type RequestHandler, type Serve } from './json-rpc.js'
import type { ResolvedLimits } from './limits.js'

/** What a provider tells of a subscription (EIP-1193). */
interface ProviderMessage {
  readonly type: string
  readonly data: unknown
}

/** A handler that tells of subscriptions, as a provider of EIP-1193 does. */
export interface NotifyingHandler extends RequestHandler {
  on?(event: 'message', listener: (message: ProviderMessage) => void): unknown
  removeListener?(event: 'message', listener: (message: ProviderMessage) => void): unknown
}

/** Messages of one connection that are answered at the same time; more wait in its socket. */
const MAX_ACTIVE = 64
/** Bytes that wait to be read. A connection that reads nothing is ended. */
const MAX_BUFFERED = 64_000_000
/** Notices that came before anybody knew whose subscription it is. */
const MAX_EARLY = 10_000

/** Whose subscription is whose: a handler has one stream of notices for all connections. */
export class Subscribers {
  readonly #handler: NotifyingHandler
  readonly #owners = new Map<string, Connection>()
  /** Subscriptions that are being made. */
  #asking = 0
  #early: ProviderMessage[] = []

  constructor(handler: NotifyingHandler) {
    this.#handler = handler
    handler.on?.('message', this.#onMessage)
  }

  get isServed(): boolean {
    return this.#handler.on !== undefined
  }

  /** Asks for a subscription, and gives its notices to a connection. */
  async subscribe(owner: Connection, ask: () => Promise<unknown>): Promise<unknown> {
    this.#asking++
    try {
      const id = await ask()
      if (typeof id !== 'string') return id
      this.#owners.set(id, owner)
      owner.subscriptions.add(id)
      return id
    } finally {
      this.#asking--
      // After the answer that tells the client of the subscription
      if (this.#asking === 0) setImmediate(() => this.#early.splice(0).forEach(this.#onMessage))
    }
  }

  forget(id: string): void {
    this.#owners.get(id)?.subscriptions.delete(id)
    this.#owners.delete(id)
  }

  /** Of a connection that has ended. */
  release(owner: Connection): void {
    for (const id of owner.subscriptions) {
      this.#owners.delete(id)
      this.#handler.request({ method: 'eth_unsubscribe', params: [id] }).catch(() => undefined)
    }
    owner.subscriptions.clear()
  }

  end(): void {
    this.#handler.removeListener?.('message', this.#onMessage)
  }

  readonly #onMessage = (message: ProviderMessage): void => {
    if (message.type !== 'eth_subscription') return
    const { subscription } = message.data as { readonly subscription: string }
    const owner = this.#owners.get(subscription)
    if (owner !== undefined) owner.notify(message.data)
    else if (this.#asking > 0 && this.#early.length < MAX_EARLY) this.#early.push(message)
  }
}

export interface ConnectionOptions {
  readonly handler: RequestHandler
  readonly limits: ResolvedLimits
  readonly subscribers: Subscribers
}

/** One client. */
export class Connection {
  readonly subscriptions = new Set<string>()
  readonly #socket: WebSocket
  readonly #options: ConnectionOptions
  readonly #gone = new AbortController()
  #active = 0
  #isAlive = true

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    // One for each message that is being answered
    setMaxListeners(0, this.#gone.signal)
    socket.on('message', (data: RawData) => void this.#onMessage(data))
    socket.on('pong', () => (this.#isAlive = true))
    // Frames that are malformed, or larger than allowed: ws closes with the code that says which
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#gone.abort(new Error('the connection is closed'))
      options.subscribers.release(this)
    })
  }

  /** Ends the connection if it has not answered since the last time. */
  beat(): void {
    if (!this.#isAlive) return this.#socket.terminate()
    this.#isAlive = false
    this.#socket.ping()
  }

  notify(params: unknown): void {
    this.#send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }))
  }

  async #onMessage(data: RawData): Promise<void> {
    const { limits } = this.#options
    this.#active++
    if (this.#active >= MAX_ACTIVE) this.#socket.pause()
    try {
      const text = textOf(data)
      const response = await answer(text, { serve: this.#serve, limits, signal: this.#gone.signal })
      if (response !== '') this.#send(response)
    } finally {
      this.#active--
      if (this.#active < MAX_ACTIVE && this.#socket.isPaused) this.#socket.resume()
    }
  }

  readonly #serve: Serve = async (method, params, signal) => {
    const { handler, limits, subscribers } = this.#options
    const ask = (): Promise<unknown> => handler.request({ method, params }, { signal })
    if (method === 'eth_subscribe' && subscribers.isServed) {
      if (this.subscriptions.size >= limits.subscriptions) {
        throw new RpcError(LIMIT_EXCEEDED, `at most ${limits.subscriptions} subscriptions`)
      }
      return subscribers.subscribe(this, ask)
    }
    if (method !== 'eth_unsubscribe') return ask()
    const id: unknown = Array.isArray(params) ? params[0] : undefined
    // Those of others are none of this connection's
    if (typeof id !== 'string' || !this.subscriptions.has(id)) return false
    subscribers.forget(id)
    return ask()
  }

  #send(text: string): void {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_BUFFERED) return socket.terminate()
    socket.send(text)
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8')
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8')
}
