// Addresses on the stack, and the price of touching what is behind them (EIP-2929).

import { GAS_COLD_ACCOUNT, GAS_WARM_ACCOUNT, HAS_WARMTH } from '../forks/rules';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { accountAt } from '../state/accounts';
import { touchAccount } from '../state/view';

/** An address, cut to 160 bits. */
const TARGET: usize = SCRATCH_EVM;

/** Account of the address in the low 160 bits of a word. */
export function accountOfWord(word: usize): usize {
  const address = SCRATCH + TARGET;
  store<u64>(address, load<u64>(word));
  store<u64>(address, load<u64>(word, 8), 8);
  store<u64>(address, <u64>load<u32>(word, 16), 16);
  return accountAt(address);
}

/** Price of touching an account. */
@inline
export function touchCost(account: usize): i64 {
  return touchAccount(account) ? GAS_WARM_ACCOUNT : GAS_COLD_ACCOUNT;
}

/** Price of an instruction that looks at an account; `gas` without warmth. */
@inline
export function accessCost(account: usize, gas: i64): i64 {
  return HAS_WARMTH ? touchCost(account) : gas;
}
