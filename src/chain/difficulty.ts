/** The difficulty of proof of work, by fork (YP 4.4.4, EIP-2, EIP-100, and the bomb's delays). */

import type { Header } from '../intake/header.js'
import type { Fork } from '../forks/forks.js'
import { rulesOf } from '../forks/rules.js'

export const MIN_DIFFICULTY = 131_072n
const BOUND_DIVISOR = 2_048n
/** Blocks slower than this lower the difficulty, in Frontier. */
const FRONTIER_DURATION_S = 13n
const MAX_STEPS_DOWN = -99n
/** The bomb doubles once in so many blocks. */
const BOMB_PERIOD = 100_000n
/** From here on it is more than any header can hold. */
const MAX_BOMB_DOUBLINGS = 256n

/**
 * The difficulty of a block on `parent`. It may be more than 256 bits: then there is no such block.
 * @param timestamp of the block
 * @param parentHasUncles EIP-100 counts them
 */
export function difficultyAfter(
  parent: Pick<Header, 'difficulty' | 'number' | 'timestamp'>,
  timestamp: bigint,
  fork: Fork,
  parentHasUncles: boolean,
): bigint {
  const step = parent.difficulty / BOUND_DIVISOR
  const steps = stepsOf(timestamp - parent.timestamp, fork, parentHasUncles)
  const difficulty = atLeastMinimum(parent.difficulty + step * steps)
  // As in geth. The Yellow Paper raises to the minimum after the bomb is added, which differs only
  // near the minimum, where mainnet never was
  return difficulty + bomb(parent.number + 1n, fork)
}

function stepsOf(seconds: bigint, fork: Fork, parentHasUncles: boolean): bigint {
  const { difficultyHasUncles, difficultyStep } = rulesOf(fork)
  if (difficultyStep === 0n) return seconds < FRONTIER_DURATION_S ? 1n : -1n
  const best = difficultyHasUncles && parentHasUncles ? 2n : 1n
  const steps = best - seconds / difficultyStep
  return steps > MAX_STEPS_DOWN ? steps : MAX_STEPS_DOWN
}

function bomb(number: bigint, { bombDelay = 0n }: Fork): bigint {
  const periods = (number - bombDelay) / BOMB_PERIOD
  if (periods < 2n) return 0n
  const doublings = periods - 2n
  return 1n << (doublings < MAX_BOMB_DOUBLINGS ? doublings : MAX_BOMB_DOUBLINGS)
}

function atLeastMinimum(difficulty: bigint): bigint {
  return difficulty > MIN_DIFFICULTY ? difficulty : MIN_DIFFICULTY
}
