/**
 * What holds of every block, whatever its actors do.
 *
 * ACTOR_EVM_RANDOM_BLOCKS (100) random blocks for each property, with seeds from
 * ACTOR_EVM_RANDOM_SEED (0) on.
 */
import { createEngine, type BlockResult, type Engine, type Message, type Hex } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { OP } from '../reference/assembler.js'
import { fromHex, toHex, type Address } from '../reference/bytes.js'
import { code } from '../reference/cases.js'
import { randomScenario } from '../reference/programs.js'
import { signScenario, type Scenario } from '../reference/signing.js'
import type { AllocAccount } from '../reference/world.js'
import { runInWatchedCore } from '../support/watched-core.js'
import { fromEnvironment, portionsOfSeeds } from '../support/from-environment.js'
import { blockEnv } from '../support/block-env.js'

const BLOCKS = fromEnvironment('ACTOR_EVM_RANDOM_BLOCKS', 100)
const FIRST_SEED = fromEnvironment('ACTOR_EVM_RANDOM_SEED', 0)
const MEMORY_BYTES = 192 * 2 ** 20

interface Run {
  readonly scenario: Scenario
  readonly result: BlockResult
  readonly engine: Engine
}

/** Executes a block and checks it before its engine goes. */
async function withBlock(scenario: Scenario, check: (run: Run) => unknown): Promise<void> {
  const { chainId, parameters, env, alloc } = scenario
  const engine = await createEngine({
    semantics: 'actor',
    chainId,
    parameters,
    workers: 1,
    memory: MEMORY_BYTES,
  })
  try {
    await engine.loadGenesis(alloc as never)
    const { rawTransactions } = signScenario(scenario)
    const result = await engine.executeBlock({ env: blockEnv(env), transactions: rawTransactions })
    await check({ scenario, result, engine })
  } finally {
    await engine.dispose()
  }
}

/** A test of each portion of the seeds; a failure names the seed. */
function onRandomBlocks(name: string, check: (seed: number) => Promise<void>): void {
  const portions = portionsOfSeeds(FIRST_SEED, BLOCKS, 500)
  it.each(portions.map((seeds) => ({ from: seeds[0]!, to: seeds.at(-1)!, seeds })))(
    `${name} (seeds $from to $to)`,
    async ({ seeds }) => {
      for (const seed of seeds) {
        await check(seed).catch((error: unknown) => {
          const replay = `ACTOR_EVM_RANDOM_SEED=${seed} ACTOR_EVM_RANDOM_BLOCKS=1`
          throw new Error(`random block ${seed}; again with ${replay}`, { cause: error })
        })
      }
    },
    600_000,
  )
}

const messagesOf = ({ rounds }: BlockResult): Message[] =>
  rounds.flatMap(({ messages }) => [...messages])

