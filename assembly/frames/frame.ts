// The frame that runs, held in Wasm globals: they belong to this instance, so to one worker. A
// call does not recurse: it saves these globals in a frame record, fills them for the callee, and
// the interpreter's loop goes on with what it finds here (calls.ts). The interpreter keeps IP, SP
// and GAS in locals and hands them over around each instruction that may switch frames.

/** Next record of the decoded stream. */
export let IP: usize = 0;
/** Top word of the operand stack, which grows downward; STACK_BASE when it is empty. */
export let SP: usize = 0;
/** Gas left. Negative is out of gas. */
export let GAS: i64 = 0;
export let STACK_BASE: usize = 0;
/** SP may not go below: STACK_BASE - 1024 words. */
export let STACK_LIMIT: usize = 0;

/** First byte of the frame's memory; MEMORY_SIZE bytes (a multiple of 32) are zeroed and paid
 * for. */
export let MEMORY: usize = 0;
export let MEMORY_SIZE: u64 = 0;
/** A 32-byte access at an offset below this needs no expansion: MEMORY_SIZE - 31, or 0. */
export let MEMORY_FAST: u64 = 0;

/** First byte after the region that the frame's memory lies in, and the region: 0 is the arena
 * (memory-regions.ts). */
export let MEMORY_END: usize = 0;
export let REGION: usize = 0;

/** Raw code, its length, and its decoded form (stream.ts DECODED_*). 33 zero bytes follow the code
 *  of accounts; initcode lies in the creator's memory and has none. */
export let CODE: usize = 0;
export let CODE_SIZE: u32 = 0;
export let DECODED: usize = 0;
/** Its jump table, and the length of that: 0 where there is none yet (stream.ts). */
export let JUMP_TABLE: usize = 0;
export let JUMP_LIMIT: u32 = 0;

/** Input; nothing is known of the bytes after its end. */
export let CALLDATA: usize = 0;
export let CALLDATA_SIZE: u32 = 0;
/** Account whose state the frame works on (ADDRESS), and the caller's account. */
export let SELF: usize = 0;
export let CALLER: usize = 0;
/** Word: CALLVALUE. */
export let CALL_VALUE: usize = 0;
/** No state change (EIP-214). */
export let STATIC: bool = false;
/** Below a STATICCALL on the snapshot (PROTOCOL 4). */
export let SNAPSHOT: bool = false;

/** What the last call of this frame returned. */
export let RETURN_DATA: usize = 0;
export let RETURN_DATA_SIZE: u32 = 0;

/** Gas that the last call had left for its own frame, or the last creation for frame and child,
 * before anything came back; only a trace asks for it. */
export let KEPT: i64 = -1;

/** Transaction record: ORIGIN, GASPRICE, BLOBHASH. */
export let TX: usize = 0;
/** Message that the activation in progress delivers, parent of what it emits; 0 = none. */
export let DELIVERED: usize = 0;
/** The outermost frame has ended: the interpreter leaves its loop. */
export let DONE: bool = false;

export function setMachine(ip: usize, sp: usize, gas: i64): void {
  IP = ip;
  SP = sp;
  GAS = gas;
}
export function setGas(gas: i64): void {
  GAS = gas;
}
export function setStack(base: usize): void {
  STACK_BASE = base;
  STACK_LIMIT = base - 32768;
}
export function setRegion(region: usize, end: usize): void {
  REGION = region;
  MEMORY_END = end;
}
export function setMemory(base: usize, size: u64): void {
  MEMORY = base;
  MEMORY_SIZE = size;
  MEMORY_FAST = size == 0 ? 0 : size - 31;
}
export function setCode(code: usize, size: u32): void {
  CODE = code;
  CODE_SIZE = size;
}
export function setDecoded(decoded: usize, jumpTable: usize): void {
  DECODED = decoded;
  JUMP_TABLE = jumpTable;
  JUMP_LIMIT = jumpTable == 0 ? 0 : CODE_SIZE;
}
export function setInput(ptr: usize, size: u32): void {
  CALLDATA = ptr;
  CALLDATA_SIZE = size;
}
export function setParties(self: usize, caller: usize, value: usize): void {
  SELF = self;
  CALLER = caller;
  CALL_VALUE = value;
}
export function setModes(isStatic: bool, snapshot: bool): void {
  STATIC = isStatic;
  SNAPSHOT = snapshot;
}
export function setReturnData(ptr: usize, size: u32): void {
  RETURN_DATA = ptr;
  RETURN_DATA_SIZE = size;
}
export function setKept(gas: i64): void {
  KEPT = gas;
}
export function setTransaction(tx: usize): void {
  TX = tx;
}
export function setDelivered(message: usize): void {
  DELIVERED = message;
}
export function setDone(done: bool): void {
  DONE = done;
}
