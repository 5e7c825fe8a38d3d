/**
 * Code to a stream that tells of instructions before they run, of all (EIP-3155) or of those that
 * name an account or a slot:
 *
 *   BEGIN, nothing charged | TRACE | BEGIN of the instruction alone | the instruction
 *
 * What is told is not fused, and no block has two such instructions, so that gas and stack are
 * those of the Yellow Paper at every TRACE. The first BEGIN is where jumps and returning calls come
 * in. The interpreter needs nothing for it, and code that is not traced has no trace of it.
 *
 * Exports: isTold, decodeTraced, emitTrace, RECORDS_OF_TRACED.
 */
import {
  OP_BALANCE, OP_CALL, OP_CALLCODE, OP_DELEGATECALL, OP_EXTCODECOPY, OP_EXTCODEHASH,
  OP_EXTCODESIZE, OP_GAS, OP_JUMPDEST, OP_PC, OP_PUSH0, OP_SELFDESTRUCT, OP_SLOAD, OP_SSTORE,
  OP_STATICCALL,
} from '../abi/opcodes';
import { TRACES_ACCESS, TRACES_STEPS } from '../abi/records';
import { TRACING } from '../memory/context';
import { immediate, isPush, limb, positionAfter, table } from './code-reader';
import { waits } from './decoder';
import { H_PUSH, H_PUSH_WIDE, H_TRACE, H_UNDEFINED } from './handlers';
import { FLOW_ENDS_BLOCK, FLOW_TERMINATES, flowOf, isDefinedIn } from '../forks/instruction-table';
import {
  account, beginJumpDestination, emit, emitGasReader, emitWide, follow,
} from './stream';

/** Records of an instruction besides its own. */
export const RECORDS_OF_TRACED: u32 = 3;

/** Whether the host is told of this instruction. */
export function isTold(opcode: u32): bool {
  if ((TRACING & (TRACES_STEPS | TRACES_ACCESS)) == 0) return false;
  return (TRACING & TRACES_STEPS) != 0 || namesState(opcode);
}

/** An account or a slot, on top of the stack or below it. */
function namesState(opcode: u32): bool {
  switch (opcode) {
    case OP_BALANCE:
    case OP_EXTCODESIZE:
    case OP_EXTCODECOPY:
    case OP_EXTCODEHASH:
    case OP_SLOAD:
    case OP_SSTORE:
    case OP_CALL:
    case OP_CALLCODE:
    case OP_DELEGATECALL:
    case OP_STATICCALL:
    case OP_SELFDESTRUCT: return true;
    default: return false;
  }
}

/** One instruction; returns what follows. */
export function decodeTraced(pc: u32, opcode: u32): u32 {
  if (opcode == OP_JUMPDEST) beginJumpDestination(pc);
  emitTrace(pc, opcode);
  decodeAlone(pc, opcode);
  return positionAfter(pc, opcode);
}

export function emitTrace(pc: u32, opcode: u32): void {
  emit(H_TRACE, pc, opcode);
  follow(FLOW_ENDS_BLOCK);
}

function decodeAlone(pc: u32, opcode: u32): void {
  if (!isDefinedIn(table, opcode)) {
    emit(H_UNDEFINED, opcode);
    follow(FLOW_TERMINATES);
    return;
  }
  account(opcode);
  if (isPush(opcode)) emitPush(pc, opcode);
  else if (opcode == OP_PUSH0) emit(H_PUSH);
  else if (opcode == OP_PC) emit(H_PUSH, 0, pc);
  else if (opcode == OP_GAS || opcode == OP_SSTORE) emitGasReader(opcode);
  else if (opcode != OP_JUMPDEST) emit(opcode, waits(opcode) ? pc + 1 : 0);
  follow(flowOf(table, opcode) == FLOW_TERMINATES ? FLOW_TERMINATES : FLOW_ENDS_BLOCK);
}

function emitPush(pc: u32, opcode: u32): void {
  const length = opcode - OP_PUSH0;
  const end = positionAfter(pc, opcode);
  if (length <= 8) emit(H_PUSH, 0, immediate(end - length, length));
  else {
    emitWide(
      H_PUSH_WIDE,
      limb(end, length, 0), limb(end, length, 1), limb(end, length, 2), limb(end, length, 3),
    );
  }
}
