/** Numbers of any size, wherever they come in: a bound is checked before they are computed with. */
import {
  ActorEvmError,
  createEngine,
  createValidator,
  encodeHeader,
  verifyAccountProof,
  verifyMessageProof,
  verifyReceiptProof,
  verifyStorageProof,
  type ForkName,
  type Hex,
  type ProducedBlock,
  type Semantics,
  type Validator,
} from 'actor-evm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HEADER_FIELDS, type HeaderField } from '../../src/intake/header.js'
import { keccak256 } from '../../src/intake/keccak.js'
import { decodeRlp, encodeRlp, type RlpInput } from '../../src/intake/rlp.js'
import { bytesToHex } from '../../src/base/bytes.js'
import { A, CASE_ALLOC, CASE_BLOCK, ENV, call } from '../support/small-blocks.js'

const MEMORY = 192 * 2 ** 20
/** Of errors and verdicts. */
const MAX_ANSWER_CHARACTERS = 4_000
/** What the input takes beside others on the machine, with room to spare. */
const ANSWER_CPU_MS = 2_000
const MAX_GAS = 2n ** 63n - 1n

async function produce(semantics: Semantics, fork: ForkName): Promise<ProducedBlock> {
  const engine = await createEngine({ semantics, fork, workers: 1, memory: MEMORY })
  await engine.loadGenesis(CASE_ALLOC)
  const produced = await engine.produceBlock(CASE_BLOCK)
  await engine.dispose()
  return produced
}

