// Layouts of the records in linear memory. Offsets and sizes are bytes; words are 4 little-endian
// u64 limbs; an address is the low 3 limbs of its word (24 bytes, the top 4 zero).

// ---- account (200 bytes, never moves) -----------------------------------------------------------
//  0 address 24 | 24 view: live 48 | 72 stamps and owners | 120 storage, tries, hash | …
export const ACCOUNT_SIZE = 200;
export const ACCOUNT_ADDRESS = 0;
/** The live view; VIEW_* below. */
export const ACCOUNT_LIVE = 24;
/** u32 pointer to the view as round ACCOUNT_ROUND began, in the block log; valid while that is
 * ROUND. */
export const ACCOUNT_PREVIOUS = 72;
/** u32 (A) last round in which the view was written; stored with release before the first write. */
export const ACCOUNT_ROUND = 76;
/** u32 last LOG_STRETCH in which the view was written (then the block log holds the old one). */
export const ACCOUNT_LOGGED = 80;
/** u32 group that owns the account this round (engine-wide number), 0 = none. */
export const ACCOUNT_GROUP = 84;
/** u64 epoch of the activation that has touched the account (EIP-2929 warmth). */
export const ACCOUNT_EPOCH = 88;
/** u64 epoch of the activation that created it (EIP-6780). */
export const ACCOUNT_CREATED_EPOCH = 96;
/** u64 epoch in which it was marked for deletion, and u64 epoch in which it was touched
 * (EIP-161). */
export const ACCOUNT_DESTROYED_EPOCH = 104;
export const ACCOUNT_TOUCHED_EPOCH = 112;
/** u32 account that created it in this round (valid while ACCOUNT_GROUP is the group's). */
export const ACCOUNT_CREATOR = 120;
/** Creator of an account that a creating transaction constructs: nobody's child. */
export const CREATOR_TRANSACTION = 1;
/** u32 (A) storage index, 0 = no slots. */
export const ACCOUNT_STORAGE = 124;
/** u32 root node of the storage trie, 0 = empty. */
export const ACCOUNT_TRIE = 128;
/** u32 trie leaf of the account, 0 = none (kept by the trie). */
export const ACCOUNT_LEAF = 132;
/** 32 bytes keccak256(address), big-endian: key of the state trie and of the order of messages. */
export const ACCOUNT_HASH = 136;
/** u16 row of the precompile at this address (precompiles/table.ts), whatever the revision; 0 =
 * none. A call may assume another one here. */
export const ACCOUNT_PRECOMPILE = 168;
/** u16 the same, whatever calls assume: whose address is warm. */
export const ACCOUNT_OWN_PRECOMPILE = 170;
/** u32 last round in which a creating transaction constructs the account. */
export const ACCOUNT_CONSTRUCTED_ROUND = 172;
/** u32 last round in which the account emitted a message, u32 EMISSIONS record of that round. */
export const ACCOUNT_EMIT_ROUND = 176;
export const ACCOUNT_EMISSIONS = 180;
/** u32 next account of a worker's list: of one group, in one round. */
export const ACCOUNT_NEXT = 184;
/** u32 next account that the worker was the first to name in this block, or of the free list. */
export const ACCOUNT_NEXT_NEW = 188;
/** u32 (A) last block that has read or written the account, while that is recorded; WATCHED_MISSING
 * if the witness of a partial state does not show the account. u32 the same of its code's bytes. */
export const ACCOUNT_WATCHED = 192;
export const ACCOUNT_CODE_WATCHED = 196;
export const WATCHED_MISSING = 0x7fffffff;

export const VIEW_SIZE = 48;
export const VIEW_BALANCE = 0;
/** u64 */
export const VIEW_NONCE = 32;
/** u32 code record, 0 = empty code. */
export const VIEW_CODE = 40;
/** u32 VIEW_EXISTS. */
export const VIEW_FLAGS = 44;
/** The account is in the state trie (it may be empty before EIP-161). */
export const VIEW_EXISTS = 1;
/** The record is on the free list, so nobody's. */
export const VIEW_FREE = 2;

