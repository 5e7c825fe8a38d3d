/** Control flow: JUMP, JUMPI, and the ends of a frame (YP 50s, f0s). */
import { STATUS_OUT_OF_GAS } from '../../abi/status';
import { u256High } from '../../u256/word';
import { haltFrame, returnFrame } from '../ends';
import { CODE_SIZE, GAS, IP, JUMP_TABLE, MEMORY, SP, setMachine } from '../frame';
import { destinationAt } from '../late-decoder';
import { expand } from '../memory';
import { blockAt } from '../stream';

/** Record of the JUMPDEST at the position in the word at `target`; 0 if none is decoded there. */
@inline
export function knownTarget(target: usize): usize {
  const position = load<u64>(target);
  if ((u256High(target) | u64(position >= <u64>CODE_SIZE)) != 0) return 0;
  return blockAt(JUMP_TABLE, <u32>position);
}

/** The same where knownTarget has none: decodes it. 0 if there is no JUMPDEST. */
export function lateTarget(target: usize): usize {
  return u256High(target) != 0 || load<u64>(target) >= <u64>CODE_SIZE
    ? 0
    : destinationAt(load<u32>(target));
}

/** RETURN and REVERT: offset at SP and size above it say what the frame returns. */
export function endFrame(status: u32): void {
  const cost = expand(SP, SP + 32, GAS);
  if (cost > GAS) {
    haltFrame(STATUS_OUT_OF_GAS);
    return;
  }
  const size = load<u32>(SP, 32);
  // The offset of nothing may be anything.
  const data = size == 0 ? MEMORY : MEMORY + load<u32>(SP);
  setMachine(IP, SP + 64, GAS - cost);
  returnFrame(status, data, size);
}
