/**
 * Snapshots of an engine's state, and the way back to them. While there is one, each block that is
 * kept leaves what it has changed: so a snapshot takes nothing at once, going back costs what was
 * touched since, and what no snapshot needs is dropped.
 */

import type { ChainMark } from '../chain/own-chain.js'
import { InvalidInputError } from '../base/errors.js'
import type { Environment } from '../intake/environment.js'
import { joinChanges, readStateBefore, type StateBefore } from '../state/changes.js'
import type { Core } from '../wasm/core.js'

/** A state of an engine that it can go back to. A number, which other engines do not know. */
export type Snapshot = number & { readonly isSnapshot: true }

/** What an engine knows beside the state. */
export interface Moment {
  readonly chain: ChainMark
  /** Of the last block; none before the first. */
  readonly environment: Environment | undefined
}

interface Taken extends Moment {
  /** How many changes there were before it, since the engine began. */
  readonly changes: number
}

export class StateHistory {
  readonly #workers: number
  readonly #snapshots = new Map<Snapshot, Taken>()
  /** Since the oldest snapshot, the oldest first. */
  readonly #changes: StateBefore[] = []
  /** Changes that are dropped. */
  #dropped = 0
  #next = 1

  /** @param workers that may change the state */
  constructor(workers: number) {
    this.#workers = workers
  }

  /** Before a block is kept. @returns what to call when it is */
  note(core: Core): (() => void) | undefined {
    if (this.#snapshots.size === 0) return undefined
    const change = readStateBefore(core, this.#workers)
    return () => void this.#changes.push(change)
  }

  take(moment: Moment): Snapshot {
    const snapshot = this.#next++ as Snapshot
    const changes = this.#dropped + this.#changes.length
    this.#snapshots.set(snapshot, { ...moment, changes })
    return snapshot
  }

  /** @throws InvalidInputError for one that is not there, or not any more */
  get(snapshot: Snapshot): Moment {
    return this.#find(snapshot)
  }

  /** What was changed since, as it was then; undefined if nothing was. */
  since(snapshot: Snapshot): StateBefore | undefined {
    const from = this.#find(snapshot).changes - this.#dropped
    return from === this.#changes.length ? undefined : joinChanges(this.#changes.slice(from))
  }

  /** What `pick` finds in the first block since that has it. */
  first<T>(snapshot: Snapshot, pick: (change: StateBefore) => T | undefined): T | undefined {
    const from = this.#find(snapshot).changes - this.#dropped
    for (let i = from; i < this.#changes.length; i++) {
      const found = pick(this.#changes[i]!)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The state is as it was then. Later snapshots are of states that never were. */
  wentBackTo(snapshot: Snapshot): void {
    const { changes } = this.#find(snapshot)
    this.#changes.length = changes - this.#dropped
    for (const other of this.#snapshots.keys()) {
      if (other > snapshot) this.#snapshots.delete(other)
    }
  }

  release(snapshot: Snapshot): void {
    this.#find(snapshot)
    this.#snapshots.delete(snapshot)
    const [oldest] = this.#snapshots.values()
    const last = this.#dropped + this.#changes.length
    const drop = (oldest?.changes ?? last) - this.#dropped
    this.#changes.splice(0, drop)
    this.#dropped += drop
  }

  #find(snapshot: Snapshot): Taken {
    const taken = this.#snapshots.get(snapshot)
    if (taken !== undefined) return taken
    throw new InvalidInputError('no such snapshot', {
      place: { field: 'snapshot' },
      expected: 'one of this engine that was not released, and not gone back past',
      got: snapshot,
    })
  }
}
