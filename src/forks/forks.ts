/** The forks of Ethereum by name, and what changes with each beside the rules of execution. */

import {
  REVISION_BERLIN,
  REVISION_BYZANTIUM,
  REVISION_CANCUN,
  REVISION_CONSTANTINOPLE,
  REVISION_FRONTIER,
  REVISION_HOMESTEAD,
  REVISION_ISTANBUL,
  REVISION_LONDON,
  REVISION_OSAKA,
  REVISION_PARIS,
  REVISION_PETERSBURG,
  REVISION_PRAGUE,
  REVISION_SHANGHAI,
  REVISION_SPURIOUS,
  REVISION_TANGERINE,
} from '../../assembly/abi/revision.js'
import { UINT256_LIMIT } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { nearest } from '../base/known-keys.js'

/** EIP-7840: how many blobs a block may have, and how fast their price moves. */
export interface BlobSchedule {
  readonly target: number
  readonly max: number
  readonly baseFeeUpdateFraction: bigint
}

export interface Fork {
  readonly name: ForkName
  /** The rules of execution: a `REVISION_…` constant. */
  readonly revision: number
  /** From Cancun on. */
  readonly blobs?: BlobSchedule
  /** Blocks by which the difficulty bomb is late, before Paris. None: not at all. */
  readonly bombDelay?: bigint
}

/** One fork of a chain; it is active where everything it states has come. */
export interface ForkActivation {
  readonly fork: Fork
  /** First block. Of Paris: used where the total difficulty is not known. */
  readonly block?: bigint
  /** Seconds since 1970. */
  readonly time?: bigint
  /** Of Paris: total difficulty that the parent has reached (EIP-3675). */
  readonly totalDifficulty?: bigint
}

export interface ChainConfig {
  readonly chainId: bigint
  /** In the order in which they come. */
  readonly forks: readonly ForkActivation[]
  /** EIP-779: the block that moves the balances of the DAO; undefined if none does. */
  readonly daoForkBlock?: bigint
  /** The same in a chain that refuses it: blocks from there on do not say that they did. */
  readonly daoRefusedBlock?: bigint
  /** Forks that are not supported, by the seconds since 1970 at which they begin. */
  readonly unsupported?: readonly { readonly name: string; readonly time: bigint }[]
  /** EIP-6110: whose logs are deposits, 20 bytes. */
  readonly depositContract: Uint8Array
}

const CANCUN_BLOBS = { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477n }
/** EIP-7691. */
const PRAGUE_BLOBS = { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716n }
/** EIP-7892: forks that change the number of blobs and nothing else. */
const BPO1_BLOBS = { target: 10, max: 15, baseFeeUpdateFraction: 8_346_193n }
const BPO2_BLOBS = { target: 14, max: 21, baseFeeUpdateFraction: 11_684_671n }

/** `bombDelay`: EIP-649, EIP-1234, EIP-2384, EIP-3554, EIP-4345, EIP-5133. */
const FORKS = {
  frontier: { revision: REVISION_FRONTIER },
  homestead: { revision: REVISION_HOMESTEAD },
  dao: { revision: REVISION_HOMESTEAD },
  tangerineWhistle: { revision: REVISION_TANGERINE },
  spuriousDragon: { revision: REVISION_SPURIOUS },
  byzantium: { revision: REVISION_BYZANTIUM, bombDelay: 3_000_000n },
  constantinople: { revision: REVISION_CONSTANTINOPLE, bombDelay: 5_000_000n },
  petersburg: { revision: REVISION_PETERSBURG, bombDelay: 5_000_000n },
  istanbul: { revision: REVISION_ISTANBUL, bombDelay: 5_000_000n },
  muirGlacier: { revision: REVISION_ISTANBUL, bombDelay: 9_000_000n },
  berlin: { revision: REVISION_BERLIN, bombDelay: 9_000_000n },
  london: { revision: REVISION_LONDON, bombDelay: 9_700_000n },
  arrowGlacier: { revision: REVISION_LONDON, bombDelay: 10_700_000n },
  grayGlacier: { revision: REVISION_LONDON, bombDelay: 11_400_000n },
  paris: { revision: REVISION_PARIS },
  shanghai: { revision: REVISION_SHANGHAI },
  cancun: { revision: REVISION_CANCUN, blobs: CANCUN_BLOBS },
  prague: { revision: REVISION_PRAGUE, blobs: PRAGUE_BLOBS },
  osaka: { revision: REVISION_OSAKA, blobs: PRAGUE_BLOBS },
  bpo1: { revision: REVISION_OSAKA, blobs: BPO1_BLOBS },
  bpo2: { revision: REVISION_OSAKA, blobs: BPO2_BLOBS },
} as const

/** Name of a fork whose rules the engine has. */
export type ForkName = keyof typeof FORKS

/** Names of all forks that the engine has, oldest first. */
export const FORK_NAMES = Object.keys(FORKS) as readonly ForkName[]

/** Names that clients and test files use for the same forks. */
const OTHER_NAMES: Readonly<Record<string, ForkName>> = {
  tangerine: 'tangerineWhistle',
  eip150: 'tangerineWhistle',
  spurious: 'spuriousDragon',
  eip158: 'spuriousDragon',
  constantinoplefix: 'petersburg',
  merge: 'paris',
  fusaka: 'osaka',
}

/**
 * A fork by its name, in any case.
 * @throws InvalidInputError
 */
export function forkNamed(name: unknown, field = 'fork'): Fork {
  const plain = typeof name === 'string' ? name.toLowerCase().replace(/[^a-z0-9]/g, '') : ''
  const other = Object.hasOwn(OTHER_NAMES, plain) ? OTHER_NAMES[plain] : undefined
  const found = FORK_NAMES.find((it) => it.toLowerCase() === plain) ?? other
  if (found === undefined) {
    const near = nearest(plain, FORK_NAMES)
    const meant = near === undefined ? '' : `; did you mean "${near}"?`
    const expected = `one of ${FORK_NAMES.join(', ')}${meant}`
    throw new InvalidInputError('unknown fork', { place: { field }, expected, got: name })
  }
  return { name: found, ...FORKS[found] }
}

/** EIP-4844. */
export const GAS_PER_BLOB = 131_072
const MIN_BLOB_BASE_FEE = 1n

/**
 * What a unit of blob gas costs, in wei: `fake_exponential` of EIP-4844. The series has as many
 * terms as the excess is large, so it ends once the sum is above all that can be paid: some 640
 * terms at most, whatever the excess.
 * @returns 2^256 stands for all that is more; no block can have such a price
 */
export function blobBaseFee(excessBlobGas: bigint, schedule: BlobSchedule): bigint {
  const denominator = schedule.baseFeeUpdateFraction
  const most = UINT256_LIMIT * denominator
  let sum = 0n
  let term = MIN_BLOB_BASE_FEE * denominator
  for (let i = 1n; term > 0n; i++) {
    sum += term
    if (sum >= most) return UINT256_LIMIT
    term = (term * excessBlobGas) / (denominator * i)
  }
  return sum / denominator
}

/** Whether blob gas has a price that can be paid after so much excess. */
export function hasBlobPrice(excessBlobGas: bigint, { blobs }: Pick<Fork, 'blobs'>): boolean {
  return blobs === undefined || blobBaseFee(excessBlobGas, blobs) < UINT256_LIMIT
}
