/**
 * Which fork a block is of: chain configurations as geth writes them. Forks before Paris begin at a
 * number, Paris at a total difficulty, later ones at a time.
 */

import { asArray, asKnownObject, asObject, type JsonObject } from '../base/json.js'
import {
  ADDRESS_BYTES,
  UINT64_LIMIT,
  bytesToHex,
  hexToBytes,
  parseQuantity,
} from '../base/bytes.js'
import { InvalidInputError, words } from '../base/errors.js'
import {
  forkNamed,
  type BlobSchedule,
  type ChainConfig,
  type Fork,
  type ForkActivation,
  type ForkName,
} from './forks.js'
import { checkKeys, keysOf } from '../base/known-keys.js'
import {
  BLOB_FORK_TIME,
  FIXED_CONTRACTS,
  LATER_FORKS,
  checkBlobScheduleKeys,
  checkChainConfigKeys,
} from './chain-config-json.js'

export type { ChainConfig, ForkActivation }

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

/** Those whose EIPs delay the difficulty bomb. */
const BOMB_FORKS: readonly ForkName[] = [
  'byzantium',
  'constantinople',
  'muirGlacier',
  'london',
  'arrowGlacier',
  'grayGlacier',
]
const TIME_FORKS = ['shanghai', 'cancun', 'prague', 'osaka'] as const
const CHAIN = keysOf<ChainConfig>()({
  chainId: true,
  forks: true,
  daoForkBlock: true,
  daoRefusedBlock: true,
  unsupported: true,
  depositContract: true,
})
const FORK = keysOf<Fork>()({ name: true, revision: true, blobs: true, bombDelay: true })
const BLOB_SCHEDULE = keysOf<BlobSchedule>()({
  target: true,
  max: true,
  baseFeeUpdateFraction: true,
})

/**
 * Reads geth's `config` of a genesis. What clients write of their own networks changes nothing;
 * what nobody writes is refused.
 * @throws InvalidInputError naming the field
 */
export function parseChainConfig(config: unknown): ChainConfig {
  const json = asObject(config, 'config')
  checkChainConfigKeys(json)
  checkWhatIsFixed(json)
  checkSchedules(json)
  const unsupported = laterForks(json)
  const hasDaoFork = json.daoForkBlock != null && json.daoForkSupport !== false
  const { daoForkBlock } = json
  const dao = daoForkBlock == null ? undefined : number(daoForkBlock, 'config.daoForkBlock')
  const deposits = json.depositContractAddress
  return {
    chainId: chainIdOf(json),
    forks: [
      { fork: forkNamed('frontier'), block: 0n },
      ...inOrder(blockForks(json, hasDaoFork), 'block'),
      ...mergeFork(json),
      ...inOrder(timeForks(json), 'time'),
    ],
    ...(unsupported.length === 0 ? {} : { unsupported }),
    ...(dao === undefined ? {} : { [hasDaoFork ? 'daoForkBlock' : 'daoRefusedBlock']: dao }),
    depositContract:
      deposits == null
        ? DEPOSIT_CONTRACT
        : hexToBytes(deposits, 'config.depositContractAddress', ADDRESS_BYTES),
  }
}

/** A chain of one fork from its first block on. */
export function chainOf(fork: Fork, chainId: bigint): ChainConfig {
  return { chainId, forks: [{ fork, block: 0n }], depositContract: DEPOSIT_CONTRACT }
}

/**
 * A configuration that is handed in as such.
 * @throws InvalidInputError naming the field
 */
