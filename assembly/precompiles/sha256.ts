/** 0x02: SHA-256 (Yellow Paper, appendix E). The output has 32 bytes. */
import { sha256 } from '../crypto/sha256';
import { linearGas } from './gas';

export function sha256Gas(revision: i32, inPtr: usize, inLen: usize): i64 {
  return linearGas(60, 12, inLen);
}

export function sha256Run(inPtr: usize, inLen: usize, outPtr: usize): i32 {
  sha256(outPtr, inPtr, inLen);
  return 32;
}
