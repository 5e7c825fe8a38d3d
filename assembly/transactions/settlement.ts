// What a transaction pays in the end, the same for both semantics.

import { ENV_BASE_FEE } from '../abi/memory-map';
import {
  TX_FLOOR_GAS, TX_GAS_FINAL, TX_GAS_LIMIT, TX_GAS_PRICE, TX_SENDER_ACCOUNT,
} from '../abi/records';
import { HAS_BASE_FEE, REFUND_QUOTIENT } from '../forks/rules';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { addBalance } from '../state/view';
import { u256Sub } from '../u256/add';
import { u256Copy, u256IsZero } from '../u256/word';
import { scale } from './admission';

const AMOUNT: usize = SCRATCH_EVM + 896;

/**
 * Refund and floor (EIP-7623) make the gas that is paid for, TX_GAS_FINAL; the sender gets the rest
 * of its limit back.
 * @param used gas before refunds
 * @param counted refund counter; it may be below 0 where messages of one tree set slots back and
 *   forth
 * @returns pointer to a word of scratch: what the fee recipient is due
 */
export function returnGas(tx: usize, used: i64, counted: i64): usize {
  const refund = min(max(counted, 0), used / REFUND_QUOTIENT);
  const final = max(used - refund, load<i64>(tx, TX_FLOOR_GAS));
  store<i64>(tx, final, TX_GAS_FINAL);
  const amount = SCRATCH + AMOUNT;
  scale(amount, tx + TX_GAS_PRICE, <u64>(load<i64>(tx, TX_GAS_LIMIT) - final));
  if (!u256IsZero(amount)) addBalance(load<u32>(tx, TX_SENDER_ACCOUNT), amount);
  u256Copy(amount, tx + TX_GAS_PRICE);
  if (HAS_BASE_FEE) u256Sub(amount, amount, ENV_BASE_FEE);
  scale(amount, amount, <u64>final);
  return amount;
}
