/** The groups of a round and their loads, found again from its messages. */

import type { Hex, Message } from '../base/types.js'

/** The messages of one recipient in one round. */
export interface GroupLoad {
  readonly recipient: Hex
  readonly messageCount: number
  /** What its messages may use, by which the engine places groups. */
  readonly gas: number
  readonly gasUsed: number
}

/** What grouping needs of a message. */
export type GroupedMessage = Pick<Message, 'to' | 'gas' | 'gasUsed' | 'delivery'>

/**
 * @param messages of one round, in order of delivery; credits form no group
 * @returns in the order in which the engine's workers claim them: longest first by gas
 */
export function groupsOf(messages: readonly GroupedMessage[]): GroupLoad[] {
  const groups = new Map<Hex, GroupLoad>()
  for (const { to, gas, gasUsed, delivery } of messages) {
    if (delivery === 'credit') continue
    const before = groups.get(to)
    groups.set(to, {
      recipient: to,
      messageCount: (before?.messageCount ?? 0) + 1,
      gas: (before?.gas ?? 0) + gas,
      gasUsed: (before?.gasUsed ?? 0) + gasUsed,
    })
  }
  // Those of equal gas stay in order of first appearance
  return [...groups.values()].sort((a, b) => b.gas - a.gas)
}
