// What all workers do together: a job is a number of pieces, each claimed by one worker and run
// whole. Claiming is an atomic counter (memory/claim.ts), so the load balances itself; no result
// may depend on who runs which piece, nor on when.

import {
  JOB, JOB_GROUPS, JOB_KEYS, JOB_LEAVES, JOB_TRIES,
} from '../abi/memory-map';
import { goOnGroup, isGroupOpen, runGroup } from '../actors/groups';
import { claimPiece } from '../memory/claim';
import { beginEndlessSlice, beginSlice, isSpent, spend } from '../memory/slice';
import { runLeafPiece } from '../trie/leaf-pieces';
import { runTriePiece } from '../trie/pieces';
import { runKeyPiece } from '../trie/slot-keys';

/** What a piece other than a group takes (0.1 to 3 ms), in the time of gas. */
const PIECE_TIME: i64 = 250000;

/** For the time of so much gas: goes on with the group that has been begun, if there is one, then
 *  claims pieces and runs them. Returns whether some may be left, or one that has not ended. */
export function runPieces(mostGas: u32): bool {
  beginSlice(mostGas);
  if (isGroupOpen() && !goOnGroup()) return true;
  while (!isSpent()) {
    const piece = claimPiece();
    if (piece < 0) return false;
    runPiece(piece);
  }
  return true;
}

/** Returns whether it has ended: a group may not have, if the slice is spent. */
export function runPiece(index: u32): bool {
  const job = load<u32>(JOB);
  if (job == JOB_GROUPS) return runGroup(index);
  spend(PIECE_TIME);
  switch (job) {
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
  return true;
}

/** The whole of a piece. */
export function runWholePiece(index: u32): void {
  beginEndlessSlice();
  runPiece(index);
}
