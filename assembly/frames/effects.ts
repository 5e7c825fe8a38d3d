// What an activation produces beside state: logs, credits and messages, as chains of block-lived
// records, newest first. A frame that fails cuts the chains back to where it began.

import {
  CREDIT_ACCOUNT, CREDIT_AMOUNT, CREDIT_NEXT, CREDIT_SIZE, MESSAGE_CAP, MESSAGE_FLAGS, MESSAGE_NEXT,
  MESSAGE_OPEN,
} from '../abi/records';
import { allocateForBlock } from '../memory/heap';
import { u256Copy, u256IsZero } from '../u256/word';

export let LOG_HEAD: usize = 0;
export let LOG_COUNT: u32 = 0;
/** Credits of the round so far, this activation's included. */
export let CREDIT_HEAD: usize = 0;
/** Messages emitted by this activation. */
export let EMIT_HEAD: usize = 0;

/** A new transaction or activation; credits go on from those of the round. */
export function beginEffects(credits: usize): void {
  LOG_HEAD = 0;
  LOG_COUNT = 0;
  EMIT_HEAD = 0;
  CREDIT_HEAD = credits;
}

export function setLogs(head: usize, count: u32): void {
  LOG_HEAD = head;
  LOG_COUNT = count;
}

export function setCredits(head: usize): void {
  CREDIT_HEAD = head;
}

/** An addition to a balance at the barrier; one of 0 does not exist. */
export function addCredit(account: usize, amount: usize): void {
  if (u256IsZero(amount)) return;
  const credit = allocateForBlock(CREDIT_SIZE);
  store<u32>(credit, <u32>CREDIT_HEAD, CREDIT_NEXT);
  store<u32>(credit, <u32>account, CREDIT_ACCOUNT);
  u256Copy(credit + CREDIT_AMOUNT, amount);
  CREDIT_HEAD = credit;
}

export function addEmission(message: usize): void {
  store<u32>(message, <u32>EMIT_HEAD, MESSAGE_NEXT);
  EMIT_HEAD = message;
}

/** Drop the emissions after `head`; returns the gas they had set aside. */
export function dropEmissions(head: usize): i64 {
  let aside: i64 = 0;
  while (EMIT_HEAD != head) {
    if ((load<u32>(EMIT_HEAD, MESSAGE_FLAGS) & MESSAGE_OPEN) == 0) {
      aside += load<i64>(EMIT_HEAD, MESSAGE_CAP);
    }
    EMIT_HEAD = load<u32>(EMIT_HEAD, MESSAGE_NEXT);
  }
  return aside;
}
