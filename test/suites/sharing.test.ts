/** Which rounds the workers share: those whose messages have the gas to make it worth while. */
import { createEngine, type BlockResult, type Engine } from 'actor-evm'
import { afterEach, describe, expect, it } from 'vitest'
import { ALICE, ENV, ETHER, LOOP_CODE, call } from '../support/small-blocks.js'

const HEAVY_GAS = 16_000_000
const LIGHT_GAS = 100_000
const address = (i: number): `0x${string}` => `0x${(0x2000 + i).toString(16).padStart(40, '0')}`

let engine: Engine | undefined
afterEach(async () => {
  await engine?.dispose()
  engine = undefined
})

async function makeEngine(groups: number): Promise<Engine> {
  engine = await createEngine({ workers: 2, semantics: 'actor', memory: 2 ** 28 })
  const heavy = Array.from({ length: groups }, (_, i) => [address(i), { code: LOOP_CODE }])
  await engine.loadGenesis({
    [ALICE]: { balance: 1_000n * ETHER },
    [address(groups)]: { code: '0x00' },
    [address(groups + 1)]: { code: '0x00' },
    ...Object.fromEntries(heavy),
  })
  return engine
}

let nonce = 0
function execute(it: Engine, number: number, targets: number[], gasLimit: number) {
  const transactions = targets.map((target) => {
    return call({ to: address(target), nonce: nonce++, gasLimit })
  })
  const env = { ...ENV, number, gasLimit: 2_000_000_000 }
  return it.executeBlock({ env, transactions })
}

const groupsOfOthers = ({ rounds }: BlockResult): number => rounds[0]!.perWorker[1]!.groups
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('sharing', () => {
  it('gives the first heavy groups that an engine sees to all workers', async () => {
    nonce = 0
    const result = await execute(await makeEngine(4), 1, range(4), HEAVY_GAS)
    expect(groupsOfOthers(result)).toBeGreaterThan(0)
  })

  it('is not misled by light rounds before heavy ones', async () => {
    nonce = 0
    const it = await makeEngine(12)
    // Both with little gas and with much of which little is used
    for (const [n, gas] of [LIGHT_GAS, HEAVY_GAS].entries()) {
      for (let i = 0; i < 20; i++) await execute(it, 1 + 20 * n + i, [12, 13], gas)
    }
    const result = await execute(it, 41, range(12), HEAVY_GAS)
    expect(groupsOfOthers(result)).toBeGreaterThan(0)
  })

  it('wakes nobody for a round of two small messages', async () => {
    nonce = 0
    const it = await makeEngine(2)
    const results: BlockResult[] = []
    for (let i = 0; i < 5; i++) results.push(await execute(it, 1 + i, [2, 3], LIGHT_GAS))
    // The first may be misjudged: nothing is known then of what messages use
    for (const result of results.slice(1)) expect(groupsOfOthers(result)).toBe(0)
  })
})
