// The rules of a fork, and all that each fork changes of them: one table, in the order of forks.
// The rest of the core reads these names and never compares revisions. The host's half of the table
// is src/forks/rules.ts; a rule that both have has the same name there (MAX_INITCODE_BYTES is
// `maxInitcodeBytes`). Which instructions exist is in instruction-table.ts, which precompiles in
// precompiles/table.ts.
//
// What no fork has changed is a constant, at the end. The first fork that changes one makes it
// `let`, with a line in `frontier`.

import {
  REVISION_BERLIN, REVISION_CANCUN, REVISION_CONSTANTINOPLE,
  REVISION_HOMESTEAD, REVISION_ISTANBUL, REVISION_LONDON, REVISION_OSAKA, REVISION_PETERSBURG,
  REVISION_PRAGUE, REVISION_SHANGHAI, REVISION_SPURIOUS, REVISION_TANGERINE,
} from '../abi/revision';

let current: i32 = 0;

/** Whether a fork (REVISION_*) has come under the rules that are set. */
export function hasCome(revision: i32): bool {
  return current >= revision;
}

// ---- calls and creations
/** A call leaves its caller a 64th of the gas at least, whatever gas it asks for. */
export let KEEPS_64TH: bool = false;
/** Empty accounts do not stay in the state: a touch deletes them instead of making them. */
export let HAS_EMPTY_DELETION: bool = false;
/** Of an account that is created. */
export let FIRST_NONCE: u64 = 0;
export let MAX_CODE_BYTES: u32 = 0;
export let MAX_INITCODE_BYTES: u64 = 0;
/** A creation succeeds without code if its deposit cannot be paid. */
export let HAS_FREE_CREATION: bool = false;
/** Code may not begin with 0xEF. */
export let REFUSES_EF: bool = false;
/** Code may be a designator of another account's. */
export let HAS_DELEGATION: bool = false;
/** SELFDESTRUCT deletes only what the same transaction has created. */
export let DESTROYS_ONLY_NEW: bool = false;

// ---- fees
export let HAS_BASE_FEE: bool = false;
/** The largest part of the gas used that is refunded, as its divisor. */
export let REFUND_QUOTIENT: i64 = 0;

// ---- access to accounts and slots
/** The price of an account depends on whether the transaction has touched it before. */
export let HAS_WARMTH: bool = false;
export let HAS_WARM_COINBASE: bool = false;
/** Without warmth, the price of each instruction that looks at an account. */
export let GAS_CALL: i64 = 0;
export let GAS_BALANCE: i64 = 0;
export let GAS_EXTCODE: i64 = 0;
export let GAS_EXTCODEHASH: i64 = 0;
/** SLOAD: of a slot that has been touched, and of another. */
export let GAS_WARM_SLOT: i64 = 0;
export let GAS_COLD_SLOT: i64 = 0;

// ---- SSTORE
/** SSTORE with less gas fails; 0: it does not look. */
export let LEAST_GAS_SSTORE: i64 = 0;
/** The price depends on the value that the slot had before the transaction. */
export let HAS_NET_METERING: bool = false;
/** Of a slot that was touched, beside the access to one that was not. */
export let GAS_SSTORE_RESET: i64 = 0;
export let REFUND_SSTORE_CLEAR: i64 = 0;

// ---- SELFDESTRUCT
export let GAS_SELFDESTRUCT: i64 = 0;
/** More if it makes the account of its beneficiary; 0: it does not look. */
export let GAS_SELFDESTRUCT_NEW: i64 = 0;
export let REFUND_SELFDESTRUCT: i64 = 0;

// ---- other instructions
export let GAS_EXP_BYTE: i64 = 0;
export let GAS_INITCODE_WORD: i64 = 0;

// ---- precompiles
export let GAS_BN254_ADD: i64 = 0;
export let GAS_BN254_MULTIPLY: i64 = 0;
export let GAS_BN254_PAIRING: i64 = 0;
export let GAS_BN254_PAIR: i64 = 0;
/** A formula of precompiles/modexp-gas.ts, and its numbers. */
export let MODEXP_FORMULA: u32 = 0;
export let MODEXP_DIVISOR: u64 = 0;
export let MODEXP_TAIL_BYTE: u64 = 0;
export let GAS_MODEXP_LEAST: u64 = 0;
export let MAX_MODEXP_BYTES: u64 = 0;

function frontier(): void {
  KEEPS_64TH = false;
  HAS_EMPTY_DELETION = false;
  FIRST_NONCE = 0;
  MAX_CODE_BYTES = u32.MAX_VALUE;
  MAX_INITCODE_BYTES = u64.MAX_VALUE;
  HAS_FREE_CREATION = true;
  REFUSES_EF = false;
  HAS_DELEGATION = false;
  DESTROYS_ONLY_NEW = false;
  HAS_BASE_FEE = false;
  REFUND_QUOTIENT = 2;
  HAS_WARMTH = false;
  HAS_WARM_COINBASE = false;
  GAS_CALL = 40;
  GAS_BALANCE = 20;
  GAS_EXTCODE = 20;
  GAS_EXTCODEHASH = 400;
  loadsFor(50);
  LEAST_GAS_SSTORE = 0;
  HAS_NET_METERING = false;
  GAS_SSTORE_RESET = 5000;
  REFUND_SSTORE_CLEAR = 15000;
  GAS_SELFDESTRUCT = 0;
  GAS_SELFDESTRUCT_NEW = 0;
  REFUND_SELFDESTRUCT = 24000;
  GAS_EXP_BYTE = 10;
  GAS_INITCODE_WORD = 0;
  // These as they came, in Byzantium (EIP-196, EIP-197, EIP-198)
  bn254For(500, 40000, 100000, 80000);
  modexpBy(MODEXP_BYZANTIUM, 20, 8, 0);
  MAX_MODEXP_BYTES = u64.MAX_VALUE;
}

