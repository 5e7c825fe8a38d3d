// One activation: the run of one message at its recipient, with everything it calls synchronously
// (PROTOCOL 1, 4–6). Executed by the worker that runs the recipient's group.

import {
  ABORT, ABORT_GAS_LIMIT, ARENA_RETURN_DATA, BLOCK_GAS_LIMIT, BLOCK_GAS_USED, BLOCK_ROUND,
  ENV_TRANSACTIONS_ROOT, WORKER_CREDITS, WORKER_EMITTED, WORKER_EMITTED_COUNT,
} from '../abi/memory-map';
import {
  ACCOUNT_ADDRESS, ACCOUNT_EMISSIONS, ACCOUNT_EMIT_ROUND,
  CREATOR_TRANSACTION, EMISSIONS_COUNT, EMISSIONS_ID_PREFIX, EMISSIONS_SIZE, MESSAGE_CAP,
  MESSAGE_CREATE, MESSAGE_CREATED, MESSAGE_DATA, MESSAGE_DATA_SIZE, MESSAGE_FLAGS,
  MESSAGE_FROM_ACCOUNT, MESSAGE_GAS, MESSAGE_GAS_LEFT, MESSAGE_GAS_USED, MESSAGE_ID, MESSAGE_LOGS,
  MESSAGE_LOG_COUNT, MESSAGE_NEXT, MESSAGE_OPEN, MESSAGE_PARENT, MESSAGE_RETURN_DATA,
  MESSAGE_RETURN_SIZE, MESSAGE_STATUS, MESSAGE_TO_ACCOUNT, MESSAGE_TX, MESSAGE_VALUE,
  MESSAGE_WORKER, MOST_RETURN_DATA_KEPT, TRACES_FRAMES, TRACE_TYPE_CALL, TRACE_TYPE_CREATE,
  TX_FLOOR_GAS, TX_GAS_USED, TX_REFUND,
} from '../abi/records';
import { STATUS_CREATE_COLLISION, STATUS_SUCCESS } from '../abi/status';
import { keccak256 } from '../crypto/keccak256';
import { enterConstructor, isTaken } from '../evm/creates';
import { OUTCOME, OUTCOME_GAS, OUTPUT, OUTPUT_SIZE } from '../evm/ends';
import { interpret } from '../evm/interpreter';
import { enterPrecompile } from '../evm/outermost';
import { startCode } from '../evm/start';
import { traceFrame, traceReturn } from '../evm/trace';
import {
  CREDIT_HEAD, EMIT_HEAD, LOG_COUNT, LOG_HEAD, addCredit, beginEffects,
} from '../frames/effects';
import {
  DONE, setDelivered, setDone, setInput, setModes, setParties, setReturnData, setTransaction,
} from '../frames/frame';
import { FRAME, FRAME_KIND, FRAME_VALUE, KIND_CALL, firstFrame, markFrame } from '../frames/frames';
import { REFUND, ROUND_NOW, TRACING, nextEpoch } from '../memory/context';
import { ARENA, WORKER, WORKER_ID, allocateForBlock } from '../memory/heap';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { codeToRun } from '../state/delegation';
import { deleteMarked } from '../state/deletion';
import { clearJournal, revertTo, journalBottom } from '../state/journal';
import { addBalance, precompileOf, touchAccount, warmFromStart } from '../state/view';
import { warmTransaction } from '../transactions/warm-list';
import { u256StoreAddress } from '../u256/bytes';
import { u256Copy, u256IsZero } from '../u256/word';
import { sortPointers } from './sort-pointers';

const BYTES: usize = SCRATCH_EVM + 512;

/** The message whose activation is in progress. */
let current: usize = 0;
let isPrecompile: bool = false;
/** How the activation's code ended. */
let status: u32 = 0;
let gasLeft: i64 = 0;
let output: usize = 0;
let outputSize: u32 = 0;

/** Runs one message of a group that this worker owns. Returns whether it has ended: if not, since
 *  the slice is spent, `goOnActivation` is due. */
