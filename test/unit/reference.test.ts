/** Hand-computed cases of the protocol, executed by the slow reference. */
import { describe, expect, it } from 'vitest'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { RLP } from '@ethereumjs/rlp'
import { OP } from '../reference/assembler.js'
import { fromHex, toHex } from '../reference/bytes.js'
import {
  COUNTER, SENDER, TRANSACTIONS_ROOT, VIEW_OF_SLOT_0, actor, balance, call, callWithoutValue, code,
  runCase, slot, storeTop,
} from '../reference/cases.js'
import { createdAddress } from '../reference/instructions-create.js'
import { divideGas } from '../reference/rounds.js'
import { orderedTrieRoot } from '../reference/trie.js'
import type { Emission } from '../reference/activation.js'

const A = actor(0xaa)
const B = actor(0xbb)
const C = actor(0xcc)
const D = actor(0xdd)
const PERSON = actor(0x12)
const EMPTY_TRIE_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const INTRINSIC = 21_000n

/** Sends 4 bytes to C with all gas. Costs 16 for pushes, 2,600 + 3 + 6,000 + 64 for the call. */
const SENDS_TO_C = code((a) => call(a, { to: C, size: 4 }))
const SENDING_COSTS = 16n + 2_600n + 3n + 6_000n + 64n
/** What COUNTER uses when slot 0 is 0, and when it is not. */
const FIRST_COUNT_COSTS = 10n + 2_100n + 20_000n
const NEXT_COUNT_COSTS = 10n + 2_100n + 2_900n

function idOf(round: number, sender: string, index: number): string {
  const tail = [0, 0, 0, index]
  const preimage = [...fromHex(TRANSACTIONS_ROOT), 0, 0, 0, round, ...fromHex(sender)]
  return toHex(Uint8Array.from([
    ...keccak_256(Uint8Array.from(preimage)).slice(0, 28), ...tail,
  ]))
}

describe('A and B both call C', () => {
  const result = runCase({
    contracts: { [A]: { code: SENDS_TO_C }, [B]: { code: SENDS_TO_C }, [C]: { code: COUNTER } },
    transactions: [{ to: A, gasLimit: 100_000 }, { to: B, gasLimit: 100_000 }],
  })
  const sent = [idOf(0, A, 0), idOf(0, B, 0)].sort()

  it('takes two rounds: the transactions, and two messages to C in order of id', () => {
    expect(result.rounds.map(({ messages }) => messages.map(({ id }) => id))).toEqual([
      [toHex(new Uint8Array(32).fill(1)), toHex(new Uint8Array(32).fill(2))],
      sent,
    ])
    expect(slot(result, C, 0)).toBe(2n)
  })

  it('gives the message all gas that the activation leaves', () => {
    const gas = 100_000n - INTRINSIC - SENDING_COSTS
    const [first, second] = result.rounds[1]?.messages ?? []
    expect(first).toMatchObject({ gas, status: 1, gasUsed: FIRST_COUNT_COSTS, data: '0x00000000' })
    expect(second).toMatchObject({ gas, status: 1, gasUsed: NEXT_COUNT_COSTS })
    expect(result.gasUsed)
      .toBe(2n * (INTRINSIC + SENDING_COSTS) + FIRST_COUNT_COSTS + NEXT_COUNT_COSTS)
  })

  it('hashes one virtual block into the root', () => {
    const leaves = (result.rounds[1]?.messages ?? []).map((message) => RLP.encode([
      fromHex(message.id), fromHex(message.parent as string), fromHex(message.from),
      fromHex(C), 0, message.gas, new Uint8Array(4), 1, message.gasUsed,
    ]))
    const root = orderedTrieRoot([orderedTrieRoot(leaves)])
    expect(result.virtualBlocksRoot).toBe(toHex(root))
  })
})

