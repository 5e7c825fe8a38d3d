/** Inverses modulo powers of two. */
import { montgomeryNegatedInverse } from './montgomery';
import { naturalMultiplyLow } from './natural';

/**
 * inverse = 1/a mod 2^(64·limbs) for odd a of as many limbs, by Newton's iteration
 * x ← x·(2 - a·x), which doubles the limbs that are right. `factor` and `temp` have room for
 * `limbs`.
 */
export function inverseModuloPowerOfTwo(
  inverse: usize,
  a: usize,
  limbs: usize,
  factor: usize,
  temp: usize,
): void {
  store<u64>(inverse, 0 - montgomeryNegatedInverse(load<u64>(a)));
  let right: usize = 1;
  while (right < limbs) {
    const next = min(right << 1, limbs);
    memory.fill(inverse + (right << 3), 0, (next - right) << 3);
    naturalMultiplyLow(factor, a, inverse, next);
    subtractFromTwo(factor, next);
    naturalMultiplyLow(temp, inverse, factor, next);
    memory.copy(inverse, temp, next << 3);
    right = next;
  }
}

/** x = 2 - x, in place: ~x + 3. */
function subtractFromTwo(ptr: usize, limbs: usize): void {
  let carry: u64 = 3;
  for (let i: usize = 0; i < limbs; i++) {
    const at = ptr + (i << 3);
    const sum = ~load<u64>(at) + carry;
    carry = u64(sum < carry);
    store<u64>(at, sum);
  }
}