export function checkChainConfig(value: unknown): ChainConfig {
  const chain = asObject(value, 'chain')
  checkKeys(chain, CHAIN, 'chain')
  const { daoForkBlock, daoRefusedBlock, depositContract, unsupported } = chain
  const forks = asArray(chain.forks, 'chain.forks').map(checkActivation)
  if (forks.length === 0) throw invalid('chain.forks', 'at least one fork', forks)
  if (!(depositContract instanceof Uint8Array) || depositContract.length !== ADDRESS_BYTES) {
    throw invalid('chain.depositContract', `${ADDRESS_BYTES} bytes`, depositContract)
  }
  return {
    chainId: readChainId(chain.chainId, 'chain.chainId'),
    forks,
    ...(unsupported == null
      ? {}
      : { unsupported: asArray(unsupported, 'chain.unsupported').map(checkLater) }),
    ...(daoForkBlock == null ? {} : { daoForkBlock: number(daoForkBlock, 'chain.daoForkBlock') }),
    ...(daoRefusedBlock == null
      ? {}
      : { daoRefusedBlock: number(daoRefusedBlock, 'chain.daoRefusedBlock') }),
    depositContract,
  }
}

function checkActivation(value: unknown, i: number): ForkActivation {
  const field = `chain.forks[${i}]`
  const activation = asObject(value, field)
  checkKeys(activation, ['fork', 'block', 'time', 'totalDifficulty'], field)
  const fork = asObject(activation.fork, `${field}.fork`)
  checkKeys(fork, FORK, `${field}.fork`)
  const known = forkNamed(fork.name, `${field}.fork.name`)
  if (fork.revision !== known.revision) {
    throw invalid(`${field}.fork.revision`, `${known.revision}, ${known.name}'s`, fork.revision)
  }
  const { blobs, bombDelay } = fork
  const { block, time, totalDifficulty } = activation
  const schedule = blobs == null ? undefined : readBlobSchedule(blobs, `${field}.fork.blobs`)
  return {
    fork: {
      ...withSchedule(known, schedule),
      ...(bombDelay == null ? {} : { bombDelay: number(bombDelay, `${field}.fork.bombDelay`) }),
    },
    ...(block == null ? {} : { block: number(block, `${field}.block`) }),
    ...(time == null ? {} : { time: number(time, `${field}.time`) }),
    ...(totalDifficulty == null
      ? {}
      : { totalDifficulty: parseQuantity(totalDifficulty, `${field}.totalDifficulty`) }),
  }
}

