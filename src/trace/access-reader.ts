/** Which accounts and slots instructions name. */

import {
  OP_BALANCE,
  OP_CALL,
  OP_CALLCODE,
  OP_DELEGATECALL,
  OP_EXTCODECOPY,
  OP_EXTCODEHASH,
  OP_EXTCODESIZE,
  OP_SELFDESTRUCT,
  OP_SLOAD,
  OP_SSTORE,
  OP_STATICCALL,
} from '../../assembly/abi/opcodes.js'
import {
  TRACE_FROM,
  TRACE_OPCODE,
  TRACE_STACK,
  TRACE_STACK_WORDS,
} from '../../assembly/abi/records.js'
import type { Hex } from '../base/types.js'
import type { AccessEvent } from './listener.js'
import type { Reader } from './reader.js'

const WORD_BYTES = 32
const ADDRESS_BITS = 160
const SLOT_OPCODES: ReadonlySet<number> = new Set([OP_SLOAD, OP_SSTORE])
const CALL_OPCODES: ReadonlySet<number> = new Set([
  OP_CALL,
  OP_CALLCODE,
  OP_DELEGATECALL,
  OP_STATICCALL,
])
/** As the core has them (traced-decoder.ts). */
const ACCESS_OPCODES: ReadonlySet<number> = new Set([
  ...SLOT_OPCODES,
  ...CALL_OPCODES,
  OP_BALANCE,
  OP_EXTCODECOPY,
  OP_EXTCODEHASH,
  OP_EXTCODESIZE,
  OP_SELFDESTRUCT,
])
/** Words on the stack that geth asks for before it looks at a call. */
const WORDS_OF_CALL = 5

type AccessFacts = Omit<AccessEvent, 'transactionIndex' | 'message' | 'state'>

/** What the instruction names, if it names an account or a slot. */
export function readAccess(reader: Reader, event: number): AccessFacts | undefined {
  const op = reader.u32(event + TRACE_OPCODE)
  if (!ACCESS_OPCODES.has(op)) return undefined
  const [top, words] = [reader.u32(event + TRACE_STACK), reader.u32(event + TRACE_STACK_WORDS)]
  const isCall = CALL_OPCODES.has(op)
  if (words < (isCall ? WORDS_OF_CALL : 1)) return undefined
  const word = reader.word(isCall ? top + WORD_BYTES : top)
  const self = reader.addressOf(reader.u32(event + TRACE_FROM))
  return SLOT_OPCODES.has(op)
    ? { kind: 'access', op, self, address: self, slot: word }
    : { kind: 'access', op, self, address: addressOfWord(word), slot: null }
}

function addressOfWord(word: bigint): Hex {
  const digits = BigInt.asUintN(ADDRESS_BITS, word).toString(16)
  return `0x${digits.padStart(ADDRESS_BITS / 4, '0')}`
}
