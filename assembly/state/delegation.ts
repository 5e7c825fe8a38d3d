// Which code an account runs (EIP-7702).

import { CODE_DELEGATE, CODE_IS_DELEGATION, VIEW_CODE } from '../abi/records';
import { HAS_DELEGATION } from '../forks/rules';
import { accountAt } from './accounts';
import { liveCode, precompileOf, readsCode, touchAccount, viewOf } from './view';

/** Record of the code that an account runs, its own or its delegate's, which is touched; 0 = none.
 * Its owner asks; the delegate is seen as a frame of the account sees it. */
export function codeToRun(account: usize): usize {
  const code = liveCode(account);
  if (code == 0) return 0;
  readsCode(account, code);
  if (!HAS_DELEGATION || load<u32>(code, CODE_IS_DELEGATION) == 0) return code;
  const delegate = accountAt(code + CODE_DELEGATE);
  touchAccount(delegate);
  if (precompileOf(delegate) != 0) return 0;
  const delegated = <usize>load<u32>(viewOf(delegate, false), VIEW_CODE);
  if (delegated != 0) readsCode(delegate, delegated);
  return delegated;
}
