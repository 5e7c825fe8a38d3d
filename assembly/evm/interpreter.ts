/**
 * The interpreter: runs the decoded stream of a frame until something concerns more than the frame.
 *
 *   interpret ── runFrame ── one turn of the outer loop is one basic block: gas and stack are
 *       │                    checked and paid for in one place, at its entry;
 *       │                    one turn of the inner loop is one record: fetch and dispatch
 *       └─ calls, creations and the ends of frames, which change what runFrame finds in frame.ts
 *
 * `switch` becomes one br_table; handlers called through a table took 2.2 times as long, tail calls
 * 2.0 times. ip, sp and gas are locals: in globals 1.2 times. `continue` goes to the next record,
 * `break` to the next block. A call does not recurse: runFrame returns, and goes on where the new
 * frame says. That is also when the engine can put in better compiled code.
 *
 * A handler that calls a function in rare cases has a `continue` of its own for them: were its ways
 * to meet again, V8 would keep ip and sp in memory on both (up to 6 % of the time of programs).
 *
 * Exports: interpret.
 */
// prettier-ignore
import {
  OP_ADD, OP_ADDMOD, OP_ADDRESS, OP_AND, OP_BALANCE, OP_BASEFEE, OP_BLOBBASEFEE, OP_BLOBHASH,
  OP_BLOCKHASH, OP_BYTE, OP_CALL, OP_CALLCODE, OP_CALLDATACOPY, OP_CALLDATALOAD, OP_CALLDATASIZE,
  OP_CALLER, OP_CALLVALUE, OP_CHAINID, OP_CLZ, OP_CODECOPY, OP_CODESIZE, OP_COINBASE, OP_CREATE,
  OP_CREATE2, OP_DELEGATECALL, OP_DIV, OP_DUP1, OP_DUP10, OP_DUP11, OP_DUP12, OP_DUP13, OP_DUP14,
  OP_DUP15, OP_DUP16, OP_DUP2, OP_DUP3, OP_DUP4, OP_DUP5, OP_DUP6, OP_DUP7, OP_DUP8, OP_DUP9,
  OP_EQ, OP_EXP, OP_EXTCODECOPY, OP_EXTCODEHASH, OP_EXTCODESIZE, OP_GAS, OP_GASLIMIT, OP_GASPRICE,
  OP_GT, OP_INVALID, OP_ISZERO, OP_JUMP, OP_JUMPI, OP_KECCAK256, OP_LOG0, OP_LOG1, OP_LOG2,
  OP_LOG3, OP_LOG4, OP_LT, OP_MCOPY, OP_MLOAD, OP_MOD, OP_MSIZE, OP_MSTORE, OP_MSTORE8, OP_MUL,
  OP_MULMOD, OP_NOT, OP_NUMBER, OP_OR, OP_ORIGIN, OP_POP, OP_PREVRANDAO, OP_RETURN,
  OP_RETURNDATACOPY, OP_RETURNDATASIZE, OP_REVERT, OP_SAR, OP_SDIV, OP_SELFBALANCE,
  OP_SELFDESTRUCT, OP_SGT, OP_SHL, OP_SHR, OP_SIGNEXTEND, OP_SLOAD, OP_SLT, OP_SMOD, OP_SSTORE,
  OP_STATICCALL, OP_STOP, OP_SUB, OP_SWAP1, OP_SWAP10, OP_SWAP11, OP_SWAP12, OP_SWAP13, OP_SWAP14,
  OP_SWAP15, OP_SWAP16, OP_SWAP2, OP_SWAP3, OP_SWAP4, OP_SWAP5, OP_SWAP6, OP_SWAP7, OP_SWAP8,
  OP_SWAP9, OP_TIMESTAMP, OP_TLOAD, OP_TSTORE, OP_XOR,
} from '../abi/opcodes';
import {
  STATUS_BAD_JUMP, STATUS_INVALID_INSTRUCTION, STATUS_OUT_OF_GAS, STATUS_RETURN_DATA_BOUNDS,
  STATUS_REVERT, STATUS_STACK_OVERFLOW, STATUS_STACK_UNDERFLOW, STATUS_STATIC_VIOLATION,
  STATUS_SUCCESS, STATUS_UNDEFINED_INSTRUCTION,
} from '../abi/status';
// prettier-ignore
import {
  H_ADD_MLOAD, H_ADD_SWAP_POP, H_AND_OR, H_BEGIN, H_DUP_ADD, H_DUP_AND,
  H_DUP_ISZERO_PUSH_JUMPI, H_DUP_MLOAD, H_DUP_MSTORE, H_DUP_MUL, H_DUP_MULMOD, H_DUP_OR,
  H_DUP_PUSH_JUMPI, H_DUP_PUSH_MSTORE, H_DUP_SHL, H_DUP_SHR, H_DUP_SHR_AND, H_DUP_SHR_MASK,
  H_DUP_SUB, H_DUP_XOR, H_EQ_ISZERO_PUSH_JUMPI, H_EQ_PUSH_JUMPI, H_GT_ISZERO_PUSH_JUMPI,
  H_GT_PUSH_JUMPI, H_ISZERO_PUSH_JUMPI, H_LATE, H_LT_ISZERO_PUSH_JUMPI, H_LT_PUSH_JUMPI,
  H_OR_SWAP_POP, H_PAUSE, H_POP_3, H_POP_4, H_POP_JUMP, H_POP_POP, H_PUSH, H_PUSH_ADD,
  H_PUSH_ADD_MLOAD,
  H_PUSH_AND, H_PUSH_DUP, H_PUSH_DUP_ADD, H_PUSH_DUP_AND, H_PUSH_DUP_EQ_ISZERO_PUSH_JUMPI,
  H_PUSH_DUP_EQ_PUSH_JUMPI, H_PUSH_DUP_GT_ISZERO_PUSH_JUMPI, H_PUSH_DUP_GT_PUSH_JUMPI,
  H_PUSH_DUP_LT_ISZERO_PUSH_JUMPI, H_PUSH_DUP_LT_PUSH_JUMPI, H_PUSH_DUP_MSTORE, H_PUSH_EQ,
  H_PUSH_GT, H_PUSH_JUMP, H_PUSH_JUMPI, H_PUSH_LT, H_PUSH_MLOAD, H_PUSH_MSTORE, H_PUSH_MUL,
  H_PUSH_MUL_ADD, H_PUSH_SHL, H_PUSH_SHR, H_PUSH_SWAP1, H_PUSH_SWAP1_DIV, H_PUSH_SWAP1_SUB,
  H_PUSH_WIDE, H_PUSH_WIDE_AND, H_RESUME, H_SELECTOR_JUMPI, H_SGT_ISZERO_PUSH_JUMPI,
  H_SGT_PUSH_JUMPI,
  H_SLT_ISZERO_PUSH_JUMPI, H_SLT_PUSH_JUMPI, H_SUB_SWAP_POP, H_SWAP1_JUMP, H_SWAP1_POP,
  H_SWAP1_POP_DUP1, H_SWAP1_SUB, H_SWAP2_POP, H_SWAP3_POP, H_SWAP4_POP, H_SWAP5_POP, H_SWAP6_POP,
  H_SWAP_POP_POP, H_TRACE, H_UNDEFINED, H_XOR_SWAP_POP,
} from '../decode/handlers';
import { decodeLate } from '../decode/late-decoder';
import {
  comparedWord, fieldBit, fieldWord, firstOperand, poppedBytes, secondOperand, smallImmediate,
} from '../decode/operands';
import {
  BEGIN_GAS, BEGIN_GROWS, BEGIN_NEEDS, RECORD_ARGUMENT, RECORD_IMMEDIATE, RECORD_SIZE,
  WIDE_RECORD_SIZE,
} from '../decode/stream';
import {
  DONE, GAS, IP, MEMORY_FAST, SP, STACK_BASE, STACK_LIMIT, STATIC, setMachine,
} from '../frames/frame';
import {
  WAITING, WAITS_FOR_CALL, WAITS_FOR_HASH, WAITS_FOR_NOTHING, isSpent, spend,
} from '../memory/slice';
import { u256Eq, u256High, u256Lt, u256SetU64, u256Slt } from '../u256/word';
import { callInstruction, goOnCall } from './calls';
import { createInstruction } from './creates';
import { haltFrame, returnFrame } from './ends';
import {
  balance, extCodeCopy, extCodeHash, extCodeSize, selfBalance,
} from './instructions/accounts';
import {
  add, addSwapPop, addmod, areWide, div, divWide, dupAdd, dupMul, dupMulWide, dupMulmod, dupSub,
  exp, expGas, isWide, isWideDivision, mod, modWide, mul, mulWide, mulmod, pushAdd, pushDupAdd,
  pushMul, pushMulWide, pushSwapDiv, pushSwapDivWide, pushSwapSub, sdiv, signextend, smod, sub,
  subSwapPop, swapSub,
} from './instructions/arithmetic';
import {
  basefee, blobbasefee, blobhash, blockNumber, blockhash, chainid, coinbase, gaslimit, prevrandao,
  timestamp,
} from './instructions/block';
import {
  and, andOr, byte, clzWord, dupAnd, dupOr, dupShl, dupShr, dupShrAnd, dupShrMask, dupXor, eq, gt,
  isAbove, isBelow, isEqualToImmediate, isZero, iszero, lt, not, or, orSwapPop, pushAnd, pushDupAnd,
  pushEq, pushGt, pushLt, pushShl, pushShr, pushWideAnd, sar, sgt, shl, shr, slt, xor, xorSwapPop,
} from './instructions/comparison';
import {
  address, calldatacopy, calldataload, calldatasize, caller, callvalue, codecopy, codesize,
  gasprice, isOutsideReturnData, origin, returndatacopy, returndatasize,
} from './instructions/environment';
import { endFrame, knownTarget, lateTarget } from './instructions/flow';
import { goOnHash, keccak256 } from './instructions/keccak';
import { log } from './instructions/logging';
import { mcopy, mload, msize, mstore, mstore8, mstoreSmall } from './instructions/memory-ops';
import {
  dup, push, pushDup, pushSwap, pushWide, swap, swapPop, swapPopPop,
} from './instructions/stack';
import { sload, sstore, tload, tstore } from './instructions/storage';
import { selfdestructInstruction } from './instructions/system';
import { expandAt, expandSmall } from './memory';
import { goOnOutermost } from './outermost';
import { floorOf, stopAtBlock, stopInside } from './pause';
import { traceStep } from './trace';

