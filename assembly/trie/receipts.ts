/**
 * Receipts as `receiptsRoot` commits to them (YP 4.3.1, EIP-658, EIP-2718): written from the
 * records that a block leaves behind, with the hashes of their leaves, while they are in the cache.
 */
import {
  ACCOUNT_ADDRESS, LEAF_PIECE_BLOOM, LEAF_PIECE_BYTES, LEAF_PIECE_COUNT, LEAF_PIECE_ENDS,
  LEAF_PIECE_FIRST, LEAF_PIECE_GAS, LEAF_PIECE_ITEMS, LEAF_PIECE_LEAVES, LEAF_PIECE_OUT,
  LEAF_PIECE_ROOTS, LEAF_PIECE_TOTAL, LOG_ACCOUNT, LOG_DATA_SIZE, LOG_NEXT, LOG_TOPICS,
  LOG_TOPIC_COUNT, MESSAGE_LOGS, MESSAGE_LOG_COUNT, MESSAGE_STATUS, MESSAGE_TX, TX_GAS_FINAL,
  TX_LOGS, TX_LOG_COUNT, TX_MESSAGE, TX_STATUS, TX_TYPE,
} from '../abi/records';
import { STATUS_SUCCESS } from '../abi/status';
import { keccak256 } from '../crypto/keccak256';
import { allocateForBlock } from '../memory/heap';
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import {
  EMPTY_STRING, LIST_HEADER_ROOM, prependListHeader, writeAddress, writeHash, writeString, writeU64,
} from '../nodes/rlp';
import { BLOOM_BYTES, addLogToBloom, forgetTopics, joinBloom } from './bloom';
import { LEAF_HASH_BYTES, addLeaf, beginLeaves, endLeaves } from './ordered-leaves';

const TOPIC_BYTES: usize = 32;
const HASH_RLP_BYTES: usize = 33;
/** 0xb9 and two bytes of length. */
const BLOOM_HEADER: u32 = 0x0001b9;
const BLOOM_HEADER_BYTES: usize = 3;

/** Type, list header, status or root, gas, bloom filter, header of the logs. */
const MOST_WITHOUT_LOGS: u32 = 1 + 5 + 33 + 9 + 3 + 256 + 5;
/** A log's header, address, header of its topics, header of its data. */
const MOST_OF_LOG: u32 = 5 + 21 + 5 + 5;
/** Asked for more, memory is exhausted anyway. */
const MOST_ROOM: u64 = 0xf0000000;

/** A number. */
const NUMBER: usize = SCRATCH_FREE + 0x100;

/**
 * Puts the logs of the successful messages (u32 pointers in order of delivery) of one round in
 * front of their transactions' chains, which are newest first: called round after round, a chain
 * is in the order of receipts, by (round, position, log index).
 */
export function gatherLogs(messages: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + (<usize>i << 2));
    const logs = load<u32>(message, MESSAGE_LOG_COUNT);
    if (logs == 0 || load<u32>(message, MESSAGE_STATUS) != STATUS_SUCCESS) continue;
    const tx = <usize>load<u32>(message, MESSAGE_TX);
    const newest = load<u32>(message, MESSAGE_LOGS);
    let oldest = <usize>newest;
    for (let n: u32 = 1; n < logs; n++) oldest = <usize>load<u32>(oldest, LOG_NEXT);
    store<u32>(oldest, load<u32>(tx, TX_LOGS), LOG_NEXT);
    store<u32>(tx, newest, TX_LOGS);
    store<u32>(tx, load<u32>(tx, TX_LOG_COUNT) + logs, TX_LOG_COUNT);
  }
}

/** The most that the receipts of transactions (u32 pointers) can take. */
export function roomForReceipts(transactions: usize, count: u32): u32 {
  let room: u64 = 8;
  for (let i: u32 = 0; i < count; i++) {
    room += MOST_WITHOUT_LOGS;
    const tx = <usize>load<u32>(transactions + (<usize>i << 2));
    let log = <usize>load<u32>(tx, TX_LOGS);
    for (let n = load<u32>(tx, TX_LOG_COUNT); n > 0; n--) {
      room += MOST_OF_LOG + load<u32>(log, LOG_TOPIC_COUNT) * <u32>HASH_RLP_BYTES;
      room += load<u32>(log, LOG_DATA_SIZE);
      log = load<u32>(log, LOG_NEXT);
    }
  }
  return <u32>min<u64>(room, MOST_ROOM);
}

/**
 * Of a piece (LEAVES_OF_RECEIPTS): writes `rlp([status, gas, bloom, logs])`, behind its type byte
 * if that is not 0, of each transaction, the hashes of their leaves, and the bloom filter of all.
 */