function checkLater(value: unknown, i: number): { name: string; time: bigint } {
  const field = `chain.unsupported[${i}]`
  const { name, time } = asKnownObject(value, ['name', 'time'], field)
  if (typeof name !== 'string') throw invalid(`${field}.name`, 'the name of a fork', name)
  return { name, time: number(time, `${field}.time`) }
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

/**
 * The last fork that is active.
 * @throws InvalidInputError if that is one that is not supported
 */
export function forkAt({ forks, unsupported = [] }: ChainConfig, point: ForkPoint): Fork {
  const later = unsupported.find(({ time }) => time <= point.timestamp)
  if (later !== undefined) {
    throw new InvalidInputError(`the fork ${later.name} is not supported`, {
      place: { block: point.number, field: 'timestamp' },
      expected: `less than ${later.time}`,
      got: point.timestamp,
    })
  }
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

/** Each of them has the rules of those before it. */
function inOrder(
  activations: readonly ForkActivation[],
  by: 'block' | 'time',
): readonly ForkActivation[] {
  activations.forEach(({ fork, [by]: start = 0n }, i) => {
    const before = activations[i - 1]
    if (before === undefined || start >= (before[by] ?? 0n)) return
    const expected = `${fork.name} not before ${before.fork.name}, ${by} ${before[by]}`
    throw new InvalidInputError('forks out of order', {
      place: { field: 'config' },
      expected,
      got: start,
    })
  })
  return activations
}

/** The official tests write it in small letters. */
function chainIdOf({ chainId, chainid }: JsonObject): bigint {
  const id = readChainId(chainId ?? chainid ?? 1, 'config.chainId')
  if (chainid == null || parseQuantity(chainid, 'config.chainid') === id) return id
  throw invalid('config.chainid', 'the same as chainId', chainid)
}

/** What a chain could state in another way than we follow. */
function checkWhatIsFixed(json: JsonObject): void {
  const { daoForkSupport, eip155Block, eip158Block, enableVerkleAtGenesis } = json
  if (daoForkSupport != null && typeof daoForkSupport !== 'boolean') {
    throw invalid('config.daoForkSupport', 'true or false', daoForkSupport)
  }
  if (enableVerkleAtGenesis != null && enableVerkleAtGenesis !== false) {
    throw invalid('config.enableVerkleAtGenesis', 'false: no Verkle trees are supported', true)
  }
  if (eip155Block != null) {
    const block = number(eip155Block, 'config.eip155Block')
    const other = eip158Block == null ? undefined : number(eip158Block, 'config.eip158Block')
    if (block !== other) {
      throw invalid('config.eip155Block', 'the same as eip158Block', eip155Block)
    }
  }
  for (const [field, address] of Object.entries(FIXED_CONTRACTS)) {
    if (json[field] == null) continue
    const stated = bytesToHex(hexToBytes(json[field], `config.${field}`, ADDRESS_BYTES))
    if (stated !== address) throw invalid(`config.${field}`, address, stated)
  }
}

function laterForks(json: JsonObject): NonNullable<ChainConfig['unsupported']> {
  return LATER_FORKS.flatMap((name) => {
    const field = `${name}Time`
    return json[field] == null ? [] : [{ name, time: number(json[field], `config.${field}`) }]
  })
}

function blockForks(json: JsonObject, hasDaoFork: boolean): ForkActivation[] {
  let bombDelay: bigint | undefined
  return BLOCK_FORKS.flatMap(([field, name]): ForkActivation[] => {
    if (json[field] == null || (name === 'dao' && !hasDaoFork)) return []
    // As in geth: EIP-1283 is only of chains that say when they gave it up
    const isWhole = name === 'constantinople' && json.petersburgBlock == null
    const { bombDelay: standard, ...rest } = forkNamed(isWhole ? 'petersburg' : name)
    // As in geth: other forks leave the bomb as those before them in this chain have it
    if (BOMB_FORKS.includes(name)) bombDelay = standard
    const fork = bombDelay === undefined ? rest : { ...rest, bombDelay }
    return [{ fork, block: number(json[field], `config.${field}`) }]
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
    // Osaka by itself leaves the blobs as Prague has them in this chain
    const inherited = name === 'osaka' ? readSchedule(json, 'prague') : undefined
    const schedule = readSchedule(json, name) ?? inherited
    const fork = withSchedule(forkNamed(name), schedule)
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

/** Those of forks that do not come are read, too. */
function checkSchedules({ blobSchedule }: JsonObject): void {
  if (blobSchedule == null) return
  const schedules = asObject(blobSchedule, 'config.blobSchedule')
  checkBlobScheduleKeys(schedules)
  const names = new Set<string>()
  for (const [key, value] of Object.entries(schedules)) {
    const name = key.toLowerCase()
    if (names.has(name)) throw invalid(`config.blobSchedule.${key}`, 'each fork once', words('two'))
    names.add(name)
    if (value !== null) readBlobSchedule(value, `config.blobSchedule.${key}`)
  }
}

/** EIP-7840. Some writers begin the names of forks with capitals. */
function readSchedule({ blobSchedule }: JsonObject, name: string): BlobSchedule | undefined {
  if (blobSchedule == null) return undefined
  const schedules = Object.entries(blobSchedule as JsonObject).filter(([, it]) => it !== null)
  const found = schedules.find(([key]) => key.toLowerCase() === name)
  return found === undefined ? undefined : readBlobSchedule(found[1], `config.blobSchedule.${name}`)
}

/** @throws InvalidInputError naming the field */
export function readBlobSchedule(value: unknown, field: string): BlobSchedule {
  const schedule = asKnownObject(value, BLOB_SCHEDULE, field)
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
  return new InvalidInputError('invalid chain configuration', { place: { field }, expected, got })
}
