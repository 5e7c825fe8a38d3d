/**
 * The static facts of every instruction, as each fork added to them or changed them: words popped
 * and pushed, static gas, where control goes after it, the size of its immediate. The decoder
 * checks and charges whole basic blocks from these numbers; nothing else in the core knows them.
 *
 * What an instruction costs beyond its static gas is charged when it runs. Convention: an
 * instruction whose price depends on what it finds in the state or changed from fork to fork
 * (SLOAD, SSTORE, BALANCE, EXTCODE*, CALL*, SELFDESTRUCT) has static gas 0 in every revision, and
 * the function that executes it charges all of it, warm or cold (EIP-150, EIP-1884, EIP-2929). So
 * no price below has changed yet. A fork that changes one adds a row with the same opcode, which
 * takes the place of the row above. The others:
 *
 *   CREATE, CREATE2   static 32000; memory, initcode words, hashing and the child's gas on top
 *   LOGn              static 375 + 375n; memory and 8 per byte on top
 *   EXP               static 10; 10 per byte of exponent on top, 50 from Spurious Dragon (EIP-160)
 *   KECCAK256, *COPY  static 30 or 3; memory and 6 or 3 per word on top
 *   TLOAD, TSTORE     static 100, nothing on top
 *
 * Exports: buildInstructionTable, instructionTable, gasOf, stackIn, stackOut, sizeOf, flowOf,
 * isDefinedIn.
 */
import { ARENA_TABLES } from '../abi/memory-map';
import {
  OP_ADD, OP_ADDMOD, OP_ADDRESS, OP_AND, OP_BALANCE, OP_BASEFEE, OP_BLOBBASEFEE, OP_BLOBHASH,
  OP_BLOCKHASH, OP_BYTE, OP_CALL, OP_CALLCODE, OP_CALLDATACOPY, OP_CALLDATALOAD, OP_CALLDATASIZE,
  OP_CALLER, OP_CALLVALUE, OP_CHAINID, OP_CLZ, OP_CODECOPY, OP_CODESIZE, OP_COINBASE, OP_CREATE,
  OP_CREATE2, OP_DELEGATECALL, OP_DIV, OP_DUP1, OP_EQ, OP_EXP, OP_EXTCODECOPY, OP_EXTCODEHASH,
  OP_EXTCODESIZE, OP_GAS, OP_GASLIMIT, OP_GASPRICE, OP_GT, OP_INVALID, OP_ISZERO, OP_JUMP,
  OP_JUMPDEST, OP_JUMPI, OP_KECCAK256, OP_LOG0, OP_LT, OP_MCOPY, OP_MLOAD, OP_MOD, OP_MSIZE,
  OP_MSTORE, OP_MSTORE8, OP_MUL, OP_MULMOD, OP_NOT, OP_NUMBER, OP_OR, OP_ORIGIN, OP_PC, OP_POP,
  OP_PREVRANDAO, OP_PUSH0, OP_PUSH1, OP_RETURN, OP_RETURNDATACOPY, OP_RETURNDATASIZE, OP_REVERT,
  OP_SAR, OP_SDIV, OP_SELFBALANCE, OP_SELFDESTRUCT, OP_SGT, OP_SHL, OP_SHR, OP_SIGNEXTEND,
  OP_SLOAD, OP_SLT, OP_SMOD, OP_SSTORE, OP_STATICCALL, OP_STOP, OP_SUB, OP_SWAP1, OP_TIMESTAMP,
  OP_TLOAD, OP_TSTORE, OP_XOR,
} from '../abi/opcodes';
import {
  REVISION_BYZANTIUM, REVISION_CANCUN, REVISION_CONSTANTINOPLE, REVISION_FRONTIER,
  REVISION_HOMESTEAD, REVISION_ISTANBUL, REVISION_LONDON, REVISION_OSAKA, REVISION_SHANGHAI,
} from '../abi/revision';
import { ARENA } from '../memory/heap';
import { hasCome } from './rules';

