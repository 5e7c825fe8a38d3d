/** 0x04: returns its input (Yellow Paper, appendix E). The output has `inLen` bytes. */
import { spend } from '../memory/slice';
import { linearGas } from './gas';

export function identityGas(_inPtr: usize, inLen: usize): i64 {
  return linearGas(15, 3, inLen);
}

export function identityOutputBytes(_inPtr: usize, inLen: usize): i64 {
  return <i64>inLen;
}

export function identityRun(
  inPtr: usize, inLen: usize, outPtr: usize, _work: usize, _workBytes: usize,
): i32 {
  spend(<i64>(inLen >> 3));
  memory.copy(outPtr, inPtr, inLen);
  return <i32>inLen;
}
