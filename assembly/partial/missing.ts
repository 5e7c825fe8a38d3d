// Faults of a partial state: what the witness does not show, or shows as something that it is not.
// The first one of a block is written down where the host finds it.

import {
  ABORT, ABORT_FAULT, FAULT, FAULT_BYTES, FAULT_MALFORMED_NODE, FAULT_MISSING_STATE, FAULT_WORKER,
  MISSING_ACCOUNT, MISSING_DEPTH, MISSING_HASH, MISSING_KEY, MISSING_KIND, MISSING_SLOT,
} from '../abi/memory-map';
import { WORKER_ID } from '../memory/heap';
import { u256Copy, u256SetU64 } from '../u256/word';

/** Where a walk stopped: the hashed key, its nibbles above the unknown node, that node's hash. */
export let STOPPED_DEPTH: u32 = 0;
export let STOPPED_AT: usize = 0;
let stoppedKey: usize = 0;

/** A walk along `key` (32 bytes) has met the unknown `node` at nibble `depth`. */
export function noteStop(key: usize, depth: u32, hash: usize): void {
  stoppedKey = key;
  STOPPED_DEPTH = depth;
  STOPPED_AT = hash;
}

/** What the last walk did not find is needed. `slot`: word, or 0. */
export function faultMissing(kind: u32, account: usize, slot: usize): void {
  if (claim(FAULT_MISSING_STATE)) {
    describe(kind, account);
    if (slot != 0) u256Copy(MISSING_SLOT, slot);
    store<u32>(MISSING_DEPTH, STOPPED_DEPTH);
    u256Copy(MISSING_KEY, stoppedKey);
    u256Copy(MISSING_HASH, STOPPED_AT);
  }
  unreachable();
}

/** The code with this hash is needed, which `account` has. */
export function faultMissingCode(kind: u32, account: usize, hash: usize): void {
  if (claim(FAULT_MISSING_STATE)) {
    describe(kind, account);
    u256Copy(MISSING_HASH, hash);
  }
  unreachable();
}

/** The hash of the block that is so many before this one is needed. */
export function faultMissingHeader(kind: u32, distance: u64): void {
  if (claim(FAULT_MISSING_STATE)) {
    describe(kind, 0);
    u256SetU64(MISSING_SLOT, distance);
  }
  unreachable();
}

/** The node with this hash is not what tries are made of. */
export function faultMalformed(hash: usize): void {
  if (claim(FAULT_MALFORMED_NODE)) u256Copy(MISSING_HASH, hash);
  unreachable();
}

function claim(fault: u32): bool {
  if (atomic.cmpxchg<u32>(ABORT, 0, ABORT_FAULT) != 0) return false;
  store<u32>(FAULT, fault);
  store<u32>(FAULT_WORKER, WORKER_ID);
  store<u32>(FAULT_BYTES, 0);
  return true;
}

function describe(kind: u32, account: usize): void {
  store<u32>(MISSING_KIND, kind);
  store<u32>(MISSING_ACCOUNT, <u32>account);
  store<u32>(MISSING_DEPTH, 0);
  u256SetU64(MISSING_SLOT, 0);
  u256SetU64(MISSING_KEY, 0);
  u256SetU64(MISSING_HASH, 0);
}
