/**
 * Hostile input: valid encodings, mutated, through every decoder. Each must end in a value or in a
 * typed error. `ACTOR_EVM_FUZZ_RUNS` sets the number of mutations (a million takes some minutes),
 * `ACTOR_EVM_FUZZ_SEED` repeats a run; a failure says seed, run and input.
 */
import { describe, expect, it } from 'vitest'
import { blockFromJson } from '../../src/intake/block-json.js'
import { decodeBlock, encodeBlock, type Block } from '../../src/intake/block.js'
import { decodeHeader, encodeHeader, headerHash, type Header } from '../../src/intake/header.js'
import { decodeRlp, encodeRlp, type RlpItem } from '../../src/intake/rlp.js'
import { loadSenderRecovery } from '../../src/intake/sender.js'
import { signAuthorization, signTransaction } from '../../src/intake/sign-transaction.js'
import { transactionFromJson } from '../../src/intake/transaction-json.js'
import { checkTransaction } from '../../src/intake/transaction-rules.js'
import {
  decodeTransaction,
  encodeTransaction,
  type Transaction,
} from '../../src/intake/transaction.js'
import { bytesEqual, bytesToHex, concatBytes, quantityToHex } from '../../src/base/bytes.js'
import { ActorEvmError } from '../../src/base/errors.js'
import { rulesOf } from '../../src/forks/rules.js'

const RUNS = Number(process.env.ACTOR_EVM_FUZZ_RUNS ?? 20_000)
const SEED = Number(process.env.ACTOR_EVM_FUZZ_SEED ?? 1)

type Random = (bound: number) => number

/** Mulberry32: integers in [0, bound). */
function randomFrom(seed: number): Random {
  let state = seed | 0
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % bound
  }
}

const KEY = new Uint8Array(32).fill(1)
const TO = new Uint8Array(20).fill(2)
const HASH = concatBytes(Uint8Array.of(1), new Uint8Array(31).fill(3))
const fields = { chainId: 1n, nonce: 1n, gasPrice: 9n, gasLimit: 90_000n, to: TO, value: 7n }
const accessList = [{ address: TO, storageKeys: [HASH, HASH] }]
const authorization = signAuthorization({ chainId: 1n, address: TO, nonce: 0n }, KEY)
const transactions = [
  signTransaction({ ...fields, chainId: null }, KEY),
  signTransaction({ ...fields, data: new Uint8Array(60).fill(4) }, KEY),
  signTransaction({ ...fields, to: null, accessList }, KEY),
  signTransaction({ ...fields, type: 2, accessList }, KEY),
  signTransaction({ ...fields, blobVersionedHashes: [HASH], maxFeePerBlobGas: 1n }, KEY),
  signTransaction({ ...fields, authorizationList: [authorization] }, KEY),
]
const header: Header = {
  parentHash: HASH,
  unclesHash: HASH,
  coinbase: TO,
  stateRoot: HASH,
  transactionsRoot: HASH,
  receiptsRoot: HASH,
  logsBloom: new Uint8Array(256),
  difficulty: 0n,
  number: 19n,
  gasLimit: 30_000_000n,
  gasUsed: 21_000n,
  timestamp: 1_700_000_000n,
  extraData: TO,
  mixHash: HASH,
  nonce: new Uint8Array(8),
  baseFeePerGas: 7n,
  withdrawalsRoot: HASH,
  blobGasUsed: 0n,
  excessBlobGas: 0n,
  parentBeaconBlockRoot: HASH,
  requestsHash: HASH,
}
const withdrawals = [{ index: 1n, validatorIndex: 2n, address: TO, amount: 3n }]
const block = { header, transactions, uncles: [header], withdrawals }

/** Bytes that mean something to RLP, and the edges of a byte. */
const TELLING_BYTES = [0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0x81, 0xb7, 0xb8, 0xbf, 0xc0, 0xc1, 0xf7, 0xff]

/** One to four edits: flip, set, insert, remove, cut, repeat, or splice in from elsewhere. */
function mutate(input: Uint8Array, random: Random): Uint8Array {
  let bytes = input
  for (let edits = 1 + random(4); edits > 0; edits--) {
    const at = random(bytes.length + 1)
    const end = Math.min(bytes.length, at + random(40))
    const [before, piece, after] = [bytes.slice(0, at), bytes.slice(at, end), bytes.slice(end)]
    const telling = Uint8Array.of(TELLING_BYTES[random(TELLING_BYTES.length)]!)
    const edit = random(7)
    if (edit === 0 && at < bytes.length) {
      bytes = bytes.slice()
      bytes[at]! ^= 1 << random(8)
    } else if (edit === 1) bytes = concatBytes(before, telling, bytes.slice(at + 1))
    else if (edit === 2) bytes = concatBytes(before, telling, piece, after)
    else if (edit === 3) bytes = concatBytes(before, after)
    else if (edit === 4) bytes = random(8) === 0 ? before : bytes
    else if (edit === 5) bytes = concatBytes(before, piece, piece, after)
    else bytes = concatBytes(bytes.slice(0, random(bytes.length + 1)), piece, after)
  }
  return bytes
}

