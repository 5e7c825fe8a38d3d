/** The time of blocks: that of the machine, moved and stopped as tests like. */

import { UINT64_LIMIT, parseQuantity } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import type { Quantity } from '../base/types.js'

const MS = 1_000

export class Clock {
  /** Seconds since 1970, as the machine has it. */
  readonly #read: () => number
  #offset = 0n
  /** Seconds between blocks, whatever the machine's clock says. */
  interval: bigint | undefined

  constructor(read: () => number = () => Math.floor(Date.now() / MS)) {
    this.#read = read
  }

  get offset(): bigint {
    return this.#offset
  }

  now(): bigint {
    return BigInt(Math.floor(this.#read())) + this.#offset
  }

  /** Of a block on a parent of this time: always later. */
  next(parent: bigint): bigint {
    if (this.interval !== undefined) return parent + this.interval
    const now = this.now()
    return now > parent ? now : parent + 1n
  }

  increase(seconds: Quantity): bigint {
    this.#offset += parseQuantity(seconds, 'seconds', UINT64_LIMIT)
    return this.#offset
  }

  set(timestamp: Quantity): void {
    const time = parseQuantity(timestamp, 'timestamp', UINT64_LIMIT)
    this.#offset = time - BigInt(Math.floor(this.#read()))
  }

  /** As it was when `offset` was read. */
  restore(offset: bigint): void {
    this.#offset = offset
  }
}

/** @throws InvalidInputError */
export function checkInterval(value: unknown, field: string): void {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return
  const expected = 'seconds, more than 0'
  throw new InvalidInputError('invalid option', { place: { field }, expected, got: value })
}
