/**
 * Work that stops and goes on: at every basic block, in long instructions and precompiles, in
 * rounds. Whatever the slices are, all results are the same to the last gas.
 */
import {
  createEngine, type Alloc, type BlockInput, type BlockResult, type Hex, type Semantics,
  type TransactionObject,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../bench/lib/bytecode.mjs'
import { LONG_DATA } from '../../bench/lib/long-blocks.mjs'
import { ENV } from '../support/small-blocks.js'

const SIGNER = '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8'
const SENDER = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b'
const CONTRACT = `0x${'c0de'.repeat(10)}`
const GAS = 40_000_000
const MEBI = 2 ** 20

/** What is left of the gas, and the word on the stack, show in a log. */
const TELL = 'GAS 0 MSTORE 32 MSTORE 64 0 LOG0'
const precompile = (number: number, size: number, before = ''): string =>
  `${before} 64 ${size} ${size} 0 ${number} GAS STATICCALL ${TELL} 64 MLOAD ${TELL}`
const filled = (number: number, times: number, bytes: number): string =>
  precompile(
    number,
    times * bytes,
    `0 fill: ${bytes} 0 DUP3 CALLDATACOPY ${bytes} ADD DUP1 ${times * bytes} GT @fill JUMPI POP`,
  )
const modexp = (base: number, exponent: number, modulus: number, last: number): string => {
  const size = 96 + base + exponent + modulus
  return precompile(
    5,
    size,
    `${base} 0 MSTORE ${exponent} 32 MSTORE ${modulus} 64 MSTORE
     96 fill: 0 NOT DUP2 MSTORE 32 ADD DUP1 ${size} GT @fill JUMPI POP ${last} ${size - 1} MSTORE8`,
  )
}

const PROGRAMS: Record<string, { code: string; data?: string }> = {
  'a loop that looks at its gas': {
    code: `100 loop: GAS DUP1 MUL DUP2 SSTORE 1 SWAP1 SUB DUP1 @loop JUMPI GAS ${TELL}`,
  },
  'jumps, calls of itself and a revert': {
    code: `CALLDATASIZE @inner JUMPI 20 loop: 64 0 32 0 0 ADDRESS 50000 CALL POP
      1 SWAP1 SUB DUP1 @loop JUMPI 64 MLOAD ${TELL} STOP
      inner: GAS DUP1 SSTORE GAS 0 MSTORE 32 0 REVERT`,
  },
  'frames that run out of gas': {
    code: `CALLDATASIZE @inner JUMPI 9 loop: 0 0 1 0 0 ADDRESS 3000 CALL ${TELL}
      1 SWAP1 SUB DUP1 @loop JUMPI STOP inner: @inner JUMP`,
  },
  creations: {
    code: `0x6001600155600a6000f3 0 MSTORE 5 loop: 10 22 0 CREATE ${TELL}
      1 SWAP1 SUB DUP1 @loop JUMPI`,
  },
  'copies in one block': {
    code: `${'9 0 7 MCOPY 65536 0 3 CALLDATACOPY 64 0 0 CODECOPY '.repeat(20)} 9 MLOAD ${TELL}`,
    data: '0x0102030405',
  },
  logs: { code: `9 loop: 32 0 LOG0 DUP1 DUP1 32 0 LOG2 1 SWAP1 SUB DUP1 @loop JUMPI` },
  'hashes in one block': {
    code: [4096, 64, 1]
      .map((size) => (size === 1 ? `1 ${TELL}` : `${size} 0 KECCAK256 0 MSTORE `.repeat(9)))
      .join(''),
  },
  'a long hash in the midst of a block': {
    code: `7 ${MEBI} MSTORE 1 2 ${MEBI + 32} 0 KECCAK256 ADD ADD ${TELL}`,
  },
  'a long hash that costs too much': {
    code: `0 0 0 0 0 @inner 5 loop: STOP inner: ${5 * MEBI} 0 KECCAK256 ${TELL}`,
  },
  'SHA-256': { code: precompile(2, MEBI + 77, `5 ${MEBI} MSTORE`) },
  'RIPEMD-160': { code: precompile(3, 100_001, '5 64000 MSTORE') },
  identity: { code: precompile(4, 100_001, '5 64000 MSTORE') },
  'MODEXP, odd': { code: modexp(200, 30, 200, 255) },
  'MODEXP, even': { code: modexp(200, 30, 200, 254) },
  'MODEXP, a power of two': { code: modexp(5, 40, 1, 0) },
  'MODEXP, below 256': { code: modexp(300, 20_000, 1, 253) },
  'MODEXP, large': { code: modexp(5_000, 2, 5_000, 255) },
  'BLAKE2 F': { code: precompile(9, 213, '0x0000c35000 216 SHL 0 MSTORE') },
  ECRECOVER: { code: precompile(1, 128, '27 32 MSTORE 1 64 MSTORE 1 96 MSTORE') },
  'BN254 pairing': { code: filled(8, 40, 192), data: LONG_DATA.bn254Pair },
  'BN254 pairing of nothing': { code: precompile(8, 0) },
  'BN254 pairing that fails in the end': {
    code: precompile(8, 40 * 192, `7 ${40 * 192 - 32} MSTORE`),
  },
  'BLS12-381 sum in G1': { code: filled(0x0c, 300, 160), data: LONG_DATA.g1Term },
  'BLS12-381 sum in G2': { code: filled(0x0e, 150, 288), data: LONG_DATA.g2Term },
  'BLS12-381 pairing': { code: filled(0x0f, 40, 384), data: LONG_DATA.blsPair },
}

function blockOf(code: string, data = '0x', to = CONTRACT): { alloc: Alloc; block: BlockInput } {
  const fields = { nonce: 0, gasLimit: GAS, gasPrice: 10, to, data, secretKey: SIGNER }
  const call = fields as TransactionObject
  const after: TransactionObject = { ...call, nonce: 1, data: '0x01' }
  return {
    alloc: { [SENDER]: { balance: 10n ** 20n }, [CONTRACT]: { nonce: 1, code: code as Hex } },
    block: { env: { ...ENV, gasLimit: 3 * GAS }, transactions: [call, after] },
  }
}

async function execute(
  semantics: Semantics,
  { alloc, block }: { alloc: Alloc; block: BlockInput },
  sliceGas: number,
  workers = 1,
): Promise<unknown> {
  const options = { semantics, workers, fork: 'prague', simulation: { sliceGas } } as const
  const engine = await createEngine(options)
  try {
    await engine.loadGenesis(alloc)
    return consensusPart(await engine.executeBlock(block))
  } finally {
    await engine.dispose()
  }
}

function consensusPart({ stateRoot, receipts, gasUsed, rounds }: BlockResult): unknown {
  return { stateRoot, receipts, gasUsed, messages: rounds.map(({ messages }) => [...messages]) }
}

describe.each(['ethereum', 'actor'] as const)('slices, %s semantics', (semantics) => {
  it.each(Object.entries(PROGRAMS))('%s', async (_, { code, data }) => {
    const workload = blockOf(assemble(code) as string, data)
    const whole = await execute(semantics, workload, 0)
    for (const sliceGas of [1, 60_000]) {
      expect(await execute(semantics, workload, sliceGas), `${sliceGas}`).toEqual(whole)
    }
    expect(await execute(semantics, workload, 1, 2), 'on 2 workers').toEqual(whole)
  })

  it('a transaction that calls a precompile itself', async () => {
    const to = `0x${'2'.padStart(40, '0')}`
    const workload = blockOf('0x00', `0x${'ab'.repeat(100_000)}`, to)
    expect(await execute(semantics, workload, 1)).toEqual(await execute(semantics, workload, 0))
  })

  it('a transaction to a precompile that fails', async () => {
    const to = `0x${'8'.padStart(40, '0')}`
    const workload = blockOf('0x00', `0x${'ff'.repeat(192 * 40)}`, to)
    expect(await execute(semantics, workload, 1)).toEqual(await execute(semantics, workload, 0))
  })
})
