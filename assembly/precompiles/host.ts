// What the host computes, behind one import: libraries of curves.

import { FAULT_LIBRARY } from '../abi/memory-map';
import { fault } from '../memory/heap';
import { MORE, isSpent, spend } from '../memory/slice';

// @ts-ignore: decorator
@external("env", "precompile")
declare function hostPrecompile(what: u32, input: usize, size: u32, output: usize): i32;
/** In place of an address: go on with what has not ended. */
const GO_ON: u32 = 0;

const LIBRARY_MISSING: i32 = -2;
/** The host computes up to 120 ns for a gas. */
export const HOST_TIME_PER_GAS: i64 = 8;
/** Of a long computation it does 3 to 12 ms at once, which is all of a slice. */
const HOST_STEP_TIME: i64 = 1000000;

// The running call.
let address: u32 = 0;
let input: usize = 0;
let size: u32 = 0;
let output: usize = 0;

/** Begins a computation whose price, `gas`, has been paid. */
export function hostRun(
  which: u32, gas: i64, inPtr: usize, inLen: usize, outPtr: usize,
): i32 {
  address = which;
  input = inPtr;
  size = <u32>inLen;
  output = outPtr;
  spend(HOST_TIME_PER_GAS * gas);
  return ask(address);
}

/** One that an embedder has added, which ends at once (abi/custom-precompile.ts). */
export function hostCustom(id: u32, inPtr: usize, inLen: u32, call: usize): i32 {
  return hostPrecompile(id, inPtr, inLen, call);
}

export function hostGoOn(): i32 {
  return ask(GO_ON);
}

function ask(what: u32): i32 {
  let outputSize = hostPrecompile(what, input, size, output);
  if (outputSize == LIBRARY_MISSING) fault(FAULT_LIBRARY, address);
  while (outputSize == MORE && !isSpent()) {
    outputSize = hostPrecompile(GO_ON, input, size, output);
    spend(HOST_STEP_TIME);
  }
  return outputSize;
}
