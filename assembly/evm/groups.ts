// Running the groups of a round. They are placed longest first, so claiming in that order balances
// the load; who runs which changes no result.

import {
  ABORT, GROUPS, ROUND_MESSAGES, WORKER_GAS_RUN, WORKER_GROUPS_RUN, WORKER_MESSAGES_RUN,
} from "../abi/memory-map";
import {
  ACCOUNT_CREATOR, ACCOUNT_GROUP, GROUP_ACCOUNT, GROUP_FIRST, GROUP_GAS_USED, GROUP_MESSAGE_COUNT,
  GROUP_NUMBER, MESSAGE_GAS_USED, MESSAGE_KIND, MESSAGE_KIND_PRECOMPILE,
} from "../abi/records";
import { ownGroup, refreshContext } from "../state/context";
import { WORKER } from "../state/heap";
import { activate, activatePrecompile } from "./activation";
import { beginGroupFlights } from "./messages";

/** Run all messages of a group, in order. */
export function runGroup(index: u32): void {
  refreshContext();
  const group = <usize>load<u32>(<usize>load<u32>(GROUPS) + (<usize>index << 2));
  const number = load<u32>(group, GROUP_NUMBER);
  const account = <usize>load<u32>(group, GROUP_ACCOUNT);
  const count = load<u32>(group, GROUP_MESSAGE_COUNT);
  let at = <usize>load<u32>(ROUND_MESSAGES) + (<usize>load<u32>(group, GROUP_FIRST) << 2);
  ownGroup(number);
  beginGroupFlights();
  const isPrecompile = load<u32>(<usize>load<u32>(at), MESSAGE_KIND) == MESSAGE_KIND_PRECOMPILE;
  if (!isPrecompile) {
    store<u32>(account, number, ACCOUNT_GROUP);
    store<u32>(account, 0, ACCOUNT_CREATOR);
  }
  let gas: u64 = 0;
  for (let n: u32 = 0; n < count; n++) {
    if (atomic.load<u32>(ABORT) != 0) return;
    const message = <usize>load<u32>(at);
    if (isPrecompile) activatePrecompile(message);
    else activate(message);
    gas += load<u64>(message, MESSAGE_GAS_USED);
    at += 4;
  }
  store<u64>(group, gas, GROUP_GAS_USED);
  store<u32>(WORKER, load<u32>(WORKER, WORKER_GROUPS_RUN) + 1, WORKER_GROUPS_RUN);
  store<u32>(WORKER, load<u32>(WORKER, WORKER_MESSAGES_RUN) + count, WORKER_MESSAGES_RUN);
  store<u64>(WORKER, load<u64>(WORKER, WORKER_GAS_RUN) + gas, WORKER_GAS_RUN);
}
