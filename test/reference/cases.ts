/** Small blocks made by hand: unsigned, of few contracts with short names. */
import { OP, Assembler } from './assembler.js'
import { toHex, type Address, type Hex } from './bytes.js'
import { executeReference } from './protocol.js'
import type { ReferenceParameters, ReferenceResult, ReferenceTransaction } from './types.js'
import type { AllocAccount } from './world.js'

export const SENDER: Address = `0x${'5e'.repeat(20)}`
export const TRANSACTIONS_ROOT: Hex = `0x${'7a'.repeat(32)}`
const BASE_FEE = 10
const GAS_LIMIT = 200_000
const RICH = 10n ** 18n

/** Twenty times one byte. */
export function actor(byte: number): Address {
  return toHex(new Uint8Array(20).fill(byte))
}

export function code(write: (a: Assembler) => void): Hex {
  const a = new Assembler()
  write(a)
  return toHex(a.finish())
}

export interface CallParts {
  to: Address
  value?: number
  /** Absent: GAS. */
  gas?: number | bigint
  /** Bytes of memory from 0 that are the call data. */
  size?: number
  /** Bytes of memory from 0 that take the output. */
  outSize?: number
}

/** A CALL; its result stays on the stack. */
export function call(a: Assembler, { to, value = 0, gas, size = 0, outSize = 0 }: CallParts): void {
  a.push(outSize, 0, size, 0, value, to)
  pushGas(a, gas)
  a.op(OP.CALL)
}

/** STATICCALL or DELEGATECALL; its result stays on the stack. */
export function callWithoutValue(
  a: Assembler, opcode: number, { to, gas, size = 0, outSize = 0 }: Omit<CallParts, 'value'>,
): void {
  a.push(outSize, 0, size, 0, to)
  pushGas(a, gas)
  a.op(opcode)
}

function pushGas(a: Assembler, gas: number | bigint | undefined): void {
  if (gas === undefined) a.op(OP.GAS)
  else a.push(gas)
}

export function storeTop(a: Assembler, slot: number): void {
  a.push(slot).op(OP.SSTORE)
}

/** Returns slot 0 in one word. */
export const VIEW_OF_SLOT_0 = code((a) => {
  a.push(0).op(OP.SLOAD).push(0).op(OP.MSTORE).push(32, 0).op(OP.RETURN)
})

/** Adds 1 to slot 0. */
export const COUNTER = code((a) => {
  a.push(1, 0).op(OP.SLOAD, OP.ADD).push(0).op(OP.SSTORE)
})

type TransactionParts = Partial<ReferenceTransaction> & { to: Address | null }

interface Case {
  contracts: Record<Address, AllocAccount>
  transactions: TransactionParts[]
  parameters?: ReferenceParameters
  blockGasLimit?: number
}

/** Executes transactions of SENDER (nonces filled in, gas price = base fee) on the contracts. */
export function runCase(
  { contracts, transactions, parameters = {}, blockGasLimit = 30_000_000 }: Case,
): ReferenceResult {
  return executeReference({
    chainId: 1,
    parameters,
    env: {
      number: 1000, timestamp: 1, gasLimit: blockGasLimit, baseFeePerGas: BASE_FEE,
      coinbase: actor(0xfe),
    },
    alloc: { [SENDER]: { balance: RICH }, ...contracts },
    transactions: transactions.map((parts, index) => ({
      hash: toHex(new Uint8Array(32).fill(index + 1)),
      sender: SENDER,
      type: 0,
      nonce: index,
      gasLimit: GAS_LIMIT,
      gasPrice: BASE_FEE,
      ...parts,
    })),
    transactionsRoot: TRANSACTIONS_ROOT,
  })
}

/** A slot of an account in the result, as a number. */
export function slot(result: ReferenceResult, address: Address, index: number): bigint {
  const key = `0x${index.toString(16).padStart(64, '0')}`
  return BigInt(result.accounts[address]?.storage[key] ?? 0)
}

export function balance(result: ReferenceResult, address: Address): bigint {
  return BigInt(result.accounts[address]?.balance ?? 0)
}
