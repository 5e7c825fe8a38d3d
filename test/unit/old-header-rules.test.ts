/**
 * Rules of headers that changed from fork to fork, at both sides of each bound: difficulty as
 * @ethereumjs/block computes it, all else by the numbers of the Yellow Paper and the EIPs.
 */
import { createBlockHeader } from '@ethereumjs/block'
import { Common, Mainnet } from '@ethereumjs/common'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeBlock, encodeUncles, type Block } from '../../src/intake/block.js'
import { headerHash, type Header } from '../../src/intake/header.js'
import { keccak256 } from '../../src/intake/keccak.js'
import { hexToBytes } from '../../src/base/bytes.js'
import { parseChainConfig } from '../../src/forks/chain-config.js'
import { difficultyAfter } from '../../src/chain/difficulty.js'
import { baseFeeAfter, excessBlobGasAfter } from '../../src/chain/fees.js'
import { NO_UNCLES_HASH, checkHeader, type HeaderRules } from '../../src/chain/header-rules.js'
import type { InvalidBlockError } from '../../src/base/errors.js'
import { blobBaseFee, forkNamed } from '../../src/forks/forks.js'
import type { EngineParts } from '../../src/machine/engine-parts.js'
import { readAccount } from '../../src/state/read-state.js'
import { makeBlockMachine } from '../../src/runners/block-test.js'
import { ETHER, Forge } from './helpers/block-forge.js'

const GAS_PER_BLOB = 131_072n
const NO_UNCLES = hexToBytes(NO_UNCLES_HASH)
const HASH = new Uint8Array(32)

/** A header of a fork, as a parent or as its child. */
function headerOf(fork: string, change: Partial<Header> = {}): Header {
  const at = (name: string): boolean => forkNamed(fork).revision >= forkNamed(name).revision
  return {
    ...{ parentHash: HASH, unclesHash: NO_UNCLES, coinbase: new Uint8Array(20), stateRoot: HASH },
    ...{ transactionsRoot: HASH, receiptsRoot: HASH, logsBloom: new Uint8Array(256) },
    ...{ difficulty: at('paris') ? 0n : 1_000_000n, number: 10n, gasLimit: 10_000_000n },
    ...{ gasUsed: 5_000_000n, timestamp: 1_000n, extraData: new Uint8Array(0), mixHash: HASH },
    nonce: new Uint8Array(8),
    ...(at('london') ? { baseFeePerGas: 1_000n } : {}),
    ...(at('shanghai') ? { withdrawalsRoot: HASH } : {}),
    ...(at('cancun')
      ? { blobGasUsed: 0n, excessBlobGas: 0n, parentBeaconBlockRoot: HASH }
      : {}),
    ...(at('prague') ? { requestsHash: HASH } : {}),
    ...change,
  }
}

/** Why the child is refused that is right but for `change`; undefined if it is not. */
function told(
  [parentFork, childFork]: readonly [string, string],
  parentChange: Partial<Header>,
  change: Partial<Header>,
  chain: HeaderRules = {},
): string | undefined {
  const parent = headerOf(parentFork, parentChange)
  const [before, fork] = [forkNamed(parentFork), forkNamed(childFork)]
  const timestamp = parent.timestamp + 10n
  const isFirst = fork.revision >= forkNamed('london').revision && parent.baseFeePerGas == null
  const header = headerOf(childFork, {
    ...{ number: parent.number + 1n, timestamp, gasUsed: 0n },
    gasLimit: parent.gasLimit * (isFirst ? 2n : 1n),
    ...(fork.revision >= forkNamed('paris').revision
      ? {}
      : { difficulty: difficultyAfter(parent, timestamp, fork, false) }),
    ...(fork.revision >= forkNamed('london').revision
      ? { baseFeePerGas: baseFeeAfter(parent, before) }
      : {}),
    ...(fork.blobs === undefined ? {} : { excessBlobGas: excessBlobGasAfter(parent, fork) }),
    ...change,
  })
  try {
    checkHeader(header, fork, { header: parent, fork: before }, chain)
    return undefined
  } catch (error) {
    return (error as InvalidBlockError).reason
  }
}

