/** RIPEMD-160 (Dobbertin, Bosselaers, Preneel, 1996; ISO/IEC 10118-3). */
import { SCRATCH, SCRATCH_CRYPTO_BLOCK, SCRATCH_CRYPTO_STATE } from '../memory/scratch';

const BLOCK_SIZE: usize = 64;
/** What padding adds at least: the bit 1, as a byte, and the length. */
const PADDING_SIZE: usize = 9;

/** Which word of the block a step takes, and by how much it rotates: one byte a step, 5 × 16. */
const LEFT_WORDS = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
  3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
  1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
  4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
]);

const RIGHT_WORDS = memory.data<u8>([
  5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
  6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
  15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
  8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
  12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
]);

const LEFT_ROTATIONS = memory.data<u8>([
  11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
  7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
  11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
  11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
  9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
]);

const RIGHT_ROTATIONS = memory.data<u8>([
  8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
  9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
  9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
  15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
  8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
]);

/** One constant for each group of 16 steps. */
const LEFT_CONSTANTS = memory.data<u32>([0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e]);
const RIGHT_CONSTANTS = memory.data<u32>([0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0]);

// The hash in hand: the input that is left, and the length of all of it.
let input: usize = 0;
let rest: usize = 0;
let length: usize = 0;

/** Begins the hash of `len` bytes at `ptr`, which stay there. */
export function ripemd160Begin(ptr: usize, len: usize): void {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  store<u32>(state, 0x67452301);
  store<u32>(state, 0xefcdab89, 4);
  store<u32>(state, 0x98badcfe, 8);
  store<u32>(state, 0x10325476, 12);
  store<u32>(state, 0xc3d2e1f0, 16);
  input = ptr;
  rest = len;
  length = len;
}

/** Absorbs at most so many blocks. Returns whether none is left that is whole. */
export function ripemd160Absorb(blocks: usize): bool {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  let ptr = input;
  const count = min(blocks, rest / BLOCK_SIZE);
  const end = ptr + count * BLOCK_SIZE;
  for (; ptr < end; ptr += BLOCK_SIZE) compress(state, ptr);
  input = end;
  rest -= count * BLOCK_SIZE;
  return rest < BLOCK_SIZE;
}

/** Writes the 20 bytes of the digest to `out`, which may overlap the input. */
export function ripemd160Finish(out: usize): void {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  const block = SCRATCH + SCRATCH_CRYPTO_BLOCK;
  const paddedSize: usize = rest + PADDING_SIZE <= BLOCK_SIZE ? BLOCK_SIZE : 2 * BLOCK_SIZE;
  memory.fill(block, 0, paddedSize);
  memory.copy(block, input, rest);
  store<u8>(block + rest, 0x80);
  store<u64>(block + paddedSize - 8, <u64>length << 3);
  compress(state, block);
  if (paddedSize > BLOCK_SIZE) compress(state, block + BLOCK_SIZE);
  memory.copy(out, state, 20);
}

/** Absorbs the 64 bytes at `block` into the five u32 at `state`, through two lines of 80 steps. */
function compress(state: usize, block: usize): void {
  const h0 = load<u32>(state);
  const h1 = load<u32>(state, 4);
  const h2 = load<u32>(state, 8);
  const h3 = load<u32>(state, 12);
  const h4 = load<u32>(state, 16);
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  let e = h4;
  let a2 = h0;
  let b2 = h1;
  let c2 = h2;
  let d2 = h3;
  let e2 = h4;
  for (let step: usize = 0; step < 80; step++) {
    const group = step >> 4;
    let sum = a + mix(group, b, c, d) + load<u32>(LEFT_CONSTANTS + (group << 2));
    sum += load<u32>(block + (<usize>load<u8>(LEFT_WORDS + step) << 2));
    sum = rotl<u32>(sum, load<u8>(LEFT_ROTATIONS + step)) + e;
    a = e;
    e = d;
    d = rotl<u32>(c, 10);
    c = b;
    b = sum;

    sum = a2 + mix(4 - group, b2, c2, d2) + load<u32>(RIGHT_CONSTANTS + (group << 2));
    sum += load<u32>(block + (<usize>load<u8>(RIGHT_WORDS + step) << 2));
    sum = rotl<u32>(sum, load<u8>(RIGHT_ROTATIONS + step)) + e2;
    a2 = e2;
    e2 = d2;
    d2 = rotl<u32>(c2, 10);
    c2 = b2;
    b2 = sum;
  }
  store<u32>(state, h1 + c + d2);
  store<u32>(state, h2 + d + e2, 4);
  store<u32>(state, h3 + e + a2, 8);
  store<u32>(state, h4 + a + b2, 12);
  store<u32>(state, h0 + b + c2, 16);
}

/** The boolean function of a group; the right line uses them in the opposite order. */
@inline
function mix(group: usize, x: u32, y: u32, z: u32): u32 {
  switch (<i32>group) {
    case 0:
      return x ^ y ^ z;
    case 1:
      return (x & y) | (~x & z);
    case 2:
      return (x | ~y) ^ z;
    case 3:
      return (x & z) | (y & ~z);
    default:
      return x ^ (y | ~z);
  }
}
