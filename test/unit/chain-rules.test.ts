import { describe, expect, it } from 'vitest'
import { checkBlockSize } from '../../src/chain/body-rules.js'
import { forkAt, parseChainConfig } from '../../src/forks/chain-config.js'
import { daoAccounts } from '../../src/chain/dao-accounts.js'
import { difficultyAfter } from '../../src/chain/difficulty.js'
import { baseFeeAfter, excessBlobGasAfter } from '../../src/chain/fees.js'
import { mainnet } from '../../src/forks/mainnet.js'
import { requestsHash } from '../../src/chain/requests.js'
import { blockRewards } from '../../src/chain/rewards.js'
import type { Header } from '../../src/intake/header.js'
import { bytesToHex } from '../../src/base/bytes.js'
import { sha256 } from '../../src/crypto/sha256.js'
import { InvalidBlockError, InvalidInputError } from '../../src/base/errors.js'
import { blobBaseFee, forkNamed } from '../../src/forks/forks.js'

const at = (number: number, timestamp = 0, parentTotalDifficulty?: bigint) =>
  forkAt(mainnet(), { number: BigInt(number), timestamp: BigInt(timestamp), parentTotalDifficulty })
    .name

describe('forks of mainnet', () => {
  it.each([
    [0, 'frontier'],
    [1_149_999, 'frontier'],
    [1_150_000, 'homestead'],
    [1_920_000, 'dao'],
    [2_463_000, 'tangerineWhistle'],
    [2_675_000, 'spuriousDragon'],
    [4_370_000, 'byzantium'],
    [7_280_000, 'petersburg'],
    [9_069_000, 'istanbul'],
    [9_200_000, 'muirGlacier'],
    [12_244_000, 'berlin'],
    [12_964_999, 'berlin'],
    [12_965_000, 'london'],
    [13_773_000, 'arrowGlacier'],
    [15_050_000, 'grayGlacier'],
    [15_537_393, 'grayGlacier'],
    [15_537_394, 'paris'],
  ])('block %i is of %s', (number, name) => expect(at(number)).toBe(name))

  it.each([
    [1_681_338_454, 'paris'],
    [1_681_338_455, 'shanghai'],
    [1_710_338_135, 'cancun'],
    [1_746_612_311, 'prague'],
    [1_764_798_551, 'osaka'],
    [1_765_290_071, 'bpo1'],
    [1_767_747_671, 'bpo2'],
  ])('a block at %i is of %s', (time, name) => expect(at(20_000_000, time)).toBe(name))

  it('knows Paris by the total difficulty, where that is known', () => {
    const terminal = 58_750_000_000_000_000_000_000n
    expect(at(15_537_394, 0, terminal - 1n)).toBe('grayGlacier')
    expect(at(15_537_000, 0, terminal)).toBe('paris')
  })
})

const blobs = (target: number, max: number, baseFeeUpdateFraction: number | string): object => ({
  cancunTime: 1,
  blobSchedule: { cancun: { target, max, baseFeeUpdateFraction } },
})

describe('chain configurations', () => {
  it('are read as geth writes them', () => {
    const config = parseChainConfig({
      chainId: 1337,
      homesteadBlock: 0,
      londonBlock: '0x10',
      terminalTotalDifficulty: 0,
      cancunTime: 100,
      bpo1Time: 200,
      bpo3Time: 300,
      depositContractAddress: `0x${'11'.repeat(20)}`,
      blobSchedule: {
        Cancun: { target: 1, max: 2, baseFeeUpdateFraction: 3 },
        bpo3: { target: 21, max: 32, baseFeeUpdateFraction: '0x13a7a71' },
      },
    })
    expect(config.chainId).toBe(1337n)
    expect(bytesToHex(config.depositContract)).toBe(`0x${'11'.repeat(20)}`)
    const blobsAt = (timestamp: bigint) => forkAt(config, { number: 20n, timestamp }).blobs
    expect(blobsAt(99n)).toBeUndefined()
    expect(blobsAt(100n)).toEqual({ target: 1, max: 2, baseFeeUpdateFraction: 3n })
    expect(blobsAt(200n)?.max).toBe(15)
    expect(blobsAt(300n)?.max).toBe(32)
  })

  it('have no EIP-1283 unless they say when it ends', () => {
    const nameAt = (config: object, number: bigint) =>
      forkAt(parseChainConfig(config), { number, timestamp: 0n }).name
    expect(nameAt({ constantinopleBlock: 3 }, 3n)).toBe('petersburg')
    const both = { constantinopleBlock: 3, petersburgBlock: 5 }
    expect([nameAt(both, 4n), nameAt(both, 5n)]).toEqual(['constantinople', 'petersburg'])
  })

  it.each([
    [[], 'config'],
    [{ londonBlock: -1 }, 'config.londonBlock'],
    [{ cancunTime: 'soon' }, 'config.cancunTime'],
    [{ bpo7Time: 1 }, 'config.blobSchedule.bpo7'],
    [{ cancunTime: 1, blobSchedule: { cancun: {} } }, 'config.blobSchedule.cancun'],
    [{ depositContractAddress: '0x12' }, 'config.depositContractAddress'],
    [{ chainId: 0 }, 'config.chainId'],
    [{ chainId: '0x7fffffffffffffdc' }, 'config.chainId'],
    [{ londonBlock: '0x10000000000000000' }, 'config.londonBlock'],
    [blobs(3, 6, 0), 'config.blobSchedule.cancun.baseFeeUpdateFraction'],
    [blobs(3, 6, '0x10000000000000000'), 'config.blobSchedule.cancun.baseFeeUpdateFraction'],
    [blobs(0, 0, 1), 'config.blobSchedule.cancun.max'],
    [blobs(7, 6, 1), 'config.blobSchedule.cancun.target'],
    [blobs(1, 2 ** 32, 1), 'config.blobSchedule.cancun.max'],
  ])('%j is refused, naming the field', (config, field) => {
    expect(() => parseChainConfig(config)).toThrow(InvalidInputError)
    expect(() => parseChainConfig(config)).toThrow(field)
  })
})

