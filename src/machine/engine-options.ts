/** The options of an engine, checked and completed. */

import { ARENA_SIZE, MAX_WORKERS } from '../../assembly/abi/memory-map.js'
import { CALL_STIPEND } from '../../assembly/abi/rules.js'
import { asKnownObject, asObject } from '../base/json.js'
import type { ChainConfigInput } from '../forks/chain-config-json.js'
import { chainOf, parseChainConfig, readChainId, type ChainConfig } from '../forks/chain-config.js'
import { mainnet } from '../forks/mainnet.js'
import { InvalidInputError } from '../base/errors.js'
import { forkNamed, type ForkName } from '../forks/forks.js'
import { checkKeys, keysOf, oneOf } from '../base/known-keys.js'
import type { PrecompileInput } from './custom-options.js'
import type { EngineConfig } from './engine-parts.js'
import type { ProtocolParameters, Quantity, Semantics } from '../base/types.js'
import { warnOnce } from '../base/warn.js'
import { MAX_MEMORY_BYTES, PAGE_BYTES } from '../wasm/compile.js'
import {
  SIMULATED_JOBS,
  type SimulationOptions,
  type WorkerAndRound,
} from '../threads/simulation.js'

/** What an engine is made with. Unknown keys are errors. */
export interface EngineOptions {
  /**
   * Workers, the calling thread among them; 1 = no other threads. Default: one for each logical
   * core, as far as the memory goes. At most 64. No result depends on it. In a page that is not
   * cross-origin isolated, memory cannot be shared with threads: 1, which is the default there.
   */
  readonly workers?: number | undefined
  /** Rules of execution by a fork's name: `frontier` … `osaka`, `bpo1`, `bpo2`. Default `osaka` */
  readonly fork?: ForkName | undefined
  /**
   * A chain whose forks follow one another, instead of `fork` and `chainId`: geth's chain
   * configuration (`{chainId, homesteadBlock, …, osakaTime, blobSchedule}`), or `mainnet`.
   * Each block is executed under the rules that its number and timestamp have.
   */
  readonly chainConfig?: 'mainnet' | ChainConfigInput | undefined
  /**
   * What a call of another contract is. `actor`: a message, which is delivered in the next round
   * and returns nothing. `ethereum`: synchronous, as in Ethereum. A program without types that does
   * not say has actors, and is warned once.
   */
  readonly semantics: Semantics
  /**
   * Bytes that the state, the messages of a block and all workers may take; each worker needs 3.2
   * MiB, and what the contracts that it runs ask for. Default 2 GiB; at most 4 GiB − 64 KiB.
   */
  readonly memory?: number | undefined
  /** The chain's id of EIP-155. Default 1. */
  readonly chainId?: Quantity | undefined
  /** Prices and bounds of actor semantics. */
  readonly parameters?: ProtocolParameters | undefined
  /** How long a worker may be silent before the block is given up. Default 30,000 ms. */
  readonly workerTimeoutMs?: number | undefined
  /**
   * Precompiles of your own, which all workers run: `[{ address, module }]`, where the ES module
   * exports `{ gas(input), run(input, context) }`. With `workers: 1`, which is the default then,
   * the two functions may be given themselves. At most 31.
   */
  readonly precompiles?: readonly PrecompileInput[] | undefined
  /** Misfortunes, for tests. */
  readonly simulation?: SimulationOptions | undefined
}

export const ENGINE_OPTIONS = keysOf<EngineOptions>()({
  workers: true,
  fork: true,
  chainConfig: true,
  semantics: true,
  memory: true,
  chainId: true,
  parameters: true,
  workerTimeoutMs: true,
  precompiles: true,
  simulation: true,
})
export const PARAMETERS = keysOf<ProtocolParameters>()({
  gMessage: true,
  gWord: true,
  maxRounds: true,
})
const SIMULATION = keysOf<SimulationOptions>()({
  alwaysParallel: true,
  delaySeed: true,
  placementSeed: true,
  during: true,
  killWorker: true,
  hangWorker: true,
  trapWorker: true,
  sliceGas: true,
})
const WORKER_AND_ROUND = keysOf<WorkerAndRound>()({ worker: true, round: true })
export const SEMANTICS: readonly Semantics[] = ['actor', 'ethereum']

export interface ResolvedOptions {
  readonly workers: number
  readonly memoryBytes: number
  readonly workerTimeoutMs: number
  readonly config: EngineConfig
  readonly simulation: SimulationOptions | undefined
}

const DEFAULT_MEMORY_BYTES = 2 ** 31
/** Beside the workers' arenas: control block, indexes, a small state. */
const LEAST_STATE_BYTES = 16 * 2 ** 20
/** What the defaults leave to the state beside the workers. */
const ROOMY_STATE_BYTES = 2 ** 30
const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_PARAMETERS = { gMessage: 6_000, gWord: 64, maxRounds: 1_024 }
const NEEDS_ISOLATION =
  'is not cross-origin isolated (serve it with COOP same-origin and COEP require-corp)'
const MAX_PARAMETER = 2 ** 31 - 1
const MAX_SEED = 2 ** 32 - 1

/**
 * Options of an engine, all of which are known. Their values `resolveOptions` checks.
 * @throws InvalidInputError naming the option, and the one that was probably meant
 */
export function checkOptions(options: unknown): EngineOptions {
  // Without any, the semantics are missing
  const object = options === undefined ? {} : asObject(options, 'options')
  checkKeys(object, ENGINE_OPTIONS, '', 'option')
  return object as unknown as EngineOptions
}

/**
 * @param options may have others beside those of an engine, which are not looked at
 * @param concurrency logical cores
 * @param canShareMemory whether memory can be handed to other threads
 * @throws InvalidInputError naming the option
 */
