// What all workers do together: a job is a number of pieces, each claimed by one worker and run
// whole. Claiming is an atomic counter, so the load balances itself; no result may depend on who
// runs which piece, nor on when.

import {
  ABORT, JOB, JOB_ADMISSION, JOB_ENDS, JOB_GROUPS, JOB_KEYS, JOB_SETTLEMENT, JOB_TRANSACTIONS,
  JOB_TRIES, NEXT_PIECE, PIECE_COUNT,
} from "../abi/memory-map";
import { admitEach, settleEach } from "./coordinator";
import { runGroup } from "./groups";
import { runTriePiece } from "../trie/pieces";
import { runKeyPiece } from "../trie/slot-keys";

/** Index of a piece that is now this worker's, or -1: none is left, or everybody shall stop. */
export function claimPiece(): i32 {
  if (atomic.load<u32>(ABORT) != 0) return -1;
  const index = atomic.add<u32>(NEXT_PIECE, 1);
  return index < load<u32>(PIECE_COUNT) ? <i32>index : -1;
}

export function runPiece(index: u32): void {
  switch (load<u32>(JOB)) {
    case JOB_GROUPS:
      runGroup(index);
      break;
    case JOB_ADMISSION:
      admitEach(pieceStart(index), pieceEnd(index));
      break;
    case JOB_SETTLEMENT:
      settleEach(pieceStart(index), pieceEnd(index));
      break;
    case JOB_KEYS:
      runKeyPiece(index);
      break;
    case JOB_TRIES:
      runTriePiece(index);
      break;
    default:
      unreachable();
  }
}

/** Pieces of transactions lie one after the other. */
function pieceStart(index: u32): usize {
  return index == 0 ? <usize>load<u32>(JOB_TRANSACTIONS) : pieceEnd(index - 1);
}

function pieceEnd(index: u32): usize {
  const end = load<u32>(<usize>load<u32>(JOB_ENDS) + (<usize>index << 2));
  return <usize>load<u32>(JOB_TRANSACTIONS) + (<usize>end << 2);
}
