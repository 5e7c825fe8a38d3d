/**
 * Keys as sequences of nibbles, the high one of each byte first. Everywhere in the tries a nibble
 * is counted from the root, never from the node: so nothing shifts when nodes split or merge.
 */

/** Nibbles in a key of 32 bytes: the depth at which a leaf ends. */
export const KEY_NIBBLES: u32 = 64;

@inline
export function nibbleAt(key: usize, index: u32): u32 {
  const byte = <u32>load<u8>(key + (index >> 1));
  return (byte >> ((~index & 1) << 2)) & 15;
}

/** The first nibble in from…to-1 in which the keys differ, or `to`. */
export function firstDifference(a: usize, b: usize, from: u32, to: u32): u32 {
  while (from < to && nibbleAt(a, from) == nibbleAt(b, from)) from++;
  return from;
}

@inline
export function setNibble(key: usize, index: u32, nibble: u32): void {
  const at = key + (index >> 1);
  const shift = (~index & 1) << 2;
  store<u8>(at, (<u32>load<u8>(at) & (0xf0 >> shift)) | (nibble << shift));
}

/**
 * Writes the nibbles from…to-1 of the key as an RLP string in hex-prefix form (YP appendix C) and
 * returns its size. The path is of at most 108 nibbles, so that its header is one byte.
 */
export function writePath(out: usize, key: usize, from: u32, to: u32, isLeaf: bool): usize {
  const size: usize = ((to - from) >> 1) + 1;
  let at = out;
  // A single byte is below 0x40 here, hence its own RLP.
  if (size > 1) store<u8>(at++, 0x80 + size);
  const flag: u32 = isLeaf ? 0x20 : 0;
  if (((to - from) & 1) != 0) {
    store<u8>(at++, flag | 0x10 | nibbleAt(key, from));
    from++;
  } else {
    store<u8>(at++, flag);
  }
  // Most paths end with a byte of the key, as those of all leaves do.
  if ((to & 1) == 0) {
    copyBytes(at, key + (from >> 1), (to - from) >> 1);
    return at + ((to - from) >> 1) - out;
  }
  for (; from < to; from += 2) {
    store<u8>(at++, (nibbleAt(key, from) << 4) | nibbleAt(key, from + 1));
  }
  return at - out;
}

/** A few dozen bytes: for so many, memory.copy takes longer to begin than this to end. */
@inline
export function copyBytes(out: usize, from: usize, size: usize): void {
  let i: usize = 0;
  for (; i + 8 <= size; i += 8) store<u64>(out + i, load<u64>(from + i));
  for (; i < size; i++) store<u8>(out + i, load<u8>(from + i));
}
