// The first instruction of a frame: its code, decoded once for each code hash and revision.

import { CODE_BYTES, CODE_DECODED, CODE_LENGTH } from "../abi/records";
import { REV } from "../state/context";
import { allocate } from "../state/heap";
import {
  DECODED_JUMP_TABLE, DECODED_REVISION, DECODED_START, decodeInto, decodedBytes,
} from "./decoder";
import { STACK_BASE, setCode, setMachine } from "./frame";

/** Point the globals at the beginning of a code record; the stack is empty. */
export function startCode(record: usize, gas: i64): void {
  let decoded = <usize>atomic.load<u32>(record + CODE_DECODED);
  const bytes = <usize>load<u32>(record, CODE_BYTES);
  const size = load<u32>(record, CODE_LENGTH);
  if (decoded == 0 || load<i32>(decoded, DECODED_REVISION) != REV) {
    decoded = allocate(decodedBytes(bytes, size));
    decodeInto(decoded, bytes, size);
    atomic.store<u32>(record + CODE_DECODED, <u32>decoded);
  }
  startDecoded(bytes, size, decoded, gas);
}

export function startDecoded(bytes: usize, size: u32, decoded: usize, gas: i64): void {
  setCode(bytes, size, decoded, load<u32>(decoded, DECODED_JUMP_TABLE));
  setMachine(load<u32>(decoded, DECODED_START), STACK_BASE, gas);
}