export function resolveOptions(
  options: EngineOptions,
  concurrency: number,
  canShareMemory = true,
): ResolvedOptions {
  const cores = canShareMemory ? Math.min(concurrency, MAX_WORKERS) : 1
  const wanted = integer(options.workers, 'workers', 1, MAX_WORKERS, cores)
  const roomy = ROOMY_STATE_BYTES + wanted * ARENA_SIZE
  const byDefault = Math.min(Math.max(DEFAULT_MEMORY_BYTES, roomy), MAX_MEMORY_BYTES)
  const memoryBytes = integer(options.memory, 'memory', 0, MAX_MEMORY_BYTES, byDefault)
  const roomFor = Math.max(1, Math.floor((memoryBytes - ROOMY_STATE_BYTES) / ARENA_SIZE))
  const workers = options.workers ?? Math.min(wanted, roomFor)
  if (!canShareMemory && workers > 1) {
    throw invalid('workers', `1, since this page ${NEEDS_ISOLATION}`, workers)
  }
  const least = workers * ARENA_SIZE + LEAST_STATE_BYTES
  if (memoryBytes < least) {
    throw invalid('memory', `at least ${least} bytes for ${workers} workers`, memoryBytes)
  }
  return {
    workers,
    memoryBytes: Math.floor(memoryBytes / PAGE_BYTES) * PAGE_BYTES,
    workerTimeoutMs: integer(
      options.workerTimeoutMs,
      'workerTimeoutMs',
      1,
      MAX_PARAMETER,
      DEFAULT_TIMEOUT_MS,
    ),
    config: {
      ...readChain(options),
      semantics: readSemantics(options.semantics),
      parameters: readParameters(options.parameters),
    },
    simulation: readSimulation(options.simulation),
  }
}

function readChain(options: EngineOptions): Pick<EngineConfig, 'chain' | 'chainId' | 'fork'> {
  const { chainConfig: chain } = options
  if (chain === undefined) {
    const chainId = readChainId(options.chainId ?? 1, 'chainId')
    const fork = forkNamed(options.fork ?? 'osaka')
    return { chain: chainOf(fork, chainId), chainId, fork }
  }
  const { chainId, fork } = options
  if (fork !== undefined || chainId !== undefined) {
    throw invalid('chainConfig', 'no fork and no chainId beside it', fork ?? chainId)
  }
  const config = typeof chain === 'string' ? namedChain(chain) : parseChainConfig(chain)
  return { chain: config, chainId: config.chainId, fork: config.forks[0]!.fork }
}

function namedChain(name: string): ChainConfig {
  oneOf(name, ['mainnet'], 'chainConfig', 'option')
  return mainnet()
}

/** @throws InvalidInputError that says what each is, if none is said */
export function readSemantics(value: unknown): Semantics {
  if (value !== undefined) return oneOf(value, SEMANTICS, 'semantics', 'option')
  throw new InvalidInputError('semantics must be said', {
    place: { field: 'semantics' },
    expected:
      'actor (a call of a contract is a message, delivered in the next round, and returns ' +
      'nothing) or ethereum (calls are synchronous, as in Ethereum)',
    got: value,
  })
}

const UNSAID =
  "semantics is not said, so calls are messages that return nothing ('actor'). " +
  "Say semantics: 'actor', or 'ethereum' for contracts that use what their calls return."

/** Fills in the semantics of an engine that nobody said, and warns once. */
export function withSemantics(options: EngineOptions): EngineOptions {
  if (options.semantics !== undefined) return options
  warnOnce(UNSAID)
  return { ...options, semantics: 'actor' }
}

/** @throws InvalidInputError naming the parameter */
export function readParameters(value: unknown): Required<ProtocolParameters> {
  const parameters = value === undefined ? {} : asKnownObject(value, PARAMETERS, 'parameters')
  const { gMessage, gWord, maxRounds } = parameters
  const standard = DEFAULT_PARAMETERS
  const read = (value: unknown, name: keyof ProtocolParameters, least: number): number =>
    integer(value, `parameters.${name}`, least, MAX_PARAMETER, standard[name])
  return {
    // PROTOCOL 6: a message must cost more than the stipend that comes with it
    gMessage: read(gMessage, 'gMessage', CALL_STIPEND + 1),
    gWord: read(gWord, 'gWord', 0),
    maxRounds: read(maxRounds, 'maxRounds', 1),
  }
}

function readSimulation(value: unknown): SimulationOptions | undefined {
  if (value === undefined) return undefined
  const options = asKnownObject(value, SIMULATION, 'simulation')
  const { alwaysParallel, during } = options
  if (alwaysParallel !== undefined && typeof alwaysParallel !== 'boolean') {
    throw invalid('simulation.alwaysParallel', 'true or false', alwaysParallel)
  }
  if (during !== undefined) oneOf(during, SIMULATED_JOBS, 'simulation.during')
  for (const name of ['delaySeed', 'placementSeed', 'sliceGas'] as const) {
    integer(options[name], `simulation.${name}`, 0, MAX_SEED, 0)
  }
  for (const name of ['killWorker', 'hangWorker', 'trapWorker'] as const) {
    if (options[name] === undefined) continue
    const field = `simulation.${name}`
    const { round, worker } = asKnownObject(options[name], WORKER_AND_ROUND, field)
    integer(worker, `${field}.worker`, 0, MAX_WORKERS)
    integer(round, `${field}.round`, 0, MAX_SEED)
  }
  return options
}

function integer(
  value: unknown,
  field: string,
  least: number,
  most: number,
  standard?: number,
): number {
  if (value === undefined && standard !== undefined) return standard
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value
  }
  throw invalid(field, `an integer from ${least} to ${most}`, value)
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
