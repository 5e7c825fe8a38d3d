/** Attacks on addresses and on the life of accounts. */
import type { Hex } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { PEOPLE, WEALTH, callOf, worldsOf, type AttackWorld } from '../support/attack-world.js'

const inWorlds = worldsOf('Accounts.sol')
const SALT: Hex = `0x${'00'.repeat(32)}`
const [FACTORY_OWNER, VICTIM, SQUATTER] = PEOPLE.map(({ address }) => address) as [Hex, Hex, Hex]
const HEIR: Hex = `0x${'4e'.repeat(20)}`

const toAddress = (word: bigint): Hex => `0x${word.toString(16).padStart(40, '0')}`
const makeWallet = (owner: Hex): Hex => callOf('make(address,bytes32)', owner, SALT)

describe('a child that squats an address', () => {
  /** The address of the wallet that the factory will make for the victim, from a rehearsal. */
  async function rehearse(): Promise<Hex> {
    return inWorlds({}, async (world) => {
      const factory = await world.deploy('WalletFactory')
      await world.block({ to: factory, data: makeWallet(VICTIM) })
      return toAddress(await world.read(factory, 'WalletFactory', 'made'))
    })
  }

  // An address made by CREATE or CREATE2 contains its creator. The squatter can copy code, salt and
  // arguments, but not be the factory: its own factory makes another address, in the same round
  // too. So no two groups can make the same account.
  it('gets another address from a factory of its own', async () => {
    const promised = await rehearse()
    await inWorlds({}, async (world) => {
      const factory = await world.deploy('WalletFactory')
      const copy = await world.deploy('WalletFactory')
      const { receipts } = await world.block(
        { from: 2, to: copy, data: makeWallet(VICTIM) },
        { from: 1, to: factory, data: makeWallet(VICTIM) },
      )
      expect(receipts.map(({ status }) => status)).toEqual([1, 1])
      expect(await world.read(factory, 'WalletFactory', 'made')).toBe(BigInt(promised))
      expect(await world.read(copy, 'WalletFactory', 'made')).not.toBe(BigInt(promised))
    })
  })

  // Whoever asks the factory first does get the address: that is for the factory to prevent, and
  // putting the owner into the constructor's arguments does.
  it('cannot put another owner there', async () => {
    const promised = await rehearse()
    await inWorlds({}, async (world) => {
      const factory = await world.deploy('WalletFactory')
      await world.block({ from: 2, to: factory, data: makeWallet(SQUATTER) })
      expect(await world.read(factory, 'WalletFactory', 'made')).not.toBe(BigInt(promised))
      await world.block({ from: 1, to: factory, data: makeWallet(VICTIM) })
      expect(await world.read(promised, 'Wallet', 'owner')).toBe(BigInt(VICTIM))
    })
  })

  // Ether and messages sent ahead to the address do not hinder its creation. In the round of the
  // creation the address has no code in the snapshot: what is sent there runs nothing, and its
  // ether is a credit at the barrier.
  it('cannot spoil it with ether or calls sent ahead', async () => {
    const promised = await rehearse()
    await inWorlds({}, async (world) => {
      const factory = await world.deploy('WalletFactory')
      await world.block({ from: 2, to: promised, value: 3n })
      const result = await world.block(
        { from: 2, to: promised, value: 4n, data: callOf('owner()') },
        { from: 1, to: factory, data: makeWallet(VICTIM) },
        { from: 2, to: promised, value: 5n },
      )
      expect(result.rounds[0]!.groupCount).toBe(1)
      expect(result.receipts.map(({ status }) => status)).toEqual([1, 1, 1])
      expect(await world.read(promised, 'Wallet', 'owner')).toBe(BigInt(VICTIM))
      expect(await world.balance(promised)).toBe(12n)
    })
  })
})

/** All ether there is but what was burnt as base fee; tests pay no tips. */
async function wealthOf(world: AttackWorld, accounts: Hex[]): Promise<bigint> {
  const balances = await Promise.all(accounts.map((address) => world.balance(address)))
  return balances.reduce((sum, balance) => sum + balance, 0n)
}

