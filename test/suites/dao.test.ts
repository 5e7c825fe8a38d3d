/**
 * The DAO attack (examples/dao): a bank that pays before it books. It is drained where calls are
 * synchronous, in a peer and in this engine alike; where contracts are actors it is not.
 */
import { createEngine, parseScenario, type BlockResult, type Semantics } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import {
  ATTACKER,
  BANK,
  HONEST_DEPOSITS,
  STAKE,
  buildDaoScenario,
} from '../../examples/dao/scenario.mjs'
import { SequentialEvm } from '../support/sequential-evm.js'

const SCENARIO = buildDaoScenario()

interface Ending {
  readonly bank: bigint
  readonly attacker: bigint
  readonly result: BlockResult
}

async function attack(semantics: Semantics, workers: number): Promise<Ending> {
  const scenario = parseScenario(SCENARIO)
  const engine = await createEngine({ ...scenario.engine, semantics, workers })
  try {
    await engine.loadGenesis(scenario.alloc)
    const result = await engine.executeBlock(scenario.blocks[0]!)
    const bank = await engine.getBalance(BANK)
    return { bank, attacker: await engine.getBalance(ATTACKER), result }
  } finally {
    await engine.dispose()
  }
}

describe('under Ethereum semantics the attacker empties the bank', () => {
  it('in @ethereumjs/vm', async () => {
    const evm = await SequentialEvm.create(SCENARIO)
    expect(await evm.run(SCENARIO.transactions[0]!)).toMatchObject({ succeeded: true })
    expect(await evm.balance(BANK)).toBe(0n)
    expect(await evm.balance(ATTACKER)).toBe(HONEST_DEPOSITS + STAKE)
  })

  it('in this engine, for the same gas', async () => {
    const { bank, attacker, result } = await attack('ethereum', 1)
    expect([bank, attacker]).toEqual([0n, HONEST_DEPOSITS + STAKE])
    const evm = await SequentialEvm.create(SCENARIO)
    const peer = await evm.run(SCENARIO.transactions[0]!)
    expect([result.receipts[0]!.status, BigInt(result.gasUsed)]).toEqual([1, peer.gasUsed])
  })
})

describe.each([1, 2])('between actors, on %i workers', (workers) => {
  it('honest deposits stay, the attacker has its stake back and no more', async () => {
    const { bank, attacker } = await attack('actor', workers)
    expect([bank, attacker]).toEqual([HONEST_DEPOSITS, STAKE])
  })

  it('the second withdrawal is delivered after the books are written, and fails', async () => {
    const { result } = await attack('actor', workers)
    const steps = result.rounds.map(({ messages }) =>
      messages.map(({ to, value, status }) => ({ to, value, status })),
    )
    expect(steps).toEqual([
      [{ to: ATTACKER, value: STAKE, status: 1 }],
      // deposit(), withdraw(): in the order in which they were sent
      [
        { to: BANK, value: STAKE, status: 1 },
        { to: BANK, value: 0n, status: 1 },
      ],
      // The payment; its receiver comes back
      [{ to: ATTACKER, value: STAKE, status: 1 }],
      [{ to: BANK, value: 0n, status: 0 }],
    ])
    const tree = result.messageTree(0)
    expect([result.receipts[0]!.status, tree.anyFailed]).toEqual([1, true])
  })
})
