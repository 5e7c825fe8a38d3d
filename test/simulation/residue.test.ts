/**
 * Blocks that look at accounts and slots that are not there, write slots and clear them, create
 * contracts and destroy them, and blocks that are undone: of all that nothing stays in memory.
 *
 *   ACTOR_EVM_RESIDUE  blocks (standard 48)
 */
import {
  InvalidBlockError,
  InvalidTransactionError,
  createEngine,
  type BlockInput,
  type Engine,
  type EngineOptions,
  type Hex,
} from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromEnvironment } from '../support/from-environment.js'
import { lastHeapTop, unwatchMemories, watchMemories } from '../support/linear-memories.js'
import { ALICE, ENV, call } from '../support/small-blocks.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_RESIDUE', 48)
const WARM_UP = Math.ceil(BLOCKS / 3)
const TEST_TIMEOUT_MS = 300_000
/** Records that each transaction leaves. */
const COUNT = 300
/** A worker may come to its first creation late: a buffer for initcode, chunks, a table. What the
 * blocks left behind would be twice as much for all three. */
const FIRST_WORK_BYTES = 2.5 * 2 ** 20

/** For n = word 1 of the data … 1: `body` finds n on top of the stack, and leaves it there. */
const loop = (body: string): Hex => `0x6020355b${body}600190038060035700`
/** Word 0 of the data + n. */
const PLACE = '5f3501'
const CODES = {
  // BALANCE(place + n)
  balance: loop(`80${PLACE}3150`),
  // SLOAD(place + n)
  sload: loop(`80${PLACE}5450`),
  // SSTORE(place + n, word 2)
  sstore: loop(`60403581${PLACE}55`),
  // CREATE2 with salt word 0: the constructor writes two slots and destroys its contract
  create: '0x6b6001600155600160025533ff5f525f35600c60145ff55000',
}
type Kind = keyof typeof CODES
const KINDS = Object.keys(CODES) as Kind[]
/** Of each kind several, so that workers share the work. */
const COPIES = 2
const contract = (kind: Kind, copy: number): Hex =>
  `0x${(0x1000 + 16 * KINDS.indexOf(kind) + copy).toString(16).padStart(40, '0')}`
const ALLOC = {
  [ALICE]: { balance: 10n ** 24n },
  ...Object.fromEntries(
    KINDS.flatMap((kind) =>
      Array.from({ length: COPIES }, (_, i) => [contract(kind, i), { code: CODES[kind] }]),
    ),
  ),
}

const word = (value: number): string => value.toString(16).padStart(64, '0')
const dataOf = (place: number, value: number): Hex =>
  `0x${word(place)}${word(COUNT)}${word(value)}`
/** No two blocks have a place in common. */
const placeIn = (block: number): number => 0xabcd_0000_0000 + block * 2 ** 16

/** Block 1, 2, …; what it writes, the next one clears. */
function residueBlock(number: number, firstNonce: number, gasLimit = 60_000_000): BlockInput {
  const calls: { to: Hex; data: Hex }[] = []
  for (let i = 0; i < COPIES; i++) {
    const place = placeIn(number)
    calls.push(
      ...KINDS.map((kind) => ({ to: contract(kind, i), data: dataOf(place, 1) })),
      { to: contract('sstore', i), data: dataOf(placeIn(number - 1), 0) },
    )
  }
  return {
    env: { ...ENV, number, timestamp: 1_800_000_000 + 12 * number, gasLimit },
    transactions: calls.map((fields, i) =>
      call({ ...fields, nonce: firstNonce + i, gasLimit: 10_000_000 }),
    ),
  }
}

const PER_BLOCK = COPIES * (KINDS.length + 1)

interface Run {
  readonly root: string
  /** After each block. */
  readonly heapTops: readonly number[]
}

/** @param undo executes a block that is undone, with the nonces from the given one on */
async function execute(
  options: Partial<EngineOptions>,
  undo: (engine: Engine, number: number, nonce: number) => Promise<void>,
): Promise<Run> {
  const engine = await createEngine({ semantics: 'actor', ...options })
  try {
    await engine.loadGenesis(ALLOC)
    const heapTops: number[] = []
    let root = ''
    for (let i = 0; i < BLOCKS; i++) {
      await undo(engine, BLOCKS + i, i * PER_BLOCK)
      root = (await engine.executeBlock(residueBlock(i + 1, i * PER_BLOCK))).stateRoot
      heapTops.push(lastHeapTop())
    }
    return { root, heapTops }
  } finally {
    await engine.dispose()
  }
}

/** Every other block is tried before with others' places, and fails at its end. */
async function undoInvalid(engine: Engine, number: number, nonce: number): Promise<void> {
  const block = residueBlock(number, nonce)
  const transactions = [...block.transactions, call({ to: ALICE, nonce: nonce + 1_000 })]
  const failing = engine.executeBlock({ ...block, transactions })
  await expect(failing).rejects.toBeInstanceOf(InvalidTransactionError)
}

/** The same, stopped in the middle by the gas limit. */
async function undoAboveLimit(engine: Engine, number: number, nonce: number): Promise<void> {
  const failing = engine.executeBlock(residueBlock(number, nonce, 12_000_000))
  await expect(failing).rejects.toBeInstanceOf(InvalidBlockError)
}

describe(`${BLOCKS} blocks that leave nothing`, () => {
  beforeAll(watchMemories)
  afterAll(unwatchMemories)

  const growth = ({ heapTops }: Run): number => heapTops.at(-1)! - heapTops[WARM_UP]!

  it(
    'in ethereum semantics',
    async () => {
      const run = await execute({ workers: 1, semantics: 'ethereum' }, undoInvalid)
      expect(growth(run)).toBe(0)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'between actors, on one worker and on three',
    async () => {
      const alone = await execute({ workers: 1 }, undoAboveLimit)
      expect(growth(alone)).toBe(0)
      const simulation = { alwaysParallel: true }
      const together = await execute({ workers: 3, simulation }, undoAboveLimit)
      expect(growth(together)).toBeLessThanOrEqual(3 * FIRST_WORK_BYTES)
      expect(together.root).toBe(alone.root)
    },
    TEST_TIMEOUT_MS,
  )
})
