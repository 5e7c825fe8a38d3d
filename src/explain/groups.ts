/** The groups of a round and their loads, found again from its messages. */

import { groupByRecipient } from '../messages/group.js'
import type { Hex, Message } from '../types.js'

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
  const runnable = messages.filter(({ delivery }) => delivery !== 'credit')
  const numbers = new Map<Hex, number>()
  const handles = Uint32Array.from(runnable, ({ to }) => {
    // 0 is nobody's handle
    const handle = numbers.get(to) ?? numbers.size + 1
    numbers.set(to, handle)
    return handle
  })
  const groups = groupByRecipient(handles, Float64Array.from(runnable, ({ gas }) => gas))
  return Array.from({ length: groups.count }, (_, i) => {
    const end = groups.first[i]! + groups.size[i]!
    const members = groups.members.subarray(groups.first[i]!, end)
    let gasUsed = 0
    for (const member of members) gasUsed += runnable[member]!.gasUsed
    return {
      recipient: runnable[members[0]!]!.to,
      messageCount: members.length,
      gas: groups.gas[i]!,
      gasUsed,
    }
  })
}
