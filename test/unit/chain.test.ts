/** Chains of small blocks: what is accepted, what is refused and why, what the state is then. */
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBlock, encodeUncles, type Block } from '../../src/intake/block.js'
import { headerHash, type Header } from '../../src/intake/header.js'
import { keccak256 } from '../../src/intake/keccak.js'
import { bytesToHex } from '../../src/base/bytes.js'
import { Chain } from '../../src/chain/chain.js'
import { InvalidBlockError, type InvalidBlockReason } from '../../src/base/errors.js'
import type { EngineParts } from '../../src/machine/engine-parts.js'
import { readAccount } from '../../src/state/read-state.js'
import { orderedRoot } from '../../src/results/roots.js'
import { makeBlockMachine } from '../../src/runners/block-test.js'
import { ETHER, Forge, NOBODY, transfer } from './helpers/block-forge.js'

let parts: EngineParts
beforeAll(async () => {
  parts = await makeBlockMachine()
})

async function refusal(chain: Chain, block: Block): Promise<InvalidBlockError> {
  const error: unknown = await chain.importBlock(encodeBlock(block)).then(
    () => 'accepted',
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InvalidBlockError)
  return error as InvalidBlockError
}

describe('a chain of proof of stake', () => {
  const json = { londonBlock: 0, terminalTotalDifficulty: 0, shanghaiTime: 0 }
  let forge: Forge
  let first: Block
  let second: Block
  beforeAll(async () => {
    forge = await Forge.make(parts, 'shanghai', json)
    await forge.chain()
    first = await forge.block(forge.genesis.header, [transfer(0n)])
    second = await forge.block(first.header, [transfer(1n), transfer(2n)])
  })

  const wrong = new Uint8Array(32).fill(1)
  const header = (change: Partial<Header>): ((block: Block) => Block) => {
    return (block) => ({ ...block, header: { ...block.header, ...change } })
  }
  const uncles = (block: Block): Block => ({ ...block, uncles: [block.header] })
  const CHANGES: readonly (readonly [string, InvalidBlockReason, (block: Block) => Block])[] = [
    ['a parent that is unknown', 'unknown-parent', header({ parentHash: wrong })],
    ['a number of its own', 'number-not-next', header({ number: 3n })],
    ["its parent's time", 'timestamp-not-after-parent', header({ timestamp: 1_012n })],
    ['33 bytes of extra data', 'extra-data-too-long', header({ extraData: new Uint8Array(33) })],
    ['a gas limit too high', 'gas-limit-out-of-bounds', header({ gasLimit: 5_004_882n })],
    ['a gas limit too low', 'gas-limit-out-of-bounds', header({ gasLimit: 4_995_118n })],
    ['more gas than its limit', 'gas-above-limit', header({ gasUsed: 5_000_001n })],
    ['a difficulty', 'proof-of-work-field-not-zero', header({ difficulty: 1n })],
    ['a nonce', 'proof-of-work-field-not-zero', header({ nonce: wrong.slice(0, 8) })],
    ['a base fee too high', 'base-fee-mismatch', header({ baseFeePerGas: 8n })],
    ['uncles', 'invalid-uncles', uncles],
    ['a hash of uncles', 'invalid-uncles', header({ unclesHash: wrong })],
    ['no withdrawals', 'withdrawals-missing', ({ withdrawals: _, ...block }) => block],
    ['a root of withdrawals', 'withdrawals-root-mismatch', header({ withdrawalsRoot: wrong })],
    ['a root of transactions', 'transactions-root-mismatch', header({ transactionsRoot: wrong })],
    ['other gas', 'gas-used-mismatch', header({ gasUsed: 42_001n })],
    ['another bloom', 'logs-bloom-mismatch', header({ logsBloom: new Uint8Array(256).fill(1) })],
    ['another receipts root', 'receipts-root-mismatch', header({ receiptsRoot: wrong })],
    ['another state root', 'state-root-mismatch', header({ stateRoot: wrong })],
    [
      'fields of Cancun',
      'header-field-not-in-fork',
      header({ blobGasUsed: 0n, excessBlobGas: 0n, parentBeaconBlockRoot: wrong }),
    ],
  ]

  it('refuses what is wrong with its reason, and goes on as if nothing had been', async () => {
    const chain = await forge.chain()
    await chain.importBlock(encodeBlock(first))
    const recipient = (): bigint => readAccount(parts.core, new Uint8Array(20).fill(0x77)).balance
    for (const [what, reason, change] of CHANGES) {
      const error = await refusal(chain, change(second))
      expect(error.reason, what).toBe(reason)
      expect(error.place.block, what).toBeDefined()
      expect(bytesToHex(headerHash(chain.head.header)), what).toBe(
        bytesToHex(headerHash(first.header)),
      )
      expect(recipient(), what).toBe(1n)
    }
    const { isHead } = await chain.importBlock(encodeBlock(second))
    expect(isHead).toBe(true)
    expect(recipient()).toBe(3n)
  })

  it('names the transaction that is invalid', async () => {
    const chain = await forge.chain()
    await chain.importBlock(encodeBlock(first))
    const transactions = [transfer(1n), transfer(3n)]
    const transactionsRoot = orderedRoot(parts.core, transactions.map(({ raw }) => raw))
    const block = { ...second, header: { ...second.header, transactionsRoot }, transactions }
    const error = await refusal(chain, block)
    expect(error).toMatchObject({
      reason: 'invalid-transaction',
      place: { tx: 1 },
      cause: { reason: 'nonce-too-high' },
    })
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a byte', Uint8Array.of(1)],
    ['an empty list', Uint8Array.of(0xc0)],
    ['noise', new Uint8Array(600).fill(0xf9)],
  ])('refuses %s', async (_, bytes) => {
    const chain = await forge.chain()
    await expect(chain.importBlock(bytes)).rejects.toBeInstanceOf(InvalidBlockError)
  })
})