// ---- emissions of an account in a round (block-lived, 40 bytes) --------------------------------
export const EMISSIONS_SIZE = 40;
/** u32 how many so far, and 32 bytes that begin with the prefix of their ids. */
export const EMISSIONS_COUNT = 0;
export const EMISSIONS_ID_PREFIX = 8;

// ---- storage slot (80 bytes, never moves) ------------------------------------------------------
export const SLOT_SIZE = 80;
export const SLOT_KEY = 0;
export const SLOT_VALUE = 32;
/** u32 (A) USE record of this block, 0 = the block has not used the slot. */
export const SLOT_USE = 64;
/** u32 last LOG_STRETCH in which the value was written; 0 after a wipe. */
export const SLOT_LOGGED = 68;
/** u32 trie leaf of the slot, 0 = none (kept by the trie). */
export const SLOT_LEAF = 72;
/** u32 (A) as ACCOUNT_WATCHED. */
export const SLOT_WATCHED = 76;

// ---- use of a slot (block-lived, 88 bytes): what only the block that uses it knows -------------
// SLOT_USE = 0 reads as a use of no round and no epoch: the null page is zero, and no stamp is.
export const USE_SIZE = 88;
/** u32 next use of the worker's list. */
export const USE_NEXT = 0;
/** u32 account and u32 slot. */
export const USE_ACCOUNT = 4;
export const USE_SLOT = 8;
/** u32 (A) last round in which the value was written. */
export const USE_ROUND = 12;
/** u64 epoch of the activation that has touched the slot (EIP-2929 warmth). */
export const USE_EPOCH = 16;
/** Value as the transaction or activation USE_EPOCH began (EIP-2200 "original"). */
export const USE_ORIGINAL = 24;
/** Value as round USE_ROUND began. */
export const USE_PREVIOUS = 56;

// ---- index of accounts, slots or codes: open addressing over u32 pointers ----------------------
/** u32 number of entries - 1, a power of two less one; u32 how many are taken. */
export const INDEX_MASK = 0;
export const INDEX_COUNT = 4;
/** u32 next index of a list of those that are not in use any more. */
export const INDEX_NEXT = 8;
/** Entries start here. */
export const INDEX_ENTRIES = 16;

// ---- code (96 bytes) ---------------------------------------------------------------------------
export const CODE_SIZE_BYTES = 96;
/** 32 bytes big-endian keccak256. */
export const CODE_HASH = 0;
/** u32 length, u32 pointer to the bytes (tables/code-bytes.ts). */
export const CODE_LENGTH = 32;
export const CODE_BYTES = 36;
/** u32 number of the code, never that of another, not 0. */
export const CODE_NUMBER = 40;
/** 24 bytes: EIP-7702 delegate, valid if CODE_IS_DELEGATION (u32). */
export const CODE_DELEGATE = 48;
export const CODE_IS_DELEGATION = 72;
/** u32 CODE_GIVEN: the witness of a partial state has it; then CODE_GIVEN_USED once it is read. */
export const CODE_ORIGIN = 76;
export const CODE_GIVEN = 1;
export const CODE_GIVEN_USED = 2;
/** u32 (A) accounts that have the code in their live view; u32 next of a worker's loose codes, or
 * of the free list; u32 (A) 1 = it is in such a list. */
export const CODE_USES = 80;
export const CODE_NEXT = 84;
export const CODE_LISTED = 88;

// ---- transaction (448 bytes), written by the host ----------------------------------------------
export const TX_SIZE = 448;
/** 32 bytes big-endian. */
export const TX_HASH = 0;
export const TX_SENDER = 32;
/** 24 bytes; unused if TX_IS_CREATE. */
export const TX_TO = 56;
/** u32 1 = creating transaction. */
export const TX_IS_CREATE = 80;
/** u32 position in the block. */
export const TX_INDEX = 84;
/** u64 */
export const TX_NONCE = 88;
export const TX_GAS_LIMIT = 96;
export const TX_INTRINSIC_GAS = 104;
export const TX_FLOOR_GAS = 112;
/** words */
export const TX_VALUE = 120;
/** maxFeePerGas, or gasPrice. */
export const TX_MAX_FEE = 152;
/** maxPriorityFeePerGas, or gasPrice. */
export const TX_MAX_PRIORITY_FEE = 184;
/** maxFeePerBlobGas. */
export const TX_MAX_BLOB_FEE = 216;
/** u64 blob gas of the transaction. */
export const TX_BLOB_GAS = 248;
/** u32 pointer and length of the data. */
export const TX_DATA = 256;
export const TX_DATA_SIZE = 260;
/** u32 pointer: per address {address 24, keys u32, pad 4, keys × word 32}; u32 number of
 * addresses. */