describe('difficulty, as in @ethereumjs/block', () => {
  it.each<[fork: string, theirs: string, delay: bigint, later?: bigint]>([
    ['frontier', 'chainstart', 0n],
    ['homestead', 'homestead', 0n],
    ['spuriousDragon', 'spuriousDragon', 0n],
    ['byzantium', 'byzantium', 3_000_000n],
    ['constantinople', 'constantinople', 5_000_000n],
    ['petersburg', 'petersburg', 5_000_000n],
    ['istanbul', 'istanbul', 5_000_000n],
    ['muirGlacier', 'muirGlacier', 9_000_000n],
    ['berlin', 'berlin', 9_000_000n],
    // Theirs does not have the delay of EIP-3554: that of Gray Glacier, so many blocks later
    ['london', 'grayGlacier', 9_700_000n, 1_700_000n],
    ['arrowGlacier', 'arrowGlacier', 10_700_000n],
    ['grayGlacier', 'grayGlacier', 11_400_000n],
  ])('of %s, the bomb included', (fork, hardfork, delay, later = 0n) => {
    const common = new Common({ chain: Mainnet, hardfork })
    const peer = (fields: object) =>
      createBlockHeader(fields, { common, skipConsensusFormatValidation: true })
    const periods = [0n, 100_000n, 199_999n, 200_000n, 299_999n, 300_000n, 4_000_000n]
    const numbers = [1n, ...periods.map((it) => it + delay)].filter((it) => it > 0n)
    for (const number of numbers) {
      // Far above the least difficulty: there clients differ (src/chain/difficulty.ts)
      for (const difficulty of [1_000_000n, 9n * 10n ** 15n]) {
        for (const seconds of [1n, 8n, 9n, 10n, 12n, 13n, 18n, 990n, 100_000n]) {
          for (const uncleHash of [NO_UNCLES, HASH]) {
            const parent = { difficulty, number: number - 1n, timestamp: 1_000n }
            const timestamp = parent.timestamp + seconds
            const block = peer({ number: number + later, timestamp, difficulty })
            const theirs = block.ethashCanonicalDifficulty(peer({ ...parent, uncleHash }))
            const ours = difficultyAfter(parent, timestamp, forkNamed(fork), uncleHash === HASH)
            expect(ours, `block ${number}, ${seconds} s, ${difficulty}`).toBe(theirs)
          }
        }
      }
    }
  })
})

it('the least difficulty is raised to before the bomb is added, as in geth', () => {
  const parent = { difficulty: 131_072n, number: 299_999n, timestamp: 0n }
  expect(difficultyAfter(parent, 10_000n, forkNamed('homestead'), false)).toBe(131_074n)
})

describe('gas limits', () => {
  const forks = ['frontier', 'berlin', 'london', 'paris', 'osaka']
  it.each(forks)('of %s move by less than a 1,024th', (fork) => {
    const tell = (gasLimit: bigint) =>
      told([fork, fork], { gasLimit: 1_024_000n, gasUsed: 0n }, { gasLimit })
    expect(tell(1_024_000n + 999n)).toBeUndefined()
    expect(tell(1_024_000n - 999n)).toBeUndefined()
    expect(tell(1_024_000n + 1_000n)).toBe('gas-limit-out-of-bounds')
    expect(tell(1_024_000n - 1_000n)).toBe('gas-limit-out-of-bounds')
  })

  it('are 5,000 at the least', () => {
    const tell = (gasLimit: bigint) =>
      told(['frontier', 'frontier'], { gasLimit: 5_002n, gasUsed: 0n }, { gasLimit })
    expect(tell(5_000n)).toBeUndefined()
    expect(tell(4_999n)).toBe('gas-limit-out-of-bounds')
    // A parent of less than 1,024 gas has no child at all, its own limit neither
    const small = { gasLimit: 1_000n, gasUsed: 0n }
    expect(told(['frontier', 'frontier'], small, {})).toBe('gas-limit-out-of-bounds')
  })

  it('double in the first block of London, and move from there', () => {
    const tell = (gasLimit: bigint) =>
      told(['berlin', 'london'], { gasLimit: 1_024_000n, gasUsed: 0n }, { gasLimit })
    expect(tell(2_048_000n + 1_999n)).toBeUndefined()
    expect(tell(2_048_000n - 1_999n)).toBeUndefined()
    expect(tell(2_048_000n + 2_000n)).toBe('gas-limit-out-of-bounds')
    expect(tell(2_048_000n - 2_000n)).toBe('gas-limit-out-of-bounds')
    expect(tell(1_024_000n)).toBe('gas-limit-out-of-bounds')
    // Once
    const next = { gasLimit: 2_048_000n, gasUsed: 0n }
    expect(told(['london', 'london'], next, { gasLimit: 4_096_000n })).toBe(
      'gas-limit-out-of-bounds',
    )
  })
})

