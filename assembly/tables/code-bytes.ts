// The bytes of codes: in chunks of a megabyte, one behind the other. Only a code's record points at
// them, so between blocks they may move: where half of a chunk is of codes that are no more, the
// others go elsewhere, and its pages are given back.
//
//   chunk    {used u32, dead u32, pages u32, next to clean u32} | entry | entry | …
//   entry    {record u32, size u32, chunk u32, pad} | bytes, to a multiple of 8
//
// An entry is of its record as long as that points at its bytes.

import { CODE_CHUNK, PAGE_BYTES, PAGE_STATE } from '../abi/memory-map';
import { CODE_BYTES, CODE_LENGTH } from '../abi/records';
import { faultMemory, freePages, pagesFor, takePages, takePagesIfThere } from '../memory/pages';

const USED: usize = 0;
const DEAD: usize = 4;
const PAGE_COUNT: usize = 8;
const NEXT: usize = 12;
const CHUNK_HEADER: u32 = 16;

const RECORD: usize = 0;
const SIZE: usize = 4;
const CHUNK: usize = 8;
const ENTRY_HEADER: u32 = 16;

const CHUNK_PAGES: u32 = 16;

/** Chunks to clean: of which more than half is dead. */
let dirty: usize = 0;

@inline
function entryBytes(size: u32): u32 {
  return ENTRY_HEADER + ((size + 7) & ~7);
}

/** Under the lock of codes: copies the bytes, and makes the record point at them. */
export function storeBytes(record: usize, ptr: usize, size: u32): void {
  let chunk = <usize>load<u32>(CODE_CHUNK);
  if (chunk == 0 || room(chunk) < entryBytes(size)) chunk = newChunk(entryBytes(size));
  append(chunk, record, ptr, size);
}

@inline
function room(chunk: usize): u32 {
  return load<u32>(chunk, PAGE_COUNT) * <u32>PAGE_BYTES - load<u32>(chunk, USED);
}

function append(chunk: usize, record: usize, ptr: usize, size: u32): void {
  const used = load<u32>(chunk, USED);
  const entry = chunk + used;
  store<u32>(entry, <u32>record, RECORD);
  store<u32>(entry, size, SIZE);
  store<u32>(entry, <u32>chunk, CHUNK);
  memory.copy(entry + ENTRY_HEADER, ptr, size);
  store<u32>(chunk, used + entryBytes(size), USED);
  store<u32>(record, <u32>entry + ENTRY_HEADER, CODE_BYTES);
}

function newChunk(bytes: u32): usize {
  const least = pagesFor(bytes + CHUNK_HEADER);
  let count = max(CHUNK_PAGES, least);
  let chunk = takePages(count, PAGE_STATE, false);
  if (chunk == 0) {
    count = least;
    chunk = takePages(count, PAGE_STATE, false);
    if (chunk == 0) faultMemory(bytes);
  }
  return begin(chunk, count, bytes);
}

/** A large code has a chunk for itself. */
function begin(chunk: usize, count: u32, bytes: u32): usize {
  store<u32>(chunk, CHUNK_HEADER, USED);
  store<u32>(chunk, 0, DEAD);
  store<u32>(chunk, count, PAGE_COUNT);
  store<u32>(chunk, 0, NEXT);
  const current = <usize>load<u32>(CODE_CHUNK);
  if (current == 0 || room(chunk) - bytes >= room(current)) store<u32>(CODE_CHUNK, <u32>chunk);
  return chunk;
}

/** Between blocks: the record's bytes are nobody's any more. */
export function dropBytes(record: usize): void {
  const entry = <usize>load<u32>(record, CODE_BYTES) - ENTRY_HEADER;
  const chunk = <usize>load<u32>(entry, CHUNK);
  const before = load<u32>(chunk, DEAD);
  const dead = before + entryBytes(load<u32>(record, CODE_LENGTH));
  const half = load<u32>(chunk, USED) >> 1;
  store<u32>(record, 0, CODE_BYTES);
  store<u32>(chunk, dead, DEAD);
  if (before > half || dead <= half) return;
  store<u32>(chunk, <u32>dirty, NEXT);
  dirty = chunk;
}

/** After that: pages that are half empty are given back. */
export function cleanBytes(): void {
  while (dirty != 0) {
    const chunk = dirty;
    dirty = load<u32>(chunk, NEXT);
    clean(chunk);
  }
}

function clean(chunk: usize): void {
  if (chunk == <usize>load<u32>(CODE_CHUNK)) return slide(chunk);
  const end = chunk + load<u32>(chunk, USED);
  for (let entry = chunk + CHUNK_HEADER; entry < end;) {
    const size = load<u32>(entry, SIZE);
    if (isAlive(entry)) {
      const other = roomElsewhere(entryBytes(size));
      if (other == 0) return slide(chunk);
      append(other, load<u32>(entry, RECORD), entry + ENTRY_HEADER, size);
    }
    entry += entryBytes(size);
  }
  freePages(chunk, load<u32>(chunk, PAGE_COUNT));
}

@inline
function isAlive(entry: usize): bool {
  const record = <usize>load<u32>(entry, RECORD);
  return load<u32>(record, CODE_BYTES) == <u32>entry + ENTRY_HEADER;
}

/** A chunk with room, or 0 where there is no memory for one. */
function roomElsewhere(bytes: u32): usize {
  const current = <usize>load<u32>(CODE_CHUNK);
  if (current != 0 && room(current) >= bytes) return current;
  const count = max(CHUNK_PAGES, pagesFor(bytes + CHUNK_HEADER));
  const chunk = takePagesIfThere(count, PAGE_STATE, false);
  return chunk == 0 ? 0 : begin(chunk, count, bytes);
}

/** What is alive moves to the front. */
function slide(chunk: usize): void {
  const end = chunk + load<u32>(chunk, USED);
  store<u32>(chunk, CHUNK_HEADER, USED);
  store<u32>(chunk, 0, DEAD);
  for (let entry = chunk + CHUNK_HEADER; entry < end;) {
    // Its own header may be written over
    const next = entry + entryBytes(load<u32>(entry, SIZE));
    if (isAlive(entry)) {
      append(chunk, load<u32>(entry, RECORD), entry + ENTRY_HEADER, load<u32>(entry, SIZE));
    }
    entry = next;
  }
}
