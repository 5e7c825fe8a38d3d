// What each worker leaves of a round in its record.

import {
  WORKERS, WORKER_BUSY, WORKER_CREDITS, WORKER_EMITTED, WORKER_EMITTED_COUNT, WORKER_GAS_RUN,
  WORKER_GROUPS_RUN, WORKER_MESSAGES_RUN, WORKER_SIZE,
} from '../abi/memory-map';
import { isWorker } from '../memory/worker';

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
