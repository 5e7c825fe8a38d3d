/** After a job: was it stopped, and may the block have used so much? */

import { BLOCK_GAS_LIMIT, BLOCK_GAS_USED } from '../../assembly/abi/memory-map.js'
import { CancelledError, InvalidBlockError, type ErrorPlace } from '../base/errors.js'
import {
  faultError,
  isAboveGasLimit,
  isCancelled,
  readAbort,
  readFault,
} from '../wasm/faults.js'
import type { CancelSignal } from '../base/types.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import type { Machine } from './machine.js'

/**
 * After any job.
 * @throws CancelledError, MemoryExhaustedError, EngineFaultError; LibraryMissing, which is no error
 */
export function checkStopped(
  memory: LinearMemory,
  place: ErrorPlace,
  signal: CancelSignal | undefined,
): void {
  if (isCancelled(readAbort(memory))) {
    throw new CancelledError('the block was cancelled', { place, cause: signal?.reason })
  }
  const fault = readFault(memory)
  if (fault !== undefined) throw faultError(fault, place)
}

/**
 * @throws CancelledError, InvalidBlockError `gas-above-limit`, MemoryExhaustedError,
 *   EngineFaultError; LibraryMissing, which is no error
 */
export function checkRound(machine: Machine, round: number): void {
  const { core, block } = machine
  const { memory } = core
  const place = { block, round }
  checkStopped(memory, place, machine.pulse.signal)
  const used = memory.readU64(BLOCK_GAS_USED)
  const limit = memory.readU64(BLOCK_GAS_LIMIT)
  if (isAboveGasLimit(readAbort(memory)) || used > limit) {
    throw new InvalidBlockError('gas-above-limit', 'the block uses more gas than it may', {
      place: { ...place, field: 'gasUsed' },
      expected: `at most ${limit}`,
      got: used,
    })
  }
}
