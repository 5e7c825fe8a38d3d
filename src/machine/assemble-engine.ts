/** Puts an engine's parts together: module, memory, instances, threads. */

import {
  HASH_SECRETS,
  HASH_SECRETS_BYTES,
  REVISION,
  SEMANTICS,
  SEMANTICS_ACTOR,
  SEMANTICS_ETHEREUM,
} from '../../assembly/abi/memory-map.js'
import type { ResolvedOptions } from './engine-options.js'
import type { Workers } from '../threads/workers.js'
import { ParallelWorkers } from '../threads/parallel.js'
import { SequentialWorkers } from '../threads/sequential.js'
import type { EngineParts } from './engine-parts.js'
import { makeCoreSource } from '../wasm/compile.js'
import { instantiateCore, type Core } from '../wasm/core.js'
import { faultError, readFault } from '../wasm/faults.js'
import { PrecompileLibraries } from '../threads/libraries.js'
import type { CustomEntry } from '../threads/custom-precompiles.js'
import { importCustom } from '../threads/import-custom.js'
import type { Platform } from '../threads/platform/platform.js'
import { WorkerPool } from '../threads/pool.js'
import { writeSimulation } from '../threads/simulation.js'

/** Words before the factors among the secrets. */
const ODD_FROM = 8

/**
 * @throws MemoryExhaustedError, WorkerDiedError, WorkerTimeoutError, EngineFaultError
 */
export async function assembleEngine(
  options: ResolvedOptions,
  platform: Platform,
  customs: readonly CustomEntry[] = [],
): Promise<EngineParts> {
  const { config, memoryBytes, simulation, workers: count } = options
  const making = makeCoreSource(memoryBytes)
  // While other threads compile: Node loads its cryptography for this, 3 ms
  const secrets = makeSecrets()
  const { module, memory } = await making
  const libraries = new PrecompileLibraries()
  const core = await instantiateCore(module, memory, 0, (views) => libraries.importFor(views))
  layOut(core, options, secrets)
  if (customs.length > 0) {
    const { addCustomPrecompiles } = await importCustom()
    await addCustomPrecompiles(core, libraries, customs)
  }
  if (simulation !== undefined) writeSimulation(core.memory, simulation)
  const alone = new SequentialWorkers(core, libraries)
  let workers: Workers = alone
  if (count > 1) {
    const threads = count - 1
    const timeoutMs = options.workerTimeoutMs
    const pool = await WorkerPool.start({
      ...{ customs, platform, module, memory, threads, timeoutMs },
    })
    workers = new ParallelWorkers(core, pool, threads, libraries)
  }
  return { core, workers, alone, config }
}

/** What nobody who chooses keys can foresee (assembly/tables/key-hash.ts); no result shows it. */
function makeSecrets(): Uint32Array {
  const secrets = crypto.getRandomValues(new Uint32Array(HASH_SECRETS_BYTES >>> 2))
  // The two factors are odd
  secrets[ODD_FROM]! |= 1
  secrets[ODD_FROM + 2]! |= 1
  return secrets
}

/** Control block, indexes, and an arena for each worker. */
function layOut(
  core: Core,
  { config, memoryBytes, workers }: ResolvedOptions,
  secrets: Uint32Array,
): void {
  const { exports, memory } = core
  try {
    exports.initialise(memoryBytes, workers)
    memory.refresh()
    memory.u32.set(secrets, HASH_SECRETS >>> 2)
    memory.u32[REVISION >>> 2] = config.fork.revision
    const isActor = config.semantics === 'actor'
    memory.u32[SEMANTICS >>> 2] = isActor ? SEMANTICS_ACTOR : SEMANTICS_ETHEREUM
    core.bind()
  } catch (cause) {
    throw faultError(readFault(memory), { field: 'memory' }, cause)
  }
}
