/**
 * What a virtual block commits to of each message (PROTOCOL 7), written after the last round: a
 * part of a round at a time, so that the encodings of a million messages never lie beside them.
 */
import {
  ACCOUNT_ADDRESS, LEAF_PIECE_BYTES, LEAF_PIECE_COUNT, LEAF_PIECE_ENDS, LEAF_PIECE_FIRST,
  LEAF_PIECE_ITEMS, LEAF_PIECE_LEAVES, LEAF_PIECE_OUT, LEAF_PIECE_TOTAL, MESSAGE_DATA,
  MESSAGE_DATA_SIZE, MESSAGE_FROM_ACCOUNT, MESSAGE_GAS, MESSAGE_GAS_USED, MESSAGE_ID,
  MESSAGE_PARENT, MESSAGE_STATUS, MESSAGE_TO_ACCOUNT, MESSAGE_VALUE,
} from '../abi/records';
import { STATUS_SUCCESS } from '../abi/status';
import {
  EMPTY_STRING, LIST_HEADER_ROOM, prependListHeader, writeAddress, writeHash, writeString, writeU64,
  writeWord,
} from '../nodes/rlp';
import { LEAF_HASH_BYTES, addLeaf, beginLeaves, endLeaves } from './ordered-leaves';

/** A list of all fields but the data takes 80 to 160 bytes: with as much data as this its header is
 * of 2 bytes, 0xf8 and the size. */
const SMALL_DATA: u32 = 64;
const SHORT_HEADER: usize = 2;

/**
 * Of a piece (LEAVES_OF_MESSAGES): writes `rlp([id, parentId, from, to, value, gas, data, status,
 * gasUsed])` of each message, and the hashes of their leaves if they are of a virtual block.
 */
export function encodeMessages(piece: usize): void {
  const count = load<u32>(piece, LEAF_PIECE_COUNT);
  const first = load<u32>(piece, LEAF_PIECE_FIRST);
  const total = load<u32>(piece, LEAF_PIECE_TOTAL);
  const messages = <usize>load<u32>(piece, LEAF_PIECE_ITEMS);
  const out = <usize>load<u32>(piece, LEAF_PIECE_OUT);
  const ends = <usize>load<u32>(piece, LEAF_PIECE_ENDS);
  const leaves = <usize>load<u32>(piece, LEAF_PIECE_LEAVES);
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
  store<u32>(piece, <u32>(at - out), LEAF_PIECE_BYTES);
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
