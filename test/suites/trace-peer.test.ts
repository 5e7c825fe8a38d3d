/** Every step of a trace beside a peer's. */
import type { Alloc, BlockInput, TraceEvent, TraceStep } from 'actor-evm'
import { Mainnet, createCustomCommon } from '@ethereumjs/common'
import { createTx, type TypedTxData } from '@ethereumjs/tx'
import { bytesToHex, hexToBytes, type PrefixedHexString } from '@ethereumjs/util'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { randomBlock } from '../reference/programs.js'
import { blockEnv } from '../support/block-env.js'
import { fromEnvironment } from '../support/from-environment.js'
import { peerSteps, type PeerBlock, type PeerStep } from '../support/peer-steps.js'
import { traceBlock } from '../support/traced-block.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_TRACED_BLOCKS', 50)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)

const OP_STOP = 0x00
const OP_CREATE = 0xf0
const OP_CREATE2 = 0xf5
const CALLS = new Set([0xf1, 0xf2, 0xf4, 0xfa])
const CALLS_WITH_VALUE = new Set([0xf1, 0xf2])
const STIPEND = 2_300n

/** Without what only one side shows: STOPs after the code, and the first line of a failure. */
function comparable(events: readonly TraceEvent[]): TraceStep[] {
  const steps: TraceStep[] = []
  for (const event of events) {
    if (event.kind !== 'step' || event.op === OP_STOP) continue
    const last = steps.at(-1)
    const isSecond = event.error !== undefined && last !== undefined && event.stack === last.stack
    if (isSecond) steps.pop()
    steps.push(event)
  }
  return steps
}

/** What the peer calls the cost: without the gas that a call forwards. */
function costWithoutForwarded(step: TraceStep, next: TraceStep | undefined): bigint | undefined {
  if (step.error !== undefined) return undefined
  if (!CALLS.has(step.op)) return step.gasCost
  if (next?.depth !== step.depth + 1) return undefined
  const hasValue = CALLS_WITH_VALUE.has(step.op) && step.stack.at(-3) !== 0n
  return step.gasCost - next.gas + (hasValue ? STIPEND : 0n)
}

function expectSameSteps(
  ours: readonly TraceStep[],
  theirs: readonly PeerStep[],
  what: string,
): void {
  ours.forEach((step, i) => {
    const { pc, op, gas, memSize, stack, depth, error } = step
    const { gasCost, ...peer } = theirs[i]!
    // An SSTORE that runs out of gas adds a refund in the peer that is lost at once
    const refund = error === undefined ? step.refund : peer.refund
    const found = { pc, op, gas, memSize, stack, depth, refund }
    const cost = costWithoutForwarded(step, ours[i + 1])
    // What vitest needs to compare is too slow for thousands of steps that are equal
    if (!isDeepStrictEqual(found, peer)) expect(found, `${what}, step ${i}`).toEqual(peer)
    if (cost === undefined || cost === gasCost) return
    expect({ op, cost }, `${what}, cost of step ${i}`).toEqual({ op, cost: gasCost })
  })
  expect(ours.length, what).toBe(theirs.length)
}

async function expectSameTraces(block: PeerBlock, what: string): Promise<TraceStep[]> {
  const { chainId, env, rawTransactions } = block
  const input = { env: blockEnv(env), transactions: rawTransactions } as unknown as BlockInput
  const events = await traceBlock(block.alloc as Alloc, input, { chainId })
  const ends = events.flatMap((event, i) => (event.kind === 'transactionEnd' ? [i] : []))
  const theirs = await peerSteps(block)
  expect(ends).toHaveLength(theirs.length)
  const all: TraceStep[] = []
  theirs.forEach((steps, tx) => {
    const ours = comparable(events.slice((ends[tx - 1] ?? -1) + 1, ends[tx]))
    const running = steps.filter(({ op }) => op !== OP_STOP)
    expectSameSteps(ours, running, `${what}, transaction ${tx}`)
    // Spread, a million steps would not fit the stack
    for (const step of ours) all.push(step)
  })
  return all
}

describe('every step is that of @ethereumjs/vm', () => {
  it(`in ${BLOCKS} random blocks`, async () => {
    const opcodes = new Set<number>()
    for (let seed = FIRST_SEED; seed < FIRST_SEED + BLOCKS; seed++) {
      const { scenario, rawTransactions: all } = randomBlock(seed)
      // The peer wants a KZG library for blobs, and its steps leave out refunds of authorizations
      if (['0x3', '0x4'].includes(scenario.transactions[0]!.type)) continue
      const { alloc, chainId, env } = scenario
      // People who are delegated to a contract may create: then later nonces are wrong
      const rawTransactions = all.slice(0, 1)
      const block = { alloc, chainId, env, rawTransactions } as unknown as PeerBlock
      const steps = await expectSameTraces(block, `random block ${seed}`)
      for (const { op } of steps) opcodes.add(op)
    }
    for (const op of [...CALLS, OP_CREATE, OP_CREATE2]) expect(opcodes).toContain(op)
  }, 300_000)

  it('in the market, whose contracts call each other', async () => {
    const { alloc, chainId, env, transactions } = buildScenario({ transactions: 12 })
    const common = createCustomCommon({ chainId }, Mainnet, { hardfork: 'osaka' })
    const rawTransactions = transactions.map(({ gas, input, secretKey, ...fields }) => {
      const data = { ...fields, gasLimit: gas, data: input } as unknown as TypedTxData
      return bytesToHex(
        createTx(data, { common }).sign(hexToBytes(secretKey as PrefixedHexString)).serialize(),
      )
    })
    const block = { alloc, chainId, env, rawTransactions } as unknown as PeerBlock
    const steps = await expectSameTraces(block, 'market')
    expect(Math.max(...steps.map(({ depth }) => depth))).toBeGreaterThan(2)
    expect(steps.length).toBeGreaterThan(5_000)
  }, 120_000)
})