// prettier-ignore
const TELLING_JSON: readonly unknown[] = [
  null, undefined, true, -1, 0, 1, 1.5, 2 ** 53, NaN, '', '0x', '0x0', '0x00', '0x1', '0xg', '-1',
  '18446744073709551615', `0x${'f'.repeat(64)}`, `0x1${'0'.repeat(64)}`, `0x${'0'.repeat(40)}`,
  `0x${'1'.repeat(64)}`, 'x'.repeat(1000), [], [[]], [null], {}, { address: '0x' }, '\ud800',
]

/** A copy of a JSON value with some of its leaves or branches replaced, or swapped for others'. */
function mutateJson(value: unknown, random: Random): unknown {
  if (random(30) === 0) return TELLING_JSON[random(TELLING_JSON.length)]
  if (Array.isArray(value)) return value.map((item) => mutateJson(item, random))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mutateJson(item, random)]),
    )
  }
  if (typeof value !== 'string' || random(30) !== 0) return value
  const at = random(value.length + 1)
  const digit = '0123456789abcdefgx'[random(18)]!
  return value.slice(0, at) + digit + value.slice(at + random(2))
}

/** JSON-RPC's form of what we have: integers as quantities, bytes as hex. */
function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (typeof value === 'bigint' || typeof value === 'number') return quantityToHex(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]))
}

/** Undefined for a typed error; any other error passes through. */
function valueOrTypedError<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof ActorEvmError && error.message.length < 1000) return undefined
    throw error
  }
}

/** Runs the decoder over mutations; whatever it accepts, `check` must find in order. */
function fuzz<Input, Output>(
  seeds: readonly Input[],
  share: number,
  mutation: (input: Input, random: Random) => Input,
  decode: (input: Input) => Output,
  check: (output: Output, input: Input) => void,
): void {
  const random = randomFrom(SEED)
  const runs = Math.ceil(RUNS * share)
  let accepted = 0
  for (let run = 0; run < runs; run++) {
    const input = mutation(seeds[run % seeds.length]!, random)
    try {
      const output = valueOrTypedError(() => decode(input))
      if (output === undefined) continue
      accepted++
      check(output, input)
    } catch (error) {
      const shown = input instanceof Uint8Array ? bytesToHex(input) : JSON.stringify(input)
      throw new Error(`seed ${SEED}, run ${run}: ${shown}`, { cause: error })
    }
  }
  // Mutations that nothing gets through would test the first check alone
  expect(accepted).toBeGreaterThan(0)
  expect(accepted).toBeLessThan(runs)
}

function same(a: Uint8Array, b: Uint8Array): void {
  if (!bytesEqual(a, b)) throw new Error('accepted, but another encoding than its own')
}

describe('mutated input ends in a value or a typed error:', { timeout: 3_600_000 }, () => {
  const raws = transactions.map((tx) => tx.raw)

  it('RLP', () => {
    const nested = encodeRlp([[], [[], [[]]], HASH])
    const seeds = [...raws.slice(0, 2), encodeHeader(header), nested]
    const decode = (bytes: Uint8Array): RlpItem => decodeRlp(bytes)
    fuzz(seeds, 0.3, mutate, decode, (item, bytes) => same(encodeRlp(item), bytes))
  })

  it('transactions, with their senders', async () => {
    const recovery = await loadSenderRecovery()
    let recoveries = 0
    const decode = (bytes: Uint8Array): Transaction => decodeTransaction(bytes, { tx: 1 })
    fuzz(raws, 0.35, mutate, decode, (tx, bytes) => {
      same(encodeTransaction(tx), bytes)
      const rules = { fork: rulesOf({ revision: 14 }), chainId: 1n }
      valueOrTypedError(() => checkTransaction(tx, rules))
      // Recovery is a hundred times slower than the rest
      if (recoveries++ % 10 !== 0) return
      valueOrTypedError(() => recovery.recoverSender(tx))
      for (const auth of tx.authorizationList) recovery.authorizationAuthority(auth)
    })
  })

  it('headers', () => {
    const seeds = [encodeHeader(header), encodeHeader({ ...header, virtualBlocksRoot: HASH })]
    const decode = (bytes: Uint8Array): Header => decodeHeader(bytes)
    fuzz(seeds, 0.1, mutate, decode, (output, bytes) => same(encodeHeader(output), bytes))
  })

  it('blocks', () => {
    const decode = (bytes: Uint8Array): Block => decodeBlock(bytes)
    fuzz([encodeBlock(block)], 0.1, mutate, decode, (output, bytes) =>
      same(encodeBlock(output), bytes),
    )
  })

  it('transactions in JSON', () => {
    const seeds = transactions.map((tx) => {
      const { raw: _raw, hash: _hash, ...rest } = toJson(tx) as Record<string, unknown>
      return rest as unknown
    })
    const decode = (json: unknown): Transaction => transactionFromJson(json)
    fuzz(seeds, 0.1, mutateJson, decode, (tx) => same(decodeTransaction(tx.raw).hash, tx.hash))
  })

  it('blocks in JSON', () => {
    const body = { transactions: transactions.map(toJson), uncles: [] }
    const json: unknown = { ...(toJson(header) as object), ...body }
    const decode = (input: unknown): Block => blockFromJson(input)
    fuzz([json], 0.05, mutateJson, decode, (output) => {
      const again = decodeBlock(encodeBlock(output))
      same(headerHash(again.header), headerHash(output.header))
    })
  })
})