export function activate(message: usize): bool {
  const tx = <usize>load<u32>(message, MESSAGE_TX);
  const self = <usize>load<u32>(message, MESSAGE_TO_ACCOUNT);
  const from = <usize>load<u32>(message, MESSAGE_FROM_ACCOUNT);
  current = message;
  begin(message, tx, from);
  touchAccount(self);
  if (load<u32>(message, MESSAGE_PARENT) == 0) warmTransaction(tx);
  const runs = (load<u32>(message, MESSAGE_FLAGS) & MESSAGE_CREATE) != 0
    ? construct(message, self, from) : call(message, self, from);
  if (runs) return goOnActivation();
  finish();
  return true;
}

/** Goes on with the activation that has not ended; whether it has now. */
export function goOnActivation(): bool {
  interpret();
  if (!DONE) return false;
  status = OUTCOME;
  gasLeft = OUTCOME_GAS;
  output = OUTPUT;
  outputSize = OUTPUT_SIZE;
  finish();
  return true;
}

function finish(): void {
  if (status == STATUS_SUCCESS) {
    if (isPrecompile) addCredit(load<u32>(current, MESSAGE_TO_ACCOUNT), current + MESSAGE_VALUE);
    else deleteMarked();
  }
  end(current, load<u32>(current, MESSAGE_TX), load<u32>(current, MESSAGE_FROM_ACCOUNT));
}

/** A root to a precompile runs it, without a group; its value is a credit (PROTOCOL 2, 4). Returns
 *  what `activate` does. */
export function activatePrecompile(message: usize): bool {
  current = message;
  begin(message, load<u32>(message, MESSAGE_TX), load<u32>(message, MESSAGE_FROM_ACCOUNT));
  isPrecompile = true;
  if ((TRACING & TRACES_FRAMES) != 0) traceActivation(TRACE_TYPE_CALL, message);
  const self = <usize>load<u32>(message, MESSAGE_TO_ACCOUNT);
  u256Copy(FRAME + FRAME_VALUE, message + MESSAGE_VALUE);
  markFrame(FRAME);
  enter(precompileOf(self), message, self, load<u32>(message, MESSAGE_FROM_ACCOUNT));
  return goOnActivation();
}

function enter(row: u32, message: usize, self: usize, from: usize): void {
  enterPrecompile(row, self, from, load<u32>(message, MESSAGE_DATA),
    load<u32>(message, MESSAGE_DATA_SIZE), load<i64>(message, MESSAGE_GAS));
}

function begin(message: usize, tx: usize, from: usize): void {
  nextEpoch();
  clearJournal();
  beginEffects(<usize>load<u32>(WORKER, WORKER_CREDITS));
  warmFromStart(from);
  setDelivered(message);
  setTransaction(tx);
  firstFrame();
  setDone(false);
  isPrecompile = false;
}

/** Returns whether there is code to run. */
function call(message: usize, self: usize, from: usize): bool {
  const frame = FRAME;
  store<u32>(frame, KIND_CALL, FRAME_KIND);
  u256Copy(frame + FRAME_VALUE, message + MESSAGE_VALUE);
  if ((TRACING & TRACES_FRAMES) != 0) traceActivation(TRACE_TYPE_CALL, message);
  markFrame(frame);
  if (!u256IsZero(message + MESSAGE_VALUE)) addBalance(self, message + MESSAGE_VALUE);
  const row = precompileOf(self);
  if (row != 0) {
    setParties(self, from, frame + FRAME_VALUE);
    enter(row, message, self, from);
    return true;
  }
  const code = codeToRun(self);
  if (code == 0) {
    status = STATUS_SUCCESS;
    gasLeft = load<i64>(message, MESSAGE_GAS);
    outputSize = 0;
    if ((TRACING & TRACES_FRAMES) != 0) traceReturn(0, STATUS_SUCCESS, gasLeft, 0, 0);
    return false;
  }
  setParties(self, from, frame + FRAME_VALUE);
  setModes(false, false);
  setInput(load<u32>(message, MESSAGE_DATA), load<u32>(message, MESSAGE_DATA_SIZE));
  setReturnData(ARENA + ARENA_RETURN_DATA, 0);
  startCode(code, load<i64>(message, MESSAGE_GAS));
  return true;
}

