/**
 * MLOAD, MSTORE, MSTORE8, MSIZE, MCOPY (YP 50s, EIP-5656), and copies into memory for the
 * environment's instructions. The accesses of one word expect expansion to have been paid for.
 */
import { GAS_COPY_WORD } from '../../forks/rules';
import { MEMORY, MEMORY_SIZE } from '../../frames/frame';
import { u256LoadBE, u256StoreBE } from '../../u256/bytes';
import { u256High, u256Lt, u256SetU64 } from '../../u256/word';
import { GAS_INFINITE, UNAFFORDABLE_BYTES, expandAt } from '../memory';

/** Gas for each word copied (YP G_copy). */

/** dst = the 32 bytes at `offset`. */
@inline
export function mload(dst: usize, offset: u64): void {
  u256LoadBE(dst, MEMORY + <usize>offset);
}

@inline
export function mstore(offset: u64, value: usize): void {
  u256StoreBE(MEMORY + <usize>offset, value);
}

/** MSTORE of a word of 64 bits. As v128, since MLOAD reads that. */
@inline
export function mstoreSmall(offset: u64, value: u64): void {
  const ptr = MEMORY + <usize>offset;
  v128.store(ptr, i64x2(0, 0));
  v128.store(ptr, v128.replace_lane<u64>(i64x2(0, 0), 1, bswap<u64>(value)), 16);
}

@inline
export function mstore8(offset: u64, value: usize): void {
  store<u8>(MEMORY + <usize>offset, load<u8>(value));
}

@inline
export function msize(sp: usize): void {
  u256SetU64(sp - 32, MEMORY_SIZE);
}

/** The gas of a copy of `size` ≥ 1 bytes; memory to hold it is in it. */
@inline
function copyGas(offsetWord: usize, size: u64, gasLeft: i64): i64 {
  const copying = GAS_COPY_WORD * <i64>((size + 31) >> 5);
  return copying + expandAt(offsetWord, size, gasLeft - copying);
}

/**
 * MCOPY: destination, source and size from `sp` upwards. As all of these functions it returns the
 * gas beyond the static, and has done nothing if that is above `gasLeft`.
 */
export function mcopy(sp: usize, gasLeft: i64): i64 {
  const size = load<u64>(sp, 64);
  if (u256High(sp + 64) != 0 || size >= UNAFFORDABLE_BYTES) return GAS_INFINITE;
  if (size == 0) return 0;
  const farther = u256Lt(sp, sp + 32) ? sp + 32 : sp;
  const cost = copyGas(farther, size, gasLeft);
  if (cost <= gasLeft) {
    memory.copy(MEMORY + load<u32>(sp), MEMORY + load<u32>(sp, 32), <usize>size);
  }
  return cost;
}

/**
 * Copies from `sourceSize` bytes at `source`, followed by zeros as far as asked for, to memory:
 * offset in memory, offset in the source and size from `sp` upwards.
 */
export function copyToMemory(sp: usize, source: usize, sourceSize: u32, gasLeft: i64): i64 {
  const size = load<u64>(sp, 64);
  if (u256High(sp + 64) != 0 || size >= UNAFFORDABLE_BYTES) return GAS_INFINITE;
  if (size == 0) return 0;
  const cost = copyGas(sp, size, gasLeft);
  if (cost > gasLeft) return cost;
  const start = u256High(sp + 32) != 0 ? sourceSize : min<u64>(load<u64>(sp, 32), sourceSize);
  const available = min<u64>(size, <u64>sourceSize - start);
  const target = MEMORY + load<u32>(sp);
  memory.copy(target, source + <usize>start, <usize>available);
  memory.fill(target + <usize>available, 0, <usize>(size - available));
  return cost;
}
