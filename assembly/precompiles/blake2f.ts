/**
 * 0x09: the compression function of BLAKE2b (EIP-152). The output has 64 bytes.
 *
 *   offset  0  rounds, u32 big-endian
 *           4  h, 8 u64 little-endian
 *          68  m, 16 u64 little-endian
 *         196  t, 2 u64 little-endian
 *         212  final block indicator, 0 or 1
 */
import { blake2bCompress } from '../crypto/blake2b';
import { FAILED } from './gas';

const INPUT_SIZE: usize = 213;

/** One gas a round. An input of any other size fails, whatever it pays. */
export function blake2fGas(revision: i32, inPtr: usize, inLen: usize): i64 {
  return inLen == INPUT_SIZE ? <i64>bswap<u32>(load<u32>(inPtr)) : 0;
}

export function blake2fRun(inPtr: usize, inLen: usize, outPtr: usize): i32 {
  if (inLen != INPUT_SIZE) return FAILED;
  const final = load<u8>(inPtr, 212);
  if (final > 1) return FAILED;
  const rounds = bswap<u32>(load<u32>(inPtr));
  const t0 = load<u64>(inPtr, 196);
  const t1 = load<u64>(inPtr, 204);
  blake2bCompress(outPtr, inPtr + 4, inPtr + 68, t0, t1, final != 0, rounds);
  return 64;
}