export const TX_ACCESS_LIST = 264;
export const TX_ACCESS_LIST_COUNT = 268;
/** u32 pointer to words, u32 count. */
export const TX_BLOB_HASHES = 272;
export const TX_BLOB_HASH_COUNT = 276;
/** u32 pointer to AUTHORIZATION records, u32 count. */
export const TX_AUTHORIZATIONS = 280;
export const TX_AUTHORIZATION_COUNT = 284;
/** u32 TX_TYPE 0–4. */
export const TX_TYPE = 288;
/** u32 REFUSAL_*: when to refuse it for a rule that needs no state, which the host finds broken. */
export const TX_REFUSAL = 424;
/** u32 FREE_*: of which rules of admission it is free. */
export const TX_FREEDOM = 428;
/** Its sender may have code (EIP-3607): nobody has signed it. */
export const FREE_SENDER = 1;
/** It is a call that is in no block: neither its nonce counts, nor what the block has left. */
export const FREE_PLACE = 2;
// Written by the core:
/** u32 STATUS_* of message 0, or REJECTED_* of admission. */
export const TX_STATUS = 292;
/** word: effective gas price. */
export const TX_GAS_PRICE = 296;
/** u64 gas used before refunds (intrinsic included) so far (A), i64 refund counter (A). */
export const TX_GAS_USED = 328;
export const TX_REFUND = 336;
/** u32 sender's account; u32 message 0. */
export const TX_SENDER_ACCOUNT = 344;
export const TX_MESSAGE = 348;
/** u64 gas used after refunds and floor, as in the receipt. */
export const TX_GAS_FINAL = 352;
/** u32 created account or 0; u32 first log (ethereum semantics), u32 number of logs. */
export const TX_CREATED = 360;
export const TX_LOGS = 364;
export const TX_LOG_COUNT = 368;
/** word: base + blob fee burnt, for conservation checks; u32 return data pointer, size. */
export const TX_RETURN_DATA = 372;
export const TX_RETURN_SIZE = 376;
/** u64: balance-independent copy of the EIP-7702 refund. */
export const TX_AUTHORIZATION_REFUND = 384;
/** word: blob fee debited. */
export const TX_BLOB_FEE = 392;

// ---- EIP-7702 authorization (96 bytes) ---------------------------------------------------------
export const AUTHORIZATION_SIZE = 96;
/** 24 bytes authority; 24 bytes delegate; u64 nonce; u32 1 = valid signature and chain id. */
export const AUTHORIZATION_AUTHORITY = 0;
export const AUTHORIZATION_DELEGATE = 24;
export const AUTHORIZATION_NONCE = 48;
export const AUTHORIZATION_VALID = 56;