describe('hostile blocks', () => {
  /** Deterministic, so that a failure can be seen again. */
  function* mutations(bytes: Uint8Array, count: number): Generator<Uint8Array> {
    let seed = 0x2545f491
    const random = (limit: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((seed / 2 ** 32) * limit)
    }
    for (let i = 0; i < count; i++) {
      const mutated = bytes.slice(0, random(20) === 0 ? random(bytes.length) : bytes.length)
      const changes = 1 + random(3)
      for (let change = 0; change < changes && mutated.length > 0; change++) {
        mutated[random(mutated.length)] = random(256)
      }
      yield mutated
    }
  }

  it.each([
    ['shanghai', { londonBlock: 0, terminalTotalDifficulty: 0, shanghaiTime: 0 }],
    ['berlin', { homesteadBlock: 0, berlinBlock: 0 }],
  ])('of %s are refused with typed errors alone', async (fork, json) => {
    const forge = await Forge.make(parts, fork, json)
    await forge.chain()
    const transactions = [transfer(0n), transfer(1n)]
    const block = await forge.block(forge.genesis.header, transactions)
    const bytes = encodeBlock(block)
    const chain = await forge.chain()
    for (const mutated of mutations(bytes, 2_000)) {
      const error: unknown = await chain.importBlock(mutated).catch((reason: unknown) => reason)
      // A byte may be replaced by itself, or by another that matters to nobody
      if (!(error instanceof Error)) continue
      expect(error, bytesToHex(mutated)).toBeInstanceOf(InvalidBlockError)
    }
    const fresh = await forge.chain()
    expect((await fresh.importBlock(bytes)).isHead).toBe(true)
  })
})

describe('a chain of proof of work', () => {
  it('follows the branch with the most difficulty, and comes back', async () => {
    const forge = await Forge.make(parts, 'berlin', { homesteadBlock: 0, berlinBlock: 0 })
    await forge.chain()
    // Slower blocks have less difficulty
    const a1 = await forge.block(forge.genesis.header, [transfer(0n, 5n)], 5n)
    const a2 = await forge.block(a1.header, [], 5n)
    await forge.chain()
    const b1 = await forge.block(forge.genesis.header, [transfer(0n, 9n)], 50n)
    const b2 = await forge.block(b1.header, [], 5n)
    const b3 = await forge.block(b2.header, [], 5n)

    const chain = await forge.chain()
    const heads: boolean[] = []
    for (const block of [a1, b1, a2, b2, b3]) {
      heads.push((await chain.importBlock(encodeBlock(block))).isHead)
    }
    expect(heads).toEqual([true, false, true, false, true])
    await chain.settle()
    expect(readAccount(parts.core, new Uint8Array(20).fill(0x77)).balance).toBe(9n)
    expect(readAccount(parts.core, NOBODY).balance).toBeGreaterThan(6n * ETHER)
  })

  it('pays uncles, and refuses those that are none', async () => {
    const forge = await Forge.make(parts, 'berlin', { homesteadBlock: 0, berlinBlock: 0 })
    await forge.chain()
    const first = await forge.block(forge.genesis.header, [])
    const second = await forge.block(first.header, [])
    const chain = await forge.chain()
    await chain.importBlock(encodeBlock(first))
    const withUncle = (uncle: Header): Block => ({
      ...second,
      uncles: [uncle],
      header: { ...second.header, unclesHash: keccak256(encodeUncles([uncle])) },
    })
    const orphan = { ...first.header, extraData: Uint8Array.of(1) }
    expect((await refusal(chain, withUncle(first.header))).reason).toBe('invalid-uncles')
    const child = (await refusal(chain, withUncle(second.header))).reason
    expect(child).toBe('uncle-parent-not-ancestor')
    // The reward is missing in the block's state root
    expect((await refusal(chain, withUncle(orphan))).reason).toBe('state-root-mismatch')
  })
})
