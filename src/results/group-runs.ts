/** The groups of a round, told from its messages. */

import { MESSAGE_KIND_GROUP } from '../../assembly/abi/records.js'
import type { GroupRun, Hex, Message } from '../base/types.js'
import type { RoundArchive } from './message-archive.js'

/** In order of their first messages. */
export function groupRuns(
  messages: readonly Message[],
  { kinds, workers }: Pick<RoundArchive, 'kinds' | 'workers'>,
): GroupRun[] {
  const groups = new Map<Hex, GroupRun>()
  messages.forEach(({ gasUsed, to }, i) => {
    if (kinds[i] !== MESSAGE_KIND_GROUP) return
    const before = groups.get(to) ?? { messages: 0, gasUsed: 0 }
    groups.set(to, {
      recipient: to,
      messages: before.messages + 1,
      gasUsed: before.gasUsed + gasUsed,
      worker: workers[i]!,
    })
  })
  return [...groups.values()]
}
