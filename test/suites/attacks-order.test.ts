/** Attacks on order and on time: being first, and being paid out of what is on its way. */
import { keccak_256 } from '@noble/hashes/sha3.js'
import type { Hex } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { Random } from '../reference/random.js'
import { callOf, worldsOf, type AttackWorld } from '../support/attack-world.js'
import { CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'
import { createEngine } from 'actor-evm'

const inSurplus = worldsOf('Surplus.sol')

interface Market {
  readonly coin: Hex
  readonly agent: Hex
  readonly pool: Hex
}

const BOOKED = 1_000n
const SURPLUS = 50n
const THIEF: Hex = `0x${'7f'.repeat(20)}`

async function openMarket(world: AttackWorld): Promise<Market> {
  const coin = await world.deploy('Coin')
  const agent = await world.deploy('Agent')
  const pool = await world.deploy('SurplusPool')
  for (const holder of [pool, agent]) {
    const data = callOf('mint(address,uint256)', holder, BOOKED + SURPLUS)
    await world.block({ to: coin, data })
  }
  const open = callOf('open(address,address,uint256)', coin, agent, BOOKED)
  await world.block({ to: pool, data: open })
  return { coin, agent, pool }
}

describe('phantom surplus', () => {
  /** What the thief has after three calls in one block, and how the three ended. */
  const skimThrice = (functionName: string): Promise<{ loot: bigint; statuses: number[] }> =>
    inSurplus({}, async (world) => {
      const { coin, pool } = await openMarket(world)
      const data = callOf(`${functionName}(address)`, THIEF)
      const calls = [0, 1, 2].map((from) => ({ from, to: pool, data, gas: 500_000 }))
      const { receipts } = await world.block(...calls)
      const loot = await world.read(coin, 'Coin', 'balanceOf', THIEF)
      return { loot, statuses: receipts.map(({ status }) => status) }
    })

  // The pool pays out `balanceOf(this) - reserve`. The view is as old as the round, so that three
  // calls in one round would see the same surplus and pay it thrice, out of the reserve. The rule
  // of messages in flight (PROTOCOL 4) fails the second view: a transfer to the coin is on its way.
  it('is paid once: a view that misses an own payment fails', async () => {
    expect(await skimThrice('skim')).toEqual({ loot: SURPLUS, statuses: [1, 0, 0] })
  })

  // The limit that PROTOCOL 9 names: if the payment goes through a third contract, the pool has
  // nothing in flight to the coin, and no view fails. Such a contract must keep its own accounts.
  it('is paid thrice if the payment goes through a third contract', async () => {
    expect(await skimThrice('skimByAgent')).toEqual({ loot: 3n * SURPLUS, statuses: [1, 1, 1] })
  })
})

/** PROTOCOL 3, from its text: id of the first message of `sender` in a round. */
function messageId(transactionsRoot: Uint8Array, round: number, sender: Uint8Array): Uint8Array {
  const preimage = Uint8Array.of(...transactionsRoot, 0, 0, round >> 8, round & 0xff, ...sender)
  return Uint8Array.of(...keccak_256(preimage).subarray(0, 28), 0, 0, 0, 0)
}

const fromHex = (hex: Hex): Uint8Array => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'))
const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`

describe('hash grinding for the first place in a mailbox', () => {
  const RIVALS = 9
  const TRIALS = 1_000

  it('works on the ids that the engine gives', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(CASE_ALLOC)
    const { rounds, transactionsRoot } = await engine.executeBlock(CASE_BLOCK)
    await engine.dispose()
    for (const { id, from } of rounds[1]!.messages) {
      expect(toHex(messageId(fromHex(transactionsRoot), 0, fromHex(from)))).toBe(id)
    }
  })

  const r = new Random(1)
  const randomBytes = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => r.below(256))
  /** Whether one of `mine` comes before all rivals. The message's id decides: one recipient. */
  const isFirst = (root: Uint8Array, mine: Uint8Array[], rivals: Uint8Array[]): boolean => {
    const best = (senders: Uint8Array[]): Hex =>
      senders.map((sender) => toHex(messageId(root, 0, sender))).sort()[0]!
    return best(mine) < best(rivals)
  }
  const rivals = Array.from({ length: RIVALS }, () => randomBytes(20))
  const shareOf = (attempt: () => boolean): number => {
    let wins = 0
    for (let i = 0; i < TRIALS; i++) if (attempt()) wins++
    return wins / TRIALS
  }
  /** Five standard deviations of a share of TRIALS. */
  const tolerance = (p: number): number => 5 * Math.sqrt((p * (1 - p)) / TRIALS)

  // Ids hash the root of all transactions of the block. Who does not complete the block does not
  // know it, so an address that was ground (CREATE2) to be first in one block is anywhere in the
  // next: tries do not count.
  it.each([1, 16, 256])('is a lottery for senders, whatever they try: %i addresses', (tries) => {
    const expected = 1 / (RIVALS + 1)
    const known = randomBytes(32)
    const candidates = Array.from({ length: tries }, () => randomBytes(20))
    const byId = (a: Uint8Array, b: Uint8Array): number =>
      toHex(messageId(known, 0, a)) < toHex(messageId(known, 0, b)) ? -1 : 1
    const [ground] = candidates.sort(byId)
    expect(isFirst(known, [ground!], rivals) || tries < 256).toBe(true)
    const share = shareOf(() => isFirst(randomBytes(32), [ground!], rivals))
    expect(Math.abs(share - expected)).toBeLessThan(tolerance(expected))
  })

  // More messages from more contracts are more tickets. Each costs a whole message.
  it.each([1, 3, 9, 27])('with %i contracts: as many tickets', (tickets) => {
    const expected = tickets / (tickets + RIVALS)
    const mine = Array.from({ length: tickets }, () => randomBytes(20))
    const share = shareOf(() => isFirst(randomBytes(32), mine, rivals))
    expect(Math.abs(share - expected)).toBeLessThan(tolerance(expected))
  })

  // Who completes the block can change a transaction of his own until the ids suit him: one try
  // is one hash of the root. Order in a mailbox is fair among senders, not against the builder.
  it.each([
    { tries: 1, expected: 0.1 },
    { tries: 2, expected: 0.19 },
    { tries: 7, expected: 0.52 },
    { tries: 22, expected: 0.9 },
    { tries: 44, expected: 0.99 },
  ])('succeeds for the builder: $tries tries, $expected', ({ tries, expected }) => {
    const [mine] = [randomBytes(20)]
    const share = shareOf(() => {
      for (let i = 0; i < tries; i++) if (isFirst(randomBytes(32), [mine], rivals)) return true
      return false
    })
    expect(Math.abs(share - expected)).toBeLessThan(tolerance(expected) + 0.01)
  })
})
