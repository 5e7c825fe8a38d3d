// The outcome of the example's block, for a person.

/**
 * @typedef {import('../../src/base/types.js').BlockResult} BlockResult
 * @typedef {{workers: number, result: BlockResult}} Run
 */

/** The rounds of a block: sizes, groups, and how even the groups are. */
export function describeRounds({ rounds }) {
  const rows = rounds.map((round) => [
    round.round === 0 ? 'block' : `virtual ${round.round}`,
    count(round.messageCount),
    count(round.groupCount),
    megagas(round.gasUsed),
    percent(round.largestGroupGas, round.gasUsed),
  ])
  return table(['', 'messages', 'groups', 'Mgas', 'largest group'], rows)
}

/**
 * Time and speed of the same block on different numbers of workers.
 *
 * @param {Run[]} runs the first is what the others are compared with
 */
export function describeSpeed(runs) {
  const base = runs[0].result.timing.execution
  const rows = runs.map(({ workers, result }) => {
    const { execution } = result.timing
    return [
      count(workers),
      execution.toFixed(1),
      (result.gasUsed / 1e3 / execution).toFixed(0),
      `${(base / execution).toFixed(2)} ×`,
    ]
  })
  return table(['workers', 'ms', 'Mgas/s', 'speed-up'], rows)
}

/** The roots, and whether every run came to the same. */
export function describeRoots(runs) {
  const names = ['stateRoot', 'receiptsRoot', 'virtualBlocksRoot']
  return names.map((name) => {
    const roots = new Set(runs.map(({ result }) => result[name]))
    const verdict = roots.size === 1 ? 'equal on all' : 'DIFFERENT'
    return `${name.padEnd(18)} ${[...roots].join(' ')}  ${verdict}`
  })
}

/** How many transactions and messages did what they were sent for. */
export function describeOutcome({ receipts, rounds }) {
  const failed = receipts.filter(({ status }) => status === 0).length
  const emitted = rounds.slice(1).flatMap(({ messages }) => messages)
  const failedMessages = emitted.filter(({ status }) => status === 0).length
  return [
    `${count(receipts.length)} transactions, ${count(failed)} failed`,
    `${count(emitted.length)} messages, ${count(failedMessages)} failed`,
  ]
}

/** Lines of right-aligned columns. */
function table(head, rows) {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  return all.map((row) => row.map((cell, column) => cell.padStart(widths[column])).join('   '))
}

function count(number) {
  return number.toLocaleString('en')
}

function megagas(gas) {
  return (gas / 1e6).toFixed(1)
}

function percent(part, whole) {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}
