// BALANCE, SELFBALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH: what a frame sees of accounts. Each
// returns the gas it costs; the instruction table's static price is 0 (SELFBALANCE: all of it).

import {
  CODE_BYTES, CODE_HASH, CODE_LENGTH, VIEW_BALANCE, VIEW_CODE, VIEW_EXISTS, VIEW_FLAGS,
} from '../../abi/records';
import {
  GAS_BALANCE, GAS_COPY_WORD, GAS_EXTCODE, GAS_EXTCODEHASH, HAS_EMPTY_DELETION,
} from '../../forks/rules';
import { MEMORY, SELF, SNAPSHOT } from '../../frames/frame';
import { isEmptyView, readsCode, viewOf } from '../../state/view';
import { u256LoadBE } from '../../u256/bytes';
import { u256Copy, u256SaturatedU64, u256Set, u256SetU64 } from '../../u256/word';
import { accessCost, accountOfWord } from '../access';
import { expand } from '../memory';

// What cannot be paid for is not looked at: it is not needed in a witness either.

/** Address at `sp`, replaced by the balance. */
export function balance(sp: usize, gasLeft: i64): i64 {
  const account = accountOfWord(sp);
  const cost = accessCost(account, GAS_BALANCE);
  if (cost > gasLeft) return cost;
  u256Copy(sp, viewOf(account, SNAPSHOT) + VIEW_BALANCE);
  return cost;
}

export function selfBalance(dst: usize): void {
  u256Copy(dst, viewOf(SELF, SNAPSHOT) + VIEW_BALANCE);
}

/** Address at `sp`, replaced by the size of its code. */
export function extCodeSize(sp: usize, gasLeft: i64): i64 {
  const account = accountOfWord(sp);
  const cost = accessCost(account, GAS_EXTCODE);
  if (cost > gasLeft) return cost;
  const code = <usize>load<u32>(viewOf(account, SNAPSHOT), VIEW_CODE);
  if (code != 0) readsCode(account, code);
  u256SetU64(sp, code == 0 ? 0 : load<u32>(code, CODE_LENGTH));
  return cost;
}

/** Address at `sp`, replaced by the hash of its code; 0 for an account that is dead (EIP-1052). */
export function extCodeHash(sp: usize, gasLeft: i64): i64 {
  const account = accountOfWord(sp);
  const cost = accessCost(account, GAS_EXTCODEHASH);
  if (cost > gasLeft) return cost;
  const view = viewOf(account, SNAPSHOT);
  const code = <usize>load<u32>(view, VIEW_CODE);
  if (code != 0) {
    u256LoadBE(sp, code + CODE_HASH);
  } else if ((load<u32>(view, VIEW_FLAGS) & VIEW_EXISTS) == 0 ||
    (HAS_EMPTY_DELETION && isEmptyView(view))) {
    u256SetU64(sp, 0);
  } else {
    // keccak256 of nothing.
    u256Set(sp, 0x7bfad8045d85a470, 0xe500b653ca82273b, 0x927e7db2dcc703c0, 0xc5d2460186f7233c);
  }
  return cost;
}

/** Address, memory offset, code offset, size from `sp` on. A price above `gasLeft` means nothing
 * was done. */
export function extCodeCopy(sp: usize, gasLeft: i64): i64 {
  const account = accountOfWord(sp);
  let cost = accessCost(account, GAS_EXTCODE);
  cost += expand(sp + 32, sp + 96, gasLeft - cost);
  const size = u256SaturatedU64(sp + 96);
  if (size == 0) return cost;
  // A size that is too large for any gas has made the price infinite above.
  cost += GAS_COPY_WORD * <i64>((size + 31) >> 5);
  if (cost > gasLeft) return cost;
  const code = <usize>load<u32>(viewOf(account, SNAPSHOT), VIEW_CODE);
  if (code != 0) readsCode(account, code);
  const length = code == 0 ? 0 : <u64>load<u32>(code, CODE_LENGTH);
  const offset = min<u64>(u256SaturatedU64(sp + 64), length);
  const copied = min<u64>(size, length - offset);
  const dst = MEMORY + <usize>load<u64>(sp, 32);
  if (copied != 0) {
    memory.copy(dst, <usize>load<u32>(code, CODE_BYTES) + <usize>offset, <usize>copied);
  }
  memory.fill(dst + <usize>copied, 0, <usize>(size - copied));
  return cost;
}
