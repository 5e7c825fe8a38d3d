/**
 * Blocks that one engine executes, validated from their witnesses by another that has no state.
 *
 * ACTOR_EVM_WITNESS_BLOCKS (100) random blocks for each of both semantics.
 */
import {
  createEngine,
  createValidator,
  decodeWitness,
  encodeHeader,
  encodeWitness,
  validateBlock,
  witnessFromJson,
  witnessToJson,
  type ExecutionWitness,
  type ProducedBlock,
  type Semantics,
  type Validator,
  type Verdict,
  type Hex,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { buildScenario } from '../../examples/market/scenario.mjs'
import { fromEnvironment } from '../support/from-environment.js'
import { produceRandom } from '../support/produced-blocks.js'
import { ALICE, C, CASE_ALLOC, CASE_BLOCK, ENV, call } from '../support/small-blocks.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_WITNESS_BLOCKS', 100)
const FIRST_SEED = 1_000
const ACTORS = { semantics: 'actor' } as const

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, i) => i !== index)

/** Validates with this part of the witness changed. */
function withPart(
  validator: Validator,
  { bytes, hash, witness }: ProducedBlock,
  part: Partial<ExecutionWitness>,
): Promise<{ readonly valid: boolean }> {
  return validator.validate({ block: bytes, blockHash: hash, witness: { ...witness, ...part } })
}

/** That each node and each code is needed: which ones, if any, are not. */
async function spareParts(validator: Validator, produced: ProducedBlock): Promise<unknown[]> {
  const spare: unknown[] = []
  const { codes, state } = produced.witness
  for (let i = 0; i < state.length; i++) {
    const { valid } = await withPart(validator, produced, { state: without(state, i) })
    if (valid) spare.push({ node: i })
  }
  for (let i = 0; i < codes.length; i++) {
    const { valid } = await withPart(validator, produced, { codes: without(codes, i) })
    if (valid) spare.push({ code: i })
  }
  return spare
}

describe('random blocks are valid from their witnesses', { timeout: 300_000 }, () => {
  it.each<Semantics>(['actor', 'ethereum'])('under %s semantics', async (semantics) => {
    let count = 0
    for (let seed = FIRST_SEED; seed < FIRST_SEED + BLOCKS; seed++) {
      const product = await produceRandom(seed, semantics)
      if (product === undefined) continue
      const { options, produced } = product
      const validator = await createValidator({
        ...options,
        rules: 'execution',
        requiresMinimal: true,
      })
      const { bytes, hash, result, witness } = produced
      const verdict = await validator.validate({ block: bytes, witness, blockHash: hash })
      expect(verdict, `random block ${seed}`).toMatchObject({
        valid: true,
        stateRoot: result.stateRoot,
        blockHash: hash,
      })
      if (seed % 20 === 0) expect(await spareParts(validator, produced)).toEqual([])
      await validator.dispose()
      count++
    }
    expect(count).toBeGreaterThan(BLOCKS * 0.9)
  })

  it('on two workers as on one, with the same witness', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const one = await produceRandom(seed, 'actor')
      const memory = 2 ** 30
      const simulation = { delaySeed: seed + 1 }
      const two = await produceRandom(seed, 'actor', { workers: 2, memory, simulation })
      expect(encodeWitness(two!.produced.witness)).toEqual(encodeWitness(one!.produced.witness))
      const validator = await createValidator({ ...one!.options, workers: 2, memory })
      const { bytes, hash: blockHash, witness } = one!.produced
      for (let run = 0; run < 2; run++) {
        const verdict = await validator.validate({ block: bytes, blockHash, witness })
        expect(verdict).toMatchObject({ valid: true, witness: { unusedNodes: 0 } })
      }
      const part = { ...witness, state: witness.state.slice(1) }
      const refused = await validator.validate({ block: bytes, blockHash, witness: part })
      expect(refused.valid).toBe(false)
      await validator.dispose()
    }
  })
})

describe('a validator on several workers', () => {
  const PARAMETERS = { gMessage: 3_000, gWord: 16, maxRounds: 64 }

  /** Block after block, each of another state, on the same threads and the same memory. */
  it('judges blocks as one on one worker does', { timeout: 120_000 }, async () => {
    const { options } = (await produceRandom(0, 'actor'))!
    // Also small rounds go to the threads
    const chain = { ...options, parameters: PARAMETERS, simulation: { alwaysParallel: true } }
    const validators = await Promise.all(
      [1, 2, 3].map((workers) => createValidator({ ...chain, workers, memory: 2 ** 30 })),
    )
    const expectSame = async ({ bytes, hash, witness }: ProducedBlock): Promise<Verdict> => {
      const input = { block: bytes, blockHash: hash, witness }
      const [one, ...others] = await Promise.all(validators.map((it) => it.validate(input)))
      for (const other of others) expect(essence(other)).toEqual(essence(one!))
      return one!
    }
    for (let seed = 0; seed < 60; seed++) {
      const { produced } = (await produceRandom(seed, 'actor', { parameters: PARAMETERS }))!
      expect(await expectSame(produced), `random block ${seed}`).toMatchObject({ valid: true })
      if (seed < 40) continue
      const state = produced.witness.state.slice(1)
      const lacking = { ...produced, witness: { ...produced.witness, state } }
      expect(await expectSame(lacking)).toMatchObject({ valid: false })
    }
    await Promise.all(validators.map((it) => it.dispose()))
  })
})

