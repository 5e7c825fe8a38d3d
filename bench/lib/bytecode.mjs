// The few opcodes that the benches' contracts are written in.
const OPCODES = {
  STOP: 0x00, ADD: 0x01, MUL: 0x02, SUB: 0x03, LT: 0x10, EQ: 0x14, ISZERO: 0x15, AND: 0x16,
  SHL: 0x1b, SHR: 0x1c, KECCAK256: 0x20, ADDRESS: 0x30, BALANCE: 0x31, CALLER: 0x33,
  CALLVALUE: 0x34, CALLDATALOAD: 0x35, CALLDATASIZE: 0x36, POP: 0x50, MLOAD: 0x51, MSTORE: 0x52,
  SLOAD: 0x54,
  SSTORE: 0x55, JUMP: 0x56, JUMPI: 0x57, GAS: 0x5a, JUMPDEST: 0x5b, DUP1: 0x80, DUP2: 0x81,
  DUP3: 0x82, DUP6: 0x85, SWAP1: 0x90, SWAP2: 0x91, CALL: 0xf1, RETURN: 0xf3, REVERT: 0xfd,
}
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
