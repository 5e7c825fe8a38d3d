/** Chain configurations as geth, Besu and others write them: which fields there are, and may be. */

import { checkKeys, keysOf } from '../base/known-keys.js'
import type { Hex, Quantity } from '../base/types.js'

type Optional<T> = T | null | undefined

/** EIP-7840: of a fork, how many blobs a block may have and how fast their price moves. */
export interface BlobScheduleInput {
  readonly target: Quantity
  readonly max: Quantity
  readonly baseFeeUpdateFraction: Quantity
}

/** Forks that change the number of blobs. */
type BlobFork = 'cancun' | 'prague' | 'osaka' | `bpo${1 | 2 | 3 | 4 | 5}`

/**
 * Geth's `config` of a genesis: the block of each fork to Gray Glacier, the time of each from
 * Shanghai on. A fork that is left out, or null, does not come.
 */
export interface ChainConfigInput {
  readonly chainId?: Optional<Quantity>
  readonly homesteadBlock?: Optional<Quantity>
  readonly daoForkBlock?: Optional<Quantity>
  /** False: the chain does not move the DAO's balances. */
  readonly daoForkSupport?: Optional<boolean>
  readonly eip150Block?: Optional<Quantity>
  /** Not looked at. */
  readonly eip150Hash?: Optional<Hex>
  /** If it is there, it must be `eip158Block`: both are Spurious Dragon. */
  readonly eip155Block?: Optional<Quantity>
  readonly eip158Block?: Optional<Quantity>
  readonly byzantiumBlock?: Optional<Quantity>
  readonly constantinopleBlock?: Optional<Quantity>
  readonly petersburgBlock?: Optional<Quantity>
  readonly istanbulBlock?: Optional<Quantity>
  readonly muirGlacierBlock?: Optional<Quantity>
  readonly berlinBlock?: Optional<Quantity>
  readonly londonBlock?: Optional<Quantity>
  readonly arrowGlacierBlock?: Optional<Quantity>
  readonly grayGlacierBlock?: Optional<Quantity>
  /** Not looked at: it changes how nodes find each other. */
  readonly mergeNetsplitBlock?: Optional<Quantity>
  /** Paris begins behind a block with this total difficulty (EIP-3675). */
  readonly terminalTotalDifficulty?: Optional<Quantity>
  /** Not looked at. */
  readonly terminalTotalDifficultyPassed?: Optional<boolean>
  /** Ours: where Paris began, for who does not have the total difficulty. */
  readonly parisBlock?: Optional<Quantity>
  readonly shanghaiTime?: Optional<Quantity>
  readonly cancunTime?: Optional<Quantity>
  readonly pragueTime?: Optional<Quantity>
  readonly osakaTime?: Optional<Quantity>
  readonly bpo1Time?: Optional<Quantity>
  readonly bpo2Time?: Optional<Quantity>
  readonly bpo3Time?: Optional<Quantity>
  readonly bpo4Time?: Optional<Quantity>
  readonly bpo5Time?: Optional<Quantity>
  /** Blocks from then on are refused, as from other forks on that are not supported. */
  readonly amsterdamTime?: Optional<Quantity>
  /** EIP-6110. Left out: mainnet's. */
  readonly depositContractAddress?: Optional<Hex>
  readonly blobSchedule?: Optional<Readonly<Partial<Record<BlobFork, BlobScheduleInput>>>>
  /** How blocks are sealed: not looked at, as the next. */
  readonly ethash?: Optional<object>
  readonly clique?: Optional<object>
}

const FIELDS = keysOf<ChainConfigInput>()({
  chainId: true,
  homesteadBlock: true,
  daoForkBlock: true,
  daoForkSupport: true,
  eip150Block: true,
  eip150Hash: true,
  eip155Block: true,
  eip158Block: true,
  byzantiumBlock: true,
  constantinopleBlock: true,
  petersburgBlock: true,
  istanbulBlock: true,
  muirGlacierBlock: true,
  berlinBlock: true,
  londonBlock: true,
  arrowGlacierBlock: true,
  grayGlacierBlock: true,
  mergeNetsplitBlock: true,
  terminalTotalDifficulty: true,
  terminalTotalDifficultyPassed: true,
  parisBlock: true,
  shanghaiTime: true,
  cancunTime: true,
  pragueTime: true,
  osakaTime: true,
  bpo1Time: true,
  bpo2Time: true,
  bpo3Time: true,
  bpo4Time: true,
  bpo5Time: true,
  amsterdamTime: true,
  depositContractAddress: true,
  blobSchedule: true,
  ethash: true,
  clique: true,
})

/** Forks after those that are supported. */
export const LATER_FORKS: readonly string[] = [
  ...['amsterdam', 'bogota', 'verkle', 'cancunEOF', 'futureEips', 'experimentalEips'],
]

/** EIP-7002 and EIP-7251 have the same contracts on every chain; Besu writes their addresses. */
export const FIXED_CONTRACTS = {
  withdrawalRequestContractAddress: '0x00000961ef480eb55e80d19ad83579a64c007002',
  consolidationRequestContractAddress: '0x0000bbddc7ce488642fb579f8b00f3a590007251',
} as const

/** EIP-7892: any number of forks of blobs may follow Osaka. */
export const BLOB_FORK_TIME = /^bpo([0-9]{1,3})Time$/

/** What geth, Besu and the official tests write beside; only `LATER_FORKS` change anything. */
const ADDED_BY_CLIENTS: readonly string[] = [
  ...['chainid', 'network', 'enableVerkleAtGenesis', 'mergeNetSplitBlock', 'preMergeForkBlock'],
  ...['mergeForkBlock', 'terminalBlockHash', 'terminalBlockNumber', 'discovery', 'checkpoint'],
  ...LATER_FORKS.map((name) => `${name}Time`),
  ...Object.keys(FIXED_CONTRACTS),
]
const KNOWN = [...new Set([...FIELDS, ...ADDED_BY_CLIENTS])]

const BLOB_FORKS = ['cancun', 'prague', 'osaka', 'bpo1', 'bpo2', 'bpo3', 'bpo4', 'bpo5']
const LATER_BLOB_FORK = /^bpo[0-9]{1,3}$/

/** @throws InvalidInputError naming the field, and the one that was probably meant */
export function checkChainConfigKeys(config: object): void {
  const plain = Object.entries(config).filter(([key]) => !BLOB_FORK_TIME.test(key))
  checkKeys(Object.fromEntries(plain), KNOWN, 'config')
}

/**
 * Some writers begin the names of forks with capitals.
 * @throws InvalidInputError naming the fork
 */
export function checkBlobScheduleKeys(schedule: object): void {
  const unusual = Object.keys(schedule).filter((key) => {
    const name = key.toLowerCase()
    return !LATER_BLOB_FORK.test(name) && ![...BLOB_FORKS, ...LATER_FORKS].includes(name)
  })
  const named = Object.fromEntries(unusual.map((key) => [key, true]))
  checkKeys(named, BLOB_FORKS, 'config.blobSchedule', 'fork')
}
