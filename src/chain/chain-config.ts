/**
 * Which fork a block is of: chain configurations as geth writes them. Forks before Paris begin at a
 * number, Paris at a total difficulty, later ones at a time.
 */

import { asObject, type JsonObject } from '../block/json.js'
import { ADDRESS_BYTES, UINT64_LIMIT, hexToBytes, parseQuantity } from '../bytes.js'
import { forkNamed, type BlobSchedule, type Fork } from '../forks.js'

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
  /** EIP-6110: whose logs are deposits, 20 bytes. */
  readonly depositContract: Uint8Array
}

/** What says which fork a block is of. */
export interface ForkPoint {
  readonly number: bigint
  readonly timestamp: bigint
  /** Total difficulty of the parent, where it is known. */
  readonly parentTotalDifficulty?: bigint | undefined
}

/** EIP-6110, mainnet's; test networks state their own. */
export const DEPOSIT_CONTRACT = hexToBytes('0x00000000219ab540356cbb839cbe05303d7705fa')

const BLOCK_FORKS = [
  ['homesteadBlock', 'homestead'],
  ['daoForkBlock', 'dao'],
  ['eip150Block', 'tangerineWhistle'],
  ['eip158Block', 'spuriousDragon'],
  ['byzantiumBlock', 'byzantium'],
  ['constantinopleBlock', 'constantinople'],
  ['petersburgBlock', 'petersburg'],
  ['istanbulBlock', 'istanbul'],
  ['muirGlacierBlock', 'muirGlacier'],
  ['berlinBlock', 'berlin'],
  ['londonBlock', 'london'],
  ['arrowGlacierBlock', 'arrowGlacier'],
  ['grayGlacierBlock', 'grayGlacier'],
] as const

const TIME_FORKS = ['shanghai', 'cancun', 'prague', 'osaka'] as const
/** EIP-7892: any number of them may follow, each with its own schedule. */
const BLOB_FORK_TIME = /^bpo([0-9]{1,3})Time$/

/**
 * Reads geth's `config` of a genesis. Fields it does not know change nothing.
 * @throws InvalidInputError naming the field
 */
export function parseChainConfig(config: unknown): ChainConfig {
  const json = asObject(config, 'config')
  const hasDaoFork = json.daoForkBlock != null && json.daoForkSupport !== false
  const deposits = json.depositContractAddress
  return {
    chainId: parseQuantity(json.chainId ?? json.chainid ?? 1, 'config.chainId'),
    forks: [
      { fork: forkNamed('frontier'), block: 0n },
      ...blockForks(json, hasDaoFork),
      ...mergeFork(json),
      ...timeForks(json),
    ],
    ...(hasDaoFork ? { daoForkBlock: number(json.daoForkBlock, 'config.daoForkBlock') } : {}),
    depositContract:
      deposits == null
        ? DEPOSIT_CONTRACT
        : hexToBytes(deposits, 'config.depositContractAddress', ADDRESS_BYTES),
  }
}

/** The last fork that is active. */
export function forkAt({ forks }: ChainConfig, point: ForkPoint): Fork {
  return forks.findLast((activation) => isActive(activation, point))?.fork ?? forks[0]!.fork
}

function isActive(activation: ForkActivation, point: ForkPoint): boolean {
  const { block, time, totalDifficulty } = activation
  const { parentTotalDifficulty } = point
  if (totalDifficulty !== undefined && parentTotalDifficulty !== undefined) {
    return parentTotalDifficulty >= totalDifficulty
  }
  if (block === undefined && time === undefined) return totalDifficulty === 0n
  return (block ?? 0n) <= point.number && (time ?? 0n) <= point.timestamp
}

function blockForks(json: JsonObject, hasDaoFork: boolean): ForkActivation[] {
  return BLOCK_FORKS.flatMap(([field, name]): ForkActivation[] => {
    if (json[field] == null || (name === 'dao' && !hasDaoFork)) return []
    return [{ fork: forkNamed(name), block: number(json[field], `config.${field}`) }]
  })
}

/** `parisBlock` is ours: where Paris began, for who does not have the total difficulty. */
function mergeFork(json: JsonObject): ForkActivation[] {
  if (json.terminalTotalDifficulty == null) return []
  const field = 'config.terminalTotalDifficulty'
  const totalDifficulty = parseQuantity(json.terminalTotalDifficulty, field)
  const block = json.parisBlock
  const known = block == null ? {} : { block: number(block, 'config.parisBlock') }
  return [{ fork: forkNamed('paris'), totalDifficulty, ...known }]
}

function timeForks(json: JsonObject): ForkActivation[] {
  const activations = TIME_FORKS.flatMap((name): ForkActivation[] => {
    const time = json[`${name}Time`]
    if (time == null) return []
    const fork = withSchedule(forkNamed(name), readSchedule(json, name))
    return [{ fork, time: number(time, `config.${name}Time`) }]
  })
  const fields = Object.keys(json).filter((field) => BLOB_FORK_TIME.test(field))
  const ordinal = (field: string): number => Number(BLOB_FORK_TIME.exec(field)![1])
  for (const field of fields.sort((a, b) => ordinal(a) - ordinal(b))) {
    if (json[field] == null) continue
    const time = number(json[field], `config.${field}`)
    activations.push({ fork: blobFork(ordinal(field), json), time })
  }
  return activations
}

/** Forks of blob parameters run by the rules of Osaka; only the first two have a standard one. */
function blobFork(ordinal: number, json: JsonObject): Fork {
  const name = `bpo${ordinal}`
  const schedule = readSchedule(json, name)
  if (schedule === undefined) return forkNamed(name, `config.blobSchedule.${name}`)
  return withSchedule(forkNamed(ordinal === 1 ? 'bpo1' : 'bpo2'), schedule)
}

function withSchedule(fork: Fork, blobs: BlobSchedule | undefined): Fork {
  return blobs === undefined ? fork : { ...fork, blobs }
}

/** EIP-7840. Some writers begin the names of forks with capitals. */
function readSchedule({ blobSchedule }: JsonObject, name: string): BlobSchedule | undefined {
  if (blobSchedule == null) return undefined
  const schedules = Object.entries(asObject(blobSchedule, 'config.blobSchedule'))
  const found = schedules.find(([key]) => key.toLowerCase() === name)
  return found === undefined ? undefined : readBlobSchedule(found[1], `config.blobSchedule.${name}`)
}

/** @throws InvalidInputError naming the field */
export function readBlobSchedule(value: unknown, field: string): BlobSchedule {
  const { target, max, baseFeeUpdateFraction } = asObject(value, field)
  const limit = 1n << 32n
  const fraction = parseQuantity(baseFeeUpdateFraction, `${field}.baseFeeUpdateFraction`)
  return {
    target: Number(parseQuantity(target, `${field}.target`, limit)),
    max: Number(parseQuantity(max, `${field}.max`, limit)),
    baseFeeUpdateFraction: fraction,
  }
}

function number(value: unknown, field: string): bigint {
  return parseQuantity(value, field, UINT64_LIMIT)
}
