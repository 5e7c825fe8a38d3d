/** examples/actor-contracts: a token, an exchange, an auction, and the messages between them. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEngine, parseScenario, type BlockResult, type Engine, type Hex } from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mappingSlot } from '../../examples/market/abi.mjs'
import { compileFolder } from '../../examples/market/compile.mjs'
import { ETHER, TOKEN_UNIT } from '../../examples/market/genesis.mjs'
import { alice, artifactOf, auction, bob, buildScenario, exchange, maker, tokenA, tokenB } from
  '../../examples/actor-contracts/scenario.mjs'
import { COMPILER_TIMEOUT_MS } from '../support/solidity-world.js'
import { TreeSketch } from '../support/tree-sketch.js'

const FOLDER = new URL('../../examples/actor-contracts/', import.meta.url)
const sketch = new TreeSketch()
let engine: Engine
let results: BlockResult[]

beforeAll(async () => {
  for (const name of ['ActorToken', 'ActorExchange', 'ActorAuction']) sketch.learn(artifactOf(name))
  const names = { alice, bob, maker }
  for (const [name, { address }] of Object.entries(names)) sketch.name(address, name)
  const contracts = { tokenA, tokenB, exchange, auction }
  for (const [name, address] of Object.entries(contracts)) sketch.name(address, name)

  const scenario = parseScenario(buildScenario())
  engine = await createEngine({ ...scenario.engine, workers: 2 })
  await engine.loadGenesis(scenario.alloc)
  results = []
  for (const block of scenario.blocks) results.push(await engine.executeBlock(block))
})
afterAll(() => engine.dispose())

const treesOf = (result: BlockResult): string[][] =>
  result.receipts.map((_, i) => sketch.of(result.messageTree(i)))
const holding = (token: Hex, holder: { address: Hex }): Promise<bigint> =>
  engine.getStorage(token, mappingSlot(artifactOf('ActorToken').storage._balances, holder.address))
const reserve = (side: number): Promise<bigint> =>
  engine.getStorage(exchange, artifactOf('ActorExchange').storage.reserves + side)

describe('actor contracts', () => {
  it('have artifacts as the compiler makes them', { timeout: COMPILER_TIMEOUT_MS }, () => {
    const folder = new URL('artifacts/', FOLDER)
    const committed = readdirSync(folder).map((name) => [
      name,
      readFileSync(new URL(name, folder), 'utf8'),
    ])
    const compiled = compileFolder(new URL('contracts/', FOLDER))
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(compiled))
  })

  it('have a scenario that prints itself, for the command line', () => {
    const script = fileURLToPath(new URL('scenario.mjs', FOLDER))
    const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' })
    expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(buildScenario())))
    const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
    const args = [cli, 'trace', '-', '--block', '3', '--tx', '0']
    const text = execFileSync(process.execPath, args, { encoding: 'utf8', input: printed })
    expect(text).toMatch(/success; 3 messages, 3 rounds, 0 failed/)
  })

  it('are created in one round, each by a transaction of its own', () => {
    const [creation] = results
    expect(creation!.receipts.map(({ contractAddress }) => contractAddress)).toEqual([
      tokenA, tokenB, exchange, auction,
    ])
    expect(creation!.rounds.map(({ groupCount }) => groupCount)).toEqual([4])
  })

  it('tell of liquidity', () => {
    expect(treesOf(results[1]!)).toEqual([
      ['maker → tokenA.transferAndNotify', '  tokenA → exchange.onTokensReceived'],
      ['maker → tokenB.transferAndNotify', '  tokenB → exchange.onTokensReceived'],
      ['maker → tokenA.transfer'],
      ['maker → tokenB.transfer'],
    ])
  })

  it('sell, return what cannot be sold, and bid', () => {
    expect(treesOf(results[2]!)).toEqual([
      [
        'alice → tokenA.transferAndNotify',
        '  tokenA → exchange.onTokensReceived',
        '    exchange → tokenB.transfer',
      ],
      [
        'bob → tokenB.transferAndNotify',
        '  tokenB → exchange.onTokensReceived',
        '    exchange → tokenB.transfer',
      ],
      [`alice → auction.bid with ${ETHER}`],
      [`bob → auction.bid with ${2n * ETHER}`],
      [`alice → auction.bid with ${ETHER}: revert`],
    ])
  })

  it('keep books that match the tokens', async () => {
    for (const [side, token] of [tokenA, tokenB].entries()) {
      expect(await reserve(side)).toBe(await holding(token, { address: exchange }))
    }
    const bought = await holding(tokenB, alice)
    expect(bought).toBeGreaterThan(99n * TOKEN_UNIT)
    expect(bought).toBeLessThan(100n * TOKEN_UNIT)
    expect(await holding(tokenB, bob)).toBe(1_000n * TOKEN_UNIT)
  })

  it('give the highest bid to the seller and the others back', async () => {
    expect(treesOf(results[3]!)).toEqual([['bob → auction.close']])
    expect(await engine.getBalance(auction)).toBe(0n)
    const { leader } = artifactOf('ActorAuction').storage
    expect(await engine.getStorage(auction, leader)).toBe(BigInt(bob.address))
    const GAS_AT_MOST = ETHER / 1_000n
    const spent = async ({ address }: { address: Hex }) =>
      100n * ETHER - (await engine.getBalance(address))
    expect(await spent(alice)).toBeLessThan(GAS_AT_MOST)
    expect((await spent(bob)) - 2n * ETHER).toBeLessThan(GAS_AT_MOST)
    expect((await spent(maker)) + 2n * ETHER).toBeLessThan(GAS_AT_MOST)
  })
})
