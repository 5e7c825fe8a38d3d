/** Who a transaction says has signed it. */

import { bytesEqual, bytesToHex, hexToAddress } from '../base/bytes.js'
import type { ErrorPlace } from '../base/errors.js'
import type { JsonObject } from '../base/json.js'
import { malformed } from './transaction-fields.js'

/**
 * @param json what a transaction was read of
 * @param sender who has signed it, 20 bytes
 * @throws InvalidTransactionError if it states another
 */
export function expectSender(json: unknown, sender: Uint8Array, place: ErrorPlace = {}): void {
  if (typeof json !== 'object' || json === null) return
  for (const field of ['from', 'sender'] as const) {
    const stated = (json as JsonObject)[field]
    if (stated == null || isAddress(stated, sender)) continue
    throw malformed({ ...place, field }, `${bytesToHex(sender)}, who has signed`, stated)
  }
}

function isAddress(stated: unknown, address: Uint8Array): boolean {
  try {
    return bytesEqual(hexToAddress(stated), address)
  } catch {
    return false
  }
}
