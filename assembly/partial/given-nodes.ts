// The nodes that a witness gives, by their hashes. Each is hashed here; nothing else says what it
// is. The index is made before the block and only read during it, but for the marks of use.
//
//   WITNESS_NODES → {mask u32, pad to 16, entries}      entry: hash 32 | bytes u32 | size | used

import { WITNESS_NODES } from '../abi/memory-map';
import { keccak256 } from '../crypto/keccak256';
import { allocate } from '../memory/heap';
import { hashWord } from '../tables/key-hash';
import { u256Eq } from '../u256/word';

const ENTRIES: usize = 16;
const ENTRY_BYTES: usize = 48;
const ENTRY_BYTES_PTR: usize = 32;
const ENTRY_SIZE: usize = 36;
const ENTRY_USED: usize = 40;

/** Makes room for `count` nodes. */
export function expectNodes(count: u32): void {
  let entries: u32 = 16;
  while (entries < count << 1) entries <<= 1;
  // One entry more: the hash in hand lies there.
  const index = allocate(<u32>ENTRIES + (entries + 1) * <u32>ENTRY_BYTES);
  store<u32>(index, entries - 1);
  store<u32>(WITNESS_NODES, <u32>index);
}

/** Takes `count` of them: `items` are pairs of u32 pointer and size, and the bytes stay where they
 * are. Returns how many of them are there twice. */
export function giveNodes(items: usize, count: u32): u32 {
  const index = <usize>load<u32>(WITNESS_NODES);
  let doubles: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const item = items + (<usize>i << 3);
    if (!add(index, load<u32>(item), load<u32>(item, 4))) doubles++;
  }
  return doubles;
}

function add(index: usize, bytes: usize, size: u32): bool {
  const mask = load<u32>(index);
  const hash = index + ENTRIES + <usize>(mask + 1) * ENTRY_BYTES;
  keccak256(hash, bytes, size);
  let i = hashWord(hash) & mask;
  while (true) {
    const entry = index + ENTRIES + <usize>i * ENTRY_BYTES;
    if (load<u32>(entry, ENTRY_BYTES_PTR) == 0) {
      memory.copy(entry, hash, 32);
      store<u32>(entry, <u32>bytes, ENTRY_BYTES_PTR);
      store<u32>(entry, size, ENTRY_SIZE);
      return true;
    }
    if (u256Eq(entry, hash)) return false;
    i = (i + 1) & mask;
  }
}

/** Entry of the node with this hash (32 bytes), or 0. */
export function findGiven(hash: usize): usize {
  const index = <usize>load<u32>(WITNESS_NODES);
  if (index == 0) return 0;
  const mask = load<u32>(index);
  let i = hashWord(hash) & mask;
  while (true) {
    const entry = index + ENTRIES + <usize>i * ENTRY_BYTES;
    if (load<u32>(entry, ENTRY_BYTES_PTR) == 0) return 0;
    if (u256Eq(entry, hash)) return entry;
    i = (i + 1) & mask;
  }
}

@inline
export function givenBytes(entry: usize): usize {
  return load<u32>(entry, ENTRY_BYTES_PTR);
}

@inline
export function givenSize(entry: usize): u32 {
  return load<u32>(entry, ENTRY_SIZE);
}

@inline
export function markUsed(entry: usize): void {
  store<u32>(entry, 1, ENTRY_USED);
}

/** How many of the given nodes the block has needed. */
export function usedNodes(): u32 {
  const index = <usize>load<u32>(WITNESS_NODES);
  if (index == 0) return 0;
  const entries = load<u32>(index) + 1;
  let used: u32 = 0;
  for (let i: u32 = 0; i < entries; i++) {
    used += load<u32>(index + ENTRIES + <usize>i * ENTRY_BYTES, ENTRY_USED);
  }
  return used;
}
