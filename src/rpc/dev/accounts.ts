/** Accounts that a provider signs for, and those that it sends for without a key. */

import { bytesToHex, hexToBytes } from '../../base/bytes.js'
import { InvalidInputError, words } from '../../base/errors.js'
import type { Hex } from '../../base/types.js'
import { addressOfKey, isSecretKey } from '../../intake/sign-hash.js'

const KEY_BYTES = 32

export class DevAccounts {
  readonly #keys = new Map<Hex, Hex>()
  readonly #impersonated = new Set<Hex>()
  /** Whether transactions of anybody are taken without a signature. */
  isOpen = false

  /** @throws InvalidInputError naming `field`; the key is not shown */
  constructor(secretKeys: readonly Hex[] = [], field = 'accounts') {
    secretKeys.forEach((key, i) => this.add(key, `${field}[${i}]`))
  }

  /** In the order in which they were added. */
  get addresses(): Hex[] {
    return [...this.#keys.keys()]
  }

  get impersonated(): Hex[] {
    return [...this.#impersonated]
  }

  /** @returns the address of the key */
  add(secretKey: Hex, field = 'secretKey'): Hex {
    const address = bytesToHex(addressOfKey(readKey(secretKey, field)))
    this.#keys.set(address, secretKey)
    return address
  }

  /** @returns whether it was there */
  remove(address: Hex): boolean {
    return this.#keys.delete(address)
  }

  keyOf(address: Hex): Hex | undefined {
    return this.#keys.get(address)
  }

  impersonate(address: Hex): void {
    this.#impersonated.add(address)
  }

  /** @returns whether it was impersonated */
  stopImpersonating(address: Hex): boolean {
    return this.#impersonated.delete(address)
  }

  /** Of all. */
  endImpersonation(): void {
    this.#impersonated.clear()
    this.isOpen = false
  }

  /** Whether transactions of an address are taken without a signature. */
  isImpersonated(address: Hex): boolean {
    return this.isOpen || this.#impersonated.has(address)
  }
}

function readKey(key: unknown, field: string): Uint8Array {
  try {
    const bytes = hexToBytes(key, field, KEY_BYTES)
    if (isSecretKey(bytes)) return bytes
  } catch {
    // Told below, without the key
  }
  const expected = 'a secret key: 32 bytes as 0x-hex, from 1 to the order of the group − 1'
  throw new InvalidInputError('invalid value', { place: { field }, expected, got: words('none') })
}
