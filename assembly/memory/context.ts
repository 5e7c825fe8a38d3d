// Where this instance stands: copies of the control block's stamps, and what only this worker knows
// (its group, its epoch). Wasm globals, so private to the worker and cheap to read.

import {
  BLOCK, LOG_STRETCH, REVISION, ROUND, SEMANTICS, SEMANTICS_ETHEREUM, TRACE, WATCH, WORKER_EPOCH,
} from '../abi/memory-map';
import { TRACES_ACCESS, TRACES_STEPS } from '../abi/records';
import { WORKER, WORKER_ID } from './heap';

/** Engine-wide stamps of the round and block in progress. */
export let ROUND_NOW: u32 = 0;
export let BLOCK_NOW: u32 = 0;
/** Of the stretch of the block log (block-log.ts). */
export let STRETCH_NOW: u32 = 0;
/** WATCH_* bits: what is read of the state is recorded, or may be missing. */
export let WATCHING: u32 = 0;
/** TRACES_* bits: what the host is told of. */
export let TRACING: u32 = 0;
/** All that decoded code depends on besides the code: REVISION, and above it the bits of steps. */
export let DECODING: i32 = 0;
/** Engine-wide number of the group that this worker runs; 0 = none. */
export let GROUP_NOW: u32 = 0;
/** Everything is live: ethereum semantics, and the coordinator between rounds. */
export let ALL_LIVE: bool = true;
export let ACTOR: bool = false;
/** Transaction (ethereum) or activation (actor) in progress: engine-wide unique. */
export let EPOCH: u64 = 0;
/** Refund counter of the transaction or activation. */
export let REFUND: i64 = 0;

/** Copy the stamps of the control block: at the start of each round and each coordinator step. */
export function refreshContext(): void {
  ROUND_NOW = load<u32>(ROUND);
  BLOCK_NOW = load<u32>(BLOCK);
  STRETCH_NOW = load<u32>(LOG_STRETCH);
  ACTOR = load<u32>(SEMANTICS) != SEMANTICS_ETHEREUM;
  WATCHING = load<u32>(WATCH);
  TRACING = load<u32>(TRACE);
  DECODING = load<i32>(REVISION) | (i32(TRACING & (TRACES_STEPS | TRACES_ACCESS)) << 16);
}

/** The coordinator owns every account between rounds, and so does ethereum semantics throughout. */
export function ownAll(): void {
  ALL_LIVE = true;
  GROUP_NOW = 0;
}

export function ownGroup(group: u32): void {
  ALL_LIVE = false;
  GROUP_NOW = group;
}

/** A new transaction or activation: nothing is warm, created, destroyed or transient any more.
 * The counter lives in the worker's record, so that a worker that replaces a dead one goes on with
 * it. */
export function nextEpoch(): void {
  const count = load<u64>(WORKER, WORKER_EPOCH) + 1;
  store<u64>(WORKER, count, WORKER_EPOCH);
  EPOCH = (count << 8) | (<u64>WORKER_ID);
  REFUND = 0;
}

export function addRefund(amount: i64): void {
  REFUND += amount;
}

export function setRefund(amount: i64): void {
  REFUND = amount;
}
