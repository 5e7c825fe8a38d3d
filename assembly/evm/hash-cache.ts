/**
 * The last hashes of 32 and of 64 bytes: with those contracts find elements of arrays and values of
 * mappings, and most often hash the same again, to read what they then write, or in a loop. Looking
 * one up takes 10 ns, a hash 200.
 *
 * An entry is found by its input, and replaced by another one with the same place. So nothing
 * depends on it but time, and code that never hashes anything twice loses a twentieth of a hash.
 *
 *   entry   8 u64 input, zero beyond its size | word hash | u32 size, 0 if there is none
 *
 * Exports: cachedHash.
 */
import { keccak256Word } from '../crypto/keccak256';
import { SCRATCH, SCRATCH_EVM_HASHES } from '../memory/scratch';
import { u256Copy } from '../u256/word';

const ENTRY_HASH: usize = 64;
const ENTRY_SIZE: usize = 96;
/** 16 entries of 128 bytes: the upper bits of a product choose one. */
const INDEX_SHIFT: u64 = 60;
const ENTRY_SHIFT: usize = 7;
/** 2^64 divided by the golden ratio. */
const FACTOR: u64 = 0x9e3779b97f4a7c15;

/** dst = hash of the `size` bytes, 32 or 64, at `ptr`. */
export function cachedHash(dst: usize, ptr: usize, size: usize): void {
  const isLong = size == 64;
  const l0 = load<u64>(ptr);
  const l1 = load<u64>(ptr, 8);
  const l2 = load<u64>(ptr, 16);
  const l3 = load<u64>(ptr, 24);
  const l4 = isLong ? load<u64>(ptr, 32) : 0;
  const l5 = isLong ? load<u64>(ptr, 40) : 0;
  const l6 = isLong ? load<u64>(ptr, 48) : 0;
  const l7 = isLong ? load<u64>(ptr, 56) : 0;
  const mixed = (l0 ^ l4) + (l1 ^ l5) + (l2 ^ l6) + (l3 ^ rotl<u64>(l7, 5));
  const index = <usize>((mixed ^ (mixed >> 32)) * FACTOR >> INDEX_SHIFT);
  const entry = SCRATCH + SCRATCH_EVM_HASHES + (index << ENTRY_SHIFT);
  const difference = (load<u64>(entry) ^ l0) | (load<u64>(entry, 8) ^ l1) |
    (load<u64>(entry, 16) ^ l2) | (load<u64>(entry, 24) ^ l3) | (load<u64>(entry, 32) ^ l4) |
    (load<u64>(entry, 40) ^ l5) | (load<u64>(entry, 48) ^ l6) | (load<u64>(entry, 56) ^ l7) |
    (<u64>load<u32>(entry, ENTRY_SIZE) ^ <u64>size);
  if (difference != 0) {
    keccak256Word(entry + ENTRY_HASH, ptr, size);
    store<u64>(entry, l0);
    store<u64>(entry, l1, 8);
    store<u64>(entry, l2, 16);
    store<u64>(entry, l3, 24);
    store<u64>(entry, l4, 32);
    store<u64>(entry, l5, 40);
    store<u64>(entry, l6, 48);
    store<u64>(entry, l7, 56);
    store<u32>(entry, <u32>size, ENTRY_SIZE);
  }
  u256Copy(dst, entry + ENTRY_HASH);
}
