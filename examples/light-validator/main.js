/** The page: hands files to the thread that validates, shows what it says. */
import { drawTimeline } from './timeline.js'

const element = (id) => document.getElementById(id)
const thread = new Worker(new URL('thread.js', import.meta.url), { type: 'module' })

// Threads share memory, which a page has only if its server sends the two isolation headers
const mostWorkers = globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1
for (let count = 1; count <= mostWorkers; count++) {
  element('workers').append(new Option(String(count), String(count)))
}

thread.addEventListener('message', ({ data: { end, error, progress, verdict } }) => {
  if (progress !== undefined) showProgress(progress)
  if (verdict !== undefined) element('verdicts').prepend(verdictArticle(verdict))
  if (error !== undefined) element('verdicts').prepend(article('Cannot be read', false, { error }))
  if (end !== undefined || error !== undefined) element('progress').textContent = ''
})

element('choose').addEventListener('change', ({ target }) => send([...target.files]))
element('stream').addEventListener('submit', (event) => {
  event.preventDefault()
  thread.postMessage({ url: element('url').value, workers: chosenWorkers() })
  element('progress').textContent = 'following…'
})

const drop = element('drop')
for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  drop.addEventListener(type, (event) => {
    event.preventDefault()
    drop.classList.toggle('over', type === 'dragenter' || type === 'dragover')
  })
}
drop.addEventListener('drop', ({ dataTransfer }) => send([...dataTransfer.files]))

/** Of two files the one that says which chain it is of holds the block. */
async function send(files) {
  if (files.length !== 2) {
    element('progress').textContent = 'Two files are needed: the block and its witness.'
    return
  }
  element('progress').textContent = 'reading…'
  const buffers = await Promise.all(files.map((file) => file.arrayBuffer()))
  const first = files.findIndex((_, i) => isBlockFile(buffers[i]))
  if (first < 0) {
    element('progress').textContent = 'Neither of the files is a block file.'
    return
  }
  const [block, witness] = [buffers[first], buffers[1 - first]]
  thread.postMessage({ block, witness, workers: chosenWorkers() }, [block, witness])
}

const BLOCK_FILE_START = /^\s*\{\s*"(chainId|fork|semantics|rules|hash|rlp|blocks)"/

function isBlockFile(buffer) {
  return BLOCK_FILE_START.test(new TextDecoder().decode(buffer.slice(0, 100)))
}

function chosenWorkers() {
  return Number(element('workers').value)
}

function showProgress({ done, phase, total }) {
  element('progress').textContent = `${phase} ${done}${total === undefined ? '' : ` of ${total}`}`
}

function verdictArticle(verdict) {
  const { difference, hash, ms, reason, valid } = verdict
  const time = `${ms.toFixed(1)} ms`
  if (!valid) {
    return article(`Refused: ${reason}`, false, {
      block: hash, [difference.what]: '', expected: difference.expected, got: difference.got, time,
    })
  }
  const { blockBytes, number, rounds, stateRoot, transactions, witness } = verdict
  const shown = article(`Block ${number} is valid`, true, {
    block: hash,
    'state root': stateRoot,
    time,
    sizes: `${blockBytes} bytes of block, ${witness.bytes} of witness: ` +
      `${witness.nodes} nodes, ${witness.codes} codes`,
    work: `${transactions} transactions, ${rounds.length} rounds`,
  })
  if (rounds.length > 0) shown.append(drawTimeline(rounds))
  return shown
}

function article(title, isValid, facts) {
  const shown = document.createElement('article')
  shown.className = isValid ? 'valid' : 'refused'
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
