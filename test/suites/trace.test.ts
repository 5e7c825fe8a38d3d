/** One transaction across rounds, as text and as JSON, and why its messages failed. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine, type Alloc, type Hex } from 'actor-evm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeCall, word } from '../../examples/market/abi.mjs'
import { failureOf } from '../../src/cli/failure.js'
import { amount } from '../../src/cli/text.js'
import { A, ALICE, B, C, ENV, ETHER, LOOP_CODE, SECRET_KEY, call } from '../support/small-blocks.js'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const D: Hex = `0x${'dd'.repeat(20)}`
const NOBODY: Hex = `0x${'99'.repeat(20)}`
/** `Error(string)` of "closed". */
const CLOSED_ARGUMENTS = encodeCall('Error(bytes)', ['0x636c6f736564']).slice(10)
const CLOSED: Hex = `0x08c379a0${CLOSED_ARGUMENTS}`

const bytePair = (value: number): string => value.toString(16).padStart(2, '0')

/** CALLs each target with all gas, the value and the call data given. */
function senderCode(targets: readonly (readonly [to: Hex, value: number, size: number])[]): Hex {
  const calls = targets.map(([to, value, size]) => {
    // PUSH0 PUSH0 PUSH1 size PUSH0 PUSH1 value PUSH20 to GAS CALL POP
    return `5f5f60${bytePair(size)}5f60${bytePair(value)}73${to.slice(2)}5af150`
  })
  // PUSH32 selector and zeros, PUSH0 MSTORE; then LOG1 of the first word, the caller as topic
  return `0x7fa9059cbb${'00'.repeat(28)}5f523360205fa1${calls.join('')}00`
}

/** Reverts with the bytes behind it: PUSH1 size PUSH1 10 PUSH0 CODECOPY PUSH1 size PUSH0 REVERT. */
function revertCode(data: Hex): Hex {
  const size = bytePair((data.length - 2) / 2)
  return `0x60${size}600a5f3960${size}5ffd${data.slice(2)}`
}

