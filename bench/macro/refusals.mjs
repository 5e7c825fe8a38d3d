// What it costs to refuse a block, beside what a large valid one costs: each refusal by the first
// rule that is broken. CPU time of all threads, since nothing else compares.
import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { createEngine, createValidator } from 'actor-evm'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { takeTurns } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, environment } from '../lib/unsigned-block.mjs'

/** Of today's mainnet. */
const GAS_LIMIT = 60_000_000
const TRANSFER_GAS = 21_000
/** EIP-7934. */
const MAX_BLOCK_BYTES = 8 * 2 ** 20
const MEMORY = 2 ** 30
const KEYS = 50
/** Place of the signature's r in a legacy transaction, then places in a header. */
const R = 7
/** Place of the nonce in an authorization. */
const NONCE = 2
/** Place of the list of them. */
const AUTHORIZATIONS = 9
const [PARENT_HASH, STATE_ROOT, TRANSACTIONS_ROOT] = [0, 3, 4]
const [NUMBER, EXTRA_DATA, EXCESS] = [8, 12, 18]

export const refusals = {
  name: 'refusals',
  title: 'what refusing a block costs',

  async run({ smoke }) {
    const gasLimit = smoke ? 1_000_000 : GAS_LIMIT
    const made = await produce(Math.floor(gasLimit / TRANSFER_GAS), gasLimit)
    const cases = await makeCases(made, smoke ? 2 ** 16 : MAX_BLOCK_BYTES - 2_000)
    const validator = await createValidator({ ...OPTIONS, rules: 'execution' })
    const contestants = cases.map(({ block, blockHash, name, reason, witness }) => async () => {
      const begin = process.cpuUsage()
      const verdict = await validator.validate({ block, blockHash, witness })
      const { system, user } = process.cpuUsage(begin)
      const found = verdict.valid ? 'valid' : verdict.reason
      if (found !== reason) throw new Error(`${name}: expected ${reason}, got ${found}`)
      return (system + user) / 1_000
    })
    const options = smoke ? { warmups: 0, runs: 1 } : { warmups: 1, runs: 5 }
    const summaries = await takeTurns(contestants, options)
    await validator.dispose()
    const rows = cases.map(({ block, name, reason }, i) => ({
      name,
      reason,
      bytes: block.length,
      ...summaries[i],
      ofValid: summaries[i].median / summaries[0].median,
    }))
    return { rows, text: render(rows) }
  },
}

const OPTIONS = { semantics: 'ethereum', fork: 'prague', workers: 1, memory: MEMORY, chainId: 1 }

/** Transfers: as many senders as a block has gas for. */
async function produce(count, gasLimit) {
  const engine = await createEngine(OPTIONS)
  const keys = Array.from({ length: KEYS }, (_, i) => `0x${(i + 1).toString(16).padStart(64, '0')}`)
  const env = environment(gasLimit)
  const transactions = Array.from({ length: count }, (_, i) => ({
    nonce: Math.floor(i / KEYS),
    gasLimit: TRANSFER_GAS,
    gasPrice: 10,
    to: addressOf(i),
    value: 1,
    chainId: 1,
    secretKey: keys[i % KEYS],
  }))
  const { senders, transactions: signed } = await engine.prepareBlock({ env, transactions })
  const alloc = Object.fromEntries(
    senders.slice(0, KEYS).map((sender) => [`0x${hex(sender)}`, { balance: 10n ** 18n }]),
  )
  await engine.loadGenesis(alloc)
  const made = await engine.produceBlock({ env, transactions: signed.map(({ raw }) => raw) })
  await engine.dispose()
  return made
}

