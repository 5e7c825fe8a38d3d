/** What refuses a block at little cost comes first: nobody pays for senders of a wrong block. */
import { createEngine, createValidator, type ProducedBlock, type Semantics } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { encodeBlock } from '../../src/intake/block.js'
import { headerHash, type Header } from '../../src/intake/header.js'
import { signAuthorization, signTransaction } from '../../src/intake/sign-transaction.js'
import type { TransactionFields } from '../../src/intake/transaction-fields.js'
import type { Transaction } from '../../src/intake/transaction.js'
import { hexToBytes } from '../../src/base/bytes.js'
import { orderedRoot } from '../../src/results/roots.js'
import { makeBlockMachine } from '../../src/runners/block-test.js'
import { A, CASE_ALLOC, CASE_BLOCK, ENV, SECRET_KEY } from '../support/small-blocks.js'

const OPTIONS = { workers: 1, memory: 192 * 2 ** 20, fork: 'prague' } as const
const KEY = hexToBytes(SECRET_KEY)
/** A recovery each, 80 µs: several times as long as what is allowed here. */
const AUTHORIZATIONS = 40_000
const CPU_MS = 1_200
const GAS_LIMIT = 2_000_000

const signed = (fields: Partial<TransactionFields>): Transaction =>
  signTransaction(
    { nonce: 0n, gasLimit: 21_000n, chainId: 1n, gasPrice: 10n, to: hexToBytes(A), ...fields },
    KEY,
  )

function withAuthorizations(): Transaction {
  const one = signAuthorization({ chainId: 1n, address: hexToBytes(A), nonce: 0n }, KEY)
  const authorizationList = Array.from({ length: AUTHORIZATIONS }, (_, i) => {
    return { ...one, nonce: BigInt(i) }
  })
  return signed({ authorizationList })
}

const CASES: Readonly<Record<string, () => Transaction[]>> = {
  'intrinsic-gas-too-low': () => [signed({ gasLimit: 20_999n })],
  'gas-limit-below-floor': () => [signed({ gasLimit: 24_999n, data: new Uint8Array(100).fill(1) })],
  'wrong-chain-id': () => [signed({ chainId: 2n })],
  'fee-cap-below-base-fee': () => [signed({ gasPrice: 1n })],
  'initcode-too-large': () => [
    signed({ to: null, gasLimit: 1_900_000n, data: new Uint8Array(50_000) }),
  ],
  // 95 × 21,000 would fit; half of what each takes may come back
  'gas-limit-above-block': () => {
    return Array.from({ length: 200 }, (_, i) => signed({ nonce: BigInt(i) }))
  },
  'blob-gas-above-limit': () => {
    const blobVersionedHashes = Array(10).fill(new Uint8Array(32).fill(1))
    return [signed({ maxFeePerBlobGas: 1n, blobVersionedHashes })]
  },
}

/** Runs it: how it ended, which phases it told, what it took. */
async function watch(
  run: (onProgress: (progress: { readonly phase: string }) => void) => Promise<unknown>,
): Promise<{ readonly reason: unknown; readonly phases: string[]; readonly cpuMs: number }> {
  const phases: string[] = []
  const begin = process.cpuUsage().user
  const found = (await run(({ phase }) => phases.push(phase)).catch((error: unknown) => error)) as {
    readonly reason: unknown
  }
  return { reason: found.reason, phases, cpuMs: (process.cpuUsage().user - begin) / 1_000 }
}

