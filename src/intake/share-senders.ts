/**
 * The senders of a block on all threads at once. Each thread gets one small batch after the other,
 * and so does the calling thread, until none is left: who is faster does more. Batches get smaller
 * towards the end, so that all are done at about the same time.
 */

import { signedHash, type Transaction } from './transaction.js'
import { HASH_BYTES, bigIntToBytes } from '../base/bytes.js'
import {
  SIGNED_HASH_BYTES,
  SIGNER_BYTES,
  loadRecoverSigners,
} from '../crypto/recover-signers.js'
import { keccak256, type Keccak256 } from '../crypto/keccak256.js'
import { InvalidTransactionError, throwIfCancelled, type ErrorPlace } from '../base/errors.js'
import type { SignerRecovery } from '../threads/workers.js'
import { Pulse, nextTask } from '../base/pulse.js'
import type { CancelSignal } from '../base/types.js'

/** Below this the threads are not worth waking. */
export const WORTH_SHARING = 64

/** At some 60 µs a recovery, 4 ms of a thread: a message costs 100 µs of both. */
const THREAD_BATCH = 64
/** One is computed while the answer to the other is on its way. */
const BATCHES_AHEAD = 2
/** Short, since threads that are done wait for this one to listen. */
const OWN_BATCH = 16
const LEAST_BATCH = 4

export interface ShareOptions {
  readonly signal?: CancelSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly place?: ErrorPlace
  readonly keccak256?: Keccak256
}

/** Transactions `from` to `to` − 1. */
interface Batch {
  readonly from: number
  readonly to: number
}

/**
 * @param threads a recovery by each thread that helps, or none; one that rejects is not asked again
 * @returns 20 bytes each
 * @throws InvalidTransactionError for the first bad signature, CancelledError
 */
export async function shareSenders(
  transactions: readonly Transaction[],
  threads: readonly SignerRecovery[],
  options: ShareOptions,
): Promise<Uint8Array[]> {
  const { keccak256: hash = keccak256, onProgress, signal } = options
  const recoverHere = await loadRecoverSigners(hash)
  const total = transactions.length
  const signers = new Uint8Array(total * SIGNER_BYTES)
  const dropped: Batch[] = []
  let next = 0
  let done = 0
  // What all have before them or in hand, if each takes as much as this
  const shares = threads.length * BATCHES_AHEAD + 1
  const take = (most: number): Batch | undefined => {
    if (next >= total || signal?.aborted === true) return dropped.pop()
    const from = next
    const fair = Math.max(LEAST_BATCH, Math.ceil((total - from) / shares / 2))
    next = Math.min(total, from + Math.min(most, fair))
    return { from, to: next }
  }
  const accept = ({ from, to }: Batch, found: Uint8Array): void => {
    signers.set(found, from * SIGNER_BYTES)
    done += to - from
    onProgress?.(done, total)
  }
  const feed = async (recover: SignerRecovery): Promise<void> => {
    for (let batch = take(THREAD_BATCH); batch !== undefined; batch = take(THREAD_BATCH)) {
      try {
        accept(batch, await recover(packBatch(transactions, batch, hash)))
      } catch {
        dropped.push(batch)
        return
      }
    }
  }
  const feeding = threads.flatMap((recover) =>
    Array.from({ length: BATCHES_AHEAD }, () => feed(recover)),
  )
  const recoverRest = async (): Promise<void> => {
    for (let batch = take(OWN_BATCH); batch !== undefined; batch = take(OWN_BATCH)) {
      accept(batch, recoverHere(packBatch(transactions, batch, hash)))
      if (done < total) await nextTask()
    }
  }
  await recoverRest()
  await Promise.all(feeding)
  // What a thread that has died leaves
  await recoverRest()
  const cancelled = 'recovery of senders was cancelled'
  throwIfCancelled(signal, cancelled)
  const senders: Uint8Array[] = []
  const read = (i: number): void => void senders.push(readSigner(signers, i, options.place))
  await new Pulse(signal, cancelled).steps(total, read)
  return senders
}

function packBatch(
  transactions: readonly Transaction[],
  { from, to }: Batch,
  hash: Keccak256,
): Uint8Array {
  const items = new Uint8Array((to - from) * SIGNED_HASH_BYTES)
  for (let i = from; i < to; i++) {
    const tx = transactions[i]!
    const at = (i - from) * SIGNED_HASH_BYTES
    items.set(signedHash(tx, hash), at)
    items.set(bigIntToBytes(tx.r, HASH_BYTES, 'r'), at + HASH_BYTES)
    items.set(bigIntToBytes(tx.s, HASH_BYTES, 's'), at + 2 * HASH_BYTES)
    items[at + 3 * HASH_BYTES] = tx.yParity
  }
  return items
}

function readSigner(signers: Uint8Array, tx: number, place: ErrorPlace = {}): Uint8Array {
  const at = tx * SIGNER_BYTES
  if (signers[at] === 1) return signers.slice(at + 1, at + SIGNER_BYTES)
  const details = { place: { ...place, tx }, expected: 'a signature by some key' }
  throw new InvalidTransactionError('invalid-signature', 'transaction refused', details)
}
