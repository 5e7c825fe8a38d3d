// What all workers do together: a job is a number of pieces, each claimed by one worker and run
// whole. Claiming is an atomic counter, so the load balances itself; no result may depend on who
// runs which piece, nor on when.

import {
  ABORT, JOB, JOB_GROUPS, JOB_KEYS, JOB_LEAVES, JOB_TRIES, NEXT_PIECE, PIECE_COUNT, WORKER_GAS_RUN,
} from "../abi/memory-map";
import { WORKER } from "../state/heap";
import { runGroup } from "./groups";
import { runLeafPiece } from "../trie/leaf-pieces";
import { runTriePiece } from "../trie/pieces";
import { runKeyPiece } from "../trie/slot-keys";

/** Index of a piece that is now this worker's, or -1: none is left, or everybody shall stop. */
export function claimPiece(): i32 {
  if (atomic.load<u32>(ABORT) != 0) return -1;
  const index = atomic.add<u32>(NEXT_PIECE, 1);
  return index < load<u32>(PIECE_COUNT) ? <i32>index : -1;
}

/** What a piece takes at least, about, in the time of gas. */
const GAS_PER_PIECE: u64 = 1000;

/** Claims pieces and runs them, until none is left or they have taken the time of so much gas.
 *  Returns whether some may be left. */
export function runPieces(mostGas: u32): bool {
  const start = load<u64>(WORKER, WORKER_GAS_RUN);
  let gas: u64 = 0;
  do {
    const piece = claimPiece();
    if (piece < 0) return false;
    runPiece(piece);
    gas += GAS_PER_PIECE;
  } while (gas + load<u64>(WORKER, WORKER_GAS_RUN) - start < mostGas);
  return true;
}

export function runPiece(index: u32): void {
  switch (load<u32>(JOB)) {
    case JOB_GROUPS:
      runGroup(index);
      break;
    case JOB_KEYS:
      runKeyPiece(index);
      break;
    case JOB_TRIES:
      runTriePiece(index);
      break;
    case JOB_LEAVES:
      runLeafPiece(index);
      break;
    default:
      unreachable();
  }
}
