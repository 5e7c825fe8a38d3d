/**
 * Between big-endian byte strings (Yellow Paper: memory, calldata, hashes) and words.
 */
import { u256Half, u256Set } from './word';

/** Stores 32 bytes, lower half first in memory, in reverse. */
@inline
function storeReversed(dst: usize, low: v128, high: v128): void {
  v128.store(
    dst,
    v128.shuffle<u8>(high, high, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
  );
  v128.store(
    dst,
    v128.shuffle<u8>(low, low, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
    16,
  );
}

/** Word from 32 big-endian bytes; both may be the same place, neither is aligned. */
@inline
export function u256LoadBE(dst: usize, src: usize): void {
  storeReversed(dst, v128.load(src), v128.load(src, 16));
}

/** 32 big-endian bytes from a word; the same. */
@inline
export function u256StoreBE(dst: usize, src: usize): void {
  storeReversed(dst, u256Half(src), u256Half(src + 16));
}

/** Word from `length` ≤ 32 big-endian bytes; reads no other byte. Places must not overlap. */
export function u256LoadBytes(dst: usize, src: usize, length: i32): void {
  u256Set(dst, 0, 0, 0, 0);
  const last = src + <usize>length - 1;
  for (let i: usize = 0; i < <usize>length; i++) {
    store<u8>(dst + i, load<u8>(last - i));
  }
}

/** Word from the 20 bytes of an address, right-aligned as the Yellow Paper has it. */
@inline
export function u256LoadAddress(dst: usize, src: usize): void {
  const l2 = <u64>bswap<u32>(load<u32>(src));
  const l1 = bswap<u64>(load<u64>(src, 4));
  const l0 = bswap<u64>(load<u64>(src, 12));
  u256Set(dst, l0, l1, l2, 0);
}

/** The 20 bytes of the address in a word: its low 160 bits, whatever is above them. */
@inline
export function u256StoreAddress(dst: usize, src: usize): void {
  const l0 = load<u64>(src);
  const l1 = load<u64>(src, 8);
  const l2 = load<u32>(src, 16);
  store<u32>(dst, bswap<u32>(l2));
  store<u64>(dst, bswap<u64>(l1), 4);
  store<u64>(dst, bswap<u64>(l0), 12);
}
