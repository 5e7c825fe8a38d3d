/** Parameters of development methods, in the forms in which tools send them. */

import { ADDRESS_BYTES, bytesToHex, hexToBytes, parseQuantity } from '../../base/bytes.js'
import { InvalidInputError } from '../../base/errors.js'
import type { Hex } from '../../base/types.js'
import { invalidParams } from '../rpc-error.js'

/** Reads the parameters of one request. */
export class Params {
  readonly #list: readonly unknown[]

  constructor(list: readonly unknown[]) {
    this.#list = list
  }

  has(at: number): boolean {
    return this.#list[at] != null
  }

  raw(at: number): unknown {
    return this.#list[at]
  }

  /** Lower-case. @throws RpcError */
  address(at: number): Hex {
    return this.#read(at, (value) => bytesToHex(hexToBytes(value, 'address', ADDRESS_BYTES)))
  }

  bytes(at: number): Uint8Array {
    return this.#read(at, (value) => hexToBytes(value, 'data'))
  }

  hash(at: number): Hex {
    return this.#read(at, (value) => bytesToHex(hexToBytes(value, 'hash', 32)))
  }

  /** Tools write quantities as hex, as decimal text and as numbers. */
  quantity(at: number): bigint {
    return this.#read(at, (value) => parseQuantity(value))
  }

  quantityOr<T>(at: number, other: T): bigint | T {
    return this.has(at) ? this.quantity(at) : other
  }

  /** A quantity that is counted with. */
  count(at: number): number {
    const count = this.quantity(at)
    if (count > MAX_COUNT) throw invalidParams(`parameter ${at}: at most ${MAX_COUNT}`)
    return Number(count)
  }

  flag(at: number): boolean {
    const value = this.#list[at]
    if (typeof value === 'boolean') return value
    throw invalidParams(`parameter ${at}: expected true or false`)
  }

  text(at: number): string {
    const value = this.#list[at]
    if (typeof value === 'string') return value
    throw invalidParams(`parameter ${at}: expected text`)
  }

  object(at: number): Readonly<Record<string, unknown>> {
    const value = this.#list[at]
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>
    }
    throw invalidParams(`parameter ${at}: expected an object`)
  }

  #read<T>(at: number, read: (value: unknown) => T): T {
    const value = this.#list[at]
    if (value == null) throw invalidParams(`missing value for required argument ${at}`)
    try {
      return read(value)
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      throw invalidParams(`invalid argument ${at}: ${error.message}`)
    }
  }
}

/** Blocks, seconds: more is a mistake. */
const MAX_COUNT = 2 ** 48
