// Where a search in an index begins. Keys are chosen by anybody: whoever knows the hash writes
// thousands of slots that all begin at one place, and pays 100 gas for each while every access
// walks past all of them: 8 Mgas of TSTORE with keys of one pattern took 1,086 ms, and take 18. So
// it is universal hashing with secrets of the engine: NH (Black et al., UMAC, 1999), folded, times
// an odd number. No result depends on it, only the order in indexes.
//
// Sums of 32-bit halves with secrets are multiplied in pairs, all at once with SIMD.

import { HASH_SECRETS } from '../abi/memory-map';
import { u256Half } from '../u256/word';

// Secrets: eight u32 for the halves of the key, then two odd u64.
const FACTOR: usize = HASH_SECRETS + 32;
const TAG_FACTOR: usize = HASH_SECRETS + 40;

/** Before secrets are given; a host that is never attacked may leave it at that. */
export function initialiseSecrets(): void {
  for (let i: u32 = 0; i < 6; i++) {
    store<u64>(<usize>HASH_SECRETS + (<usize>i << 3), (<u64>(i + 1) * 0x9e3779b97f4a7c15) | 1);
  }
}

@inline
function nh(low: v128, high: v128): u64 {
  const a = v128.add<i32>(low, v128.load(HASH_SECRETS));
  const b = v128.add<i32>(high, v128.load(HASH_SECRETS, 16));
  const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
  const sums = v128.add<i64>(
    v128.extmul_low<u32>(even, odd), v128.extmul_high<u32>(even, odd),
  );
  return v128.extract_lane<u64>(sums, 0) + v128.extract_lane<u64>(sums, 1);
}

@inline
function finish(sum: u64): u32 {
  return <u32>(((sum ^ (sum >> 32)) * load<u64>(FACTOR)) >> 32);
}

/** Of a word. */
@inline
export function hashWord(key: usize): u32 {
  return finish(nh(u256Half(key), u256Half(key + 16)));
}

/** Of an address, 24 bytes. */
@inline
export function hashAddress(address: usize): u32 {
  return finish(nh(v128.load(address), v128.load64_zero(address, 16)));
}

/** Of 32 bytes and a number. */
@inline
export function hashTagged(tag: u32, key: usize): u32 {
  const sum = nh(u256Half(key), u256Half(key + 16));
  return finish(sum + <u64>tag * load<u64>(TAG_FACTOR));
}
