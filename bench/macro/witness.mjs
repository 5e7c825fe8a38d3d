// Light validation: what a witness weighs, what validating from it takes beside plain execution, in
// Node and in Chromium, and what a page loads for it.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { createEngine, createValidator, encodeWitness } from 'actor-evm'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { expectEqual, workerCounts } from '../lib/engines.mjs'
import { inChromium } from '../lib/chromium.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'

const TRANSACTIONS = 1_000
const BROWSER_FOLDER = fileURLToPath(new URL('../../dist/browser', import.meta.url))
/**
 * Loaded only for a block that runs a precompile over bn254, BLS12-381 or P-256, or one that is
 * given with keys to sign it with.
 */
const ON_DEMAND = /^(curves|verifiers|(sign-transaction|dao-fork|tracer)-.*)\.js$/
/** Of engines, not of light validators. */
const OTHER_ENTRY = 'index.js'

export const witness = {
  name: 'witness',
  title: 'validation of the market from a witness',

  async run({ smoke }) {
    const scenario = buildScenario({ transactions: smoke ? 50 : TRANSACTIONS })
    const options = chainOf(scenario)
    const runs = smoke ? 1 : 7
    const produced = await execute(scenario, options, true)
    const { plain, validated } = await compareInNode(scenario, options, produced, runs)
    const chromium = await compareInChromium(options, produced, runs)
    const sizes = sizesOf(produced)
    const rows = [...timeRows(plain, validated, 'Node'), ...timeRows(plain, chromium, 'Chromium')]
    const files = filesOfBrowser()
    const skipped = chromium === undefined ? '\n\nChromium: none is installed here' : ''
    const text = [renderSizes(sizes), renderTimes(rows), renderFiles(files)].join('\n\n') + skipped
    return { sizes, rows, files, text }
  },
}

const chainOf = ({ chainId, fork, parameters }) => ({
  chainId,
  fork,
  parameters,
  semantics: 'actor',
})

/** On a new state: as it is before the block. */
async function execute({ alloc, env, transactions }, options, withWitness) {
  const engine = await createEngine({ ...options, workers: 1 })
  await engine.loadGenesis(alloc)
  if (withWitness) {
    const produced = await engine.produceBlock({ env, transactions })
    await engine.dispose()
    return produced
  }
  const prepared = await engine.prepareBlock({ env, transactions })
  const { stateRoot, timing } = await engine.executeBlock(prepared)
  await engine.dispose()
  return { stateRoot, ms: timing.total - prepared.timing.senders - prepared.timing.decode }
}

/** Execution and validation take turns. Senders are counted apart: both have to recover them. */
async function compareInNode(scenario, options, { bytes, hash, result, witness: its }, runs) {
  const counts = workerCounts()
  const validators = await Promise.all(
    counts.map((workers) => createValidator({ ...options, workers })),
  )
  const plain = []
  const samples = counts.map(() => ({ senders: [], rest: [] }))
  for (let run = runs === 1 ? 0 : -2; run < runs; run++) {
    const { ms, stateRoot } = await execute(scenario, options, false)
    expectEqual('state roots', stateRoot, result.stateRoot)
    if (run >= 0) plain.push(ms)
    for (const [i, validator] of validators.entries()) {
      const begin = performance.now()
      const verdict = await validator.validate({ block: bytes, blockHash: hash, witness: its })
      const total = performance.now() - begin
      expectEqual('validity', verdict.valid, true)
      if (run < 0) continue
      const { senders } = verdict.result.timing
      samples[i].senders.push(senders)
      samples[i].rest.push(total - senders)
    }
  }
  await Promise.all(validators.map((validator) => validator.dispose()))
  return { plain: summarize(plain), validated: summaries(counts, samples) }
}

const summaries = (counts, samples) =>
  counts.map((workers, i) => ({
    workers,
    senders: summarize(samples[i].senders),
    rest: summarize(samples[i].rest),
  }))

/** Undefined where there is no Chromium. */
async function compareInChromium(options, { bytes, hash, witness: its }, runs) {
  const counts = workerCounts()
  const samples = await inChromium({
    files: { block: bytes, witness: encodeWitness(its) },
    parameters: { options, counts, hash, runs },
    script: validateInPage,
  })
  return samples && summaries(counts, samples)
}

/** Runs in the page. */
async function validateInPage({ counts, files, hash, light, options, runs }) {
  const samples = []
  for (const workers of counts) {
    const validator = await light.createValidator({ ...options, workers })
    const sample = { senders: [], rest: [] }
    for (let run = runs === 1 ? 0 : -2; run < runs; run++) {
      const begin = performance.now()
      const verdict = await validator.validate({ ...files, blockHash: hash })
      const total = performance.now() - begin
      if (!verdict.valid) throw verdict.error
      if (run < 0) continue
      const { senders } = verdict.result.timing
      sample.senders.push(senders)
      sample.rest.push(total - senders)
    }
    await validator.dispose()
    samples.push(sample)
  }
  return samples
}

function sizesOf({ bytes, result, witness: its }) {
  const count = result.receipts.length
  const sum = (list) => list.reduce((total, item) => total + item.length, 0)
  const kinds = { block: [bytes], nodes: its.state, codes: its.codes, headers: its.headers }
  return Object.entries(kinds).map(([what, list]) => ({
    what,
    count: list.length,
    bytes: sum(list),
    bytesPerTransaction: sum(list) / count,
  }))
}

const timeRows = (plain, validated, where) =>
  (validated ?? []).map(({ rest, senders, workers }) => ({
    where,
    workers,
    ...rest,
    senders: senders.median,
    timesPlain: rest.median / plain.median,
    plain: plain.median,
  }))

function filesOfBrowser() {
  const names = readdirSync(BROWSER_FOLDER).filter((name) => /\.(js|wasm)$/.test(name))
  return names.map((name) => {
    const bytes = readFileSync(`${BROWSER_FOLDER}/${name}`)
    const isLight = !ON_DEMAND.test(name) && name !== OTHER_ENTRY
    // Names of chunks end in a hash
    const stem = name.replace(/-[\w-]{8}(?=\.js$)/, '-*')
    return { name: stem, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, isLight }
  })
}

const renderSizes = (rows) =>
  table([
    ['', 'items', 'bytes', 'bytes a transaction'],
    ...rows.map((it) => [
      it.what,
      number(it.count, 0),
      number(it.bytes, 0),
      number(it.bytesPerTransaction, 0),
    ]),
  ])

const renderTimes = (rows) =>
  table([
    ['', 'ms without senders', 'min', 'max', '× plain execution in Node', 'senders, ms'],
    ...rows.map((it) => [
      `${it.where}, ${it.workers} workers`,
      number(it.median),
      number(it.min),
      number(it.max),
      number(it.timesPlain, 2),
      number(it.senders),
    ]),
  ])

function renderFiles(files) {
  const light = files.filter(({ isLight }) => isLight)
  const total = (field) => light.reduce((sum, file) => sum + file[field], 0)
  const row = ({ bytes, gzip, isLight, name }) => [
    name,
    number(bytes, 0),
    number(gzip, 0),
    isLight ? 'yes' : 'no',
  ]
  return table([
    ['file for browsers', 'bytes', 'gzip', 'loaded by a light validator'],
    ...files.map(row),
    ['all that one loads', number(total('bytes'), 0), number(total('gzip'), 0), ''],
  ])
}
