/**
 * Where a block breaks several rules, its reason is geth's (docs/RULES.md): a block
 * breaks all of a list, and is repaired one by one.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBlock, encodeUncles, type Block } from '../../src/intake/block.js'
import type { Header } from '../../src/intake/header.js'
import { keccak256 } from '../../src/intake/keccak.js'
import type { TransactionFields } from '../../src/intake/transaction-fields.js'
import type { Chain } from '../../src/chain/chain.js'
import { ActorEvmError } from '../../src/base/errors.js'
import type { EngineParts } from '../../src/machine/engine-parts.js'
import { orderedRoot } from '../../src/results/roots.js'
import { makeBlockMachine } from '../../src/runners/block-test.js'
import { Forge, transfer } from './helpers/block-forge.js'

const DAO = new TextEncoder().encode('dao-hard-fork')
const OF_CANCUN = ['blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot'] as const
const WRONG = new Uint8Array(32).fill(1)

let parts: EngineParts
beforeAll(async () => {
  parts = await makeBlockMachine()
})

async function reasonOf(chain: Chain, block: Block): Promise<string> {
  const error: unknown = await chain.importBlock(encodeBlock(block)).catch((e: unknown) => e)
  if (!(error instanceof ActorEvmError)) return 'accepted'
  const isOfTransaction = error.reason === 'invalid-transaction'
  return (isOfTransaction ? (error.cause as ActorEvmError) : error).reason!
}

const withUncles = (block: Block, uncles: Header[]): Block => ({
  ...block,
  uncles,
  header: { ...block.header, unclesHash: keccak256(encodeUncles(uncles)) },
})

type Repair = readonly [reason: string, repair: (block: Block) => Block]
const set =
  (change: Partial<Header>) =>
    (block: Block): Block => ({ ...block, header: { ...block.header, ...change } })

const without =
  (...fields: (keyof Header)[]) =>
    (block: Block): Block => {
      const kept = Object.entries(block.header).filter(([name]) => !fields.includes(name as never))
      return { ...block, header: Object.fromEntries(kept) as unknown as Header }
    }

async function expectOrder(chain: Chain, broken: Block, repairs: readonly Repair[]): Promise<void> {
  let block = broken
  for (const [reason, repair] of repairs) {
    expect(await reasonOf(chain, block)).toBe(reason)
    block = repair(block)
  }
  expect(await reasonOf(chain, block)).toBe('accepted')
}

describe('proof of stake', () => {
  it('header, body, transactions, results', async () => {
    const json = { londonBlock: 0, terminalTotalDifficulty: 0, shanghaiTime: 0 }
    const forge = await Forge.make(parts, 'shanghai', json)
    await forge.chain()
    const good = await forge.block(forge.genesis.header, [transfer(0n), transfer(1n)])
    const chain = await forge.chain()
    const { header, transactions } = good
    const withdrawal = { index: 0n, validatorIndex: 0n, address: WRONG.slice(12), amount: 0n }
    const broken = {
      header: {
        ...header,
        ...{ parentHash: WRONG, number: 9n, difficulty: 1n, extraData: new Uint8Array(33) },
        ...{ nonce: WRONG.slice(24), unclesHash: WRONG, timestamp: 1n, gasLimit: 2n ** 63n },
        ...{ gasUsed: 2n ** 64n - 1n, baseFeePerGas: 1n, blobGasUsed: 0n, excessBlobGas: 0n },
        ...{ parentBeaconBlockRoot: WRONG, transactionsRoot: WRONG, withdrawalsRoot: WRONG },
        ...{ logsBloom: new Uint8Array(256).fill(1), receiptsRoot: WRONG, stateRoot: WRONG },
      },
      transactions: [transfer(0n), transfer(2n)],
      uncles: [header],
      withdrawals: [withdrawal],
    } satisfies Block
    await expectOrder(chain, broken, [
      ['unknown-parent', set({ parentHash: header.parentHash })],
      ['number-not-next', set({ number: 1n })],
      ['proof-of-work-field-not-zero', set({ difficulty: 0n })],
      ['extra-data-too-long', set({ extraData: header.extraData })],
      ['proof-of-work-field-not-zero', set({ nonce: header.nonce })],
      ['invalid-uncles', set({ unclesHash: header.unclesHash })],
      ['timestamp-not-after-parent', set({ timestamp: header.timestamp })],
      ['gas-limit-out-of-bounds', set({ gasLimit: 2n ** 62n })],
      ['gas-above-limit', set({ gasUsed: 1n })],
      ['gas-limit-out-of-bounds', set({ gasLimit: header.gasLimit })],
      ['base-fee-mismatch', set({ baseFeePerGas: header.baseFeePerGas! })],
      ['header-field-not-in-fork', without(...OF_CANCUN)],
      ['invalid-uncles', (block) => ({ ...block, uncles: [] })],
      ['transactions-root-mismatch', (block) => ({ ...block, transactions })],
      ['transactions-root-mismatch', set({ transactionsRoot: header.transactionsRoot })],
      ['withdrawals-root-mismatch', (block) => ({ ...block, withdrawals: [] })],
      ['withdrawals-root-mismatch', set({ withdrawalsRoot: header.withdrawalsRoot! })],
      ['gas-used-mismatch', set({ gasUsed: header.gasUsed })],
      ['logs-bloom-mismatch', set({ logsBloom: header.logsBloom })],
      ['receipts-root-mismatch', set({ receiptsRoot: header.receiptsRoot })],
      ['state-root-mismatch', set({ stateRoot: header.stateRoot })],
    ])
  })
})

describe('proof of work', () => {
  it('header, and uncles before the body', async () => {
    const forge = await Forge.make(parts, 'homestead', { homesteadBlock: 0, daoForkBlock: 1 })
    await forge.chain()
    const made = await forge.block(forge.genesis.header, [])
    const good = set({ extraData: DAO })(made)
    const { header } = good
    const chain = await forge.chain()
    const uncle = { ...header, parentHash: WRONG }
    const broken = set({
      ...{ extraData: new Uint8Array(33), timestamp: 1n, difficulty: 1n, gasLimit: 2n ** 63n },
      ...{ gasUsed: 2n ** 64n - 1n, baseFeePerGas: 7n, unclesHash: WRONG, transactionsRoot: WRONG },
    })({ ...good, uncles: [uncle, uncle, uncle] })
    await expectOrder(chain, broken, [
      ['extra-data-too-long', set({ extraData: new Uint8Array(0) })],
      ['timestamp-not-after-parent', set({ timestamp: header.timestamp })],
      ['difficulty-mismatch', set({ difficulty: header.difficulty })],
      ['gas-limit-out-of-bounds', set({ gasLimit: 2n ** 62n })],
      ['gas-above-limit', set({ gasUsed: 0n })],
      ['header-field-not-in-fork', without('baseFeePerGas')],
      ['gas-limit-out-of-bounds', set({ gasLimit: header.gasLimit })],
      ['dao-extra-data-missing', set({ extraData: DAO })],
      ['invalid-uncles', (block) => ({ ...block, uncles: [uncle] })],
      ['uncle-parent-not-ancestor', (block) => ({ ...block, uncles: [] })],
      ['uncles-hash-mismatch', set({ unclesHash: header.unclesHash })],
      ['transactions-root-mismatch', set({ transactionsRoot: header.transactionsRoot })],
    ])
  })

  it('uncles: known ones, ancestors, strangers, then their headers', async () => {
    const forge = await Forge.make(parts, 'berlin', { homesteadBlock: 0, berlinBlock: 0 })
    await forge.chain()
    const first = await forge.block(forge.genesis.header, [])
    const second = await forge.block(first.header, [])
    const chain = await forge.chain()
    await chain.importBlock(encodeBlock(first))
    const orphan = { ...first.header, coinbase: new Uint8Array(20).fill(9) }
    const late = { ...orphan, timestamp: 1n, gasLimit: 1n }
    const tell = (...uncles: Header[]): Promise<string> =>
      reasonOf(chain, withUncles(second, uncles))
    const stranger = { ...first.header, parentHash: WRONG }
    expect(await tell(orphan, orphan)).toBe('invalid-uncles')
    expect(await tell(first.header, stranger)).toBe('invalid-uncles')
    expect(await tell(forge.genesis.header)).toBe('invalid-uncles')
    expect(await tell(stranger, first.header)).toBe('uncle-parent-not-ancestor')
    expect(await tell(late)).toBe('timestamp-not-after-parent')
    // The number of an uncle is looked at last, that of a block first
    expect(await tell({ ...late, number: 5n })).toBe('timestamp-not-after-parent')
    expect(await tell({ ...orphan, number: 5n })).toBe('number-not-next')
    expect(await tell(orphan)).toBe('state-root-mismatch')
  })

  it("the DAO's extra data binds uncles", async () => {
    const forge = await Forge.make(parts, 'homestead', { homesteadBlock: 0, daoForkBlock: 2 })
    await forge.chain()
    const first = await forge.block(forge.genesis.header, [])
    const second = set({ extraData: DAO })(await forge.block(first.header, []))
    const third = await forge.block(second.header, [])
    const chain = await forge.chain()
    for (const block of [first, second]) await chain.importBlock(encodeBlock(block))
    const uncle = { ...second.header, coinbase: new Uint8Array(20).fill(9) }
    const tell = (it: Header): Promise<string> => reasonOf(chain, withUncles(third, [it]))
    expect(await tell({ ...uncle, extraData: new Uint8Array(0) })).toBe('dao-extra-data-missing')
    // Only its reward is missing
    expect(await tell(uncle)).toBe('state-root-mismatch')
    // One block before the fork it says what it likes
    const before = { ...first.header, extraData: Uint8Array.of(1) }
    expect(await tell(before)).toBe('state-root-mismatch')
  })
})

it('the first block of London: gas limit, then base fee', async () => {
  const json = { homesteadBlock: 0, berlinBlock: 0, londonBlock: 1 }
  const forge = await Forge.make(parts, 'berlin', json)
  await forge.chain()
  const block = await forge.block(forge.genesis.header, [])
  const chain = await forge.chain()
  const tell = (change: Partial<Header>): Promise<string> => reasonOf(chain, set(change)(block))
  const gasLimit = 2n * forge.genesis.header.gasLimit
  expect(await tell({})).toBe('gas-limit-out-of-bounds')
  expect(await tell({ baseFeePerGas: 7n })).toBe('gas-limit-out-of-bounds')
  expect(await tell({ gasLimit })).toBe('header-field-missing')
  expect(await tell({ gasLimit, baseFeePerGas: 7n })).toBe('base-fee-mismatch')
})

it('transactions: what the state says has its place among what it does not', async () => {
  const forge = await Forge.make(parts, 'berlin', { homesteadBlock: 0, berlinBlock: 0 })
  await forge.chain()
  const good = await forge.block(forge.genesis.header, [])
  const chain = await forge.chain()
  const tell = (...changes: Partial<TransactionFields>[]): Promise<string> => {
    const transactions = changes.map((change) => transfer(0n, 1n, change))
    const root = orderedRoot(parts.core, transactions.map(({ raw }) => raw))
    return reasonOf(chain, set({ transactionsRoot: root })({ ...good, transactions }))
  }
  const poor = { gasPrice: 2n ** 100n, gasLimit: 20_999n }
  expect(await tell({ ...poor, nonce: 5n, chainId: 7n })).toBe('wrong-chain-id')
  expect(await tell({ ...poor, nonce: 5n })).toBe('nonce-too-high')
  expect(await tell({ ...poor, nonce: 2n ** 64n - 1n })).toBe('nonce-too-high')
  expect(await tell({ ...poor, gasLimit: 2n ** 40n })).toBe('gas-limit-above-block')
  expect(await tell(poor)).toBe('insufficient-funds')
  expect(await tell({ gasLimit: 20_999n })).toBe('intrinsic-gas-too-low')
  // One transaction after the other
  expect(await tell({ nonce: 1n }, { gasLimit: 20_999n })).toBe('nonce-too-high')
  expect(await tell({}, { nonce: 5n, gasLimit: 20_999n })).toBe('nonce-too-high')
  expect(await tell({}, { nonce: 1n, gasLimit: 20_999n })).toBe('intrinsic-gas-too-low')
})
