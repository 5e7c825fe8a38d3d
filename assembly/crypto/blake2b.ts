/**
 * The compression function F of BLAKE2b (RFC 7693, section 3.2) with any number of rounds, as
 * EIP-152 needs it. Two columns of the 4×4 working matrix share a v128: a row is two of them.
 */
import { SCRATCH, SCRATCH_CRYPTO_STATE } from '../memory/scratch';

const SIGMA = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
  11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
  7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
  9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
  2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
  12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
  13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
  6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
  10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
]);
const SIGMA_SIZE: usize = 160;

/** The initial values of SHA-512, which BLAKE2b shares. */
const INITIAL_VALUES = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
  0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);

/** The row of SIGMA for the next round. */
let nextSigma: usize = 0;

/**
 * Begins F(h, m, t, final): `h` is 8 u64, little-endian, unaligned; `t0`, `t1` the low and high
 * half of the offset counter. The working matrix is in scratch, where hashes have their states.
 */
export function blake2bBegin(h: usize, t0: u64, t1: u64, final: bool): void {
  const matrix = SCRATCH + SCRATCH_CRYPTO_STATE;
  memory.copy(matrix, h, 64);
  memory.copy(matrix + 64, INITIAL_VALUES, 32);
  v128.store(matrix, v128.xor(v128.load(INITIAL_VALUES, 32), pair(t0, t1)), 96);
  const flag = pair(final ? u64.MAX_VALUE : 0, 0);
  v128.store(matrix, v128.xor(v128.load(INITIAL_VALUES, 48), flag), 112);
  nextSigma = SIGMA;
}

/** So many rounds; `m` is 16 u64, as `h`. */
export function blake2bRounds(m: usize, rounds: u32): void {
  const matrix = SCRATCH + SCRATCH_CRYPTO_STATE;
  let a0 = v128.load(matrix);
  let a1 = v128.load(matrix, 16);
  let b0 = v128.load(matrix, 32);
  let b1 = v128.load(matrix, 48);
  let c0 = v128.load(matrix, 64);
  let c1 = v128.load(matrix, 80);
  let d0 = v128.load(matrix, 96);
  let d1 = v128.load(matrix, 112);

  let sigma = nextSigma;
  for (let round: u32 = 0; round < rounds; round++) {
    // columns
    a0 = i64x2.add(i64x2.add(a0, b0), words(m, sigma, 0, 2));
    a1 = i64x2.add(i64x2.add(a1, b1), words(m, sigma, 4, 6));
    d0 = rotateRight32(v128.xor(d0, a0));
    d1 = rotateRight32(v128.xor(d1, a1));
    c0 = i64x2.add(c0, d0);
    c1 = i64x2.add(c1, d1);
    b0 = rotateRight24(v128.xor(b0, c0));
    b1 = rotateRight24(v128.xor(b1, c1));
    a0 = i64x2.add(i64x2.add(a0, b0), words(m, sigma, 1, 3));
    a1 = i64x2.add(i64x2.add(a1, b1), words(m, sigma, 5, 7));
    d0 = rotateRight16(v128.xor(d0, a0));
    d1 = rotateRight16(v128.xor(d1, a1));
    c0 = i64x2.add(c0, d0);
    c1 = i64x2.add(c1, d1);
    b0 = rotateRight63(v128.xor(b0, c0));
    b1 = rotateRight63(v128.xor(b1, c1));

    // Rows b, c, d turn left by 1, 2, 3 columns, so that diagonals become columns.
    let b = b0;
    b0 = middle(b0, b1);
    b1 = middle(b1, b);
    let d = d0;
    d0 = middle(d1, d0);
    d1 = middle(d, d1);

    a0 = i64x2.add(i64x2.add(a0, b0), words(m, sigma, 8, 10));
    a1 = i64x2.add(i64x2.add(a1, b1), words(m, sigma, 12, 14));
    d0 = rotateRight32(v128.xor(d0, a0));
    d1 = rotateRight32(v128.xor(d1, a1));
    c1 = i64x2.add(c1, d0);
    c0 = i64x2.add(c0, d1);
    b0 = rotateRight24(v128.xor(b0, c1));
    b1 = rotateRight24(v128.xor(b1, c0));
    a0 = i64x2.add(i64x2.add(a0, b0), words(m, sigma, 9, 11));
    a1 = i64x2.add(i64x2.add(a1, b1), words(m, sigma, 13, 15));
    d0 = rotateRight16(v128.xor(d0, a0));
    d1 = rotateRight16(v128.xor(d1, a1));
    c1 = i64x2.add(c1, d0);
    c0 = i64x2.add(c0, d1);
    b0 = rotateRight63(v128.xor(b0, c1));
    b1 = rotateRight63(v128.xor(b1, c0));

    b = b0;
    b0 = middle(b1, b0);
    b1 = middle(b, b1);
    d = d0;
    d0 = middle(d0, d1);
    d1 = middle(d1, d);

    sigma += 16;
    if (sigma == SIGMA + SIGMA_SIZE) sigma = SIGMA;
  }

  nextSigma = sigma;
  v128.store(matrix, a0);
  v128.store(matrix, a1, 16);
  v128.store(matrix, b0, 32);
  v128.store(matrix, b1, 48);
  v128.store(matrix, c0, 64);
  v128.store(matrix, c1, 80);
  v128.store(matrix, d0, 96);
  v128.store(matrix, d1, 112);
}

/** After all rounds: the result, 8 u64, to `out`, which may be `h`. */
export function blake2bFinish(out: usize, h: usize): void {
  const matrix = SCRATCH + SCRATCH_CRYPTO_STATE;
  for (let i: usize = 0; i < 64; i += 16) {
    const mixed = v128.xor(v128.load(matrix + i), v128.load(matrix + i, 64));
    v128.store(out + i, v128.xor(v128.load(h + i), mixed));
  }
}

@inline
function pair(low: u64, high: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

/** Two words of the message, at places `i` and `j` of this round's permutation. */
@inline
function words(m: usize, sigma: usize, i: usize, j: usize): v128 {
  const low = load<u64>(m + (<usize>load<u8>(sigma + i) << 3));
  const high = load<u64>(m + (<usize>load<u8>(sigma + j) << 3));
  return pair(low, high);
}

/** The upper lane of x, then the lower lane of y. */
@inline
function middle(x: v128, y: v128): v128 {
  return v128.shuffle<u64>(x, y, 1, 2);
}

@inline
function rotateRight32(x: v128): v128 {
  return v128.shuffle<u32>(x, x, 1, 0, 3, 2);
}

@inline
function rotateRight24(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
}

@inline
function rotateRight16(x: v128): v128 {
  return v128.shuffle<u16>(x, x, 1, 2, 3, 0, 5, 6, 7, 4);
}

@inline
function rotateRight63(x: v128): v128 {
  return v128.or(i64x2.shl(x, 1), i64x2.shr_u(x, 63));
}
