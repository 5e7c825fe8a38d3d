/** Makes the pieces of a job ready to be claimed. */

import { JOB, JOB_GROUPS, NEXT_PIECE, PIECE_COUNT } from '../../assembly/abi/memory-map.js'
import type { LinearMemory } from '../wasm/linear-memory.js'
import { isSimulated, shufflePlacement } from '../workers/simulation.js'
import type { Job } from './executor.js'

/** Before the ticket is published, or on the only thread there is. */
export function postJob(memory: LinearMemory, { kind, pieces }: Job): void {
  const { u32 } = memory
  u32[JOB >>> 2] = kind
  u32[PIECE_COUNT >>> 2] = pieces
  u32[NEXT_PIECE >>> 2] = 0
  if (kind === JOB_GROUPS && isSimulated(memory)) shufflePlacement(memory)
}
