/** KECCAK256 (YP 20s). */
import { keccak256Word } from '../../crypto/keccak256';
import { keccak256Absorb, keccak256Begin, keccak256Finish } from '../../crypto/keccak256-stream';
import { GAS_HASH_WORD } from '../../forks/rules';
import { MEMORY } from '../../frames/frame';
import { SCRATCH, SCRATCH_EVM } from '../../memory/scratch';
import { WAITS_FOR_HASH, WAITS_FOR_NOTHING, isSpent, spend, waitFor } from '../../memory/slice';
import { u256LoadBE } from '../../u256/bytes';
import { u256High } from '../../u256/word';
import { cachedHash } from '../hash-cache';
import { GAS_INFINITE, GAS_TO_STOP, UNAFFORDABLE_BYTES, expandAt } from '../memory';

/** Gas for each word hashed (YP G_keccak256word). */

/** From so many bytes on, 2 ms, the frame waits for the hash. */
const LONG_BYTES: u64 = 1048576;
/** Bytes between two looks at the slice, 0.2 ms, and their time in that of gas. */
const BYTES_A_STEP: usize = 139264;
const STEP_TIME: i64 = 100000;
const DIGEST: usize = SCRATCH_EVM + 0x5c0;

/** The hash that the frame waits for: what is left of its input, and the word that it goes to. */
let rest: usize = 0;
let restBytes: usize = 0;
let place: usize = 0;

/**
 * Offset at `sp`, size at `sp + 32`, which the hash replaces. Returns the gas beyond the static;
 * if that is above `gasLeft`, nothing has happened, or the frame waits (GAS_TO_STOP).
 */
export function keccak256(sp: usize, gasLeft: i64): i64 {
  const size = load<u64>(sp, 32);
  if (u256High(sp + 32) != 0 || size >= UNAFFORDABLE_BYTES) return GAS_INFINITE;
  if (size == 0) {
    keccak256Word(sp + 32, 0, 0);
    return 0;
  }
  const hashing = GAS_HASH_WORD * <i64>((size + 31) >> 5);
  const cost = hashing + expandAt(sp, size, gasLeft - hashing);
  if (cost > gasLeft) return cost;
  const input = MEMORY + load<u32>(sp);
  if (size >= LONG_BYTES) {
    rest = input;
    restBytes = <usize>size;
    place = sp + 32;
    keccak256Begin();
    waitFor(WAITS_FOR_HASH);
    return cost + GAS_TO_STOP;
  }
  if (size == 32 || size == 64) cachedHash(sp + 32, input, <usize>size);
  else keccak256Word(sp + 32, input, <usize>size);
  return cost;
}

/** Goes on with the hash that the frame waits for. */
export function goOnHash(): void {
  while (restBytes > BYTES_A_STEP) {
    keccak256Absorb(rest, BYTES_A_STEP);
    rest += BYTES_A_STEP;
    restBytes -= BYTES_A_STEP;
    spend(STEP_TIME);
    if (isSpent()) return;
  }
  keccak256Absorb(rest, restBytes);
  keccak256Finish(SCRATCH + DIGEST);
  u256LoadBE(place, SCRATCH + DIGEST);
  waitFor(WAITS_FOR_NOTHING);
}
