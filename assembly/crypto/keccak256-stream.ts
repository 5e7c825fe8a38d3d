/**
 * Keccak-256 of a byte string that lies in several places: begin, absorb the pieces in order,
 * finish. One stream at a time; it ends before any other hash of the worker begins, since they
 * share the state in scratch.
 */
import { SCRATCH, SCRATCH_CRYPTO_STATE } from '../memory/scratch';
import { keccakF1600 } from './keccak-f1600';

const RATE: usize = 136;
const STATE_SIZE: usize = 200;

/** Bytes of the block in progress that are already mixed into the state, less than RATE. */
let filled: usize = 0;

export function keccak256Begin(): void {
  memory.fill(SCRATCH + SCRATCH_CRYPTO_STATE, 0, STATE_SIZE);
  filled = 0;
}

export function keccak256Absorb(ptr: usize, len: usize): void {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  if (filled != 0) {
    const taken = min(RATE - filled, len);
    xorBytes(state + filled, ptr, taken);
    filled += taken;
    ptr += taken;
    len -= taken;
    if (filled < RATE) return;
    keccakF1600(state);
  }
  while (len >= RATE) {
    for (let i: usize = 0; i < RATE; i += 8) {
      store<u64>(state + i, load<u64>(state + i) ^ load<u64>(ptr + i));
    }
    keccakF1600(state);
    ptr += RATE;
    len -= RATE;
  }
  xorBytes(state, ptr, len);
  filled = len;
}

/** Writes the 32 bytes of the digest to `out`. */
export function keccak256Finish(out: usize): void {
  const state = SCRATCH + SCRATCH_CRYPTO_STATE;
  store<u8>(state + filled, load<u8>(state + filled) ^ 0x01);
  store<u8>(state, load<u8>(state, RATE - 1) ^ 0x80, RATE - 1);
  keccakF1600(state);
  memory.copy(out, state, 32);
}

@inline
function xorBytes(state: usize, ptr: usize, len: usize): void {
  let i: usize = 0;
  for (; i + 8 <= len; i += 8) {
    store<u64>(state + i, load<u64>(state + i) ^ load<u64>(ptr + i));
  }
  for (; i < len; i++) {
    store<u8>(state + i, load<u8>(state + i) ^ load<u8>(ptr + i));
  }
}
