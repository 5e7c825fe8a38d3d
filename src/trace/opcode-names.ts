/** Opcodes by the names that geth gives them. */

import * as opcodes from '../../assembly/abi/opcodes.js'

const NAME_PREFIX = 'OP_'
const { OP_PREVRANDAO, OP_PUSH1, OP_PUSH32 } = opcodes

/** Made for the first trace. */
let names: readonly string[] | undefined

/** @param isDefined whether the fork has the opcode */
export function opcodeName(opcode: number, isDefined: boolean): string {
  names ??= nameAll()
  const name = isDefined ? names[opcode] : undefined
  return name ?? `opcode 0x${opcode.toString(16)} not defined`
}

function nameAll(): string[] {
  const all: string[] = []
  for (const [name, opcode] of Object.entries(opcodes)) {
    all[opcode] = name.slice(NAME_PREFIX.length)
  }
  for (let opcode = OP_PUSH1; opcode <= OP_PUSH32; opcode++) {
    all[opcode] = `PUSH${opcode - OP_PUSH1 + 1}`
  }
  // The name from before EIP-4399
  all[OP_PREVRANDAO] = 'DIFFICULTY'
  return all
}
