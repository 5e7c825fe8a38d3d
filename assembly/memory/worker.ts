// This instance: which worker it is, where its arena lies, and how it gives up.

import {
  ABORT, ABORT_FAULT, ARENA_EXCHANGE, ARENA_SCRATCH, FAULT, FAULT_BYTES, FAULT_WORKER,
  MAX_WORKERS, WORKERS, WORKER_ARENA, WORKER_FENCE, WORKER_SIZE,
} from '../abi/memory-map';
import { setScratch } from './scratch';

/** Worker record and arena of this instance. */
export let WORKER: usize = 0;
export let WORKER_ID: u32 = 0;
export let ARENA: usize = 0;
/** 64 KiB through which the host passes arguments. */
export let EXCHANGE: usize = 0;

export function bindWorker(id: u32): void {
  WORKER_ID = id;
  WORKER = WORKERS + id * WORKER_SIZE;
  ARENA = load<u32>(WORKER, WORKER_ARENA);
  EXCHANGE = ARENA + ARENA_EXCHANGE;
  setScratch(ARENA + ARENA_SCRATCH);
}

/** Workers are numbered without gaps. Looking at all 64 would cost a round of one message an eighth
 *  of its time. */
@inline
export function isWorker(worker: usize): bool {
  const end: usize = WORKERS + MAX_WORKERS * WORKER_SIZE;
  return worker < end && load<u32>(worker, WORKER_ARENA) != 0;
}

/** Nothing moves across: a read-modify-write of a word of our own, since this asc (0.28.20)
 * cannot emit atomic.fence ("Atomic fence cannot be unordered"). */
@inline
export function fence(): void {
  atomic.add<u32>(WORKER + WORKER_FENCE, 0);
}

/** A fault is ours or the machine's, never an EVM outcome: write what it was where the host finds
 * it, tell every worker to stop, and trap. The host undoes the block and throws a typed error. */
export function fault(kind: u32, bytes: u32): void {
  if (atomic.cmpxchg<u32>(ABORT, 0, ABORT_FAULT) == 0) {
    store<u32>(FAULT, kind);
    store<u32>(FAULT_WORKER, WORKER_ID);
    store<u32>(FAULT_BYTES, bytes);
  }
  unreachable();
}
