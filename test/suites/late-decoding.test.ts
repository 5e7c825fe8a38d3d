/**
 * Code is decoded as far as it runs, so what a jump does must not depend on what has run before:
 * on the order of calls, on who else runs the code, on code that looks like a destination. Traced
 * code is decoded at once, and says what is right.
 */
import {
  createEngine, type BlockResult, type EngineOptions, type Hex, type Listener,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { Assembler, OP } from '../reference/assembler.js'
import { toHex } from '../reference/bytes.js'
import { ALICE, ENV, ETHER, call } from '../support/small-blocks.js'
import { Random } from '../unit/helpers/random.js'

const ISLANDS = 12
const CONTRACTS = 16
const ALL_PUSH32: Hex = `0x${'7f'.repeat(32)}`
const addressOf = (i: number): Hex => `0x${(0xc0de00 + i).toString(16).padStart(40, '0')}`

interface Program {
  code: Uint8Array
  /** Positions of the JUMPDESTs, and of those bytes in push data. */
  places: number[]
  fakes: number[]
}

/**
 * Islands of code. Each counts its visit into slot 0 and then goes on: by falling into the next, by
 * an immediate jump, or to where the next word of calldata says, until there is none.
 */
function archipelago(random: Random): Program {
  const code = new Assembler()
  const labels = Array.from({ length: ISLANDS }, () => code.label())
  const jumpToNextWord = (): Assembler =>
    code.push(0).op(OP.MLOAD, OP.DUP1, OP.CALLDATALOAD, OP.SWAP1).push(32).op(OP.ADD)
      .push(0).op(OP.MSTORE, OP.JUMP)
  jumpToNextWord()
  for (const [i, label] of labels.entries()) {
    code.place(label)
    if (i === 0) code.op(OP.STOP)
    // A destination in push data is none
    code.push(`0x${'5b'.repeat(1 + random.nextInt(32))}`).op(OP.POP)
    code.push(0).op(OP.SLOAD).push(31).op(OP.MUL).push(i).op(OP.ADD).push(0).op(OP.SSTORE)
    const way = random.nextInt(4)
    // Only forward, so that every program ends
    const later = labels[i + 1 + random.nextInt(ISLANDS - i)]
    if (way === 0 || later === undefined) jumpToNextWord()
    else if (way === 1) code.pushLabel(later).op(OP.JUMP)
    else if (way === 2) code.push(0).op(OP.SLOAD).push(1).op(OP.AND).pushLabel(later).op(OP.JUMPI)
    // Too many bytes alike to tell instructions and data apart without reading from the beginning
    if (random.nextInt(3) === 0) code.push(ALL_PUSH32, ALL_PUSH32).op(OP.POP, OP.POP)
  }
  jumpToNextWord()
  const bytes = code.finish()
  const places = destinationsOf(bytes)
  const alike = [...bytes.keys()].filter((at) => bytes[at] === OP.JUMPDEST)
  return { code: bytes, places, fakes: alike.filter((at) => !places.includes(at)) }
}

function destinationsOf(code: Uint8Array): number[] {
  const found = []
  for (let at = 0; at < code.length; at++) {
    const opcode = code[at] as number
    if (opcode === OP.JUMPDEST) found.push(at)
    if (opcode > OP.PUSH0 && opcode < OP.DUP1) at += opcode - OP.PUSH0
  }
  return found
}

/** Words of positions; the last is the first island, where everything ends. */
function journey({ places, fakes }: Program, random: Random, isRough: boolean): Hex {
  const words = Array.from({ length: random.nextInt(6) }, () => {
    const among = isRough && random.nextInt(20) === 0 ? fakes : places
    return among[random.nextInt(among.length)] as number
  })
  words.push(places[0] as number)
  return `0x${words.map((word) => word.toString(16).padStart(64, '0')).join('')}`
}

async function execute(
  options: Partial<EngineOptions>,
  { code }: Program,
  journeys: readonly Hex[],
  listener?: Listener,
): Promise<BlockResult> {
  const engine = await createEngine({ semantics: 'actor', ...options })
  try {
    const account = { nonce: 1, code: toHex(code) }
    const contracts = journeys.map((_, i) => [addressOf(i % CONTRACTS), account] as const)
    await engine.loadGenesis({
      [ALICE]: { balance: 1_000n * ETHER },
      ...Object.fromEntries(contracts),
    })
    const transactions = journeys.map((data, nonce) =>
      call({ to: addressOf(nonce % CONTRACTS), nonce, data, gasLimit: 400_000 }),
    )
    const env = { ...ENV, gasLimit: 100_000_000 }
    return await engine.executeBlock({ env, transactions }, { listener })
  } finally {
    await engine.dispose()
  }
}

const outcome = ({ stateRoot, receipts }: BlockResult): unknown => ({
  stateRoot,
  gas: receipts.map(({ status, gasUsed }) => [status, gasUsed]),
})

describe('code that is decoded as far as it runs', () => {
  it.each([1n, 2n, 3n, 4n, 5n, 6n])('does what it does decoded at once, seed %i', async (seed) => {
    const random = new Random(seed)
    const program = archipelago(random)
    const journeys = Array.from({ length: 60 }, () => journey(program, random, true))
    const late = await execute({ semantics: 'ethereum', workers: 1 }, program, journeys)
    for (const listener of [{ onStep: () => undefined }, { onAccess: () => undefined }]) {
      const options = { semantics: 'ethereum', workers: 1 } as const
      const traced = await execute(options, program, journeys, listener)
      expect(outcome(traced)).toEqual(outcome(late))
    }
    expect(new Set(late.receipts.map(({ status }) => status)).size).toBe(2)
  })

  it.each([7n, 8n, 9n])('by several workers at once, seed %i', async (seed) => {
    const random = new Random(seed)
    const program = archipelago(random)
    const journeys = Array.from({ length: 4 * CONTRACTS }, () => journey(program, random, false))
    const alone = outcome(await execute({ workers: 1 }, program, journeys))
    for (let run = 0; run < 3; run++) {
      const simulation = { alwaysParallel: true, placementSeed: run }
      const together = await execute({ workers: 3, simulation }, program, journeys)
      expect(outcome(together)).toEqual(alone)
    }
  })
})
