/**
 * What random blocks hardly ever reach, by hand: engine and reference must agree, and it must be
 * what the protocol says.
 */
import { createEngine } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { OP, type Assembler } from '../reference/assembler.js'
import { fromHex, keccak, toHex, type Address, type Hex } from '../reference/bytes.js'
import { actor, call, callWithoutValue, code, storeTop } from '../reference/cases.js'
import { createdAddress } from '../reference/instructions-create.js'
import { executeReference } from '../reference/protocol.js'
import { signScenario, type Scenario, type ScenarioTransaction } from '../reference/signing.js'
import type { AllocAccount } from '../reference/world.js'
import { ALICE, SECRET_KEY } from '../support/small-blocks.js'
import { viewOfEngine, viewOfReference, type BlockView } from './block-view.js'

const A = actor(0xaa)
const B = actor(0xbb)
const X = actor(0x77)
const LIBRARY = actor(0x1b)
const GAS_LIMIT = 1_000_000

function scenarioOf(
  contracts: Record<Address, AllocAccount>,
  calls: Partial<ScenarioTransaction>[],
): Scenario {
  return {
    chainId: 1,
    fork: 'osaka',
    parameters: { gMessage: 6_000, gWord: 64, maxRounds: 1_024 },
    env: {
      number: '0x3e8',
      timestamp: '0x6b49d200',
      gasLimit: '0x3938700',
      baseFeePerGas: '0x7',
      coinbase: actor(0xc0),
      prevRandao: `0x${'5a'.repeat(32)}`,
    },
    alloc: { [ALICE]: { balance: '0xde0b6b3a7640000' }, ...contracts },
    transactions: calls.map((fields, i) => ({
      secretKey: SECRET_KEY,
      type: '0x0',
      nonce: `0x${i.toString(16)}`,
      gasLimit: `0x${GAS_LIMIT.toString(16)}`,
      gasPrice: '0xa',
      to: A,
      value: '0x0',
      data: '0x',
      ...fields,
    })),
  }
}

/** What both sides say of the block. */
async function run(
  contracts: Record<Address, AllocAccount>,
  calls: Partial<ScenarioTransaction>[] = [{}],
): Promise<BlockView> {
  const scenario = scenarioOf(contracts, calls)
  const { input, rawTransactions } = signScenario(scenario)
  const expected = viewOfReference(executeReference(input))
  const engine = await createEngine({
    semantics: 'actor',
    chainId: 1,
    workers: 1,
    memory: 192 * 2 ** 20,
  })
  try {
    await engine.loadGenesis(scenario.alloc as never)
    const block = { env: scenario.env as never, transactions: rawTransactions as never }
    const result = await engine.executeBlock(block)
    expect(await viewOfEngine(engine, result, expected)).toEqual(expected)
  } finally {
    await engine.dispose()
  }
  return expected
}

/** A slot as a number, 0 if it is not there. */
function slotOf({ accounts }: BlockView, address: Address, slot: number): number {
  return Number(accounts[address]?.storage[`0x${slot.toString(16).padStart(64, '0')}`] ?? 0)
}

/** Puts `initCode` behind the code, and has it copied to memory at 0. */
function loadInitCode(a: Assembler, initCode: Uint8Array): void {
  const at = a.carry(initCode)
  a.push(initCode.length).pushLabel(at).push(0).op(OP.CODECOPY)
}

/** A constructor that returns `runtime`. */
function constructorOf(runtime: Uint8Array, before: (a: Assembler) => void = () => {}): Uint8Array {
  return fromHex(
    code((a) => {
      before(a)
      loadInitCode(a, runtime)
      a.push(runtime.length, 0).op(OP.RETURN)
    }),
  )
}

const RETURN_7 = fromHex(code((a) => a.push(7, 0).op(OP.MSTORE).push(32, 0).op(OP.RETURN)))

describe('a grandchild', () => {
  // PROTOCOL 4 and 12: it is no own child, so a STATICCALL to it is a view of the snapshot, where
  // it does not exist; but its code is seen live.
  it('is seen live by its grandparent, but viewed as the round began', async () => {
    const child = createdAddress(A, 1n)
    const grandchild = createdAddress(child, 1n)
    const initCode = constructorOf(RETURN_7, (a) => {
      const inner = constructorOf(RETURN_7)
      loadInitCode(a, inner)
      a.push(inner.length, 0, 0).op(OP.CREATE, OP.POP)
    })
    const parent = code((a) => {
      loadInitCode(a, initCode)
      a.push(initCode.length, 0, 0).op(OP.CREATE, OP.POP)
      for (const [slot, target] of [[0, child], [3, grandchild]] as const) {
        a.push(target).op(OP.EXTCODESIZE)
        storeTop(a, slot)
        callWithoutValue(a, OP.STATICCALL, { to: target })
        storeTop(a, slot + 1)
        a.op(OP.RETURNDATASIZE)
        storeTop(a, slot + 2)
      }
      a.op(OP.STOP)
    })
    const view = await run({ [A]: { nonce: 1, code: parent } })
    const slots = [0, 1, 2, 3, 4, 5].map((slot) => slotOf(view, A, slot))
    const size = RETURN_7.length
    expect(slots).toEqual([size, 1, 32, size, 1, 0])
  })
})

