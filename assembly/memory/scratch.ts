/**
 * Scratch memory of one worker: 64 KiB for the inner workings of leaves (long division, hash
 * blocks, products). Nothing in it outlives a call except caches, which say so.
 *
 *   offset   size   owner
 *   0x0000   4 KiB  u256   (SCRATCH_U256_*)
 *   0x1000   4 KiB  crypto (SCRATCH_CRYPTO_*)
 *   0x2000   48 KiB free for callers: no leaf touches it (the trie writes nodes here)
 *   0xe000   4 KiB  state  (SCRATCH_STATE)
 *   0xf000   4 KiB  evm    (SCRATCH_EVM)
 *
 * Every sub-area is named below with its size, so that no two of them overlap. The linear memory is
 * shared by all workers, hence the base is a Wasm global, which each instance has for itself.
 */
export let SCRATCH: usize = 0;

export const SCRATCH_FREE: usize = 0x2000;
/** Accounts, codes and views: see assembly/state. */
export const SCRATCH_STATE: usize = 0xe000;
/** Calls, creations and messages: see assembly/evm. */
export const SCRATCH_EVM: usize = 0xf000;
/** Cache: the last hashes, 2 KiB in the upper half of that (evm/hash-cache.ts). */
export const SCRATCH_EVM_HASHES: usize = 0xf800;

// u256: long division on 32-bit digits
/** Quotient of the last division: at most 20 digits, 80 bytes. */
export const SCRATCH_U256_QUOTIENT: usize = 0x000;
/** Remainder of the last division: 8 digits, 32 bytes. */
export const SCRATCH_U256_REMAINDER: usize = 0x080;
/** Dividend shifted so that the divisor is normalized: at most 18 digits, 72 bytes. */
export const SCRATCH_U256_DIVIDEND: usize = 0x0c0;
/** Normalized divisor: 8 digits, 32 bytes. */
export const SCRATCH_U256_DIVISOR: usize = 0x140;
// u256: other operations
/** Product of two words (64 bytes), or their sum with its carry (40 bytes). */
export const SCRATCH_U256_WIDE: usize = 0x180;
/** Window of 64 bytes through which a shift reads whole limbs. */
export const SCRATCH_U256_SHIFT: usize = 0x200;
/** Result and base of an exponentiation: 2 words. */
export const SCRATCH_U256_POWER: usize = 0x240;
/** Dividends that make a table for a modulus: 10 digits, 40 bytes. */
export const SCRATCH_U256_POWER_OF_TWO: usize = 0x280;
/** Columns of a product in digits of 29 bits: 144 bytes. */
export const SCRATCH_U256_COLUMNS: usize = 0x600;
/** Cache: modulus of the last MULMOD with a large modulus (32 bytes), uses of it (4 bytes). */
export const SCRATCH_U256_MODULUS: usize = 0x2c0;
/** Cache: table of that modulus, if it has been used often enough: 728 bytes (fold.ts). */
export const SCRATCH_U256_FOLD: usize = 0x300;

// crypto: one hash runs at a time, so the hashes share these places
/** Sponge or chaining state: at most 208 bytes. */
export const SCRATCH_CRYPTO_STATE: usize = 0x1000;
/** Last, padded blocks of an input: at most 256 bytes. */
export const SCRATCH_CRYPTO_BLOCK: usize = 0x1100;
/** Message schedule: at most 256 bytes. */
export const SCRATCH_CRYPTO_SCHEDULE: usize = 0x1200;
/** Two sponge states, lane by lane: 400 bytes. */
export const SCRATCH_CRYPTO_PAIR: usize = 0x1300;

/** Sets this worker's scratch area: 64 KiB at `ptr`, 16-byte aligned. Drops what it caches. */
export function setScratch(ptr: usize): void {
  SCRATCH = ptr;
  // No small modulus is ever cached, so a zero matches none.
  memory.fill(ptr + SCRATCH_U256_MODULUS, 0, 36);
  memory.fill(ptr + SCRATCH_EVM_HASHES, 0, 2048);
}
