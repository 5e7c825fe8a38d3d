/** Journals that do not fit the arena go on in regions: nothing but memory limits a transaction. */
import { createEngine, type Engine, type Hex } from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import { ARENA_JOURNAL_SIZE } from '../../assembly/abi/memory-map.js'
import { ALICE, A, B, ENV, ETHER, call } from '../support/small-blocks.js'

const ENTRY_BYTES = 48
const IN_ARENA = Math.floor(ARENA_JOURNAL_SIZE / ENTRY_BYTES)

const GAS = 150_000_000

/**
 * Without data: slot 7 = 1, TSTORE(n, n) for n = `count` … 1, then the given end.
 * With data: slot 8 = TLOAD(5) + 1.
 */
function writerCode(count: number, end: string): Hex {
  // CALLDATASIZE PUSH1 29 JUMPI, PUSH1 1 PUSH1 7 SSTORE
  const begin = '36601d576001600755'
  // PUSH4 n, JUMPDEST, DUP1 DUP1 TSTORE, PUSH1 1 SWAP1 SUB DUP1 PUSH1 14 JUMPI
  const loop = `63${count.toString(16).padStart(8, '0')}5b80805d6001900380600e57`
  // JUMPDEST, PUSH1 5 TLOAD PUSH1 1 ADD PUSH1 8 SSTORE, STOP
  return `0x${begin}${loop}${end}5b60055c60010160085500`
}
const REVERT = '5f5ffd'
const STOP = '000000'

/** slot 0 = 1 + success of a call of B without data; then a call of B with data. */
const CALLER_CODE: Hex =
  `0x5f5f5f5f5f73${B.slice(2)}5af16001015f55${`5f5f60015f5f73${B.slice(2)}5af15000`}`

const engines: Engine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()))
})

async function slotsAfter(count: number, end: string): Promise<bigint[]> {
  const engine = await createEngine({ workers: 1, semantics: 'ethereum', fork: 'prague' })
  engines.push(engine)
  await engine.loadGenesis({
    [ALICE]: { balance: ETHER },
    [A]: { code: CALLER_CODE },
    [B]: { code: writerCode(count, end) },
  })
  const { receipts } = await engine.executeBlock({
    env: { ...ENV, gasLimit: GAS },
    transactions: [call({ to: A, nonce: 0, gasLimit: GAS })],
  })
  expect(receipts[0]).toMatchObject({ status: 1 })
  return Promise.all([
    engine.getStorage(A, 0),
    engine.getStorage(B, 7),
    engine.getStorage(B, 8),
  ])
}

describe('a journal', () => {
  it('is undone across the end of the arena and of regions', async () => {
    // Warm accounts and the like come before
    for (let before = 0; before < 16; before++) {
      expect(await slotsAfter(IN_ARENA - before, REVERT), `${before}`).toEqual([1n, 0n, 1n])
    }
    expect(await slotsAfter(IN_ARENA, STOP)).toEqual([2n, 1n, 6n])
    expect(await slotsAfter(4 * IN_ARENA, REVERT)).toEqual([1n, 0n, 1n])
  })

  it('holds what 105 million gas of TSTORE write', async () => {
    expect(await slotsAfter(800_000, STOP)).toEqual([2n, 1n, 6n])
    expect(await slotsAfter(800_000, REVERT)).toEqual([1n, 0n, 1n])
  })
})
