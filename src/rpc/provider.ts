/** A chain as a provider of EIP-1193: for viem, ethers, Hardhat and what a page expects. */

import { quantityToHex } from '../base/bytes.js'
import type { CancelSignal, Hex } from '../base/types.js'
import type { Chain } from '../ledger/types.js'
import { DevAccounts } from './dev/accounts.js'
import { developmentMethods } from './dev/dev-methods.js'
import { newInstanceId } from './dev/node-methods.js'
import { createDispatcher } from './create-dispatcher.js'
import type { Dispatcher } from './dispatcher.js'
import { Filters, Subscriptions } from './filters.js'
import { RpcError } from './rpc-error.js'

/** EIP-1193: the provider is disconnected from all chains. */
const DISCONNECTED = 4900

/** A request of EIP-1193. */
export interface RequestArguments {
  readonly method: string
  readonly params?: readonly unknown[] | object | undefined
}

/** What `on` may be given. */
export interface ProviderEvents {
  /** Told once, also to who asks later. */
  connect: (info: { readonly chainId: Hex }) => void
  disconnect: (error: RpcError) => void
  chainChanged: (chainId: Hex) => void
  accountsChanged: (accounts: readonly Hex[]) => void
  /** Of subscriptions: `type` is `eth_subscription`. */
  message: (message: ProviderMessage) => void
}

export interface ProviderMessage {
  readonly type: string
  readonly data: { readonly subscription: string; readonly result: unknown }
}

type EventName = keyof ProviderEvents

/** A provider of EIP-1193, wherever its chain is. */
export interface RemoteProvider {
  /**
   * Answers a request of JSON-RPC.
   * @throws RpcError with `code`, `message`, and `data` where a call was reverted
   */
  request(
    request: RequestArguments,
    options?: { readonly signal?: CancelSignal | undefined },
  ): Promise<unknown>
  /** Listens to an event. */
  on<Name extends EventName>(event: Name, listener: ProviderEvents[Name]): this
  /** Ends listening. */
  removeListener<Name extends EventName>(event: Name, listener: ProviderEvents[Name]): this
  /** Ends the provider, and the chain if the provider has made it. */
  dispose(): Promise<void>
}

/** A provider of EIP-1193 whose chain is here. */
export interface Provider extends RemoteProvider {
  /** The chain behind it; after `hardhat_reset` a new one. */
  readonly chain: Chain
  /** Names of all methods, in alphabetical order. */
  readonly methods: readonly string[]
  /** As `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface ProviderParts {
  readonly chain: Chain
  /** Of accounts that the provider signs for. */
  readonly secretKeys: readonly Hex[]
  /** Makes the chain again, from its genesis. None: the chain is somebody else's. */
  readonly remake: (() => Promise<Chain>) | undefined
}

/** What stands between a provider and one chain. */
interface Session {
  readonly dispatcher: Dispatcher
  readonly filters: Filters
  readonly subscriptions: Subscriptions
}

export class ChainProvider implements Provider {
  readonly #listeners = new Map<EventName, Set<(value: never) => void>>()
  readonly #parts: ProviderParts
  readonly #accounts: DevAccounts
  readonly #instanceId = newInstanceId()
  #session: Session
  #isDisposed = false

  constructor(parts: ProviderParts) {
    this.#parts = parts
    this.#accounts = new DevAccounts(parts.secretKeys)
    this.#session = this.#open(parts.chain)
  }

  get chain(): Chain {
    return this.#session.dispatcher.chain
  }

  get methods(): readonly string[] {
    return this.#session.dispatcher.methods
  }

  async request(
    request: RequestArguments,
    options: { readonly signal?: CancelSignal | undefined } = {},
  ): Promise<unknown> {
    if (this.#isDisposed) throw new RpcError(DISCONNECTED, 'the provider is disconnected')
    return this.#session.dispatcher.request(request, options)
  }

  on<Name extends EventName>(event: Name, listener: ProviderEvents[Name]): this {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener as (value: never) => void))
    if (event === 'connect' && !this.#isDisposed) {
      const info = { chainId: quantityToHex(this.chain.chainId) }
      queueMicrotask(() => (listener as ProviderEvents['connect'])(info))
    }
    return this
  }

  removeListener<Name extends EventName>(event: Name, listener: ProviderEvents[Name]): this {
    this.#listeners.get(event)?.delete(listener as (value: never) => void)
    return this
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    const { chain } = this
    this.#close()
    this.#tell('disconnect', new RpcError(DISCONNECTED, 'the provider is disconnected'))
    if (this.#parts.remake !== undefined) await chain.dispose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }

  #open(chain: Chain): Session {
    const filters = new Filters(chain)
    const subscriptions = new Subscriptions(chain, (subscription, result) => {
      this.#tell('message', { type: 'eth_subscription', data: { subscription, result } })
    })
    const { remake } = this.#parts
    const development = developmentMethods({
      accounts: this.#accounts,
      instanceId: this.#instanceId,
      reset: remake && (() => this.#reset(remake)),
      onAccounts: () => this.#tell('accountsChanged', this.#accounts.addresses),
    })
    const methods = [development, filters.methods, subscriptions.methods]
    return { dispatcher: createDispatcher(chain, { methods }), filters, subscriptions }
  }

  #close(): void {
    this.#session.filters.end()
    this.#session.subscriptions.end()
  }

  async #reset(remake: () => Promise<Chain>): Promise<void> {
    const { chain } = this
    const next = await remake()
    this.#close()
    this.#session = this.#open(next)
    // Requests to it, this one among them, are still under way
    void chain.dispose().catch(() => undefined)
  }

  #tell<Name extends EventName>(event: Name, value: Parameters<ProviderEvents[Name]>[0]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(value as never)
      } catch (error) {
        // A listener's fault is not the chain's: it is told where nobody is in between
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
