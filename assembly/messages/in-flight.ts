// The in-flight rule (PROTOCOL 4) asks two sets of (sender, recipient): what this group emitted in
// this round and still stands (a table of this worker, of one epoch for each group), and what is
// being delivered in this round by senders that have code (built by the coordinator, read by all).

import { IN_FLIGHT, WORKER_EPOCH } from '../abi/memory-map';
import {
  ACCOUNT_CREATOR, ACCOUNT_EMIT_ROUND, ACCOUNT_GROUP, ACCOUNT_NEXT,
} from '../abi/records';
import { GROUP_NOW, ROUND_NOW } from '../memory/context';
import { WORKER, allocateForBlock } from '../memory/heap';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { JOURNAL_TABLE_COUNT, journal } from '../state/journal';
import { inFlightTable } from '../state/view';
import { RECORD_COUNT, tableAt, tableFind } from '../tables/epoch-table';
import { u256SetU64 } from '../u256/word';

/** Sender, in the table of emissions, that stands for every account created in the group this
 * round. */
const ANY_CREATED: u32 = 2;
const KEY: usize = SCRATCH_EVM + 64;

function pairKey(recipient: usize): usize {
  const key = SCRATCH + KEY;
  u256SetU64(key, <u64>recipient);
  return key;
}

function count(sender: u32, recipient: usize): void {
  const record = tableAt(inFlightTable(), flights, sender, pairKey(recipient));
  store<u64>(record, load<u64>(record, RECORD_COUNT) + 1, RECORD_COUNT);
  journal(JOURNAL_TABLE_COUNT, record, 0);
}

export function noteEmission(self: usize, recipient: usize): void {
  count(<u32>self, recipient);
  if (load<u32>(self, ACCOUNT_CREATOR) != 0) count(ANY_CREATED, recipient);
}

function hasEmitted(sender: u32, recipient: usize): bool {
  const record = tableFind(inFlightTable(), flights, sender, pairKey(recipient));
  return record != 0 && load<u64>(record, RECORD_COUNT) != 0;
}

/** Accounts created in the group this round at an address that had emitted in the round before
 * (and was destroyed): their messages are delivered now. */
let resenders: usize = 0;
/** Epoch of the table of emissions: no two groups of a worker begin at the same one. */
let flights: u64 = 0;
export function beginGroupFlights(): void {
  resenders = 0;
  flights = load<u64>(WORKER, WORKER_EPOCH);
}
export function noteCreation(account: usize): void {
  if (load<u32>(account, ACCOUNT_EMIT_ROUND) + 1 != ROUND_NOW) return;
  for (let a = resenders; a != 0; a = load<u32>(a, ACCOUNT_NEXT)) if (a == account) return;
  store<u32>(account, <u32>resenders, ACCOUNT_NEXT);
  resenders = account;
}

/** Has `self`, or an account created in its group this round, a message to `recipient` under
 * way? */
export function isInFlight(self: usize, recipient: usize): bool {
  if (hasEmitted(<u32>self, recipient) || hasEmitted(ANY_CREATED, recipient)) return true;
  const set = <usize>load<u32>(IN_FLIGHT);
  if (set == 0) return false;
  if (isDelivered(set, self, recipient)) return true;
  for (let a = resenders; a != 0; a = load<u32>(a, ACCOUNT_NEXT)) {
    if (load<u32>(a, ACCOUNT_GROUP) == GROUP_NOW && load<u32>(a, ACCOUNT_CREATOR) != 0 &&
      isDelivered(set, a, recipient)) return true;
  }
  return false;
}

// The delivered set: {mask u32, pad, entries of (from u32, to u32)}; 0 = free.
const SET_ENTRIES: usize = 8;

@inline
function pairHash(from: usize, to: usize): u32 {
  return <u32>((((<u64>from << 32) | <u64>to) * 0x9e3779b97f4a7c15) >> 40);
}

/** The set of the round before, if it was in the same block. */
let deliveredSet: usize = 0;

/** Its memory has ended with the block. */
export function forgetDelivered(): void {
  deliveredSet = 0;
}

/** An empty set for at most `pairs` pairs. */
export function newDeliveredSet(pairs: u32): usize {
  const old = deliveredSet;
  let entries: u32 = 16;
  while (entries < pairs << 1) entries <<= 1;
  if (old != 0 && load<u32>(old) + 1 >= entries) {
    memory.fill(old + SET_ENTRIES, 0, (load<u32>(old) + 1) << 3);
    return old;
  }
  const set = allocateForBlock(<u32>SET_ENTRIES + (entries << 3));
  memory.fill(set + SET_ENTRIES, 0, entries << 3);
  store<u32>(set, entries - 1);
  deliveredSet = set;
  return set;
}

export function addDelivered(set: usize, from: usize, to: usize): void {
  const mask = load<u32>(set);
  const pair = <u64>from | (<u64>to << 32);
  let i = pairHash(from, to) & mask;
  while (true) {
    const place = set + SET_ENTRIES + (<usize>i << 3);
    const found = load<u64>(place);
    if (found == pair) return;
    if (found == 0) {
      store<u64>(place, pair);
      return;
    }
    i = (i + 1) & mask;
  }
}

function isDelivered(set: usize, from: usize, to: usize): bool {
  const mask = load<u32>(set);
  const pair = <u64>from | (<u64>to << 32);
  let i = pairHash(from, to) & mask;
  while (true) {
    const found = load<u64>(set + SET_ENTRIES + (<usize>i << 3));
    if (found == pair) return true;
    if (found == 0) return false;
    i = (i + 1) & mask;
  }
}
