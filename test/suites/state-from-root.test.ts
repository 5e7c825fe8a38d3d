/**
 * The state is a function of its root: an engine that is loaded from a dump of the state, and a
 * validator that has nothing but a witness, make of the next block what the engine makes that has
 * executed all blocks before. And what an engine produces, a validator with the same options
 * accepts.
 *
 * ACTOR_EVM_RANDOM_BLOCKS (120) random blocks, with seeds from ACTOR_EVM_RANDOM_SEED (0) on.
 */
import { describe, expect, it } from 'vitest'
import { REVISION_LONDON } from '../../assembly/abi/revision.js'
import { assembleEngine } from '../../src/machine/assemble-engine.js'
import { encodeHeader } from '../../src/intake/header.js'
import { forkAt, parseChainConfig } from '../../src/forks/chain-config.js'
import { resolveOptions, type EngineOptions } from '../../src/machine/engine-options.js'
import { Engine } from '../../src/engine.js'
import type { Fork } from '../../src/forks/forks.js'
import type { EngineParts } from '../../src/machine/engine-parts.js'
import { dumpState } from '../../src/state/dump-state.js'
import type { BlockInput } from '../../src/intake/prepare-block.js'
import type { Alloc, Hex, Semantics } from '../../src/base/types.js'
import type { ProducedBlock } from '../../src/witness/produce-block.js'
import { createValidator, type Validator } from '../../src/witness/validate-block.js'
import { loadPlatform } from '../../src/threads/platform/load.js'
import { fromEnvironment } from '../support/from-environment.js'
import {
  RISEN,
  SECONDS_A_BLOCK,
  SENDER_ADDRESSES,
  START_S,
  restlessAlloc,
  restlessBlock,
} from '../support/restless-chain.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_RANDOM_BLOCKS', 120)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
const BLOCKS_A_CHAIN = 5
const GAS_LIMIT = 30_000_000n
const MEMORY = 192 * 2 ** 20
const FORKS = [
  'frontier',
  'homestead',
  'tangerineWhistle',
  'spuriousDragon',
  'byzantium',
  'constantinople',
  'istanbul',
  'berlin',
  'london',
  'paris',
  'shanghai',
  'cancun',
  'prague',
  'osaka',
  'bpo2',
] as const

interface OpenEngine {
  readonly engine: Engine
  readonly parts: EngineParts
}

async function openEngine(options: EngineOptions, alloc: Alloc): Promise<OpenEngine> {
  const resolved = resolveOptions({ ...options, memory: MEMORY, workers: 1 }, 1)
  const parts = await assembleEngine(resolved, loadPlatform())
  const engine = new Engine(parts)
  await engine.loadGenesis(alloc)
  return { engine, parts }
}

/** What `loadGenesis` makes the same state of. */
function dumpAlloc({ core }: EngineParts): Alloc {
  return Object.fromEntries(
    dumpState(core).map(({ address, balance, nonce, code, storage }) => {
      const slots = storage.map(([key, value]) => [`0x${key.toString(16)}`, value] as const)
      return [address, { balance, nonce, code, storage: Object.fromEntries(slots) }]
    }),
  )
}

const isLondon = ({ revision }: Fork): boolean => revision >= REVISION_LONDON

/** What a block has come to, without what differs from run to run. */
function essence({ hash, result }: ProducedBlock): unknown {
  const rounds = result.rounds.map(({ gasUsed, messages }) => ({ gasUsed, messages }))
  return { hash, stateRoot: result.stateRoot, receipts: result.receipts, rounds }
}

/** A block, or the message of the error that refuses it. */
async function attempt(
  engine: Engine,
  block: BlockInput,
  headers: readonly Uint8Array[],
): Promise<ProducedBlock | string> {
  try {
    return await engine.produceBlock(block, headers)
  } catch (error) {
    return (error as Error).message
  }
}

async function expectAccepted(
  validator: Validator,
  produced: ProducedBlock,
  what: string,
): Promise<void> {
  const { bytes, hash, result, witness } = produced
  const verdict = await validator.validate({ block: bytes, witness, blockHash: hash })
  const { stateRoot } = result
  expect(verdict, what).toMatchObject({ valid: true, stateRoot, witness: { unusedNodes: 0 } })
}

/** How often something has become of accounts that only some of them come to. */
interface Fates {
  vanished: number
  appeared: number
  onlySlots: number
  codeLost: number
  slotsLost: number
  /** Destroyed and made again in one block. */
  risen: number
}

const noFates = (): Fates =>
  ({ vanished: 0, appeared: 0, onlySlots: 0, codeLost: 0, slotsLost: 0, risen: 0 })

function count(fates: Fates, before: Alloc, after: Alloc): void {
  const slots = (account: Alloc[Hex] | undefined) => Object.keys(account?.storage ?? {}).length
  const hasCode = (account: Alloc[Hex] | undefined) => (account?.code ?? '0x') !== '0x'
  for (const [address, old] of Object.entries(before)) {
    const now = after[address as Hex]
    if (now === undefined) fates.vanished++
    else if (hasCode(old) && !hasCode(now)) fates.codeLost++
    if (slots(old) > slots(now)) fates.slotsLost++
  }
  // Its constructor marks the block's number in a slot
  const [old, now] = [before, after].map((alloc) => Object.keys(alloc[RISEN]?.storage ?? {}))
  if (hasCode(before[RISEN]) && now!.some((key) => !old!.includes(key))) fates.risen++
  for (const [address, now] of Object.entries(after)) {
    if (!(address in before)) fates.appeared++
    const isPoor = BigInt(now.balance ?? 0) === 0n && BigInt(now.nonce ?? 0) === 0n
    if (isPoor && !hasCode(now) && slots(now) > 0) fates.onlySlots++
  }
}

