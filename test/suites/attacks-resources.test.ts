/**
 * Attacks on what a block may take: messages, bytes, rounds, and the gas of others. Contracts are
 * written by hand where every unit of gas counts.
 */
import type { BlockResult, Hex } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { OP, type Assembler } from '../reference/assembler.js'
import { actor, call, code as codeOf } from '../reference/cases.js'
import { PEOPLE, callOf, inWorld, worldsOf, type AttackWorld } from '../support/attack-world.js'

const inPayments = worldsOf('Payments.sol')

/** PROTOCOL 6, the default. */
const G_MESSAGE = 6_000
const G_WORD = 64
/** What a CALL to a warm account costs beside that. */
const CALL_COST = 100
const WORD_BYTES = 32
/** EIP-7825: the most that one transaction can bring. */
const MOST_GAS = 1 << 24

const BOMB = actor(0xb0) as Hex
const OTHER = actor(0xb1) as Hex
const code = (write: Parameters<typeof codeOf>[0]): Hex => codeOf(write) as Hex

/** Runs `body` until less than `gas` is left. */
function whileGasAbove(a: Assembler, gas: number, body: () => void): void {
  const start = a.label()
  const end = a.label()
  a.place(start).push(gas).op(OP.GAS, OP.LT).pushLabel(end).op(OP.JUMPI)
  body()
  a.pushLabel(start).op(OP.JUMP).place(end)
}

/** All messages but message 0, and the gas of its tree. */
function emittedIn({ rounds, receipts }: BlockResult) {
  const messages = rounds.slice(1).flatMap((round) => round.messages)
  return { messages, gasUsed: receipts[0]!.gasUsed }
}

describe('message bomb', () => {
  const explode = (codes: Record<Hex, Hex>): Promise<BlockResult> =>
    inWorld({}, { codes }, (world) => world.block({ to: BOMB, gas: MOST_GAS }))

  // Emits for all its gas; each message finds code that does nothing. Every emission burns
  // G_MESSAGE of the prepaid gas, so there are at most gasLimit / G_MESSAGE of them, and they
  // cost the bomber what they cost the block.
  it('of the widest fan-out: no more messages than the gas pays for', async () => {
    const bomb = code((a) => {
      whileGasAbove(a, 10_000, () => {
        call(a, { to: OTHER, gas: 0 })
        a.op(OP.POP)
      })
    })
    const { messages, gasUsed } = emittedIn(await explode({ [BOMB]: bomb, [OTHER]: '0x00' }))
    expect(messages.length).toBeGreaterThan(2_700)
    expect(messages.length).toBeLessThanOrEqual(MOST_GAS / (G_MESSAGE + CALL_COST))
    expect(gasUsed).toBeLessThanOrEqual(MOST_GAS)
  })

  // Two actors send two messages for each that they get. Without a price the number would double
  // in every round; with it, all rounds together have what the gas pays for.
  it('of a chain reaction: the same bound over all rounds', async () => {
    const doubling = (to: Hex): Hex =>
      code((a) => {
        for (let i = 0; i < 2; i++) {
          call(a, { to })
          a.op(OP.POP)
        }
      })
    const result = await explode({ [BOMB]: doubling(OTHER), [OTHER]: doubling(BOMB) })
    const { messages, gasUsed } = emittedIn(result)
    expect(result.rounds.length).toBeGreaterThan(8)
    expect(messages.length).toBeLessThanOrEqual(MOST_GAS / (G_MESSAGE + CALL_COST))
    expect(messages.length).toBeGreaterThan(500)
    expect(gasUsed).toBeLessThanOrEqual(MOST_GAS)
  })

  // The longest chain: each round has one message. It ends with the gas, or in round 1,023, where a
  // CALL that would emit pushes 0.
  it('of the longest ping-pong: it ends in the last round', async () => {
    const pass = (to: Hex): Hex => code((a) => call(a, { to }))
    const result = await explode({ [BOMB]: pass(OTHER), [OTHER]: pass(BOMB) })
    expect(result.rounds).toHaveLength(1_024)
    expect(result.rounds.map(({ messageCount }) => messageCount)).toEqual(Array(1_024).fill(1))
    expect(result.rounds.at(-1)!.messages[0]).toMatchObject({ status: 1 })
  })

  // PROTOCOL 6 lets any chain choose its last round; gas alone ends the exchange as well.
  it('of the longest ping-pong, without that limit: it ends with the gas', async () => {
    const pass = (to: Hex): Hex => code((a) => call(a, { to }))
    const codes = { [BOMB]: pass(OTHER), [OTHER]: pass(BOMB) }
    const parameters = { maxRounds: 2 ** 31 - 1 }
    const { rounds, gasUsed } = await inWorld({ parameters }, { codes }, (world) =>
      world.block({ to: BOMB, gas: MOST_GAS }),
    )
    expect(rounds.length).toBeGreaterThan(1_024)
    expect(rounds.length).toBeLessThan(MOST_GAS / G_MESSAGE)
    expect(gasUsed).toBeLessThanOrEqual(MOST_GAS)
  })
})

