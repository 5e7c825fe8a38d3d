// Contract code, one record per code hash, shared by all workers and never dropped. The decoded
// form is made by the first worker that runs the code and published with a release store; two
// workers may decode at the same time, then one result is simply unused.

import { CODE_INDEX, LOCK_CODES } from "../abi/memory-map";
import {
  CODE_BYTES, CODE_DELEGATE, CODE_HASH, CODE_IS_DELEGATION, CODE_LENGTH, CODE_SIZE_BYTES,
  INDEX_COUNT, INDEX_ENTRIES, INDEX_MASK,
} from "../abi/records";
import { keccak256 } from "../crypto/keccak256";
import { u256LoadAddress } from "../u256/bytes";
import { SCRATCH, SCRATCH_STATE } from "../scratch";
import { retireIndex, takeIndex } from "./free-lists";
import { allocate } from "./heap";
import { acquire, release } from "./lock";

const FIRST_INDEX_BITS: u32 = 8;
/** Readable zero bytes after the code: the longest PUSH and the implicit STOP. */
const CODE_PADDING: u32 = 33;

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
    code = allocate(CODE_SIZE_BYTES);
    memory.copy(code + CODE_HASH, hash, 32);
    const bytes = allocate(size + CODE_PADDING);
    memory.copy(bytes, ptr, size);
    store<u32>(code, size, CODE_LENGTH);
    store<u32>(code, <u32>bytes, CODE_BYTES);
    if (isDelegation(ptr, size)) {
      const word = SCRATCH + SCRATCH_STATE;
      u256LoadAddress(word, bytes + 3);
      memory.copy(code + CODE_DELEGATE, word, 24);
      store<u32>(code, 1, CODE_IS_DELEGATION);
    }
    publish(code);
  }
  release(LOCK_CODES);
  return code;
}

/** Record of the code with this hash (32 big-endian bytes), or 0. Under the lock or between rounds.
 * */
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

function publish(code: usize): void {
  let index = <usize>load<u32>(CODE_INDEX);
  const entries = load<u32>(index, INDEX_MASK) + 1;
  const count = load<u32>(index, INDEX_COUNT) + 1;
  if (count > entries >> 1) {
    const larger = takeIndex(entries << 1);
    for (let i: u32 = 0; i < entries; i++) {
      const old = <usize>load<u32>(index + INDEX_ENTRIES + (<usize>i << 2));
      if (old != 0) put(larger, old);
    }
    store<u32>(CODE_INDEX, <u32>larger);
    retireIndex(index);
    index = larger;
  }
  store<u32>(index, count, INDEX_COUNT);
  put(index, code);
}

function put(index: usize, code: usize): void {
  const mask = load<u32>(index, INDEX_MASK);
  let i = load<u32>(code, CODE_HASH) & mask;
  while (load<u32>(index + INDEX_ENTRIES + (<usize>i << 2)) != 0) i = (i + 1) & mask;
  store<u32>(index + INDEX_ENTRIES + (<usize>i << 2), <u32>code);
}
