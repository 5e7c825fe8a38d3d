// The loop of rounds (PROTOCOL 2), as far as one thread goes through it: the coordinator, which
// owns every account between rounds.
//
//   original block ─▶ round 0 ─▶ barrier ─▶ virtual block 1 ─▶ round 1 ─▶ barrier ─▶ … ─▶ ∅
//
// Rounds that are not worth waking others for run here whole, one after the other, so that most
// cost no step of the host's.

import {
  ABORT, BLOCK_GAS_LIMIT, BLOCK_GAS_USED, BLOCK_ROUND, FIRST_ROUND, GROUPS, IN_FLIGHT, LAST_ROUND,
  MAX_ROUNDS, NEXT_MESSAGES, NEXT_MESSAGE_COUNT, ROUND, WORKERS, WORKER_CREDITS, WORKER_EMITTED,
  WORKER_EMITTED_COUNT, WORKER_SIZE,
} from '../abi/memory-map';
import {
  ACCOUNT_CONSTRUCTED_ROUND, CREDIT_ACCOUNT, CREDIT_AMOUNT, CREDIT_NEXT, GROUP_GAS_USED,
  MESSAGE_CREATE, MESSAGE_FLAGS, MESSAGE_FROM_ACCOUNT, MESSAGE_GAS, MESSAGE_GAS_LEFT, MESSAGE_KIND,
  MESSAGE_KIND_CREDIT, MESSAGE_KIND_GROUP, MESSAGE_KIND_PRECOMPILE, MESSAGE_NEXT, MESSAGE_PARENT,
  MESSAGE_POSITION, MESSAGE_ROUND, MESSAGE_STATUS, MESSAGE_TO_ACCOUNT, MESSAGE_VALUE,
  ROUND_GAS_OFFERED, ROUND_GAS_USED, ROUND_GROUP_COUNT, ROUND_LARGEST_GAS, ROUND_MESSAGE_COUNT,
  ROUND_NEXT, ROUND_ORDER, ROUND_RUN_COUNT, ROUND_SIZE, TRACES_FRAMES,
} from '../abi/records';
import { STATUS_SUCCESS } from '../abi/status';
import { CREDIT_HEAD, addCredit, beginEffects } from '../frames/effects';
import { claimPiece } from '../memory/claim';
import { TRACING } from '../memory/context';
import { WORKER, allocateForBlock } from '../memory/heap';
import { beginSlice, isSpent, spend } from '../memory/slice';
import { isWorker } from '../memory/worker';
import { addDelivered, newDeliveredSet } from '../messages/in-flight';
import { clearJournal } from '../state/journal';
import { becomeOwner } from '../state/owner';
import { isActorRow } from '../precompiles/table';
import { addBalance, liveCode, precompileOf } from '../state/view';
import { traceCredit } from './activation';
import { orderForDelivery } from './delivery-order';
import { gainOfSharing, groupMessages } from './grouping';
import { runGroup } from './groups';
import { clearRoundLists } from './round-lists';

/** Round 0 will deliver these messages: u32 pointers in the order of the block. */
export function startRounds(messages: usize, count: u32): void {
  store<u32>(NEXT_MESSAGES, <u32>messages);
  store<u32>(NEXT_MESSAGE_COUNT, count);
  store<u32>(FIRST_ROUND, 0);
  store<u32>(LAST_ROUND, 0);
}

/** What a round and each of its messages take beside groups, about, in the time of gas. */
const ROUND_TIME: i64 = 1000;
const MESSAGE_TIME: i64 = 200;

/**
 * Begins the next round, and runs it and those that follow it on this thread alone, as long as none
 * is worth sharing, and for the time of `mostGas`.
 * @param leastGain what sharing a round must save, in work (grouping.ts); below 0: share every one
 * @param gasShare what part of their gas messages use, as a rule
 * @returns how many groups of a round that has begun are left for all threads, one that this thread
 *   has begun among them; then `endRound` is due. 0: there is no next round, or the time is over,
 *   or a reason to stop
 */
