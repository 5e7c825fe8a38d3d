// Where the tree of messages of a transaction begins and ends: admission, settlement, fees.

import {
  BLOCK_GAS_USED, ENV_COINBASE_ACCOUNT, WORKERS, WORKER_FEES, WORKER_SIZE,
} from '../abi/memory-map';
import {
  MESSAGE_CREATE, MESSAGE_DATA, MESSAGE_DATA_SIZE, MESSAGE_FLAGS, MESSAGE_GAS, MESSAGE_TX,
  TX_AUTHORIZATION_REFUND, TX_DATA, TX_DATA_SIZE, TX_FLOOR_GAS, TX_GAS_LIMIT, TX_GAS_USED,
  TX_INTRINSIC_GAS, TX_IS_CREATE, TX_MESSAGE, TX_NONCE, TX_REFUND, TX_SENDER_ACCOUNT, TX_SIZE,
  TX_STATUS, TX_TO, TX_VALUE,
} from '../abi/records';
import { ADMITTED } from '../abi/status';
import { createAddress } from '../evm/creates';
import { nextEpoch } from '../memory/context';
import { WORKER } from '../memory/heap';
import { isWorker } from '../memory/worker';
import { newMessage } from '../messages/emission';
import { accountAt } from '../state/accounts';
import { becomeOwner } from '../state/owner';
import { addBalance, warmFromStart } from '../state/view';
import { authorize, charge, check } from '../transactions/admission';
import { returnGas } from '../transactions/settlement';
import { u256Add } from '../u256/add';
import { u256IsZero, u256SetU64 } from '../u256/word';

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
  becomeOwner();
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

/** After convergence: refunds, once (PROTOCOL 6, 8). TX_REFUND is the sum of the tree's counters;
 * the fee goes to the worker's sum of the block. */
function settle(tx: usize): void {
  becomeOwner();
  const counted = load<i64>(tx, TX_REFUND) + load<i64>(tx, TX_AUTHORIZATION_REFUND);
  const fee = returnGas(tx, load<i64>(tx, TX_GAS_USED), counted);
  u256Add(WORKER + WORKER_FEES, WORKER + WORKER_FEES, fee);
}

/** The fee recipient gets the block's priority fees. */
export function finishBlock(): void {
  becomeOwner();
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    const fees = worker + WORKER_FEES;
    if (!u256IsZero(fees)) addBalance(load<u32>(ENV_COINBASE_ACCOUNT), fees);
    u256SetU64(fees, 0);
  }
}
