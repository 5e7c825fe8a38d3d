// Where a block begins and ends: the coordinator owns every account, and no other worker runs.

import {
  ABORT, BLOCK, BLOCK_GAS_USED, BLOCK_ROUND, ENV_COINBASE, ENV_COINBASE_ACCOUNT, FAULT,
  HAS_DELETED, IN_FLIGHT, WITNESS_COLLECTED, WORKERS, WORKER_ARENA, WORKER_FEES,
  WORKER_OLDEST_HASH, WORKER_SIZE, WORKER_TOUCHES,
} from '../abi/memory-map';
import { clearRoundLists } from '../actors/round-lists';
import { dropAllCode, shareCodeMemory } from '../decode/code-cache';
import { freeBlockMemory } from '../memory/heap';
import { freeLocks } from '../memory/lock';
import { relistSlabs } from '../memory/slabs';
import { isWorker } from '../memory/worker';
import { forgetDelivered } from '../messages/in-flight';
import { freeNodes } from '../nodes/node';
import { accountAt } from '../state/accounts';
import { beginStretch, clearBlockLogs, undoBlockLogs } from '../state/block-log';
import { becomeOwner } from '../state/owner';
import { renewStamps } from '../state/stamps';
import { sweep } from '../state/sweep';
import { forgetTables } from '../state/view';
import {
  dropWipedTries, forgetUpdate, restoreTries, undoWipes, updateTries,
} from '../trie/state-trie';
import { u256SetU64 } from '../u256/word';

/** What ends with a block is given back. */
function endBlockMemory(): void {
  freeBlockMemory();
  forgetDelivered();
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    forgetTables(load<u32>(worker, WORKER_ARENA));
  }
}

/** Between blocks: what was asked of the state has taken block-lived memory, and may have made
 * records of accounts that are not there. */
export function endReading(): void {
  freeLocks();
  sweep(false);
  endBlockMemory();
}

/** New stamps for block and round; the memory of the block before is free again. */
export function beginBlock(): void {
  renewStamps();
  store<u32>(BLOCK, load<u32>(BLOCK) + 1);
  store<u32>(BLOCK_ROUND, 0);
  store<u32>(IN_FLIGHT, 0);
  store<i64>(BLOCK_GAS_USED, 0);
  store<u32>(ABORT, 0);
  store<u32>(FAULT, 0);
  freeLocks();
  store<u32>(WITNESS_COLLECTED, 0);
  forgetUpdate();
  clearBlockLogs();
  beginStretch();
  endBlockMemory();
  shareCodeMemory();
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    store<u32>(worker, 0, WORKER_TOUCHES);
    store<u32>(worker, 0, WORKER_OLDEST_HASH);
    u256SetU64(worker + WORKER_FEES, 0);
  }
  clearRoundLists();
  becomeOwner();
  store<u32>(ENV_COINBASE_ACCOUNT, <u32>accountAt(ENV_COINBASE));
}

/** The block stays: the tries follow it, and its log is not needed any more. */
export function commitBlock(): void {
  updateTries();
  const hasDeleted = load<u32>(HAS_DELETED) != 0;
  if (hasDeleted) dropWipedTries();
  freeNodes();
  sweep(hasDeleted);
  clearBlockLogs();
}

/** The block stays, in an engine that never asks for a state root: its tries are not kept. */
export function commitWithoutTries(): void {
  sweep(load<u32>(HAS_DELETED) != 0);
  clearBlockLogs();
}

/** The block never was, whatever has happened in its middle. */
export function undoBlock(): void {
  freeLocks();
  relistSlabs();
  discardBlock();
  dropAllCode();
}

/** The same of a block that has come to its end, or between two transactions: only a look at what
 * it does was asked for. Decoded code is still good. */
export function discardBlock(): void {
  undoWipes();
  undoBlockLogs();
  restoreTries();
  freeNodes();
  sweep(true);
  clearBlockLogs();
  endBlockMemory();
}
