/** Odd multiples of the generator G and of λ·G, made when they are first asked for. */
import { FIELD_PRIME, GENERATOR_X, GENERATOR_Y } from './constants';
import { fieldFromWord, fieldToWord } from './field-word';
import {
  ENTRY_BYTES,
  ENTRY_Y,
  GENERATOR_TABLE,
  GENERATOR_TEMPORARIES,
  POINT_Z,
} from './layout';
import { invertModulo } from './modular-inverse';
import { addLambdaMultiples, makeOddMultiples, scaleEntry } from './odd-multiples';

/**
 * Digits of this width need 2^(width - 2) odd multiples: 64, 8 kB, 0.1 ms. With 10 a key takes
 * 1 µs less, but the table four times as long, and more than a first-level cache.
 */
export const GENERATOR_WIDTH: i32 = 8;
const COUNT: i32 = 1 << (GENERATOR_WIDTH - 2);

const INVERSE = GENERATOR_TEMPORARIES;

let isMade: bool = false;

export function makeGeneratorTable(): void {
  if (isMade) return;
  isMade = true;
  fieldFromWord(GENERATOR_TABLE, GENERATOR_X);
  fieldFromWord(GENERATOR_TABLE + ENTRY_Y, GENERATOR_Y);
  makeOddMultiples(GENERATOR_TABLE, COUNT, GENERATOR_TABLE, GENERATOR_TABLE + ENTRY_Y);
  fieldToWord(INVERSE, POINT_Z);
  invertModulo(INVERSE, INVERSE, FIELD_PRIME);
  fieldFromWord(POINT_Z, INVERSE);
  let entry = GENERATOR_TABLE;
  for (let i = 0; i < COUNT; i++, entry += ENTRY_BYTES) scaleEntry(entry, POINT_Z);
  addLambdaMultiples(GENERATOR_TABLE, COUNT);
}
