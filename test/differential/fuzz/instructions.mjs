/**
 * What random code is made of: opcode, kinds of operands from the top of the stack down, words
 * pushed, the fork it came with, and how often it is chosen. Calls, creations and jumps are made
 * elsewhere: they need more than operands.
 */

/** @typedef {{name: string, opcode: number, operands: string[], pushes: number, since: string,
 *   weight: number}} Instruction */

/** `NAME opcode weight pushes since operands…` */
const ROWS = `
ADD 01 9 1 homestead word word
MUL 02 6 1 homestead word word
SUB 03 8 1 homestead word word
DIV 04 6 1 homestead word word
SDIV 05 5 1 homestead word word
MOD 06 5 1 homestead word word
SMOD 07 5 1 homestead word word
ADDMOD 08 6 1 homestead word word word
MULMOD 09 6 1 homestead word word word
EXP 0a 4 1 homestead word exponent
SIGNEXTEND 0b 4 1 homestead small word
LT 10 4 1 homestead word word
GT 11 4 1 homestead word word
SLT 12 4 1 homestead word word
SGT 13 4 1 homestead word word
EQ 14 3 1 homestead word word
ISZERO 15 3 1 homestead word
AND 16 3 1 homestead word word
OR 17 3 1 homestead word word
XOR 18 3 1 homestead word word
NOT 19 3 1 homestead word
BYTE 1a 4 1 homestead small word
SHL 1b 4 1 constantinople shift word
SHR 1c 4 1 constantinople shift word
SAR 1d 4 1 constantinople shift word
CLZ 1e 4 1 osaka word
KECCAK256 20 4 1 homestead offset size
ADDRESS 30 2 1 homestead
BALANCE 31 4 1 homestead address
ORIGIN 32 1 1 homestead
CALLER 33 2 1 homestead
CALLVALUE 34 2 1 homestead
CALLDATALOAD 35 4 1 homestead small
CALLDATASIZE 36 1 1 homestead
CALLDATACOPY 37 4 0 homestead offset source size
CODESIZE 38 1 1 homestead
CODECOPY 39 3 0 homestead offset source size
GASPRICE 3a 1 1 homestead
EXTCODESIZE 3b 3 1 homestead address
EXTCODECOPY 3c 3 0 homestead address offset source size
RETURNDATASIZE 3d 3 1 byzantium
RETURNDATACOPY 3e 2 0 byzantium offset small smallSize
EXTCODEHASH 3f 4 1 constantinople address
BLOCKHASH 40 3 1 homestead blockNumber
COINBASE 41 1 1 homestead
TIMESTAMP 42 1 1 homestead
NUMBER 43 1 1 homestead
PREVRANDAO 44 1 1 homestead
GASLIMIT 45 1 1 homestead
CHAINID 46 1 1 istanbul
SELFBALANCE 47 3 1 istanbul
BASEFEE 48 1 1 london
BLOBHASH 49 2 1 cancun small
BLOBBASEFEE 4a 1 1 cancun
POP 50 4 0 homestead word
MLOAD 51 8 1 homestead offset
MSTORE 52 12 0 homestead offset word
MSTORE8 53 4 0 homestead offset word
SLOAD 54 8 1 homestead slot
SSTORE 55 14 0 homestead slot stored
PC 58 1 1 homestead
MSIZE 59 2 1 homestead
GAS 5a 5 1 homestead
JUMPDEST 5b 1 0 homestead
TLOAD 5c 4 1 cancun slot
TSTORE 5d 4 0 cancun slot word
MCOPY 5e 4 0 cancun offset offset size
PUSH0 5f 3 1 shanghai
LOG0 a0 1 0 homestead offset size
LOG1 a1 1 0 homestead offset size word
LOG2 a2 1 0 homestead offset size word word
LOG3 a3 1 0 homestead offset size word word word
LOG4 a4 1 0 homestead offset size word word word word
`

/** @type {Instruction[]} */
export const INSTRUCTIONS = ROWS.trim()
  .split('\n')
  .map((row) => {
    const [name, opcode, weight, pushes, since, ...operands] = row.split(' ')
    return {
      name,
      opcode: parseInt(opcode, 16),
      weight: Number(weight),
      pushes: Number(pushes),
      since,
      operands,
    }
  })

/** Opcodes by name, those without a row above too. */
export const OP = {
  ...Object.fromEntries(INSTRUCTIONS.map(({ name, opcode }) => [name, opcode])),
  STOP: 0x00,
  JUMP: 0x56,
  JUMPI: 0x57,
  PUSH1: 0x60,
  DUP1: 0x80,
  SWAP1: 0x90,
  CREATE: 0xf0,
  CALL: 0xf1,
  CALLCODE: 0xf2,
  RETURN: 0xf3,
  DELEGATECALL: 0xf4,
  CREATE2: 0xf5,
  STATICCALL: 0xfa,
  REVERT: 0xfd,
  INVALID: 0xfe,
  SELFDESTRUCT: 0xff,
}
