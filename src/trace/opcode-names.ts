/** Opcodes by the names that geth gives them. */

import * as opcodes from '../../assembly/abi/opcodes.js'

const NAME_PREFIX = 'OP_'
const { OP_PREVRANDAO, OP_PUSH1, OP_PUSH32 } = opcodes

const NAMES: readonly string[] = nameAll()

/** @param isDefined whether the fork has the opcode */
export function opcodeName(opcode: number, isDefined: boolean): string {
  const name = isDefined ? NAMES[opcode] : undefined
  return name ?? `opcode 0x${opcode.toString(16)} not defined`
}

function nameAll(): string[] {
  const names: string[] = []
  for (const [name, opcode] of Object.entries(opcodes)) {
    names[opcode] = name.slice(NAME_PREFIX.length)
  }
  for (let opcode = OP_PUSH1; opcode <= OP_PUSH32; opcode++) {
    names[opcode] = `PUSH${opcode - OP_PUSH1 + 1}`
  }
  // The name from before EIP-4399
  names[OP_PREVRANDAO] = 'DIFFICULTY'
  return names
}