// ---- message (176 bytes): a block may have a million in flight ---------------------------------
export const MESSAGE_SIZE = 176;
/** 32 bytes big-endian id (PROTOCOL 3). */
export const MESSAGE_ID = 0;
/** word. */
export const MESSAGE_VALUE = 32;
/** u64 gas with the stipend; u64 gas used (PROTOCOL 7). */
export const MESSAGE_GAS = 64;
export const MESSAGE_GAS_USED = 72;
/** u64 cap (2^64-1 at most), valid while open. */
export const MESSAGE_CAP = 80;
/** u32 MESSAGE_OPEN …; u32 account records of sender and recipient. */
export const MESSAGE_FLAGS = 88;
export const MESSAGE_FROM_ACCOUNT = 92;
export const MESSAGE_TO_ACCOUNT = 96;
/** u32 parent message (0 for message 0), u32 transaction. */
export const MESSAGE_PARENT = 100;
export const MESSAGE_TX = 104;
/** u32 pointer and length of the data (block-lived). */
export const MESSAGE_DATA = 108;
export const MESSAGE_DATA_SIZE = 112;
/** u32 STATUS_*. */
export const MESSAGE_STATUS = 116;
/** u32 block-lived copy of the return data's first MOST_RETURN_DATA_KEPT bytes, u32 how many. */
export const MESSAGE_RETURN_DATA = 120;
export const MESSAGE_RETURN_SIZE = 124;
/** u32 first log, u32 number of logs. */
export const MESSAGE_LOGS = 128;
export const MESSAGE_LOG_COUNT = 132;
/** u32 round of delivery, u32 position in its virtual block. */
export const MESSAGE_ROUND = 144;
export const MESSAGE_POSITION = 148;
/** u32 next message of the worker's emitted list (newest first). */
export const MESSAGE_NEXT = 152;
/** u32 MESSAGE_KIND_* set when the round is prepared. */
export const MESSAGE_KIND = 156;
/** u64 gas left when the activation ended, after what its messages got. */
export const MESSAGE_GAS_LEFT = 160;
/** u32 account created by a creating message 0, u32 worker that ran it. */
export const MESSAGE_CREATED = 168;
export const MESSAGE_WORKER = 172;

/** Bytes of return data that a result shows of a message. Keeping them is not paid for: so less
 * than a byte for each gas, as for data (docs/decisions/0009). */
export const MOST_RETURN_DATA_KEPT = 4096;

/** Flags. */
export const MESSAGE_OPEN = 1;
export const MESSAGE_CREATE = 2;
/** How a message is delivered. */
export const MESSAGE_KIND_CREDIT = 0;
export const MESSAGE_KIND_GROUP = 1;
export const MESSAGE_KIND_PRECOMPILE = 2;

// ---- round of a block (block-lived, 48 bytes) --------------------------------------------------
export const ROUND_SIZE = 48;
/** u32 ROUND record of the next round, 0 = none has begun. */
export const ROUND_NEXT = 0;
/** u32 pointer to its messages (u32 pointers in order of delivery), u32 how many. */
export const ROUND_ORDER = 4;
export const ROUND_MESSAGE_COUNT = 8;
/** u32 number of groups, u32 messages in them: what was run, and not credited only. */
export const ROUND_GROUP_COUNT = 12;
export const ROUND_RUN_COUNT = 16;
/** Once it has ended, u64 gas used by all groups and by the one that used most. */
export const ROUND_GAS_USED = 24;
export const ROUND_LARGEST_GAS = 32;
/** f64 gas of the messages that run code. */
export const ROUND_GAS_OFFERED = 40;

// ---- group of a round (block-lived, 24 bytes) --------------------------------------------------
export const GROUP_SIZE = 24;
/** u32 recipient's account; u32 index of its first message in ROUND_MESSAGES; u32 count; u32
 * number. */
export const GROUP_ACCOUNT = 0;
export const GROUP_FIRST = 4;
export const GROUP_MESSAGE_COUNT = 8;
/** u32 engine-wide number of the group, never reused, never 0. */
export const GROUP_NUMBER = 12;
/** u64 ones' complement of its messages' gas, by which groups are placed; once it has been run, the
 * gas that they used. */
export const GROUP_PLACE = 16;
export const GROUP_GAS_USED = 16;

// ---- log (block-lived): header, topics, data ---------------------------------------------------
/** u32 next log (newest first). */
export const LOG_NEXT = 0;
export const LOG_TOPIC_COUNT = 4;
export const LOG_DATA_SIZE = 8;
/** u32 account record of the emitter. */
export const LOG_ACCOUNT = 12;
/** Topics as 32 big-endian bytes each, then the data. */
export const LOG_TOPICS = 16;

// ---- touch (block-lived, 48 bytes): what a block reads of the state ----------------------------
export const TOUCH_SIZE = 48;
/** u32 next (newest first), u32 account, u32 slot record, u32 TOUCH_*, word: key of a slot without
 * a record. */
