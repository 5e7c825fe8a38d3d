/**
 * The exponent of the running exponentiation: big-endian bytes. Globals, because every loop of an
 * exponentiation reads them; one runs at a time.
 */

/** Powers of the base that a table keeps: those of a nibble, of which 0 is not used. */
export const POWER_TABLE_ENTRIES: usize = 16;
/** Below this, squaring and multiplying bit by bit is cheaper than to fill the table. */
export const WINDOW_MIN_BITS: u64 = 40;

let exponentPtr: usize = 0;
let exponentLength: usize = 0;

/** Takes the `length` bytes at `ptr`, which must stay there. */
export function exponentSet(ptr: usize, length: usize): void {
  while (length > 0 && load<u8>(ptr) == 0) {
    ptr++;
    length--;
  }
  exponentPtr = ptr;
  exponentLength = length;
}

/** Number of bytes without leading zeros; 0 for the exponent 0. */
export function exponentBytes(): usize {
  return exponentLength;
}

/** Number of bits without leading zeros; 0 for the exponent 0. */
export function exponentBits(): u64 {
  if (exponentLength == 0) return 0;
  return (<u64>exponentLength << 3) - <u64>(clz<u32>(<u32>load<u8>(exponentPtr)) - 24);
}

/** Byte `index`, from the most significant one, which is not zero. */
@inline
export function exponentByte(index: usize): u32 {
  return <u32>load<u8>(exponentPtr + index);
}

/** Bit `index`, from the least significant one. */
@inline
export function exponentBit(index: u64): bool {
  const byte = exponentByte(exponentLength - 1 - <usize>(index >> 3));
  return ((byte >> (<u32>index & 7)) & 1) != 0;
}

/** Number of nibbles without leading zeros. */
export function exponentNibbles(): usize {
  return <usize>((exponentBits() + 3) >> 2);
}

/** Nibble `index`, from the most significant one, which is not zero. */
@inline
export function exponentNibble(index: usize): usize {
  const at = index + (exponentByte(0) < 16 ? 1 : 0);
  const byte = exponentByte(at >> 1);
  return <usize>((at & 1) == 0 ? byte >> 4 : byte & 15);
}
