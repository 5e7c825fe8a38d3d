/** 0x03: RIPEMD-160 (Yellow Paper, appendix E). The output has 32 bytes: 12 zeros, the digest. */
import { ripemd160 } from '../crypto/ripemd160';
import { linearGas } from './gas';

export function ripemd160Gas(revision: i32, inPtr: usize, inLen: usize): i64 {
  return linearGas(600, 120, inLen);
}

export function ripemd160Run(inPtr: usize, inLen: usize, outPtr: usize): i32 {
  ripemd160(outPtr + 12, inPtr, inLen);
  store<u64>(outPtr, 0);
  store<u32>(outPtr, 0, 8);
  return 32;
}