export const TOUCH_NEXT = 0;
export const TOUCH_ACCOUNT = 4;
export const TOUCH_SLOT = 8;
export const TOUCH_KIND = 12;
export const TOUCH_KEY = 16;
export const TOUCH_KIND_ACCOUNT = 0;
export const TOUCH_KIND_SLOT = 1;
export const TOUCH_KIND_KEY = 2;
/** Flag of a kind: the account has no storage of before the block, or has lost it in the block. */
export const TOUCH_WITHOUT_TRIE = 4;

// ---- collected node of a witness (block-lived) -------------------------------------------------
/** u32 next (newest first), u32 bytes of the RLP that follows. */
export const COLLECTED_NEXT = 0;
export const COLLECTED_SIZE = 4;
export const COLLECTED_RLP = 8;

// ---- credit (block-lived, 48 bytes) ------------------------------------------------------------
export const CREDIT_SIZE = 48;
/** u32 next (newest first), u32 account, word amount at 16. */
export const CREDIT_NEXT = 0;
export const CREDIT_ACCOUNT = 4;
export const CREDIT_AMOUNT = 16;

// ---- trace event (96 bytes): what `env.trace` is told; lives until it returns ------------------
/** Bits of the control field TRACE: beginnings and ends of frames. */
export const TRACES_FRAMES = 1;
export const TRACES_LOGS = 2;
/** Every instruction. */
export const TRACES_STEPS = 4;
/** The instructions that name an account or a slot; TRACES_STEPS has them, too. */
export const TRACES_ACCESS = 8;

/** u32 TRACE_STEP … TRACE_LOG. */
export const TRACE_EVENT = 0;
/** An instruction is about to be executed; nothing of it has been charged. */
export const TRACE_STEP = 0;
/** The instructions of a frame have ended; only depth, gas left, refund counter, message, and why.
 * A constructor whose code is refused then ends twice. */
export const TRACE_END = 1;
/** A frame begins, or a call or creation that has none; nothing of it has been done. */
export const TRACE_FRAME = 2;
/** It has ended, and what it did is undone if it failed. */
export const TRACE_RETURN = 3;
export const TRACE_SELFDESTRUCT = 4;
export const TRACE_LOG = 5;
/** u32 depth. Of a step and its end 1 = outermost; of a frame 0 = outermost. */
export const TRACE_DEPTH = 4;
/** i64 gas: left in the frame, or what a frame begins with. */
export const TRACE_GAS = 8;
/** u32 STATUS_* of a frame that has ended. */
export const TRACE_STATUS = 16;

// Of a step:
/** u32 position in the code, u32 opcode. */
export const TRACE_PC = 20;
export const TRACE_OPCODE = 24;
/** u32 static gas, u32 bytes of stack that the instruction needs, u32 bytes that it adds. */
export const TRACE_STATIC_GAS = 28;
export const TRACE_NEEDS = 32;
export const TRACE_GROWS = 36;
/** u32 pointer to the word on top of the stack, u32 words on it; the deepest has the highest
 * address. */
export const TRACE_STACK = 40;
export const TRACE_STACK_WORDS = 44;
/** u32 pointer and size of the frame's memory. */
export const TRACE_MEMORY = 48;
export const TRACE_MEMORY_SIZE = 52;
/** u32 pointer and size of what the frame's last call returned. */
export const TRACE_RETURN_DATA = 56;
export const TRACE_RETURN_SIZE = 60;
/** i64 refund counter of the transaction or activation. */
export const TRACE_REFUND = 64;
/** i64 gas that the last instruction, if it called or created, had left for its own frame before
 * anything came back (of a creation: and for the child); TRACE_NOT_KEPT after any other. */
export const TRACE_KEPT = 72;
export const TRACE_NOT_KEPT = -1;

// Of all:
/** u32 message that is being delivered, 0 = none (ethereum semantics, system calls). */
export const TRACE_MESSAGE = 80;