describe('of every random block', () => {
  onRandomBlocks('no wei is made at any barrier', async (seed) => {
    const scenario = randomScenario(seed)
    const { sums, result, baseFee } = await runInWatchedCore(scenario)
    // Prepaid gas is out of all balances while the rounds run. Ether that dies with an account
    // (EIP-6780) lowers the sum; nothing raises it.
    const { before, atBarriers, after } = sums
    expect(atBarriers).toHaveLength(1 + result.rounds.length)
    for (let i = 1; i < atBarriers.length; i++) {
      expect(atBarriers[i]! <= atBarriers[i - 1]!, `barrier ${i}`).toBe(true)
    }
    const burntWithAccounts = atBarriers[0]! - atBarriers.at(-1)!
    const burntFees = BigInt(result.gasUsed) * baseFee + blobFees(scenario)
    expect(after).toBe(before - burntWithAccounts - burntFees)
  })

  onRandomBlocks('a tree takes no more gas than its root prepaid', (seed) =>
    withBlock(randomScenario(seed), ({ scenario, result }) => {
      for (const { gas, gasUsed } of messagesOf(result)) {
        expect(gasUsed).toBeGreaterThanOrEqual(0)
        expect(gasUsed).toBeLessThanOrEqual(gas)
      }
      const limits = scenario.transactions.map(({ gasLimit }) => Number(gasLimit))
      const spent = limits.map(() => 0)
      for (const { transactionIndex, gasUsed } of messagesOf(result)) {
        spent[transactionIndex]! += gasUsed
      }
      result.receipts.forEach(({ gasUsed }, i) => {
        expect(gasUsed).toBeLessThanOrEqual(limits[i]!)
        expect(spent[i]).toBeLessThanOrEqual(limits[i]!)
      })
      expect(result.gasUsed).toBe(result.receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0))
    }),
  )

  onRandomBlocks('ids are unique, and messages of a pair arrive as they were sent', (seed) =>
    withBlock(randomScenario(seed), ({ result }) => {
      const messages = messagesOf(result)
      expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)
      const ids = new Set(messages.map(({ id }) => id))
      const last = new Map<string, number>()
      for (const { id, parent, round, from, to } of messages) {
        if (parent === null) continue
        expect(ids).toContain(parent)
        // Of messages that one actor emitted in one round the id's last bytes are the order
        const index = parseInt(id.slice(-8), 16)
        const pair = `${from} ${to}`
        const place = round * 2 ** 32 + index
        expect(place).toBeGreaterThan(last.get(pair) ?? -1)
        last.set(pair, place)
      }
    }),
  )

  onRandomBlocks('rounds end without the limit of their number', async (seed) => {
    const scenario = randomScenario(seed)
    scenario.parameters.maxRounds = 2 ** 31 - 1
    await withBlock(scenario, ({ result }) => {
      const gas = scenario.transactions.reduce((sum, { gasLimit }) => sum + Number(gasLimit), 0)
      const emitted = messagesOf(result).length - scenario.transactions.length
      expect(emitted * scenario.parameters.gMessage).toBeLessThanOrEqual(gas)
    })
  })

  onRandomBlocks('a failed activation leaves nothing', (seed) => {
    const scenario = randomScenario(seed)
    // Authorizations hold whatever happens, and take nonces of their own
    const isPlain = scenario.transactions.every((it) => it.authorizationList === undefined)
    if (!isPlain) return Promise.resolve()
    return withBlock(makeFail(scenario), async ({ scenario: { alloc }, result, engine }) => {
      expect(result.rounds).toHaveLength(1)
      for (const { status, logs } of result.receipts) expect([status, logs]).toEqual([0, []])
      for (const [address, account] of Object.entries(alloc)) {
        if (isPerson(account)) continue
        const { nonce, balance } = await engine.getAccount(address as Hex)
        expect([nonce, balance]).toEqual([BigInt(account.nonce ?? 0), BigInt(account.balance ?? 0)])
        for (let slot = 0; slot < 0x22; slot++) {
          const key = `0x${slot.toString(16)}`
          const value = BigInt(account.storage?.[key] ?? 0)
          expect(await engine.getStorage(address as Hex, slot)).toBe(value)
        }
      }
    })
  })
})

/** EIP-4844: 131,072 gas a blob, at 1 wei where there is no excess; all of it is burnt. */
const blobFees = ({ transactions }: Scenario): bigint =>
  transactions.reduce((sum, tx) => sum + 131_072n * BigInt(tx.blobVersionedHashes?.length ?? 0), 0n)

const isPerson = ({ code: text }: AllocAccount): boolean => text === undefined
const isDelegated = ({ code: text = '' }: AllocAccount): boolean => text.startsWith('0xef0100')

/** Where the code of a contract lies when a wrapper has taken its place. */
const moved = (address: Address): Address => {
  const bytes = fromHex(address)
  bytes[0]! ^= 0xff
  return toHex(bytes)
}

/** Does all that the moved code does, as itself, and then halts. */
const wrapperOf = (address: Address): string =>
  code((a) => {
    a.op(OP.CALLDATASIZE).push(0, 0).op(OP.CALLDATACOPY)
    a.push(0, 0).op(OP.CALLDATASIZE).push(0, moved(address), 3).op(OP.GAS, OP.DIV)
    a.op(OP.DELEGATECALL, OP.INVALID)
  })