/** EIP-2. */
function homestead(): void {
  HAS_FREE_CREATION = false;
}

/** EIP-150. */
function tangerineWhistle(): void {
  KEEPS_64TH = true;
  GAS_CALL = 700;
  GAS_BALANCE = 400;
  GAS_EXTCODE = 700;
  loadsFor(200);
  GAS_SELFDESTRUCT = 5000;
  GAS_SELFDESTRUCT_NEW = 25000;
}

/** EIP-160, EIP-161, EIP-170. */
function spuriousDragon(): void {
  GAS_EXP_BYTE = 50;
  HAS_EMPTY_DELETION = true;
  FIRST_NONCE = 1;
  MAX_CODE_BYTES = 24576;
}

/** EIP-1283. */
function constantinople(): void {
  HAS_NET_METERING = true;
}

/** EIP-1716: without EIP-1283. */
function petersburg(): void {
  HAS_NET_METERING = false;
}

/** EIP-1108, EIP-1884, EIP-2200. */
function istanbul(): void {
  bn254For(150, 6000, 45000, 34000);
  GAS_BALANCE = 700;
  GAS_EXTCODEHASH = 700;
  loadsFor(800);
  HAS_NET_METERING = true;
  LEAST_GAS_SSTORE = 2301;
}

/** EIP-2565, EIP-2929. */
function berlin(): void {
  modexpBy(MODEXP_BERLIN, 3, 8, 200);
  HAS_WARMTH = true;
  GAS_WARM_SLOT = 100;
  GAS_COLD_SLOT = 2100;
  GAS_SSTORE_RESET = 5000 - 2100;
}

/** EIP-1559, EIP-3529, EIP-3541. */
function london(): void {
  HAS_BASE_FEE = true;
  REFUND_QUOTIENT = 5;
  REFUND_SSTORE_CLEAR = 4800;
  REFUND_SELFDESTRUCT = 0;
  REFUSES_EF = true;
}

/** EIP-3651, EIP-3860. */
function shanghai(): void {
  HAS_WARM_COINBASE = true;
  MAX_INITCODE_BYTES = 2 * 24576;
  GAS_INITCODE_WORD = 2;
}

/** EIP-6780. */
function cancun(): void {
  DESTROYS_ONLY_NEW = true;
}

/** EIP-7702. */
function prague(): void {
  HAS_DELEGATION = true;
}

/** EIP-7823, EIP-7883. */
function osaka(): void {
  modexpBy(MODEXP_OSAKA, 1, 16, 500);
  MAX_MODEXP_BYTES = 1024;
}

/** Sets the rules of a revision (REVISION_*): what each fork up to it has changed. */
export function setRules(revision: i32): void {
  frontier();
  if (revision >= REVISION_HOMESTEAD) homestead();
  if (revision >= REVISION_TANGERINE) tangerineWhistle();
  if (revision >= REVISION_SPURIOUS) spuriousDragon();
  if (revision >= REVISION_CONSTANTINOPLE) constantinople();
  if (revision >= REVISION_PETERSBURG) petersburg();
  if (revision >= REVISION_ISTANBUL) istanbul();
  if (revision >= REVISION_BERLIN) berlin();
  if (revision >= REVISION_LONDON) london();
  if (revision >= REVISION_SHANGHAI) shanghai();
  if (revision >= REVISION_CANCUN) cancun();
  if (revision >= REVISION_PRAGUE) prague();
  if (revision >= REVISION_OSAKA) osaka();
  current = revision;
}

/** Every load, as long as there is no warmth. */
function loadsFor(gas: i64): void {
  GAS_WARM_SLOT = gas;
  GAS_COLD_SLOT = gas;
}

function bn254For(add: i64, multiply: i64, pairing: i64, pair: i64): void {
  GAS_BN254_ADD = add;
  GAS_BN254_MULTIPLY = multiply;
  GAS_BN254_PAIRING = pairing;
  GAS_BN254_PAIR = pair;
}

function modexpBy(formula: u32, divisor: u64, tailByte: u64, least: u64): void {
  MODEXP_FORMULA = formula;
  MODEXP_DIVISOR = divisor;
  MODEXP_TAIL_BYTE = tailByte;
  GAS_MODEXP_LEAST = least;
}

export const MODEXP_BYZANTIUM: u32 = 0;
export const MODEXP_BERLIN: u32 = 1;
export const MODEXP_OSAKA: u32 = 2;

// ---- what no fork has changed
export const GAS_WARM_ACCOUNT: i64 = 100;
export const GAS_COLD_ACCOUNT: i64 = 2600;
export const GAS_CALL_VALUE: i64 = 9000;
export const GAS_NEW_ACCOUNT: i64 = 25000;
export const GAS_SSTORE_SET: i64 = 20000;
export const GAS_CODE_BYTE: i64 = 200;
export const GAS_MEMORY_WORD: u64 = 3;
export const GAS_COPY_WORD: i64 = 3;
export const GAS_HASH_WORD: i64 = 6;
export const GAS_LOG_BYTE: i64 = 8;
/** EIP-7702: of an authorization whose authority existed. */
export const REFUND_AUTHORIZATION: i64 = 12500;
