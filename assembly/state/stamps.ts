// Rounds, blocks, stretches of the log and groups are numbered with u32, and records say by such a
// number when they were last written, owned or looked at. A number must not come back while a
// record has it: long before the numbers end, between two blocks, every record forgets its stamps
// and counting begins again. That takes a second for ten million slots, once in two thousand
// million rounds, which is an hour of the shortest.

import { ACCOUNT_INDEX, BLOCK, LAST_GROUP, LOG_STRETCH, ROUND } from '../abi/memory-map';
import {
  ACCOUNT_CODE_WATCHED, ACCOUNT_CONSTRUCTED_ROUND, ACCOUNT_EMIT_ROUND, ACCOUNT_GROUP,
  ACCOUNT_LOGGED, ACCOUNT_ROUND, ACCOUNT_STORAGE, ACCOUNT_WATCHED, INDEX_ENTRIES, INDEX_MASK,
  SLOT_LOGGED, SLOT_WATCHED, WATCHED_MISSING,
} from '../abi/records';

/** No block takes as many as are left after it; WATCHED_MISSING is above. */
const LAST_STAMP: u32 = 0x70000000;

/** Between blocks. */
export function renewStamps(): void {
  const latest = max(
    max(load<u32>(ROUND), load<u32>(BLOCK)), max(load<u32>(LOG_STRETCH), load<u32>(LAST_GROUP)),
  );
  if (latest < LAST_STAMP) return;
  const index = <usize>load<u32>(ACCOUNT_INDEX);
  for (let at = firstEntry(index); at < endOf(index); at += 4) {
    const account = <usize>load<u32>(at);
    if (account != 0) forgetStamps(account);
  }
  store<u32>(ROUND, 0);
  store<u32>(BLOCK, 0);
  store<u32>(LOG_STRETCH, 0);
  store<u32>(LAST_GROUP, 0);
}

function forgetStamps(account: usize): void {
  store<u32>(account, 0, ACCOUNT_ROUND);
  store<u32>(account, 0, ACCOUNT_LOGGED);
  store<u32>(account, 0, ACCOUNT_GROUP);
  store<u32>(account, 0, ACCOUNT_CONSTRUCTED_ROUND);
  store<u32>(account, 0, ACCOUNT_EMIT_ROUND);
  forgetWatch(account + ACCOUNT_WATCHED);
  store<u32>(account, 0, ACCOUNT_CODE_WATCHED);
  const slots = <usize>load<u32>(account, ACCOUNT_STORAGE);
  if (slots == 0) return;
  for (let at = firstEntry(slots); at < endOf(slots); at += 4) {
    const slot = <usize>load<u32>(at);
    if (slot == 0) continue;
    store<u32>(slot, 0, SLOT_LOGGED);
    forgetWatch(slot + SLOT_WATCHED);
  }
}

/** What a witness does not show stays missing. */
@inline
function forgetWatch(stamp: usize): void {
  if (load<u32>(stamp) != WATCHED_MISSING) store<u32>(stamp, 0);
}

@inline
function firstEntry(index: usize): usize {
  return index + INDEX_ENTRIES;
}

@inline
function endOf(index: usize): usize {
  return firstEntry(index) + ((<usize>load<u32>(index, INDEX_MASK) + 1) << 2);
}
