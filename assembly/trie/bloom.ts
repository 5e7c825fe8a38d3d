/**
 * Bloom filters of logs (YP 4.3.1): 2,048 bits, of which each address and topic sets 3. Hashes of
 * topics are kept, since most logs of a block are of a few events, and many of a few pools.
 *
 *   256 entries in scratch: topic 32 | hash 32, each at the place that the topic's end gives it
 */
import { ACCOUNT_HASH, LOG_ACCOUNT, LOG_TOPICS, LOG_TOPIC_COUNT } from '../abi/records';
import { keccak256 } from '../crypto/keccak256';
import { keccak256Pair } from '../crypto/keccak256-pair';
import { SCRATCH, SCRATCH_FREE } from '../memory/scratch';
import { u256Copy, u256Eq } from '../u256/word';

export const BLOOM_BYTES: usize = 256;

const TOPIC_BYTES: usize = 32;
/** Two hashes. */
const HASHES: usize = SCRATCH_FREE + 0x180;
const KEPT: usize = SCRATCH_FREE + 0x6000;
const KEPT_BITS: u64 = 8;
const KEPT_BYTES: usize = 64;
/** 2^64 divided by the golden ratio (Knuth, TAOCP 6.4). */
const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

@inline
function entryOf(topic: usize): usize {
  const place = (load<u64>(topic, 24) * MULTIPLIER) >> (64 - KEPT_BITS);
  return SCRATCH + KEPT + <usize>place * KEPT_BYTES;
}

/** Before the first log: no topic is kept. */
export function forgetTopics(): void {
  memory.fill(SCRATCH + KEPT, 0, KEPT_BYTES << <usize>KEPT_BITS);
  // All entries say that they are of zero now: so the one where zero is looked for has to be.
  const zero = SCRATCH + KEPT;
  keccak256(zero + TOPIC_BYTES, zero, TOPIC_BYTES);
}

export function addLogToBloom(bloom: usize, log: usize): void {
  addHash(bloom, <usize>load<u32>(log, LOG_ACCOUNT) + ACCOUNT_HASH);
  let topic = log + LOG_TOPICS;
  const end = topic + <usize>load<u32>(log, LOG_TOPIC_COUNT) * TOPIC_BYTES;
  let unknown: usize = 0;
  for (; topic < end; topic += TOPIC_BYTES) {
    const entry = entryOf(topic);
    if (u256Eq(entry, topic)) {
      addHash(bloom, entry + TOPIC_BYTES);
    } else if (unknown == 0) {
      unknown = topic;
    } else {
      const hashes = SCRATCH + HASHES;
      keccak256Pair(hashes, unknown, TOPIC_BYTES, hashes + 32, topic, TOPIC_BYTES);
      addTopic(bloom, unknown, hashes);
      addTopic(bloom, topic, hashes + 32);
      unknown = 0;
    }
  }
  if (unknown == 0) return;
  keccak256(SCRATCH + HASHES, unknown, TOPIC_BYTES);
  addTopic(bloom, unknown, SCRATCH + HASHES);
}

function addTopic(bloom: usize, topic: usize, hash: usize): void {
  const entry = entryOf(topic);
  u256Copy(entry, topic);
  u256Copy(entry + TOPIC_BYTES, hash);
  addHash(bloom, hash);
}

/** Sets the three bits of a hash, each given by two of its first six bytes. */
function addHash(bloom: usize, hash: usize): void {
  for (let i: usize = 0; i < 6; i += 2) {
    const bit = ((<u32>load<u8>(hash + i) << 8) | load<u8>(hash + i, 1)) & 2047;
    const byte = bloom + BLOOM_BYTES - 1 - (bit >> 3);
    store<u8>(byte, load<u8>(byte) | (<u8>1 << <u8>(bit & 7)));
  }
}

export function joinBloom(into: usize, from: usize): void {
  for (let i: usize = 0; i < BLOOM_BYTES; i += 16) {
    v128.store(into + i, v128.or(v128.load(into + i), v128.load(from + i)));
  }
}