// Where control goes after an instruction:
/** To the next one, which belongs to the same basic block. */
export const FLOW_NEXT: u32 = 0;
/** To the next one or elsewhere: the block ends, since gas left must be exact or ip may change. */
export const FLOW_ENDS_BLOCK: u32 = 1;
/** Never to the next one, which can be reached only if it is a JUMPDEST. */
export const FLOW_TERMINATES: u32 = 2;

const NEXT: u32 = FLOW_NEXT;
const ENDS: u32 = FLOW_ENDS_BLOCK;
const HALTS: u32 = FLOW_TERMINATES;

const FRONTIER: u32 = REVISION_FRONTIER;
const HOMESTEAD: u32 = REVISION_HOMESTEAD;
const BYZANTIUM: u32 = REVISION_BYZANTIUM;
const CONSTANTINOPLE: u32 = REVISION_CONSTANTINOPLE;
const ISTANBUL: u32 = REVISION_ISTANBUL;
const LONDON: u32 = REVISION_LONDON;
const SHANGHAI: u32 = REVISION_SHANGHAI;
const CANCUN: u32 = REVISION_CANCUN;
const OSAKA: u32 = REVISION_OSAKA;

const ROW_SIZE: usize = 24;
/** No fork: ends the rows. */
const END = 256;
// prettier-ignore
const ROWS = memory.data<u32>([
  // since         opcode            in out   gas  flow
  FRONTIER,       OP_STOP,           0, 0,     0, HALTS,
  FRONTIER,       OP_ADD,            2, 1,     3, NEXT,
  FRONTIER,       OP_MUL,            2, 1,     5, NEXT,
  FRONTIER,       OP_SUB,            2, 1,     3, NEXT,
  FRONTIER,       OP_DIV,            2, 1,     5, NEXT,
  FRONTIER,       OP_SDIV,           2, 1,     5, NEXT,
  FRONTIER,       OP_MOD,            2, 1,     5, NEXT,
  FRONTIER,       OP_SMOD,           2, 1,     5, NEXT,
  FRONTIER,       OP_ADDMOD,         3, 1,     8, NEXT,
  FRONTIER,       OP_MULMOD,         3, 1,     8, NEXT,
  FRONTIER,       OP_EXP,            2, 1,    10, NEXT,
  FRONTIER,       OP_SIGNEXTEND,     2, 1,     5, NEXT,

  FRONTIER,       OP_LT,             2, 1,     3, NEXT,
  FRONTIER,       OP_GT,             2, 1,     3, NEXT,
  FRONTIER,       OP_SLT,            2, 1,     3, NEXT,
  FRONTIER,       OP_SGT,            2, 1,     3, NEXT,
  FRONTIER,       OP_EQ,             2, 1,     3, NEXT,
  FRONTIER,       OP_ISZERO,         1, 1,     3, NEXT,
  FRONTIER,       OP_AND,            2, 1,     3, NEXT,
  FRONTIER,       OP_OR,             2, 1,     3, NEXT,
  FRONTIER,       OP_XOR,            2, 1,     3, NEXT,
  FRONTIER,       OP_NOT,            1, 1,     3, NEXT,
  FRONTIER,       OP_BYTE,           2, 1,     3, NEXT,

  FRONTIER,       OP_KECCAK256,      2, 1,    30, NEXT,

  FRONTIER,       OP_ADDRESS,        0, 1,     2, NEXT,
  FRONTIER,       OP_BALANCE,        1, 1,     0, NEXT,
  FRONTIER,       OP_ORIGIN,         0, 1,     2, NEXT,
  FRONTIER,       OP_CALLER,         0, 1,     2, NEXT,
  FRONTIER,       OP_CALLVALUE,      0, 1,     2, NEXT,
  FRONTIER,       OP_CALLDATALOAD,   1, 1,     3, NEXT,
  FRONTIER,       OP_CALLDATASIZE,   0, 1,     2, NEXT,
  FRONTIER,       OP_CALLDATACOPY,   3, 0,     3, NEXT,
  FRONTIER,       OP_CODESIZE,       0, 1,     2, NEXT,
  FRONTIER,       OP_CODECOPY,       3, 0,     3, NEXT,
  FRONTIER,       OP_GASPRICE,       0, 1,     2, NEXT,
  FRONTIER,       OP_EXTCODESIZE,    1, 1,     0, NEXT,
  FRONTIER,       OP_EXTCODECOPY,    4, 0,     0, NEXT,

  FRONTIER,       OP_BLOCKHASH,      1, 1,    20, NEXT,
  FRONTIER,       OP_COINBASE,       0, 1,     2, NEXT,
  FRONTIER,       OP_TIMESTAMP,      0, 1,     2, NEXT,
  FRONTIER,       OP_NUMBER,         0, 1,     2, NEXT,
  FRONTIER,       OP_PREVRANDAO,     0, 1,     2, NEXT,
  FRONTIER,       OP_GASLIMIT,       0, 1,     2, NEXT,

  FRONTIER,       OP_POP,            1, 0,     2, NEXT,
  FRONTIER,       OP_MLOAD,          1, 1,     3, NEXT,
  FRONTIER,       OP_MSTORE,         2, 0,     3, NEXT,
  FRONTIER,       OP_MSTORE8,        2, 0,     3, NEXT,
  FRONTIER,       OP_SLOAD,          1, 1,     0, NEXT,
  FRONTIER,       OP_SSTORE,         2, 0,     0, NEXT,
  FRONTIER,       OP_JUMP,           1, 0,     8, HALTS,
  FRONTIER,       OP_JUMPI,          2, 0,    10, ENDS,
  FRONTIER,       OP_PC,             0, 1,     2, NEXT,
  FRONTIER,       OP_MSIZE,          0, 1,     2, NEXT,
  FRONTIER,       OP_GAS,            0, 1,     2, NEXT,
  FRONTIER,       OP_JUMPDEST,       0, 0,     1, NEXT,

  FRONTIER,       OP_CREATE,         3, 1, 32000, ENDS,
  FRONTIER,       OP_CALL,           7, 1,     0, ENDS,
  FRONTIER,       OP_CALLCODE,       7, 1,     0, ENDS,
  FRONTIER,       OP_RETURN,         2, 0,     0, HALTS,
  FRONTIER,       OP_INVALID,        0, 0,     0, HALTS, // EIP-141
  FRONTIER,       OP_SELFDESTRUCT,   1, 0,     0, HALTS,

  HOMESTEAD,      OP_DELEGATECALL,   6, 1,     0, ENDS,  // EIP-7

  BYZANTIUM,      OP_RETURNDATASIZE, 0, 1,     2, NEXT,  // EIP-211
  BYZANTIUM,      OP_RETURNDATACOPY, 3, 0,     3, NEXT,
  BYZANTIUM,      OP_STATICCALL,     6, 1,     0, ENDS,  // EIP-214
  BYZANTIUM,      OP_REVERT,         2, 0,     0, HALTS, // EIP-140

  CONSTANTINOPLE, OP_SHL,            2, 1,     3, NEXT,  // EIP-145
  CONSTANTINOPLE, OP_SHR,            2, 1,     3, NEXT,
  CONSTANTINOPLE, OP_SAR,            2, 1,     3, NEXT,
  CONSTANTINOPLE, OP_EXTCODEHASH,    1, 1,     0, NEXT,  // EIP-1052
  CONSTANTINOPLE, OP_CREATE2,        4, 1, 32000, ENDS,  // EIP-1014

  ISTANBUL,       OP_CHAINID,        0, 1,     2, NEXT,  // EIP-1344
  ISTANBUL,       OP_SELFBALANCE,    0, 1,     5, NEXT,  // EIP-1884

  LONDON,         OP_BASEFEE,        0, 1,     2, NEXT,  // EIP-3198

  SHANGHAI,       OP_PUSH0,          0, 1,     2, NEXT,  // EIP-3855

  CANCUN,         OP_BLOBHASH,       1, 1,     3, NEXT,  // EIP-4844
  CANCUN,         OP_BLOBBASEFEE,    0, 1,     2, NEXT,  // EIP-7516
  CANCUN,         OP_TLOAD,          1, 1,   100, NEXT,  // EIP-1153
  CANCUN,         OP_TSTORE,         2, 0,   100, NEXT,
  CANCUN,         OP_MCOPY,          3, 0,     3, NEXT,  // EIP-5656

  OSAKA,          OP_CLZ,            1, 1,     5, NEXT,  // EIP-7939
  END,            0,                 0, 0,     0, NEXT,
]);