describe('payload bomb', () => {
  // The same memory is paid for once and sent again and again. Each word of each message costs
  // G_WORD of gas, so that a block holds at most half a byte of data for each unit of gas.
  it.each([1_000, 20_000, 100_000])('with %i bytes a message', async (size) => {
    const bomb = code((a) => {
      // Touches the memory first: what it costs is not what stops the bomb
      a.push(size - 1).op(OP.MLOAD, OP.POP)
      const each = G_MESSAGE + CALL_COST + (G_WORD * size) / WORD_BYTES
      whileGasAbove(a, Math.ceil(each) + 5_000, () => {
        call(a, { to: OTHER, gas: 0, size })
        a.op(OP.POP)
      })
    })
    const { messages, gasUsed } = await inWorld(
      {},
      { codes: { [BOMB]: bomb, [OTHER]: '0x00' } },
      async (world) => emittedIn(await world.block({ to: BOMB, gas: MOST_GAS })),
    )
    const bytes = messages.reduce((sum, { data }) => sum + (data.length - 2) / 2, 0)
    expect(messages.length).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual((MOST_GAS * WORD_BYTES) / G_WORD)
    expect(gasUsed).toBeLessThanOrEqual(MOST_GAS)
  })
})

interface Receivers {
  readonly payer: Hex
  readonly honest: Hex
  readonly burner: Hex
  readonly bomb: Hex
}

async function deployReceivers(world: AttackWorld): Promise<Receivers> {
  return {
    payer: await world.deploy('Payer', [], 1_000n),
    honest: await world.deploy('Honest'),
    burner: await world.deploy('Burner'),
    bomb: await world.deploy('ReturnBomb'),
  }
}

const payAll = ({ burner, bomb, honest }: Receivers): Hex =>
  callOf('payAll(address[3],uint256)', burner, bomb, honest, 7)

describe('griefing by a receiver', () => {
  // In Ethereum a receiver that burns its gas takes 63/64 of the payer's, and one that answers with
  // much data has the payer copy it. Here the payer has ended when they run: each receiver burns
  // the gas of its own message. The payment that failed is back, the others have arrived.
  it('hurts neither the payer nor the other receivers', async () => {
    await inPayments({}, async (world) => {
      const all = await deployReceivers(world)
      const pay = { from: 1, to: all.payer, data: payAll(all), gas: 1_000_000 }
      const result = await world.block(pay)
      expect(result.receipts[0]!.status).toBe(1)
      const statusOf = new Map(result.rounds[1]!.messages.map(({ to, status }) => [to, status]))
      expect(Object.fromEntries(statusOf)).toEqual({
        [all.burner]: 0,
        [all.bomb]: 1,
        [all.honest]: 1,
      })
      expect(await world.read(all.payer, 'Payer', 'rounds')).toBe(1n)
      expect(await world.read(all.honest, 'Honest', 'received')).toBe(7n)
      expect(await world.balance(all.payer)).toBe(1_000n - 2n * 7n)
    })
  })

  it('stops all of them in Ethereum', async () => {
    await inPayments({ semantics: 'ethereum' }, async (world) => {
      const all = await deployReceivers(world)
      const { receipts } = await world.block({ to: all.payer, data: payAll(all), gas: 1_000_000 })
      expect(receipts[0]!.status).toBe(0)
      expect(await world.balance(all.payer)).toBe(1_000n)
    })
  })
})

describe('starving a message of gas', () => {
  const GAS_EACH = 60_000

  /** How the payment ended for each gas limit: [payer's status, statuses of its messages]. */
  async function sweep(world: AttackWorld, data: (all: Receivers) => Hex) {
    const all = await deployReceivers(world)
    const endings = new Set<string>()
    for (let gas = 60_000; gas <= 600_000; gas += 20_000) {
      const pay = { from: 1, to: all.payer, data: data(all), gas }
      const { receipts, rounds } = await world.block(pay)
      const statuses = (rounds[1]?.messages ?? []).map(({ status }) => status).join('')
      endings.add(`payer ${receipts[0]!.status}, receivers ${statuses || 'none'}`)
    }
    return endings
  }

  // Whoever starts a plain payment chooses what its receivers get: with the right gas limit the
  // payer books the payment, and the receivers fail for want of gas. Their value comes back.
  it('works against plain calls', async () => {
    const endings = await inPayments({}, (world) =>
      sweep(world, ({ honest }) => callOf('payAll(address[3],uint256)', honest, honest, honest, 1)),
    )
    expect(endings).toContain('payer 1, receivers 000')
  })

  // `{gas: n}` sets the gas aside at once, and the `require` before it fails first when there is
  // too little: either the payer reverts, or every receiver has exactly n.
  it('does not work against calls with a guarantee', async () => {
    const signature = 'payEachWith(address[3],uint256,uint256)'
    const endings = await inPayments({}, (world) =>
      sweep(world, ({ honest }) => callOf(signature, honest, honest, honest, 1, GAS_EACH)),
    )
    expect([...endings].sort()).toEqual(['payer 0, receivers none', 'payer 1, receivers 111'])
  })
})

describe('gas of others', () => {
  // A tree never takes more than its root prepaid, and nothing of what others prepaid: a bomb in
  // the same block, at the same receiver, changes nothing for an honest sender.
  it('is out of reach for a bomb in the same block', async () => {
    await inPayments({}, async (world) => {
      const { burner, honest } = await deployReceivers(world)
      const alone = await world.block({ from: 2, to: honest, data: '0x00', gas: 100_000 })
      const together = await world.block(
        { from: 1, to: burner, gas: MOST_GAS },
        { from: 1, to: honest, data: '0x00', gas: 100_000 },
        { from: 2, to: honest, data: '0x00', gas: 100_000 },
      )
      expect(together.receipts[2]!.gasUsed).toBe(alone.receipts[0]!.gasUsed)
      expect(together.receipts[2]!.from).toBe(PEOPLE[2]!.address)
      expect(together.receipts[0]!.gasUsed).toBe(MOST_GAS)
    })
  })
})
