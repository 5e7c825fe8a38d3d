/** Numbers and addresses for a person. */

import type { Hex } from '../index.js'

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function shareOf(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}

export function ms(value: number): string {
  return `${value.toFixed(1)} ms`
}

export function byteCount(size: number): string {
  return size === 1 ? '1 byte' : `${count(size)} bytes`
}

/** Start and end: enough to tell the accounts of a block apart. */
export function shortAddress(address: Hex): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}

/** Units of value, and the powers of ten of wei that they are. */
const UNITS = [
  ['ether', 18],
  ['gwei', 9],
] as const

/** An amount in the largest unit in which it is not below a thousandth, with all its digits. */
export function amount(wei: bigint): string {
  for (const [unit, decimals] of UNITS) {
    if (wei < 10n ** BigInt(decimals - 3)) continue
    const digits = wei.toString().padStart(decimals + 1, '0')
    const fraction = digits.slice(-decimals).replace(/0+$/, '')
    const whole = digits.slice(0, -decimals)
    return `${whole}${fraction === '' ? '' : `.${fraction}`} ${unit}`
  }
  return `${wei} wei`
}
