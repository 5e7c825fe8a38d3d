/**
 * What ordered tries are made of, encoded and hashed in pieces, which threads claim. A piece writes
 * nothing but where its record says.
 */
import { LEAF_PIECES } from '../abi/memory-map';
import {
  LEAF_PIECE_COUNT, LEAF_PIECE_FIRST, LEAF_PIECE_ITEMS, LEAF_PIECE_KIND, LEAF_PIECE_LEAVES,
  LEAF_PIECE_SIZE, LEAF_PIECE_TOTAL, LEAVES_OF_RECEIPTS, LEAVES_OF_VALUES,
} from '../abi/records';
import { LEAF_HASH_BYTES, addLeaf, beginLeaves, endLeaves } from './ordered-leaves';
import { encodeReceipts } from './receipts';
import { encodeMessages } from './virtual-block';

/** Any thread. */
export function runLeafPiece(index: u32): void {
  const piece = <usize>load<u32>(LEAF_PIECES) + <usize>index * LEAF_PIECE_SIZE;
  const kind = load<u32>(piece, LEAF_PIECE_KIND);
  if (kind == LEAVES_OF_VALUES) hashValues(piece);
  else if (kind == LEAVES_OF_RECEIPTS) encodeReceipts(piece);
  else encodeMessages(piece);
}

function hashValues(piece: usize): void {
  const count = load<u32>(piece, LEAF_PIECE_COUNT);
  const first = load<u32>(piece, LEAF_PIECE_FIRST);
  const total = load<u32>(piece, LEAF_PIECE_TOTAL);
  let value = <usize>load<u32>(piece, LEAF_PIECE_ITEMS);
  let leaf = <usize>load<u32>(piece, LEAF_PIECE_LEAVES);
  beginLeaves();
  for (let i: u32 = 0; i < count; i++) {
    addLeaf(first + i, total, load<u32>(value), load<u32>(value, 4), leaf);
    value += 8;
    leaf += LEAF_HASH_BYTES;
  }
  endLeaves();
}