/** The same block, with contracts that all fail in the end, whatever they have done. */
function makeFail(scenario: Scenario): Scenario {
  const alloc: Scenario['alloc'] = {}
  const contracts = new Set<Address>()
  const coinbase = `0x${'c0'.repeat(20)}`
  for (const [address, account] of Object.entries(scenario.alloc)) {
    const { code: text, ...rest } = account
    if (text === undefined) alloc[address] = account
    else if (isDelegated(account)) alloc[address] = rest
    else {
      contracts.add(address)
      alloc[address] = { ...account, code: wrapperOf(address) }
      alloc[moved(address)] = { nonce: 1, code: text }
    }
  }
  const senders = new Map<string, number>()
  const transactions = scenario.transactions
    .filter(({ to }) => to !== null && contracts.has(to))
    .map((transaction) => {
      // Those that are left out leave a gap in the nonces of their sender
      const { secretKey, nonce } = transaction
      const next = senders.get(secretKey) ?? Number(firstNonce(scenario, secretKey) ?? nonce)
      senders.set(secretKey, next + 1)
      return { ...transaction, nonce: `0x${next.toString(16)}` }
    })
  return { ...scenario, alloc, transactions, env: { ...scenario.env, coinbase } }
}

function firstNonce(scenario: Scenario, secretKey: string): string | undefined {
  return scenario.transactions.find((transaction) => transaction.secretKey === secretKey)?.nonce
}

describe('messages from one actor to another', () => {
  const [SENDER, RECEIVER] = [`0x${'5a'.repeat(20)}`, `0x${'4b'.repeat(20)}`]

  /** Sends what it counts, three times, and has itself called again by the receiver. */
  const sender = code((a) => {
    for (let i = 0; i < 3; i++) {
      a.push(1, 0).op(OP.SLOAD, OP.ADD, OP.DUP1).push(0).op(OP.SSTORE)
      a.push(0).op(OP.MSTORE)
      a.push(0, 0, 32, 0, 0, RECEIVER).op(OP.GAS, OP.CALL, OP.POP)
    }
  })
  /** Halts unless what it gets is one more than before; answers each third. */
  const receiver = code((a) => {
    const isNext = a.label()
    const isDone = a.label()
    a.push(1, 0).op(OP.SLOAD, OP.ADD, OP.DUP1).push(0).op(OP.CALLDATALOAD, OP.EQ)
    a.pushLabel(isNext).op(OP.JUMPI, OP.INVALID).place(isNext)
    a.op(OP.DUP1).push(0).op(OP.SSTORE)
    a.push(3).op(OP.SWAP1, OP.MOD).pushLabel(isDone).op(OP.JUMPI)
    a.push(0, 0, 0, 0, 0, SENDER).op(OP.GAS, OP.CALL)
    a.place(isDone)
  })

  it('arrive in order over the whole block', async () => {
    const scenario = randomScenario(0)
    const [first] = scenario.transactions
    const fields = { ...first!, type: '0x0', to: SENDER, value: '0x0', data: '0x' }
    delete fields.accessList
    delete fields.maxFeePerGas
    delete fields.maxPriorityFeePerGas
    const base = Number(firstNonce(scenario, first!.secretKey))
    const transactions = [0, 1, 2, 3].map((i) => ({
      ...fields,
      gasPrice: '0x400',
      gasLimit: '0x3d0900',
      nonce: `0x${(base + i).toString(16)}`,
    }))
    const contracts = { [SENDER]: { code: sender }, [RECEIVER]: { code: receiver } }
    const alloc = { ...scenario.alloc, ...contracts }
    const parameters = { gMessage: 6_000, gWord: 64, maxRounds: 1_024 }
    const block = { ...scenario, alloc, parameters, transactions }
    await withBlock(block, async ({ result, engine }) => {
      const sent = await engine.getStorage(SENDER as Hex, 0)
      expect(sent).toBeGreaterThan(40n)
      expect(await engine.getStorage(RECEIVER as Hex, 0)).toBeLessThanOrEqual(sent)
      const toReceiver = messagesOf(result).filter(({ to }) => to === RECEIVER)
      const values = toReceiver.map(({ data }) => Number(data))
      expect(values).toEqual(Array.from({ length: Number(sent) }, (_, i) => i + 1))
      const ended = toReceiver.filter(({ outcome }) => outcome === 'invalid-instruction')
      expect(ended).toEqual([])
    })
  })
})