export function goOn(
  leastGain: f64, gasShare: f64, workers: u32, mostGas: u32, mostRounds: u32,
): u32 {
  beginSlice(mostGas);
  for (let round: u32 = 0; round < mostRounds && !isOver() && !isSpent(); round++) {
    const messages = load<u32>(NEXT_MESSAGE_COUNT);
    const groups = beginRound();
    if (groups > 0 && gainOfSharing(groups, gasShare, workers) > leastGain) {
      return groups;
    }
    let piece = claimPiece();
    while (piece >= 0) {
      const hasEnded = runGroup(<u32>piece);
      const left = groups - <u32>piece - (hasEnded ? 1 : 0);
      if (left > 0 && isSpent()) return left;
      piece = claimPiece();
    }
    if (isStopped()) return 0;
    endRound();
    spend(ROUND_TIME + MESSAGE_TIME * <i64>messages);
  }
  return 0;
}

/** There is a round 0 in any case. */
function isOver(): bool {
  if (load<u32>(LAST_ROUND) == 0) return false;
  return load<u32>(NEXT_MESSAGE_COUNT) == 0 || load<u32>(BLOCK_ROUND) + 1 >= load<u32>(MAX_ROUNDS);
}

/** The host finds the reason. */
function isStopped(): bool {
  return load<u32>(ABORT) != 0 || load<u64>(BLOCK_GAS_USED) > load<u64>(BLOCK_GAS_LIMIT);
}

// ---- the beginning of a round -----------------------------------------------------------------

/** Fresh stamp, empty lists, groups that can be claimed. Returns how many. The record's memory is
 * that of an earlier block: every field is written that is read. */
function beginRound(): u32 {
  const messages = <usize>load<u32>(NEXT_MESSAGES);
  const count = load<u32>(NEXT_MESSAGE_COUNT);
  const last = <usize>load<u32>(LAST_ROUND);
  const isOriginal = last == 0;
  const record = allocateForBlock(ROUND_SIZE);
  store<u32>(record, 0, ROUND_NEXT);
  store<u32>(record, <u32>messages, ROUND_ORDER);
  store<u32>(record, count, ROUND_MESSAGE_COUNT);
  store<f64>(record, 0, ROUND_GAS_OFFERED);
  if (isOriginal) store<u32>(FIRST_ROUND, <u32>record);
  else store<u32>(last, <u32>record, ROUND_NEXT);
  store<u32>(LAST_ROUND, <u32>record);
  store<u32>(ROUND, load<u32>(ROUND) + 1);
  store<u32>(BLOCK_ROUND, isOriginal ? 0 : load<u32>(BLOCK_ROUND) + 1);
  clearRoundLists();
  becomeOwner();
  const runs = classify(messages, count, isOriginal, record);
  const groups = groupMessages(messages, count, runs, !isOriginal);
  store<u32>(record, groups, ROUND_GROUP_COUNT);
  return groups;
}

/** Decides how each message is delivered, settles those that run nothing, and notes which pairs are
 *  in flight. Returns the number of stretches to one recipient that run code. */
function classify(messages: usize, count: u32, isOriginal: bool, record: usize): u32 {
  beginEffects(0);
  if (isOriginal) markConstructed(messages, count);
  const round = load<u32>(BLOCK_ROUND);
  let set: usize = 0;
  let stretches: u32 = 0;
  let runs: u32 = 0;
  let recipient: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + (<usize>i << 2));
    store<u32>(message, round, MESSAGE_ROUND);
    store<u32>(message, i, MESSAGE_POSITION);
    const from = <usize>load<u32>(message, MESSAGE_FROM_ACCOUNT);
    const to = <usize>load<u32>(message, MESSAGE_TO_ACCOUNT);
    if (liveCode(from) != 0 || load<u32>(message, MESSAGE_PARENT) != 0) {
      if (set == 0) set = newDeliveredSet(count);
      addDelivered(set, from, to);
    }
    const kind = kindOf(to);
    store<u32>(message, kind, MESSAGE_KIND);
    if (kind == MESSAGE_KIND_CREDIT) {
      settleCredit(message, to);
      continue;
    }
    runs++;
    if (to != recipient) stretches++;
    recipient = to;
  }
  store<u32>(IN_FLIGHT, <u32>set);
  store<u32>(WORKER, <u32>CREDIT_HEAD, WORKER_CREDITS);
  store<u32>(record, runs, ROUND_RUN_COUNT);
  return stretches;
}