describe('rounds', () => {
  it('are one, with empty tries, for a block without transactions', () => {
    const result = runCase({ contracts: {}, transactions: [] })
    expect(result.rounds).toEqual([{ messages: [] }])
    expect(result.virtualBlocksRoot).toBe(EMPTY_TRIE_ROOT)
    expect(result.receiptsRoot).toBe(EMPTY_TRIE_ROOT)
  })

  it('count emissions per sender over its activations', () => {
    const result = runCase({
      contracts: { [A]: { code: SENDS_TO_C }, [C]: { code: COUNTER } },
      transactions: [{ to: A }, { to: A }],
    })
    expect(result.rounds[1]?.messages.map(({ id }) => id)).toEqual([idOf(0, A, 0), idOf(0, A, 1)])
  })

  it('emit nothing in the last one: the call is refused at the price of Ethereum', () => {
    const storing = code((a) => { call(a, { to: C, value: 1 }); storeTop(a, 0) })
    const result = runCase({
      contracts: { [A]: { code: storing, balance: 5 }, [C]: { code: COUNTER } },
      transactions: [{ to: A }],
      parameters: { maxRounds: 1 },
    })
    expect(result.rounds).toHaveLength(1)
    const refusal = 16n + 2_600n + 9_000n - 2_300n
    expect(result.gasUsed).toBe(INTRINSIC + refusal + 2n + 2_200n)
    expect(balance(result, A)).toBe(5n)
  })

  it('deliver to a contract made in the same round by a transaction', () => {
    const made = createdAddress(SENDER, 0n)
    const result = runCase({
      // Returns one byte of code: STOP.
      contracts: {},
      transactions: [
        { to: null, data: code((a) => a.push(1, 0).op(OP.RETURN)), value: 3 },
        { to: made, value: 4 },
      ],
    })
    expect(result.receipts.map(({ status }) => status)).toEqual([1, 1])
    expect(balance(result, made)).toBe(7n)
    expect(result.accounts[made]).toMatchObject({ nonce: 1n, code: '0x00' })
  })

  it('refuse a block whose gas passes its limit, and a wrong nonce', () => {
    const contracts = { [C]: { code: COUNTER } }
    const transactions = [{ to: C, gasLimit: 50_000 }, { to: C, gasLimit: 50_000 }]
    expect(() => runCase({ contracts, transactions, blockGasLimit: 60_000 })).toThrow('gas used')
    expect(() => runCase({ contracts, transactions: [{ to: C, nonce: 1 }] })).toThrow('nonce 1')
  })
})

describe('value', () => {
  const fails = code((a) => a.op(OP.INVALID))

  it('returns to the sender when the message fails', () => {
    const paying = code((a) => call(a, { to: C, value: 7 }))
    const result = runCase({
      contracts: { [A]: { code: paying, balance: 10 }, [C]: { code: fails } },
      transactions: [{ to: A }],
    })
    expect(result.rounds[1]?.messages[0]).toMatchObject({ status: 0, value: 7n })
    expect(balance(result, A)).toBe(10n)
    expect(result.receipts[0]).toMatchObject({ status: 1, anyFailed: true })
  })

  it('is a credit to an account without code, seen only after the barrier', () => {
    const paying = code((a) => {
      call(a, { to: PERSON, value: 7 })
      a.op(OP.POP).push(PERSON).op(OP.BALANCE)
      storeTop(a, 0)
      a.op(OP.SELFBALANCE)
      storeTop(a, 1)
    })
    const result = runCase({
      contracts: { [A]: { code: paying, balance: 10 }, [PERSON]: { balance: 100 } },
      transactions: [{ to: A }],
    })
    expect(result.rounds).toHaveLength(1)
    expect([slot(result, A, 0), slot(result, A, 1)]).toEqual([100n, 3n])
    expect(balance(result, PERSON)).toBe(107n)
  })

  it('makes a message to anyone when there is data', () => {
    const result = runCase({
      contracts: {
        [A]: { code: code((a) => call(a, { to: PERSON, value: 7, size: 1 })), balance: 9 },
      },
      transactions: [{ to: A }],
    })
    expect(result.rounds[1]?.messages[0]).toMatchObject({ to: PERSON, status: 1, gasUsed: 0n })
    expect(balance(result, PERSON)).toBe(7n)
  })

  it('goes to a precompile that succeeds and back from one that fails', () => {
    const identity = '0x0000000000000000000000000000000000000004'
    const blake2f = '0x0000000000000000000000000000000000000009'
    const result = runCase({
      contracts: {},
      transactions: [
        { to: identity, value: 5, data: '0x01' },
        { to: blake2f, value: 6, gasLimit: 30_000 },
      ],
    })
    const [good, bad] = result.rounds[0]?.messages ?? []
    expect(good).toMatchObject({ status: 1, gasUsed: 18n, returnData: '0x01' })
    expect(bad).toMatchObject({ status: 0, gasUsed: 9_000n })
    expect([balance(result, identity), balance(result, blake2f)]).toEqual([5n, 0n])
  })

  it('leaves by SELFDESTRUCT as a credit', () => {
    const result = runCase({
      contracts: {
        [A]: { code: code((a) => a.push(B).op(OP.SELFDESTRUCT)), balance: 10, nonce: 1 },
      },
      transactions: [{ to: A }],
    })
    expect([balance(result, A), balance(result, B)]).toEqual([0n, 10n])
    expect(result.accounts[A]?.nonce).toBe(1n)
  })
})