/** What a call takes beside the gas of the frames, about, in the time of gas. */
const CALL_TIME: i64 = 100;

/** Runs from the frame globals (frame.ts) until the outermost frame has ended (DONE), or the slice
 * is spent. */
export function interpret(): void {
  while (!DONE && !isSpent()) {
    if (WAITING != WAITS_FOR_NOTHING) {
      goOnWaiting();
      continue;
    }
    const before = GAS;
    const reason = runFrame();
    spend(before - GAS + CALL_TIME);
    switch (reason) {
      case H_PAUSE: break;
      case OP_STOP: returnFrame(STATUS_SUCCESS, 0, 0); break;
      case OP_RETURN: endFrame(STATUS_SUCCESS); break;
      case OP_REVERT: endFrame(STATUS_REVERT); break;
      case OP_CALL: callInstruction(0); break;
      case OP_CALLCODE: callInstruction(1); break;
      case OP_DELEGATECALL: callInstruction(2); break;
      case OP_STATICCALL: callInstruction(3); break;
      case OP_CREATE: createInstruction(0); break;
      case OP_CREATE2: createInstruction(1); break;
      case OP_SELFDESTRUCT: selfdestructInstruction(); break;
      case H_TRACE: traceStep(); break;
      case H_LATE:
        if (!decodeLate()) haltFrame(STATUS_BAD_JUMP);
        break;
      default:
        // At most all that it had, which the frame loses.
        spend(before);
        haltFrame(reason);
    }
  }
}

