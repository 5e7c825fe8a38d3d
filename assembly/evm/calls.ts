// CALL, CALLCODE, DELEGATECALL, STATICCALL. Nothing here recurses: a call fills the frame globals
// for the callee, and the interpreter goes on; ends.ts restores the caller's.
//
// Ethereum semantics: every call is synchronous and live. Actor semantics: PROTOCOL 4, rows in
// order.

import { ARENA_RETURN_DATA } from '../abi/memory-map';
import {
  ACCOUNT_CREATOR, ACCOUNT_GROUP, CODE_DELEGATE, CODE_IS_DELEGATION, TRACES_FRAMES, VIEW_BALANCE,
  VIEW_CODE, VIEW_EXISTS, VIEW_FLAGS,
} from '../abi/records';
import { CALL_STIPEND } from '../abi/rules';
import {
  STATUS_IN_FLIGHT, STATUS_OUT_OF_GAS, STATUS_REFUSED, STATUS_STATIC_VIOLATION, STATUS_SUCCESS,
  STATUS_TOO_DEEP, STATUS_UNPAID_VALUE,
} from '../abi/status';
import {
  GAS_CALL, GAS_CALL_VALUE, GAS_NEW_ACCOUNT, HAS_DELEGATION, HAS_EMPTY_DELETION, KEEPS_64TH,
} from '../forks/rules';
import { addCredit } from '../frames/effects';
import {
  CALLER, CALL_VALUE, GAS, IP, MEMORY, SELF, SNAPSHOT, SP, STATIC, setInput, setKept,
  setMachine, setModes, setParties, setReturnData,
} from '../frames/frame';
import {
  FRAME, FRAME_KIND, FRAME_OUTPUT, FRAME_OUTPUT_SIZE, FRAME_SNAPSHOT_SELF, FRAME_VALUE, KIND_CALL,
  KIND_CALLCODE, KIND_DELEGATECALL, KIND_STATICCALL, frameDepth, isTooDeep, markFrame, nextFrame,
  pushFrame,
} from '../frames/frames';
import { ALL_LIVE, GROUP_NOW, TRACING } from '../memory/context';
import { ARENA } from '../memory/heap';
import { WAITS_FOR_CALL, WAITS_FOR_NOTHING, waitFor } from '../memory/slice';
import { REFUSED, emit } from '../messages/emission';
import { isInFlight } from '../messages/in-flight';
import { accountAt } from '../state/accounts';
import { FIRST_CUSTOM, RIPEMD_160, isActorRow } from '../precompiles/table';
import { touchForDeletion } from '../state/deletion';
import {
  addBalance, hasBalance, isEmptyView, liveExists, precompileOf, readsCode, setExists, subBalance,
  viewOf,
} from '../state/view';
import { u256Copy, u256IsZero, u256Lt, u256SaturatedU64, u256SetU64 } from '../u256/word';
import { accessCost, accountOfWord, touchCost } from './access';
import { setCustomParties } from './custom';
import { finishAt, haltFrame } from './ends';
import { expand } from './memory';
import {
  NOT_ENDED, PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE, PRECOMPILE_REVERTED, goOnPrecompile,
  precompileStatus,
  runPrecompile,
} from './precompiles';
import { startCode } from './start';
import { traceFrame, traceReturn } from './trace';

/** What a call is about; filled by callInstruction, read by the rows. */
let target: usize = 0;
let code: usize = 0;
let delegate: usize = 0;
let value: usize = 0;
let hasValue: bool = false;
let args: usize = 0;
/** Place of the result: the deepest argument. */
let result: usize = 0;

export function callInstruction(kind: u32): void {
  const sp = SP;
  value = sp + 64;
  args = kind <= KIND_CALLCODE ? sp + 96 : sp + 64;
  result = args + 96;
  hasValue = kind <= KIND_CALLCODE && !u256IsZero(value);
  if (STATIC && kind == KIND_CALL && hasValue) return haltFrame(STATUS_STATIC_VIOLATION);
  let gas = GAS - expand(args, args + 32, GAS);
  if (gas < 0) return haltFrame(STATUS_OUT_OF_GAS);
  gas -= expand(args + 64, args + 96, gas);
  if (gas < 0) return haltFrame(STATUS_OUT_OF_GAS);
  target = accountOfWord(sp + 32);
  gas -= priceOfTarget(kind, gas);
  if (gas < 0) return haltFrame(STATUS_OUT_OF_GAS);
  dispatch(kind, gas);
}

