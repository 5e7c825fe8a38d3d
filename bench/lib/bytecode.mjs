// Code of the benches' contracts, written in mnemonics.
const NAMES = {
  0x00: 'STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND',
  0x10: 'LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR CLZ',
  0x20: 'KECCAK256',
  0x30:
    'ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE ' +
    'CODECOPY GASPRICE EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH',
  0x40:
    'BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE ' +
    'BLOBHASH BLOBBASEFEE',
  0x50:
    'POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY ' +
    'PUSH0',
  0xa0: 'LOG0 LOG1 LOG2 LOG3 LOG4',
  0xf0: 'CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2',
  0xfa: 'STATICCALL',
  0xfd: 'REVERT INVALID SELFDESTRUCT',
}
const OPCODES = Object.fromEntries([
  ...Object.entries(NAMES).flatMap(([first, names]) =>
    names.split(' ').map((name, i) => [name, Number(first) + i]),
  ),
  ...Array.from({ length: 16 }, (_, i) => [`DUP${i + 1}`, 0x80 + i]),
  ...Array.from({ length: 16 }, (_, i) => [`SWAP${i + 1}`, 0x90 + i]),
])
const PUSH1 = 0x60
const PUSH2 = 0x61

/**
 * Mnemonics, numbers and 0x-hex (pushed), `name:` (a JUMPDEST) and `@name` (its place, pushed),
 * separated by spaces.
 *
 * @returns the code in hex
 */
export function assemble(source) {
  const items = source.trim().split(/\s+/).map(encode)
  const places = new Map()
  let at = 0
  for (const { label, bytes } of items) {
    if (label !== undefined) places.set(label, at)
    at += bytes.length
  }
  for (const { target, bytes } of items) {
    if (target === undefined) continue
    if (!places.has(target)) throw new Error(`no label ${target}`)
    bytes[1] = places.get(target) >> 8
    bytes[2] = places.get(target) & 0xff
  }
  return `0x${Buffer.from(items.flatMap(({ bytes }) => bytes)).toString('hex')}`
}

function encode(item) {
  if (item.endsWith(':')) return { label: item.slice(0, -1), bytes: [OPCODES.JUMPDEST] }
  if (item.startsWith('@')) return { target: item.slice(1), bytes: [PUSH2, 0, 0] }
  if (item in OPCODES) return { bytes: [OPCODES[item]] }
  const digits = BigInt(item).toString(16)
  const padded = digits.padStart(digits.length + (digits.length % 2), '0')
  const immediate = [...Buffer.from(padded, 'hex')]
  return { bytes: [PUSH1 + immediate.length - 1, ...immediate] }
}
