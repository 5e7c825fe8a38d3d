/**
 * What a virtual block commits to of each message (PROTOCOL 7), written after the last round: a
 * part of a round at a time, so that the encodings of a million messages never lie beside them.
 */
import {
  ACCOUNT_ADDRESS, MESSAGE_DATA, MESSAGE_DATA_SIZE, MESSAGE_FROM_ACCOUNT, MESSAGE_GAS,
  MESSAGE_GAS_USED, MESSAGE_ID, MESSAGE_PARENT, MESSAGE_STATUS, MESSAGE_TO_ACCOUNT, MESSAGE_VALUE,
} from '../abi/records';
import { STATUS_SUCCESS } from '../abi/status';
import { LEAF_HASH_BYTES, addLeaf, beginLeaves, endLeaves } from './ordered-leaves';
import {
  EMPTY_STRING, LIST_HEADER_ROOM, prependListHeader, writeAddress, writeHash, writeString, writeU64,
  writeWord,
} from './rlp';

/** A list of all fields but the data takes 80 to 160 bytes: with as much data as this its header is
 * of 2 bytes, 0xf8 and the size. */
const SMALL_DATA: u32 = 64;
const SHORT_HEADER: usize = 2;

/**
 * Writes `rlp([id, parentId, from, to, value, gas, data, status, gasUsed])` of `count` messages,
 * given as u32 pointers, to `out`, one after the other, and where each ends, counted from `out`, to
 * `ends` (u32 each). They are the messages from `first` on of a virtual block of `total`: the
 * hashes of their leaves go to `leaves`, 32 bytes each, if that is not 0. Returns the bytes
 * written.
 */
export function encodeMessages(
  messages: usize, count: u32, out: usize, ends: usize, first: u32, total: u32, leaves: usize,
): u32 {
  let at = out;
  beginLeaves();
  for (let i: u32 = 0; i < count; i++) {
    const size = encodeMessage(at, load<u32>(messages + (<usize>i << 2)));
    if (leaves != 0) {
      addLeaf(first + i, total, at, <u32>size, leaves + <usize>i * LEAF_HASH_BYTES);
    }
    at += size;
    store<u32>(ends + (<usize>i << 2), <u32>(at - out));
  }
  endLeaves();
  return <u32>(at - out);
}

function encodeMessage(out: usize, message: usize): usize {
  const dataSize = load<u32>(message, MESSAGE_DATA_SIZE);
  const payload = out + (dataSize <= SMALL_DATA ? SHORT_HEADER : LIST_HEADER_ROOM);
  const parent = <usize>load<u32>(message, MESSAGE_PARENT);
  let at = payload;
  at += writeHash(at, message + MESSAGE_ID);
  if (parent == 0) store<u8>(at++, EMPTY_STRING);
  else at += writeHash(at, parent + MESSAGE_ID);
  at += writeAddress(at, <usize>load<u32>(message, MESSAGE_FROM_ACCOUNT) + ACCOUNT_ADDRESS);
  at += writeAddress(at, <usize>load<u32>(message, MESSAGE_TO_ACCOUNT) + ACCOUNT_ADDRESS);
  at += writeWord(at, message + MESSAGE_VALUE);
  at += writeU64(at, message + MESSAGE_GAS);
  at += writeString(at, load<u32>(message, MESSAGE_DATA), dataSize);
  store<u8>(at++, load<u32>(message, MESSAGE_STATUS) == STATUS_SUCCESS ? 1 : EMPTY_STRING);
  at += writeU64(at, message + MESSAGE_GAS_USED);
  const start = prependListHeader(payload, at - payload);
  if (start != out) memory.copy(out, start, at - start);
  return at - start;
}
