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
import { bytesToHex } from '../base/bytes.js'
import { InvalidWitnessError, MissingStateError, words, type MissingState } from '../base/errors.js'
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
  const at = account === 0 ? {} : { account: nameOf(memory, account) }
  const hash = bytesToHex(memory.copy(MISSING_HASH, 32))
  const what = 'the witness does not show all that the block needs'
  const lacks = (expected: string, field: string): MissingStateError =>
    new MissingStateError(kind, what, { place: { ...at, field }, expected, got: words('nothing') })
  if (kind === 'header') {
    return lacks(`the header ${memory.readWord(MISSING_SLOT)} blocks back`, 'header')
  }
  if (kind === 'code') return lacks(`the code with hash ${hash}`, 'code')
  const key = bytesToHex(memory.copy(MISSING_KEY, 32)).slice(2)
  const path = key.slice(0, memory.u32[MISSING_DEPTH >>> 2]!)
  const slot = `slot 0x${memory.readWord(MISSING_SLOT).toString(16)}`
  return lacks(`the node ${hash} at path 0x${path}`, kind === 'slot' ? slot : kind)
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