function markConstructed(messages: usize, count: u32): void {
  const round = load<u32>(ROUND);
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + (<usize>i << 2));
    if ((load<u32>(message, MESSAGE_FLAGS) & MESSAGE_CREATE) == 0) continue;
    store<u32>(<usize>load<u32>(message, MESSAGE_TO_ACCOUNT), round, ACCOUNT_CONSTRUCTED_ROUND);
  }
}

/** Depends on the recipient alone, so that all of its messages are delivered in one way. */
function kindOf(to: usize): u32 {
  const row = precompileOf(to);
  if (row != 0) return isActorRow(row) ? MESSAGE_KIND_GROUP : MESSAGE_KIND_PRECOMPILE;
  if (liveCode(to) != 0) return MESSAGE_KIND_GROUP;
  return load<u32>(to, ACCOUNT_CONSTRUCTED_ROUND) == load<u32>(ROUND)
    ? MESSAGE_KIND_GROUP : MESSAGE_KIND_CREDIT;
}

/** A recipient without code: the message runs nothing and succeeds, its value is a credit. */
function settleCredit(message: usize, to: usize): void {
  store<u32>(message, STATUS_SUCCESS, MESSAGE_STATUS);
  store<i64>(message, load<i64>(message, MESSAGE_GAS), MESSAGE_GAS_LEFT);
  if ((TRACING & TRACES_FRAMES) != 0) traceCredit(message);
  addCredit(to, message + MESSAGE_VALUE);
}

// ---- the barrier ------------------------------------------------------------------------------

/** After all groups of the round have been run: credits, then what was emitted becomes the next
 *  virtual block. */
export function endRound(): void {
  becomeOwner();
  sumGas();
  applyCredits();
  collectEmitted();
}

function sumGas(): void {
  const record = <usize>load<u32>(LAST_ROUND);
  const end = load<u32>(GROUPS) + (load<u32>(record, ROUND_GROUP_COUNT) << 2);
  let sum: u64 = 0;
  let largest: u64 = 0;
  for (let at = load<u32>(GROUPS); at < end; at += 4) {
    const gas = load<u64>(<usize>load<u32>(at), GROUP_GAS_USED);
    sum += gas;
    largest = max(largest, gas);
  }
  store<u64>(record, sum, ROUND_GAS_USED);
  store<u64>(record, largest, ROUND_LARGEST_GAS);
}

/** Every worker's credits of the round. Sums commute, so the order does not matter. */
function applyCredits(): void {
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    let credit = <usize>load<u32>(worker, WORKER_CREDITS);
    while (credit != 0) {
      clearJournal();
      addBalance(load<u32>(credit, CREDIT_ACCOUNT), credit + CREDIT_AMOUNT);
      credit = load<u32>(credit, CREDIT_NEXT);
    }
  }
}

/** From lists that are in no particular order. */
function collectEmitted(): void {
  let count: u32 = 0;
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    count += load<u32>(worker, WORKER_EMITTED_COUNT);
  }
  const messages = allocateForBlock(count << 2);
  // The newest of a worker's is the first of its list.
  let at = messages + (<usize>count << 2);
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    let message = load<u32>(worker, WORKER_EMITTED);
    while (message != 0) {
      at -= 4;
      store<u32>(at, message);
      message = load<u32>(message, MESSAGE_NEXT);
    }
  }
  orderForDelivery(messages, count);
  store<u32>(NEXT_MESSAGES, <u32>messages);
  store<u32>(NEXT_MESSAGE_COUNT, count);
}
