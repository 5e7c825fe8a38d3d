/**
 * The validator, in a thread of its own: the page stays free whatever a block does.
 *
 * in:  {block, witness, workers}   two files
 *      {url, workers}              lines of JSON, each {block, witness} as in the files
 *      {stop}                      no further lines
 * out: {progress} | {verdict} | {error}, and {end} when all that was asked for is done
 */
import {
  createValidator,
  decodeWitness,
  parseBlockFile,
  witnessFromJson,
} from '../../dist/browser/light.js'

const OPENING_BRACKETS = ['{'.charCodeAt(0), '['.charCodeAt(0)]

/** Short enough to look smooth. */
const PROGRESS_EVERY_MS = 50

/** Messages come one by one: a file that is dropped waits for the one before. */
let turn = Promise.resolve()
let asked = 0
let stopping = new AbortController()
addEventListener('message', ({ data }) => {
  if (data.stop === true) {
    stopping.abort()
    stopping = new AbortController()
    return
  }
  const { signal } = stopping
  asked++
  turn = turn
    .then(() => handle(data, signal))
    .catch((error) => signal.aborted || postMessage({ error: String(error) }))
    .then(() => --asked === 0 && postMessage({ end: true }))
})

async function handle({ block, url, witness, workers }, signal) {
  if (url !== undefined) return follow(url, workers, signal)
  const bytes = new Uint8Array(await witness.arrayBuffer())
  return judge(await block.text(), readWitnesses(bytes), workers, signal)
}

async function follow(url, workers, signal) {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  const lines = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value = '' } = await lines.read()
    const parts = (rest + value).split('\n')
    rest = done ? '' : parts.pop()
    for (const line of parts) {
      if (line.trim() === '') continue
      const { block, witness } = JSON.parse(line)
      await judge(block, [witness].flat().map(witnessFromJson), workers, signal)
    }
    if (done) return
  }
}

async function judge(blockFile, witnesses, workers, signal) {
  const { blocks, chain } = parseBlockFile(blockFile)
  if (blocks.length !== witnesses.length) {
    throw new Error(`${blocks.length} blocks, but ${witnesses.length} witnesses`)
  }
  const validator = await validatorOf({ ...chain, workers })
  for (const [i, { hash, rlp }] of blocks.entries()) {
    const start = performance.now()
    const verdict = await validator.validate({
      block: rlp,
      blockHash: hash,
      witness: witnesses[i],
      signal,
      onProgress: seldom((progress) => postMessage({ progress })),
    })
    postMessage({ verdict: summary(verdict, hash, rlp.length, performance.now() - start) })
  }
}

let validator
let nameOfValidator

/** Blocks of one chain share a validator, its memory and its threads. */
async function validatorOf(options) {
  const name = JSON.stringify(options)
  if (name === nameOfValidator) return validator
  await validator?.dispose()
  nameOfValidator = undefined
  validator = await createValidator(options)
  nameOfValidator = name
  return validator
}

function seldom(report) {
  let last = 0
  return (progress) => {
    const now = performance.now()
    if (now - last < PROGRESS_EVERY_MS) return
    last = now
    report(progress)
  }
}

/** What the page shows; results stay here. */
function summary(verdict, hash, blockBytes, ms) {
  const { consistent, restsOn, valid } = verdict
  if (!consistent) {
    const { difference, reason } = verdict
    return { valid, consistent, hash: hash ?? 'not stated', reason, difference, ms }
  }
  const { blockHash, number, result, stateRoot, witness } = verdict
  const { gasUsed, timing } = result
  const rounds = result.rounds.map(({ groups, messageCount, ms: roundMs, perWorker, round }) => {
    return { groups, messageCount, ms: roundMs, busyMs: perWorker.map((it) => it.busyMs), round }
  })
  const facts = { number: String(number), hash: blockHash, stateRoot, witness, blockBytes, gasUsed }
  return { valid, consistent, restsOn, ...facts, transactions: result.receipts.length, rounds, timing, ms }
}

function readWitnesses(bytes) {
  if (!OPENING_BRACKETS.includes(bytes[0])) return [decodeWitness(bytes)]
  return [JSON.parse(new TextDecoder().decode(bytes))].flat().map(witnessFromJson)
}
