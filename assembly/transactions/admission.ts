// What a transaction must satisfy and what it pays before anything runs (Yellow Paper 6.2,
// EIP-1559, EIP-3607, EIP-4844, EIP-7702), the same for both semantics. Checks that need no state
// (signature, chain id, intrinsic gas, sizes) are the host's, made before.

import {
  ENV_BASE_FEE, ENV_BLOB_BASE_FEE,
} from '../abi/memory-map';
import {
  AUTHORIZATION_AUTHORITY, AUTHORIZATION_DELEGATE, AUTHORIZATION_NONCE, AUTHORIZATION_SIZE,
  AUTHORIZATION_VALID, CODE_IS_DELEGATION, FREE_PLACE, FREE_SENDER, TX_AUTHORIZATIONS,
  TX_AUTHORIZATION_COUNT, TX_AUTHORIZATION_REFUND, TX_BLOB_FEE, TX_BLOB_GAS, TX_FREEDOM,
  TX_GAS_LIMIT, TX_GAS_PRICE, TX_GAS_USED,
  TX_INTRINSIC_GAS, TX_MAX_BLOB_FEE, TX_MAX_FEE, TX_MAX_PRIORITY_FEE, TX_NONCE, TX_REFUND,
  TX_REFUSAL, TX_SENDER, TX_SENDER_ACCOUNT, TX_VALUE,
} from '../abi/records';
import {
  ADMITTED, REFUSAL_BEFORE_CODE, REFUSAL_BEFORE_FUNDS, REFUSAL_BEFORE_NONCE, REFUSAL_NONE,
  REJECTED_BLOB_FEE_CAP_TOO_LOW, REJECTED_BY_HOST, REJECTED_FEE_CAP_BELOW_BASE_FEE,
  REJECTED_GAS_LIMIT_ABOVE_BLOCK, REJECTED_INSUFFICIENT_FUNDS, REJECTED_NONCE_MAX,
  REJECTED_NONCE_TOO_HIGH, REJECTED_NONCE_TOO_LOW, REJECTED_SENDER_NOT_EOA,
  REJECTED_TIP_ABOVE_FEE_CAP,
} from '../abi/status';
import { HAS_BASE_FEE, REFUND_AUTHORIZATION } from '../forks/rules';
import { SCRATCH, SCRATCH_EVM } from '../memory/scratch';
import { accountAt } from '../state/accounts';
import {
  hasBalance, liveCode, liveExists, liveNonce, readsCode, setCode, setNonce, subBalance,
  touchAccount,
} from '../state/view';
import { codeOf } from '../tables/codes';
import { u256Add, u256Sub } from '../u256/add';
import { u256StoreAddress } from '../u256/bytes';
import { mulHigh64 } from '../u256/mul';
import { u256MulWide } from '../u256/mul-wide';
import { u256Copy, u256High, u256IsZero, u256Lt, u256Set, u256SetU64 } from '../u256/word';

// Words of scratch.
const COST: usize = SCRATCH_EVM + 640;
const TERM: usize = SCRATCH_EVM + 672; // 64 bytes
const FACTOR: usize = SCRATCH_EVM + 736;
const CODE: usize = SCRATCH_EVM + 768;

/** word = factor (u64) × word; false if it does not fit. Prices mostly fit in 64 bits. */
export function scale(dst: usize, word: usize, factor: u64): bool {
  if (u256High(word) == 0) {
    const price = load<u64>(word);
    u256Set(dst, price * factor, mulHigh64(price, factor), 0, 0);
    return true;
  }
  const small = SCRATCH + FACTOR;
  const wide = SCRATCH + TERM;
  u256SetU64(small, factor);
  u256MulWide(wide, word, small);
  u256Copy(dst, wide);
  return u256IsZero(wide + 32);
}

/** dst += word; false if it does not fit. */
function accumulate(dst: usize, word: usize): bool {
  u256Add(dst, dst, word);
  return !u256Lt(dst, word);
}

/** Check against the state as it is; nothing changes. Sets TX_SENDER_ACCOUNT and TX_GAS_PRICE.
 * `room`: gas that the block has left. The order of rules is geth's (docs/RULES.md). */
export function check(tx: usize, room: u64): u32 {
  const sender = accountAt(tx + TX_SENDER);
  store<u32>(tx, <u32>sender, TX_SENDER_ACCOUNT);
  const refusal = load<u32>(tx, TX_REFUSAL);
  if (refusal == REFUSAL_BEFORE_NONCE) return REJECTED_BY_HOST;
  const freedom = load<u32>(tx, TX_FREEDOM);
  const nonce = load<u64>(tx, TX_NONCE);
  if ((freedom & FREE_PLACE) != 0) store<u64>(tx, liveNonce(sender), TX_NONCE);
  else if (nonce < liveNonce(sender)) return REJECTED_NONCE_TOO_LOW;
  else if (nonce > liveNonce(sender)) return REJECTED_NONCE_TOO_HIGH;
  else if (nonce == u64.MAX_VALUE) return REJECTED_NONCE_MAX;
  if (refusal == REFUSAL_BEFORE_CODE) return REJECTED_BY_HOST;
  if ((freedom & FREE_SENDER) == 0 && hasOwnCode(sender)) return REJECTED_SENDER_NOT_EOA;
  if (refusal == REFUSAL_BEFORE_FUNDS) return REJECTED_BY_HOST;
  const fees = priceGas(tx);
  if (fees != ADMITTED) return fees;
  if (load<u64>(tx, TX_GAS_LIMIT) > room && (freedom & FREE_PLACE) == 0) {
    return REJECTED_GAS_LIMIT_ABOVE_BLOCK;
  }
  if (!canPay(tx, sender)) return REJECTED_INSUFFICIENT_FUNDS;
  return refusal == REFUSAL_NONE ? ADMITTED : REJECTED_BY_HOST;
}

