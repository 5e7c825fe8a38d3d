// The beginning of an engine and of each instance, and the state from outside (genesis, reads).

import {
  ARENA_SIZE, FREE_ACCOUNTS, FREE_LISTS_END, HEAP_LIMIT, HEAP_TOP, MAX_WORKERS, REVISION,
  STATE_START, STATE_TRIE, TRIE_FREE,
  WATCH, WATCH_NOTHING, WITNESS_NODES, WORKERS, WORKER_ARENA, WORKER_SIZE,
} from "./abi/memory-map";
import { ACCOUNT_LIVE, SLOT_VALUE, VIEW_CODE, VIEW_NONCE } from "./abi/records";
import { buildInstructionTable } from "./evm/instruction-table";
import { act } from "./evm/coordinator";
import { forgetGroup } from "./evm/groups";
import { forgetDelivered } from "./evm/rounds";
import { forgetInitcode } from "./evm/start";
import { forgetTransaction } from "./evm/transactions";
import { initialiseAccounts } from "./state/accounts";
import { clearBlockLogs } from "./state/block-log";
import { codeOf, initialiseCodes } from "./state/codes";
import { refreshContext } from "./state/context";
import { EXCHANGE, allocateRegion, bindWorker, forgetChunks } from "./state/heap";
import { forgetTable, initialiseTable } from "./state/epoch-table";
import { initialiseSecrets } from "./state/key-hash";
import { findSlot, slotAt, writeSlot } from "./state/storage";
import {
  addBalance, clearBalance, inFlightTable, setCode, setExists, setNonce, transientTable, warmTable,
} from "./state/view";
import { forgetHeavyAccounts } from "./trie/pieces";
import { u256Copy, u256IsZero, u256SetU64 } from "./u256/word";

/** Once, by the coordinator, on zeroed memory: `limit` is the first byte that may not be used. The
 *  arenas of all workers lie below the state. */
export function initialise(limit: u32, workers: u32): void {
  store<u32>(HEAP_TOP, (<u32>__heap_base + 0xffff) & ~0xffff);
  store<u32>(HEAP_LIMIT, limit);
  for (let id: u32 = 0; id < workers; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    store<u32>(worker, <u32>allocateRegion(ARENA_SIZE), WORKER_ARENA);
  }
  store<u32>(STATE_START, load<u32>(HEAP_TOP));
  bindWorker(0);
  initialiseSecrets();
  initialiseAccounts();
  initialiseCodes();
}

/** Once in each instance, and after a trap: what was in progress will not go on. */
export function bind(id: u32): void {
  bindWorker(id);
  forgetGroup();
  forgetTransaction();
  initialiseTables();
  configure();
}

function initialiseTables(): void {
  initialiseTable(transientTable());
  initialiseTable(warmTable());
  initialiseTable(inFlightTable());
}

function forgetTables(): void {
  forgetTable(transientTable());
  forgetTable(warmTable());
  forgetTable(inFlightTable());
}

/** The empty state again, between blocks, by the coordinator: all that lies above the arenas is
 * given back. Costs what zeroing it costs: 20 µs for a small state. Then every other instance must
 * do `resetInstance`. */
export function resetState(): void {
  const floor = load<u32>(STATE_START);
  memory.fill(floor, 0, load<u32>(HEAP_TOP) - floor);
  store<u32>(HEAP_TOP, floor);
  for (let id: u32 = 0; id < <u32>MAX_WORKERS; id++) {
    if (load<u32>(WORKERS + id * WORKER_SIZE, WORKER_ARENA) == 0) break;
    bindWorker(id);
    forgetChunks();
    forgetTables();
  }
  clearBlockLogs();
  store<u32>(STATE_TRIE, 0);
  memory.fill(TRIE_FREE, 0, 16);
  memory.fill(FREE_ACCOUNTS, 0, FREE_LISTS_END - FREE_ACCOUNTS);
  store<u32>(WATCH, WATCH_NOTHING);
  store<u32>(WITNESS_NODES, 0);
  initialiseAccounts();
  initialiseCodes();
  bindWorker(0);
  resetInstance();
}

/** In each instance when the state has been reset: what it kept of the old one is gone. */
export function resetInstance(): void {
  forgetDelivered();
  forgetHeavyAccounts();
  forgetInitcode();
  initialiseTables();
}

/** In each instance whenever the revision has changed. */
export function configure(): void {
  refreshContext();
  buildInstructionTable(load<u32>(REVISION));
}

/** 64 KiB of this instance through which the host passes arguments. */
export function exchange(): usize {
  return EXCHANGE;
}

/** Genesis: balance (word), nonce and code of an account. An account that is empty stays out of the
 *  state (EIP-161); `keepEmpty` is for revisions before it. */
export function setAccount(
  account: usize, balance: usize, nonce: u64, code: usize, size: u32, keepEmpty: bool,
): void {
  act();
  clearBalance(account);
  if (!u256IsZero(balance)) addBalance(account, balance);
  if (nonce != load<u64>(account, ACCOUNT_LIVE + VIEW_NONCE)) setNonce(account, nonce);
  const record = codeOf(code, size);
  if (record != <usize>load<u32>(account, ACCOUNT_LIVE + VIEW_CODE)) setCode(account, record);
  if (keepEmpty) setExists(account, true);
}

export function setStorage(account: usize, key: usize, value: usize): void {
  act();
  writeSlot(account, slotAt(account, key), value);
}

/** Value of a slot, between blocks. */
export function getStorage(account: usize, key: usize, out: usize): void {
  const slot = findSlot(account, key);
  if (slot == 0) u256SetU64(out, 0);
  else u256Copy(out, slot + SLOT_VALUE);
}
