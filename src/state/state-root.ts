/** The root of the state trie, brought up to date by the core. */

import { JOB_KEYS, JOB_TRIES } from '../../assembly/abi/memory-map.js'
import type { ErrorPlace } from '../base/errors.js'
import { evenGain } from '../threads/workers.js'
import { postJob } from '../threads/post-job.js'
import { Pulse } from '../base/pulse.js'
import { checkStopped } from '../threads/check-round.js'
import type { Core } from '../wasm/core.js'
import { isSimulated } from '../threads/simulation.js'
import type { EngineParts } from '../machine/engine-parts.js'

/** Changes in a piece, and the most that the calling thread hashes alone. A change is 1 to 3 µs,
 * waking a thread 8 to 65 µs. */
const CHANGES_A_PIECE = 128
/** The same where there is no thread to wake: a turn of the event loop comes in between. */
const CHANGES_AT_ONCE = 1_024
/** At least: a piece has a sixteenth of these changes or more. */
const MICROSECONDS_A_PIECE = 10
/** Slots in a piece whose keys are hashed, and the most that the calling thread hashes alone. */
const KEYS_A_PIECE = 512
const MICROSECONDS_A_KEY = 0.3
/** Of either: simulations share out the changes of small blocks, too. */
const SIMULATED_PIECE = 16

/**
 * Puts what has changed into the tries, without hashing them.
 * @throws CancelledError
 */
export async function updateTries({ exports }: Core, pulse: Pulse): Promise<void> {
  while (exports.updateSome(CHANGES_AT_ONCE) !== 0) if (pulse.isDue()) await pulse.turn()
}

/** On the calling thread. */
export function readStateRoot(core: Core): Uint8Array {
  core.exports.stateRoot(core.exchange)
  core.memory.refresh()
  return core.memory.copy(core.exchange, 32)
}

/**
 * On all workers, if enough has changed: they hash keys of slots, the calling thread changes the
 * tries, they hash subtries, and the calling thread what is above.
 * @throws WorkerDiedError, WorkerTimeoutError, EngineFaultError, CancelledError
 */
export async function computeStateRoot(
  { core, workers }: Pick<EngineParts, 'core' | 'workers'>,
  place: ErrorPlace,
  pulse: Pulse = new Pulse(),
): Promise<Uint8Array> {
  const { exports, memory } = core
  const isSimulation = isSimulated(memory)
  const share = async (kind: number, pieces: number, microsecondsAPiece: number): Promise<void> => {
    memory.refresh()
    if (pieces < 2) return
    postJob(memory, kind, pieces)
    const gainUs = evenGain(workers.count, pieces, microsecondsAPiece)
    await workers.run({ kind, pieces, gainUs, place, pulse })
    checkStopped(memory, place, pulse.signal)
  }
  // A simulation begins with the first block
  const isShared = workers.count > 1 && !(isSimulation && place.block === 0)
  if (isShared) {
    const keys = isSimulation ? SIMULATED_PIECE : KEYS_A_PIECE
    await share(JOB_KEYS, exports.planKeys(keys), keys * MICROSECONDS_A_KEY)
  }
  await updateTries(core, pulse)
  const alone = isShared ? CHANGES_A_PIECE : CHANGES_AT_ONCE
  const changes = isShared && isSimulation ? SIMULATED_PIECE : alone
  await share(JOB_TRIES, exports.planPieces(changes), MICROSECONDS_A_PIECE)
  return readStateRoot(core)
}
