/** Encodings and leaves of ordered tries as a job of all workers. */

import { JOB_LEAVES } from '../../assembly/abi/memory-map.js'
import type { ErrorPlace } from '../base/errors.js'
import { evenGain } from '../threads/workers.js'
import { postJob } from '../threads/post-job.js'
import { Pulse } from '../base/pulse.js'
import { placePieces, type LeafMaker } from '../results/leaf-pieces.js'
import { checkStopped } from '../threads/check-round.js'
import { isSimulated } from '../threads/simulation.js'
import type { EngineParts } from '../machine/engine-parts.js'

/** 30 to 100 µs of work. */
const ITEMS_A_PIECE = 128
/** The same where there is nobody to share with: a turn of the event loop comes in between. */
const ITEMS_AT_ONCE = 1_024
/** Simulations share out small blocks, too. */
const SIMULATED_ITEMS = 3
/** A transaction takes less, a receipt with logs takes more. */
const MICROSECONDS_AN_ITEM = 0.4

/** What `make` throws: WorkerDiedError, WorkerTimeoutError, EngineFaultError, CancelledError. */
export function leafMaker(
  { core, workers }: Pick<EngineParts, 'core' | 'workers'>,
  place: ErrorPlace,
  pulse: Pulse = new Pulse(),
): LeafMaker {
  const { memory } = core
  const itemsAPiece = workers.count === 1 ? ITEMS_AT_ONCE : ITEMS_A_PIECE
  return {
    core,
    workers: workers.count,
    pulse,
    itemsAPiece: isSimulated(memory) ? SIMULATED_ITEMS : itemsAPiece,
    async make(pieces) {
      const items = pieces.reduce((sum, { count }) => sum + count, 0)
      const microsecondsAPiece = (items * MICROSECONDS_AN_ITEM) / pieces.length
      const records = placePieces(core, pieces)
      postJob(memory, JOB_LEAVES, pieces.length)
      const gainUs = evenGain(workers.count, pieces.length, microsecondsAPiece)
      const job = { kind: JOB_LEAVES, pieces: pieces.length, gainUs, place, pulse }
      await workers.run(job)
      memory.refresh()
      checkStopped(memory, place, pulse.signal)
      return records
    },
  }
}
