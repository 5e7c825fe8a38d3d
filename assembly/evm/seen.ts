// What the running frame sees of the state, for listeners: without a note of it in a witness, and
// without a record of a slot that is not there.

import { ACCOUNT_GROUP, ACCOUNT_LIVE, SLOT_VALUE } from '../abi/records';
import { SNAPSHOT } from '../frames/frame';
import { ALL_LIVE, GROUP_NOW } from '../memory/context';
import { findSlot, snapshotSlotValue } from '../state/storage';
import { snapshotView } from '../state/view';
import { u256Copy, u256SetU64 } from '../u256/word';

@inline
function isLive(account: usize): bool {
  if (ALL_LIVE) return true;
  return !SNAPSHOT && load<u32>(account, ACCOUNT_GROUP) == GROUP_NOW;
}

/** View of an account, valid until the next one. */
export function seenView(account: usize): usize {
  return isLive(account) ? account + ACCOUNT_LIVE : snapshotView(account);
}

/** Value of a slot. */
export function seenValue(account: usize, key: usize, out: usize): void {
  const slot = findSlot(account, key);
  if (slot == 0) u256SetU64(out, 0);
  else if (isLive(account)) u256Copy(out, slot + SLOT_VALUE);
  else snapshotSlotValue(out, slot);
}
