// Blocks of calls to small contracts that send messages to one another.
import { quantity } from '../../examples/market/abi.mjs'
import { assemble } from './bytecode.mjs'
import { addressOf, unsignedBlock } from './unsigned-block.mjs'

const CALLER_BALANCE = quantity(10n ** 24n)
const FIRST_CONTRACT = 20_000_000
/** All that a transaction may have (EIP-7825), about: it pays for all that comes of it. */
const MOST_GAS = 16_000_000

const contractAt = (i) => addressOf(FIRST_CONTRACT + i)
const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i))

/** Counts down from the number on the stack: 4 ns each. */
const LOOP = 'loop: 1 SWAP1 SUB DUP1 @loop JUMPI POP'
const call = (to, dataSize = 0) => `0 0 ${dataSize} 0 0 ${to} GAS CALL POP`
/** Works, then counts its calls in slot 0. */
const worker = (work) => assemble(`${work} ${LOOP} 0 SLOAD 1 ADD 0 SSTORE STOP`)
/** Works, then sends on what it was sent less one, until that is zero. */
const player = (partner, work) =>
  assemble(`${work === 0 ? '' : `${work} ${LOOP}`}
    0 CALLDATALOAD DUP1 ISZERO @end JUMPI
    1 SWAP1 SUB 0 MSTORE ${call(partner, 32)} end: STOP`)

/** @param contracts codes @param targets indexes of the contracts that are called, one call each */
function contractCalls(contracts, targets, gas, data = '0x') {
  const alloc = {}
  for (const [i, code] of contracts.entries()) alloc[contractAt(i)] = { nonce: '0x1', code }
  const calls = targets.map((target, i) => {
    const from = addressOf(i + 1)
    alloc[from] = { balance: CALLER_BALANCE }
    return { from, to: contractAt(target), data, gas }
  })
  return { alloc, ...unsignedBlock(calls, calls.length * gas) }
}

/** So many calls, by turns of so many contracts, which work. */
export function callsOf(contracts, calls, work) {
  const codes = repeat(contracts, () => worker(work))
  return contractCalls(codes, repeat(calls, (i) => i % contracts), 100_000)
}

/** One contract sends a message to each of so many others, which work. */
export function fanOut(width, work, gas = MOST_GAS) {
  const root = assemble(repeat(width, (i) => call(contractAt(i + 1))).join(' '))
  return contractCalls([root, ...repeat(width, () => worker(work))], [0], gas)
}

/** So many pairs of contracts, each of which sends one message to and fro. */
export function rallies(pairs, rounds, work) {
  const codes = repeat(2 * pairs, (i) => player(contractAt(i ^ 1), work))
  const data = `0x${(rounds - 1).toString(16).padStart(64, '0')}`
  return contractCalls(codes, repeat(pairs, (i) => 2 * i), MOST_GAS, data)
}
