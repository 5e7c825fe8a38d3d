import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { concat, encodeCall, encodeTuple, mappingSlot, word } from '../../examples/market/abi.mjs'
import { makeAccounts } from '../../examples/market/accounts.mjs'
import { compileFolder } from '../../examples/market/compile.mjs'
import { layOutMarket, makeAlloc, readArtifact } from '../../examples/market/genesis.mjs'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { SequentialEvm, callTransaction } from '../support/sequential-evm.js'

const ROOT = new URL('../../', import.meta.url)
const EMPTY_BLOCK = buildScenario({ transactions: 0 })

describe('artifacts', () => {
  it.each([
    'examples/market', 'examples/dao', 'bench',
  ])('of %s are what the compiler makes of the sources', (place) => {
    const folder = new URL(`${place}/artifacts/`, ROOT)
    const committed = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
    )
    const compiled = compileFolder(new URL(`${place}/contracts/`, ROOT))
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(compiled))
  })
})

describe('scenario', () => {
  it('depends on the seed alone', () => {
    const options = { seed: 7, transactions: 50 }
    expect(buildScenario(options)).toEqual(buildScenario(options))
    expect(buildScenario(options)).not.toEqual(buildScenario({ ...options, seed: 8 }))
  })

  it('fits its block and mixes the transaction types', () => {
    const { env, transactions } = buildScenario()
    const gasLimits = transactions.reduce((sum, { gas }) => sum + BigInt(gas!), 0n)
    expect(gasLimits).toBeLessThanOrEqual(BigInt(env.gasLimit))
    expect(new Set(transactions.map(({ type }) => type))).toEqual(new Set(['0x0', '0x1', '0x2']))
  })

  // Most of the time goes into putting 8,000 storage slots into a trie.
  it('runs under Ethereum semantics', { timeout: 120_000 }, async () => {
    const scenario = buildScenario({ transactions: 150 })
    const evm = await SequentialEvm.create(scenario)
    let succeeded = 0
    for (const transaction of scenario.transactions) {
      if ((await evm.run(transaction)).succeeded) succeeded++
    }
    // About 4 % are made to fail.
    expect(succeeded).toBeGreaterThanOrEqual(135)
    expect(succeeded).toBeLessThan(150)
  })
})

describe('genesis', () => {
  const accounts = makeAccounts(1, 3)
  const market = layOutMarket(accounts)
  const alloc = makeAlloc(accounts, market)
  const { operator } = market

  /** Runs a constructor and compares code and the given slots with the genesis account's. */
  async function expectDeployed(name: string, args: string, address: string, except: bigint[]) {
    const artifact = readArtifact(name)
    const evm = await SequentialEvm.create({ ...EMPTY_BLOCK, alloc: {} })
    const deployed = await evm.deploy(concat(artifact.bytecode, args), operator)
    const { code, storage = {} } = alloc[address]!
    expect(await evm.code(deployed)).toBe(code)
    for (const [slot, value] of Object.entries(storage)) {
      if (except.includes(BigInt(slot))) continue
      expect([slot, await evm.storage(deployed, slot)]).toEqual([slot, BigInt(value)])
    }
  }

  it('has tokens as their constructor leaves them, but for the mint', async () => {
    const { name, symbol, address } = market.tokens[0]!
    const text = (value: string) => `0x${Buffer.from(value).toString('hex')}`
    const args = encodeTuple(['bytes', 'bytes', 'address'], [text(name), text(symbol), operator])
    const { storage } = readArtifact('Token')
    const holders = [...accounts, ...market.venues].map(
      (holder) => BigInt(mappingSlot(storage._balances, holder.address)),
    )
    await expectDeployed('Token', args, address, [BigInt(storage._totalSupply), ...holders])
  })

  it('has venues as their constructor leaves them, but for the liquidity', async () => {
    const { address, tokens, amplification } = market.venues[0]!
    const args = concat(word(operator), ...tokens.map(word), word(amplification))
    const { reserves } = readArtifact('Exchange').storage
    await expectDeployed('Exchange', args, address, [BigInt(reserves), BigInt(reserves + 1)])
  })

  it('has splitters and vaults as their constructors leave them', async () => {
    const { address, payees, shares } = market.splitters[0]!
    const count = word(payees.length)
    const args = concat(
      word(64), word(64 + 32 * (1 + payees.length)),
      count, ...payees.map(word), count, ...shares.map(word),
    )
    await expectDeployed('PaymentSplitter', args, address, [])
    const vault = market.vaults[0]!
    await expectDeployed('Vault', word(vault.capacity), vault.address, [])
  })

  it('has jars and their factory as `open` leaves them', async () => {
    const jar = market.jars[0]!
    const jarAccount = alloc[jar.address]!
    const owner = accounts[0]!
    const factory = market.factories[0]!.address
    const { deployedBytecode, storage: slots } = readArtifact('Factory')
    const scenario = {
      ...EMPTY_BLOCK,
      alloc: {
        [owner.address]: { balance: '0xde0b6b3a7640000' },
        [factory]: { balance: '0x0', nonce: '0x1', code: deployedBytecode },
      },
    }
    const evm = await SequentialEvm.create(scenario)
    const data = encodeCall('open(bytes32)', [word(0)])
    expect(await evm.run(callTransaction(owner, factory, data))).toMatchObject({ succeeded: true })
    expect(await evm.code(jar.address)).toBe(jarAccount.code)
    for (const [slot, value] of Object.entries(jarAccount.storage ?? {})) {
      expect([slot, await evm.storage(jar.address, slot)]).toEqual([slot, BigInt(value)])
    }
    expect(await evm.storage(factory, mappingSlot(slots.ownerOf, jar.address)))
      .toBe(BigInt(owner.address))
  })
})