describe.each<Semantics>(['actor', 'ethereum'])('under %s semantics', (semantics) => {
  async function produce(): Promise<ProducedBlock> {
    const engine = await createEngine({ ...OPTIONS, semantics })
    await engine.loadGenesis(CASE_ALLOC)
    const produced = await engine.produceBlock({
      ...CASE_BLOCK,
      env: { ...ENV, gasLimit: GAS_LIMIT },
    })
    await engine.dispose()
    return produced
  }

  it('a validator recovers nobody of a block that it can refuse before', async () => {
    const { core } = await makeBlockMachine()
    const made = await produce()
    const validator = await createValidator({ ...OPTIONS, semantics, rules: 'execution' })
    const judge = (
      changes: Partial<Header>,
      transactions = made.block.transactions,
      more: object = {},
    ): ReturnType<typeof watch> => {
      const header = { ...made.block.header, ...changes }
      const block = encodeBlock({ ...made.block, header, transactions })
      const { witness } = made
      const input = { block, blockHash: headerHash(header), witness, ...more }
      return watch((onProgress) => validator.validate({ ...input, onProgress }))
    }
    const nobody = { phases: [] }
    const wrongHash = judge({}, undefined, { blockHash: `0x${'00'.repeat(32)}` })
    expect(await wrongHash).toMatchObject({ reason: 'hash-mismatch', ...nobody })
    const strange = judge({ parentHash: new Uint8Array(32) })
    expect(await strange).toMatchObject({ reason: 'unknown-parent', ...nobody })
    expect(await judge({ number: 5n })).toMatchObject({ reason: 'number-not-next', ...nobody })
    const mismatch = { reason: 'transactions-root-mismatch', ...nobody }
    expect(await judge({}, [...made.block.transactions, signed({})])).toMatchObject(mismatch)
    const heavy = [withAuthorizations()]
    const unfit = await judge({}, heavy)
    expect(unfit).toMatchObject(mismatch)
    expect(unfit.cpuMs).toBeLessThan(CPU_MS)
    const rootOf = (list: readonly Transaction[]): { readonly transactionsRoot: Uint8Array } => ({
      transactionsRoot: orderedRoot(core, list.map(({ raw }) => raw)),
    })
    const poor = await judge(rootOf(heavy), heavy)
    expect(poor).toMatchObject({ reason: 'intrinsic-gas-too-low', ...nobody })
    expect(poor.cpuMs).toBeLessThan(CPU_MS)
    for (const [reason, make] of Object.entries(CASES)) {
      const list = make()
      const blobGasUsed = BigInt(131_072 * (list[0]!.blobVersionedHashes.length || 0))
      const changes = { ...rootOf(list), blobGasUsed }
      expect(await judge(changes, list), reason).toMatchObject({ reason, ...nobody })
    }
    // And a good one is accepted
    expect((await judge({})).phases).toContain('senders')
    await validator.dispose()
  })

  it('a changed transaction is told as the root that it is not', async () => {
    const made = await produce()
    const validator = await createValidator({ ...OPTIONS, semantics, rules: 'execution' })
    const { raw } = made.block.transactions[0]!
    const at = Buffer.from(made.bytes).indexOf(raw)
    for (let i = 5; i < raw.length; i++) {
      const block = made.bytes.slice()
      block[at + i]! ^= 1
      const input = { block, blockHash: made.hash, witness: made.witness }
      const verdict = await validator.validate(input)
      expect(verdict).toMatchObject({ valid: false })
      // A changed length is no RLP any more
      if (!verdict.valid && verdict.reason === 'malformed-rlp') continue
      expect(verdict).toMatchObject({ reason: 'transactions-root-mismatch' })
    }
    await validator.dispose()
  })

  it('an engine recovers nobody of a block that it can refuse before', async () => {
    const engine = await createEngine({ ...OPTIONS, semantics })
    await engine.loadGenesis(CASE_ALLOC)
    const env = { ...ENV, gasLimit: GAS_LIMIT }
    for (const [reason, make] of Object.entries(CASES)) {
      const input = { env, transactions: make() }
      for (const run of ['executeBlock', 'prepareBlock', 'produceBlock'] as const) {
        const found = await watch((onProgress) =>
          run === 'produceBlock'
            ? engine.produceBlock(input, [], { onProgress })
            : engine[run](input, { onProgress }),
        )
        expect(found, `${run} ${reason}`).toMatchObject({ reason, phases: [] })
      }
    }
    const heavy = { env, transactions: [withAuthorizations().raw] }
    const { cpuMs, reason } = await watch(() => engine.executeBlock(heavy))
    expect(reason).toBe('intrinsic-gas-too-low')
    expect(cpuMs).toBeLessThan(CPU_MS)
    await engine.dispose()
  })
})

it('a withdrawal that is none refuses a block before its transactions are signed', async () => {
  const engine = await createEngine({ ...OPTIONS, semantics: 'actor' })
  try {
    const unsigned = { to: A, nonce: -1, gasLimit: 21_000, gasPrice: 10, secretKey: SECRET_KEY }
    const withdrawals = [{ index: 0, validatorIndex: 0, address: A, amount: 1.5 }]
    const block = { env: ENV, transactions: [unsigned], withdrawals }
    const field = 'withdrawals[0].amount'
    await expect(engine.prepareBlock(block)).rejects.toMatchObject({ place: { field } })
  } finally {
    await engine.dispose()
  }
})