/** Access, delegate, value and new account; notes code and delegate. */
function priceOfTarget(kind: u32, gas: i64): i64 {
  let cost = accessCost(target, GAS_CALL);
  // What cannot be paid for is not looked at.
  if (cost > gas) return cost;
  const view = viewOf(target, SNAPSHOT);
  code = load<u32>(view, VIEW_CODE);
  if (hasValue) cost += GAS_CALL_VALUE;
  if (kind == KIND_CALL) {
    const isNew = HAS_EMPTY_DELETION
      ? hasValue && isEmptyView(view) : (load<u32>(view, VIEW_FLAGS) & VIEW_EXISTS) == 0;
    if (isNew) cost += GAS_NEW_ACCOUNT;
  }
  delegate = 0;
  if (code != 0 && HAS_DELEGATION) {
    readsCode(target, code);
    if (load<u32>(code, CODE_IS_DELEGATION) != 0) {
      delegate = accountAt(code + CODE_DELEGATE);
      cost += touchCost(delegate);
    }
  }
  return cost;
}

/** The rows of PROTOCOL 4. `gas` is what is left after the call's own costs. */
function dispatch(kind: u32, gas: i64): void {
  const row = precompileOf(target);
  const isActor = isActorRow(row);
  if (ALL_LIVE || SNAPSHOT || target == SELF || (row != 0 && !isActor) || isOwnChild()) {
    return callNow(kind, gas, SNAPSHOT);
  }
  if (kind == KIND_CALLCODE || kind == KIND_DELEGATECALL) return callNow(kind, gas, false);
  if (kind == KIND_STATICCALL || STATIC) return callNow(kind, gas, true);
  const size = <u32>load<u64>(args, 32);
  if (code != 0 || size != 0 || isActor) {
    const input = size == 0 ? MEMORY : MEMORY + <usize>load<u64>(args);
    const left = emit(target, value, hasValue, input, size, SP, gas);
    if (left == REFUSED) {
      const why = hasValue && !hasBalance(SELF, value) ? STATUS_UNPAID_VALUE : STATUS_REFUSED;
      traceAtOnce(kind, why);
      return refuse(gas);
    }
    return left < 0 ? haltFrame(STATUS_OUT_OF_GAS) : finish(left, 1);
  }
  // A credit costs what the call costs in Ethereum, where the stipend comes back unused.
  const isPaid = hasBalance(SELF, value);
  traceAtOnce(kind, isPaid ? STATUS_SUCCESS : STATUS_UNPAID_VALUE);
  if (!isPaid) return refuse(gas);
  if (hasValue) {
    subBalance(SELF, value);
    addCredit(target, value);
  }
  finish(gas + (hasValue ? CALL_STIPEND : 0), 1);
}

/** A call that is neither a frame nor a message. */
@inline
function traceAtOnce(kind: u32, status: u32): void {
  if ((TRACING & TRACES_FRAMES) == 0) return;
  const gas = hasValue ? CALL_STIPEND : 0;
  traceCall(kind, gas);
  traceNoFrame(status, gas, 0, 0);
}

@inline
function isOwnChild(): bool {
  return load<u32>(target, ACCOUNT_GROUP) == GROUP_NOW &&
    <usize>load<u32>(target, ACCOUNT_CREATOR) == SELF;
}

/** The call pushes 0 and nothing happened; the stipend comes back with the forwarded gas. */
function refuse(gas: i64): void {
  finish(gas + (hasValue ? CALL_STIPEND : 0), 0);
}

/** Push a result without a frame having begun; no return data. */
function finish(gas: i64, success: u64): void {
  finishAt(result, gas, success);
}

