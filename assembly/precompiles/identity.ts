/** 0x04: returns its input (Yellow Paper, appendix E). The output has `inLen` bytes. */
import { linearGas } from './gas';

export function identityGas(revision: i32, inPtr: usize, inLen: usize): i64 {
  return linearGas(15, 3, inLen);
}

export function identityRun(inPtr: usize, inLen: usize, outPtr: usize): i32 {
  memory.copy(outPtr, inPtr, inLen);
  return <i32>inLen;
}