describe('base fee', () => {
  it('of the first block of London is 1 Gwei, however full its parent', () => {
    for (const gasUsed of [0n, 10_000_000n]) {
      const tell = (baseFeePerGas: bigint) =>
        told(['berlin', 'london'], { gasUsed }, { baseFeePerGas })
      expect(tell(1_000_000_000n)).toBeUndefined()
      expect(tell(999_999_999n)).toBe('base-fee-mismatch')
    }
  })

  it('rises by 1 wei at the least, and may be 0', () => {
    const after = (baseFeePerGas: bigint, gasUsed: bigint) =>
      baseFeeAfter({ baseFeePerGas, gasLimit: 10_000n, gasUsed }, forkNamed('london'))
    expect(after(7n, 10_000n)).toBe(8n)
    expect(after(0n, 10_000n)).toBe(1n)
    expect(after(7n, 0n)).toBe(7n)
    expect(after(8n, 0n)).toBe(7n)
    expect(after(0n, 0n)).toBe(0n)
  })

  it('of the child of a header that no block can have is no fault', () => {
    // Half of 1 gas is none, by which the distance would be divided
    for (const gasUsed of [0n, 1n]) {
      const parent = { gasLimit: 1n, gasUsed, baseFeePerGas: 1_000n }
      const tell = told(['london', 'london'], parent, { baseFeePerGas: 1_000n })
      expect(tell).toBe('gas-limit-out-of-bounds')
    }
  })
})

describe('extra data', () => {
  const dao = new TextEncoder().encode('dao-hard-fork')

  it.each(['frontier', 'london', 'osaka'])('of %s is 32 bytes at most', (fork) => {
    const tell = (size: number) => told([fork, fork], {}, { extraData: new Uint8Array(size) })
    expect(tell(32)).toBeUndefined()
    expect(tell(33)).toBe('extra-data-too-long')
  })

  it("of ten blocks is the DAO's", () => {
    const chain = { daoForkBlock: 100n }
    const tell = (number: bigint, extraData: Uint8Array) =>
      told(['homestead', 'homestead'], { number: number - 1n }, { extraData }, chain)
    for (let number = 98n; number <= 111n; number++) {
      const isMarked = number >= 100n && number < 110n
      const wrong = isMarked ? 'dao-extra-data-missing' : undefined
      expect(tell(number, new Uint8Array(0)), `${number}`).toBe(wrong)
      expect(tell(number, Uint8Array.of(...dao, 0)), `${number}`).toBe(wrong)
      expect(tell(number, dao), `${number}`).toBeUndefined()
    }
  })
})

it('a chain that refuses the DAO fork refuses its mark, in ten blocks', () => {
  const chain = parseChainConfig({ daoForkBlock: 100, daoForkSupport: false })
  expect(chain.daoForkBlock).toBeUndefined()
  const mark = new TextEncoder().encode('dao-hard-fork')
  for (let number = 98n; number <= 111n; number++) {
    const tell = (extraData: Uint8Array) =>
      told(['homestead', 'homestead'], { number: number - 1n }, { extraData }, chain)
    const isBound = number >= 100n && number < 110n
    expect(tell(mark), `${number}`).toBe(isBound ? 'dao-extra-data-refused' : undefined)
    expect(tell(new Uint8Array(0)), `${number}`).toBeUndefined()
  }
})

