// What the coordinator does alone, when it owns every account: beginning and end of every block,
// admission and settlement. Its steps between rounds are in rounds.ts.

import {
  ABORT, BLOCK, BLOCK_GAS_USED, BLOCK_ROUND, ENV_BASE_FEE, ENV_COINBASE, ENV_COINBASE_ACCOUNT,
  FAULT, HAS_DELETED, IN_FLIGHT, LOCK_ACCOUNTS, LOCK_CODES, LOCK_FREE, LOCK_PAGES, LOCK_PARTIAL,
  WITNESS_COLLECTED, WORKERS, WORKER_ARENA, WORKER_FEES, WORKER_OLDEST_HASH, WORKER_SIZE,
  WORKER_TOUCHES,
} from "../abi/memory-map";
import {
  ACCOUNT_LIVE, MESSAGE_CREATE, MESSAGE_DATA, MESSAGE_DATA_SIZE, MESSAGE_FLAGS, MESSAGE_GAS,
  MESSAGE_TX, TX_AUTHORIZATION_REFUND, TX_DATA, TX_DATA_SIZE, TX_FLOOR_GAS, TX_GAS_FINAL,
  TX_GAS_LIMIT, TX_GAS_PRICE, TX_GAS_USED, TX_INTRINSIC_GAS, TX_IS_CREATE, TX_MESSAGE, TX_NONCE,
  TX_REFUND, TX_SENDER_ACCOUNT, TX_SIZE, TX_STATUS, TX_TO, TX_VALUE,
} from "../abi/records";
import { ADMITTED } from "../abi/status";
import { REVISION_LONDON, REVISION_SPURIOUS } from "../abi/revision";
import { SCRATCH, SCRATCH_EVM } from "../scratch";
import { accountAt } from "../state/accounts";
import { beginStretch, clearBlockLogs, undoBlockLogs } from "../state/block-log";
import { REV, nextEpoch, ownAll, refreshContext } from "../state/context";
import { WORKER, freeBlockMemory } from "../state/heap";
import { clearJournal } from "../state/journal";
import { relistSlabs } from "../state/slabs";
import { renewStamps } from "../state/stamps";
import { sweep } from "../state/sweep";
import {
  addBalance, clearBalance, forgetTables, isEmptyView, liveBalance, liveExists, warmFromStart,
} from "../state/view";
import { u256Add, u256Sub } from "../u256/add";
import { u256Copy, u256IsZero, u256SetU64 } from "../u256/word";
import { authorize, charge, check, scale } from "./admission";
import { createAddress } from "./creates";
import { deleteAccount } from "./deletion";
import { dropAllCode, shareCodeMemory } from "./code-cache";
import { forgetDelivered, newMessage } from "./messages";
import { clearRoundLists, isWorker } from "./round-lists";
import { freeNodes } from "../trie/node";
import {
  dropWipedTries, forgetUpdate, restoreTries, undoWipes, updateTries,
} from "../trie/state-trie";

const AMOUNT: usize = SCRATCH_EVM + 832;

/** The coordinator acts: it owns everything, and its journal is not needed. */
export function act(): void {
  refreshContext();
  ownAll();
  clearJournal();
}

/** Whoever held one has ended. */
export function freeLocks(): void {
  store<u32>(LOCK_PAGES, 0);
  store<u32>(LOCK_ACCOUNTS, 0);
  store<u32>(LOCK_CODES, 0);
  store<u32>(LOCK_FREE, 0);
  store<u32>(LOCK_PARTIAL, 0);
}

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
  act();
  store<u32>(ENV_COINBASE_ACCOUNT, <u32>accountAt(ENV_COINBASE));
}

/** Admits transactions, which lie one after the other, until one is refused; tells how many that
 *  are: TX_STATUS of the next one says why. */
export function admitEach(first: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    if (admit(first + <usize>i * TX_SIZE) != ADMITTED) return i;
  }
  return count;
}

