/**
 * Keccak-256 as Ethereum uses it: the original submission's padding (0x01 … 0x80), not that of
 * SHA-3 (FIPS 202 appends 0x06).
 */
import { SCRATCH, SCRATCH_CRYPTO_BLOCK, SCRATCH_CRYPTO_STATE } from '../scratch';
import { keccakF1600 } from './keccak-f1600';

const RATE: usize = 136;
const STATE_SIZE: usize = 200;

/** Writes the 32 bytes of the digest of `len` bytes at `ptr` to `out`, which may overlap them. */
export function keccak256(out: usize, ptr: usize, len: usize): void {
  const state = absorb(ptr, len);
  store<u64>(out, load<u64>(state));
  store<u64>(out, load<u64>(state, 8), 8);
  store<u64>(out, load<u64>(state, 16), 16);
  store<u64>(out, load<u64>(state, 24), 24);
}

/** The digest as a word: what the opcode KECCAK256 pushes. */
export function keccak256Word(dst: usize, ptr: usize, len: usize): void {
  const state = absorb(ptr, len);
  store<u64>(dst, bswap<u64>(load<u64>(state, 24)));
  store<u64>(dst, bswap<u64>(load<u64>(state, 16)), 8);
  store<u64>(dst, bswap<u64>(load<u64>(state, 8)), 16);
  store<u64>(dst, bswap<u64>(load<u64>(state)), 24);
}

/** Absorbs the padded input; returns the state, which begins with the digest. */
function absorb(ptr: usize, len: usize): usize {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  memory.fill(state, 0, STATE_SIZE);
  while (len >= RATE) {
    xorBlock(state, ptr);
    keccakF1600(state);
    ptr += RATE;
    len -= RATE;
  }
  const block = SCRATCH + SCRATCH_CRYPTO_BLOCK;
  memory.fill(block, 0, RATE);
  memory.copy(block, ptr, len);
  store<u8>(block + len, 0x01);
  store<u8>(block, load<u8>(block, RATE - 1) | 0x80, RATE - 1);
  xorBlock(state, block);
  keccakF1600(state);
  return state;
}

@inline
function xorBlock(state: usize, block: usize): void {
  for (let i: usize = 0; i < RATE; i += 8) {
    store<u64>(state + i, load<u64>(state + i) ^ load<u64>(block + i));
  }
}