/** A synchronous call; `snapshot`: the callee works on the snapshot. */
function callNow(kind: u32, left: i64, snapshot: bool): void {
  const operand = u256SaturatedU64(SP);
  let callGas: i64;
  if (KEEPS_64TH) {
    const most = left - (left >> 6);
    callGas = operand < <u64>most ? <i64>operand : most;
  } else {
    if (operand > <u64>left) return haltFrame(STATUS_OUT_OF_GAS);
    callGas = <i64>operand;
  }
  setKept(left - callGas);
  const stipend: i64 = hasValue ? CALL_STIPEND : 0;
  if ((TRACING & TRACES_FRAMES) != 0) traceCall(kind, callGas + stipend);
  if (isTooDeep()) return refuseNow(left, callGas + stipend, STATUS_TOO_DEEP);
  if (hasValue && !canPay()) return refuseNow(left, callGas + stipend, STATUS_UNPAID_VALUE);
  const number = precompileOf(target);
  if (snapshot && isActorRow(number) && hasMessageTo(target)) {
    return refuseNow(left, callGas + stipend, STATUS_IN_FLIGHT);
  }
  if (number != 0) return callPrecompile(kind, number, left - callGas, callGas + stipend, snapshot);
  // A member of the group that is not self's child is live for the frame, but not for the callee.
  if (snapshot && !SNAPSHOT) code = load<u32>(viewOf(target, true), VIEW_CODE);
  if (snapshot && mayNotRun()) return refuseNow(left, callGas + stipend, STATUS_IN_FLIGHT);
  if (code != 0 && delegate != 0) code = codeOfDelegate(snapshot);
  if (code == 0) {
    if ((TRACING & TRACES_FRAMES) != 0) traceNoFrame(STATUS_SUCCESS, callGas + stipend, 0, 0);
    moveValue(kind, snapshot);
    return finish(left + stipend, 1);
  }
  readsCode(delegate == 0 ? target : delegate, code);
  enterCall(kind, left - callGas, callGas + stipend, snapshot);
}

/** @param forwarded what comes back */
function refuseNow(left: i64, forwarded: i64, why: u32): void {
  if ((TRACING & TRACES_FRAMES) != 0) traceNoFrame(why, forwarded, 0, 0);
  refuse(left);
}

function traceCall(kind: u32, gas: i64): void {
  const inputSize = <u32>load<u64>(args, 32);
  const input = inputSize == 0 ? MEMORY : MEMORY + <usize>load<u64>(args);
  const shown = kind <= KIND_CALLCODE ? value : kind == KIND_DELEGATECALL ? CALL_VALUE : 0;
  traceFrame(kind, frameDepth() + 1, SELF, target, shown, gas, input, inputSize);
}

/** The end of a call that got no frame. */
function traceNoFrame(status: u32, gas: i64, output: usize, size: u32): void {
  traceReturn(frameDepth() + 1, status, gas, output, size);
}

/** Below a snapshot call only CALLCODE can have value; it moves nothing but must be covered. */
function canPay(): bool {
  return SNAPSHOT ? !u256Lt(viewOf(SELF, true) + VIEW_BALANCE, value) : hasBalance(SELF, value);
}

/** The in-flight rule (PROTOCOL 4): X's code may not run below a snapshot call while self has a
 * message to X under way. The outermost such call is the one that this frame makes, unless it is
 * below one. */
function mayNotRun(): bool {
  if (code == 0) return false;
  if (hasMessageTo(target)) return true;
  // A precompile is never in flight, whatever code the state has at its address
  return delegate != 0 && precompileOf(delegate) == 0 &&
    load<u32>(viewOf(delegate, true), VIEW_CODE) != 0 && hasMessageTo(delegate);
}

function hasMessageTo(account: usize): bool {
  return isInFlight(SNAPSHOT ? <usize>load<u32>(FRAME, FRAME_SNAPSHOT_SELF) : SELF, account);
}

/** EIP-7702 follows one delegation only; a precompile as delegate runs nothing. */
function codeOfDelegate(snapshot: bool): usize {
  if (precompileOf(delegate) != 0) return 0;
  return load<u32>(viewOf(delegate, snapshot), VIEW_CODE);
}

/** Value of a CALL that succeeds without a frame, or at the start of one. */
function moveValue(kind: u32, snapshot: bool): void {
  if (kind == KIND_CALL && !snapshot) {
    if (hasValue && target != SELF) {
      subBalance(SELF, value);
      if (ALL_LIVE || isOwnChild()) addBalance(target, value);
      else addCredit(target, value);
    }
    if (ALL_LIVE && !hasValue) touchTarget();
  } else if (kind == KIND_STATICCALL && ALL_LIVE) {
    touchTarget();
  }
}

/** Before EIP-161 a call makes the account; after it, touching an empty one deletes it. */
function touchTarget(): void {
  if (HAS_EMPTY_DELETION) touchForDeletion(target);
  else if (!liveExists(target)) setExists(target, true);
}