describe('views', () => {
  const view = (to: string) => code((a) => {
    callWithoutValue(a, OP.STATICCALL, { to, outSize: 32 })
    storeTop(a, 1)
    a.push(0).op(OP.MLOAD)
    storeTop(a, 2)
  })

  it('show another account as the round began', () => {
    const result = runCase({
      contracts: {
        [A]: { code: view(B) },
        [B]: { code: `${VIEW_OF_SLOT_0}`, storage: { '0x00': '0x09' } },
      },
      transactions: [{ to: A }],
    })
    expect([slot(result, A, 1), slot(result, A, 2)]).toEqual([1n, 9n])
  })

  it('show self as the round began when they come back to it', () => {
    // With call data: writes 5 to slot 0, then views itself through B. Without: returns slot 0.
    const self = code((a) => {
      const reading = a.label()
      a.op(OP.CALLDATASIZE, OP.ISZERO).pushLabel(reading).op(OP.JUMPI)
      a.push(5, 0).op(OP.SSTORE)
      callWithoutValue(a, OP.STATICCALL, { to: B, outSize: 32 })
      storeTop(a, 1)
      a.push(0).op(OP.MLOAD)
      storeTop(a, 2)
      a.op(OP.STOP).place(reading)
      a.push(0).op(OP.SLOAD).push(0).op(OP.MSTORE).push(32, 0).op(OP.RETURN)
    })
    const through = code((a) => {
      callWithoutValue(a, OP.STATICCALL, { to: A, outSize: 32 })
      a.push(32, 0).op(OP.RETURN)
    })
    const result = runCase({
      contracts: { [A]: { code: self, storage: { '0x00': '0x03' } }, [B]: { code: through } },
      transactions: [{ to: A, data: '0x01' }],
    })
    expect([0, 1, 2].map((index) => slot(result, A, index))).toEqual([5n, 1n, 3n])
  })

  it('fail where a message of the viewer is in flight, at any depth, and nowhere else', () => {
    const sendsThenViews = code((a) => {
      call(a, { to: C, size: 1, gas: 50_000 })
      a.op(OP.POP);
      [C, B, D].forEach((to, index) => {
        callWithoutValue(a, OP.STATICCALL, { to, outSize: 32 })
        storeTop(a, 2 * index)
        a.push(0).op(OP.MLOAD)
        storeTop(a, 2 * index + 1)
      })
    })
    /** Returns 2 + the result of a view of C. */
    const viewsC = code((a) => {
      callWithoutValue(a, OP.STATICCALL, { to: C })
      a.push(2).op(OP.ADD).push(0).op(OP.MSTORE).push(32, 0).op(OP.RETURN)
    })
    const result = runCase({
      contracts: {
        [A]: { code: sendsThenViews },
        [B]: { code: viewsC },
        [C]: { code: VIEW_OF_SLOT_0, storage: { '0x00': '0x09' } },
        [D]: { code: VIEW_OF_SLOT_0, storage: { '0x00': '0x08' } },
      },
      transactions: [{ to: A, gasLimit: 400_000 }],
    })
    const slots = [0, 1, 2, 3, 4, 5].map((index) => slot(result, A, index))
    expect(slots).toEqual([0n, 0n, 1n, 2n, 1n, 8n])
  })

  it('fail too while the message is being delivered, but not in the round after', () => {
    // Round 0: A sends to C and to D. Round 1: D sends to A. Round 2: A views C.
    // In round 1 a second transaction's message makes A view C while its own is being delivered.
    const onData = code((a) => {
      const viewing = a.label()
      a.op(OP.CALLDATASIZE).pushLabel(viewing).op(OP.JUMPI)
      for (const to of [C, D]) {
        call(a, { to, size: 1, gas: 100_000 })
        a.op(OP.POP)
      }
      a.op(OP.STOP).place(viewing)
      callWithoutValue(a, OP.STATICCALL, { to: C })
      a.push(1).op(OP.ADD)
      // Slot 1 + the size of the call data: B sends 1 byte in round 0, D sends 2 in round 1.
      a.op(OP.CALLDATASIZE, OP.SSTORE)
    })
    const result = runCase({
      contracts: {
        [A]: { code: onData },
        [B]: { code: code((a) => call(a, { to: A, size: 1 })) },
        [C]: { code: VIEW_OF_SLOT_0 },
        [D]: { code: code((a) => call(a, { to: A, size: 2 })) },
      },
      transactions: [{ to: A, gasLimit: 400_000 }, { to: B }],
    })
    expect(result.rounds).toHaveLength(3)
    expect([slot(result, A, 1), slot(result, A, 2)]).toEqual([1n, 2n])
  })
})