describe('difficulty', () => {
  const parent = (difficulty: bigint, number = 0n) => ({ difficulty, number, timestamp: 0n })
  const after = (name: string, seconds: bigint, hasUncles = false, number = 0n) =>
    difficultyAfter(parent(17_179_869_184n, number), seconds, forkNamed(name), hasUncles)
  const step = 17_179_869_184n / 2_048n
  const moved = (steps: bigint) => 17_179_869_184n + step * steps

  it('is that of block 1 of mainnet', () => {
    expect(after('frontier', 1_438_269_988n)).toBe(17_171_480_576n)
  })

  it.each([
    ['frontier', 12n, false, 1n],
    ['frontier', 13n, false, -1n],
    ['homestead', 9n, false, 1n],
    ['homestead', 10n, false, 0n],
    ['homestead', 10_000n, false, -99n],
    ['byzantium', 8n, false, 1n],
    ['byzantium', 8n, true, 2n],
    ['byzantium', 9n, true, 1n],
    ['grayGlacier', 10_000n, true, -99n],
  ])('of %s after %i s, uncles: %s', (name, seconds, hasUncles, steps) => {
    expect(after(name, seconds, hasUncles)).toBe(moved(steps))
  })

  it.each([
    [{ byzantiumBlock: 0, constantinopleBlock: 0, petersburgBlock: 0, berlinBlock: 0 }, 5_000_000n],
    [{ byzantiumBlock: 0, istanbulBlock: 0 }, 3_000_000n],
    [{ byzantiumBlock: 0, muirGlacierBlock: 0, berlinBlock: 0 }, 9_000_000n],
    [{ muirGlacierBlock: 0, berlinBlock: 0, londonBlock: 0 }, 9_700_000n],
    [{ homesteadBlock: 0, istanbulBlock: 0 }, undefined],
  ])('has the bomb of the forks that the chain says it had: %j', (forks, delay) => {
    const config = parseChainConfig({ chainId: 1, homesteadBlock: 0, eip158Block: 0, ...forks })
    expect(forkAt(config, { number: 1n, timestamp: 1n }).bombDelay).toBe(delay)
  })

  it('never falls below its minimum', () => {
    const fork = forkNamed('homestead')
    expect(difficultyAfter(parent(131_072n), 10_000n, fork, false)).toBe(131_072n)
  })

  it.each([
    ['homestead', 199_999n, 1n],
    ['homestead', 199_998n, 0n],
    ['byzantium', 3_399_999n, 4n],
    ['petersburg', 5_399_999n, 4n],
    ['berlin', 9_399_999n, 4n],
    ['london', 10_099_999n, 4n],
    ['arrowGlacier', 11_099_999n, 4n],
    ['grayGlacier', 11_799_999n, 4n],
  ])('bomb of %s on block %i', (name, parentNumber, bomb) => {
    const seconds = name === 'homestead' ? 10n : 9n
    expect(after(name, seconds, false, parentNumber)).toBe(moved(0n) + bomb)
  })

  it('of a number that no chain reaches is more than a header holds, at once', () => {
    for (const number of [25_900_000n, 2n ** 32n, 2n ** 64n - 2n]) {
      const difficulty = after('homestead', 10n, false, number)
      expect(difficulty).toBeGreaterThanOrEqual(2n ** 256n)
      expect(difficulty).toBeLessThan(2n ** 258n)
    }
  })
})