async function makeCases({ bytes, hash, witness }, room) {
  const [header, transactions, uncles, withdrawals] = RLP.decode(bytes)
  const forge = async (name, reason, { body, fields = {}, isFit = true, more = {} }) => {
    const changed = header.map((value, i) => fields[i] ?? value)
    if (isFit && body !== undefined) changed[TRANSACTIONS_ROOT] = await rootOf(body)
    const block = RLP.encode([changed, body ?? transactions, uncles, withdrawals])
    return { name, reason, block, blockHash: keccak_256(RLP.encode(changed)), witness, ...more }
  }
  const legacy = (item) => (item instanceof Uint8Array ? item : RLP.encode(item))
  const size = transactions.reduce((sum, item) => sum + legacy(item).length, 0)
  const copies = Math.max(2, Math.floor(room / size))
  const many = Array.from({ length: copies }, () => transactions).flat()
  const data = await signedWith({ data: `0x${'01'.repeat(room)}`, gasLimit: TRANSFER_GAS })
  const auths = await signedWith({ gasLimit: TRANSFER_GAS, authorizationList: 1 })
  const auth = auths[AUTHORIZATIONS][0]
  const count = Math.floor(room / (RLP.encode(auth).length + 2))
  auths[AUTHORIZATIONS] = Array.from({ length: count }, (_, i) => auth.with(NONCE, i))
  const setCode = concat(Uint8Array.of(4), RLP.encode(auths))
  const last = [...transactions.slice(0, -1), spoil(transactions.at(-1))]
  const state = witness.state.slice(1)
  const zeros = new Uint8Array(32)
  const valid = { name: 'a valid block', reason: 'valid', block: bytes, blockHash: hash, witness }
  return [
    valid,
    { ...valid, name: 'too large', reason: 'block-too-large', block: zerosOf(2 ** 27 + 1) },
    { ...valid, name: 'no RLP', reason: 'malformed-rlp', block: zerosOf(room).fill(0xff) },
    await forge('a header of 9 kB', 'field-out-of-range', {
      fields: { [EXTRA_DATA]: zerosOf(9_000) },
    }),
    await forge('another hash than the trusted one', 'hash-mismatch', {
      more: { blockHash: zeros },
    }),
    await forge('no child of the parent', 'unknown-parent', { fields: { [PARENT_HASH]: zeros } }),
    await forge('a header rule', 'number-not-next', { fields: { [NUMBER]: Uint8Array.of(9) } }),
    await forge('blob gas without a price', 'field-out-of-range', {
      fields: { [EXCESS]: zerosOf(8).fill(255) },
    }),
    await forge('8 MiB of other transactions', 'transactions-root-mismatch', {
      body: many,
      isFit: false,
    }),
    await forge('8 MiB of calldata without gas', 'intrinsic-gas-too-low', { body: [data] }),
    await forge(`${number(count, 0)} authorizations without gas`, 'intrinsic-gas-too-low', {
      body: [setCode],
    }),
    await forge('8 MiB of transfers', 'gas-limit-above-block', { body: many }),
    await forge('the last signature is of no key', 'invalid-signature', { body: last }),
    { ...valid, name: 'a node is missing', reason: 'account', witness: { ...witness, state } },
    await forge('another state root', 'state-root-mismatch', { fields: { [STATE_ROOT]: zeros } }),
  ]
}

/** A transaction by the first key, as RLP has it. */
async function signedWith({ authorizationList, ...fields }) {
  const engine = await createEngine(OPTIONS)
  const to = addressOf(1)
  const common = { nonce: 0, gasPrice: 10, to, chainId: 1, secretKey: `0x${'11'.repeat(32)}` }
  const one = { chainId: 1, address: to, nonce: 0, yParity: 0, r: 2n ** 255n - 19n, s: 2n ** 200n }
  const list = authorizationList === undefined ? {} : { authorizationList: [one] }
  // It is signed with gas enough, or it would be refused here
  const rich = { ...common, ...fields, ...list, gasLimit: 2 ** 32 }
  const input = { env: environment(2 ** 40), transactions: [rich] }
  const { transactions } = await engine.prepareBlock(input)
  await engine.dispose()
  const [{ raw, type }] = transactions
  const item = RLP.decode(type === 0 ? raw : raw.slice(1))
  const gas = type === 0 ? 2 : 4
  // 21,000
  return item.with(gas, Uint8Array.of(0x52, 0x08))
}

/** No point of the curve has this x. */
const spoil = (transaction) => transaction.with(R, Uint8Array.of(5))

async function rootOf(body) {
  const trie = await createMPT()
  for (const [i, item] of body.entries()) {
    await trie.put(RLP.encode(i), item instanceof Uint8Array ? item : RLP.encode(item))
  }
  return trie.root()
}

const zerosOf = (size) => new Uint8Array(size)
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const concat = (...parts) => Uint8Array.from(Buffer.concat(parts))

const render = (rows) =>
  table([
    ['', 'told as', 'block, bytes', 'CPU ms', 'min', 'max', 'of the valid block'],
    ...rows.map((it) => [
      it.name,
      it.reason,
      number(it.bytes, 0),
      number(it.median, 2),
      number(it.min, 2),
      number(it.max, 2),
      `${number(it.ofValid * 100, 1)} %`,
    ]),
  ])