/** The frame waits for something that takes longer than a slice. */
function goOnWaiting(): void {
  if (WAITING == WAITS_FOR_HASH) goOnHash();
  else if (WAITING == WAITS_FOR_CALL) goOnCall();
  else goOnOutermost();
}

@inline
function argument(ip: usize): u32 {
  return load<u32>(ip, RECORD_ARGUMENT);
}

@inline
function immediate(ip: usize): u64 {
  return load<u64>(ip, RECORD_IMMEDIATE);
}

/** The record that an immediate jump leads to. */
@inline
function target(ip: usize): usize {
  return load<u32>(ip, RECORD_IMMEDIATE);
}

/** Whether an access of 32 bytes at the offset in `word` needs expansion. One branch, not two. */
@inline
function isBeyondMemory(word: usize): bool {
  return (u256High(word) | u64(load<u64>(word) >= MEMORY_FAST)) != 0;
}

/**
 * Runs the frame in frame.ts until it halts, ends, calls or creates. Returns why: STATUS_* of an
 * exceptional halt (2 to 16), or else the handler of what somebody else must execute (STOP, from
 * 0xf0 on, TRACE, LATE), or PAUSE, with IP, SP and GAS set for it. The arguments of an exceptional
 * halt do not matter: it takes all gas.
 */
