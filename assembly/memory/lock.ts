// Spin locks for the few inserts that several workers may make at once. Held for nanoseconds, for
// the copy of an index when it grows, or while a piece of code is decoded. A worker that died with
// the lock in hand sets off ABORT (the host sees the thread end), and trying has a bound, so that
// waiting always has an end.

import {
  ABORT, FAULT_LOCK, LOCK_ACCOUNTS, LOCK_CODES, LOCK_FREE, LOCK_PAGES, LOCK_PARTIAL,
} from '../abi/memory-map';
import { WORKER_ID, fault } from './worker';

/** Seconds of trying: many times what the longest copy takes. A coordinator that waits in here
 * cannot be told that the holder has died. */
const MOST_TRIES: u32 = 200000000;

export function acquire(lock: usize): void {
  let tries: u32 = 0;
  while (atomic.cmpxchg<u32>(lock, 0, WORKER_ID + 1) != 0) {
    // Looking leaves the cache line with the holder; trying would take it away
    do {
      if (atomic.load<u32>(ABORT) != 0 || ++tries > MOST_TRIES) fault(FAULT_LOCK, 0);
    } while (atomic.load<u32>(lock) != 0);
  }
}

/** Everything written under the lock is visible to who takes it next, and to who loads with
 * acquire. */
export function release(lock: usize): void {
  atomic.store<u32>(lock, 0);
}

/** Whoever held one has ended. */
export function freeLocks(): void {
  store<u32>(LOCK_PAGES, 0);
  store<u32>(LOCK_ACCOUNTS, 0);
  store<u32>(LOCK_CODES, 0);
  store<u32>(LOCK_FREE, 0);
  store<u32>(LOCK_PARTIAL, 0);
}
