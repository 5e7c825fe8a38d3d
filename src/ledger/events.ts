import type { ChainEvents } from './types.js'

type Listeners = { readonly [Name in keyof ChainEvents]: Set<ChainEvents[Name]> }

/** Who is told of what. A listener that throws stops nobody else. */
export class Events {
  readonly #listeners: Listeners = {
    block: new Set(),
    pendingTransaction: new Set(),
    logs: new Set(),
    reorg: new Set(),
  }

  on<Name extends keyof ChainEvents>(event: Name, listener: ChainEvents[Name]): () => void {
    const set: Set<ChainEvents[Name]> = this.#listeners[event]
    set.add(listener)
    return () => void set.delete(listener)
  }

  has(event: keyof ChainEvents): boolean {
    return this.#listeners[event].size > 0
  }

  tell<Name extends keyof ChainEvents>(
    event: Name,
    ...told: Parameters<ChainEvents[Name]>
  ): void {
    for (const listener of [...this.#listeners[event]]) {
      try {
        ;(listener as (...args: Parameters<ChainEvents[Name]>) => void)(...told)
      } catch (error) {
        // It is the listener's own, and must be seen
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    for (const set of Object.values(this.#listeners)) set.clear()
  }
}
