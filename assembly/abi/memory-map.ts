// The map of the one shared linear memory. All offsets and sizes are bytes.
//
//   0        1 KiB   never used: a null pointer points here
//   1 KiB   16 KiB   CONTROL: fields that all instances share (below)
//   16 KiB  48 KiB   WORKERS: one WORKER_SIZE record for each instance (worker 0 is the
// coordinator)
//   64 KiB  64 KiB   PAGES: one byte for each page of 64 KiB, who has it (memory/pages.ts)
//   128 KiB …        constants of the module (read-only; asconfig: memoryBase)
//   HEAP    …        pages that are handed out: arenas, chunks of records, indexes, block memory
//
// A field marked (A) is read and written with atomics by more than one thread during a round; every
// other field is written by the coordinator between rounds only, before the release of
// ROUND_TICKET.

export const MAX_WORKERS = 64;

export const CONTROL = 1024;
/** u32 end of the last page that somebody has (under LOCK_PAGES). */
export const HEAP_TOP = 1024;
/** u32 first byte past the memory that may be used (at most 4 GiB - 64 KiB). */
export const HEAP_LIMIT = 1028;
/** u32 (A) spin lock of inserts into the account index; holds worker id + 1. */
export const LOCK_ACCOUNTS = 1032;
/** u32 (A) spin lock of inserts into the code index; holds worker id + 1. */
export const LOCK_CODES = 1036;
/** u32 (A) pointer to the account index (records.ts INDEX_*). */
export const ACCOUNT_INDEX = 1040;
/** u32 (A) pointer to the code index, laid out as the account index. */
export const CODE_INDEX = 1044;
/** u32 (A) why every worker should stop: ABORT_* below; 0 = go on. */
export const ABORT = 1048;
/** u32 engine-wide number of the round, not reused (state/stamps.ts): stamp of snapshot values. */
export const ROUND = 1052;
/** u32 engine-wide number of the block, not reused. */
export const BLOCK = 1056;
/** u32 round within the block, 0 for the original block (PROTOCOL 2). */
export const BLOCK_ROUND = 1060;
/** u32 REVISION_*. */
export const REVISION = 1064;
/** u32 SEMANTICS_*. */
export const SEMANTICS = 1068;
/** u32 protocol parameters (PROTOCOL 6). */
export const G_MESSAGE = 1072;
export const G_MESSAGE_WORD = 1076;
export const MAX_ROUNDS = 1080;
/** u32 pointer to the set of (sender, recipient) pairs of messages delivered in this round. */
export const IN_FLIGHT = 1084;
/** u32 pointer to the root node of the account trie. */
export const STATE_TRIE = 1088;
/** u32 what a fault was (FAULT_*), written just before the trap, and the worker that had it. */
export const FAULT = 1092;
export const FAULT_WORKER = 1096;
/** u32 bytes asked for when memory ran out. How many pages the memory would have to have is at
 * FAULT_PAGES. */
export const FAULT_BYTES = 1100;
/** u32 heads of the free lists of trie nodes: slot leaves, account leaves, inner, unresolved. */
export const TRIE_FREE = 1104;
/** u32 TRACES_* bits: what `env.trace` is told of. */
export const TRACE = 1120;
/** u32 engine-wide number of the stretch of the block log, never reused: the stamp of first writes
 * (state/block-log.ts). */
export const LOG_STRETCH = 1124;
/** u32 bytes of decoded code that a worker may have (decode/code-cache.ts). */
export const CODE_BUDGET = 1128;
/** u32 engine-wide number of the last group. */
export const LAST_GROUP = 1132;
/** u32 number of the last code record, never reused. */
export const LAST_CODE = 1136;
/** u32 (A) spin lock of the pages; holds worker id + 1. */
export const LOCK_PAGES = 1140;
/** u32 (under LOCK_PAGES) no page below is free; all memory from there on is zero. */
export const LOWEST_FREE_PAGE = 1144;
export const HEAP_CLEAN = 1148;

/** u32 (A) next piece of the job to claim; alone on its cache line. */
export const NEXT_PIECE = 1152;
/** u32 number of pieces of the job; of a round, that of its groups. */
export const PIECE_COUNT = 1216;
/** u32 pointer to the u32 pointers to the round's GROUP records, in placement order. */
export const GROUPS = 1220;
/** u32 pointer to the round's message pointers, group by group. */
export const ROUND_MESSAGES = 1224;
/** u32 JOB_*: what the pieces are that workers claim. */
export const JOB = 1228;
/** u32 pointer to the messages (u32 pointers in order of delivery) of the round that is next, u32
 * how many they are. */
