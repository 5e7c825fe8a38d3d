/** Addition and subtraction modulo 2^256. `dst` may coincide with an operand. */
import { u256Set } from './word';

/** dst = a + b. */
@inline
export function u256Add(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const a3 = load<u64>(a, 24);
  const s0 = a0 + load<u64>(b);
  const c0 = u64(s0 < a0);
  const t1 = a1 + load<u64>(b, 8);
  const s1 = t1 + c0;
  const c1 = u64(t1 < a1) | u64(s1 < t1);
  const t2 = a2 + load<u64>(b, 16);
  const s2 = t2 + c1;
  const c2 = u64(t2 < a2) | u64(s2 < t2);
  u256Set(dst, s0, s1, s2, a3 + load<u64>(b, 24) + c2);
}

/** dst = a + addend. */
@inline
export function u256AddU64(dst: usize, a: usize, addend: u64): void {
  const s0 = load<u64>(a) + addend;
  const s1 = load<u64>(a, 8) + u64(s0 < addend);
  const c1 = u64(s1 == 0) & u64(s0 < addend);
  const s2 = load<u64>(a, 16) + c1;
  const c2 = u64(s2 == 0) & c1;
  u256Set(dst, s0, s1, s2, load<u64>(a, 24) + c2);
}

/** dst = a - b. */
@inline
export function u256Sub(dst: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const b0 = load<u64>(b);
  const b1 = load<u64>(b, 8);
  const b2 = load<u64>(b, 16);
  const c0 = u64(a0 < b0);
  const t1 = a1 - b1;
  const c1 = u64(a1 < b1) | u64(t1 < c0);
  const t2 = a2 - b2;
  const c2 = u64(a2 < b2) | u64(t2 < c1);
  u256Set(dst, a0 - b0, t1 - c0, t2 - c1, load<u64>(a, 24) - load<u64>(b, 24) - c2);
}

/**
 * word += addend, in place. The carry leaves the first limb so rarely that a branch beats the
 * carry chain. No call: one would make the interpreter keep its state in memory around it.
 */
@inline
export function u256AddSmall(ptr: usize, addend: u64): void {
  const s0 = load<u64>(ptr) + addend;
  store<u64>(ptr, s0);
  if (s0 < addend) {
    const s1 = load<u64>(ptr, 8) + 1;
    store<u64>(ptr, s1, 8);
    const c1 = u64(s1 == 0);
    const s2 = load<u64>(ptr, 16) + c1;
    store<u64>(ptr, s2, 16);
    store<u64>(ptr, load<u64>(ptr, 24) + (c1 & u64(s2 == 0)), 24);
  }
}

/** word -= subtrahend, in place. */
@inline
export function u256SubSmall(ptr: usize, subtrahend: u64): void {
  const a0 = load<u64>(ptr);
  store<u64>(ptr, a0 - subtrahend);
  if (a0 < subtrahend) {
    const a1 = load<u64>(ptr, 8);
    store<u64>(ptr, a1 - 1, 8);
    const b1 = u64(a1 == 0);
    const a2 = load<u64>(ptr, 16);
    store<u64>(ptr, a2 - b1, 16);
    store<u64>(ptr, load<u64>(ptr, 24) - (b1 & u64(a2 == 0)), 24);
  }
}

/** dst = -a (two's complement). */
export function u256Negate(dst: usize, a: usize): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const a2 = load<u64>(a, 16);
  const c0 = u64(a0 == 0);
  const c1 = c0 & u64(a1 == 0);
  const c2 = c1 & u64(a2 == 0);
  u256Set(dst, 0 - a0, ~a1 + c0, ~a2 + c1, ~load<u64>(a, 24) + c2);
}
