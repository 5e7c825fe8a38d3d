/** A provider on the other side of a `MessagePort`, or of a worker. */

import type { CancelSignal } from '../base/types.js'
import type { ProviderEvents, RemoteProvider, RequestArguments } from './provider.js'
import { INTERNAL_ERROR, RpcError, type RpcErrorJson } from './rpc-error.js'

/** As much of a `MessagePort`, a `Worker` or a worker's own scope as is used. */
export interface Port {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  /** Of a `MessagePort`, which keeps messages until then. */
  start?(): void
}

type EventName = keyof ProviderEvents
const EVENTS = ['connect', 'disconnect', 'chainChanged', 'accountsChanged', 'message'] as const

/** What goes over the port; another program's messages have no such mark. */
const MARK = 'actor-evm:provider'

type Call = { readonly id: number } & (
  | { readonly request: RequestArguments }
  | { readonly cancel: true }
)
type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: RpcErrorJson }
  | { readonly event: EventName; readonly value: unknown }

/**
 * Lets the other side of a port use a provider.
 *
 * @example
 * // worker.js
 * const provider = await createProvider({ semantics: 'ethereum', workers: 1 })
 * provideOver(self, provider)
 *
 * @returns what ends it
 */
export function provideOver(port: Port, provider: RemoteProvider): () => void {
  const calls = new Map<number, AbortController>()
  const post = (answer: Answer): void => port.postMessage({ [MARK]: answer })
  const onMessage = ({ data }: { readonly data: unknown }): void => {
    const call = marked<Call>(data)
    if (call === undefined || !('id' in call)) return
    if ('cancel' in call) return calls.get(call.id)?.abort()
    if (!('request' in call)) return
    const controller = new AbortController()
    calls.set(call.id, controller)
    provider
      .request(call.request, { signal: controller.signal })
      .then((result: unknown) => post({ id: call.id, result }))
      .catch((error: unknown) => post({ id: call.id, error: jsonOf(error) }))
      .finally(() => calls.delete(call.id))
  }
  const listeners = EVENTS.map((event) => {
    const listener = (value: unknown): void => {
      post({ event, value: value instanceof Error ? jsonOf(value) : value })
    }
    return [event, listener] as const
  })
  for (const [event, listener] of listeners) provider.on(event, listener)
  port.addEventListener('message', onMessage)
  port.start?.()
  return () => {
    port.removeEventListener('message', onMessage)
    for (const [event, listener] of listeners) provider.removeListener(event, listener)
    for (const controller of calls.values()) controller.abort()
  }
}

/**
 * A provider that asks the one on the other side of a port, which may come later.
 *
 * @example
 * const provider = providerFrom(new Worker('./worker.js', { type: 'module' }))
 * const client = createPublicClient({ transport: custom(provider) })
 */
export function providerFrom(port: Port): RemoteProvider {
  return new PortProvider(port)
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: RpcError): void
}

class PortProvider implements RemoteProvider {
  readonly #port: Port
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Map<EventName, Set<(value: never) => void>>()
  #lastId = 0
  /** What was told once, for who asks later. */
  #connected: unknown

  constructor(port: Port) {
    this.#port = port
    port.addEventListener('message', this.#onMessage)
    port.start?.()
  }

  request(
    request: RequestArguments,
    { signal }: { readonly signal?: CancelSignal | undefined } = {},
  ): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const { method, params } = request
      this.#post({ id, request: params === undefined ? { method } : { method, params } })
      signal?.addEventListener('abort', () => this.#post({ id, cancel: true }))
    })
  }

  on<Name extends EventName>(event: Name, listener: ProviderEvents[Name]): this {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener as (value: never) => void))
    if (event === 'connect' && this.#connected !== undefined) {
      const told = this.#connected
      queueMicrotask(() => (listener as (value: unknown) => void)(told))
    }
    return this
  }

  removeListener<Name extends EventName>(event: Name, listener: ProviderEvents[Name]): this {
    this.#listeners.get(event)?.delete(listener as (value: never) => void)
    return this
  }

  /** Ends this side: what still waits fails. */
  async dispose(): Promise<void> {
    this.#port.removeEventListener('message', this.#onMessage)
    this.#end()
  }

  #post(call: Call): void {
    this.#port.postMessage({ [MARK]: call })
  }

  #end(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new RpcError(DISCONNECTED, 'the provider is disconnected'))
    }
    this.#waiting.clear()
  }

  readonly #onMessage = ({ data }: { readonly data: unknown }): void => {
    const answer = marked<Answer>(data)
    if (answer === undefined) return
    if ('event' in answer) return this.#tell(answer.event, answer.value)
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(errorOf(answer.error))
    else if ('result' in answer) waiting?.resolve(answer.result)
  }

  #tell(event: EventName, value: unknown): void {
    if (event === 'connect') this.#connected = value
    const told = event === 'disconnect' ? errorOf(value as RpcErrorJson) : value
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(told as never)
    if (event === 'disconnect') this.#end()
  }
}

const DISCONNECTED = 4900

function marked<T extends object>(data: unknown): T | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const content = (data as Readonly<Record<string, unknown>>)[MARK]
  return typeof content === 'object' && content !== null ? (content as T) : undefined
}

function jsonOf(error: unknown): RpcErrorJson {
  if (error instanceof RpcError) return error.toJSON()
  return { code: INTERNAL_ERROR, message: 'internal error' }
}

function errorOf({ code, data, message }: RpcErrorJson): RpcError {
  return new RpcError(code, message, data)
}
