/** What a partial state lacks, as the core has written it down (assembly/partial/missing.ts). */

import {
  MISSING_ACCOUNT,
  MISSING_DEPTH,
  MISSING_HASH,
  MISSING_KEY,
  MISSING_KIND,
  MISSING_KIND_ACCOUNT,
  MISSING_KIND_CODE,
  MISSING_KIND_HEADER,
  MISSING_KIND_SIBLING,
  MISSING_KIND_SLOT,
  MISSING_SLOT,
} from '../../assembly/abi/memory-map.js'
import { ACCOUNT_ADDRESS, ACCOUNT_HASH } from '../../assembly/abi/records.js'
import { bytesToHex } from '../bytes.js'
import { InvalidWitnessError, MissingStateError, type MissingState } from '../errors.js'
import type { LinearMemory } from './linear-memory.js'

const KINDS: ReadonlyMap<number, MissingState> = new Map([
  [MISSING_KIND_ACCOUNT, 'account'],
  [MISSING_KIND_SLOT, 'slot'],
  [MISSING_KIND_CODE, 'code'],
  [MISSING_KIND_SIBLING, 'sibling'],
  [MISSING_KIND_HEADER, 'header'],
])

export function readMissing(memory: LinearMemory): MissingStateError {
  const kind = KINDS.get(memory.u32[MISSING_KIND >>> 2]!) ?? 'account'
  const account = memory.u32[MISSING_ACCOUNT >>> 2]!
  const place = account === 0 ? {} : { account: nameOf(memory, account) }
  const hash = bytesToHex(memory.copy(MISSING_HASH, 32))
  if (kind === 'header') {
    const distance = memory.readWord(MISSING_SLOT)
    return new MissingStateError(kind, `the witness lacks the header ${distance} blocks back`)
  }
  if (kind === 'code') {
    return new MissingStateError(kind, `the witness lacks the code ${hash}`, { place })
  }
  const path = bytesToHex(memory.copy(MISSING_KEY, 32)).slice(2)
  const known = path.slice(0, memory.u32[MISSING_DEPTH >>> 2]!)
  const slot = `0x${memory.readWord(MISSING_SLOT).toString(16)}`
  const of = kind === 'slot' ? `slot ${slot}` : kind
  const what = `the witness lacks the node ${hash} for ${of}, below the path "${known}"`
  return new MissingStateError(kind, what, { place })
}

/** An account that a walk came by, and nobody has named, has only the hash of its address. */
function nameOf(memory: LinearMemory, account: number): string {
  const address = memory.readAddress(account + ACCOUNT_ADDRESS)
  if (address.some((byte) => byte !== 0)) return bytesToHex(address)
  return `keccak256⁻¹(${bytesToHex(memory.copy(account + ACCOUNT_HASH, 32))})`
}

export function readMalformed(memory: LinearMemory): InvalidWitnessError {
  const hash = bytesToHex(memory.copy(MISSING_HASH, 32))
  const what = `the node ${hash} of the witness is no node of a trie of accounts or slots`
  return new InvalidWitnessError('malformed-node', what)
}