describe('children', () => {
  /** Constructor: returns the code that follows it. */
  const initCodeOf = (runtime: string) => code((a) => {
    const at = a.carry(fromHex(runtime))
    a.push((runtime.length - 2) / 2).op(OP.DUP1).pushLabel(at).push(0).op(OP.CODECOPY)
    a.push(0).op(OP.RETURN)
  })

  it('run at once for their creator, and meet it only by message', () => {
    const child = code((a) => {
      a.push(6, 0).op(OP.SSTORE)
      call(a, { to: A, size: 1 })
      a.push(0).op(OP.MSTORE).push(32, 0).op(OP.RETURN)
    })
    const initCode = initCodeOf(child)
    const creator = code((a) => {
      const reading = a.label()
      a.op(OP.CALLDATASIZE).pushLabel(reading).op(OP.JUMPI)
      const at = a.carry(fromHex(initCode))
      const size = (initCode.length - 2) / 2
      a.push(size).pushLabel(at).push(0).op(OP.CODECOPY).push(size, 0, 0).op(OP.CREATE)
      // CALL(100000, child, 0, 0, 0, 0, 32)
      a.push(32, 0, 0, 0, 0).op(OP.DUP1 + 5).push(100_000).op(OP.CALL)
      storeTop(a, 0)
      a.push(0).op(OP.MLOAD)
      storeTop(a, 1)
      a.op(OP.STOP).place(reading).op(OP.CALLER)
      storeTop(a, 2)
    })
    const result = runCase({
      contracts: { [A]: { code: creator, nonce: 1 } },
      transactions: [{ to: A, gasLimit: 500_000 }],
    })
    const address = createdAddress(A, 1n)
    expect([slot(result, A, 0), slot(result, A, 1)]).toEqual([1n, 1n])
    expect(slot(result, address, 0)).toBe(6n)
    expect(result.rounds[1]?.messages.map(({ id }) => id)).toEqual([idOf(0, address, 0)])
    expect(slot(result, A, 2)).toBe(BigInt(address))
  })
})

describe('gas', () => {
  const open = (cap: bigint): Emission => (
    { from: A, to: C, value: 0n, data: new Uint8Array(0), cap, isOpen: true }
  )

  it('is divided by cap, then by order; the last takes the remainder', () => {
    expect(divideGas([open(1000n), open(1000n), open(1000n)], 100n))
      .toEqual({ gas: [33n, 33n, 34n], rest: 0n })
    expect(divideGas([open(90n), open(5n)], 100n)).toEqual({ gas: [90n, 5n], rest: 5n })
    expect(divideGas([open(90n), { ...open(70n), isOpen: false }], 10n))
      .toEqual({ gas: [10n, 70n], rest: 0n })
  })

  it('below the cap of one 64th is guaranteed, with the stipend on top', () => {
    const result = runCase({
      contracts: {
        [A]: { code: code((a) => call(a, { to: C, gas: 30_000, value: 1 })), balance: 1 },
        [C]: { code: COUNTER },
      },
      transactions: [{ to: A }],
    })
    expect(result.rounds[1]?.messages[0]).toMatchObject({ gas: 32_300n, status: 1 })
    const costs = 17n + 2_600n + 9_000n + 6_000n
    expect(result.rounds[0]?.messages[0]?.gasUsed).toBe(costs - 2_300n)
    expect(result.gasUsed).toBe(INTRINSIC + costs - 2_300n + FIRST_COUNT_COSTS)
  })

  it('set aside comes back to a frame that reverts and is lost with one that halts', () => {
    const sends = (last: number) => code((a) => {
      call(a, { to: C, gas: 30_000 })
      a.op(OP.POP).push(0, 0).op(last)
    })
    const used = (last: number) => runCase({
      contracts: { [A]: { code: sends(last) }, [C]: { code: COUNTER } },
      transactions: [{ to: A }],
    }).gasUsed
    expect(used(OP.REVERT)).toBe(INTRINSIC + 16n + 2_600n + 6_000n + 2n + 4n)
    expect(used(OP.INVALID)).toBe(200_000n)
  })
})
