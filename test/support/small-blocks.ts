/** Blocks of a few hand-made contracts, for tests of the engine around them. */
import type { Alloc, BlockInput, Hex, TransactionObject } from 'actor-evm'

export const SECRET_KEY: Hex = `0x${'11'.repeat(32)}`
/** Address of SECRET_KEY. */
export const ALICE = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
export const COINBASE: Hex = `0x${'c0'.repeat(20)}`

export const A: Hex = `0x${'aa'.repeat(20)}`
export const B: Hex = `0x${'bb'.repeat(20)}`
export const C: Hex = `0x${'cc'.repeat(20)}`
export const ETHER = 10n ** 18n

/** CALLs `target` with all gas, the value received and the sender's address as data. */
export function relayCode(target: Hex): Hex {
  // CALLER PUSH0 MSTORE, PUSH0 PUSH0 PUSH1 32 PUSH0 CALLVALUE PUSH20 target GAS CALL STOP
  return `0x335f525f5f60205f3473${target.slice(2)}5af100`
}

/**
 * slot 0 = 3 × slot 0 + the low byte of the caller: shows who called in which order.
 * PUSH1 255 CALLER AND, PUSH1 3 PUSH0 SLOAD MUL, ADD, PUSH0 SSTORE, STOP
 */
export const ORDER_CODE = '0x60ff331660035f5402015f5500'

/** JUMPDEST PUSH0 JUMP: until the gas is gone. */
export const LOOP_CODE = '0x5b5f56'

const PREV_RANDAO: Hex = `0x${'5a'.repeat(32)}`

export const ENV = {
  number: 1,
  timestamp: 1_800_000_000,
  gasLimit: 30_000_000,
  baseFeePerGas: 7,
  coinbase: COINBASE,
  prevRandao: PREV_RANDAO,
}

export interface CallFields {
  readonly to: Hex
  readonly nonce: number
  readonly value?: number | bigint
  readonly gasLimit?: number
  readonly gasPrice?: number
  readonly data?: Hex
}

/** A signed call by ALICE. */
export function call(fields: CallFields): TransactionObject {
  return { gasLimit: 200_000, gasPrice: 10, secretKey: SECRET_KEY, ...fields }
}

/** kladkogex's case: A and B both call C. */
export const CASE_ALLOC: Alloc = {
  [ALICE]: { balance: ETHER },
  [A]: { code: relayCode(C) },
  [B]: { code: relayCode(C) },
  [C]: { code: ORDER_CODE },
}
export const CASE_BLOCK: BlockInput = {
  env: ENV,
  transactions: [call({ to: A, nonce: 0 }), call({ to: B, nonce: 1 })],
}

const numbered = (i: number): Hex => `0x${(0x1000 + i).toString(16).padStart(40, '0')}`

/** Counts down from 2,000, then sends `partner` a message with all gas that is left. */
function playerCode(partner: Hex): Hex {
  // PUSH2 2000, loop: PUSH1 1 SWAP1 SUB DUP1 PUSH1 loop JUMPI, POP, 5 × PUSH0, CALL, STOP
  return `0x6107d05b600190038060035750${'5f'.repeat(5)}73${partner.slice(2)}5af100`
}

/** So many pairs of contracts that send messages to and fro until their gas is gone. */
export function longRallies(pairs: number): { alloc: Alloc; block: BlockInput } {
  const gasLimit = 16_000_000
  const players = Array.from({ length: 2 * pairs }, (_, i) => {
    return [numbered(i), { code: playerCode(numbered(i ^ 1)) }] as const
  })
  return {
    alloc: { [ALICE]: { balance: ETHER }, ...Object.fromEntries(players) },
    block: {
      env: { ...ENV, gasLimit: pairs * gasLimit },
      transactions: Array.from({ length: pairs }, (_, i) => {
        return call({ to: numbered(2 * i), nonce: i, gasLimit })
      }),
    },
  }
}

/** Contracts at 0x…1000, 0x…1001 … that all call C; one transaction to each. */
export function manyRelays(count: number, env = ENV): { alloc: Alloc; block: BlockInput } {
  const addresses = Array.from({ length: count }, (_, i) => numbered(i))
  return {
    alloc: {
      [ALICE]: { balance: ETHER },
      [C]: { code: ORDER_CODE },
      ...Object.fromEntries(addresses.map((address) => [address, { code: relayCode(C) }])),
    },
    block: { env, transactions: addresses.map((to, nonce) => call({ to, nonce })) },
  }
}
