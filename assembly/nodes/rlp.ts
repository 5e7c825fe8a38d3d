/**
 * RLP (YP appendix B) as far as trie nodes and account bodies need it. Writers return the number of
 * bytes they wrote. Lists are closed from behind: their payload is written first and the header is
 * put in front of it, so callers leave LIST_HEADER_ROOM bytes.
 */
import { u256Copy } from '../u256/word';

/** The RLP of the empty string, and of zero. */
export const EMPTY_STRING: u8 = 0x80;
/** The longest header: one byte, then a length of four. */
export const LIST_HEADER_ROOM: usize = 5;
/** The longest string of which the header is a single byte. */
const MAX_SHORT: usize = 55;

@inline
function lengthBytes(length: u32): usize {
  return 4 - (<usize>clz<u32>(length) >> 3);
}

/** Big-endian, without leading zeros. */
@inline
function writeLength(out: usize, length: usize, size: usize): void {
  for (let i = size; i > 0; i--) {
    store<u8>(out + i - 1, length);
    length >>= 8;
  }
}

/** The header of the string of `size` bytes at `ptr`; none if it is a byte below 0x80. */
export function writeStringHeader(out: usize, ptr: usize, size: usize): usize {
  if (size == 1 && load<u8>(ptr) < EMPTY_STRING) return 0;
  if (size <= MAX_SHORT) {
    store<u8>(out, 0x80 + size);
    return 1;
  }
  const bytes = lengthBytes(<u32>size);
  store<u8>(out, 0x80 + MAX_SHORT + bytes);
  writeLength(out + 1, size, bytes);
  return 1 + bytes;
}

export function writeString(out: usize, ptr: usize, size: usize): usize {
  const header = writeStringHeader(out, ptr, size);
  memory.copy(out + header, ptr, size);
  return header + size;
}

/** A hash as string: 0xa0 and its 32 bytes. */
@inline
export function writeHash(out: usize, hash: usize): usize {
  store<u8>(out, 0xa0);
  u256Copy(out + 1, hash);
  return 33;
}

/** Puts the header of a list of `size` payload bytes in front of `payload`; returns its place. */
export function prependListHeader(payload: usize, size: usize): usize {
  if (size <= MAX_SHORT) {
    store<u8>(payload - 1, 0xc0 + size);
    return payload - 1;
  }
  const bytes = lengthBytes(<u32>size);
  const start = payload - bytes - 1;
  store<u8>(start, 0xc0 + MAX_SHORT + bytes);
  writeLength(start + 1, size, bytes);
  return start;
}

/** The integer in `limbs` little-endian u64 at `ptr` as string, without leading zeros. */
function writeLimbs(out: usize, ptr: usize, limbs: i32): usize {
  let top = limbs - 1;
  while (top > 0 && load<u64>(ptr + (<usize>top << 3)) == 0) top--;
  const size = (<usize>top << 3) + 8 - (<usize>clz<u64>(load<u64>(ptr + (<usize>top << 3))) >> 3);
  if (size == 1 && load<u8>(ptr) < EMPTY_STRING) {
    store<u8>(out, load<u8>(ptr));
    return 1;
  }
  store<u8>(out++, 0x80 + size);
  let left = size;
  for (; (left & 7) != 0; left--) store<u8>(out++, load<u8>(ptr + left - 1));
  for (; left != 0; left -= 8, out += 8) store<u64>(out, bswap<u64>(load<u64>(ptr + left - 8)));
  return 1 + size;
}

/** A word as string. */
export function writeWord(out: usize, word: usize): usize {
  return writeLimbs(out, word, 4);
}

/** The u64 at `ptr` as string. */
export function writeU64(out: usize, ptr: usize): usize {
  return writeLimbs(out, ptr, 1);
}

/** An address (24 bytes of limbs at `address`) as string. */
export function writeAddress(out: usize, address: usize): usize {
  store<u8>(out, 0x80 + 20);
  store<u32>(out + 1, bswap<u32>(load<u32>(address, 16)));
  store<u64>(out + 5, bswap<u64>(load<u64>(address, 8)));
  store<u64>(out + 13, bswap<u64>(load<u64>(address)));
  return 21;
}
