/** Environments of t8n: what follows from the parent's values has a bound, whatever these are. */
import { describe, expect, it } from 'vitest'
import { ActorEvmError } from '../../src/base/errors.js'
import { readTransitionEnvironment } from '../../src/runners/t8n/environment.js'
import { chainOfNetwork } from '../../src/runners/test-networks.js'

const HASH = `0x${'12'.repeat(32)}`
const ADDRESS = `0x${'aa'.repeat(20)}`
const COMMON = {
  currentCoinbase: ADDRESS,
  currentGasLimit: '0x1c9c380',
  currentNumber: '0x7',
  currentTimestamp: '0x3e8',
}
const BEFORE_PARIS = { ...COMMON, parentDifficulty: '0x20000', parentTimestamp: '0x3e0' }
const LONDON = { parentBaseFee: '0x8', parentGasUsed: '0x1', parentGasLimit: '0x1c9c380' }
const OSAKA = {
  ...COMMON,
  ...LONDON,
  currentRandom: '0x1',
  parentBeaconBlockRoot: HASH,
  parentExcessBlobGas: '0x60000',
  parentBlobGasUsed: '0x60000',
  withdrawals: [],
}
const NETWORKS: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['Frontier', BEFORE_PARIS],
  ['GrayGlacier', { ...BEFORE_PARIS, ...LONDON }],
  ['Cancun', OSAKA],
  ['Osaka', OSAKA],
]
const VALUES = [0n, 1n, 2n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 256n - 1n]
const OTHERS = [`0x${'f'.repeat(100_000)}`, '9'.repeat(100_000), -1, 1.5, {}, [], 'x']

describe.each(NETWORKS)('an environment of %s', (network, env) => {
  const config = chainOfNetwork(network, {})

  it('is read', () => {
    expect(readTransitionEnvironment(env, config).number).toBe(7n)
  })

  it('has bounds', () => {
    const more = ['currentDifficulty', 'currentBaseFee', 'currentExcessBlobGas', 'ommers']
    for (const field of [...Object.keys(env), ...more]) {
      for (const value of [...VALUES.map((it) => `0x${it.toString(16)}`), ...OTHERS]) {
        let message = ''
        try {
          readTransitionEnvironment({ ...env, [field]: value }, config)
        } catch (error) {
          if (!(error instanceof ActorEvmError)) throw error
          ;({ message } = error)
        }
        expect(message.length).toBeLessThan(1_000)
      }
    }
  })
})

describe('values of the parent', () => {
  const refuse = (network: string, env: object, field: string): void => {
    const read = (): unknown => readTransitionEnvironment(env, chainOfNetwork(network, {}))
    expect(read).toThrow(ActorEvmError)
    expect(read).toThrow(field)
  }

  it('are refused where no block can follow', () => {
    refuse('Osaka', { ...OSAKA, parentGasLimit: '0x1' }, 'env.parentGasLimit')
    refuse('Osaka', { ...OSAKA, parentGasLimit: '0x0' }, 'env.parentGasLimit')
    const steep = { parentBaseFee: `0x${'f'.repeat(64)}`, parentGasUsed: '0x1c9c380' }
    refuse('Osaka', { ...OSAKA, ...steep }, 'env.parentBaseFee')
    const most = '0xffffffffffffffff'
    const full = { parentExcessBlobGas: most, parentBlobGasUsed: most }
    refuse('Osaka', { ...OSAKA, ...full }, 'env.parentExcessBlobGas')
    refuse('Frontier', { ...BEFORE_PARIS, currentNumber: most }, 'currentNumber')
    refuse('Osaka', { ...OSAKA, currentGasLimit: '0x8000000000000000' }, 'env.currentGasLimit')
  })
})
