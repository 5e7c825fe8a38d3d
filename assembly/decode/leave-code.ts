// Before a worker drops its decoded code, frames that wait for a callee note where they are in the
// code itself; evm/start.ts goes on from there.

import { ARENA_FRAMES } from '../abi/memory-map';
import {
  FRAME, FRAME_DECODED, FRAME_JUMP_TABLE, FRAME_POSITION, FRAME_SIZE,
} from '../frames/frames';
import { ARENA } from '../memory/heap';
import { DECODED_NUMBER, RECORD_ARGUMENT, RECORD_SIZE } from './stream';

/** All that the worker has decoded is about to be dropped. */
export function leaveDecodedCode(): void {
  for (let frame = ARENA + ARENA_FRAMES; frame < FRAME; frame += FRAME_SIZE) {
    const decoded = <usize>load<u32>(frame, FRAME_DECODED);
    if (decoded == 0) continue;
    const next = <usize>load<u32>(frame);
    store<u32>(frame, load<u32>(next - RECORD_SIZE, RECORD_ARGUMENT), FRAME_POSITION);
    store<u32>(frame, load<u32>(decoded, DECODED_NUMBER), FRAME_JUMP_TABLE);
    store<u32>(frame, 0, FRAME_DECODED);
  }
}