/** Runs it, and holds what every answer has to be. */
async function answer(run: () => unknown): Promise<unknown> {
  const begin = process.cpuUsage().user
  let found: unknown
  try {
    found = await run()
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    found = error
  }
  expect((process.cpuUsage().user - begin) / 1_000).toBeLessThan(ANSWER_CPU_MS)
  const { error, message, place, ...rest } = found as Record<string, unknown>
  const told = { error, message, place, difference: rest.difference, expected: rest.expected }
  const json = JSON.stringify(told, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  expect(json.length).toBeLessThan(MAX_ANSWER_CHARACTERS)
  return found
}

/** The block with one field of its header, or of its parent's, replaced; all hashes fit. */
function forge(
  { bytes, parentHeader, witness }: ProducedBlock,
  field: HeaderField,
  value: RlpInput,
  whose: 'block' | 'parent',
): { block: Uint8Array; witness: ProducedBlock['witness'] } {
  const index = HEADER_FIELDS.findIndex(({ name }) => name === field)
  const [header, ...body] = decodeRlp(bytes) as RlpInput[]
  const fields = [...(header as RlpInput[])]
  if (whose === 'block') {
    fields[index] = value
    return { block: encodeRlp([fields, ...body]), witness }
  }
  const parent = [...(decodeRlp(encodeHeader(parentHeader)) as RlpInput[])]
  parent[index] = value
  const encoded = encodeRlp(parent)
  fields[0] = keccak256(encoded)
  return { block: encodeRlp([fields, ...body]), witness: { ...witness, headers: [encoded] } }
}

const INTEGERS = HEADER_FIELDS.flatMap(({ kind, name }) => (kind === 'integer' ? [name] : []))
/** Powers of two, one less and one more; also what no header can hold. */
const BITS = [16, 53, 63, 64, 255, 256, 80_000]

describe.each([
  ['actor', 'execution', 'osaka'],
  ['actor', 'chain', 'osaka'],
  ['ethereum', 'execution', 'osaka'],
  ['ethereum', 'chain', 'osaka'],
  ['ethereum', 'chain', 'cancun'],
  ['ethereum', 'chain', 'grayGlacier'],
  ['ethereum', 'chain', 'frontier'],
] as const)('a header of %s semantics, by %s rules, in %s', (semantics, rules, fork) => {
  let made: ProducedBlock
  let validator: Validator
  beforeAll(async () => {
    made = await produce(semantics, fork === 'frontier' ? 'spuriousDragon' : fork)
    validator = await createValidator({ semantics, rules, fork, memory: MEMORY })
  })
  afterAll(() => validator.dispose())

  it('may have any number in any field', { timeout: 120_000 }, async () => {
    for (const field of INTEGERS) {
      if (made.block.header[field] === undefined) continue
      for (const bits of BITS) {
        for (const number of [(1n << BigInt(bits)) - 1n, 1n << BigInt(bits)]) {
          for (const whose of ['block', 'parent'] as const) {
            const sent = forge(made, field, number, whose)
            const verdict = await answer(() => validator.validate(sent))
            expect(verdict, `${whose} ${field} ${bits}`).toMatchObject({ valid: false })
          }
        }
      }
    }
  })

  it('may have bytes of any length in any field', { timeout: 120_000 }, async () => {
    const long = new Uint8Array(1_000_000).fill(7)
    for (const { name } of HEADER_FIELDS) {
      if (made.block.header[name] === undefined) continue
      for (const value of [new Uint8Array(), long, Array(10_000).fill(Uint8Array.of(1))]) {
        for (const whose of ['block', 'parent'] as const) {
          const sent = forge(made, name, value, whose)
          await answer(() => validator.validate(sent))
        }
      }
    }
  })
})

describe('gas from 2^63 on', () => {
  it.each<Semantics>(['actor', 'ethereum'])('is never negative under %s', async (semantics) => {
    const options = { semantics, fork: 'prague', workers: 1, memory: MEMORY } as const
    const run = async (blockGas: bigint, gas: bigint): Promise<unknown> => {
      const engine = await createEngine(options)
      await engine.loadGenesis(CASE_ALLOC)
      const tx = { ...call({ to: A, nonce: 0 }), gasLimit: gas, gasPrice: 0 }
      const env = { ...ENV, gasLimit: blockGas, baseFeePerGas: 0 }
      const found = await answer(() => engine.executeBlock({ env, transactions: [tx] }))
      await engine.dispose()
      return found
    }
    for (const blockGas of [2n ** 63n, 2n ** 64n - 1n, 2n ** 64n]) {
      expect(await run(blockGas, 90_000n)).toMatchObject({
        name: 'InvalidInputError',
        place: { field: 'env.gasLimit' },
      })
    }
    for (const gas of [2n ** 63n, 2n ** 63n + 21_000n, 2n ** 64n - 1n]) {
      expect(await run(MAX_GAS, gas)).toMatchObject({ reason: 'gas-limit-above-block' })
    }
    const { receipts } = (await run(MAX_GAS, MAX_GAS)) as { receipts: { status: number }[] }
    expect(receipts[0]!.status).toBe(1)
  })

  /** INVALID takes all of it. */
  it.each<Semantics>(['actor', 'ethereum'])('is told to the last unit under %s', async (it) => {
    const options = { semantics: it, fork: 'prague', workers: 1, memory: MEMORY } as const
    const engine = await createEngine(options)
    await engine.loadGenesis({ ...CASE_ALLOC, [A]: { code: '0xfe' } })
    const tx = { ...call({ to: A, nonce: 0 }), gasLimit: MAX_GAS - 40_000n, gasPrice: 0 }
    const small = { ...call({ to: A, nonce: 1 }), gasLimit: 30_000, gasPrice: 0 }
    const env = { ...ENV, gasLimit: MAX_GAS, baseFeePerGas: 0 }
    const { block, bytes, hash, witness } = await engine.produceBlock({
      env,
      transactions: [tx, small],
    })
    await engine.dispose()
    expect(block.header.gasUsed).toBe(MAX_GAS - 10_000n)
    const validator = await createValidator({ ...options, rules: 'execution' })
    const input = { block: bytes, blockHash: hash, witness }
    expect(await validator.validate(input)).toMatchObject({ valid: true })
    await validator.dispose()
  })
})

describe('environments', () => {
  it('have a bound in every field', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1, memory: MEMORY })
    await engine.loadGenesis(CASE_ALLOC)
    const fields = ['number', 'timestamp', 'gasLimit', 'baseFeePerGas', 'excessBlobGas']
    for (const field of fields) {
      for (const bits of BITS) {
        const env = { ...ENV, [field]: 1n << BigInt(bits) }
        await answer(() => engine.prepareBlock({ env, transactions: [] }))
        await answer(() => engine.prepareBlock({ env, transactions: [call({ to: A, nonce: 0 })] }))
      }
    }
    const env = { ...ENV, excessBlobGas: 2n ** 40n }
    expect(await answer(() => engine.executeBlock({ env, transactions: [] }))).toMatchObject({
      name: 'InvalidInputError',
      place: { field: 'env.excessBlobGas' },
    })
    await engine.dispose()
  })
})

