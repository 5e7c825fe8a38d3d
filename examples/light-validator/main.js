/** The page: hands files to the thread that validates, shows what it says. */
import { verdictArticle, failureArticle } from './verdict.js'

const element = (id) => document.getElementById(id)
const thread = new Worker(new URL('thread.js', import.meta.url), { type: 'module' })
/** Of a stream that goes on and on, the latest are shown. */
const MOST_VERDICTS = 100

// Threads share memory, which a page has only if its server sends the two isolation headers
const mostWorkers = globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1
for (let count = 1; count <= mostWorkers; count++) {
  element('workers').append(new Option(String(count), String(count)))
}

thread.addEventListener('message', ({ data: { end, error, progress, verdict } }) => {
  if (progress !== undefined) showProgress(progress)
  if (verdict !== undefined) show(verdictArticle(verdict))
  if (error !== undefined) show(failureArticle(error))
  if (end === true) {
    tell('')
    element('stop').disabled = true
  }
})
thread.addEventListener('error', ({ message }) => {
  show(failureArticle(message || 'the validator could not be loaded'))
})

element('files').addEventListener('submit', (event) => event.preventDefault())
element('choose').addEventListener('change', ({ target }) => send([...target.files]))
element('stream').addEventListener('submit', (event) => {
  event.preventDefault()
  thread.postMessage({ url: element('url').value, workers: chosenWorkers() })
  element('stop').disabled = false
  tell('following…')
})
element('stop').addEventListener('click', () => thread.postMessage({ stop: true }))

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
  if (files.length !== 2) return tell('Two files are needed: the block and its witness.')
  tell('reading…')
  const starts = await Promise.all(files.map((file) => file.slice(0, 100).text()))
  const first = starts.findIndex((start) => BLOCK_FILE_START.test(start))
  if (first < 0) return tell('Neither of the files is a block file.')
  thread.postMessage({ block: files[first], witness: files[1 - first], workers: chosenWorkers() })
}

const BLOCK_FILE_START = /^\s*\{\s*"(chainId|fork|semantics|rules|hash|rlp|blocks)"/

function chosenWorkers() {
  return Number(element('workers').value)
}

function tell(text) {
  element('progress').textContent = text
  element('bar').hidden = true
}

function showProgress({ done, phase, total }) {
  tell(`${phase} ${done}${total === undefined ? '' : ` of ${total}`}`)
  const bar = element('bar')
  bar.hidden = false
  if (total === undefined) bar.removeAttribute('value')
  else Object.assign(bar, { max: total, value: done })
}

function show(article) {
  const verdicts = element('verdicts')
  verdicts.prepend(article)
  while (verdicts.childElementCount > MOST_VERDICTS) verdicts.lastElementChild.remove()
}
