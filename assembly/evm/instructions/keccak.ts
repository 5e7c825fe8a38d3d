/** KECCAK256 (YP 20s). */
import { keccak256Word } from '../../crypto/keccak256';
import { u256High } from '../../u256/word';
import { MEMORY } from '../frame';
import { cachedHash } from '../hash-cache';
import { GAS_INFINITE, UNAFFORDABLE_BYTES, expandAt } from '../memory';

/** Gas for each word hashed (YP G_keccak256word). */
const GAS_WORD: i64 = 6;

/**
 * Offset at `sp`, size at `sp + 32`, which the hash replaces. Returns the gas beyond the static;
 * if that is above `gasLeft`, nothing has happened.
 */
export function keccak256(sp: usize, gasLeft: i64): i64 {
  const size = load<u64>(sp, 32);
  if (u256High(sp + 32) != 0 || size >= UNAFFORDABLE_BYTES) return GAS_INFINITE;
  if (size == 0) {
    keccak256Word(sp + 32, 0, 0);
    return 0;
  }
  const hashing = GAS_WORD * <i64>((size + 31) >> 5);
  const cost = hashing + expandAt(sp, size, gasLeft - hashing);
  if (cost > gasLeft) return cost;
  const input = MEMORY + load<u32>(sp);
  if (size == 32 || size == 64) cachedHash(sp + 32, input, <usize>size);
  else keccak256Word(sp + 32, input, <usize>size);
  return cost;
}
