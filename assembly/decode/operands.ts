/**
 * Arguments of superinstructions that hold more than one number: the decoder packs them, the
 * interpreter takes them apart. Distances are from the top of the stack, in bytes.
 *
 *   comparison, jump           distance (10 bits) | distance (10) | bytes popped (12)
 *   pops, jump                 the same, with one distance
 *   … with an immediate        immediate (24 bits) | distance in words (8)
 *   field of a word            distance (16 bits) | number of the lowest bit (16)
 */

@inline
export function packOperands(first: u32, second: u32, popped: u32): u32 {
  return first | (second << 10) | (popped << 20);
}

@inline
export function firstOperand(argument: u32): usize {
  return argument & 0x3ff;
}

@inline
export function secondOperand(argument: u32): usize {
  return (argument >> 10) & 0x3ff;
}

@inline
export function poppedBytes(argument: u32): usize {
  return argument >> 20;
}

export const MOST_SMALL: u64 = 0xffffff;

@inline
export function packComparison(distance: u32, immediate: u32): u32 {
  return immediate | ((distance >> 5) << 24);
}

@inline
export function comparedWord(argument: u32): usize {
  return (argument >> 24) << 5;
}

@inline
export function smallImmediate(argument: u32): u64 {
  return argument & 0xffffff;
}

@inline
export function packField(distance: u32, bit: u32): u32 {
  return distance | (bit << 16);
}

@inline
export function fieldWord(argument: u32): usize {
  return argument & 0xffff;
}

@inline
export function fieldBit(argument: u32): u32 {
  return argument >> 16;
}