export const NEXT_MESSAGES = 1232;
export const NEXT_MESSAGE_COUNT = 1236;
/** u32 pointer to the pieces of the hash pass (trie/pieces.ts). */
export const TRIE_PIECES = 1240;
/** u32 pointer to the leaves that need their keys (trie/slot-keys.ts). */
export const TRIE_KEYS = 1244;
/** u32 ROUND records of the first round of this block, and of that which has begun last; 0 = none
 * has. */
export const FIRST_ROUND = 1248;
export const LAST_ROUND = 1252;
/** u32 pointer to LEAF_PIECE records, one after the other (trie/leaf-pieces.ts). */
export const LEAF_PIECES = 1256;
/** u32 (A) 1 = an account has left the state since the block logs were empty. */
export const HAS_DELETED = 1260;
/** u32 1 = decoded code has as little memory as it goes with. */
export const CODE_TIGHT = 1268;
/** u32 1 = the output of every transaction is kept to the end of the block. */
export const KEEP_OUTPUTS = 1276;
/** u32 pages that the memory would have to have for what was asked when it ran out. */
export const FAULT_PAGES = 1272;
/** i32 (A) futex: the coordinator increments it to start a round; negative = shut down. */
export const ROUND_TICKET = 1280;
/** i32 microseconds for which workers spin before they sleep, when they have run their share. */
export const SPIN_MICROSECONDS = 1284;
/** i32 (A) ticket of the last round of which the coordinator has begun its own share. */
export const COORDINATOR_TICKET = 1288;
/** i32 (A) futex: workers that have finished the round. */
export const ROUND_DONE = 1344;
/** i64 (A) gas used so far in the block, each transaction counted at least its floor. */
export const BLOCK_GAS_USED = 1408;
/** u64 gas limit of the block. */
export const BLOCK_GAS_LIMIT = 1416;
/** u64 1 + number of the last block whose hash was asked for and is zero; the host sets it to 0. */
export const ZERO_HASH_READ = 1424;
/** f64 what sharing the round among all workers would save, in the time of gas (grouping.ts). */
export const ROUND_GAIN = 1432;

// Block environment. Words are 4 little-endian u64 limbs; an address is 3 limbs (24 bytes).
export const ENV_COINBASE = 1472;
export const ENV_NUMBER = 1504;
export const ENV_TIMESTAMP = 1536;
export const ENV_PREV_RANDAO = 1568;
export const ENV_GAS_LIMIT = 1600;
export const ENV_BASE_FEE = 1632;
export const ENV_BLOB_BASE_FEE = 1664;
export const ENV_CHAIN_ID = 1696;
/** 32 bytes, big-endian: the root that message ids are derived from (PROTOCOL 3). */
export const ENV_TRANSACTIONS_ROOT = 1728;
/** u32 account record of the fee recipient. */
export const ENV_COINBASE_ACCOUNT = 1760;
/** i32 (A) futex of test simulations only: seed of injected delays, 0 = none. */
export const SIMULATION = 1792;
/** 16 u32: what a simulation asks (see src/threads/simulation.ts). */
export const SIMULATION_ARGUMENTS = 1796;
/** u32 of tests only: the most gas of a slice of work (assembly/memory/slice.ts); 0 = as much as
 * asked. */
export const SIMULATION_SLICE = 1864;

// Witnesses: what a block reads of its parent's state (assembly/partial).
/** u32 WATCH_* bits: how this engine watches what a block reads of the state. */
export const WATCH = 1920;
export const WATCH_NOTHING = 0;
/** Note every account, slot and code that the block reads or writes. */
export const WATCH_RECORD = 1;
/** The state is partial: what its witness does not show is a fault. */
export const WATCH_PARTIAL = 2;
/** u32 (A) spin lock of the partial tries; holds worker id + 1. */
export const LOCK_PARTIAL = 1924;
/** u32 index of the witness's nodes by hash: {mask u32, pad, entries}. */
export const WITNESS_NODES = 1928;
/** u32 how many block hashes before this block are known (partial state). */
export const WITNESS_HASHES = 1932;
/** u32 nodes collected for a witness, newest first: {next u32, size u32, RLP}. */
export const WITNESS_COLLECTED = 1936;
/** What is missing of a partial state: u32 MISSING_KIND_*, u32 account record or 0, u32 nibbles of
 * the path that are known; word of the slot, or how many blocks back a header is; 32 bytes of the
 * hashed key, 32 bytes of the node's or code's hash. */