/** Returns whether there is a constructor to run. */
function construct(message: usize, self: usize, from: usize): bool {
  if ((TRACING & TRACES_FRAMES) != 0) traceActivation(TRACE_TYPE_CREATE, message);
  if (isTaken(self)) {
    status = STATUS_CREATE_COLLISION;
    gasLeft = 0;
    outputSize = 0;
    if ((TRACING & TRACES_FRAMES) != 0) traceReturn(0, status, 0, 0, 0);
    return false;
  }
  const frame = FRAME;
  u256Copy(frame + FRAME_VALUE, message + MESSAGE_VALUE);
  markFrame(frame);
  store<u32>(message, <u32>self, MESSAGE_CREATED);
  enterConstructor(frame, self, from, CREATOR_TRANSACTION, load<u32>(message, MESSAGE_DATA),
    load<u32>(message, MESSAGE_DATA_SIZE), load<i64>(message, MESSAGE_GAS));
  return true;
}

/** A message that runs no code has been delivered. */
export function traceCredit(message: usize): void {
  setDelivered(message);
  traceActivation(TRACE_TYPE_CALL, message);
  traceReturn(0, STATUS_SUCCESS, load<i64>(message, MESSAGE_GAS), 0, 0);
}

function traceActivation(type: u32, message: usize): void {
  traceFrame(
    type, 0, load<u32>(message, MESSAGE_FROM_ACCOUNT), load<u32>(message, MESSAGE_TO_ACCOUNT),
    message + MESSAGE_VALUE, load<i64>(message, MESSAGE_GAS), load<u32>(message, MESSAGE_DATA),
    load<u32>(message, MESSAGE_DATA_SIZE),
  );
}

/** Results of the activation into its message, and its effects into the worker's lists. */
function end(message: usize, tx: usize, from: usize): void {
  let given: i64 = 0;
  if (status == STATUS_SUCCESS) {
    given = sendEmissions();
    store<u32>(message, <u32>LOG_HEAD, MESSAGE_LOGS);
    store<u32>(message, LOG_COUNT, MESSAGE_LOG_COUNT);
    if (REFUND != 0) atomic.add<i64>(tx + TX_REFUND, REFUND);
  } else {
    revertTo(journalBottom());
    addCredit(from, message + MESSAGE_VALUE);
    store<u32>(message, 0, MESSAGE_CREATED);
  }
  store<u32>(WORKER, <u32>CREDIT_HEAD, WORKER_CREDITS);
  const used = load<i64>(message, MESSAGE_GAS) - gasLeft - given;
  store<u32>(message, status, MESSAGE_STATUS);
  store<i64>(message, gasLeft, MESSAGE_GAS_LEFT);
  store<i64>(message, used, MESSAGE_GAS_USED);
  store<u32>(message, WORKER_ID, MESSAGE_WORKER);
  keepOutput(message);
  countGas(tx, used);
}

function keepOutput(message: usize): void {
  const size = min<u32>(outputSize, MOST_RETURN_DATA_KEPT);
  store<u32>(message, size, MESSAGE_RETURN_SIZE);
  if (size == 0) return;
  const copy = allocateForBlock(size);
  memory.copy(copy, output, size);
  store<u32>(message, <u32>copy, MESSAGE_RETURN_DATA);
}

/** The block's gas so far counts each transaction at least its floor (PROTOCOL 2): above the
 * block's limit everybody stops. Sums commute, so the verdict does not depend on who adds
 * first. */
export function countGas(tx: usize, used: i64): void {
  const floor = load<i64>(tx, TX_FLOOR_GAS);
  const before = atomic.add<i64>(tx + TX_GAS_USED, used);
  const grown = max(floor, before + used) - max(floor, before);
  const total = atomic.add<i64>(BLOCK_GAS_USED, grown) + grown;
  if (<u64>total > load<u64>(BLOCK_GAS_LIMIT)) atomic.cmpxchg<u32>(ABORT, 0, ABORT_GAS_LIMIT);
}

// ---- emissions of a successful activation ------------------------------------------------------

