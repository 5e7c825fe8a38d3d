/** What miners were paid, before Paris (YP 11.3, EIP-649, EIP-1234). */

import type { Header } from '../intake/header.js'
import type { Fork } from '../forks/forks.js'
import { rulesOf } from '../forks/rules.js'

/** An uncle gets an eighth less for each generation that it is older than the block. */
const UNCLE_EIGHTHS = 8n
/** What the block's miner gets for each uncle: a 32nd. */
const NEPHEW_SHARE = 32n

export interface Reward {
  /** 20 bytes. */
  readonly address: Uint8Array
  /** In wei. */
  readonly amount: bigint
}

/** In the order in which they are paid; none from Paris on. */
export function blockRewards(
  header: Header,
  uncles: readonly Header[],
  fork: Fork,
): Reward[] {
  const reward = rulesOf(fork).blockReward
  if (reward === 0n) return []
  const ofUncles = uncles.map((uncle) => ({
    address: uncle.coinbase,
    amount: ommerReward(reward, header.number - uncle.number),
  }))
  const amount = reward + nephewReward(reward) * BigInt(uncles.length)
  return [...ofUncles, { address: header.coinbase, amount }]
}

/** What an uncle's miner gets. @param delta generations between the uncle and the block */
export function ommerReward(reward: bigint, delta: bigint): bigint {
  return ((UNCLE_EIGHTHS - delta) * reward) / UNCLE_EIGHTHS
}

/** What the block's miner gets for each uncle. */
export function nephewReward(reward: bigint): bigint {
  return reward / NEPHEW_SHARE
}