export const MISSING_KIND = 1940;
export const MISSING_ACCOUNT = 1944;
export const MISSING_DEPTH = 1948;
export const MISSING_SLOT = 1952;
export const MISSING_KEY = 1984;
export const MISSING_HASH = 2016;
export const MISSING_KIND_ACCOUNT = 1;
export const MISSING_KIND_SLOT = 2;
export const MISSING_KIND_CODE = 3;
/** A node that has to be known since its last sibling goes. */
export const MISSING_KIND_SIBLING = 4;
export const MISSING_KIND_HEADER = 5;

// What is nobody's any more (memory/free-lists.ts). A cache line apart, since workers take from it.
/** u32 (A) spin lock of the free lists of slots and indexes; holds worker id + 1. */
export const LOCK_FREE = 2112;
/** 30 × u32 free indexes of 2^(n + 2) entries. */
export const FREE_INDEXES = 2128;
/** u32 chunk that the next code's bytes go to (tables/code-bytes.ts; under LOCK_CODES). */
export const CODE_CHUNK = 2248;
/** SLAB_KINDS × u32 slabs with free records that are no worker's, by the kind of records; u32 slabs
 * without any in use (memory/slabs.ts). */
export const SLABS = 2252;
export const SLAB_KINDS = 5;
export const SLABS_EMPTY = 2272;
export const FREE_LISTS_END = 2276;

/** 256 × 32 bytes: hash of block n at slot n mod 256 as a word (limbs), zero where unknown. */
export const BLOCK_HASHES = 4096;
/** Eight u32 and two odd u64 that nobody outside knows: secrets of the engine's indexes
 * (tables/key-hash.ts). */
export const HASH_SECRETS = 12288;
export const HASH_SECRETS_BYTES = 48;

/** The groups of a round. */
export const JOB_GROUPS = 0;
/** Subtries of which the nodes are to be hashed. */
export const JOB_TRIES = 3;
/** Slots that were written, of which the keys are to be hashed: before the tries are updated. */
export const JOB_KEYS = 4;
/** What ordered tries are made of, which is to be encoded, and their leaves. */
export const JOB_LEAVES = 5;

export const SEMANTICS_ETHEREUM = 0;
export const SEMANTICS_ACTOR = 1;

export const ABORT_NONE = 0;
export const ABORT_CANCELLED = 1;
export const ABORT_FAULT = 2;
export const ABORT_GAS_LIMIT = 3;

export const FAULT_NONE = 0;
export const FAULT_MEMORY = 1;
export const FAULT_EVM_MEMORY = 2;
export const FAULT_LOCK = 5;
export const FAULT_MISSING_STATE = 6;
export const FAULT_INTERNAL = 7;
export const FAULT_LIBRARY = 8;
/** A node of a witness that hashes right, but is none of a trie of this kind. */
export const FAULT_MALFORMED_NODE = 9;
/** The system does not give memory that the engine may use. */
export const FAULT_SYSTEM_MEMORY = 10;

// ---- pages -------------------------------------------------------------------------------------
/** A byte for each of 65,536 pages: PAGE_*. */
export const PAGES = 65536;
export const PAGE_BYTES = 65536;
export const PAGE_FREE = 0;
/** As long as the engine lives: arenas, and what lies below them. */
export const PAGE_ENGINE = 1;
/** As long as the state. */
export const PAGE_STATE = 2;
/** Until the next block begins. */
export const PAGE_BLOCK = 3;
/** Decoded code, which can be made again. */
export const PAGE_CODE = 4;
/** As PAGE_STATE: records of one size (memory/slabs.ts). */
export const PAGE_SLAB = 5;