function enterCall(kind: u32, left: i64, callGas: i64, snapshot: bool): void {
  const frame = nextFrame();
  const inputSize = <u32>load<u64>(args, 32);
  const input = inputSize == 0 ? MEMORY : MEMORY + <usize>load<u64>(args);
  const outputSize = <u32>load<u64>(args, 96);
  const output = outputSize == 0 ? MEMORY : MEMORY + <usize>load<u64>(args, 64);
  store<u32>(frame, kind, FRAME_KIND);
  store<u32>(frame, <u32>output, FRAME_OUTPUT);
  store<u32>(frame, outputSize, FRAME_OUTPUT_SIZE);
  store<u32>(frame, <u32>(SNAPSHOT ? <usize>load<u32>(FRAME, FRAME_SNAPSHOT_SELF) : SELF),
    FRAME_SNAPSHOT_SELF);
  if (kind <= KIND_CALLCODE) u256Copy(frame + FRAME_VALUE, value);
  else u256SetU64(frame + FRAME_VALUE, 0);
  markFrame(frame);
  moveValue(kind, snapshot);
  const self = kind == KIND_CALLCODE || kind == KIND_DELEGATECALL ? SELF : target;
  const caller = kind == KIND_DELEGATECALL ? CALLER : SELF;
  const shown = kind == KIND_DELEGATECALL ? CALL_VALUE : frame + FRAME_VALUE;
  const isStatic = STATIC || snapshot || kind == KIND_STATICCALL;
  const runs = code;
  setMachine(IP, result, left);
  pushFrame();
  setParties(self, caller, shown);
  setModes(isStatic, snapshot);
  setInput(input, inputSize);
  setReturnData(ARENA + ARENA_RETURN_DATA, 0);
  startCode(runs, callGas);
}

/** The call of the precompile that has not ended, beside what all calls note. */
let precompile: u32 = 0;
let precompileKind: u32 = 0;
let precompileSnapshot: bool = false;
let kept: i64 = 0;

function callPrecompile(kind: u32, number: u32, left: i64, callGas: i64, snapshot: bool): void {
  const inputSize = <u32>load<u64>(args, 32);
  const input = inputSize == 0 ? MEMORY : MEMORY + <usize>load<u64>(args);
  precompile = number;
  precompileKind = kind;
  precompileSnapshot = snapshot;
  kept = left;
  if (number >= FIRST_CUSTOM) {
    const shown = kind <= KIND_CALLCODE ? value : kind == KIND_DELEGATECALL ? CALL_VALUE : 0;
    const isStatic = STATIC || snapshot || kind != KIND_CALL;
    setCustomParties(target, kind == KIND_DELEGATECALL ? CALLER : SELF, shown, isStatic);
  }
  endPrecompile(runPrecompile(number, input, inputSize, callGas));
}

/** Goes on with a precompile that the frame has called and waits for. */
export function goOnCall(): void {
  endPrecompile(goOnPrecompile());
}

/** @param after the gas that it left, or how it went */
function endPrecompile(after: i64): void {
  waitFor(after == NOT_ENDED ? WAITS_FOR_CALL : WAITS_FOR_NOTHING);
  if (after == NOT_ENDED) return;
  const number = precompile;
  const kind = precompileKind;
  const left = kept;
  const snapshot = precompileSnapshot;
  if ((TRACING & TRACES_FRAMES) != 0) {
    const status = precompileStatus(after);
    traceNoFrame(status, max<i64>(after, 0), PRECOMPILE_OUTPUT, PRECOMPILE_OUTPUT_SIZE);
  }
  if (after < 0) {
    // A call that fails had touched the account; of RIPEMD-160's that stays (deletion.ts).
    const touches = !hasValue && (kind == KIND_CALL || kind == KIND_STATICCALL);
    if (ALL_LIVE && number == RIPEMD_160 && touches) touchForDeletion(target);
    return finish(left, 0);
  }
  if (!PRECOMPILE_REVERTED) moveValue(kind, snapshot);
  const output = PRECOMPILE_OUTPUT;
  const size = PRECOMPILE_OUTPUT_SIZE;
  const wanted = <u32>load<u64>(args, 96);
  if (wanted != 0) {
    memory.copy(MEMORY + <usize>load<u64>(args, 64), output, min(size, wanted));
  }
  finish(left + after, PRECOMPILE_REVERTED ? 0 : 1);
  setReturnData(output, size);
}
