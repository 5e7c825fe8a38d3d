// What a transaction names beforehand is warm from its start (EIP-2930, EIP-7702).

import {
  AUTHORIZATION_AUTHORITY, AUTHORIZATION_SIZE, AUTHORIZATION_VALID, TX_ACCESS_LIST,
  TX_ACCESS_LIST_COUNT, TX_AUTHORIZATIONS, TX_AUTHORIZATION_COUNT,
} from '../abi/records';
import { accountAt } from '../state/accounts';
import { slotAt, touchSlot } from '../state/storage';
import { isOwned, touchAccount, touchInTable } from '../state/view';

/** The access list and the authorities of the transaction are warm for message 0. */
export function warmTransaction(tx: usize): void {
  let at = <usize>load<u32>(tx, TX_ACCESS_LIST);
  for (let n = load<u32>(tx, TX_ACCESS_LIST_COUNT); n > 0; n--) {
    const account = accountAt(at);
    touchAccount(account);
    const owned = isOwned(account);
    const keys = load<u32>(at, 24);
    at += 32;
    for (let k: u32 = 0; k < keys; k++) {
      if (owned) touchSlot(account, slotAt(account, at));
      else touchInTable(<u32>account, at);
      at += 32;
    }
  }
  at = load<u32>(tx, TX_AUTHORIZATIONS);
  for (let n = load<u32>(tx, TX_AUTHORIZATION_COUNT); n > 0; n--) {
    if (load<u32>(at, AUTHORIZATION_VALID) != 0) {
      touchAccount(accountAt(at + AUTHORIZATION_AUTHORITY));
    }
    at += AUTHORIZATION_SIZE;
  }
}