describe('blob gas', () => {
  const blobs = (count: bigint): bigint => count * GAS_PER_BLOB
  const after = (
    [parent, child]: [string, string], excess: bigint, used: bigint, excessBlobGas: bigint,
  ) => told([parent, child], { excessBlobGas: excess, blobGasUsed: used }, { excessBlobGas })

  it('of the first block of Cancun has no past', () => {
    expect(told(['shanghai', 'cancun'], {}, { excessBlobGas: 0n })).toBeUndefined()
    expect(told(['shanghai', 'cancun'], {}, { excessBlobGas: 1n })).toBe('excess-blob-gas-mismatch')
  })

  it.each([
    [['cancun', 'cancun'], 3n],
    [['cancun', 'prague'], 6n], // EIP-7691: by the target of the child
    [['prague', 'prague'], 6n],
    [['osaka', 'bpo1'], 10n],
    [['bpo1', 'bpo2'], 14n],
  ] as const)('of %j: the excess falls by %i blobs', (forks, target) => {
    const [parent, child] = forks
    const expected = blobs(20n + 4n - target)
    expect(after([parent, child], blobs(20n), blobs(4n), expected)).toBe(
      // EIP-7918 binds: 8,192 × 1,000 is more than the price of a blob
      child.startsWith('bpo') ? 'excess-blob-gas-mismatch' : undefined,
    )
    expect(after([parent, child], blobs(20n), blobs(4n), expected + 1n)).toBe(
      'excess-blob-gas-mismatch',
    )
    expect(after([parent, child], blobs(target) - 1n, 0n, 0n)).toBeUndefined()
  })

  it('EIP-7918 begins with Osaka, with the schedule of the child', () => {
    const bound = (used: bigint, target: bigint, max: bigint): bigint =>
      blobs(20n) + (blobs(used) * (max - target)) / max
    const tell = (parent: string, child: string, excess: bigint) =>
      after([parent, child], blobs(20n), blobs(4n), excess)
    expect(tell('cancun', 'prague', blobs(18n))).toBeUndefined()
    expect(tell('prague', 'osaka', bound(4n, 6n, 9n))).toBeUndefined()
    expect(tell('osaka', 'bpo1', bound(4n, 10n, 15n))).toBeUndefined()
    expect(tell('bpo1', 'bpo2', bound(4n, 14n, 21n))).toBeUndefined()
  })

  it.each([['cancun', 6n], ['prague', 9n], ['osaka', 9n], ['bpo1', 15n], ['bpo2', 21n]] as const)(
    'of a block of %s is that of %i blobs at most',
    (fork, most) => {
      const tell = (blobGasUsed: bigint) => told([fork, fork], {}, { blobGasUsed })
      expect(tell(blobs(most))).toBeUndefined()
      expect(tell(blobs(most + 1n))).toBe('blob-gas-above-limit')
      expect(tell(blobs(1n) + 1n)).toBe('blob-gas-used-mismatch')
    },
  )

  it('costs by the fraction of the fork, from 1 wei on', () => {
    const price = (fork: string, excess: bigint) => blobBaseFee(excess, forkNamed(fork).blobs!)
    // EIP-4844: the price is e^(excess / fraction); 2 is reached at the fraction times ln 2
    for (const [fork, excess] of [
      ['cancun', 2_314_057n],
      ['prague', 3_471_085n],
      ['osaka', 3_471_085n],
      ['bpo1', 5_785_141n],
      ['bpo2', 8_099_197n],
    ] as const) {
      expect(price(fork, 0n)).toBe(1n)
      expect(price(fork, excess - 3n), fork).toBe(1n)
      expect(price(fork, excess + 3n), fork).toBe(2n)
    }
  })

  it('of Osaka is as a chain has stated it for Prague, unless it states another', () => {
    const prague = { target: 1, max: 2, baseFeeUpdateFraction: 3 }
    const osaka = { target: 4, max: 5, baseFeeUpdateFraction: 6 }
    const times = { londonBlock: 0, terminalTotalDifficulty: 0, pragueTime: 1, osakaTime: 2 }
    const of = (blobSchedule: object): object | undefined =>
      parseChainConfig({ ...times, blobSchedule }).forks.at(-1)!.fork.blobs
    expect(of({ prague })).toMatchObject({ target: 1, max: 2 })
    expect(of({ prague, osaka })).toMatchObject({ target: 4, max: 5 })
    expect(of({})).toMatchObject({ target: 6, max: 9 })
  })
})

describe('rewards', () => {
  let parts: EngineParts
  beforeAll(async () => {
    parts = await makeBlockMachine()
  })

  it.each([
    ['frontier', {}, 5n],
    ['spuriousDragon', { homesteadBlock: 0, eip150Block: 0, eip158Block: 0 }, 5n],
    ['byzantium', { byzantiumBlock: 0 }, 3n],
    ['petersburg', { constantinopleBlock: 0, petersburgBlock: 0 }, 2n],
    ['berlin', { berlinBlock: 0 }, 2n],
  ])('of %s: miner, two uncles of two ages, one miner twice', async (fork, json, ethers) => {
    const forge = await Forge.make(parts, fork, json)
    await forge.chain()
    const blocks: Block[] = []
    let parent = forge.genesis.header
    for (let i = 0; i < 3; i++) {
      blocks.push(await forge.block(parent, []))
      parent = blocks.at(-1)!.header
    }
    const miner = new Uint8Array(20).fill(0x51)
    const stranger = new Uint8Array(20).fill(0x52)
    const near = { ...blocks[2]!.header, coinbase: miner }
    const far = { ...blocks[0]!.header, coinbase: stranger }
    const uncles = [near, far]
    const unclesHash = keccak256(encodeUncles(uncles))
    const last = await forge.block(parent, [], 12n, { uncles, coinbase: miner, unclesHash })
    const chain = await forge.chain()
    for (const block of [...blocks, last]) {
      expect((await chain.importBlock(encodeBlock(block))).isHead).toBe(true)
    }
    expect(headerHash(chain.head.header)).toEqual(headerHash(last.header))
    const reward = ethers * ETHER
    const balance = (address: Uint8Array): bigint => readAccount(parts.core, address).balance
    expect(balance(miner)).toBe(reward + 2n * (reward / 32n) + (reward * 7n) / 8n)
    expect(balance(stranger)).toBe((reward * 5n) / 8n)
  })
})
