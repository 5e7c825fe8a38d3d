/**
 * Which fork a block is of: chain configurations as geth writes them. Forks before Paris begin at a
 * number, Paris at a total difficulty, later ones at a time.
 */

import { asArray, asObject, type JsonObject } from '../block/json.js'
import { ADDRESS_BYTES, UINT64_LIMIT, hexToBytes, parseQuantity } from '../bytes.js'
import { InvalidInputError } from '../errors.js'
import { forkNamed, type BlobSchedule, type Fork } from '../forks.js'
import { checkKeys } from '../known-keys.js'

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

/** EIP-2294: half of what 64 bits hold, less what v has in front of the chain's number. */
const MAX_CHAIN_ID = (1n << 63n) - 37n
/** The gas of so many blobs is an exact number. */
const BLOBS_LIMIT = 1n << 32n

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
    chainId: readChainId(json.chainId ?? json.chainid ?? 1, 'config.chainId'),
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

/**
 * A configuration that is handed in as such.
 * @throws InvalidInputError naming the field
 */
export function checkChainConfig(value: unknown): ChainConfig {
  const chain = asObject(value, 'chain')
  checkKeys(chain, ['chainId', 'forks', 'daoForkBlock', 'depositContract'], 'chain')
  const { daoForkBlock, depositContract } = chain
  const forks = asArray(chain.forks, 'chain.forks').map(checkActivation)
  if (forks.length === 0) throw invalid('chain.forks', 'at least one fork', forks)
  if (!(depositContract instanceof Uint8Array) || depositContract.length !== ADDRESS_BYTES) {
    throw invalid('chain.depositContract', `${ADDRESS_BYTES} bytes`, depositContract)
  }
  return {
    chainId: readChainId(chain.chainId, 'chain.chainId'),
    forks,
    ...(daoForkBlock == null ? {} : { daoForkBlock: number(daoForkBlock, 'chain.daoForkBlock') }),
    depositContract,
  }
}

function checkActivation(value: unknown, i: number): ForkActivation {
  const field = `chain.forks[${i}]`
  const activation = asObject(value, field)
  checkKeys(activation, ['fork', 'block', 'time', 'totalDifficulty'], field)
  const fork = asObject(activation.fork, `${field}.fork`)
  checkKeys(fork, ['name', 'revision', 'blobs'], `${field}.fork`)
  const known = forkNamed(fork.name, `${field}.fork.name`)
  if (fork.revision !== known.revision) {
    throw invalid(`${field}.fork.revision`, `${known.revision}, ${known.name}'s`, fork.revision)
  }
  const { blobs } = fork
  const { block, time, totalDifficulty } = activation
  const schedule = blobs == null ? undefined : readBlobSchedule(blobs, `${field}.fork.blobs`)
  return {
    fork: withSchedule(known, schedule),
    ...(block == null ? {} : { block: number(block, `${field}.block`) }),
    ...(time == null ? {} : { time: number(time, `${field}.time`) }),
    ...(totalDifficulty == null
      ? {}
      : { totalDifficulty: parseQuantity(totalDifficulty, `${field}.totalDifficulty`) }),
  }
}

/**
 * The number of a chain: one that a signature's v of 64 bits has room for (EIP-2294).
 * @throws InvalidInputError
 */
export function readChainId(value: unknown, field: string): bigint {
  const id = parseQuantity(value, field)
  if (id >= 1n && id <= MAX_CHAIN_ID) return id
  throw invalid(field, `an integer from 1 to ${MAX_CHAIN_ID} (EIP-2294)`, value)
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
  const schedule = asObject(value, field)
  const read = (name: keyof BlobSchedule, limit: bigint): bigint =>
    parseQuantity(schedule[name], `${field}.${name}`, limit)
  const target = Number(read('target', BLOBS_LIMIT))
  const max = Number(read('max', BLOBS_LIMIT))
  const baseFeeUpdateFraction = read('baseFeeUpdateFraction', UINT64_LIMIT)
  // Of max and fraction others are divided by
  if (max === 0) throw invalid(`${field}.max`, 'at least 1', max)
  if (target > max) throw invalid(`${field}.target`, `at most max, ${max}`, target)
  if (baseFeeUpdateFraction === 0n) {
    throw invalid(`${field}.baseFeeUpdateFraction`, 'at least 1', baseFeeUpdateFraction)
  }
  return { target, max, baseFeeUpdateFraction }
}

function number(value: unknown, field: string): bigint {
  return parseQuantity(value, field, UINT64_LIMIT)
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid configuration', { place: { field }, expected, got })
}
