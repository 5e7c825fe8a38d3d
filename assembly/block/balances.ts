// Balances that change outside of transactions: withdrawals, block rewards, the DAO fork.

import { ACCOUNT_LIVE } from '../abi/records';
import { HAS_EMPTY_DELETION } from '../forks/rules';
import { accountAt } from '../state/accounts';
import { deleteAccount } from '../state/deletion';
import { becomeOwner } from '../state/owner';
import { addBalance, clearBalance, isEmptyView, liveBalance, liveExists } from '../state/view';
import { u256Copy, u256IsZero } from '../u256/word';

/** Withdrawals, block rewards. An amount of 0 touches the account: before EIP-161 that makes it,
 * after it an empty one is deleted. */
export function creditAccount(address: usize, amount: usize): void {
  becomeOwner();
  const account = accountAt(address);
  if (!u256IsZero(amount) || !HAS_EMPTY_DELETION) addBalance(account, amount);
  else if (liveExists(account) && isEmptyView(account + ACCOUNT_LIVE)) deleteAccount(account);
}

/** All that an account has, which it has no more (EIP-779). */
export function takeBalance(address: usize, out: usize): void {
  becomeOwner();
  const account = accountAt(address);
  u256Copy(out, liveBalance(account));
  if (!u256IsZero(out)) clearBalance(account);
}