const ALLOC: Alloc = {
  [ALICE]: { balance: ETHER },
  [A]: { code: senderCode([[B, 7, 4], [C, 0, 36], [NOBODY, 1, 0], [NOBODY, 2, 4]]) },
  [B]: { code: revertCode(CLOSED) },
  [C]: { code: senderCode([[D, 0, 0]]) },
  [D]: { code: LOOP_CODE },
}
const BLOCK = {
  env: ENV,
  transactions: [
    call({ to: NOBODY, nonce: 0, value: 5 }),
    call({ to: A, nonce: 1, value: 100, gasLimit: 400_000 }),
  ],
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actor-evm-trace-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function trace(scenario: unknown, ...args: string[]): string {
  const path = join(folder, 'scenario.json')
  const text = JSON.stringify(scenario, (_, it: unknown) => {
    return typeof it === 'bigint' ? it.toString() : it
  })
  writeFileSync(path, text)
  return execFileSync(process.execPath, [CLI, 'trace', path, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

describe('messages of a tree', () => {
  it('have their logs, and say what their delivery ran', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(ALLOC)
    const result = await engine.executeBlock(BLOCK)
    await engine.dispose()
    const tree = result.messageTree(1)
    expect(tree.message).toMatchObject({ delivery: 'code', outcome: 'success' })
    expect(tree.anyFailed).toBe(true)
    const sent = new Map(tree.children.map(({ message }) => [message.to, message]))
    expect(sent.get(B)).toMatchObject({ delivery: 'code', outcome: 'revert', returnData: CLOSED })
    expect(sent.get(NOBODY)).toMatchObject({ delivery: 'credit', status: 1, gasUsed: 0, value: 2n })
    // The receipt has the logs of all messages by (round, position): of A, then of C
    const ofMessages = result.rounds.flatMap(({ messages }) => messages.flatMap(({ logs }) => logs))
    expect(ofMessages).toEqual(result.receipts[1]!.logs)
    expect(ofMessages.map(({ address }) => address)).toEqual([A, C])
    expect(sent.get(C)!.logs.map(({ topics }) => topics)).toEqual([[word(A)]])
  })
})

const EXPECTED = `transaction 1 of block 1: HASH
success; 5 messages, 3 rounds, 2 failed, N gas

round:position  message
           0:1  ID  0x19e7…ff2a → 0xaaaa…aaaa, 100 wei, no data
                │ gas N, used N
                │ log of 0xaaaa…aaaa: 0x19e7…ff2a, 32 bytes
           1:0  ├─ ID:2  0xaaaa…aaaa → 0x9999…9999, 2 wei, 0xa9059cbb, credit
                │    gas N, used 0
           1:1  ├─ ID:0  0xaaaa…aaaa → 0xbbbb…bbbb, 7 wei, 0xa9059cbb
                │    gas N, used N
                │    ✗ revert: Error("closed")
                │    7 wei back to 0xaaaa…aaaa, as a credit
           1:2  └─ ID:1  0xaaaa…aaaa → 0xcccc…cccc, 0xa9059cbb + 32 bytes
                   │ gas N, used N
                   │ log of 0xcccc…cccc: 0xaaaa…aaaa, 32 bytes
           2:0     └─ ID:0  0xcccc…cccc → 0xdddd…dddd, no data
                        gas N, used N
                        ✗ out-of-gas
`

describe('a transaction to a precompile', () => {
  it('runs it without a group', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(ALLOC)
    const identity: Hex = `0x${'4'.padStart(40, '0')}`
    const transactions = [call({ to: identity, nonce: 0, data: '0x1234' })]
    const result = await engine.executeBlock({ env: ENV, transactions })
    await engine.dispose()
    expect(result.messageTree(0).message).toMatchObject({
      ...{ to: identity, delivery: 'precompile', status: 1, returnData: '0x1234', logs: [] },
    })
  })
})

describe('actor-evm trace', () => {
  const SCENARIO = { alloc: ALLOC, ...BLOCK }

  it('draws the tree: rounds, positions, gas, logs, and why a message failed', () => {
    const text = trace(SCENARIO, '--tx', '1')
      // What depends on prices and hashes
      .replace(/0x[0-9a-f]{64}/, 'HASH')
      .replace(/[0-9a-f]{8}(?=(:\d)? {2}0x)/g, 'ID')
      .replace(/(gas|used) [1-9][\d,]*\d/g, '$1 N')
      .replace(/[\d,]+ gas/, 'N gas')
    expect(text).toBe(EXPECTED)
  })

  it('shows a creation as one', () => {
    const price = { gasLimit: 100_000, gasPrice: 10 }
    const creation = { nonce: 0, data: '0x5f5ff3', secretKey: SECRET_KEY, ...price }
    const text = trace({ alloc: ALLOC, env: ENV, transactions: [creation] }, '--tx', '0')
    expect(text).toMatch(/0x19e7…ff2a → 0x[0-9a-f]{4}…[0-9a-f]{4}, created by 3 bytes\n/)
  })

  it('gives the same messages as JSON, parents before children', () => {
    const json = JSON.parse(trace(SCENARIO, '--tx', '1', '--json'))
    expect(json).toMatchObject({ block: 1, transactionIndex: 1, anyFailed: true })
    expect(json.receipt.status).toBe(1)
    expect(json.messages).toHaveLength(5)
    expect(json.messages[0]).toMatchObject({ depth: 0, parent: null, selector: null, dataSize: 0 })
    const seen = new Set<string>()
    for (const { id, parent, depth } of json.messages) {
      if (depth > 0) expect(seen).toContain(parent)
      seen.add(id)
    }
    const byRecipient = new Map(json.messages.map((it: { to: Hex }) => [it.to, it]))
    expect(byRecipient.get(B)).toMatchObject({
      ...{ depth: 1, round: 1, from: A, value: '0x7', selector: '0xa9059cbb', dataSize: 4 },
      ...{ outcome: 'revert', failure: 'revert: Error("closed")', returnData: CLOSED },
    })
    expect(byRecipient.get(D)).toMatchObject({ depth: 2, round: 2, failure: 'out-of-gas' })
    expect(byRecipient.get(NOBODY)).toMatchObject({ delivery: 'credit', failure: null })
  })

  it('finds a transaction by its hash, in any block', () => {
    const second = { env: { ...ENV, number: 2 }, transactions: [call({ to: A, nonce: 2 })] }
    const scenario = { alloc: ALLOC, blocks: [BLOCK, second] }
    const byNumber = JSON.parse(trace(scenario, '--block', '2', '--tx', '0', '--json'))
    const hash = byNumber.receipt.transactionHash
    expect(JSON.parse(trace(scenario, '--tx', hash, '--json'))).toEqual(byNumber)
    expect(() => trace(scenario, '--tx', '0')).toThrow(/"--block" expected the number of a block/)
    expect(() => trace(scenario, '--block', '3', '--tx', '0')).toThrow(/no such block/)
  })

  it('refuses what is not there, and what is no transaction', () => {
    expect(() => trace(SCENARIO, '--tx', '2')).toThrow(/expected 0 to 1, got 2/)
    expect(() => trace(SCENARIO, '--tx', `0x${'00'.repeat(32)}`)).toThrow(/no such transaction/)
    expect(() => trace(SCENARIO, '--tx', '0x12')).toThrow(/an index, or a hash of 32 bytes/)
    expect(() => trace(SCENARIO)).toThrow(/required option '--tx/)
    expect(() => trace(SCENARIO, '--tx', '1', '--tracer', 'calls')).toThrow(/one of callTracer/)
    expect(() => trace(SCENARIO, '--tx', '1', '--tracer-config', '{')).toThrow(/JSON/)
  })

  it("has geth's tracers, for every semantics", () => {
    const ethereum = { ...SCENARIO, semantics: 'ethereum' }
    const calls = JSON.parse(trace(ethereum, '--tx', '1'))
    expect(calls).toMatchObject({ type: 'CALL', from: expect.any(String) })
    expect(calls.message).toBeUndefined()
    expect(JSON.parse(trace(SCENARIO, '--tx', '1', '--tracer', 'callTracer', '--json')))
      .toMatchObject({ from: calls.from, to: calls.to, message: { round: 0 } })
    const config = JSON.stringify({ diffMode: true })
    const options = ['--tracer', 'prestateTracer', '--tracer-config', config]
    const diff = trace(ethereum, '--tx', '1', ...options)
    expect(Object.keys(JSON.parse(diff))).toEqual(['post', 'pre'])
  })
})

describe('why a message failed', () => {
  const reverted = (returnData: Hex) => failureOf({ status: 0, outcome: 'revert', returnData })
  const panic = (code: bigint) => reverted(`0x4e487b71${word(code).slice(2)}`)

  it.each([
    ['nothing', '0x', 'revert'],
    ['a text', CLOSED, 'revert: Error("closed")'],
    ['less than a selector', '0x0102', 'revert: 2 bytes'],
    ['a custom error', '0xdeadbeef', 'revert: custom error 0xdeadbeef'],
    ['its value', `0xdeadbeef${'00'.repeat(32)}`, 'revert: custom error 0xdeadbeef + 32 bytes'],
  ])('with %s', (_, returnData, expected) => {
    expect(reverted(returnData as Hex)).toBe(expected)
  })

  it('with a panic', () => {
    expect(panic(0x11n)).toBe('revert: Panic(0x11), arithmetic overflow or underflow')
    expect(panic(0x77n)).toBe('revert: Panic(0x77)')
    expect(panic(2n ** 255n)).toMatch(/^revert: Panic\(0x80{63}\)$/)
  })

  it('with a text that is none: offsets and lengths of anything', () => {
    const selector = '0x08c379a0'
    const huge = 'ff'.repeat(32)
    const one = word(32).slice(2)
    for (const body of ['', 'ab', huge, one, one + huge, one + word(5).slice(2) + '00']) {
      expect(reverted(`${selector}${body}` as Hex)).toMatch(/^revert: custom error 0x08c379a0/)
    }
    expect(reverted(`${selector}${one}${word(1).slice(2)}ff`)).toBe('revert: Error("\ufffd")')
    expect(reverted(`${selector}${one}${word(1).slice(2)}0a`)).toBe('revert: Error("\\n")')
  })

  it('without a revert, and not at all', () => {
    expect(failureOf({ status: 0, outcome: 'out-of-gas', returnData: '0x' })).toBe('out-of-gas')
    expect(failureOf({ status: 1, outcome: 'success', returnData: '0x01' })).toBeUndefined()
  })
})

describe('amounts', () => {
  it.each([
    [0n, '0 wei'],
    [999_999n, '999999 wei'],
    [10n ** 6n, '0.001 gwei'],
    [10n ** 9n + 1n, '1.000000001 gwei'],
    [10n ** 15n, '0.001 ether'],
    [123n * 10n ** 17n, '12.3 ether'],
    [10n ** 18n + 1n, '1.000000000000000001 ether'],
  ])('%i keep all their digits', (wei, expected) => {
    expect(amount(wei)).toBe(expected)
  })
})