// ---- one record for each worker ---------------------------------------------------------------
export const WORKERS = 16384;
export const WORKER_SIZE = 512;
/** u32 arena of the worker (ARENA_* below). */
export const WORKER_ARENA = 0;
/** u32 persistent chunk: next free byte and end (accounts, slots, codes). */
export const WORKER_CHUNK = 4;
export const WORKER_CHUNK_END = 8;
/** u32 block-lived chunk: next free byte and end. */
export const WORKER_BLOCK_NEXT = 12;
export const WORKER_BLOCK_END = 16;
/** u32 block log (first writes of the block), newest entry first; see records.ts BLOCK_LOG_*. */
export const WORKER_LOG_HEAD = 28;
/** u32 entry of the block log up to which the tries follow the state, 0 = none of it. */
export const WORKER_LOG_FOLLOWED = 88;
/** u32 credits of this round, newest first. */
export const WORKER_CREDITS = 32;
/** u32 messages emitted in this round, newest first, and how many. */
export const WORKER_EMITTED = 36;
export const WORKER_EMITTED_COUNT = 40;
/** u32 high part of the epoch counter, u64 epoch: survives a respawn of the worker. */
export const WORKER_EPOCH = 48;
/** Statistics of the round: groups and messages run (u32), gas (u64). */
export const WORKER_GROUPS_RUN = 56;
export const WORKER_MESSAGES_RUN = 60;
export const WORKER_GAS_RUN = 64;
/** f64 nanoseconds busy in the round (written by the host around the work; no result depends on
 * it). */
export const WORKER_BUSY = 72;
/** Word: priority fees of the transactions that this worker has settled in the block. */
export const WORKER_FEES = 96;
/** u32 what the worker was the first to read in this block (TOUCH_*), newest first; u32 how many
 * blocks back the oldest block hash was that it read. */
export const WORKER_TOUCHES = 496;
export const WORKER_OLDEST_HASH = 500;
/** u32 (A) never changes: target of the read-modify-write that serves as a fence. */
export const WORKER_FENCE = 80;
/** u32 first region of frames' memory beyond the arena, 0 = none (memory-regions.ts). */
export const WORKER_MEMORY_REGIONS = 84;
/** u32 first region of the journal beyond the arena, 0 = none (journal.ts). */
export const WORKER_JOURNAL_REGIONS = 144;
/** u32 uses of slots in this block, newest first. */
export const WORKER_USES = 128;
/** u32 accounts whose records the worker has made since the last sweep, newest first. */
export const WORKER_NEW_ACCOUNTS = 132;
/** u32 indexes that have grown in this block: others may still be reading the old ones. */
export const WORKER_RETIRED = 136;
/** SLAB_KINDS × u32 slabs that this worker takes records from. */
export const WORKER_SLABS = 196;

/** Decoded code: u32 chunks, newest first; u32 next free byte and end of the newest; u32 bytes of
 * all; u32 how often all of it was dropped (decode/code-cache.ts). */
export const WORKER_CODE_CHUNKS = 148;
export const WORKER_CODE_NEXT = 152;
export const WORKER_CODE_END = 156;
export const WORKER_CODE_BYTES = 160;
export const WORKER_CODE_GENERATION = 164;
/** u32 table of decoded codes by their numbers, 0 = none; u32 its entries less 1, u32 how many are
 * taken. */
export const WORKER_CODE_TABLE = 168;
export const WORKER_CODE_MASK = 172;
export const WORKER_CODE_COUNT = 176;
/** u32 first region of operand stacks beyond the arena, 0 = none (frames/stacks.ts). */
export const WORKER_STACK_REGIONS = 180;
/** u32 region of return data that does not fit the arena, 0 = none; u32 its bytes. */
export const WORKER_RETURN_REGION = 184;
export const WORKER_RETURN_BYTES = 188;
/** u32 codes that no account may have any more, newest first (tables/codes.ts). */
export const WORKER_LOOSE_CODES = 192;

// ---- the arena of one worker -------------------------------------------------------------------
/** 64 KiB scratch (u256, crypto, output buffers). */
export const ARENA_SCRATCH = 0;
/** 64 KiB area through which the host passes arguments and reads results of exports. */
export const ARENA_EXCHANGE = 65536;
/** Instruction table of the current revision (512 × 8 bytes) and the epoch tables' headers. */
export const ARENA_TABLES = 131072;
/** 1,026 frames of 192 bytes. */
export const ARENA_FRAMES = 196608;
/** Operand stacks, one below the other; they go on in further regions. */
export const ARENA_STACKS = 393728;
export const ARENA_STACKS_SIZE = 1048576;
/** Journal of the running transaction or activation; goes on in further regions. */
export const ARENA_JOURNAL = 1442304;
export const ARENA_JOURNAL_SIZE = 524288;
/** Return data of the last call; more of it has a region of its own. */
export const ARENA_RETURN_DATA = 1966592;
export const ARENA_RETURN_DATA_SIZE = 262144;
/** Memory of the frames, one after the other, to the end of the arena and on in further regions. */
export const ARENA_MEMORY = 2228736;
export const ARENA_MEMORY_SIZE = 1048064;
export const ARENA_SIZE = 3276800;
