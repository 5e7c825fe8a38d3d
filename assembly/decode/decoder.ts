/**
 * Code to stream (stream.ts): one instruction, or several as one, to records that the interpreter
 * runs without looking at the code again. Late-decoder.ts says where it begins and ends.
 *
 * It is linear in the code, whatever that is: nothing looks back, and nothing farther ahead than a
 * superinstruction is long. What lies past the end reads as zero: STOP, and the rest of a truncated
 * PUSH. Immediates of jumps are resolved at the end. Traced code: traced-decoder.ts.
 *
 * Exports: decodeInstruction.
 */
// prettier-ignore
import {
  OP_ADDRESS, OP_CREATE, OP_DIV, OP_DUP1, OP_DUP16, OP_DUP2, OP_EQ, OP_GAS, OP_ISZERO, OP_JUMP,
  OP_JUMPDEST, OP_JUMPI, OP_LT, OP_MUL, OP_PC, OP_POP, OP_PUSH0, OP_PUSH1, OP_PUSH4, OP_SHL,
  OP_SSTORE, OP_SUB, OP_SWAP1, OP_SWAP7,
} from '../abi/opcodes';
import { byteAt, immediate, isBetween, isPush, limb, positionAfter, table } from './code-reader';
import { fuseComparison } from './fusion';
import {
  H_DUP_SHL, H_DUP_SHR, H_ISZERO_PUSH_JUMPI, H_PUSH_JUMP, H_PUSH_JUMPI, H_PUSH_SHL,
  H_SELECTOR_JUMPI, H_SWAP1_JUMP, H_UNDEFINED,
} from './handlers';
import {
  FLOW_ENDS_BLOCK, FLOW_TERMINATES, flowOf, isDefinedIn,
} from '../forks/instruction-table';
import {
  account, append, appendDup, appendFused, appendPush, appendShr, appendWide, beginJumpDestination,
  emit, emitGasReader, emitJump, follow,
} from './stream';

/** One instruction, or several as one; returns what follows. */
export function decodeInstruction(pc: u32, opcode: u32): u32 {
  if (isPush(opcode)) return decodePush(pc, opcode);
  if (opcode != OP_JUMPDEST) return decodePlain(pc, opcode);
  beginJumpDestination(pc);
  account(OP_JUMPDEST);
  return pc + 1;
}

// ---- all but PUSH ---------------------------------------------------------------------

/** One instruction that is neither PUSH nor JUMPDEST, or several as one; returns what follows. */
function decodePlain(pc: u32, opcode: u32): u32 {
  if (isBetween(opcode, OP_DUP1, OP_DUP16)) return decodeDup(pc, opcode);
  if (!isDefinedIn(table, opcode)) {
    emit(H_UNDEFINED, opcode);
    follow(FLOW_TERMINATES);
    return pc + 1;
  }
  if (opcode == OP_SWAP1 && byteAt(pc + 1) == OP_JUMP) return decodeReturnJump(pc);
  if (isBetween(opcode, OP_LT, OP_ISZERO)) {
    const end = decodeComparison(pc, opcode);
    if (end != 0) return end;
  }
  account(opcode);
  if (opcode == OP_PUSH0) return decodePushed(pc + 1, 0);
  if (opcode == OP_GAS || opcode == OP_SSTORE) emitGasReader(opcode);
  else if (opcode == OP_PC) appendPush(pc);
  else if (isNeverFused(opcode)) emit(opcode, waits(opcode) ? pc + 1 : 0);
  else append(opcode);
  follow(flowOf(table, opcode));
  return pc + 1;
}

function decodeDup(pc: u32, opcode: u32): u32 {
  if (opcode == OP_DUP1) {
    const next = byteAt(pc + 1);
    const end = isPush(next) ? decodeSelector(pc, next) : 0;
    if (end != 0) return end;
  }
  account(opcode);
  appendDup(opcode);
  return pc + 1;
}

/** SWAP1 JUMP: the return of an internal function. */
function decodeReturnJump(pc: u32): u32 {
  account(OP_SWAP1);
  account(OP_JUMP);
  emit(H_SWAP1_JUMP);
  follow(FLOW_TERMINATES);
  return pc + 2;
}

/** A call or creation, after which the frame goes on at the next instruction: its record knows
 * that (start.ts: resumeCode). */
@inline
export function waits(opcode: u32): bool {
  return opcode >= <u32>OP_CREATE && flowOf(table, opcode) == FLOW_ENDS_BLOCK;
}

/** Only what comes before 0x30, in the 50s and among the first exchanges is part of fusions. */
@inline
function isNeverFused(opcode: u32): bool {
  return opcode >= <u32>OP_SWAP7 || isBetween(opcode, OP_ADDRESS, OP_POP - 1);
}

/** LT, GT, SLT, SGT, EQ and ISZERO before ISZERO? PUSH1…4 JUMPI. */
function decodeComparison(pc: u32, opcode: u32): u32 {
  const isNegated = opcode != OP_ISZERO && byteAt(pc + 1) == OP_ISZERO;
  const push = isNegated ? pc + 2 : pc + 1;
  const end = jumpIfAfter(push);
  if (end == 0) return 0;
  account(opcode);
  if (isNegated) account(OP_ISZERO);
  const handler = opcode == OP_ISZERO ? H_ISZERO_PUSH_JUMPI : fuseComparison(opcode, isNegated);
  emitJumpIf(handler, 0, push);
  return end;
}

