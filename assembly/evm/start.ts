// The first instruction of a frame: its code, decoded once for each code hash and revision, as far
// as it runs (late-decoder.ts).
// Initcode is decoded for one run, in one buffer for the worker: a constructor that creates loses
// the buffer to the inner one and decodes again when it goes on. So nesting costs time (a
// creation costs 32,000 gas, which pays for it) and not memory: 1.7 MB for 48 KiB of initcode
// would exhaust the arena 40 deep.

import { CODE_BYTES, CODE_DECODED, CODE_LENGTH } from "../abi/records";
import { DECODING, TRACED } from "../state/context";
import { FAULT_EVM_MEMORY } from "../abi/memory-map";
import { allocate, allocateRegion, fault } from "../state/heap";
import {
  DECODED_JUMP_TABLE, DECODED_REVISION, DECODED_START, decodeInto, decodedBytes,
} from "./decoder";
import { CODE, CODE_SIZE, DECODED, STACK_BASE, setCode, setMachine } from "./frame";
import { FRAME } from "./frames";
import { beginCode } from "./late-decoder";

/** Point the globals at the beginning of a code record; the stack is empty. */
export function startCode(record: usize, gas: i64): void {
  const bytes = <usize>load<u32>(record, CODE_BYTES);
  const size = load<u32>(record, CODE_LENGTH);
  let decoded = <usize>atomic.load<u32>(record + CODE_DECODED);
  if (decoded == 0 || load<i32>(decoded, DECODED_REVISION) != DECODING) {
    decoded = TRACED ? decodeAll(bytes, size) : beginCode(bytes, size);
    atomic.store<u32>(record + CODE_DECODED, <u32>decoded);
  }
  startDecoded(bytes, size, decoded, gas);
}

function decodeAll(bytes: usize, size: u32): usize {
  const decoded = allocate(decodedBytes(bytes, size));
  decodeInto(decoded, bytes, size);
  return decoded;
}

function startDecoded(bytes: usize, size: u32, decoded: usize, gas: i64): void {
  setCode(bytes, size, decoded, load<u32>(decoded, DECODED_JUMP_TABLE));
  setMachine(load<u32>(decoded, DECODED_START), STACK_BASE, gas);
}

// ---- initcode
// -------------------------------------------------------------------------------------

const FIRST_BUFFER_BYTES: u32 = 2097152;
/** Initcode that needs more is a fault; EIP-3860's 48 KiB need 1.7 MB. */
const MOST_BUFFER_BYTES: u32 = 268435456;

let buffer: usize = 0;
let bufferBytes: u32 = 0;
/** Record of the frame whose initcode is in the buffer. */
let owner: usize = 0;

/** The buffer's memory is given back. */
export function forgetInitcode(): void {
  buffer = 0;
  bufferBytes = 0;
  owner = 0;
}

/** Point the globals at the beginning of initcode, which lies where its creator keeps it. */
export function startInitcode(code: usize, size: u32, gas: i64): void {
  const needed = decodedBytes(code, size);
  if (needed > bufferBytes) enlarge(needed);
  decodeInto(buffer, code, size);
  owner = FRAME;
  startDecoded(code, size, buffer, gas);
}

/** Frames that run from a buffer that was left behind keep it. */
function enlarge(needed: u32): void {
  if (needed > MOST_BUFFER_BYTES) fault(FAULT_EVM_MEMORY, needed);
  let bytes = max(bufferBytes, FIRST_BUFFER_BYTES);
  while (bytes < needed) bytes <<= 1;
  buffer = allocateRegion(bytes);
  bufferBytes = bytes;
}

/** A frame goes on: if it runs from the buffer and another has used that, decode again. Decoding is
 *  deterministic, so the frame's place in the stream is still right. */
export function resumeCode(): void {
  if (DECODED != buffer || owner == FRAME) return;
  decodeInto(buffer, CODE, CODE_SIZE);
  owner = FRAME;
}