describe('self-destruct games', () => {
  // A child is created, paid, destroyed and called again by one activation. As it dies with the
  // activation that made it (EIP-6780), the late payment is to code that will be gone: the child's
  // balance left for the heir at SELFDESTRUCT, the late ether is burnt with it, as in Ethereum.
  it('a payment to a dead child of one activation is burnt, once', async () => {
    for (const semantics of ['actor', 'ethereum'] as const) {
      await inWorlds({ semantics }, async (world) => {
        const factory = await world.deploy('MortalFactory')
        const data = callOf('makeAndKill(address,uint256)', HEIR, 2n)
        const { receipts } = await world.block({ to: factory, data, value: 10n })
        expect(receipts[0]!.status).toBe(1)
        const child = toAddress(await world.read(factory, 'MortalFactory', 'made'))
        expect(await world.engine.getAccount(child)).toMatchObject({ exists: false, balance: 0n })
        expect(await world.balance(HEIR)).toBe(8n)
        expect(await wealthOf(world, [factory, child, HEIR])).toBe(8n)
      })
    }
  })

  // A contract that is older than the activation only loses its balance. `die` and `ping` are two
  // messages, delivered in the order in which they were sent; the ether of the second is its own.
  it('an old contract survives, without its ether', async () => {
    await inWorlds({}, async (world) => {
      const factory = await world.deploy('MortalFactory')
      await world.block({ to: factory, data: callOf('make()'), value: 10n })
      const mortal = toAddress(await world.read(factory, 'MortalFactory', 'made'))
      const data = callOf('killAndPing(address)', HEIR)
      const result = await world.block({ to: factory, data, value: 3n })
      expect(result.messageTree(0).anyFailed).toBe(false)
      expect(await world.read(mortal, 'Mortal', 'pings')).toBe(1n)
      expect(await world.balance(HEIR)).toBe(10n)
      expect(await world.balance(mortal)).toBe(3n)
    })
  })

  // The address of a child that died can be used again with the same salt, by its creator only.
  // In one block, too: each activation makes and kills its own.
  it('a child can be made and killed again and again in a block', async () => {
    await inWorlds({}, async (world) => {
      const factory = await world.deploy('MortalFactory')
      const data = callOf('makeAndKill(address,uint256)', HEIR, 0n)
      const calls = [0, 1, 2].map((from) => ({ from, to: factory, data, value: 5n }))
      const { receipts } = await world.block(...calls)
      expect(receipts.map(({ status }) => status)).toEqual([1, 1, 1])
      expect(await world.balance(HEIR)).toBe(15n)
    })
  })

  // Ether can be forced upon a contract that refuses it. It comes as a credit, at the barrier, so
  // never in the middle of an activation; but a contract that trusts its balance to be what it
  // has booked is still wrong in the next round.
  it('forced ether arrives between rounds, not during them', async () => {
    await inWorlds({}, async (world) => {
      const proud = await world.deploy('Proud')
      const mortal = await world.deploy('Mortal', [], 9n)
      const pay = { to: proud, data: callOf('pay()'), value: 1n }
      await world.block(
        { from: 1, to: mortal, data: callOf('die(address)', proud) },
        { from: 2, ...pay },
      )
      // The ether left in the same round, before or after: `pay` has not seen it
      expect(await world.read(proud, 'Proud', 'held')).toBe(1n)
      expect(await world.balance(proud)).toBe(10n)
      await world.block({ from: 2, ...pay })
      expect(await world.read(proud, 'Proud', 'held')).toBe(11n)
      expect(await world.read(proud, 'Proud', 'booked')).toBe(2n)
    })
  })

  // Whatever is created, paid, destroyed and failed, no wei is made.
  it('make no ether', async () => {
    await inWorlds({}, async (world) => {
      const factory = await world.deploy('MortalFactory')
      const before = await wealthOf(world, [FACTORY_OWNER, VICTIM, SQUATTER, factory])
      const data = callOf('makeAndKill(address,uint256)', factory, 1n)
      const { gasUsed } = await world.block({ from: 1, to: factory, data, value: 7n })
      const after = await wealthOf(world, [FACTORY_OWNER, VICTIM, SQUATTER, factory])
      // The price of gas is 1; one wei was burnt with the child
      expect(before - after).toBe(BigInt(gasUsed) + 1n)
      expect(before).toBeLessThan(3n * WEALTH)
    })
  })
})
