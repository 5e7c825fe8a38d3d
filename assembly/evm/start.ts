// The first instruction of a frame, and the next one of a frame that has waited for a callee: code
// is decoded as far as it runs (late-decoder.ts). Initcode is so for one run, where its creator
// keeps it.

import { CODE_BYTES, CODE_LENGTH, CODE_NUMBER } from '../abi/records';
import { beginCode, blockOf, enterAgain, enterCode, firstBlock } from '../decode/late-decoder';
import { DECODED, GAS, SP, STACK_BASE, setCode, setMachine } from '../frames/frame';
import { FRAME, FRAME_JUMP_TABLE, FRAME_POSITION } from '../frames/frames';

/** Point the globals at the beginning of a code record; the stack is empty. */
export function startCode(record: usize, gas: i64): void {
  setCode(load<u32>(record, CODE_BYTES), load<u32>(record, CODE_LENGTH));
  enterCode(load<u32>(record, CODE_NUMBER));
  setMachine(firstBlock(), STACK_BASE, gas);
}

/** The same of initcode. */
export function startInitcode(code: usize, size: u32, gas: i64): void {
  setCode(code, size);
  beginCode(0);
  setMachine(blockOf(0), STACK_BASE, gas);
}

/** A frame goes on. If its decoded code was dropped meanwhile, it does at the instruction where it
 * waited. */
@inline
export function resumeCode(): void {
  if (DECODED == 0) decodeAgain();
}

function decodeAgain(): void {
  const position = load<u32>(FRAME, FRAME_POSITION);
  enterAgain(load<u32>(FRAME, FRAME_JUMP_TABLE));
  setMachine(blockOf(position), SP, GAS);
}