// Of a frame (TRACE_FRAME, TRACE_SELFDESTRUCT); of a step the account whose state it works on:
/** u32 account that calls, or destroys itself. */
export const TRACE_FROM = 84;
/** u32 account that is called or created, or gets the balance. */
export const TRACE_TO = 20;
/** u32 pointer to the word of its value, 0 = none. */
export const TRACE_VALUE = 24;
/** u32 TRACE_TYPE_*. */
export const TRACE_TYPE = 28;
/** u32 number of the precompile that is called, 0 = none. */
export const TRACE_PRECOMPILE = 32;
/** u32 pointer and size: input of TRACE_FRAME, output of TRACE_RETURN (of a creation the code). */
export const TRACE_DATA = 36;
export const TRACE_DATA_SIZE = 40;
/** As frames have them (KIND_*), and more. */
export const TRACE_TYPE_CALL = 0;
export const TRACE_TYPE_CREATE = 4;
export const TRACE_TYPE_CREATE2 = 5;
export const TRACE_TYPE_SELFDESTRUCT = 6;

// Of a log:
/** u32 log record, u32 logs of the transaction or activation before it. */
export const TRACE_LOG_RECORD = 20;
export const TRACE_LOG_INDEX = 24;

// ---- piece of what an ordered trie is made of (block-lived, 56 bytes), written by the host -----
export const LEAF_PIECE_SIZE = 56;
/** u32 LEAVES_OF_*. */
export const LEAF_PIECE_KIND = 0;
/** Pairs of u32 pointer and size, of at least 31 bytes; only their leaves are made. */
export const LEAVES_OF_VALUES = 0;
/** u32 pointers to transactions. */
export const LEAVES_OF_RECEIPTS = 1;
/** u32 pointers to messages. */
export const LEAVES_OF_MESSAGES = 2;
/** u32 pointer to those of the piece, u32 how many they are. */
export const LEAF_PIECE_ITEMS = 4;
export const LEAF_PIECE_COUNT = 8;
/** u32 index of the first in the trie, u32 how many the trie has. */
export const LEAF_PIECE_FIRST = 12;
export const LEAF_PIECE_TOTAL = 16;
/** u32 pointer: where the hashes of their leaves go, 32 bytes each; 0 = nowhere. */
export const LEAF_PIECE_LEAVES = 20;
/** u32 pointer: where the encodings go, one after the other; u32 pointer: where each ends, counted
 * from there, goes (u32 each); u32 how many bytes they were. */
export const LEAF_PIECE_OUT = 24;
export const LEAF_PIECE_ENDS = 28;
export const LEAF_PIECE_BYTES = 32;
/** Of receipts: u32 pointer, where the bloom filter of all goes (256 bytes); u32 pointer to the
 * state roots after each, 32 bytes, which receipts have before Byzantium, or 0; u64 gas that the
 * block has used before them. */
export const LEAF_PIECE_BLOOM = 36;
export const LEAF_PIECE_ROOTS = 40;
export const LEAF_PIECE_GAS = 48;

// ---- block log entry: first write of a stretch of the block, newest first ----------------------
export const BLOCK_LOG_NEXT = 0;
/** u32 BLOCK_LOG_*: what was written. */
export const BLOCK_LOG_KIND = 4;
export const BLOCK_LOG_ACCOUNT = 8;
/** u32 slot (BLOCK_LOG_SLOT), or the storage index and trie before a wipe (BLOCK_LOG_WIPE). */
export const BLOCK_LOG_SLOT_PTR = 12;
export const BLOCK_LOG_TRIE_PTR = 16;
/** Old view (48 bytes) or old value (32 bytes). */
export const BLOCK_LOG_OLD = 24;
/** Of an account: the view as the present round began (ACCOUNT_PREVIOUS). */
export const BLOCK_LOG_PREVIOUS = 72;
export const BLOCK_LOG_SLOT_SIZE = 56;
export const BLOCK_LOG_ACCOUNT_SIZE = 120;
export const BLOCK_LOG_WIPE_SIZE = 24;
export const BLOCK_LOG_ACCOUNT_VIEW = 1;
export const BLOCK_LOG_SLOT = 2;
export const BLOCK_LOG_WIPE = 3;
/** A wipe whose trie is that of the storage after it (exchangeBlockLogs). */
export const BLOCK_LOG_WIPE_EXCHANGED = 4;