/** What does not depend on workers: where several things are missing, who finds which one does. */
function essence(verdict: Verdict): unknown {
  if (!verdict.valid) return { valid: false }
  return { valid: true, stateRoot: verdict.stateRoot, witness: verdict.witness }
}

describe('the market', () => {
  it('is valid from its witness, which is minimal', { timeout: 120_000 }, async () => {
    const scenario = buildScenario({ transactions: 100 })
    const { chainId, env, fork, parameters, transactions } = scenario
    const block = { env, transactions }
    const options = { ...ACTORS, chainId, fork, parameters, workers: 1 }
    const engine = await createEngine(options)
    await engine.loadGenesis(scenario.alloc)
    const plain = await createEngine(options)
    await plain.loadGenesis(scenario.alloc)
    const produced = await engine.produceBlock(block)
    const { bytes, hash, witness } = produced
    const validator = await createValidator({ ...options, requiresMinimal: true })
    const verdict = await validator.validate({ block: bytes, blockHash: hash, witness })
    expect(verdict).toMatchObject({ valid: true })
    expect(produced.result.stateRoot).toBe((await plain.executeBlock(block)).stateRoot)
    for (let i = 0; i < witness.state.length; i += 20) {
      const { valid } = await withPart(validator, produced, { state: without(witness.state, i) })
      expect(valid, `node ${i}`).toBe(false)
    }
    await Promise.all([engine, plain, validator].map((it) => it.dispose()))
  })
})

describe('a chain of blocks', () => {
  /** PUSH1 n NUMBER SUB BLOCKHASH PUSH0 SSTORE STOP: the hash of the block n before. */
  const hashReader = (n: number): Hex => `0x60${n.toString(16).padStart(2, '0')}4303405f5500`

  async function produceChain(reads: number): Promise<ProducedBlock[]> {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis({ ...CASE_ALLOC, [C]: { code: hashReader(reads) } })
    const chain: ProducedBlock[] = []
    const headers: Uint8Array[] = []
    for (let i = 0; i < 5; i++) {
      const env = { ...ENV, number: 300 + i, timestamp: ENV.timestamp + i }
      const block = { env, transactions: [call({ to: C, nonce: i })] }
      const produced = await engine.produceBlock(block, headers)
      if (i === 0) headers.push(encodeHeader(produced.parentHeader))
      headers.push(encodeHeader(produced.block.header))
      chain.push(produced)
    }
    await engine.dispose()
    return chain
  }

  it('is validated block by block, each with the headers that BLOCKHASH needs', async () => {
    for (const reads of [1, 2, 3, 200]) {
      const chain = await produceChain(reads)
      const validator = await createValidator({ ...ACTORS, requiresMinimal: true })
      for (const [i, { bytes, hash, witness }] of chain.entries()) {
        const headers = Math.min(reads, i + 1)
        expect(witness.headers.length).toBe(headers)
        const input = { block: bytes, blockHash: hash, witness }
        expect(await validator.validate(input)).toMatchObject({ valid: true, witness: { headers } })
        if (headers < 3) continue
        const fewer = { ...witness, headers: witness.headers.slice(-1) }
        expect(await validator.validate({ ...input, witness: fewer })).toMatchObject({
          valid: false,
          reason: 'header',
          difference: { what: 'header', expected: `the header ${reads} blocks back` },
        })
      }
      await validator.dispose()
    }
  })

  it('takes the header of the parent from who knows it', async () => {
    const [first, second] = await produceChain(1)
    const { bytes, witness } = second!
    const alone = { ...witness, headers: [] }
    const parentHeader = encodeHeader(first!.block.header)
    const known = { ...ACTORS, block: bytes, witness: alone, parentHeader }
    expect(await validateBlock(known)).toMatchObject({
      valid: true,
      restsOn: 'parent',
    })
    const stranger = encodeHeader(first!.parentHeader)
    for (const header of [undefined, stranger]) {
      const input = { ...ACTORS, block: bytes, witness: alone, parentHeader: header }
      const verdict = await validateBlock(input)
      expect(verdict).toMatchObject({ valid: false, reason: 'unknown-parent' })
    }
  })
})