describe('a frame of the actor below a view', () => {
  // PROTOCOL 4: every account is read as the round began, the actor's balance too. CALLCODE may
  // carry value in a static frame, if that balance covers it.
  it('cannot use the value that came with the message', async () => {
    const main = code((a) => {
      const inView = a.label()
      a.op(OP.CALLDATASIZE).pushLabel(inView).op(OP.JUMPI)
      callWithoutValue(a, OP.STATICCALL, { to: X, outSize: 32 })
      storeTop(a, 0)
      a.push(0).op(OP.MLOAD)
      storeTop(a, 1)
      a.op(OP.STOP).place(inView)
      a.push(0, 0, 0, 0, 5, LIBRARY).op(OP.GAS, OP.CALLCODE)
      // 1 + the result, so that 0 says that nothing came back
      a.push(1).op(OP.ADD).push(0).op(OP.MSTORE).push(32, 0).op(OP.RETURN)
    })
    const viewBack = code((a) => {
      callWithoutValue(a, OP.STATICCALL, { to: A, size: 1, outSize: 32 })
      a.push(32, 0).op(OP.RETURN)
    })
    const contracts = (balance: string) => ({
      [A]: { code: main, balance },
      [X]: { code: viewBack },
      [LIBRARY]: { code: '0x00' },
    })
    const poor = await run(contracts('0x4'), [{ value: '0x7' }])
    expect([slotOf(poor, A, 0), slotOf(poor, A, 1)]).toEqual([1, 1])
    const rich = await run(contracts('0x5'), [{ value: '0x0' }])
    expect([slotOf(rich, A, 0), slotOf(rich, A, 1)]).toEqual([1, 2])
  })
})

describe('a cap at the limit', () => {
  /** Emits with `cap`, then uses up more than a 64th of its gas. */
  const emitting = (cap: bigint): Hex =>
    code((a) => {
      a.push(0, 0, 1, 0, 0, X).op(OP.PUSH2 + 1, ...numberBytes(cap, 3), OP.CALL, OP.POP)
      for (let slot = 0; slot < 5; slot++) a.push(1, slot).op(OP.SSTORE)
    })
  const gasOfMessage = async (cap: bigint): Promise<bigint> => {
    const view = await run({ [A]: { code: emitting(cap) }, [X]: { code: '0x00' } })
    return BigInt(view.rounds[1]![0]!.gas as string)
  }

  // PROTOCOL 6: set aside at once if it is below g − ⌊g/64⌋; from there on the message is open, and
  // gets what the activation leaves.
  it('is a guarantee below it, and open from there on', async () => {
    const most = (1n << 24n) - 1n
    // The rest is what g leaves when a word is popped, five slots are written, nine words pushed
    // for 3 gas each, and one for 2 (PUSH0)
    const rest = await gasOfMessage(most)
    const g = rest + 2n + 5n * 22_100n + 9n * 3n + 2n
    const limit = g - g / 64n
    const below = await run({ [A]: { code: emitting(limit - 1n) }, [X]: { code: '0x00' } })
    // What is set aside is missing to the activation: it halts, and nothing is emitted
    expect(below.receipts[0]!.status).toBe(0)
    expect(await gasOfMessage(limit)).toBe(rest)
    expect(await gasOfMessage(limit + 1n)).toBe(rest)
  })
})

function numberBytes(value: bigint, size: number): number[] {
  return [...fromHex(value.toString(16).padStart(2 * size, '0'))]
}

describe('a child that is made again', () => {
  // In round 0 it sends to X and dies. In round 1 its creator makes it anew: an account created in
  // the group this round, with a message being delivered. The creator may not view X then
  // (PROTOCOL 4), although neither it nor the new child has sent anything.
  it('still has its message in flight', async () => {
    const initCode = fromHex(
      code((a) => {
        const end = a.label()
        a.op(OP.CALLVALUE, OP.ISZERO).pushLabel(end).op(OP.JUMPI)
        call(a, { to: X, size: 1 })
        a.push(0).op(OP.SELFDESTRUCT).place(end)
      }),
    )
    const creator = code((a) => {
      loadInitCode(a, initCode)
      a.push(0, initCode.length, 0, 0).op(OP.SLOAD, OP.ISZERO, OP.CREATE2)
      storeTop(a, 2)
      callWithoutValue(a, OP.STATICCALL, { to: X })
      // 1 + result in slot 3 the first time, in slot 4 the second
      a.push(1).op(OP.ADD).push(0).op(OP.SLOAD).push(3).op(OP.ADD, OP.SSTORE)
      a.push(1)
      storeTop(a, 0)
      a.op(OP.STOP)
    })
    const contracts = {
      [A]: { nonce: 1, balance: 9, code: creator },
      [B]: { code: code((a) => call(a, { to: A, size: 1 })) },
      [X]: { code: toHex(RETURN_7) },
    }
    const view = await run(contracts, [{ to: A }, { to: B }])
    expect(view.rounds.map((round) => round.map(({ to }) => to))).toEqual([
      [A, B],
      [X, A].sort((a, b) => (toHex(keccak(fromHex(a))) < toHex(keccak(fromHex(b))) ? -1 : 1)),
    ])
    expect([slotOf(view, A, 3), slotOf(view, A, 4)]).toEqual([1, 1])
    expect(slotOf(view, A, 2)).not.toBe(0)
  })
})

