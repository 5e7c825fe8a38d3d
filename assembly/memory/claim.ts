// A job is a number of pieces (block/jobs.ts), each claimed by one worker.

import { ABORT, NEXT_PIECE, PIECE_COUNT } from '../abi/memory-map';

/** Index of a piece that is now this worker's, or -1: none is left, or everybody shall stop. */
export function claimPiece(): i32 {
  if (atomic.load<u32>(ABORT) != 0) return -1;
  const index = atomic.add<u32>(NEXT_PIECE, 1);
  return index < load<u32>(PIECE_COUNT) ? <i32>index : -1;
}
