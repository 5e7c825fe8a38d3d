/**
 * The keys of leaves that the next update of the tries will touch: a hash for each slot that was
 * written (node.ts), which threads can make in pieces before the update, and the update by itself.
 *
 * A leaf that has its key is dirty, and the nodes above it are not yet. If the update does not come
 * about, restoreTries makes up for that.
 */
import {
  MAX_WORKERS, TRIE_KEYS, WORKERS, WORKER_LOG_FOLLOWED, WORKER_LOG_HEAD, WORKER_SIZE,
} from '../abi/memory-map';
import {
  BLOCK_LOG_KIND, BLOCK_LOG_NEXT, BLOCK_LOG_SLOT, BLOCK_LOG_SLOT_PTR, SLOT_LEAF,
} from '../abi/records';
import { allocateForBlock } from '../memory/heap';
import { markDirty } from '../nodes/node';
import { noteUpdate } from './state-trie';

/** At TRIE_KEYS: u32 how many leaves, u32 how many a piece, u32 pointers to them. */
const KEYS_COUNT: usize = 0;
const KEYS_A_PIECE: usize = 4;
const KEYS_LEAVES: usize = 8;

/** Shares out the keys of what was logged since the last update, so many to a piece. Returns the
 * number of pieces. */
export function planKeys(most: u32): u32 {
  noteUpdate();
  const count = listLeaves(0);
  const keys = allocateForBlock(<u32>KEYS_LEAVES + (count << 2));
  store<u32>(keys, count, KEYS_COUNT);
  store<u32>(keys, most, KEYS_A_PIECE);
  listLeaves(keys + KEYS_LEAVES);
  store<u32>(TRIE_KEYS, <u32>keys);
  return (count + most - 1) / most;
}

/** Makes the keys of one piece. Any thread. */
export function runKeyPiece(index: u32): void {
  const keys = <usize>load<u32>(TRIE_KEYS);
  const most = load<u32>(keys, KEYS_A_PIECE);
  const end = min(load<u32>(keys, KEYS_COUNT), (index + 1) * most);
  for (let i = index * most; i < end; i++) {
    markDirty(load<u32>(keys + KEYS_LEAVES + (<usize>i << 2)));
  }
}

/** Writes pointers to the leaves to `out`, unless that is 0, and returns how many there are. */
function listLeaves(out: usize): u32 {
  let count: u32 = 0;
  for (let id = 0; id < MAX_WORKERS; id++) {
    const worker: usize = WORKERS + id * WORKER_SIZE;
    const end = <usize>load<u32>(worker, WORKER_LOG_FOLLOWED);
    let entry = <usize>load<u32>(worker, WORKER_LOG_HEAD);
    for (; entry != end; entry = load<u32>(entry, BLOCK_LOG_NEXT)) {
      if (load<u32>(entry, BLOCK_LOG_KIND) != BLOCK_LOG_SLOT) continue;
      const leaf = load<u32>(<usize>load<u32>(entry, BLOCK_LOG_SLOT_PTR), SLOT_LEAF);
      if (leaf == 0) continue;
      if (out != 0) store<u32>(out + (<usize>count << 2), leaf);
      count++;
    }
  }
  return count;
}
