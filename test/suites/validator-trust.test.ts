/** What a verdict rests on, and that a validator is asked for nothing that it does not read. */
import {
  InvalidInputError,
  createEngine,
  createValidator,
  encodeHeader,
  parseBlockFile,
  validateBlock,
  witnessFromJson,
  witnessToJson,
  type Hex,
  type ProducedBlock,
  type Semantics,
} from 'actor-evm'
import { beforeAll, describe, expect, it } from 'vitest'
import { REVISION_OSAKA } from '../../assembly/abi/revision.js'
import { CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'

const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`
const OPTIONS = { semantics: 'actor', memory: 192 * 2 ** 20 } as const

async function produce(semantics: Semantics): Promise<ProducedBlock> {
  const engine = await createEngine({ ...OPTIONS, semantics, workers: 1 })
  await engine.loadGenesis(CASE_ALLOC)
  const produced = await engine.produceBlock(CASE_BLOCK)
  await engine.dispose()
  return produced
}

let made: ProducedBlock
let ethereum: ProducedBlock
beforeAll(async () => {
  made = await produce('actor')
  ethereum = await produce('ethereum')
})

const sent = (): { block: Uint8Array; witness: ProducedBlock['witness'] } => ({
  block: made.bytes,
  witness: made.witness,
})

describe('a verdict', () => {
  it('rests on the hash, on the parent, or on nothing', async () => {
    const parentHeader = encodeHeader(made.parentHeader)
    const validator = await createValidator(OPTIONS)
    const judge = (more: object): Promise<unknown> => validator.validate({ ...sent(), ...more })
    const { hash: blockHash, result } = made
    const accepted = { valid: true, consistent: true, stateRoot: result.stateRoot }
    expect(await judge({ blockHash })).toMatchObject({ ...accepted, restsOn: 'hash' })
    expect(await judge({ parentHeader })).toMatchObject({ ...accepted, restsOn: 'parent' })
    expect(await judge({ blockHash, parentHeader })).toMatchObject({ restsOn: 'hash' })
    await validator.dispose()
  })

  it('without either is not valid, but says that all else is right', async () => {
    const verdict = await validateBlock({ ...OPTIONS, ...sent() })
    expect(verdict).toMatchObject({
      valid: false,
      consistent: true,
      restsOn: 'nothing',
      reason: 'no-anchor',
      stateRoot: made.result.stateRoot,
      blockHash: made.hash,
      difference: { expected: expect.stringContaining('blockHash or parentHeader') },
      error: { message: expect.stringContaining('rests on nothing') },
    })
    const { codes } = made.witness
    const lacking = { ...made.witness, codes: codes.slice(1) }
    const wrong = await validateBlock({ ...OPTIONS, ...sent(), witness: lacking })
    expect(wrong).toMatchObject({ valid: false, consistent: false, reason: 'code' })
  })

  it('that refuses says what was given, too', async () => {
    const input = { ...OPTIONS, ...sent(), blockHash: ZERO_HASH }
    expect(await validateBlock(input)).toMatchObject({
      valid: false,
      consistent: false,
      restsOn: 'hash',
      reason: 'hash-mismatch',
    })
  })
})

describe('blocks of the other semantics', () => {
  it('are told as such', async () => {
    const toActor = { block: ethereum.bytes, witness: ethereum.witness, blockHash: ethereum.hash }
    expect(await validateBlock({ ...OPTIONS, ...toActor })).toMatchObject({
      reason: 'header-field-count',
      difference: { what: 'header', expected: expect.stringMatching(/22 fields.*actor semantics/) },
    })
    const toEthereum = { ...sent(), blockHash: made.hash, semantics: 'ethereum' } as const
    for (const rules of ['chain', 'execution'] as const) {
      expect(await validateBlock({ ...OPTIONS, ...toEthereum, rules })).toMatchObject({
        reason: 'header-field-count',
        difference: { what: 'header', expected: expect.stringContaining('ethereum semantics') },
      })
    }
  })

  it('are told as such in forks whose headers have fewer fields', async () => {
    for (const [from, to] of [['actor', 'ethereum'], ['ethereum', 'actor']] as const) {
      const options = { ...OPTIONS, fork: 'cancun' } as const
      const engine = await createEngine({ ...options, semantics: from, workers: 1 })
      await engine.loadGenesis(CASE_ALLOC)
      const { bytes: block, hash: blockHash, witness } = await engine.produceBlock(CASE_BLOCK)
      await engine.dispose()
      const input = { ...options, semantics: to, block, blockHash, witness }
      expect(await validateBlock(input)).toMatchObject({ reason: 'header-field-count' })
    }
  })
})

describe('a validator', () => {
  const unknown: readonly [object, string, string?][] = [
    [{ blockhash: ZERO_HASH }, 'blockhash', 'blockHash'],
    [{ parentheader: '0x' }, 'parentheader', 'parentHeader'],
    [{ rule: 'chain' }, 'rule', 'rules'],
    [{ require_minimal: true }, 'require_minimal'],
    [{ rules: 'exec' }, 'rules'],
    [{ rules: 'Chain' }, 'rules', 'chain'],
    [{ rules: null }, 'rules'],
    [{ requiresMinimal: 'yes' }, 'requiresMinimal'],
    [{ requiresMinimal: 1 }, 'requiresMinimal'],
    [{ semantics: 'Actor' }, 'semantics', 'actor'],
    [{ semantics: undefined }, 'semantics'],
    [{ listener: {} }, 'listener'],
    [{ chainId: 0 }, 'chainId'],
    [{ chainId: 1n << 63n }, 'chainId'],
    [{ blockHash: '0x12' }, 'blockHash'],
    [{ blockHash: null }, 'blockHash'],
    [{ parentHeader: null }, 'parentHeader'],
    [{ parentHeader: '0xc0' }, 'parentHeader'],
    [{ parentHeader: new Uint8Array(100_000) }, 'parentHeader'],
    [{ signal: {} }, 'signal'],
    [{ signal: null }, 'signal'],
    [{ onProgress: 'x' }, 'onProgress'],
    [{ block: undefined }, 'block'],
    [{ block: [1, 2] }, 'block'],
    [{ witness: undefined }, 'witness'],
    [{ witness: null }, 'witness'],
    [{ witness: '0x00' }, 'witness'],
    [{ chain: {} }, 'chain.forks'],
    [{ chain: { chainId: 1n, forks: [] } }, 'chain.forks'],
    [{ chain: { chainid: 1n } }, 'chain.chainid', 'chainId'],
  ]
  it.each(unknown)('is not asked %o', async (more, field, near) => {
    const input = { ...OPTIONS, ...sent(), blockHash: made.hash, ...more } as never
    const error = await validateBlock(input).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InvalidInputError)
    expect((error as InvalidInputError).place.field).toBe(field)
    if (near !== undefined) expect((error as Error).message).toContain(`did you mean "${near}"`)
  })

  it('reads all of a witness, and nothing that has another name', async () => {
    const { bytes: block, hash: blockHash, witness } = made
    const input = { ...OPTIONS, block, blockHash }
    for (const forms of [witness, witnessToJson(witness)]) {
      const misspelt = { ...forms, header: forms.headers } as never
      await expect(validateBlock({ ...input, witness: misspelt })).rejects.toMatchObject({
        place: { field: 'witness.header' },
      })
    }
    const more = { ...witnessToJson(witness), nodes: [] }
    expect(() => witnessFromJson(more)).toThrow('"witness.nodes"')
    const mixed = { ...witness, codes: ['0xzz'], headers: 7 } as never
    expect(await validateBlock({ ...input, witness: mixed })).toMatchObject({
      valid: false,
      reason: 'malformed-field',
    })
  })

  it('reads the fields of a chain', async () => {
    const depositContract = new Uint8Array(20)
    const osaka = { name: 'osaka', revision: REVISION_OSAKA }
    const chain = { chainId: 1n, forks: [{ fork: osaka, block: 0n }], depositContract }
    const judge = (changed: object): Promise<unknown> =>
      validateBlock({ ...OPTIONS, ...sent(), blockHash: made.hash, chain: changed as never })
    const bad: readonly [object, string][] = [
      [{ ...chain, forks: [{ fork: osaka, blok: 0n }] }, 'chain.forks[0].blok'],
      [{ ...chain, forks: [{ fork: { ...osaka, revision: 3 } }] }, 'chain.forks[0].fork.revision'],
      [{ ...chain, forks: [{ fork: { name: 'osaca' } }] }, 'chain.forks[0].fork.name'],
      [{ ...chain, forks: [{ fork: { ...osaka, blob: {} } }] }, 'chain.forks[0].fork.blob'],
      [{ ...chain, depositContract: '0x00' }, 'chain.depositContract'],
      [{ ...chain, chainId: 0n }, 'chain.chainId'],
    ]
    for (const [changed, field] of bad) {
      await expect(judge(changed), field).rejects.toMatchObject({ place: { field } })
    }
    for (const [target, max, baseFeeUpdateFraction, field] of [
      [3, 6, 0n, 'baseFeeUpdateFraction'],
      [7, 6, 5n, 'target'],
      [0, 0, 5n, 'max'],
      [3, 2 ** 32, 5n, 'max'],
      [3, 6, 1n << 64n, 'baseFeeUpdateFraction'],
    ] as const) {
      const fork = { ...osaka, blobs: { target, max, baseFeeUpdateFraction } }
      await expect(judge({ ...chain, forks: [{ fork }] })).rejects.toMatchObject({
        place: { field: `chain.forks[0].fork.blobs.${field}` },
      })
    }
    await expect(
      validateBlock({ ...OPTIONS, ...sent(), chain: chain as never, fork: 'osaka' }),
    ).rejects.toMatchObject({ place: { field: 'chain' } })
  })

  it('follows a chain configuration as an engine does', async () => {
    const chainConfig = { chainId: 1, londonBlock: 0, terminalTotalDifficulty: 0, osakaTime: 0 }
    const { semantics, memory } = OPTIONS
    const options = { semantics, memory, chainConfig }
    const anchored = { ...sent(), blockHash: made.hash }
    expect(await validateBlock({ ...options, ...anchored })).toMatchObject({ valid: true })
    const cancun = { ...chainConfig, osakaTime: undefined, cancunTime: 0 }
    expect(await validateBlock({ ...options, ...anchored, chainConfig: cancun })).toMatchObject({
      valid: false,
    })
  })

  it('goes on after whatever it has refused or thrown', async () => {
    const validator = await createValidator({ ...OPTIONS, memory: 96 * 2 ** 20 })
    const { hash: blockHash, witness } = made
    const large = { ...witness, codes: [...witness.codes, new Uint8Array(120 * 2 ** 20)] }
    const bad: readonly object[] = [
      { block: '0xc0' },
      { block: new Uint8Array(1_000_000).fill(0x80) },
      { blockHash: ZERO_HASH },
      { witness: { ...witness, state: witness.state.slice(1) } },
      { witness: { ...witness, codes: [...witness.codes, ...witness.codes] } },
      { witness: large },
      { witness: null },
      { signal: AbortSignal.abort() },
    ]
    for (const change of bad) {
      const input = { ...sent(), blockHash, ...change } as never
      const outcome = await validator.validate(input).catch((error: Error) => error.name)
      if (typeof outcome !== 'string') expect(outcome.valid).toBe(false)
      else expect(outcome).toMatch(/^(Cancelled|InvalidInput|MemoryExhausted)Error$/)
      expect(await validator.validate({ ...sent(), blockHash })).toMatchObject({ valid: true })
    }
    const exhausted = validator.validate({ ...sent(), blockHash, witness: large })
    await expect(exhausted).rejects.toMatchObject({ name: 'MemoryExhaustedError' })
    await validator.dispose()
  })
})

describe('a block file', () => {
  const rlp = '0xc0'
  it('has no field that nobody reads', () => {
    const hash = ZERO_HASH
    expect(parseBlockFile({ semantics: 'actor', rlp }).blocks[0]!.hash).toBeUndefined()
    expect(() => parseBlockFile({ Hash: hash, rlp })).toThrow('did you mean "hash"?')
    expect(() => parseBlockFile({ blocks: [{ hash, rpl: rlp }] })).toThrow('"blocks[0].rpl"')
    expect(() => parseBlockFile({ blocks: [], hash })).toThrow('"hash"')
    expect(() => parseBlockFile({ hash, rlp, rules: 'exec' })).toThrow('"rules"')
  })
})
