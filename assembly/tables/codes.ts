// Contract code, one record per code hash, shared by all workers. It knows how many accounts have
// it; one that none has when a block ends is dropped, be it that it was never committed.

import { CODE_INDEX, LAST_CODE, LOCK_CODES, WORKER_LOOSE_CODES } from '../abi/memory-map';
import {
  CODE_DELEGATE, CODE_HASH, CODE_IS_DELEGATION, CODE_LENGTH, CODE_LISTED, CODE_NEXT, CODE_NUMBER,
  CODE_USES, INDEX_COUNT, INDEX_ENTRIES, INDEX_MASK,
} from '../abi/records';
import { keccak256 } from '../crypto/keccak256';
import { retireIndex, takeIndex } from '../memory/free-lists';
import { WORKER } from '../memory/heap';
import { acquire, release } from '../memory/lock';
import { SCRATCH, SCRATCH_STATE } from '../memory/scratch';
import { KIND_CODE, takeRecord } from '../memory/slabs';
import { u256LoadAddress } from '../u256/bytes';
import { storeBytes } from './code-bytes';

const FIRST_INDEX_BITS: u32 = 8;

export function initialiseCodes(): void {
  store<u32>(CODE_INDEX, <u32>takeIndex(1 << FIRST_INDEX_BITS));
}

/** EIP-7702: 0xef0100 ‖ address. */
function isDelegation(ptr: usize, size: u32): bool {
  return size == 23 && load<u16>(ptr) == 0x01ef && load<u8>(ptr, 2) == 0;
}

/** Record of the code at `ptr`; 0 for empty code. */
export function codeOf(ptr: usize, size: u32): usize {
  if (size == 0) return 0;
  const hash = SCRATCH + SCRATCH_STATE + 64;
  keccak256(hash, ptr, size);
  acquire(LOCK_CODES);
  let code = findCode(hash);
  if (code == 0) {
    // What needs memory comes first, so that nothing is half done where that runs out.
    const index = indexWithRoom();
    code = takeRecord(KIND_CODE);
    storeBytes(code, ptr, size);
    memory.copy(code + CODE_HASH, hash, 32);
    store<u32>(code, size, CODE_LENGTH);
    const number = load<u32>(LAST_CODE) + 1;
    store<u32>(LAST_CODE, number);
    store<u32>(code, number, CODE_NUMBER);
    if (isDelegation(ptr, size)) {
      const word = SCRATCH + SCRATCH_STATE;
      u256LoadAddress(word, ptr + 3);
      memory.copy(code + CODE_DELEGATE, word, 24);
      store<u32>(code, 1, CODE_IS_DELEGATION);
    }
    // Before it can be found: the sweep drops it if no account comes to have it.
    list(code);
    store<u32>(index, load<u32>(index, INDEX_COUNT) + 1, INDEX_COUNT);
    put(index, code);
  }
  release(LOCK_CODES);
  return code;
}

/** Record of the code with this hash (32 big-endian bytes), or 0. Under the lock or between
 * rounds. */
export function findCode(hash: usize): usize {
  const index = <usize>load<u32>(CODE_INDEX);
  const mask = load<u32>(index, INDEX_MASK);
  let i = load<u32>(hash) & mask;
  while (true) {
    const code = <usize>load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (code == 0) return 0;
    if (sameHash(code + CODE_HASH, hash)) return code;
    i = (i + 1) & mask;
  }
}

@inline
function sameHash(a: usize, b: usize): bool {
  return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a, 8) ^ load<u64>(b, 8)) |
    (load<u64>(a, 16) ^ load<u64>(b, 16)) | (load<u64>(a, 24) ^ load<u64>(b, 24))) == 0;
}

/** Under the lock, as below. */
function indexWithRoom(): usize {
  const index = <usize>load<u32>(CODE_INDEX);
  const entries = load<u32>(index, INDEX_MASK) + 1;
  if (load<u32>(index, INDEX_COUNT) + 1 <= entries >> 1) return index;
  const larger = takeIndex(entries << 1);
  store<u32>(larger, load<u32>(index, INDEX_COUNT), INDEX_COUNT);
  for (let i: u32 = 0; i < entries; i++) {
    const old = <usize>load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
    if (old != 0) put(larger, old);
  }
  store<u32>(CODE_INDEX, <u32>larger);
  retireIndex(index);
  return larger;
}

function put(index: usize, code: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  let i = load<u32>(code, CODE_HASH) & mask;
  while (load<u32>(index + INDEX_ENTRIES + (<usize>i << 2)) != 0) i = (i + 1) & mask;
  store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>code);
}

// ---- who has it --------------------------------------------------------------------------------

/** Another code, or none, into the field of an account's live view. A thread that is killed in
 * between may leave a code that is never dropped, but none that is too early. */
export function replaceCode(field: usize, code: usize): void {
  const old = <usize>load<u32>(field);
  if (old == code) return;
  if (code != 0) atomic.add<u32>(code + CODE_USES, 1);
  store<u32>(field, <u32>code);
  if (old != 0 && atomic.sub<u32>(old + CODE_USES, 1) == 1) list(old);
}

/** For the sweep to look at. */
function list(code: usize): void {
  if (atomic.cmpxchg<u32>(code + CODE_LISTED, 0, 1) != 0) return;
  store<u32>(code, load<u32>(WORKER, WORKER_LOOSE_CODES), CODE_NEXT);
  store<u32>(WORKER, <u32>code, WORKER_LOOSE_CODES);
}
