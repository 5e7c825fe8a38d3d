// LOG0 … LOG4 (Yellow Paper: the log series A). The static 375 + 375 for each topic are the
// table's.

import {
  LOG_ACCOUNT, LOG_DATA_SIZE, LOG_NEXT, LOG_TOPICS, LOG_TOPIC_COUNT, TRACES_LOGS,
} from '../../abi/records';
import { GAS_LOG_BYTE } from '../../forks/rules';
import { LOG_COUNT, LOG_HEAD, setLogs } from '../../frames/effects';
import { MEMORY, SELF } from '../../frames/frame';
import { TRACING } from '../../memory/context';
import { allocateForBlock } from '../../memory/heap';
import { u256StoreBE } from '../../u256/bytes';
import { expand } from '../memory';
import { traceLog } from '../trace';

/** Memory offset, size, topics from `sp` on. Returns the price of memory and data; if it is
 *  above `gasLeft`, nothing was done. */
export function log(sp: usize, topics: u32, gasLeft: i64): i64 {
  let cost = expand(sp, sp + 32, gasLeft);
  if (cost > gasLeft) return cost;
  const size = <u32>load<u64>(sp, 32);
  cost += GAS_LOG_BYTE * <i64>size;
  if (cost > gasLeft) return cost;
  const entry = allocateForBlock(<u32>LOG_TOPICS + (topics << 5) + size);
  store<u32>(entry, <u32>LOG_HEAD, LOG_NEXT);
  store<u32>(entry, topics, LOG_TOPIC_COUNT);
  store<u32>(entry, size, LOG_DATA_SIZE);
  store<u32>(entry, <u32>SELF, LOG_ACCOUNT);
  for (let i: u32 = 0; i < topics; i++) {
    u256StoreBE(entry + LOG_TOPICS + (<usize>i << 5), sp + 64 + (<usize>i << 5));
  }
  if (size != 0) {
    memory.copy(entry + LOG_TOPICS + (<usize>topics << 5), MEMORY + <usize>load<u64>(sp), size);
  }
  if ((TRACING & TRACES_LOGS) != 0) traceLog(entry, LOG_COUNT);
  setLogs(entry, LOG_COUNT + 1);
  return cost;
}
