/**
 * Going back: whatever blocks, changes by hand and calls came since, the state is what it was when
 * the snapshot was taken, by its root and by the next blocks. Random chains of accounts that come
 * and go, under every fork and both semantics.
 *
 * ACTOR_EVM_RANDOM_BLOCKS (120) random blocks, with seeds from ACTOR_EVM_RANDOM_SEED (0) on.
 */
import { describe, expect, it } from 'vitest'
import {
  createEngine,
  type Engine,
  type Hex,
  type Semantics,
  type Snapshot,
} from 'actor-evm'
import { forkNamed } from '../../src/forks/forks.js'
import { Random } from '../reference/random.js'
import { fromEnvironment } from '../support/from-environment.js'
import {
  ADDRESSES,
  SENDER_ADDRESSES,
  restlessAlloc,
  restlessBlock,
} from '../support/restless-chain.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_RANDOM_BLOCKS', 120)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
const BLOCKS_A_CHAIN = 12
const FORKS = [
  ...['frontier', 'homestead', 'tangerineWhistle', 'spuriousDragon', 'byzantium', 'istanbul'],
  ...['berlin', 'london', 'shanghai', 'cancun', 'prague', 'osaka'],
] as const
const MEMORY = 192 * 2 ** 20
/** Who has no transactions to pay for. */
const OTHERS = ADDRESSES.filter((address) => !SENDER_ADDRESSES.includes(address))
const SLOTS = [0n, 1n, 4n, 5n]

interface Taken {
  readonly snapshot: Snapshot
  readonly root: Hex
  readonly view: unknown
  /** The block that came next, if one did: its number and what it came to. */
  next?: { readonly number: number; readonly root: Hex }
}

async function view(engine: Engine, at?: Snapshot): Promise<unknown> {
  const options = at === undefined ? {} : { at }
  const accounts = []
  for (const address of ADDRESSES.slice(0, 12)) {
    const slots = []
    for (const slot of SLOTS) slots.push(await engine.getStorage(address, slot, options))
    accounts.push({ ...(await engine.getAccount(address, options)), slots })
  }
  return accounts
}

async function execute(engine: Engine, seed: number, fork: string, number: number): Promise<Hex> {
  const nonces = await Promise.all(SENDER_ADDRESSES.map((it) => engine.getNonce(it)))
  const order = { seed, number, fork: forkNamed(fork), gasLimit: 30_000_000n, nonces }
  return (await engine.executeBlock(restlessBlock(order))).stateRoot
}

/** What nobody may notice afterwards. */
async function disturb(engine: Engine, r: Random): Promise<void> {
  const address = r.pick(OTHERS)
  const kind = r.below(5)
  if (kind === 0) await engine.setBalance(address, r.below(3))
  if (kind === 1) await engine.setNonce(address, r.below(3))
  if (kind === 2) await engine.setCode(address, r.percent(50) ? '0x' : '0x6001600155')
  if (kind === 3) await engine.setStorage(address, r.below(6), r.below(2))
  if (kind === 4) {
    const root = await engine.stateRoot()
    const state = { [r.pick(ADDRESSES)]: { balance: 10n ** 20n, state: { '0x1': '0x7' } } }
    const calls = { from: address, to: r.pick(ADDRESSES), data: '0x01', gas: 500_000 } as const
    await engine.call(calls, { state })
    expect(await engine.stateRoot()).toBe(root)
  }
}

async function walk(seed: number, fork: string, semantics: Semantics, workers: number) {
  const options = { fork: fork as 'osaka', semantics, chainId: 1, memory: MEMORY, workers }
  const engine = await createEngine(options)
  await engine.loadGenesis(restlessAlloc(seed, forkNamed(fork)))
  const r = new Random(seed)
  let taken: Taken[] = []
  let number = 0
  let wentBack = 0
  for (let i = 0; i < BLOCKS_A_CHAIN; i++) {
    const what = `seed ${seed}, step ${i}, ${semantics}, ${fork}`
    const root = await engine.stateRoot()
    const snapshot = await engine.snapshot()
    const here: Taken = { snapshot, root, view: await view(engine) }
    taken.push(here)
    for (let k = r.below(3); k > 0; k--) await disturb(engine, r)
    const isPlain = (await engine.stateRoot()) === root
    number++
    const made = await execute(engine, seed, fork, number)
    if (isPlain) here.next = { number, root: made }
    const then = r.pick(taken)
    expect(await engine.stateRoot({ at: then.snapshot }), what).toBe(then.root)
    expect(await view(engine, then.snapshot), what).toEqual(then.view)
    expect(await engine.stateRoot(), what).toBe(made)
    if (r.percent(15)) await engine.release(taken.shift()!.snapshot)
    if (!r.percent(30) || taken.length === 0) continue
    const to = r.pick(taken)
    expect(await engine.revert(to.snapshot), what).toBe(to.root)
    expect(await view(engine), what).toEqual(to.view)
    wentBack++
    // The same block again comes to the same
    if (to.next !== undefined) {
      const again = await execute(engine, seed, fork, to.next.number)
      expect(again, what).toBe(to.next.root)
      expect(await engine.revert(to.snapshot), what).toBe(to.root)
    }
    taken = taken.slice(0, taken.indexOf(to) + 1)
  }
  await engine.dispose()
  return wentBack
}

describe.each<Semantics>(['ethereum', 'actor'])('under %s semantics', (semantics) => {
  it('a state is what it was, after whatever came since', { timeout: 3_600_000 }, async () => {
    const chains = Math.max(FORKS.length, Math.ceil(BLOCKS / BLOCKS_A_CHAIN / 2))
    let wentBack = 0
    for (let i = 0; i < chains; i++) {
      const fork = FORKS[i % FORKS.length]!
      wentBack += await walk(FIRST_SEED + i, fork, semantics, i % 3 === 2 ? 2 : 1)
    }
    expect(wentBack).toBeGreaterThan(chains)
  })
})

describe('snapshots', () => {
  it('that are gone are refused', async () => {
    const engine = await createEngine({ semantics: 'ethereum', workers: 1, memory: MEMORY })
    const first = await engine.snapshot()
    const second = await engine.snapshot()
    await engine.setBalance(`0x${'aa'.repeat(20)}`, 1)
    await engine.revert(first)
    await expect(engine.revert(second)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await engine.release(first)
    await expect(engine.revert(first)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(engine.getBalance(`0x${'aa'.repeat(20)}`, { at: first })).rejects.toThrow(
      'no such snapshot',
    )
    await expect(engine.revert('1' as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await engine.dispose()
  })
})
