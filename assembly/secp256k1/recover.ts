/**
 * Public keys from ECDSA signatures over secp256k1 (SEC 1, version 2.0, section 4.1.6): with R the
 * point of x = r and the given parity of y, the key is Q = r⁻¹·(s·R - z·G), z the signed hash.
 *
 * Everything here is public, so time depends on values. Nothing here may touch a secret key.
 */
import {
  RECOVERY_ITEMS,
  RECOVERY_ITEM_BYTES,
  RECOVERY_ITEM_PARITY,
  RECOVERY_ITEM_R,
  RECOVERY_ITEM_S,
  RECOVERY_KEYS,
  RECOVERY_KEY_BYTES,
} from '../abi/recovery';
import { u256LoadBE, u256StoreBE } from '../u256/bytes';
import { u256Copy, u256SetU64 } from '../u256/word';
import { FIELD_PRIME, ORDER } from './constants';
import { fieldAddSmall, fieldCarry, fieldCopy, fieldNegate, fieldSetSmall } from './field-sum';
import { fieldMultiply, fieldSquare } from './field-product';
import { fieldSquareRoot } from './field-root';
import { fieldFromWord, fieldToWord } from './field-word';
import {
  FIELD_BYTES,
  POINT_X,
  POINT_Y,
  POINT_Z,
  RECORDS,
  RECORD_BYTES,
  RECORD_IS_VALID,
  RECORD_PREFIX,
  RECORD_R,
  RECORD_X,
  RECORD_Y,
  RECORD_Z,
  RECOVER_TEMPORARIES,
  WORD_BYTES,
} from './layout';
import { invertModulo } from './modular-inverse';
import { pointIsInfinity } from './point';
import { scalarIsInRange, scalarMultiply, scalarNegate, scalarReduce } from './scalar';
import { sumOfMultiples } from './sum';

const WORD = RECOVER_TEMPORARIES;
const U1 = WORD + WORD_BYTES;
const U2 = U1 + WORD_BYTES;
/** Products of all items so far, or the inverse of that of all that are left. */
const PRODUCT = U2 + WORD_BYTES;
const FIELD_PRODUCT = PRODUCT + WORD_BYTES;
const INVERSE = FIELD_PRODUCT + FIELD_BYTES;
const POWER = INVERSE + FIELD_BYTES;

@inline
function itemOf(i: i32): usize {
  return RECOVERY_ITEMS + <usize>(i * RECOVERY_ITEM_BYTES);
}

@inline
function recordOf(i: i32): usize {
  return RECORDS + <usize>i * RECORD_BYTES;
}

@inline
function isValid(i: i32): bool {
  return load<u32>(recordOf(i), RECORD_IS_VALID) != 0;
}

@inline
function setValid(i: i32, valid: bool): void {
  store<u32>(recordOf(i), u32(valid), RECORD_IS_VALID);
}

/**
 * Recovers the keys of the `count` items at RECOVERY_ITEMS to RECOVERY_KEYS. Inverses are shared
 * by all: that of a product, times what comes before each (P. L. Montgomery, Speeding the Pollard
 * and elliptic curve methods of factorization, 1987, section 10.3.1).
 */
export function recoverKeys(count: i32): void {
  for (let i = 0; i < count; i++) setValid(i, readPoint(itemOf(i), recordOf(i)));
  multiplyAll(count);
  invertModulo(PRODUCT, PRODUCT, ORDER);
  for (let i = count - 1; i >= 0; i--) {
    if (isValid(i)) setValid(i, sumOf(itemOf(i), recordOf(i)));
  }
  multiplyAllZ(count);
  fieldToWord(WORD, FIELD_PRODUCT);
  invertModulo(WORD, WORD, FIELD_PRIME);
  fieldFromWord(FIELD_PRODUCT, WORD);
  for (let i = count - 1; i >= 0; i--) {
    const key = RECOVERY_KEYS + <usize>(i * RECOVERY_KEY_BYTES);
    store<u8>(key, u8(isValid(i)));
    if (isValid(i)) writeKey(key + 1, recordOf(i));
  }
}

