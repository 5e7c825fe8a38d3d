/** SHA-256 (FIPS 180-4). */
import {
  SCRATCH,
  SCRATCH_CRYPTO_BLOCK,
  SCRATCH_CRYPTO_SCHEDULE,
  SCRATCH_CRYPTO_STATE,
} from '../memory/scratch';

const BLOCK_SIZE: usize = 64;
/** What padding adds at least: the bit 1, as a byte, and the length. */
const PADDING_SIZE: usize = 9;
const SCHEDULE_SIZE: usize = 256;

const ROUND_CONSTANTS = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

const INITIAL_STATE = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

// The hash in hand: the input that is left, and the length of all of it.
let input: usize = 0;
let rest: usize = 0;
let length: usize = 0;

/** Begins the hash of `len` bytes at `ptr`, which stay there. */
export function sha256Begin(ptr: usize, len: usize): void {
  memory.copy(SCRATCH + SCRATCH_CRYPTO_STATE, INITIAL_STATE, 32);
  length = 0;
  sha256Append(ptr, len);
}

/** More of the same input, `len` bytes at `ptr`. What came before has been absorbed to its end. */
export function sha256Append(ptr: usize, len: usize): void {
  input = ptr;
  rest = len;
  length += len;
}

/** Absorbs at most so many blocks. Returns whether none is left that is whole. */
export function sha256Absorb(blocks: usize): bool {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  let ptr = input;
  const count = min(blocks, rest / BLOCK_SIZE);
  const end = ptr + count * BLOCK_SIZE;
  for (; ptr < end; ptr += BLOCK_SIZE) compress(state, ptr);
  input = end;
  rest -= count * BLOCK_SIZE;
  return rest < BLOCK_SIZE;
}

/** Writes the 32 bytes of the digest to `out`, which may overlap the input. */
export function sha256Finish(out: usize): void {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  const block = SCRATCH + SCRATCH_CRYPTO_BLOCK;
  const paddedSize: usize = rest + PADDING_SIZE <= BLOCK_SIZE ? BLOCK_SIZE : 2 * BLOCK_SIZE;
  memory.fill(block, 0, paddedSize);
  memory.copy(block, input, rest);
  store<u8>(block + rest, 0x80);
  store<u64>(block + paddedSize - 8, bswap<u64>(<u64>length << 3));
  compress(state, block);
  if (paddedSize > BLOCK_SIZE) compress(state, block + BLOCK_SIZE);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(out + i, bswap<u32>(load<u32>(state + i)));
}

/** Absorbs the 64 bytes at `block` into the eight u32 at `state`. */
function compress(state: usize, block: usize): void {
  const schedule = SCRATCH + SCRATCH_CRYPTO_SCHEDULE;
  expand(schedule, block);
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let i: usize = 0; i < SCHEDULE_SIZE; i += 4) {
    const input = load<u32>(schedule + i) + load<u32>(ROUND_CONSTANTS + i);
    const t1 = h + bigSigma1(e) + ((e & f) ^ (~e & g)) + input;
    const t2 = bigSigma0(a) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(state, load<u32>(state) + a);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
  store<u32>(state, load<u32>(state, 20) + f, 20);
  store<u32>(state, load<u32>(state, 24) + g, 24);
  store<u32>(state, load<u32>(state, 28) + h, 28);
}

/** The message schedule: 16 big-endian words of the block, then 48 derived ones. */
@inline
function expand(schedule: usize, block: usize): void {
  for (let i: usize = 0; i < BLOCK_SIZE; i += 4) {
    store<u32>(schedule + i, bswap<u32>(load<u32>(block + i)));
  }
  for (let i = BLOCK_SIZE; i < SCHEDULE_SIZE; i += 4) {
    const at = schedule + i;
    const w2 = load<u32>(at - 2 * 4);
    const w7 = load<u32>(at - 7 * 4);
    const w15 = load<u32>(at - 15 * 4);
    const w16 = load<u32>(at - 16 * 4);
    store<u32>(at, smallSigma1(w2) + w7 + smallSigma0(w15) + w16);
  }
}

@inline
function bigSigma0(x: u32): u32 {
  return rotr<u32>(x, 2) ^ rotr<u32>(x, 13) ^ rotr<u32>(x, 22);
}

@inline
function bigSigma1(x: u32): u32 {
  return rotr<u32>(x, 6) ^ rotr<u32>(x, 11) ^ rotr<u32>(x, 25);
}

@inline
function smallSigma0(x: u32): u32 {
  return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
}

@inline
function smallSigma1(x: u32): u32 {
  return rotr<u32>(x, 17) ^ rotr<u32>(x, 19) ^ (x >> 10);
}
