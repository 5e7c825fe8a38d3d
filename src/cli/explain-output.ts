/** Explanations as text and as JSON. */

import type { BlockCosts, BlockParallelism, BlockResult, RoundParallelism } from '../index.js'
import { hintForBlock } from './failure.js'
import { count, ms, shareOf, shortAddress } from './text.js'

/** Execution of a block here, on one worker and on several. */
export interface Measured {
  readonly workers: number
  readonly aloneMs: number
  readonly ms: number
  readonly speedUp: number
  /** In milliseconds. */
  readonly costs: BlockCosts
}

/** Of the table of rounds: round, messages, groups, gas, largest group and its recipient. */
const WIDTHS = [5, 12, 10, 16, 15, 13]
const BAR_WIDTH = 32
/** From empty to full. */
const BAR_PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█']
const SPARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
/** Groups are shown in as many columns at most, largest first. */
const SPARK_COLUMNS = 16

export function describeExplanation(
  result: BlockResult,
  parallelism: BlockParallelism,
  measured: Measured | undefined,
): string {
  const { rounds, messageCount, gasUsed, criticalPathGas } = parallelism
  const hint = hintForBlock(result)
  const size = [
    `${count(result.receipts.length)} transactions`,
    `${count(messageCount)} messages in ${rounds.length} rounds`,
    `${count(gasUsed)} gas in messages`,
  ]
  return [
    `block ${result.number}: ${size.join(', ')}`,
    '',
    ...roundsTable(rounds),
    '',
    `  critical path  ${count(criticalPathGas)} gas, ${shareOf(criticalPathGas, gasUsed)} of all`,
    '',
    ...predictionsTable(parallelism, measured),
    ...(hint === undefined ? [] : ['', hint]),
    '',
  ].join('\n')
}

function roundsTable(rounds: readonly RoundParallelism[]): string[] {
  const header = ['round', 'messages', 'groups', 'gas', 'largest group', '', '']
  const rows = rounds.map((round) => [
    `${round.round}`,
    count(round.messageCount),
    count(round.groupCount),
    count(round.gasUsed),
    shareOf(round.largestGroupGas, round.gasUsed),
    round.largestGroup === null ? '' : shortAddress(round.largestGroup),
    `  ${sparkline(round)}`,
  ])
  return [header, ...rows].map((row) => {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(WIDTHS[i]!)))
    return `  ${cells.join('')}`.trimEnd()
  })
}

/** Gas of the groups, the largest first. */
export function sparkline({ groups }: Pick<RoundParallelism, 'groups'>): string {
  const loads = groups.map(({ gasUsed }) => gasUsed).sort((a, b) => b - a)
  const largest = loads[0] ?? 0
  const width = Math.min(SPARK_COLUMNS, loads.length)
  return Array.from({ length: width }, (_, i) => {
    const load = loads[Math.floor((i * loads.length) / width)]!
    const level = largest === 0 ? 0 : Math.round((load / largest) * (SPARKS.length - 1))
    return SPARKS[level]
  }).join('')
}

function predictionsTable(
  { predictions }: BlockParallelism,
  measured: Measured | undefined,
): string[] {
  const highest = Math.max(...predictions.map(({ speedUp }) => speedUp), measured?.speedUp ?? 0)
  const line = (workers: number, name: string, speedUp: number): string => {
    const times = `${speedUp.toFixed(1)} ×`
    const cells = [`${workers}`.padStart(7), name.padEnd(9), times.padStart(9)]
    return `  ${cells.join(' ')}  ${bar(speedUp / highest)}`
  }
  const lines = [`  workers  speed-up${measured === undefined ? ', by gas alone' : ''}`]
  for (const { workers, speedUp } of predictions) lines.push(line(workers, 'predicted', speedUp))
  if (measured !== undefined) {
    const { workers, speedUp, aloneMs } = measured
    const times = `${ms(measured.ms)}, on 1 worker ${ms(aloneMs)}`
    lines.push(`${line(workers, 'measured', speedUp)}  ${times}`, '', costsLine(measured))
  }
  return lines
}

function costsLine({ costs: { serial, wake } }: Measured): string {
  const alone = `${ms(serial)} of admission, sorting and settlement`
  return `  one thread alone: ${alone}; waking threads: ${wake.toFixed(2)} ms a round`
}

/** @param part from 0 to 1 */
export function bar(part: number): string {
  const eighths = Math.round(part * BAR_WIDTH * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + BAR_PARTS[eighths % 8]!
}

/** Gas, counts, milliseconds as numbers; a prediction's time is gas if none was measured. */
export function explanationJson(
  result: BlockResult,
  { rounds, messageCount, gasUsed, criticalPathGas, predictions }: BlockParallelism,
  measured: Measured | undefined,
): Record<string, unknown> {
  return {
    number: Number(result.number),
    transactions: result.receipts.length,
    messages: messageCount,
    gasUsed,
    criticalPathGas,
    rounds: rounds.map((round) => ({
      round: round.round,
      messages: round.messageCount,
      groups: round.groupCount,
      gasUsed: round.gasUsed,
      largestGroupGas: round.largestGroupGas,
      largestGroup: round.largestGroup,
    })),
    timeUnit: measured === undefined ? 'gas' : 'ms',
    predictions,
    measured: measured ?? null,
  }
}
