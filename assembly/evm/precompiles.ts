// Precompiled contracts (Yellow Paper appendix E and later EIPs): gas of all, and the run of
// those that the core computes itself. Elliptic curves are computed by the host behind one
// import.

import { FAULT_EVM_MEMORY, FAULT_LIBRARY } from '../abi/memory-map';
import { REVISION_ISTANBUL } from '../abi/revision';
import { REV } from '../memory/context';
import { fault } from '../memory/heap';
import { MORE, isSpent, spend } from '../memory/slice';
import { blake2fGas, blake2fGoOn, blake2fRun } from '../precompiles/blake2f';
import { blsMsmGas } from '../precompiles/bls-gas';
import { identityGas, identityRun } from '../precompiles/identity';
import {
  modexpGas, modexpGoOn, modexpOutputBytes, modexpRun, modexpWorkBytes,
} from '../precompiles/modexp';
import { ripemd160Gas, ripemd160GoOn, ripemd160Run } from '../precompiles/ripemd160';
import { sha256Gas, sha256GoOn, sha256Run } from '../precompiles/sha256';
import { spareMemory } from './memory-regions';
import { returnPlace } from './return-data';

// @ts-ignore: decorator
@external("env", "precompile")
declare function hostPrecompile(number: u32, input: usize, size: u32, output: usize): i32;
/** In place of a number: go on with what has not ended. */
const GO_ON: u32 = 0;

/** In place of the gas left: it failed or could not be paid; `goOnPrecompile` is due. */
export const FAILED: i64 = -1;
export const NOT_ENDED: i64 = -2;

/** Output of the last precompile, where return data lies, and its size. */
export let PRECOMPILE_OUTPUT: usize = 0;
export let PRECOMPILE_OUTPUT_SIZE: u32 = 0;

// The precompile that runs, and the gas that it leaves.
let running: u32 = 0;
let input: usize = 0;
let size: u32 = 0;
let output: usize = 0;
let gasLeft: i64 = 0;

const LIBRARY_MISSING: i32 = -2;
/** The host computes up to 120 ns for a gas. */
const HOST_TIME_PER_GAS: i64 = 8;
/** Of a long computation it does 3 to 12 ms at once, which is all of a slice. */
const HOST_STEP_TIME: i64 = 1000000;
/** No engine has as many. */
const MOST_WORK_BYTES: i64 = 0xfff00000;

/** Runs precompile `number`; returns the gas left, or FAILED, or NOT_ENDED, if the slice is spent.
 *  Its input stays where it is until it has ended. */
export function runPrecompile(number: u32, inputPtr: usize, inputSize: u32, gas: i64): i64 {
  PRECOMPILE_OUTPUT = 0;
  PRECOMPILE_OUTPUT_SIZE = 0;
  const cost = gasOf(number, inputPtr, inputSize);
  if (cost > gas || cost < 0) return FAILED;
  running = number;
  input = inputPtr;
  size = inputSize;
  output = returnPlace(mostOutput());
  gasLeft = gas - cost;
  return conclude(run(cost));
}

/** Goes on with the precompile that has not ended; returns what `runPrecompile` does. */
export function goOnPrecompile(): i64 {
  return conclude(goOn());
}

function conclude(outputSize: i32): i64 {
  if (outputSize == MORE) return NOT_ENDED;
  if (outputSize < 0) return FAILED;
  PRECOMPILE_OUTPUT = output;
  PRECOMPILE_OUTPUT_SIZE = <u32>outputSize;
  return gasLeft;
}

function gasOf(number: u32, input: usize, size: u32): i64 {
  const istanbul = REV >= REVISION_ISTANBUL;
  switch (number) {
    case 0x01: return 3000;
    case 0x02: return sha256Gas(REV, input, size);
    case 0x03: return ripemd160Gas(REV, input, size);
    case 0x04: return identityGas(REV, input, size);
    case 0x05: return modexpGas(REV, input, size);
    case 0x06: return istanbul ? 150 : 500; // EIP-196, EIP-1108
    case 0x07: return istanbul ? 6000 : 40000;
    case 0x08: return pairingGas(<i64>(size / 192), istanbul); // EIP-197, EIP-1108
    case 0x09: return blake2fGas(REV, input, size);
    case 0x0a: return 50000; // EIP-4844
    case 0x0b: return 375; // EIP-2537
    case 0x0c: return blsMsmGas(size / 160, 12000, false);
    case 0x0d: return 600;
    case 0x0e: return blsMsmGas(size / 288, 22500, true);
    case 0x0f: return 37700 + 32600 * <i64>(size / 384);
    case 0x10: return 5500;
    case 0x11: return 23800;
    default: return 6900; // 0x100, EIP-7951
  }
}

function pairingGas(pairs: i64, istanbul: bool): i64 {
  return istanbul ? 45000 + 34000 * pairs : 100000 + 80000 * pairs;
}

/** Bytes that the output can have. */
function mostOutput(): u32 {
  if (running == 0x04) return size;
  return running == 0x05 ? modexpOutputBytes(input, size) : 0;
}

function run(cost: i64): i32 {
  switch (running) {
    case 0x02: return sha256Run(input, size, output);
    case 0x03: return ripemd160Run(input, size, output);
    case 0x04:
      spend(<i64>(size >> 3));
      return identityRun(input, size, output);
    case 0x05: {
      const needed = modexpWorkBytes(input, size);
      if (needed > MOST_WORK_BYTES) fault(FAULT_EVM_MEMORY, <u32>min<i64>(needed, u32.MAX_VALUE));
      const work = spareMemory(<u32>needed);
      return modexpRun(input, size, output, work, <usize>needed);
    }
    case 0x09: return blake2fRun(input, size, output);
    default:
      spend(HOST_TIME_PER_GAS * cost);
      return askHost(running);
  }
}

function goOn(): i32 {
  switch (running) {
    case 0x02: return sha256GoOn();
    case 0x03: return ripemd160GoOn();
    case 0x05: return modexpGoOn();
    case 0x09: return blake2fGoOn();
    default: return askHost(GO_ON);
  }
}

/** Begins a computation of the host's, or goes on with it. */
function askHost(number: u32): i32 {
  let outputSize = hostPrecompile(number, input, size, output);
  if (outputSize == LIBRARY_MISSING) fault(FAULT_LIBRARY, running);
  while (outputSize == MORE && !isSpent()) {
    outputSize = hostPrecompile(GO_ON, input, size, output);
    spend(HOST_STEP_TIME);
  }
  return outputSize;
}
