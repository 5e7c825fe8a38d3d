/**
 * Attacks that come back into a contract before it has finished. Each works where calls are
 * synchronous, which shows that the contracts are open to it, and fails between actors, because
 * nobody runs A's code while A runs, and views are as old as the round.
 */
import type { Hex, Semantics } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { PEOPLE, callOf, worldsOf, type AttackWorld } from '../support/attack-world.js'

const inBanks = worldsOf('Bank.sol')
const inPools = worldsOf('Pool.sol')

const ETHER = 10n ** 18n
/** What honest customers have in the bank. */
const DEPOSITS = 20n * ETHER
const STAKE = ETHER
const ATTACK = { from: 1, data: callOf('attack()'), value: STAKE, gas: 8_000_000 }

/** A bank with deposits of person 0. */
async function openBank(world: AttackWorld): Promise<Hex> {
  const bank = await world.deploy('Bank')
  await world.block({ to: bank, data: callOf('deposit()'), value: DEPOSITS })
  return bank
}

describe('re-entrancy', () => {
  /** Ether in the bank and with the thief after the attack. */
  const attackWith = (thiefName: string, semantics: Semantics): Promise<bigint[]> =>
    inBanks({ semantics }, async (world) => {
      const bank = await openBank(world)
      const thief = await world.deploy(thiefName, [bank])
      await world.block({ ...ATTACK, to: thief })
      return [(await world.balance(bank)) / ETHER, (await world.balance(thief)) / ETHER]
    })

  // withdraw() pays before it sets the balance to 0. In Ethereum the receiver runs inside the
  // payment and withdraws again. Between actors the payment is a message: by the time the
  // receiver runs, the bank has written its books, and `withdraw` finds nothing.
  it('directly: the payment comes back to the same function', async () => {
    expect(await attackWith('DirectThief', 'ethereum')).toEqual([16n, 5n])
    expect(await attackWith('DirectThief', 'actor')).toEqual([20n, 1n])
  })

  // The bank creates the account that it pays into, with a constructor of the customer's choice,
  // before it writes its books. In Ethereum the constructor has the bank withdraw again. Between
  // actors the creation is synchronous too, but in the child's code the thief and the bank are
  // other contracts: what the constructor calls is a message, delivered when the books are right.
  it('through a created child: its constructor comes back', async () => {
    expect((await attackWith('ChildThief', 'ethereum'))[0]).toBe(17n)
    expect((await attackWith('ChildThief', 'actor'))[0]).toBe(20n)
  })

  /** Ether in the bank, and what its books owe to the accomplice. */
  const attackAcross = (semantics: Semantics): Promise<bigint[]> =>
    inBanks({ semantics }, async (world) => {
      const bank = await openBank(world)
      const accomplice = PEOPLE[2]!.address
      const thief = await world.deploy('CrossFunctionThief', [bank, accomplice])
      await world.block({ ...ATTACK, to: thief })
      const owed = await world.read(bank, 'Bank', 'balances', accomplice)
      return [(await world.balance(bank)) / ETHER, owed / ETHER]
    })

  // The same hole through another function: the balance that is being paid out is given to an
  // accomplice. A lock on `withdraw` alone would not help. In Ethereum the bank then owes ether
  // that it has just paid (20 left for debts of 21). Between actors the books are at 0 when
  // `transfer` arrives, and the subtraction fails.
  it('across functions: what is being paid is given away', async () => {
    expect(await attackAcross('ethereum')).toEqual([20n, 1n])
    expect(await attackAcross('actor')).toEqual([20n, 0n])
  })
})

describe('read-only re-entrancy', () => {
  /** The price that a lender saw, as a multiple of the true one, and how often it looked. */
  const lookDuringPayment = (semantics: Semantics): Promise<{ seen: number; looks: bigint }> =>
    inPools({ semantics }, async (world) => {
      const pool = await world.deploy('Pool', [], 100n * ETHER)
      const lender = await world.deploy('Lender', [pool])
      const thief = await world.deploy('ReadOnlyThief', [pool, lender])
      await world.block({ to: thief, data: ATTACK.data, gas: ATTACK.gas })
      const [seen, looks] = [
        await world.read(lender, 'Lender', 'seen'),
        await world.read(lender, 'Lender', 'looks'),
      ]
      // 100 shares own 100 ether and as much of another asset, before and after
      return { seen: Number(seen) / Number(2n * ETHER), looks }
    })

  // The pool burns shares and pays ether before it books the rest. In Ethereum a view taken from
  // inside the payment sees half the shares own three quarters of the value: a price of 1.5.
  // Between actors a view reads the state as the round began, and no round begins inside an
  // activation: what anybody can see of the pool is what it is between two of its messages.
  it('shows half-written books in Ethereum only', async () => {
    expect(await lookDuringPayment('ethereum')).toEqual({ seen: 1.5, looks: 1n })
    expect(await lookDuringPayment('actor')).toEqual({ seen: 1, looks: 1n })
  })
})