describe('what a validator is given', () => {
  const anything = fc.oneof(
    fc.anything({ withBigInt: true, withTypedArray: true }),
    fc.uint8Array({ maxLength: 3_000 }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
  )

  it('may be anything', { timeout: 120_000 }, async () => {
    const { bytes, witness } = await produce('actor', 'osaka')
    const validator = await createValidator({ semantics: 'actor', memory: MEMORY })
    const good = { block: bytes, witness, parentHeader: undefined, blockHash: undefined }
    const inputs = fc.oneof(
      anything,
      ...['block', 'witness', 'parentHeader', 'blockHash', 'signal', 'onProgress'].map((field) =>
        anything.map((value) => ({ ...good, [field]: value })),
      ),
      ...['state', 'codes', 'headers', 'keys'].map((list) =>
        anything.map((value) => ({ ...good, witness: { ...witness, [list]: value } })),
      ),
    )
    const property = fc.asyncProperty(inputs, async (input) => {
      await answer(() => validator.validate(input as never))
    })
    await fc.assert(property, { numRuns: 600 })
    await validator.dispose()
  })

  it('may be large and dense', { timeout: 120_000 }, async () => {
    const { bytes, witness } = await produce('actor', 'osaka')
    const validator = await createValidator({ semantics: 'actor', memory: MEMORY })
    const dense = encodeRlp(new Array(2_000_000).fill(Uint8Array.of(1)))
    const [header] = decodeRlp(bytes) as RlpInput[]
    const blocks = [
      dense,
      encodeRlp([header!, [], [], []]),
      encodeRlp([header!, decodeRlp(dense), [], []]),
      encodeRlp([header!, [], decodeRlp(dense), []]),
      encodeRlp([header!, [], [], decodeRlp(dense)]),
      encodeRlp([header!, [dense], [], []]),
      encodeRlp([dense, [], [], []]),
      new Uint8Array(2 ** 27 + 1),
    ]
    for (const block of blocks) {
      const before = process.memoryUsage().heapUsed
      await answer(() => validator.validate({ block, witness }))
      // The tree of them would take 200 MB
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 2 ** 20)
    }
    const many = new Uint8Array(4_000_000)
    many.set([1, 0x80, 0x80, 0x80, 0x01])
    const longHeader = { ...witness, headers: [new Uint8Array(20_000_000)] }
    const manyHeaders = { ...witness, headers: new Array(600).fill(witness.headers[0]) }
    for (const other of [many, longHeader, manyHeaders]) {
      const verdict = await answer(() => validator.validate({ block: bytes, witness: other }))
      expect(verdict).toMatchObject({ valid: false, consistent: false })
    }
    await validator.dispose()
  })
})

describe('proofs', () => {
  const root: Hex = `0x${'12'.repeat(32)}`

  it('may be anything', async () => {
    const anything = fc.anything({ withBigInt: true, withTypedArray: true })
    const field = fc.constantFrom('address', 'accountProof', 'balance', 'nonce', 'storageProof')
    const account = { address: A, accountProof: [], balance: 0n, nonce: 0n, storageProof: [] }
    const indexed = fc.record({ index: anything, value: anything, proof: anything })
    const proofs = fc.oneof(
      anything,
      indexed,
      fc.tuple(field, anything).map(([name, value]) => ({ ...account, [name]: value })),
      fc.record({ round: anything, block: indexed, message: indexed }),
      fc.record({ key: fc.constant(root), value: anything, proof: fc.array(anything) }),
    )
    const property = fc.asyncProperty(proofs, async (proof) => {
      for (const verify of [
        verifyAccountProof,
        verifyStorageProof,
        verifyReceiptProof,
        verifyMessageProof,
      ]) {
        await answer(() => verify(root, proof as never) ?? {})
      }
    })
    await fc.assert(property, { numRuns: 500 })
  })

  it('may have nodes of any size', async () => {
    const node = encodeRlp(new Array(1_000_000).fill(Uint8Array.of(1)))
    const hex = bytesToHex(node)
    const proof = { index: 0, value: '0x', proof: [hex] } as const
    expect(await answer(() => verifyReceiptProof(keccak256(node), proof))).toMatchObject({
      reason: 'invalid-proof',
    })
  })
})
