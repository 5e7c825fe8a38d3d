/**
 * A short run of the differential fuzzer, `fuzz-ethereumjs-vm.mjs`, which tells more: random blocks
 * of random forks, with calls, creations, precompiles and self-destructs, here and in
 * @ethereumjs/vm. And what it has found, each made small by hand.
 *
 * ACTOR_EVM_FUZZ_CASES (60) blocks with seeds from ACTOR_EVM_RANDOM_SEED (0) on.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fromEnvironment, portionsOfSeeds } from '../support/from-environment.js'
import { differences, runInEngine } from './fuzz/engine.mjs'
import { fuzzCase } from './fuzz/fuzz-case.mjs'
import { runInPeer } from './fuzz/peer.mjs'
import { addressNamed, randomCase } from './fuzz/random-case.mjs'

const CASES = fromEnvironment('ACTOR_EVM_FUZZ_CASES', 60)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
const PORTION = 20

type Case = ReturnType<typeof randomCase>

describe('random blocks under Ethereum semantics end as in @ethereumjs/vm', () => {
  const portions = portionsOfSeeds(FIRST_SEED, CASES, PORTION)
  it.each(portions.map((seeds) => ({ from: seeds[0]!, to: seeds.at(-1)!, seeds })))(
    'with seeds $from to $to',
    async ({ seeds }) => {
      for (const seed of seeds) {
        const outcome = await fuzzCase(seed)
        const replay = `fuzz-ethereumjs-vm.mjs --seed ${seed} --cases 1`
        expect(outcome.differences, `${outcome.fork}; again with ${replay}`).toEqual([])
      }
    },
    120_000,
  )
})

const KEY = new Uint8Array(32).fill(1)

async function expectSame(testCase: Case): Promise<void> {
  const peer = await runInPeer(testCase)
  expect(differences(await runInEngine(testCase, peer.raw), peer)).toEqual([])
}

describe('the fuzzer as a command', () => {
  const SCRIPT = fileURLToPath(new URL('./fuzz-ethereumjs-vm.mjs', import.meta.url))

  it('tells from which seed on it ran how many cases', () => {
    const options = ['--seed', '7', '--cases', '2', '--fork', 'osaka']
    const { status, stdout } = spawnSync(process.execPath, [SCRIPT, ...options])
    expect(String(stdout)).toMatch(/^2 cases from seed 7, \d+ gas, 0 different\n$/)
    expect(status).toBe(0)
  })
})

describe('what the fuzzer has found', () => {
  /** Seed 100428: calls an account that an authorization without effect does not name. */
  it('a refused authorization warms nobody', async () => {
    const found = randomCase(0, { fork: 'prague', programs: 1, transactions: 1 })
    const contract = addressNamed('contract 0')
    const transaction = {
      ...found.transactions[0],
      type: '0x4',
      maxFeePerGas: '0xf',
      maxPriorityFeePerGas: '0x1',
      gasPrice: undefined,
      to: contract,
      data: '0x',
      accessList: [],
      gasLimit: '0x30d40',
      authorizationList: [
        { chainId: '0x7', address: addressNamed('nobody'), nonce: '0x0', secretKey: KEY },
      ],
    }
    // PUSH1 0 BALANCE: the zero address
    const alloc = { ...found.alloc, [contract]: { nonce: '0x1', balance: '0x0', code: '0x600031' } }
    await expectSame({ ...found, alloc, transactions: [transaction] } as Case)
  })
})
