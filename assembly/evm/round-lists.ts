// What each worker leaves of a round in its record.

import {
  MAX_WORKERS, WORKERS, WORKER_ARENA, WORKER_BUSY, WORKER_CREDITS, WORKER_EMITTED,
  WORKER_EMITTED_COUNT, WORKER_GAS_RUN, WORKER_GROUPS_RUN, WORKER_MESSAGES_RUN, WORKER_SIZE,
} from "../abi/memory-map";

/** Workers are numbered without gaps. Looking at all 64 would cost a round of one message an eighth
 *  of its time. */
@inline
export function isWorker(worker: usize): bool {
  const end: usize = WORKERS + MAX_WORKERS * WORKER_SIZE;
  return worker < end && load<u32>(worker, WORKER_ARENA) != 0;
}

export function clearRoundLists(): void {
  for (let worker: usize = WORKERS; isWorker(worker); worker += WORKER_SIZE) {
    store<u32>(worker, 0, WORKER_CREDITS);
    store<u32>(worker, 0, WORKER_EMITTED);
    store<u32>(worker, 0, WORKER_EMITTED_COUNT);
    store<u32>(worker, 0, WORKER_GROUPS_RUN);
    store<u32>(worker, 0, WORKER_MESSAGES_RUN);
    store<u64>(worker, 0, WORKER_GAS_RUN);
    store<f64>(worker, 0, WORKER_BUSY);
  }
}