/** Admission (PROTOCOL 2.1): check, debit, bump, authorize; message 0 of the transaction's tree. */
function admit(tx: usize): u32 {
  act();
  nextEpoch();
  warmFromStart(0);
  // What is used counts, not limits: PROTOCOL 2
  const verdict = check(tx, u64.MAX_VALUE);
  store<u32>(tx, verdict, TX_STATUS);
  if (verdict != ADMITTED) return verdict;
  charge(tx, true);
  authorize(tx);
  const sender = <usize>load<u32>(tx, TX_SENDER_ACCOUNT);
  const isCreate = load<u32>(tx, TX_IS_CREATE) != 0;
  const to = isCreate ? createAddress(sender, load<u64>(tx, TX_NONCE)) : accountAt(tx + TX_TO);
  // The data stays where the host wrote it, which is as long-lived as the message.
  const message = newMessage(sender, to, tx + TX_VALUE, 0, 0);
  store<u32>(message, load<u32>(tx, TX_DATA), MESSAGE_DATA);
  store<u32>(message, load<u32>(tx, TX_DATA_SIZE), MESSAGE_DATA_SIZE);
  store<u64>(message, load<u64>(tx, TX_GAS_LIMIT) - load<u64>(tx, TX_INTRINSIC_GAS), MESSAGE_GAS);
  store<u32>(message, <u32>tx, MESSAGE_TX);
  memory.copy(message, tx, 32);
  if (isCreate) store<u32>(message, MESSAGE_CREATE, MESSAGE_FLAGS);
  store<u32>(tx, <u32>message, TX_MESSAGE);
  // Counts the transaction at least at its floor from the start. Whether the sum is too much is
  // asked after round 0: an invalid transaction is found before.
  const counted = max(load<i64>(tx, TX_FLOOR_GAS), load<i64>(tx, TX_INTRINSIC_GAS));
  store<i64>(BLOCK_GAS_USED, load<i64>(BLOCK_GAS_USED) + counted);
  return ADMITTED;
}

/** Settles transactions, which lie one after the other. */
export function settleEach(first: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) settle(first + <usize>i * TX_SIZE);
}

/** After convergence: refunds, once (PROTOCOL 6, 8). TX_REFUND is the sum of the tree's counters.
 * */
function settle(tx: usize): void {
  act();
  const used = load<i64>(tx, TX_GAS_USED);
  const counted = load<i64>(tx, TX_REFUND) + load<i64>(tx, TX_AUTHORIZATION_REFUND);
  const refund = min(max(counted, 0), used / (REV >= REVISION_LONDON ? 5 : 2));
  const final = max(used - refund, load<i64>(tx, TX_FLOOR_GAS));
  store<i64>(tx, final, TX_GAS_FINAL);
  payGas(tx, final);
}

/** Unused gas back to the sender, priority fee to the worker's sum of the block. */
export function payGas(tx: usize, final: i64): void {
  const amount = SCRATCH + AMOUNT;
  const unused = load<i64>(tx, TX_GAS_LIMIT) - final;
  if (unused != 0) {
    scale(amount, tx + TX_GAS_PRICE, <u64>unused);
    addBalance(load<u32>(tx, TX_SENDER_ACCOUNT), amount);
  }
  u256Copy(amount, tx + TX_GAS_PRICE);
  if (REV >= REVISION_LONDON) u256Sub(amount, amount, ENV_BASE_FEE);
  scale(amount, amount, <u64>final);
  u256Add(WORKER + WORKER_FEES, WORKER + WORKER_FEES, amount);
}

/** The fee recipient gets the block's priority fees. */
export function finishBlock(): void {
  act();
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    const fees = worker + WORKER_FEES;
    if (!u256IsZero(fees)) addBalance(load<u32>(ENV_COINBASE_ACCOUNT), fees);
    u256SetU64(fees, 0);
  }
}

/** Withdrawals, block rewards. An amount of 0 touches the account: before EIP-161 that makes it,
 * after it an empty one is deleted. */
export function creditAccount(address: usize, amount: usize): void {
  act();
  const account = accountAt(address);
  if (!u256IsZero(amount) || REV < REVISION_SPURIOUS) addBalance(account, amount);
  else if (liveExists(account) && isEmptyView(account + ACCOUNT_LIVE)) deleteAccount(account);
}

/** All that an account has, which it has no more (EIP-779). */
export function takeBalance(address: usize, out: usize): void {
  act();
  const account = accountAt(address);
  u256Copy(out, liveBalance(account));
  if (!u256IsZero(out)) clearBalance(account);
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

/** The block never was. */
export function undoBlock(): void {
  freeLocks();
  relistSlabs();
  undoWipes();
  undoBlockLogs();
  restoreTries();
  freeNodes();
  sweep(true);
  clearBlockLogs();
  endBlockMemory();
  dropAllCode();
}
