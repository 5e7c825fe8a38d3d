/** 0x03: RIPEMD-160 (Yellow Paper, appendix E). The output has 32 bytes: 12 zeros, the digest. */
import { ripemd160Absorb, ripemd160Begin, ripemd160Finish } from '../crypto/ripemd160';
import { MORE, isSpent, spend } from '../memory/slice';
import { linearGas } from './gas';

/** Blocks between two looks at the slice, 0.2 ms, and their time in that of gas. */
const BLOCKS_A_STEP: usize = 256;
const STEP_TIME: i64 = 100000;

let output: usize = 0;

export function ripemd160Gas(_inPtr: usize, inLen: usize): i64 {
  return linearGas(600, 120, inLen);
}

export function ripemd160Run(
  inPtr: usize, inLen: usize, outPtr: usize, _work: usize, _workBytes: usize,
): i32 {
  output = outPtr;
  ripemd160Begin(inPtr, inLen);
  return ripemd160GoOn();
}

export function ripemd160GoOn(): i32 {
  while (!ripemd160Absorb(BLOCKS_A_STEP)) {
    spend(STEP_TIME);
    if (isSpent()) return MORE;
  }
  ripemd160Finish(output + 12);
  store<u64>(output, 0);
  store<u32>(output, 0, 8);
  return 32;
}
