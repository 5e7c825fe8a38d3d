/** Control flow: JUMP, JUMPI, and the ends of a frame (YP 50s, f0s). */
import { STATUS_OUT_OF_GAS } from '../../abi/status';
import { jumpTarget } from '../../decode/late-decoder';
import {
  CODE_SIZE, GAS, IP, JUMP_LIMIT, JUMP_TABLE, MEMORY, SP, setMachine,
} from '../../frames/frame';
import { u256High } from '../../u256/word';
import { haltFrame, returnFrame } from '../ends';
import { expand } from '../memory';

/** Block of the JUMPDEST at the position in the word at `target`; 0 if the jump table has none. */
@inline
export function knownTarget(target: usize): usize {
  const position = load<u64>(target);
  if ((u256High(target) | u64(position >= <u64>JUMP_LIMIT)) != 0) return 0;
  return <usize>load<u32>(JUMP_TABLE + (<usize>position << 2));
}

/** The same where knownTarget has none. 0 if there is no JUMPDEST. */
export function lateTarget(target: usize): usize {
  return u256High(target) != 0 || load<u64>(target) >= <u64>CODE_SIZE
    ? 0
    : jumpTarget(load<u32>(target));
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