describe('fees', () => {
  const parent = { baseFeePerGas: 1_000n, gasLimit: 20_000n, gasUsed: 10_000n }
  const london = forkNamed('london')

  it.each([
    [10_000n, 1_000n],
    [20_000n, 1_125n],
    [0n, 875n],
    [10_001n, 1_001n],
    [9_999n, 1_000n],
  ])('base fee after %i gas of 20,000', (gasUsed, fee) => {
    expect(baseFeeAfter({ ...parent, gasUsed }, london)).toBe(fee)
  })

  it('base fee of the first block of London', () => {
    expect(baseFeeAfter(parent, forkNamed('berlin'))).toBe(1_000_000_000n)
  })

  const blobs = (count: bigint) => count * 131_072n
  const excess = (fork: string, excessBlobGas: bigint, blobGasUsed: bigint, baseFeePerGas = 1n) =>
    excessBlobGasAfter({ excessBlobGas, blobGasUsed, baseFeePerGas }, forkNamed(fork))

  it('excess blob gas grows by what is above the target', () => {
    expect(excess('cancun', 0n, blobs(2n))).toBe(0n)
    expect(excess('cancun', 0n, blobs(6n))).toBe(blobs(3n))
    expect(excess('prague', blobs(4n), blobs(9n))).toBe(blobs(7n))
    expect(excessBlobGasAfter({}, forkNamed('cancun'))).toBe(0n)
  })

  it('price of blob gas is bounded, whatever the excess and the fraction', () => {
    const schedule = { target: 3, max: 6 }
    for (const baseFeeUpdateFraction of [1n, 2n, 3_338_477n, 2n ** 64n - 1n]) {
      const fee = (excessBlobGas: bigint): bigint =>
        blobBaseFee(excessBlobGas, { ...schedule, baseFeeUpdateFraction })
      // e^177 is just below 2^256, e^178 above
      expect(fee(177n * baseFeeUpdateFraction)).toBeLessThan(2n ** 256n)
      for (const times of [178n, 1_000n, 2n ** 64n, 2n ** 4_096n]) {
        expect(fee(times * baseFeeUpdateFraction)).toBe(2n ** 256n)
      }
    }
    const fork = { ...forkNamed('osaka'), blobs: { ...schedule, baseFeeUpdateFraction: 1n } }
    const parent = { baseFeePerGas: 7n, blobGasUsed: 0n, excessBlobGas: 2n ** 64n - 1n }
    expect(excessBlobGasAfter(parent, fork)).toBe(2n ** 64n - 1n - 3n * 131_072n)
  })

  it('EIP-7918: blobs that cost less than their share of execution do not get cheaper', () => {
    const isBound = excess('osaka', blobs(10n), blobs(6n), 1_000n)
    expect(isBound).toBe(blobs(10n) + (blobs(6n) * 3n) / 9n)
    // Equal prices do not bind: 8,192 × 16 = 131,072 × 1
    expect(excess('osaka', blobs(10n), blobs(6n), 16n)).toBe(blobs(10n))
  })
})

describe('rewards', () => {
  const header = (number: bigint, byte: number) =>
    ({ number, coinbase: new Uint8Array(20).fill(byte) }) as unknown as Header
  const ether = 10n ** 18n

  it.each([
    ['homestead', 5n],
    ['byzantium', 3n],
    ['petersburg', 2n],
    ['grayGlacier', 2n],
  ])('of %s with two uncles', (name, ethers) => {
    const uncles = [header(9n, 1), header(4n, 2)]
    const rewards = blockRewards(header(10n, 3), uncles, forkNamed(name))
    expect(rewards.map(({ amount }) => amount)).toEqual([
      (ethers * ether * 7n) / 8n,
      (ethers * ether * 2n) / 8n,
      ethers * ether + (ethers * ether) / 16n,
    ])
    expect(blockRewards(header(10n, 3), [], forkNamed('paris'))).toEqual([])
  })
})

describe('EIP-7934', () => {
  const check = (bytes: number, name: string) => () =>
    checkBlockSize(new Uint8Array(bytes), { number: 1n } as Header, forkNamed(name))

  it('bounds the size of blocks from Osaka on', () => {
    expect(check(8_388_608, 'osaka')).not.toThrow()
    expect(check(8_388_609, 'osaka')).toThrow(InvalidBlockError)
    expect(check(8_388_609, 'prague')).not.toThrow()
  })
})

it('the hash of no requests is SHA-256 of nothing', () => {
  const hash = '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  expect(bytesToHex(requestsHash([], sha256))).toBe(hash)
})

it('the DAO had 116 accounts', () => {
  const accounts = daoAccounts().map(bytesToHex)
  expect(new Set(accounts).size).toBe(116)
  expect(accounts[0]).toBe('0xd4fe7bc31cedb7bfb8a345f31e668033056b2728')
})
