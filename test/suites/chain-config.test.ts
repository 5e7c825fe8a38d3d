/** Forks that follow one another: chosen for each block by its number and time. */
import { createEngine, type Hex } from 'actor-evm'
import { describe, expect, test } from 'vitest'

const secretKey: Hex = `0x${'11'.repeat(32)}`
const alice = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
const target: Hex = `0x${'cc'.repeat(20)}`
const COINBASE: Hex = `0x${'ee'.repeat(20)}`
/** PUSH0 (Shanghai) and CLZ (Osaka), each into a slot of its own; earlier forks halt there. */
const PUSH0 = '0x5f6001555b00'
const CLZ = '0x60011e60015500'

async function statusAt(code: Hex, number: number, timestamp: number): Promise<number> {
  const chainConfig = 'mainnet'
  const engine = await createEngine({ workers: 1, chainConfig, semantics: 'ethereum' })
  await engine.loadGenesis({ [alice]: { balance: 10n ** 18n }, [target]: { code } })
  const env = { number, timestamp, gasLimit: 30_000_000, coinbase: COINBASE }
  const gasPrice = 10n ** 9n
  const call = { to: target, nonce: 0, gasLimit: 100_000, gasPrice, secretKey, chainId: 1 }
  const { receipts } = await engine.executeBlock({ env, transactions: [call] })
  await engine.dispose()
  return Number(receipts[0]!.status)
}

describe('a chain configuration', () => {
  test('gives each block the rules of its number and time', async () => {
    const london = [13_000_000, 1_628_000_000] as const
    const shanghai = [17_100_000, 1_681_400_000] as const
    const osaka = [24_000_000, 1_764_900_000] as const
    expect(await statusAt(PUSH0, ...london)).toBe(0)
    expect(await statusAt(PUSH0, ...shanghai)).toBe(1)
    expect(await statusAt(CLZ, ...shanghai)).toBe(0)
    expect(await statusAt(CLZ, ...osaka)).toBe(1)
  })

  test("is geth's JSON, or mainnet by name, and excludes fork and chainId", async () => {
    const chainConfig = { chainId: 7, homesteadBlock: 0, byzantiumBlock: 5 }
    const engine = await createEngine({ workers: 1, chainConfig, semantics: 'ethereum' })
    expect(engine.chainId).toBe(7n)
    await engine.dispose()
    await expect(createEngine({
      semantics: 'actor',
      chainConfig,
      fork: 'osaka',
    })).rejects.toThrow(/chainConfig/)
    const wrong = { semantics: 'actor', chainConfig: { chainId: 'seven' } } as const
    await expect(createEngine(wrong)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
