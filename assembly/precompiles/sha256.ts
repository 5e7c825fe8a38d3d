/** 0x02: SHA-256 (Yellow Paper, appendix E). The output has 32 bytes. */
import { sha256Absorb, sha256Begin, sha256Finish } from '../crypto/sha256';
import { MORE, isSpent, spend } from '../memory/slice';
import { linearGas } from './gas';

/** Blocks between two looks at the slice, 0.1 ms, and their time in that of gas. */
const BLOCKS_A_STEP: usize = 256;
const STEP_TIME: i64 = 50000;

let output: usize = 0;

export function sha256Gas(_inPtr: usize, inLen: usize): i64 {
  return linearGas(60, 12, inLen);
}

export function sha256Run(
  inPtr: usize, inLen: usize, outPtr: usize, _work: usize, _workBytes: usize,
): i32 {
  output = outPtr;
  sha256Begin(inPtr, inLen);
  return sha256GoOn();
}

export function sha256GoOn(): i32 {
  while (!sha256Absorb(BLOCKS_A_STEP)) {
    spend(STEP_TIME);
    if (isSpent()) return MORE;
  }
  sha256Finish(output);
  return 32;
}
