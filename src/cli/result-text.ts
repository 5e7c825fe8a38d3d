/** Results for a person. */

import type { BlockResult, Round, Semantics } from '../index.js'
import { failureOf, hintForBlock } from './failure.js'
import { count, ms, shareOf } from './text.js'

/** More failed transactions than that are counted, not listed. */
const MAX_LISTED = 20

export function describeBlock(
  result: BlockResult,
  { semantics, workers }: { readonly semantics: Semantics; readonly workers: number },
): string {
  const { timing } = result
  const failed = result.receipts.filter(({ status }) => status === 0).length
  const gasPerSecond = result.gasUsed / timing.execution / 1e3
  const lines = [
    `block ${result.number}, ${semantics} semantics`,
    `  state root           ${result.stateRoot}`,
    `  receipts root        ${result.receiptsRoot}`,
    `  virtual blocks root  ${result.virtualBlocksRoot}`,
    `  transactions         ${count(result.receipts.length)}, ${count(failed)} failed`,
    `  gas used             ${count(result.gasUsed)}`,
    `  execution            ${ms(timing.execution)} on ${workers} ${
      workers === 1 ? 'worker' : 'workers'
    }, ${gasPerSecond.toFixed(0)} Mgas/s (senders ${ms(timing.senders)}, state root ${ms(
      timing.stateRoot,
    )}, results ${ms(timing.results)})`,
  ]
  if (result.rounds.length > 0) lines.push('', ...roundsTable(result.rounds))
  if (failed > 0) lines.push('', ...failures(result))
  const hint = hintForBlock(result)
  if (hint !== undefined) lines.push('', hint)
  return lines.join('\n')
}

/** Which transactions failed, and why. */
function failures({ receipts, rounds }: BlockResult): string[] {
  const failed = receipts.filter(({ status }) => status === 0)
  // Under actor semantics a transaction is message 0, and fails as that does
  const first = new Map(rounds[0]?.messages.map((message) => [message.transactionIndex, message]))
  const lines = failed.slice(0, MAX_LISTED).map((receipt) => {
    const { transactionHash, transactionIndex, outcome } = receipt
    const message = first.get(transactionIndex)
    const why = message === undefined ? undefined : failureOf(message)
    return `  tx ${transactionIndex}  ${transactionHash}  ${why ?? outcome}`
  })
  const more = failed.length - lines.length
  return ['failed transactions', ...lines, ...(more > 0 ? [`  and ${count(more)} more`] : [])]
}

const COLUMNS = ['round', 'messages', 'groups', 'gas', 'largest group', 'time'] as const

function roundsTable(rounds: readonly Round[]): string[] {
  const rows = rounds.map((round) => [
    `${round.round}`,
    count(round.messageCount),
    count(round.groupCount),
    count(round.gasUsed),
    shareOf(round.largestGroupGas, round.gasUsed),
    ms(round.ms),
  ])
  return [COLUMNS, ...rows].map(
    (row) => `  ${row.map((cell, i) => cell.padStart(i === 0 ? 5 : 15)).join('')}`,
  )
}
