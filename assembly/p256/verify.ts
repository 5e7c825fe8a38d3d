/**
 * Verifies ECDSA signatures over P-256 (FIPS 186-5, section 6.4.2, as EIP-7951 has it): with the
 * key Q and z the signed hash, x of z/s·G + r/s·Q is r modulo n.
 *
 * Everything here is public, so time depends on values. Nothing here may touch a secret key.
 */
import { P256_HASH, P256_R, P256_S, P256_X, P256_Y } from '../abi/p256';
import { u256Add } from '../u256/add';
import { u256LoadBE } from '../u256/bytes';
import { u256Lt } from '../u256/word';
import { fieldSubtract, fieldSubtractCarried } from '../secp256k1/field-sum';
import { FIELD_BYTES, WORD_BYTES } from '../secp256k1/layout';
import { invertModulo } from '../secp256k1/modular-inverse';
import { B, FIELD_PRIME, ORDER, PRIME_LESS_ORDER } from './constants';
import { fieldMultiply, fieldSquare } from './field-product';
import { ONE, fieldFromWord, fieldIsZero } from './field-word';
import { POINT_X, POINT_Z, VERIFY_TEMPORARIES } from './layout';
import { pointIsInfinity } from './point';
import { scalarIsInRange, scalarMultiply } from './scalar';
import { sumOfMultiples } from './sum';

const WORD = VERIFY_TEMPORARIES;
const R = WORD + WORD_BYTES;
const U1 = R + WORD_BYTES;
const U2 = U1 + WORD_BYTES;
const X = U2 + WORD_BYTES;
const Y = X + FIELD_BYTES;
const T = Y + FIELD_BYTES;
const V = T + FIELD_BYTES;

/** Whether the signature in the exchange area is the key's. */
export function verifySignature(): bool {
  u256LoadBE(R, P256_R);
  u256LoadBE(WORD, P256_S);
  if (!scalarIsInRange(R) || !scalarIsInRange(WORD)) return false;
  if (!readCoordinate(X, P256_X) || !readCoordinate(Y, P256_Y) || !isOnCurve()) return false;
  u256LoadBE(WORD, P256_S);
  invertModulo(WORD, WORD, ORDER);
  u256LoadBE(U1, P256_HASH);
  scalarMultiply(U1, U1, WORD);
  scalarMultiply(U2, R, WORD);
  sumOfMultiples(U1, U2, X, Y);
  if (pointIsInfinity()) return false;
  if (isX(R)) return true;
  // x may be r + n, too, where that is below p
  if (!u256Lt(R, PRIME_LESS_ORDER)) return false;
  u256Add(R, R, ORDER);
  return isX(R);
}

/** False if it is not below p. */
function readCoordinate(dst: usize, bytes: usize): bool {
  u256LoadBE(WORD, bytes);
  if (!u256Lt(WORD, FIELD_PRIME)) return false;
  fieldFromWord(dst, WORD);
  return true;
}

/** y² = (x² - 3)·x + b. (0, 0), which stands for infinity, is not. */
function isOnCurve(): bool {
  fieldSquare(T, X);
  for (let i = 0; i < 3; i++) fieldSubtract(T, T, ONE);
  fieldMultiply(T, T, X);
  fieldSquare(V, Y);
  fieldSubtractCarried(T, V, T);
  fieldFromWord(V, B);
  fieldSubtractCarried(T, T, V);
  return fieldIsZero(T);
}

/** Whether x of the point is that of a word below p: X = x·Z². */
function isX(word: usize): bool {
  fieldSquare(V, POINT_Z);
  fieldFromWord(T, word);
  fieldMultiply(T, T, V);
  fieldSubtractCarried(T, T, POINT_X);
  return fieldIsZero(T);
}
