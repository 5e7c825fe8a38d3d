/**
 * Keccak-256 of two inputs of equally many blocks at once (keccak-f1600-pair.ts).
 */
import { SCRATCH, SCRATCH_CRYPTO_PAIR } from '../memory/scratch';
import { keccakF1600Pair } from './keccak-f1600-pair';

const RATE: usize = 136;
/** The byte 0x80 at the end of the block. */
const LAST_BIT_OF_PADDING: u64 = 0x8000000000000000;
/** 25 pairs of lanes. */
const STATES_SIZE: usize = 400;

/** Blocks of an input of `len` bytes, with its padding. */
@inline
export function keccakBlocks(len: usize): u32 {
  return <u32>(len / RATE) + 1;
}

/** Writes the digests (32 bytes) of the inputs at `a` and `b`, which have equally many blocks. */
export function keccak256Pair(
  outA: usize, a: usize, lenA: usize, outB: usize, b: usize, lenB: usize,
): void {
  const states = SCRATCH + SCRATCH_CRYPTO_PAIR;
  for (let i: usize = 0; i < STATES_SIZE; i += 16) v128.store(states + i, i64x2(0, 0));
  for (; lenA >= RATE; lenA -= RATE, lenB -= RATE) {
    xorLanes(states, a, RATE);
    xorLanes(states + 8, b, RATE);
    keccakF1600Pair(states);
    a += RATE;
    b += RATE;
  }
  xorLastBlock(states, a, lenA);
  xorLastBlock(states + 8, b, lenB);
  keccakF1600Pair(states);
  store<u64>(outA, load<u64>(states));
  store<u64>(outA, load<u64>(states, 16), 8);
  store<u64>(outA, load<u64>(states, 32), 16);
  store<u64>(outA, load<u64>(states, 48), 24);
  store<u64>(outB, load<u64>(states, 8));
  store<u64>(outB, load<u64>(states, 24), 8);
  store<u64>(outB, load<u64>(states, 40), 16);
  store<u64>(outB, load<u64>(states, 56), 24);
}

/** The rest of an input, less than a block, and its padding. */
function xorLastBlock(lanes: usize, ptr: usize, len: usize): void {
  const whole = len & ~7;
  xorLanes(lanes, ptr, whole);
  let last: u64 = 0x01;
  for (let i = len; i > whole; i--) last = (last << 8) | <u64>load<u8>(ptr + i - 1);
  xorLane(lanes + (whole << 1), last);
  xorLane(lanes + ((RATE - 8) << 1), LAST_BIT_OF_PADDING);
}

/** Xors `size` bytes, a multiple of 8, into every other u64. */
@inline
function xorLanes(lanes: usize, ptr: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 8) xorLane(lanes + (i << 1), load<u64>(ptr + i));
}

@inline
function xorLane(lane: usize, value: u64): void {
  store<u64>(lane, load<u64>(lane) ^ value);
}
