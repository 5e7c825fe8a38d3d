/** What the page shows of a verdict. */
import { drawTimeline } from './timeline.js'

const ROUNDED = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const count = (number, what) => `${ROUNDED.format(number)} ${what}${number === 1 ? '' : 's'}`
const kilobytes = (bytes) => `${ROUNDED.format(bytes / 1000)} kB`
const milliseconds = (ms) => `${ROUNDED.format(ms)} ms`

/** @param verdict as thread.js sends it */
export function verdictArticle(verdict) {
  return verdict.consistent ? consistentArticle(verdict) : refusedArticle(verdict)
}

/** @param {string} error why there is no verdict */
export function failureArticle(error) {
  return article('No verdict', 'refused', { error })
}

const RESTS_ON = {
  hash: 'the hash in the block file: compare it with one that you trust',
  nothing: 'nothing: the block file states no hash, so this may be a block of any chain',
}

function consistentArticle(verdict) {
  const { blockBytes, gasUsed, hash, ms, number, rounds, stateRoot, timing, transactions, witness } =
    verdict
  const { execution, senders } = timing
  const rest = ms - senders - execution
  const [is, kind] = verdict.valid ? ['valid', 'valid'] : ['consistent, not valid', 'refused']
  const shown = article(`Block ${number} is ${is}`, kind, {
    block: hash,
    'rests on': RESTS_ON[verdict.restsOn],
    'state root': stateRoot,
    time:
      `${milliseconds(ms)}: senders ${milliseconds(senders)}, execution ` +
      `${milliseconds(execution)}, witness and roots ${milliseconds(rest)}`,
    sizes:
      `${kilobytes(blockBytes)} of block, ${kilobytes(witness.bytes)} of witness ` +
      `(${count(witness.nodes, 'node')}, ${count(witness.codes, 'code')})`,
    work:
      `${count(transactions, 'transaction')}, ${count(gasUsed / 1e6, 'million')} of gas, ` +
      count(rounds.length, 'round'),
  })
  if (rounds.length > 0) shown.append(drawTimeline(rounds))
  return shown
}

function refusedArticle({ difference, hash, ms, reason }) {
  const { expected, got, what } = difference
  const facts = { block: hash, where: what, expected, got, time: milliseconds(ms) }
  return article(`Refused: ${reason.replaceAll('-', ' ')}`, 'refused', facts)
}

function article(title, kind, facts) {
  const shown = document.createElement('article')
  shown.className = kind
  const heading = document.createElement('h2')
  heading.textContent = title
  const list = document.createElement('dl')
  for (const [name, value] of Object.entries(facts)) {
    const [term, description] = [document.createElement('dt'), document.createElement('dd')]
    term.textContent = name
    description.textContent = value
    list.append(term, description)
  }
  shown.append(heading, list)
  return shown
}
