/**
 * The validator, in a thread of its own: the page stays free whatever a block does.
 *
 * in:  {block, witness, workers}   buffers of two files
 *      {url, workers}              lines of JSON, each {block, witness} as in the files
 * out: {progress} | {verdict} | {error} | {end}
 */
import {
  createValidator,
  decodeWitness,
  parseBlockFile,
  witnessFromJson,
} from '../../dist/browser/light.js'

const OPENING_BRACKETS = ['{'.charCodeAt(0), '['.charCodeAt(0)]

/** Messages come one by one: a file that is dropped waits for the one before. */
let turn = Promise.resolve()
addEventListener('message', ({ data }) => {
  turn = turn.then(() => handle(data)).catch((error) => postMessage({ error: String(error) }))
})

async function handle({ block, url, witness, workers }) {
  if (url !== undefined) await follow(url, workers)
  else await judge(decodeText(block), readWitnesses(new Uint8Array(witness)), workers)
  postMessage({ end: true })
}

async function follow(url, workers) {
  const response = await fetch(url)
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
      await judge(block, [witness].flat().map(witnessFromJson), workers)
    }
    if (done) return
  }
}

async function judge(blockFile, witnesses, workers) {
  const { blocks, chain } = parseBlockFile(blockFile)
  if (blocks.length !== witnesses.length) {
    throw new Error(`${blocks.length} blocks, but ${witnesses.length} witnesses`)
  }
  const validator = await createValidator({ ...chain, workers })
  try {
    for (const [i, { hash, rlp }] of blocks.entries()) {
      const start = performance.now()
      const verdict = await validator.validate({
        block: rlp,
        blockHash: hash,
        witness: witnesses[i],
        onProgress: (progress) => postMessage({ progress }),
      })
      postMessage({ verdict: summary(verdict, hash, rlp.length, performance.now() - start) })
    }
  } finally {
    await validator.dispose()
  }
}

/** What the page shows; results stay here. */
function summary(verdict, hash, blockBytes, ms) {
  if (!verdict.valid) {
    const { difference, reason } = verdict
    return { valid: false, hash, reason, difference, ms }
  }
  const { number, result, stateRoot, witness } = verdict
  const rounds = result.rounds.map(({ round, groupCount, messageCount, ms: roundMs, perWorker }) => {
    return { round, groupCount, messageCount, ms: roundMs, busyMs: perWorker.map((it) => it.busyMs) }
  })
  const transactions = result.receipts.length
  return {
    valid: true, number: String(number), hash, stateRoot, witness, blockBytes, transactions, rounds, ms,
  }
}

function readWitnesses(bytes) {
  if (!OPENING_BRACKETS.includes(bytes[0])) return [decodeWitness(bytes)]
  return [JSON.parse(decodeText(bytes))].flat().map(witnessFromJson)
}

function decodeText(buffer) {
  return new TextDecoder().decode(buffer)
}
