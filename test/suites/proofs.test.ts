/**
 * Proofs of accounts, slots, receipts and deliveries, made by the engine and checked without it.
 */
import {
  createEngine,
  verifyAccountProof,
  verifyMessageProof,
  verifyReceiptProof,
  type BlockResult,
  type Engine,
  type IndexProof,
  type MessageProof,
  type Hex,
  type AllocAccount,
} from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { ALICE, C, CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'

const NOBODY: Hex = `0x${'99'.repeat(20)}`
const invalidProof = expect.objectContaining({ reason: 'invalid-proof' })

/** The hex with its last digit changed. */
function changed(hex: Hex): Hex {
  return `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}` as Hex
}

/** Each single change of a proof's nodes. */
function* changedNodes(proof: readonly Hex[]): Generator<Hex[]> {
  for (let i = 0; i < proof.length; i++) {
    yield proof.map((node, k) => (k === i ? changed(node) : node))
    yield proof.filter((_, k) => k !== i)
  }
  yield [...proof, '0x80']
}

describe('proofs', () => {
  let engine: Engine
  let result: BlockResult
  let stateRoot: Hex
  beforeAll(async () => {
    const scenario = buildScenario({ transactions: 200 })
    const { chainId, env, fork, parameters, transactions } = scenario
    engine = await createEngine({ semantics: 'actor', workers: 1, chainId, fork, parameters })
    await engine.loadGenesis({ ...scenario.alloc, ...CASE_ALLOC })
    result = await engine.executeBlock({ env, transactions })
    stateRoot = await engine.stateRoot()
  })
  afterAll(() => engine.dispose())

  it('of an account that is there', async () => {
    const proof = await engine.getProof(ALICE)
    expect(proof).toMatchObject({ address: ALICE, balance: 10n ** 18n, storageProof: [] })
    expect(verifyAccountProof(stateRoot, proof)).toMatchObject({ exists: true, nonce: 0n })
    expect(() => verifyAccountProof(stateRoot, { ...proof, balance: 1n })).toThrow(invalidProof)
    expect(() => verifyAccountProof(stateRoot, { ...proof, address: C })).toThrow(invalidProof)
    for (const accountProof of changedNodes(proof.accountProof)) {
      expect(() => verifyAccountProof(stateRoot, { ...proof, accountProof })).toThrow(invalidProof)
    }
  })

  it('of an account that is not there', async () => {
    const proof = await engine.getProof(NOBODY, [0n])
    expect(verifyAccountProof(stateRoot, proof)).toMatchObject({ exists: false, balance: 0n })
    expect(proof.storageProof).toEqual([{ key: `0x${'00'.repeat(32)}`, value: 0n, proof: [] }])
    expect(() => verifyAccountProof(stateRoot, { ...proof, nonce: 1n })).toThrow(invalidProof)
  })

  it('of slots with a value and without', async () => {
    const scenario = buildScenario({ transactions: 0 })
    const entries = Object.entries(scenario.alloc) as [Hex, AllocAccount][]
    const [address, account] = entries.find(([, it]) => Object.keys(it.storage ?? {}).length > 50)!
    const keys = Object.keys(account.storage ?? {}).slice(0, 20)
    const proof = await engine.getProof(address, [...keys, 12_345_678n])
    expect(proof.storageProof.at(-1)!.value).toBe(0n)
    expect(verifyAccountProof(stateRoot, proof).exists).toBe(true)
    for (const [i, slot] of proof.storageProof.entries()) {
      expect(slot.value).toBe(await engine.getStorage(address, slot.key))
      const other = { ...slot, value: slot.value + 1n }
      const storageProof = proof.storageProof.map((it, k) => (k === i ? other : it))
      expect(() => verifyAccountProof(stateRoot, { ...proof, storageProof })).toThrow(invalidProof)
    }
  })

  it('of every receipt', () => {
    for (const receipt of result.receipts) {
      const { transactionIndex, type, cumulativeGasUsed, logsBloom, logs } = receipt
      const proof = result.proveReceipt(transactionIndex)
      expect(verifyReceiptProof(result.receiptsRoot, proof)).toEqual({
        transactionIndex, type, cumulativeGasUsed, logsBloom, logs, status: receipt.status,
      })
    }
  })

  it('of a receipt, and of no other', () => {
    const proof = result.proveReceipt(130)
    const bad: IndexProof[] = [
      { ...proof, index: 131 },
      { ...proof, value: changed(proof.value) },
      ...[...changedNodes(proof.proof)].map((nodes) => ({ ...proof, proof: nodes })),
    ]
    for (const other of bad) {
      expect(() => verifyReceiptProof(result.receiptsRoot, other)).toThrow(invalidProof)
    }
    expect(() => result.proveReceipt(200)).toThrow('expected 0 to 199, got 200')
    expect(() => result.proveReceipt(-1)).toThrow('there is no such thing to prove')
  })

  it('of every delivery', () => {
    let count = 0
    for (const { messages, round } of result.rounds.slice(1)) {
      for (const { from, id, parent, position, status, to, value } of messages) {
        if (count++ % 7 !== 0) continue
        const proof = result.proveMessage(round, position)
        const proven = verifyMessageProof(result.virtualBlocksRoot, proof)
        expect(proven).toMatchObject({ round, position, id, parent, from, to, value, status })
      }
    }
    expect(count).toBeGreaterThan(100)
  })

  it('of a delivery, and of no other', () => {
    const proof = result.proveMessage(2, 3)
    const { block, message } = proof
    const bad: MessageProof[] = [
      { ...proof, round: 1 },
      { ...proof, round: 1, block: { ...block, index: 0 } },
      { ...proof, message: { ...message, index: 4 } },
      { ...proof, message: { ...message, value: changed(message.value) } },
      { ...proof, block: result.proveMessage(1, 0).block },
      ...[...changedNodes(message.proof)].map((nodes) => {
        return { ...proof, message: { ...message, proof: nodes } }
      }),
    ]
    for (const other of bad) {
      expect(() => verifyMessageProof(result.virtualBlocksRoot, other)).toThrow(invalidProof)
    }
    expect(() => result.proveMessage(0, 0)).toThrow('"round" expected 1 to')
    expect(() => result.proveMessage(99, 0)).toThrow('got 99')
  })
})

describe('proofs in small tries', () => {
  it('hold for one message, and for one virtual block', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(CASE_ALLOC)
    const result = await engine.executeBlock(CASE_BLOCK)
    const [, round] = result.rounds
    for (const { id, position } of round!.messages) {
      const proof = result.proveMessage(1, position)
      expect(verifyMessageProof(result.virtualBlocksRoot, proof)).toMatchObject({ id, to: C })
    }
    await engine.dispose()
  })
})