// An entry of the table of the current revision: 8 bytes.
const ENTRY_SHIFT: usize = 3;
const ENTRY_GAS: usize = 0; // u16
const ENTRY_IN: usize = 2; // u8
const ENTRY_OUT: usize = 3; // u8
const ENTRY_FLOW: usize = 4; // u8
const ENTRY_DEFINED: usize = 5; // u8
const ENTRY_SIZE: usize = 6; // u8

/** Writes the table of the rules that are set into this worker's arena. */
export function buildInstructionTable(): void {
  for (let opcode: u32 = 0; opcode < 256; opcode++) {
    define(opcode, 0, 0, 0, FLOW_TERMINATES, 0, false);
  }
  for (let n: u32 = 0; n < 32; n++) define(OP_PUSH1 + n, 0, 1, 3, FLOW_NEXT, n + 1);
  for (let n: u32 = 1; n <= 16; n++) define(OP_DUP1 - 1 + n, n, n + 1, 3);
  for (let n: u32 = 1; n <= 16; n++) define(OP_SWAP1 - 1 + n, n + 1, n + 1, 3);
  for (let topics: u32 = 0; topics <= 4; topics++) {
    define(OP_LOG0 + topics, topics + 2, 0, 375 + 375 * topics);
  }
  for (let row = ROWS; load<u32>(row) != END; row += ROW_SIZE) {
    if (!hasCome(load<u32>(row))) continue;
    const opcode = load<u32>(row, 4);
    define(opcode, load<u32>(row, 8), load<u32>(row, 12), load<u32>(row, 16), load<u32>(row, 20));
  }
}

