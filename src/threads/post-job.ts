/** Makes the pieces of a job ready to be claimed. Those of a round are so once it has begun. */

import { JOB, NEXT_PIECE, PIECE_COUNT } from '../../assembly/abi/memory-map.js'
import type { LinearMemory } from '../wasm/linear-memory.js'

/** @param kind JOB_* */
export function postJob({ u32 }: LinearMemory, kind: number, pieces: number): void {
  u32[JOB >>> 2] = kind
  u32[PIECE_COUNT >>> 2] = pieces
  u32[NEXT_PIECE >>> 2] = 0
}
