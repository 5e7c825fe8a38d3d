/**
 * 0x09: the compression function of BLAKE2b (EIP-152). The output has 64 bytes.
 *
 *   offset  0  rounds, u32 big-endian
 *           4  h, 8 u64 little-endian
 *          68  m, 16 u64 little-endian
 *         196  t, 2 u64 little-endian
 *         212  final block indicator, 0 or 1
 */
import { blake2bBegin, blake2bFinish, blake2bRounds } from '../crypto/blake2b';
import { MORE, isSpent, spend } from '../memory/slice';
import { FAILED } from './gas';

const INPUT_SIZE: usize = 213;
/** Rounds between two looks at the slice, 0.1 ms, and their time in that of gas. */
const ROUNDS_A_STEP: u32 = 8192;
const STEP_TIME: i64 = 50000;

let input: usize = 0;
let output: usize = 0;
let roundsLeft: u32 = 0;

/** One gas a round. An input of any other size fails, whatever it pays. */
export function blake2fGas(inPtr: usize, inLen: usize): i64 {
  return inLen == INPUT_SIZE ? <i64>bswap<u32>(load<u32>(inPtr)) : 0;
}

export function blake2fRun(
  inPtr: usize, inLen: usize, outPtr: usize, _work: usize, _workBytes: usize,
): i32 {
  if (inLen != INPUT_SIZE) return FAILED;
  const final = load<u8>(inPtr, 212);
  if (final > 1) return FAILED;
  input = inPtr;
  output = outPtr;
  roundsLeft = bswap<u32>(load<u32>(inPtr));
  blake2bBegin(inPtr + 4, load<u64>(inPtr, 196), load<u64>(inPtr, 204), final != 0);
  return blake2fGoOn();
}

export function blake2fGoOn(): i32 {
  while (roundsLeft > ROUNDS_A_STEP) {
    blake2bRounds(input + 68, ROUNDS_A_STEP);
    roundsLeft -= ROUNDS_A_STEP;
    spend(STEP_TIME);
    if (isSpent()) return MORE;
  }
  blake2bRounds(input + 68, roundsLeft);
  blake2bFinish(output, input + 4);
  return 64;
}