/** DUP1 PUSH1…4 EQ PUSH1…4 JUMPI; `push` is the opcode after DUP1. */
function decodeSelector(pc: u32, push: u32): u32 {
  const length = push - OP_PUSH0;
  const end = length <= 4 && byteAt(pc + 2 + length) == OP_EQ ? jumpIfAfter(pc + 3 + length) : 0;
  if (end == 0) return 0;
  account(OP_DUP1);
  account(push);
  account(OP_EQ);
  emitJumpIf(H_SELECTOR_JUMPI, <u32>immediate(pc + 2, length), pc + 3 + length);
  return end;
}

/** The position after PUSH1…4 JUMPI at `pc`, or 0 if something else is there. */
function jumpIfAfter(pc: u32): u32 {
  const push = byteAt(pc);
  if (!isBetween(push, OP_PUSH1, OP_PUSH4)) return 0;
  const end = positionAfter(pc, push);
  return byteAt(end) == OP_JUMPI ? end + 1 : 0;
}

/** The jump of a superinstruction that ends with the PUSH at `pc` and JUMPI. */
function emitJumpIf(handler: u32, argument: u32, pc: u32): void {
  const push = byteAt(pc);
  account(push);
  account(OP_JUMPI);
  emitJump(handler, argument, immediate(pc + 1, push - OP_PUSH0));
  follow(FLOW_ENDS_BLOCK);
}

// ---- PUSH -----------------------------------------------------------------------------

function decodePush(pc: u32, opcode: u32): u32 {
  if (opcode == OP_PUSH1 && byteAt(pc + 1) == 1) {
    const end = decodeMask(pc);
    if (end != 0) return end;
  }
  account(opcode);
  const end = positionAfter(pc, opcode);
  let length = opcode - OP_PUSH0;
  while (length > 8 && byteAt(end - length) == 0) length--;
  if (length <= 8) return decodePushed(end, immediate(end - length, length));
  return decodePushedWide(
    end, limb(end, length, 0), limb(end, length, 1), limb(end, length, 2), limb(end, length, 3),
  );
}

/**
 * PUSH1 1 PUSH1 1 PUSH1 n SHL SUB, by which solc writes 2^n - 1, most often an address mask
 * (n = 160): becomes one immediate. Returns the position after it, or 0.
 */
function decodeMask(pc: u32): u32 {
  if (immediate(pc, 5) != 0x6001600160) return 0;
  if (byteAt(pc + 6) != OP_SHL || byteAt(pc + 7) != OP_SUB || !isDefinedIn(table, OP_SHL)) return 0;
  account(OP_PUSH1);
  account(OP_PUSH1);
  account(OP_PUSH1);
  account(OP_SHL);
  account(OP_SUB);
  const n = byteAt(pc + 5);
  return decodePushedWide(
    pc + 8, ones(n), ones(n - 64), ones(n - 128), ones(n - 192),
  );
}

/** The lowest limb of 2^bits - 1; none for negative numbers. */
function ones(bits: i32): u64 {
  if (bits <= 0) return 0;
  return bits >= 64 ? u64.MAX_VALUE : ((<u64>1) << <u64>bits) - 1;
}

/** A pushed value of more than 8 bytes, and perhaps what uses it at `pc`; returns what follows. */
function decodePushedWide(pc: u32, l0: u64, l1: u64, l2: u64, l3: u64): u32 {
  if (popcnt(l0) + popcnt(l1) + popcnt(l2) + popcnt(l3) == 1) {
    // Written before there were shifts (EIP-145), or without the optimizer.
    const exponent = l0 ? ctz(l0) : l1 ? 64 + ctz(l1) : l2 ? 128 + ctz(l2) : 192 + ctz(l3);
    const end = decodeDivision(pc, exponent);
    if (end != 0) return end;
    if (byteAt(pc) == OP_MUL) {
      account(OP_MUL);
      appendFused(H_PUSH_SHL, 0, exponent);
      return pc + 1;
    }
  }
  appendWide(l0, l1, l2, l3);
  return pc;
}

/**
 * Division of another word by the pushed 2^exponent, or multiplication of a copy; returns the
 * position after it, or 0.
 */
function decodeDivision(pc: u32, exponent: u64): u32 {
  const exchange = byteAt(pc);
  if (byteAt(pc + 1) == OP_MUL && isBetween(exchange, OP_DUP2, OP_DUP16)) {
    account(exchange);
    account(OP_MUL);
    appendFused(H_DUP_SHL, (exchange - OP_DUP2) << 5, exponent);
    return pc + 2;
  }
  if (byteAt(pc + 1) != OP_DIV) return 0;
  const isCopy = isBetween(exchange, OP_DUP2, OP_DUP16);
  if (!isCopy && exchange != OP_SWAP1) return 0;
  account(exchange);
  account(OP_DIV);
  if (isCopy) appendFused(H_DUP_SHR, (exchange - OP_DUP2) << 5, exponent);
  else appendShr(exponent);
  return pc + 2;
}

/** A pushed value of at most 8 bytes, and perhaps what uses it at `pc`; returns what follows. */
function decodePushed(pc: u32, value: u64): u32 {
  const next = byteAt(pc);
  if (next == OP_JUMP || next == OP_JUMPI) {
    account(next);
    emitJump(next == OP_JUMP ? H_PUSH_JUMP : H_PUSH_JUMPI, 0, value);
    follow(flowOf(table, next));
    return pc + 1;
  }
  if (popcnt(value) == 1) {
    const end = decodeDivision(pc, ctz(value));
    if (end != 0) return end;
  }
  appendPush(value);
  return pc;
}