/** Produces a chain, each block also by an engine that knows only a dump of the state before it. */
async function walk(
  seed: number,
  options: EngineOptions,
  blocks: number,
  fates = noFates(),
): Promise<number> {
  const { chain } = resolveOptions(options, 1).config
  const forkOf = (number: number) =>
    forkAt(chain, {
      number: BigInt(number),
      timestamp: BigInt(START_S + SECONDS_A_BLOCK * number),
    })
  const { engine, parts } = await openEngine(options, restlessAlloc(seed, forkOf(1)))
  const { semantics = 'actor' } = options
  const rest = { requiresMinimal: true, memory: MEMORY }
  const validator = await createValidator({ ...options, semantics, ...rest })
  const headers: Uint8Array[] = []
  let gasLimit = GAS_LIMIT
  let produced = 0
  for (let number = 1; number <= blocks; number++) {
    const what = `seed ${seed}, block ${number}, ${options.semantics}, ${forkOf(number).name}`
    // EIP-1559: twice the gas of which half is the target
    if (isLondon(forkOf(number)) && number > 1 && !isLondon(forkOf(number - 1))) gasLimit *= 2n
    const nonces = await Promise.all(SENDER_ADDRESSES.map((it) => engine.getNonce(it)))
    const block = restlessBlock({ seed, number, fork: forkOf(number), gasLimit, nonces })
    const before = dumpAlloc(parts)
    const other = await openEngine(options, before)
    expect(await other.engine.stateRoot(), what).toBe(await engine.stateRoot())
    const [one, two] = [
      await attempt(engine, block, headers),
      await attempt(other.engine, block, headers),
    ]
    await other.engine.dispose()
    if (typeof one === 'string' || typeof two === 'string') {
      expect(two, what).toBe(one)
      break
    }
    expect(essence(two), what).toEqual(essence(one))
    await expectAccepted(validator, one, what)
    if (headers.length === 0) headers.push(encodeHeader(one.parentHeader))
    headers.push(encodeHeader(one.block.header))
    count(fates, before, dumpAlloc(parts))
    produced++
  }
  await Promise.all([engine, validator].map((it) => it.dispose()))
  return produced
}

/** One fork after the other, a block each; three in the range of the DAO's mark. */
function allForks(): Record<string, unknown> {
  const time = (number: number): number => START_S + SECONDS_A_BLOCK * number
  return {
    chainId: 1,
    homesteadBlock: 2,
    daoForkBlock: 3,
    eip150Block: 6,
    eip158Block: 7,
    byzantiumBlock: 8,
    constantinopleBlock: 9,
    petersburgBlock: 10,
    istanbulBlock: 11,
    muirGlacierBlock: 12,
    berlinBlock: 13,
    londonBlock: 14,
    arrowGlacierBlock: 15,
    grayGlacierBlock: 16,
    terminalTotalDifficulty: 1n << 60n,
    parisBlock: 17,
    shanghaiTime: time(18),
    cancunTime: time(19),
    pragueTime: time(20),
    osakaTime: time(21),
    bpo1Time: time(22),
    bpo2Time: time(23),
  }
}

describe.each<Semantics>(['ethereum', 'actor'])('under %s semantics', (semantics) => {
  const chains = Math.ceil(BLOCKS / BLOCKS_A_CHAIN / 2)
  const seeds = Array.from({ length: chains }, (_, i) => FIRST_SEED + i)

  it(`random chains of ${BLOCKS_A_CHAIN} blocks`, { timeout: 3_600_000 }, async () => {
    const fates = noFates()
    let produced = 0
    for (const seed of seeds) {
      const fork = FORKS[seed % FORKS.length]!
      produced += await walk(seed, { fork, semantics, chainId: 1 }, BLOCKS_A_CHAIN, fates)
    }
    expect(produced).toBeGreaterThan(0.8 * chains * BLOCKS_A_CHAIN)
    // Only under Ethereum's rules do accounts go, or become nothing but slots
    const wanted = semantics === 'ethereum' ? Object.keys(fates) : ['appeared', 'slotsLost']
    const missed = wanted.filter((fate) => fates[fate as keyof Fates] === 0)
    if (chains >= 12) expect(missed).toEqual([])
  })

  it('a chain through all forks', { timeout: 600_000 }, async () => {
    const chainConfig = allForks()
    expect(parseChainConfig(chainConfig).forks.length).toBe(21)
    const blocks = 24
    let produced = 0
    for (const seed of [7_000, 7_001, 7_002]) {
      produced += await walk(FIRST_SEED + seed, { chainConfig, semantics }, blocks)
    }
    expect(produced).toBeGreaterThan(0.8 * 3 * blocks)
  })
})