export function encodeReceipts(piece: usize): void {
  const count = load<u32>(piece, LEAF_PIECE_COUNT);
  const first = load<u32>(piece, LEAF_PIECE_FIRST);
  const total = load<u32>(piece, LEAF_PIECE_TOTAL);
  const transactions = <usize>load<u32>(piece, LEAF_PIECE_ITEMS);
  const out = <usize>load<u32>(piece, LEAF_PIECE_OUT);
  const ends = <usize>load<u32>(piece, LEAF_PIECE_ENDS);
  const leaves = <usize>load<u32>(piece, LEAF_PIECE_LEAVES);
  const bloom = <usize>load<u32>(piece, LEAF_PIECE_BLOOM);
  const roots = <usize>load<u32>(piece, LEAF_PIECE_ROOTS);
  let gas = load<u64>(piece, LEAF_PIECE_GAS);
  memory.fill(bloom, 0, BLOOM_BYTES);
  forgetTopics();
  let at = out;
  beginLeaves();
  for (let i: u32 = 0; i < count; i++) {
    const tx = <usize>load<u32>(transactions + (<usize>i << 2));
    gas += load<u64>(tx, TX_GAS_FINAL);
    const root = roots == 0 ? <usize>0 : roots + (<usize>i << 5);
    const size = encodeReceipt(at, tx, gas, root, bloom);
    addLeaf(first + i, total, at, <u32>size, leaves + <usize>i * LEAF_HASH_BYTES);
    at += size;
    store<u32>(ends + (<usize>i << 2), <u32>(at - out));
  }
  endLeaves();
  store<u32>(piece, <u32>(at - out), LEAF_PIECE_BYTES);
}

function encodeReceipt(out: usize, tx: usize, gas: u64, root: usize, blockBloom: usize): usize {
  // A list of a bloom filter has a header of 3 bytes at least, and of 5 with many logs
  const payload = out + 1 + LIST_HEADER_ROOM;
  let at = payload;
  if (root != 0) at += writeHash(at, root);
  else store<u8>(at++, isSuccessful(tx) ? 1 : EMPTY_STRING);
  store<u64>(SCRATCH + NUMBER, gas);
  at += writeU64(at, SCRATCH + NUMBER);
  store<u32>(at, BLOOM_HEADER);
  at += BLOOM_HEADER_BYTES;
  const bloom = at;
  memory.fill(bloom, 0, BLOOM_BYTES);
  at += BLOOM_BYTES;
  const logs = at + LIST_HEADER_ROOM;
  at = closeList(at, logs, writeLogs(logs, tx, bloom));
  if (load<u32>(tx, TX_LOG_COUNT) != 0) joinBloom(blockBloom, bloom);
  let start = prependListHeader(payload, at - payload);
  const type = load<u32>(tx, TX_TYPE);
  if (type != 0) store<u8>(--start, type);
  memory.copy(out, start, at - start);
  return at - start;
}

/** In actor semantics the outcome is that of message 0. */
function isSuccessful(tx: usize): bool {
  const message = <usize>load<u32>(tx, TX_MESSAGE);
  if (message == 0) return load<u32>(tx, TX_STATUS) == STATUS_SUCCESS;
  return load<u32>(message, MESSAGE_STATUS) == STATUS_SUCCESS;
}

/** Writes to `out` the keccak256 of the RLP of the list of all logs of transactions. */
export function hashLogs(transactions: usize, count: u32, out: usize): void {
  const payload = allocateForBlock(roomForReceipts(transactions, count)) + LIST_HEADER_ROOM;
  let at = payload;
  for (let i: u32 = 0; i < count; i++) {
    at = writeLogs(at, <usize>load<u32>(transactions + (<usize>i << 2)), 0);
  }
  const start = prependListHeader(payload, at - payload);
  keccak256(out, start, at - start);
}

/** A transaction's logs, the oldest first, and their bits to `bloom` if that is not 0; returns
 * where they end. */
function writeLogs(out: usize, tx: usize, bloom: usize): usize {
  const count = load<u32>(tx, TX_LOG_COUNT);
  if (count == 0) return out;
  const oldestFirst = allocateForBlock(count << 2);
  let log = <usize>load<u32>(tx, TX_LOGS);
  for (let i = count; i > 0; i--) {
    store<u32>(oldestFirst + (<usize>(i - 1) << 2), <u32>log);
    log = load<u32>(log, LOG_NEXT);
  }
  let at = out;
  for (let i: u32 = 0; i < count; i++) {
    const next = <usize>load<u32>(oldestFirst + (<usize>i << 2));
    if (bloom != 0) addLogToBloom(bloom, next);
    at = writeLog(at, next);
  }
  return at;
}

function writeLog(out: usize, log: usize): usize {
  const topics = <usize>load<u32>(log, LOG_TOPIC_COUNT);
  const payload = out + LIST_HEADER_ROOM;
  let at = payload + writeAddress(payload, <usize>load<u32>(log, LOG_ACCOUNT) + ACCOUNT_ADDRESS);
  const list = at + LIST_HEADER_ROOM;
  let end = list;
  for (let i: usize = 0; i < topics; i++) end += writeHash(end, log + LOG_TOPICS + i * TOPIC_BYTES);
  at = closeList(at, list, end);
  at += writeString(at, log + LOG_TOPICS + topics * TOPIC_BYTES, load<u32>(log, LOG_DATA_SIZE));
  return closeList(out, payload, at);
}

/** The payload of a list lies at `payload`: moves it to `out`, behind its header. */
function closeList(out: usize, payload: usize, end: usize): usize {
  const start = prependListHeader(payload, end - payload);
  if (start != out) memory.copy(out, start, end - start);
  return out + (end - start);
}