describe('a witness', () => {
  async function produceCase(): Promise<ProducedBlock> {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(CASE_ALLOC)
    const produced = await engine.produceBlock(CASE_BLOCK)
    await engine.dispose()
    return produced
  }

  it('is the same as JSON and in compact form', async () => {
    const { bytes, hash, witness } = await produceCase()
    const json = JSON.parse(JSON.stringify(witnessToJson(witness)))
    expect(witnessFromJson(json)).toEqual(witness)
    expect(decodeWitness(encodeWitness(witness))).toEqual(witness)
    expect(witness.keys).toContainEqual(Buffer.from(ALICE.slice(2), 'hex').valueOf())
    for (const form of [json, encodeWitness(witness)]) {
      const input = { ...ACTORS, block: bytes, blockHash: hash, witness: form }
      expect((await validateBlock(input)).valid).toBe(true)
    }
  })

  it('that is cut off or goes on is refused', async () => {
    const { bytes, witness } = await produceCase()
    const compact = encodeWitness(witness)
    const validator = await createValidator(ACTORS)
    for (let size = 0; size < compact.length; size += 13) {
      const verdict = await validator.validate({ block: bytes, witness: compact.slice(0, size) })
      expect(verdict).toMatchObject({ valid: false, error: { name: 'InvalidWitnessError' } })
    }
    const longer = Uint8Array.from([...compact, 0])
    const verdict = await validator.validate({ block: bytes, witness: longer })
    expect(verdict).toMatchObject({ valid: false, reason: 'trailing-bytes' })
    const older = Uint8Array.from([0, ...compact.slice(1)])
    expect(await validator.validate({ block: bytes, witness: older })).toMatchObject({
      valid: false,
      reason: 'unknown-version',
    })
    await validator.dispose()
  })

  it('names account, slot and path of what it lacks', async () => {
    const produced = await produceCase()
    const validator = await createValidator(ACTORS)
    const verdict = await validator.validate({
      block: produced.bytes,
      witness: { ...produced.witness, state: [], codes: [] },
    })
    expect(verdict).toMatchObject({ valid: false, reason: 'account' })
    if (verdict.consistent) return
    expect(verdict.difference.expected).toMatch(/^the node 0x[0-9a-f]{64} at path 0x$/)
    expect(verdict.error.place?.account).toMatch(/^0x[0-9a-f]{40}$/)
    const codeless = await withPart(validator, produced, { codes: [] })
    expect(codeless).toMatchObject({ valid: false, reason: 'code' })
    await validator.dispose()
  })

  it('may hold more than is needed, unless told otherwise', async () => {
    const { bytes, hash: blockHash, witness } = await produceCase()
    const more = { ...witness, state: [...witness.state, Uint8Array.of(1, 2, 3)] }
    const lax = { ...ACTORS, block: bytes, blockHash, witness: more }
    expect(await validateBlock(lax)).toMatchObject({
      valid: true,
      witness: { unusedNodes: 1 },
    })
    const strict = { ...ACTORS, block: bytes, blockHash, witness: more, requiresMinimal: true }
    expect(await validateBlock(strict)).toMatchObject({ valid: false, reason: 'not-minimal' })
    const twice = { ...witness, state: [...witness.state, witness.state[0]!] }
    const doubled = { ...ACTORS, block: bytes, blockHash, witness: twice }
    expect(await validateBlock(doubled)).toMatchObject({ valid: false, reason: 'not-minimal' })
  })
})

describe('a validator', () => {
  it('refuses a wrong result and says which', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(CASE_ALLOC)
    const { block, witness } = await engine.produceBlock(CASE_BLOCK)
    await engine.dispose()
    const { encodeBlock } = await import('../../src/intake/block.js')
    const wrong = new Uint8Array(32).fill(7)
    const cases = {
      stateRoot: 'state-root-mismatch',
      receiptsRoot: 'receipts-root-mismatch',
      transactionsRoot: 'transactions-root-mismatch',
      virtualBlocksRoot: 'virtual-blocks-root-mismatch',
      requestsHash: 'requests-hash-mismatch',
      withdrawalsRoot: 'withdrawals-root-mismatch',
      unclesHash: 'uncles-hash-mismatch',
    }
    const validator = await createValidator(ACTORS)
    for (const [field, reason] of Object.entries(cases)) {
      const header = { ...block.header, [field]: wrong }
      const changed = encodeBlock({ ...block, header })
      const verdict = await validator.validate({ block: changed, witness })
      expect(verdict, field).toMatchObject({ valid: false, reason, difference: { what: field } })
    }
    const header = { ...block.header, gasUsed: block.header.gasUsed + 1n }
    const verdict = await validator.validate({ block: encodeBlock({ ...block, header }), witness })
    expect(verdict).toMatchObject({ reason: 'gas-used-mismatch', difference: { what: 'gasUsed' } })
    await validator.dispose()
    await expect(validator.validate({ block: '0x', witness })).rejects.toThrow('disposed')
  })

  it('refuses what is no block and no witness', async () => {
    const validator = await createValidator(ACTORS)
    const witness = { state: [], codes: [], headers: [] }
    for (const block of ['0x', '0xc0', '0xzz', new Uint8Array(100).fill(0xff)] as const) {
      expect((await validator.validate({ block, witness })).valid).toBe(false)
    }
    for (const other of [{}, { state: 'x' }, { state: ['0x1'], codes: [], headers: [] }]) {
      const input = { block: '0xc0', witness: other as never } as const
      expect((await validator.validate(input)).valid).toBe(false)
    }
    await validator.dispose()
  })
})
