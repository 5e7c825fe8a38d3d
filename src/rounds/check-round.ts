/** After the groups of a round: was it stopped, and may the block have used so much? */

import {
  BLOCK_GAS_LIMIT,
  BLOCK_GAS_USED,
} from '../../assembly/abi/memory-map.js'
import { CancelledError, InvalidBlockError } from '../errors.js'
import {
  faultError,
  isAboveGasLimit,
  isCancelled,
  readAbort,
  readFault,
} from '../wasm/faults.js'
import type { Machine } from './machine.js'

/**
 * @throws CancelledError, InvalidBlockError `gas-above-limit`, MemoryExhaustedError,
 *   EngineFaultError; LibraryMissing, which is no error
 */
export function checkRound(machine: Machine, round: number): void {
  const { core, block } = machine
  const { memory } = core
  const place = { block, round }
  const abort = readAbort(memory)
  if (isCancelled(abort)) {
    throw new CancelledError('the block was cancelled', { place, cause: machine.signal?.reason })
  }
  const used = memory.readU64(BLOCK_GAS_USED)
  const limit = memory.readU64(BLOCK_GAS_LIMIT)
  if (isAboveGasLimit(abort) || used > limit) {
    throw new InvalidBlockError('gas-above-limit', 'the block uses more gas than it may', {
      place: { ...place, field: 'gasUsed' },
      expected: `at most ${limit}`,
      got: used,
    })
  }
  const fault = readFault(memory)
  if (fault !== undefined) throw faultError(fault, place)
}
