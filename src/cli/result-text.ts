/** Results for a person. */

import type { BlockResult, Round } from '../index.js'
import { count, ms, shareOf } from './text.js'

export function describeBlock(result: BlockResult, workers: number): string {
  const { timing } = result
  const failed = result.receipts.filter(({ status }) => status === 0).length
  const gasPerSecond = result.gasUsed / timing.execution / 1e3
  const lines = [
    `block ${result.number}`,
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
  return lines.join('\n')
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