/** The point R of an item. False if there is none, or s is out of range. */
function readPoint(item: usize, record: usize): bool {
  const parity = load<u8>(item, RECOVERY_ITEM_PARITY);
  u256LoadBE(WORD, item + RECOVERY_ITEM_S);
  u256LoadBE(record + RECORD_R, item + RECOVERY_ITEM_R);
  if (parity > 1 || !scalarIsInRange(WORD) || !scalarIsInRange(record + RECORD_R)) return false;
  const x = record + RECORD_X;
  const y = record + RECORD_Y;
  // x = r + n, below p too, is for other values of v, which Ethereum does not have
  fieldFromWord(x, record + RECORD_R);
  fieldSquare(POWER, x);
  fieldMultiply(POWER, POWER, x);
  fieldAddSmall(POWER, 7);
  if (!fieldSquareRoot(y, POWER)) return false;
  fieldToWord(WORD, y);
  if ((load<u8>(WORD) & 1) != parity) fieldNegate(y, y);
  return true;
}

/** PRODUCT is that of all r; each record gets that of those before. */
function multiplyAll(count: i32): void {
  u256SetU64(PRODUCT, 1);
  for (let i = 0; i < count; i++) {
    if (!isValid(i)) continue;
    const record = recordOf(i);
    u256Copy(record + RECORD_PREFIX, PRODUCT);
    scalarMultiply(PRODUCT, PRODUCT, record + RECORD_R);
  }
}

/** Q of an item, in the place of R. PRODUCT goes from this item's inverse to the one before. */
function sumOf(item: usize, record: usize): bool {
  const inverse = record + RECORD_PREFIX;
  scalarMultiply(inverse, PRODUCT, inverse);
  scalarMultiply(PRODUCT, PRODUCT, record + RECORD_R);
  u256LoadBE(U1, item);
  scalarReduce(U1, U1);
  scalarMultiply(U1, U1, inverse);
  scalarNegate(U1, U1);
  u256LoadBE(U2, item + RECOVERY_ITEM_S);
  scalarMultiply(U2, U2, inverse);
  sumOfMultiples(U1, U2, record + RECORD_X, record + RECORD_Y);
  if (pointIsInfinity()) return false;
  fieldCarry(record + RECORD_X, POINT_X);
  fieldCarry(record + RECORD_Y, POINT_Y);
  fieldCopy(record + RECORD_Z, POINT_Z);
  return true;
}

/** FIELD_PRODUCT is that of all Z; each record gets that of those before. */
function multiplyAllZ(count: i32): void {
  fieldSetSmall(FIELD_PRODUCT, 1);
  for (let i = 0; i < count; i++) {
    if (!isValid(i)) continue;
    const record = recordOf(i);
    fieldCopy(record + RECORD_PREFIX, FIELD_PRODUCT);
    fieldMultiply(FIELD_PRODUCT, FIELD_PRODUCT, record + RECORD_Z);
  }
}

/** x = X/Z² and y = Y/Z³. FIELD_PRODUCT goes from this item's inverse to the one before. */
function writeKey(key: usize, record: usize): void {
  fieldMultiply(INVERSE, FIELD_PRODUCT, record + RECORD_PREFIX);
  fieldMultiply(FIELD_PRODUCT, FIELD_PRODUCT, record + RECORD_Z);
  fieldSquare(POWER, INVERSE);
  fieldMultiply(record + RECORD_X, record + RECORD_X, POWER);
  fieldMultiply(POWER, POWER, INVERSE);
  fieldMultiply(record + RECORD_Y, record + RECORD_Y, POWER);
  fieldToWord(WORD, record + RECORD_X);
  u256StoreBE(key, WORD);
  fieldToWord(WORD, record + RECORD_Y);
  u256StoreBE(key + WORD_BYTES, WORD);
}
