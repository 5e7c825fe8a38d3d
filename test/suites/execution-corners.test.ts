/** Corners of execution that need a large memory or an odd state, as state tests on one machine. */
import { beforeAll, describe, expect, it } from 'vitest'
import { LoadedStateTest } from '../../src/runners/state-test.js'
import { NO_LOGS } from '../../src/runners/logs-hash.js'
import { TestMachine } from '../../src/runners/test-machine.js'
import { Assembler, OP } from '../reference/assembler.js'
import { toHex } from '../reference/bytes.js'
import { stateRoot, worldFromAlloc, type Alloc } from '../reference/world.js'

const SENDER = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b'
const OUTER = '0x1000000000000000000000000000000000000000'
const INNER = '0x2000000000000000000000000000000000000000'

let machine: TestMachine
beforeAll(async () => {
  machine = await TestMachine.make()
})

/**
 * A transaction without fee to OUTER, under the rules of Shanghai.
 * @returns why the state is not `after`, undefined if it is
 */
async function callOuter(before: Alloc, after: Alloc): Promise<string | undefined> {
  const pre = Object.entries(before).map(([address, { code = '0x', balance = 0n }]) => [
    address,
    { code, balance: `0x${balance.toString(16)}`, nonce: '0x00', storage: {} },
  ])
  const test = new LoadedStateTest({
    env: {
      currentCoinbase: '0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba',
      currentGasLimit: '0x7fffffffffffffff',
      currentNumber: '0x1',
      currentTimestamp: '0x3e8',
      currentBaseFee: '0x0',
    },
    pre: { ...Object.fromEntries(pre), [SENDER]: { balance: '0x1' } },
    transaction: {
      data: ['0x'],
      gasLimit: ['0xffffffffffff'],
      gasPrice: '0x0',
      nonce: '0x0',
      secretKey: '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8',
      sender: SENDER,
      to: OUTER,
      value: ['0x0'],
    } as never,
    post: {},
  })
  const expected = worldFromAlloc({ ...after, [SENDER]: { balance: 1n, nonce: 1n } })
  const indexes = { data: 0, gas: 0, value: 0 }
  const post = { hash: toHex(stateRoot(expected)), logs: NO_LOGS, indexes }
  const verdict = await test.run(machine, 'Shanghai', post)
  return verdict.kind === 'failed' ? verdict.reason : undefined
}

describe('memory of nested frames', () => {
  /** A frame's gigabyte would cost 2^41 gas; an arena has 16 MiB for all frames. */
  const FAR = 40 * 2 ** 20
  const DEPTH = 4
  const MARK = 0x1000

  /** Depth d writes near and far, calls itself one deeper, and finds both and the answer. */
  const recursive = (): Uint8Array => {
    const code = new Assembler()
    const last = code.label()
    const depth = (): Assembler => code.push(0).op(OP.CALLDATALOAD)
    const answerAt = 0x40
    depth().push(MARK).op(OP.ADD).push(0).op(OP.MSTORE)
    depth().push(FAR).op(OP.MSTORE)
    code.push(DEPTH)
    depth().op(OP.EQ).pushLabel(last).op(OP.JUMPI)
    depth().push(1).op(OP.ADD).push(0x20).op(OP.MSTORE)
    code.push(32, answerAt, 32, 0x20, 0).op(OP.ADDRESS, OP.GAS, OP.CALL, OP.POP)
    code.push(answerAt).op(OP.MLOAD)
    depth().push(MARK).op(OP.ADD, OP.SSTORE)
    code.place(last)
    code.push(0).op(OP.MLOAD).push(FAR).op(OP.MLOAD, OP.ADD)
    depth().op(OP.SSTORE)
    return code.push(32, 0).op(OP.RETURN).finish()
  }

  it('goes on beyond the arena and is whole on the way back', async () => {
    const code = toHex(recursive())
    const storage: Record<string, string> = {}
    for (let depth = 0; depth <= DEPTH; depth++) {
      storage[`0x${depth.toString(16)}`] = `0x${(MARK + 2 * depth).toString(16)}`
      if (depth === DEPTH) continue
      storage[`0x${(MARK + depth).toString(16)}`] = `0x${(MARK + depth + 1).toString(16)}`
    }
    const outcome = await callOuter({ [OUTER]: { code } }, { [OUTER]: { code, storage } })
    expect(outcome).toBeUndefined()
  })

  it('is there again for the next transaction', async () => {
    const code = toHex(new Assembler().push(FAR).op(OP.MLOAD).push(1).op(OP.SSTORE).finish())
    expect(await callOuter({ [OUTER]: { code } }, { [OUTER]: { code } })).toBeUndefined()
  })
})

describe('an empty account touched by a frame that fails (EIP-161)', () => {
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)
  const call = (to: bigint): Assembler => new Assembler().push(...zeros(5), to).op(OP.GAS, OP.CALL)
  const outer = toHex(call(BigInt(INNER)).finish())
  const run = (precompile: number): Promise<string | undefined> => {
    const inner = toHex(call(BigInt(precompile)).op(OP.INVALID).finish())
    const contracts = { [OUTER]: { code: outer }, [INNER]: { code: inner } }
    const address = `0x${precompile.toString(16).padStart(40, '0')}`
    return callOuter({ ...contracts, [address]: {} }, contracts)
  }

  it('is not deleted', async () => {
    expect(await run(2)).toContain('state root')
  })

  it('is deleted if it is RIPEMD-160’s', async () => {
    expect(await run(3)).toBeUndefined()
  })
})
