// Recovery of senders: what a block costs before it can be executed, beside @ethereumjs/tx.
import { createTxFromRLP } from '@ethereumjs/tx'
import { createEngine } from 'actor-evm'
import { expectEqual, workerCounts } from '../lib/engines.mjs'
import { takeTurnsBeside, withIndependentEngines } from '../lib/independent.mjs'
import { peerCommon } from '../lib/peer.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, environment } from '../lib/unsigned-block.mjs'

const TRANSACTIONS = 2_000
const PEER_TRANSACTIONS = 200
/** Signing is slow: a few keys, many nonces. */
const KEYS = 50

export const senders = {
  name: 'senders',
  title: 'recovery of senders',

  async run({ smoke }) {
    const count = smoke ? 20 : TRANSACTIONS
    const block = await signedBlock(count)
    const engines = await Promise.all(
      workerCounts().map((workers) => createEngine({
        semantics: 'actor',
        workers,
        memory: 2 ** 30,
      })),
    )
    const found = []
    const own = engines.map((engine, i) => async () => {
      const prepared = await engine.prepareBlock(block)
      found[i] = prepared.senders
      return (prepared.timing.senders / count) * 1e3
    })
    const peerCount = Math.min(count, PEER_TRANSACTIONS)
    const common = peerCommon()
    const peer = () => {
      const raw = block.transactions.slice(0, peerCount)
      const transactions = raw.map((bytes) => createTxFromRLP(bytes, { common }))
      const start = performance.now()
      const addresses = transactions.map((tx) => tx.getSenderAddress().toString())
      const ms = performance.now() - start
      const ours = found[0].slice(0, peerCount).map((address) => `0x${hex(address)}`)
      expectEqual('senders', `${ours}`, `${addresses}`)
      return (ms / peerCount) * 1e3
    }
    const options = smoke ? { warmups: 0, runs: 1 } : { warmups: 1, runs: 7 }
    const { machine, summaries } = await withIndependentEngines(workerCounts(), (independent) =>
      takeTurnsBeside(independent, workerCounts(), [...own, peer], options),
    )
    await Promise.all(engines.map((engine) => engine.dispose()))
    const names = [...engines.map(({ workers }) => `${workers} workers`), '@ethereumjs/tx']
    const rows = names.map((name, i) => row(name, summaries[i], summaries, machine[i]))
    return { rows, text: render(rows) }
  },
}

const hex = (bytes) => Buffer.from(bytes).toString('hex')

const row = (name, summary, summaries, machine) => ({
  engine: name,
  ...summary,
  perSecond: 1e6 / summary.median,
  speedUp: summaries[0].median / summary.median,
  machine,
  timesPeer: summaries.at(-1).median / summary.median,
})

async function signedBlock(count) {
  const engine = await createEngine({ semantics: 'actor', workers: 1 })
  const transactions = Array.from({ length: count }, (_, i) => ({
    nonce: Math.floor(i / KEYS),
    gasLimit: 21_000,
    gasPrice: 10,
    to: addressOf(i),
    value: 1,
    chainId: 1,
    secretKey: `0x${((i % KEYS) + 1).toString(16).padStart(64, '0')}`,
  }))
  const env = environment(count * 21_000)
  const signed = await engine.prepareBlock({ env, transactions })
  await engine.dispose()
  return { env, transactions: signed.transactions.map(({ raw }) => raw) }
}

function render(rows) {
  return table([
    ['', 'µs each', 'min', 'max', 'per second', 'speed-up', 'machine', '× peer'],
    ...rows.map((it) => [
      it.engine,
      number(it.median),
      number(it.min),
      number(it.max),
      number(it.perSecond, 0),
      `${number(it.speedUp, 2)} ×`,
      it.machine === undefined ? '–' : `${number(it.machine, 2)} ×`,
      number(it.timesPeer),
    ]),
  ])
}