describe('calls that the protocol makes', () => {
  const WITHDRAWALS = '0x00000961ef480eb55e80d19ad83579a64c007002'
  const BALANCE_GAS = { cold: 2_600, warm: 100 }

  /** Stores what BALANCE of an address costs, the pushes and GAS around it taken off. */
  const measure = (a: Assembler, slot: number, address: Address | undefined): void => {
    a.op(OP.GAS)
    if (address === undefined) a.op(OP.ADDRESS)
    else a.push(address)
    a.op(OP.BALANCE, OP.POP, OP.GAS, OP.SWAP1, OP.SUB)
    // PUSH or ADDRESS, POP, GAS
    a.push(address === undefined ? 6 : 7).op(OP.SWAP1, OP.SUB)
    storeTop(a, slot)
  }

  // PROTOCOL 10.8, as in execution-specs
  it('find nothing warm, and pay the base fee', async () => {
    const contract = code((a) => {
      measure(a, 1, undefined)
      measure(a, 2, actor(0xc0))
      measure(a, 3, `0x${'04'.padStart(40, '0')}`)
      measure(a, 4, `0x${'ff'.repeat(19)}fe`)
      measure(a, 5, X)
      measure(a, 6, X)
      a.op(OP.GASPRICE)
      storeTop(a, 7)
      a.op(OP.ORIGIN, OP.CALLER, OP.EQ)
      storeTop(a, 8)
    })
    const view = await run({ [WITHDRAWALS]: { nonce: 1, code: contract } }, [])
    const slots = [1, 2, 3, 4, 5, 6, 7, 8].map((slot) => slotOf(view, WITHDRAWALS, slot))
    const { cold, warm } = BALANCE_GAS
    expect(slots).toEqual([cold, cold, cold, cold, cold, warm, 7, 1])
  })
})

describe('delegation (EIP-7702)', () => {
  const PRECOMPILE = `0x${'04'.padStart(40, '0')}` as const
  const DELEGATED = actor(0xde)

  // PROTOCOL 10.21: the transaction before has sent a message to the precompile, in whose name the
  // state has code. The account runs nothing, which no message in flight can bar.
  it('to a precompile is never in flight, and runs nothing', async () => {
    const viewer = code((a) => {
      callWithoutValue(a, OP.STATICCALL, { to: DELEGATED, outSize: 32 })
      a.push(1).op(OP.ADD)
      storeTop(a, 7)
    })
    const contracts = {
      [PRECOMPILE]: { nonce: 1, code: '0x5f546001015f55' as const },
      [DELEGATED]: { nonce: 1, balance: 1, code: `0xef0100${PRECOMPILE.slice(2)}` as const },
      [B]: { code: viewer },
      [ALICE]: { balance: '0xde0b6b3a7640000', code: `0xef0100${B.slice(2)}` as const },
    }
    const view = await run(contracts, [{ to: PRECOMPILE }, { to: ALICE }])
    expect(slotOf(view, ALICE, 7)).toBe(2)
  })
})

// EIP-7702, behavior 2 comes before the authority is recovered, and warmed
it('an authority whose nonce cannot be counted up is not warm, others that fail are', async () => {
  const key = `0x${'22'.repeat(32)}` as const
  const authority = '0x1563915e194d8cfba1943570603f7606a3115508'
  const contract = code((a) => {
    a.op(OP.GAS).push(authority).op(OP.BALANCE, OP.POP, OP.GAS, OP.SWAP1, OP.SUB)
    storeTop(a, 0)
  })
  const gasWith = async (nonce: bigint): Promise<number> => {
    const item = { chainId: '0x1', address: X, secretKey: key } as const
    const authorizationList = [{ ...item, nonce: `0x${nonce.toString(16)}` as const }]
    const fees = { maxFeePerGas: '0xa', maxPriorityFeePerGas: '0x0' } as const
    const view = await run({ [A]: { code: contract } }, [
      { type: '0x4', gasPrice: undefined, ...fees, authorizationList } as never,
    ])
    return slotOf(view, A, 0)
  }
  expect(await gasWith(2n ** 64n - 1n)).toBe(2_600 + 7)
  expect(await gasWith(2n ** 64n - 2n)).toBe(100 + 7)
})
