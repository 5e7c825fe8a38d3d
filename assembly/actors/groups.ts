// Running the groups of a round. They are placed longest first, so claiming in that order balances
// the load; who runs which changes no result.

import {
  ABORT, GROUPS, ROUND_MESSAGES, WORKER_GAS_RUN, WORKER_GROUPS_RUN, WORKER_MESSAGES_RUN,
} from '../abi/memory-map';
import {
  ACCOUNT_CREATOR, ACCOUNT_GROUP, GROUP_ACCOUNT, GROUP_FIRST, GROUP_GAS_USED, GROUP_MESSAGE_COUNT,
  GROUP_NUMBER, MESSAGE_GAS_USED, MESSAGE_KIND, MESSAGE_KIND_PRECOMPILE,
} from '../abi/records';
import { ownGroup, refreshContext } from '../memory/context';
import { WORKER } from '../memory/heap';
import { isSpent, spend } from '../memory/slice';
import { beginGroupFlights } from '../messages/in-flight';
import { activate, activatePrecompile, goOnActivation } from './activation';

/** What a message takes beside its gas, about, in the time of gas. */
const MESSAGE_TIME: i64 = 1000;
/** What a group takes beside its messages. */
const GROUP_TIME: i64 = 1000;

// The group in progress.
let group: usize = 0;
/** Pointer to the message that runs or is next, and how many there are from it on. */
let at: usize = 0;
let left: u32 = 0;
let gas: u64 = 0;
let isPrecompile: bool = false;
/** The slice was spent before the group had ended: it goes on in the next. */
let isOpen: bool = false;
/** So was it in the midst of a message. */
let isInside: bool = false;

/** A group has been begun and has not ended. */
export function isGroupOpen(): bool {
  return isOpen;
}

/** Whatever was in progress will not go on. */
export function forgetGroup(): void {
  isOpen = false;
}

/** Runs the messages of a group, in order. Returns whether all have ended, or everybody shall stop:
 *  if not, since the slice is spent, `goOnGroup` is due. */
export function runGroup(index: u32): bool {
  spend(GROUP_TIME);
  refreshContext();
  group = <usize>load<u32>(<usize>load<u32>(GROUPS) + (<usize>index << 2));
  const number = load<u32>(group, GROUP_NUMBER);
  const account = <usize>load<u32>(group, GROUP_ACCOUNT);
  at = <usize>load<u32>(ROUND_MESSAGES) + (<usize>load<u32>(group, GROUP_FIRST) << 2);
  left = load<u32>(group, GROUP_MESSAGE_COUNT);
  gas = 0;
  ownGroup(number);
  beginGroupFlights();
  isPrecompile = load<u32>(<usize>load<u32>(at), MESSAGE_KIND) == MESSAGE_KIND_PRECOMPILE;
  if (!isPrecompile) {
    store<u32>(account, number, ACCOUNT_GROUP);
    store<u32>(account, 0, ACCOUNT_CREATOR);
  }
  isInside = false;
  return goOnGroup();
}

/** Goes on with the group that has not ended; whether it has now. */
export function goOnGroup(): bool {
  isOpen = false;
  while (left != 0) {
    if (atomic.load<u32>(ABORT) != 0) return true;
    if (isSpent()) {
      isOpen = true;
      return false;
    }
    const message = <usize>load<u32>(at);
    isInside = !runMessage(message);
    if (isInside) continue;
    gas += load<u64>(message, MESSAGE_GAS_USED);
    at += 4;
    left--;
    spend(MESSAGE_TIME);
  }
  store<u64>(group, gas, GROUP_GAS_USED);
  store<u32>(WORKER, load<u32>(WORKER, WORKER_GROUPS_RUN) + 1, WORKER_GROUPS_RUN);
  store<u32>(
    WORKER, load<u32>(WORKER, WORKER_MESSAGES_RUN) + load<u32>(group, GROUP_MESSAGE_COUNT),
    WORKER_MESSAGES_RUN,
  );
  store<u64>(WORKER, load<u64>(WORKER, WORKER_GAS_RUN) + gas, WORKER_GAS_RUN);
  return true;
}

/** Whether it has ended. */
@inline
function runMessage(message: usize): bool {
  if (isInside) return goOnActivation();
  return isPrecompile ? activatePrecompile(message) : activate(message);
}
