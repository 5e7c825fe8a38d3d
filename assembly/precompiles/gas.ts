/**
 * What the native contracts share. Each has two functions:
 *
 *   xGas(inPtr, inLen): i64   its price; OUT_OF_ANY_GAS if no amount of gas would do
 *   xRun(inPtr, inLen, outPtr, workPtr, workBytes): i32   length of the output, or FAILED
 *
 * and, where it needs them,
 *
 *   xGoOn(): i32   the same, where xRun or xGoOn has said MORE since the slice was spent
 *   xOutputBytes(inPtr, inLen), xWorkBytes(inPtr, inLen): i64   room that xRun must have
 *
 * A failed call consumes all its gas. Input and output must not overlap, unless a contract says
 * otherwise; `outPtr` has room for the output the contract's comment states.
 */
export const OUT_OF_ANY_GAS: i64 = i64.MAX_VALUE;
export const FAILED: i32 = -1;

/** A price per word of 32 bytes, begun words counted whole, on top of a base. */
@inline
export function linearGas(base: i64, perWord: i64, inLen: usize): i64 {
  return base + perWord * ((<i64>inLen + 31) >> 5);
}
