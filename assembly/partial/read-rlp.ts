/** Reading RLP (YP appendix B) one item at a time; an encoding that is not the shortest faults. */
import { faultMalformed } from './missing';

const SHORT_STRING: u32 = 0x80;
const LONG_STRING: u32 = 0xb7;
const SHORT_LIST: u32 = 0xc0;
const LONG_LIST: u32 = 0xf7;
const MAX_SHORT: u64 = 55;

/** The item that was read last. */
export let ITEM_IS_LIST: bool = false;
export let ITEM_PAYLOAD: usize = 0;
export let ITEM_END: usize = 0;

/** Reads the item at `at`, which must not end after `end`. `hash`: of the node, for faults. */
export function readItem(at: usize, end: usize, hash: usize): void {
  if (at >= end) faultMalformed(hash);
  const prefix = <u32>load<u8>(at);
  ITEM_IS_LIST = prefix >= SHORT_LIST;
  if (prefix < SHORT_STRING) {
    ITEM_PAYLOAD = at;
    ITEM_END = at + 1;
    return;
  }
  const base = ITEM_IS_LIST ? SHORT_LIST : SHORT_STRING;
  const long = ITEM_IS_LIST ? LONG_LIST : LONG_STRING;
  let payload = at + 1;
  let size: u64 = prefix - base;
  if (prefix > long) {
    const bytes = prefix - long;
    if (bytes > 4 || payload + bytes > end || load<u8>(payload) == 0) faultMalformed(hash);
    size = 0;
    for (let i: u32 = 0; i < bytes; i++) size = (size << 8) | load<u8>(payload + i);
    payload += bytes;
    if (size <= MAX_SHORT) faultMalformed(hash);
  }
  if (size > <u64>(end - payload)) faultMalformed(hash);
  // A single byte below 0x80 is its own encoding.
  if (prefix == SHORT_STRING + 1 && <u32>load<u8>(payload) < SHORT_STRING) faultMalformed(hash);
  ITEM_PAYLOAD = payload;
  ITEM_END = payload + <usize>size;
}