function runFrame(): u32 {
  let ip = IP;
  let sp = SP;
  let gas = GAS;
  const stackBase = STACK_BASE;
  const stackLimit = STACK_LIMIT;
  const floor = floorOf(ip, gas);
  while (true) {
    // ip is at a BEGIN record.
    gas -= <i64>load<u32>(ip, BEGIN_GAS);
    if (gas < floor) return stopAtBlock(ip, sp, gas);
    if (sp > stackBase - load<u32>(ip, BEGIN_NEEDS)) return STATUS_STACK_UNDERFLOW;
    if (sp < stackLimit + load<u32>(ip, BEGIN_GROWS)) return STATUS_STACK_OVERFLOW;
    ip += RECORD_SIZE;
    while (true) {
      // prettier-ignore
      switch (load<u32>(ip)) {
        case OP_STOP:
        case OP_CREATE:
        case OP_CALL:
        case OP_CALLCODE:
        case OP_RETURN:
        case OP_DELEGATECALL:
        case OP_CREATE2:
        case OP_STATICCALL:
        case OP_REVERT:
        case OP_SELFDESTRUCT:
        case H_TRACE:
        case H_LATE:
          setMachine(ip + RECORD_SIZE, sp, gas);
          return load<u32>(ip);

        case OP_ADD: add(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_MUL:
          if (areWide(sp, sp + 32)) { mulWide(sp); sp += 32; ip += RECORD_SIZE; continue; }
          mul(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SUB: sub(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_DIV:
          if (isWideDivision(sp)) { divWide(sp); sp += 32; ip += RECORD_SIZE; continue; }
          div(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SDIV: sdiv(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_MOD:
          if (isWideDivision(sp)) { modWide(sp); sp += 32; ip += RECORD_SIZE; continue; }
          mod(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SMOD: smod(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_ADDMOD: addmod(sp); sp += 64; ip += RECORD_SIZE; continue;
        case OP_MULMOD: mulmod(sp); sp += 64; ip += RECORD_SIZE; continue;
        case OP_EXP:
          gas -= expGas(sp);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          exp(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SIGNEXTEND: signextend(sp); sp += 32; ip += RECORD_SIZE; continue;

        case OP_LT: lt(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_GT: gt(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SLT: slt(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SGT: sgt(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_EQ: eq(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_ISZERO: iszero(sp); ip += RECORD_SIZE; continue;
        case OP_AND: and(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_OR: or(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_XOR: xor(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_NOT: not(sp); ip += RECORD_SIZE; continue;
        case OP_BYTE: byte(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SHL: shl(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SHR: shr(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_SAR: sar(sp); sp += 32; ip += RECORD_SIZE; continue;
        case OP_CLZ: clzWord(sp); ip += RECORD_SIZE; continue;

        case OP_KECCAK256:
          gas -= keccak256(sp, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 32, gas);
          sp += 32; ip += RECORD_SIZE; continue;

        case OP_ADDRESS: address(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_BALANCE:
          gas -= balance(sp, gas);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          ip += RECORD_SIZE; continue;
        case OP_ORIGIN: origin(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_CALLER: caller(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_CALLVALUE: callvalue(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_CALLDATALOAD: calldataload(sp); ip += RECORD_SIZE; continue;
        case OP_CALLDATASIZE: calldatasize(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_CALLDATACOPY:
          gas -= calldatacopy(sp, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 96, gas);
          sp += 96; ip += RECORD_SIZE; continue;
        case OP_CODESIZE: codesize(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_CODECOPY:
          gas -= codecopy(sp, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 96, gas);
          sp += 96; ip += RECORD_SIZE; continue;
        case OP_GASPRICE: gasprice(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_EXTCODESIZE:
          gas -= extCodeSize(sp, gas);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          ip += RECORD_SIZE; continue;
        case OP_EXTCODECOPY:
          gas -= extCodeCopy(sp, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 128, gas);
          sp += 128; ip += RECORD_SIZE; continue;
        case OP_RETURNDATASIZE: returndatasize(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_RETURNDATACOPY:
          if (isOutsideReturnData(sp)) return STATUS_RETURN_DATA_BOUNDS;
          gas -= returndatacopy(sp, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 96, gas);
          sp += 96; ip += RECORD_SIZE; continue;
        case OP_EXTCODEHASH:
          gas -= extCodeHash(sp, gas);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          ip += RECORD_SIZE; continue;

        case OP_BLOCKHASH: blockhash(sp); ip += RECORD_SIZE; continue;
        case OP_COINBASE: coinbase(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_TIMESTAMP: timestamp(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_NUMBER: blockNumber(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_PREVRANDAO: prevrandao(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_GASLIMIT: gaslimit(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_CHAINID: chainid(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_SELFBALANCE: selfBalance(sp - 32); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_BASEFEE: basefee(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_BLOBHASH: blobhash(sp); ip += RECORD_SIZE; continue;
        case OP_BLOBBASEFEE: blobbasefee(sp); sp -= 32; ip += RECORD_SIZE; continue;

        case OP_POP: sp += 32; ip += RECORD_SIZE; continue;
        case OP_MLOAD: {
          const offset = load<u64>(sp);
          if (isBeyondMemory(sp)) {
            gas -= expandAt(sp, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mload(sp, offset); ip += RECORD_SIZE; continue;
        }
        case OP_MSTORE: {
          const offset = load<u64>(sp);
          if (isBeyondMemory(sp)) {
            gas -= expandAt(sp, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mstore(offset, sp + 32); sp += 64; ip += RECORD_SIZE; continue;
        }
        case OP_MSTORE8: {
          const offset = load<u64>(sp);
          if (offset >= MEMORY_FAST || u256High(sp) != 0) {
            gas -= expandAt(sp, 1, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
          }
          mstore8(offset, sp + 32); sp += 64; ip += RECORD_SIZE; continue;
        }
        case OP_SLOAD:
          gas -= sload(sp, gas);
          if (gas < 0) return STATUS_OUT_OF_GAS;
          ip += RECORD_SIZE; continue;
        case OP_SSTORE:
          if (STATIC) return STATUS_STATIC_VIOLATION;
          gas -= sstore(sp, gas + <i64>argument(ip));
          if (gas < 0) return STATUS_OUT_OF_GAS;
          sp += 64; ip += RECORD_SIZE; continue;
        case OP_JUMP:
          ip = knownTarget(sp);
          if (ip == 0) {
            ip = lateTarget(sp);
            if (ip == 0) return STATUS_BAD_JUMP;
            sp += 32; break;
          }
          sp += 32; break;
        case OP_JUMPI:
          if (isZero(sp + 32)) { sp += 64; ip += RECORD_SIZE; break; }
          ip = knownTarget(sp);
          if (ip == 0) {
            ip = lateTarget(sp);
            if (ip == 0) return STATUS_BAD_JUMP;
            sp += 64; break;
          }
          sp += 64; break;
        case OP_MSIZE: msize(sp); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_GAS:
          u256SetU64(sp - 32, <u64>(gas + <i64>argument(ip)));
          sp -= 32; ip += RECORD_SIZE; continue;
        case OP_TLOAD: tload(sp); ip += RECORD_SIZE; continue;
        case OP_TSTORE:
          if (STATIC) return STATUS_STATIC_VIOLATION;
          tstore(sp); sp += 64; ip += RECORD_SIZE; continue;
        case OP_MCOPY:
          gas -= mcopy(sp, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 96, gas);
          sp += 96; ip += RECORD_SIZE; continue;

        case OP_DUP1: dup(sp, 1); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP2: dup(sp, 2); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP3: dup(sp, 3); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP4: dup(sp, 4); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP5: dup(sp, 5); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP6: dup(sp, 6); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP7: dup(sp, 7); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP8: dup(sp, 8); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP9: dup(sp, 9); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP10: dup(sp, 10); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP11: dup(sp, 11); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP12: dup(sp, 12); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP13: dup(sp, 13); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP14: dup(sp, 14); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP15: dup(sp, 15); sp -= 32; ip += RECORD_SIZE; continue;
        case OP_DUP16: dup(sp, 16); sp -= 32; ip += RECORD_SIZE; continue;

        case OP_SWAP1: swap(sp, 1); ip += RECORD_SIZE; continue;
        case OP_SWAP2: swap(sp, 2); ip += RECORD_SIZE; continue;
        case OP_SWAP3: swap(sp, 3); ip += RECORD_SIZE; continue;
        case OP_SWAP4: swap(sp, 4); ip += RECORD_SIZE; continue;
        case OP_SWAP5: swap(sp, 5); ip += RECORD_SIZE; continue;
        case OP_SWAP6: swap(sp, 6); ip += RECORD_SIZE; continue;
        case OP_SWAP7: swap(sp, 7); ip += RECORD_SIZE; continue;
        case OP_SWAP8: swap(sp, 8); ip += RECORD_SIZE; continue;
        case OP_SWAP9: swap(sp, 9); ip += RECORD_SIZE; continue;
        case OP_SWAP10: swap(sp, 10); ip += RECORD_SIZE; continue;
        case OP_SWAP11: swap(sp, 11); ip += RECORD_SIZE; continue;
        case OP_SWAP12: swap(sp, 12); ip += RECORD_SIZE; continue;
        case OP_SWAP13: swap(sp, 13); ip += RECORD_SIZE; continue;
        case OP_SWAP14: swap(sp, 14); ip += RECORD_SIZE; continue;
        case OP_SWAP15: swap(sp, 15); ip += RECORD_SIZE; continue;
        case OP_SWAP16: swap(sp, 16); ip += RECORD_SIZE; continue;

        case OP_LOG0:
        case OP_LOG1:
        case OP_LOG2:
        case OP_LOG3:
        case OP_LOG4: {
          if (STATIC) return STATUS_STATIC_VIOLATION;
          const topics = load<u32>(ip) - OP_LOG0;
          gas -= log(sp, topics, gas);
          if (gas < floor) return stopInside(ip + RECORD_SIZE, sp + 64 + (topics << 5), gas);
          sp += 64 + (topics << 5); ip += RECORD_SIZE; continue;
        }

        case OP_INVALID: return STATUS_INVALID_INSTRUCTION;

        // Not instructions.
        case H_BEGIN: break;
        case H_RESUME: ip = target(ip); continue;
        case H_UNDEFINED: return STATUS_UNDEFINED_INSTRUCTION;
        case H_PUSH: push(sp, immediate(ip)); sp -= 32; ip += RECORD_SIZE; continue;
        case H_PUSH_WIDE:
          pushWide(sp, ip + RECORD_SIZE);
          sp -= 32; ip += WIDE_RECORD_SIZE; continue;

        // Superinstructions. First those that jump.
        case H_PUSH_JUMP: ip = target(ip); break;
        case H_PUSH_JUMPI:
          ip = isZero(sp) ? ip + RECORD_SIZE : target(ip);
          sp += 32; break;
        case H_DUP_PUSH_JUMPI:
          ip = isZero(sp + argument(ip)) ? ip + RECORD_SIZE : target(ip);
          break;
        case H_ISZERO_PUSH_JUMPI:
          ip = isZero(sp) ? target(ip) : ip + RECORD_SIZE;
          sp += 32; break;
        case H_DUP_ISZERO_PUSH_JUMPI:
          ip = isZero(sp + argument(ip)) ? target(ip) : ip + RECORD_SIZE;
          break;
        case H_LT_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Lt(sp + firstOperand(operands), sp + secondOperand(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          sp += poppedBytes(operands); break;
        }
        case H_GT_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Lt(sp + secondOperand(operands), sp + firstOperand(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          sp += poppedBytes(operands); break;
        }
        case H_SLT_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Slt(sp + firstOperand(operands), sp + secondOperand(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          sp += poppedBytes(operands); break;
        }
        case H_SGT_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Slt(sp + secondOperand(operands), sp + firstOperand(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          sp += poppedBytes(operands); break;
        }
        case H_EQ_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Eq(sp + firstOperand(operands), sp + secondOperand(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          sp += poppedBytes(operands); break;
        }
        case H_LT_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Lt(sp + firstOperand(operands), sp + secondOperand(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          sp += poppedBytes(operands); break;
        }
        case H_GT_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Lt(sp + secondOperand(operands), sp + firstOperand(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          sp += poppedBytes(operands); break;
        }
        case H_SLT_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Slt(sp + firstOperand(operands), sp + secondOperand(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          sp += poppedBytes(operands); break;
        }
        case H_SGT_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Slt(sp + secondOperand(operands), sp + firstOperand(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          sp += poppedBytes(operands); break;
        }
        case H_EQ_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = u256Eq(sp + firstOperand(operands), sp + secondOperand(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          sp += poppedBytes(operands); break;
        }
        case H_PUSH_DUP_LT_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = isBelow(sp + comparedWord(operands), smallImmediate(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          break;
        }
        case H_PUSH_DUP_GT_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = isAbove(sp + comparedWord(operands), smallImmediate(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          break;
        }
        case H_PUSH_DUP_EQ_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = isEqualToImmediate(sp + comparedWord(operands), smallImmediate(operands));
          ip = holds ? target(ip) : ip + RECORD_SIZE;
          break;
        }
        case H_PUSH_DUP_LT_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = isBelow(sp + comparedWord(operands), smallImmediate(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          break;
        }
        case H_PUSH_DUP_GT_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = isAbove(sp + comparedWord(operands), smallImmediate(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          break;
        }
        case H_PUSH_DUP_EQ_ISZERO_PUSH_JUMPI: {
          const operands = argument(ip);
          const holds = isEqualToImmediate(sp + comparedWord(operands), smallImmediate(operands));
          ip = holds ? ip + RECORD_SIZE : target(ip);
          break;
        }
        case H_SELECTOR_JUMPI:
          ip = isEqualToImmediate(sp, argument(ip)) ? target(ip) : ip + RECORD_SIZE;
          break;
        case H_SWAP1_JUMP:
          ip = knownTarget(sp + 32);
          if (ip == 0) {
            ip = lateTarget(sp + 32);
            if (ip == 0) return STATUS_BAD_JUMP;
            swapPop(sp, 1); sp += 32; break;
          }
          swapPop(sp, 1); sp += 32; break;

        case H_POP_JUMP: {
          const operands = argument(ip);
          ip = knownTarget(sp + firstOperand(operands));
          if (ip == 0) {
            ip = lateTarget(sp + firstOperand(operands));
            if (ip == 0) return STATUS_BAD_JUMP;
            sp += poppedBytes(operands); break;
          }
          sp += poppedBytes(operands); break;
        }

        case H_PUSH_ADD: pushAdd(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_MUL:
          if (isWide(sp)) { pushMulWide(sp, immediate(ip)); ip += RECORD_SIZE; continue; }
          pushMul(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_LT: pushLt(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_GT: pushGt(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_EQ: pushEq(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_AND: pushAnd(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_SHL: pushShl(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_SHR: pushShr(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_MLOAD: {
          const offset = immediate(ip);
          if (offset >= MEMORY_FAST) {
            gas -= expandSmall(offset, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mload(sp - 32, offset); sp -= 32; ip += RECORD_SIZE; continue;
        }
        case H_PUSH_MSTORE: {
          const offset = immediate(ip);
          if (offset >= MEMORY_FAST) {
            gas -= expandSmall(offset, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mstore(offset, sp); sp += 32; ip += RECORD_SIZE; continue;
        }
        case H_PUSH_SWAP1_SUB: pushSwapSub(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_SWAP1_DIV:
          if (isWide(sp) || immediate(ip) == 0) {
            pushSwapDivWide(sp, immediate(ip)); ip += RECORD_SIZE; continue;
          }
          pushSwapDiv(sp, immediate(ip)); ip += RECORD_SIZE; continue;
        case H_PUSH_DUP:
          pushDup(sp, immediate(ip), argument(ip));
          sp -= 64; ip += RECORD_SIZE; continue;
        case H_PUSH_WIDE_AND:
          pushWideAnd(sp, ip + RECORD_SIZE);
          ip += WIDE_RECORD_SIZE; continue;

        case H_DUP_ADD: dupAdd(sp, argument(ip)); ip += RECORD_SIZE; continue;
        case H_DUP_SUB: dupSub(sp, argument(ip)); ip += RECORD_SIZE; continue;
        case H_DUP_MUL:
          if (areWide(sp, sp + argument(ip))) {
            dupMulWide(sp, argument(ip)); ip += RECORD_SIZE; continue;
          }
          dupMul(sp, argument(ip)); ip += RECORD_SIZE; continue;
        case H_DUP_AND: dupAnd(sp, argument(ip)); ip += RECORD_SIZE; continue;
        case H_DUP_OR: dupOr(sp, argument(ip)); ip += RECORD_SIZE; continue;
        case H_DUP_XOR: dupXor(sp, argument(ip)); ip += RECORD_SIZE; continue;
        case H_DUP_MULMOD:
          dupMulmod(sp, argument(ip));
          sp += 32; ip += RECORD_SIZE; continue;
        case H_DUP_MLOAD: {
          const word = sp + argument(ip);
          const offset = load<u64>(word);
          if (isBeyondMemory(word)) {
            gas -= expandAt(word, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mload(sp - 32, offset); sp -= 32; ip += RECORD_SIZE; continue;
        }
        case H_DUP_MSTORE: {
          const word = sp + argument(ip);
          const offset = load<u64>(word);
          if (isBeyondMemory(word)) {
            gas -= expandAt(word, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mstore(offset, sp); sp += 32; ip += RECORD_SIZE; continue;
        }
        case H_DUP_PUSH_MSTORE: {
          const offset = immediate(ip);
          if (offset >= MEMORY_FAST) {
            gas -= expandSmall(offset, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mstore(offset, sp + argument(ip)); ip += RECORD_SIZE; continue;
        }
        case H_DUP_SHR:
          dupShr(sp, argument(ip), immediate(ip));
          sp -= 32; ip += RECORD_SIZE; continue;
        case H_DUP_SHR_AND:
          dupShrAnd(sp, argument(ip), immediate(ip));
          ip += RECORD_SIZE; continue;
        case H_DUP_SHL:
          dupShl(sp, argument(ip), immediate(ip));
          sp -= 32; ip += RECORD_SIZE; continue;
        case H_DUP_SHR_MASK:
          dupShrMask(sp, fieldWord(argument(ip)), fieldBit(argument(ip)), immediate(ip));
          sp -= 32; ip += RECORD_SIZE; continue;
        case H_PUSH_DUP_ADD:
          pushDupAdd(sp, immediate(ip), argument(ip));
          sp -= 32; ip += RECORD_SIZE; continue;
        case H_PUSH_DUP_AND:
          pushDupAnd(sp, immediate(ip), argument(ip));
          sp -= 32; ip += RECORD_SIZE; continue;
        case H_PUSH_DUP_MSTORE: {
          const word = sp - 32 + argument(ip);
          const offset = load<u64>(word);
          if (isBeyondMemory(word)) {
            gas -= expandAt(word, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            continue;
          }
          mstoreSmall(offset, immediate(ip)); ip += RECORD_SIZE; continue;
        }

        case H_POP_POP: sp += 64; ip += RECORD_SIZE; continue;
        case H_POP_3: sp += 96; ip += RECORD_SIZE; continue;
        case H_POP_4: sp += 128; ip += RECORD_SIZE; continue;
        case H_SWAP1_POP: swapPop(sp, 1); sp += 32; ip += RECORD_SIZE; continue;
        case H_SWAP1_POP_DUP1: swapPop(sp, 1); ip += RECORD_SIZE; continue;
        case H_SWAP2_POP: swapPop(sp, 2); sp += 32; ip += RECORD_SIZE; continue;
        case H_SWAP3_POP: swapPop(sp, 3); sp += 32; ip += RECORD_SIZE; continue;
        case H_SWAP4_POP: swapPop(sp, 4); sp += 32; ip += RECORD_SIZE; continue;
        case H_SWAP5_POP: swapPop(sp, 5); sp += 32; ip += RECORD_SIZE; continue;
        case H_SWAP6_POP: swapPop(sp, 6); sp += 32; ip += RECORD_SIZE; continue;
        case H_SWAP_POP_POP:
          swapPopPop(sp, argument(ip));
          sp += 64; ip += RECORD_SIZE; continue;
        case H_SWAP1_SUB: swapSub(sp); sp += 32; ip += RECORD_SIZE; continue;
        case H_PUSH_SWAP1: pushSwap(sp, immediate(ip)); sp -= 32; ip += RECORD_SIZE; continue;

        case H_ADD_MLOAD: {
          add(sp); sp += 32;
          if (isBeyondMemory(sp)) {
            gas -= expandAt(sp, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            mload(sp, load<u64>(sp)); ip += RECORD_SIZE; continue;
          }
          mload(sp, load<u64>(sp)); ip += RECORD_SIZE; continue;
        }
        case H_PUSH_ADD_MLOAD: {
          pushAdd(sp, immediate(ip));
          if (isBeyondMemory(sp)) {
            gas -= expandAt(sp, 32, gas);
            if (gas < 0) return STATUS_OUT_OF_GAS;
            mload(sp, load<u64>(sp)); ip += RECORD_SIZE; continue;
          }
          mload(sp, load<u64>(sp)); ip += RECORD_SIZE; continue;
        }
        case H_PUSH_MUL_ADD:
          if (isWide(sp)) {
            pushMulWide(sp, immediate(ip)); add(sp);
            sp += 32; ip += RECORD_SIZE; continue;
          }
          pushMul(sp, immediate(ip)); add(sp);
          sp += 32; ip += RECORD_SIZE; continue;
        case H_ADD_SWAP_POP: addSwapPop(sp, argument(ip)); sp += 64; ip += RECORD_SIZE; continue;
        case H_SUB_SWAP_POP: subSwapPop(sp, argument(ip)); sp += 64; ip += RECORD_SIZE; continue;
        case H_OR_SWAP_POP: orSwapPop(sp, argument(ip)); sp += 64; ip += RECORD_SIZE; continue;
        case H_XOR_SWAP_POP: xorSwapPop(sp, argument(ip)); sp += 64; ip += RECORD_SIZE; continue;
        case H_AND_OR: andOr(sp); sp += 64; ip += RECORD_SIZE; continue;

        default: unreachable();
      }
      break;
    }
  }
}