function define(
  opcode: u32, stackIn: u32, stackOut: u32, gas: u32, flow: u32 = FLOW_NEXT, immediate: u32 = 0,
  exists: bool = true,
): void {
  const entry = instructionTable() + (<usize>opcode << ENTRY_SHIFT);
  store<u16>(entry, gas, ENTRY_GAS);
  store<u8>(entry, stackIn, ENTRY_IN);
  store<u8>(entry, stackOut, ENTRY_OUT);
  store<u8>(entry, flow, ENTRY_FLOW);
  store<u8>(entry, <u8>exists, ENTRY_DEFINED);
  store<u8>(entry, 1 + immediate, ENTRY_SIZE);
}

/** The table that the functions below read. */
@inline
export function instructionTable(): usize {
  return ARENA + ARENA_TABLES;
}

@inline
export function gasOf(table: usize, opcode: u32): u32 {
  return load<u16>(table + (<usize>opcode << ENTRY_SHIFT), ENTRY_GAS);
}

@inline
export function stackIn(table: usize, opcode: u32): i32 {
  return load<u8>(table + (<usize>opcode << ENTRY_SHIFT), ENTRY_IN);
}

@inline
export function stackOut(table: usize, opcode: u32): i32 {
  return load<u8>(table + (<usize>opcode << ENTRY_SHIFT), ENTRY_OUT);
}

/** Bytes of the instruction with its immediate, of which only PUSH has one. */
@inline
export function sizeOf(table: usize, opcode: u32): u32 {
  return load<u8>(table + (<usize>opcode << ENTRY_SHIFT), ENTRY_SIZE);
}

/** FLOW_*; an undefined instruction terminates. */
@inline
export function flowOf(table: usize, opcode: u32): u32 {
  return load<u8>(table + (<usize>opcode << ENTRY_SHIFT), ENTRY_FLOW);
}

@inline
export function isDefinedIn(table: usize, opcode: u32): bool {
  return load<u8>(table + (<usize>opcode << ENTRY_SHIFT), ENTRY_DEFINED) != 0;
}