/** Code that is no delegation (EIP-3607, EIP-7702). */
function hasOwnCode(account: usize): bool {
  const code = liveCode(account);
  if (code == 0) return false;
  readsCode(account, code);
  return load<u32>(code, CODE_IS_DELEGATION) == 0;
}

/** Effective gas price: min(maxFee, baseFee + maxPriorityFee). */
function priceGas(tx: usize): u32 {
  const price = tx + TX_GAS_PRICE;
  u256Copy(price, tx + TX_MAX_FEE);
  if (!HAS_BASE_FEE) return ADMITTED;
  if (u256Lt(tx + TX_MAX_FEE, tx + TX_MAX_PRIORITY_FEE)) return REJECTED_TIP_ABOVE_FEE_CAP;
  if (u256Lt(tx + TX_MAX_FEE, ENV_BASE_FEE)) return REJECTED_FEE_CAP_BELOW_BASE_FEE;
  if (load<u64>(tx, TX_BLOB_GAS) != 0 && u256Lt(tx + TX_MAX_BLOB_FEE, ENV_BLOB_BASE_FEE)) {
    return REJECTED_BLOB_FEE_CAP_TOO_LOW;
  }
  const spare = SCRATCH + COST;
  u256Sub(spare, tx + TX_MAX_FEE, ENV_BASE_FEE);
  if (u256Lt(tx + TX_MAX_PRIORITY_FEE, spare)) {
    u256Add(price, tx + TX_MAX_PRIORITY_FEE, ENV_BASE_FEE);
  }
  return ADMITTED;
}

/** gasLimit × maxFee + value + blobGas × maxBlobFee must be there, although less may be taken. */
function canPay(tx: usize, sender: usize): bool {
  const cost = SCRATCH + COST;
  const term = SCRATCH + CODE;
  let fits = scale(cost, tx + TX_MAX_FEE, load<u64>(tx, TX_GAS_LIMIT));
  fits = accumulate(cost, tx + TX_VALUE) && fits;
  const blobGas = load<u64>(tx, TX_BLOB_GAS);
  if (blobGas != 0) {
    fits = scale(term, tx + TX_MAX_BLOB_FEE, blobGas) && fits;
    fits = accumulate(cost, term) && fits;
  }
  return fits && hasBalance(sender, cost);
}

/** Take gas and blob fee, bump the nonce. `withValue`: actor semantics takes the value here,
 * too. */
export function charge(tx: usize, withValue: bool): void {
  const sender = <usize>load<u32>(tx, TX_SENDER_ACCOUNT);
  const cost = SCRATCH + COST;
  scale(cost, tx + TX_GAS_PRICE, load<u64>(tx, TX_GAS_LIMIT));
  scale(tx + TX_BLOB_FEE, ENV_BLOB_BASE_FEE, load<u64>(tx, TX_BLOB_GAS));
  u256Add(cost, cost, tx + TX_BLOB_FEE);
  if (withValue) u256Add(cost, cost, tx + TX_VALUE);
  subBalance(sender, cost);
  setNonce(sender, load<u64>(tx, TX_NONCE) + 1);
  store<i64>(tx, load<i64>(tx, TX_INTRINSIC_GAS), TX_GAS_USED);
  store<i64>(tx, 0, TX_REFUND);
}

/** EIP-7702: each valid authorization sets its authority's code. Their refund stays whatever
 * happens. */
export function authorize(tx: usize): void {
  let refund: i64 = 0;
  let at = <usize>load<u32>(tx, TX_AUTHORIZATIONS);
  for (let n = load<u32>(tx, TX_AUTHORIZATION_COUNT); n > 0; n--) {
    if (load<u32>(at, AUTHORIZATION_VALID) != 0) refund += authorizeOne(at);
    at += AUTHORIZATION_SIZE;
  }
  store<i64>(tx, refund, TX_AUTHORIZATION_REFUND);
}

function authorizeOne(at: usize): i64 {
  const authority = accountAt(at + AUTHORIZATION_AUTHORITY);
  touchAccount(authority);
  if (hasOwnCode(authority)) return 0;
  if (liveNonce(authority) != load<u64>(at, AUTHORIZATION_NONCE)) return 0;
  const refund = liveExists(authority) ? REFUND_AUTHORIZATION : 0;
  setCode(authority, designator(at + AUTHORIZATION_DELEGATE));
  setNonce(authority, load<u64>(at, AUTHORIZATION_NONCE) + 1);
  return refund;
}

/** Code 0xef0100 ‖ delegate; none for the zero address, which clears. */
function designator(delegate: usize): usize {
  if ((load<u64>(delegate) | load<u64>(delegate, 8) | load<u64>(delegate, 16)) == 0) return 0;
  const code = SCRATCH + CODE;
  store<u32>(code, 0x0001ef);
  u256StoreAddress(code + 3, delegate);
  return codeOf(code, 23);
}
