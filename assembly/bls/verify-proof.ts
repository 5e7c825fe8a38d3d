/**
 * Verifies KZG proofs (EIP-4844, verify_kzg_proof_impl): e(C - [y]₁, -G₂)·e(π, [τ]₂ - [z]₂) = 1, as
 * e([y]₁ - z·π - C, G₂)·e(π, [τ]₂) = 1, whose points of G2 are always the same.
 */
import { KZG_COMMITMENT, KZG_PROOF, KZG_Y, KZG_Z } from '../abi/bls';
import { u256Sub } from '../u256/add';
import { u256LoadBE } from '../u256/bytes';
import { u256IsZero, u256Lt, u256SetU64 } from '../u256/word';
import { ORDER } from './constants';
import { isOneAfterExponentiation } from './exponentiation';
import { fieldMultiply } from './field-product';
import { fieldInvert } from './field-power';
import { fieldSquare } from './field-square';
import { fieldCopy, fieldNegate } from './field-sum';
import {
  ENTRY_Y, FIELD_BYTES, GENERATOR_TABLE, POINT_X, POINT_Y, POINT_Z, VERIFY_TEMPORARIES, WORD_BYTES,
} from './layout';
import { makeLines, multiplyMillerLoops } from './lines';
import { addAffine, pointIsInfinity } from './point';
import { INFINITY, NO_POINT, POINT, readPoint } from './read-point';
import { makeGeneratorTable, sumOfMultiples } from './sum';

const Z = VERIFY_TEMPORARIES;
const MINUS_Y = Z + WORD_BYTES;
const COMMITMENT_X = MINUS_Y + WORD_BYTES;
const COMMITMENT_Y = COMMITMENT_X + FIELD_BYTES;
const PROOF_X = COMMITMENT_Y + FIELD_BYTES;
const PROOF_Y = PROOF_X + FIELD_BYTES;
/** -x/y and 1/y of a point. */
const FIRST = PROOF_Y + FIELD_BYTES;
const SECOND = FIRST + 2 * FIELD_BYTES;
const T = SECOND + 2 * FIELD_BYTES;
const PRODUCT = T + FIELD_BYTES;

/** Whether the proof in the exchange area is right. The first call takes 6 ms more. */
export function verifyProof(): bool {
  u256LoadBE(Z, KZG_Z);
  u256LoadBE(MINUS_Y, KZG_Y);
  if (!u256Lt(Z, ORDER) || !u256Lt(MINUS_Y, ORDER)) return false;
  const commitment = readPoint(COMMITMENT_X, COMMITMENT_Y, KZG_COMMITMENT);
  if (commitment == NO_POINT) return false;
  const proof = readPoint(PROOF_X, PROOF_Y, KZG_PROOF);
  if (proof == NO_POINT) return false;
  makeGeneratorTable();
  makeLines();
  if (!u256IsZero(MINUS_Y)) u256Sub(MINUS_Y, ORDER, MINUS_Y);
  // C - [y]₁ + z·π
  if (proof == INFINITY) {
    // 0·G stands for it
    u256SetU64(Z, 0);
    fieldCopy(PROOF_X, GENERATOR_TABLE);
    fieldCopy(PROOF_Y, GENERATOR_TABLE + ENTRY_Y);
  }
  sumOfMultiples(MINUS_Y, Z, PROOF_X, PROOF_Y);
  if (commitment == POINT) addAffine(COMMITMENT_X, COMMITMENT_Y, false);
  // A pairing is 1 where a point is infinity, and nowhere else
  if (pointIsInfinity() || proof == INFINITY) return pointIsInfinity() && proof == INFINITY;
  divideByY();
  multiplyMillerLoops(PRODUCT, FIRST, SECOND);
  return isOneAfterExponentiation(PRODUCT);
}

/** Both points as the Miller loop wants them, with one inversion; the first one's negative. */
function divideByY(): void {
  fieldMultiply(T, POINT_Y, PROOF_Y);
  fieldInvert(T, T);
  const first = FIRST + FIELD_BYTES;
  fieldMultiply(first, T, PROOF_Y);
  fieldMultiply(FIRST, POINT_X, POINT_Z);
  fieldMultiply(FIRST, FIRST, first);
  const second = SECOND + FIELD_BYTES;
  fieldMultiply(second, T, POINT_Y);
  fieldMultiply(SECOND, PROOF_X, second);
  fieldNegate(SECOND, SECOND);
  fieldSquare(T, POINT_Z);
  fieldMultiply(T, T, POINT_Z);
  fieldMultiply(first, first, T);
  fieldNegate(first, first);
}
