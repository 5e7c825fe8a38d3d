/**
 * The exponent of the running exponentiation: big-endian bytes. Globals, because every loop of an
 * exponentiation reads them; one runs at a time.
 */
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