/** Assign ids and shares, and move the messages to the worker's list. Returns the gas they got. */
function sendEmissions(): i64 {
  if (EMIT_HEAD == 0) return 0;
  // The chain is newest first; ids are in order of emission.
  let first: usize = 0;
  let open: u32 = 0;
  let at = EMIT_HEAD;
  while (at != 0) {
    const next = <usize>load<u32>(at, MESSAGE_NEXT);
    store<u32>(at, <u32>first, MESSAGE_NEXT);
    first = at;
    if ((load<u32>(at, MESSAGE_FLAGS) & MESSAGE_OPEN) != 0) open++;
    at = next;
  }
  if (open != 0) divideGas(first, open);
  let given: i64 = 0;
  let count = load<u32>(WORKER, WORKER_EMITTED_COUNT);
  let head = load<u32>(WORKER, WORKER_EMITTED);
  at = first;
  while (at != 0) {
    const next = <usize>load<u32>(at, MESSAGE_NEXT);
    assignId(at);
    given += load<i64>(at, MESSAGE_GAS);
    store<u32>(at, head, MESSAGE_NEXT);
    head = <u32>at;
    count++;
    at = next;
  }
  store<u32>(WORKER, head, WORKER_EMITTED);
  store<u32>(WORKER, count, WORKER_EMITTED_COUNT);
  return given;
}

/** Open messages share what the activation leaves: in ascending order of cap, then of emission,
 * each gets min(cap, equal share of what remains) (PROTOCOL 6). */
function divideGas(first: usize, open: u32): void {
  const order = allocateForBlock(open << 2);
  let n: u32 = 0;
  for (let at = first; at != 0; at = load<u32>(at, MESSAGE_NEXT)) {
    if ((load<u32>(at, MESSAGE_FLAGS) & MESSAGE_OPEN) != 0) {
      store<u32>(order + (<usize>n << 2), <u32>at);
      n++;
    }
  }
  // Plain calls all have the same cap, or a falling one.
  sortPointers(order, n, MESSAGE_CAP);
  let left = <u64>gasLeft;
  for (let i: u32 = 0; i < n; i++) {
    const message = <usize>load<u32>(order + (<usize>i << 2));
    const share = min<u64>(load<u64>(message, MESSAGE_CAP), left / <u64>(n - i));
    left -= share;
    store<u64>(message, load<u64>(message, MESSAGE_GAS) + share, MESSAGE_GAS);
  }
  gasLeft = <i64>left;
}

/** id = keccak256(transactionsRoot ‖ uint32be(round) ‖ sender)[0..28] ‖ uint32be(index) (PROTOCOL
 * 3). */
function assignId(message: usize): void {
  const sender = <usize>load<u32>(message, MESSAGE_FROM_ACCOUNT);
  if (load<u32>(sender, ACCOUNT_EMIT_ROUND) != ROUND_NOW) beginEmissions(sender);
  const emissions = <usize>load<u32>(sender, ACCOUNT_EMISSIONS);
  const index = load<u32>(emissions, EMISSIONS_COUNT);
  store<u32>(emissions, index + 1, EMISSIONS_COUNT);
  memory.copy(message + MESSAGE_ID, emissions + EMISSIONS_ID_PREFIX, 28);
  store<u32>(message, bswap<u32>(index), MESSAGE_ID + 28);
}

function beginEmissions(sender: usize): void {
  const emissions = allocateForBlock(EMISSIONS_SIZE);
  const bytes = SCRATCH + BYTES;
  memory.copy(bytes, ENV_TRANSACTIONS_ROOT, 32);
  store<u32>(bytes, bswap<u32>(load<u32>(BLOCK_ROUND)), 32);
  u256StoreAddress(bytes + 36, sender + ACCOUNT_ADDRESS);
  keccak256(emissions + EMISSIONS_ID_PREFIX, bytes, 56);
  store<u32>(emissions, 0, EMISSIONS_COUNT);
  store<u32>(sender, <u32>emissions, ACCOUNT_EMISSIONS);
  store<u32>(sender, ROUND_NOW, ACCOUNT_EMIT_ROUND);
}
