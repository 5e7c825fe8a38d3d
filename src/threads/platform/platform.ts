/** What differs between Node and browsers in starting a thread. */

import type { Endpoint } from 'comlink'

export interface WorkerThread {
  /** Where comlink talks to it. */
  readonly endpoint: Endpoint
  /** Called once if the thread ends by itself, with what is known of why. */
  onDeath(listener: (cause: Error) => void): void
  /** Resolves when it is gone. */
  terminate(): Promise<void>
  /** Whether the thread alone keeps the process alive. */
  keepAlive(isKept: boolean): void
}

export interface Platform {
  /** Logical cores. */
  readonly concurrency: number
  /** Whether memory can be handed to a thread. */
  readonly canShareMemory: boolean
  spawn(name: string): Promise<WorkerThread>
}
