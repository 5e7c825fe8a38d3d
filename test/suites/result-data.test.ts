/**
 * What the engine gives survives what people do with objects: copies, spreads, threads, printing,
 * JSON. Each is compared with what reading the properties one by one gives.
 */
import { deepStrictEqual } from 'node:assert'
import { inspect } from 'node:util'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import {
  createEngine,
  createValidator,
  decodeHeader,
  decodeWitness,
  encodeHeader,
  encodeWitness,
  parseScenario,
  verifyAccountProof,
  verifyMessageProof,
  witnessFromJson,
  witnessToJson,
  type ActorEvmError,
  type BlockResult,
  type Listener,
  type PreparedBlock,
  type ProducedBlock,
  type TraceEvent,
} from 'actor-evm'
import { beforeAll, describe, expect, it } from 'vitest'
import { ALICE, C, CASE_ALLOC, CASE_BLOCK, ENV, call } from '../support/small-blocks.js'

const HEX = /^0x[0-9a-f]*$/

function throughPort<T>(value: T): T {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(value)
  const received = receiveMessageOnPort(port2)
  port1.close()
  return (received as { readonly message: T }).message
}

const parsed = (value: unknown): any => JSON.parse(JSON.stringify(value))

let result: BlockResult
let produced: ProducedBlock
let prepared: PreparedBlock
let slot: bigint
/** Everything else that the library gives, by name. */
let others: Record<string, object>
const events: TraceEvent[] = []

beforeAll(async () => {
  const engine = await createEngine({
    semantics: 'actor',
    workers: 1,
  })
  await engine.loadGenesis(CASE_ALLOC)
  prepared = await engine.prepareBlock(CASE_BLOCK)
  const push = (event: TraceEvent): number => events.push(event)
  const listener: Listener = {
    onTransactionStart: push,
    onTransactionEnd: push,
    onFrameStart: push,
    onFrameEnd: push,
    onLog: push,
    onAccess: push,
    onStep: push,
  }
  produced = await engine.produceBlock(CASE_BLOCK, [], { listener })
  result = produced.result
  const account = await engine.getAccount(ALICE)
  const proof = await engine.getProof(C, [0])
  slot = proof.storageProof[0]!.value
  const stateRoot = await engine.stateRoot()
  // What follows must not change what was given
  const transactions = [call({ to: C, nonce: 2 })]
  await engine.executeBlock({ env: { ...ENV, number: 2 }, transactions })
  await engine.dispose()
  const validator = await createValidator({ semantics: 'actor', rules: 'execution' })
  const { bytes: block, hash: blockHash, witness } = produced
  const verdict = await validator.validate({ block, blockHash, witness })
  const noWitness = { state: [], codes: [], headers: witness.headers }
  const refusal = await validator.validate({ block, blockHash, witness: noWitness })
  await validator.dispose()
  const messageProof = result.proveMessage(1, 0)
  const scenario = { alloc: {}, env: ENV, transactions: [] }
  others = {
    produced,
    header: decodeHeader(encodeHeader(produced.block.header)),
    parentHeader: produced.parentHeader,
    block: produced.block,
    transaction: produced.block.transactions[0]!,
    witness,
    witnessOfBytes: decodeWitness(encodeWitness(witness)),
    witnessOfJson: witnessFromJson(witnessToJson(witness)),
    account,
    proof,
    storageProof: proof.storageProof[0]!,
    verdict,
    refusal,
    receipt: result.receipts[0]!,
    receiptProof: result.proveReceipt(0),
    messageProof,
    provenAccount: verifyAccountProof(stateRoot, proof),
    provenMessage: verifyMessageProof(result.virtualBlocksRoot, messageProof),
    round: result.rounds[1]!,
    message: result.rounds[1]!.messages[0]!,
    tree: result.messageTree(0),
    scenario: parseScenario(scenario).engine,
    // The first of each kind
    ...Object.fromEntries([...events].reverse().map((event) => [event.kind, event])),
  }
})

describe('the result of a block', () => {
  it('is what the other tests here say it is', () => {
    expect(result.receipts).toHaveLength(2)
    expect(result.rounds.map(({ messages }) => messages.length)).toEqual([2, 2])
    expect(result.rounds[0]!.groups).toHaveLength(2)
  })

  it.each([
    ['structuredClone', <T>(value: T): T => structuredClone(value)],
    ['postMessage', throughPort],
    ['spread', <T extends object>(value: T): T => ({ ...value })],
    ['Object.assign', <T extends object>(value: T): T => Object.assign({}, value)],
  ])('keeps everything through %s', (_, copy: (value: BlockResult) => BlockResult) => {
    const copied = copy(result)
    expect(copied.receipts).toHaveLength(2)
    expect(copied.rounds[1]!.messages[0]!.to).toBe(C)
    expect(copied.rounds[1]!.groups[0]!.recipient).toBe(C)
    deepStrictEqual(copied, result)
    deepStrictEqual(copied.receipts, result.receipts)
  })

  it('is made when it is read, from a copy taken before', async () => {
    const engine = await createEngine({ semantics: 'actor', workers: 1 })
    await engine.loadGenesis(CASE_ALLOC)
    const fresh = await engine.executeBlock(CASE_BLOCK)
    const later = await engine.executeBlock({ env: { ...ENV, number: 2 }, transactions: [] })
    await engine.dispose()
    expect(later.receipts).toEqual([])
    expect(structuredClone(fresh).receipts).toEqual(result.receipts)
    expect(Object.freeze(fresh).receipts).toBe(fresh.receipts)
    expect(fresh.rounds[1]!.messages).toEqual(result.rounds[1]!.messages)
  })

  it('has keys for all that it says, and none for what it does', () => {
    const { proveReceipt } = result
    expect(Object.keys(result)).toEqual([
      ...['number', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'virtualBlocksRoot'],
      ...['logsBloom', 'gasUsed', 'receipts', 'rounds', 'timing', 'witness'],
    ])
    expect('receipts' in result).toBe(true)
    expect(proveReceipt(0)).toEqual(result.proveReceipt(0))
    expect(structuredClone(result)).not.toHaveProperty('proveReceipt')
  })

  it('is printed with its values', () => {
    const text = inspect(result)
    expect(text).toContain('effectiveGasPrice: 10n')
    expect(text).toContain("outcome: 'success'")
    expect(text).toContain('messageCount: 2')
    expect(text).not.toContain('Getter')
    expect(inspect({ result }, { depth: 6 })).toContain("delivery: 'code'")
    expect(inspect(result.rounds[1])).toContain(`recipient: '${C}'`)
  })

  it('is JSON with integers as decimal strings', () => {
    const json = parsed(result)
    expect(json.number).toBe('1')
    expect(json.receipts[0]).toEqual({ ...result.receipts[0], effectiveGasPrice: '10' })
    expect(json.rounds[1].messages[0]).toEqual({ ...result.rounds[1]!.messages[0], value: '0' })
    expect(json.rounds[1].groups).toEqual(result.rounds[1]!.groups)
    expect(json.gasUsed).toBe(result.gasUsed)
    expect(json.witness.state[0]).toMatch(HEX)
    expect(parsed(result.receipts)).toEqual(json.receipts)
    expect(parsed(result.rounds)).toEqual(json.rounds)
  })
})

describe('everything else that the library gives', () => {
  it.each([
    ...['produced', 'header', 'parentHeader', 'block', 'transaction', 'witness'],
    ...['witnessOfBytes', 'witnessOfJson', 'account', 'proof', 'storageProof', 'verdict'],
    ...['refusal', 'receipt', 'receiptProof', 'messageProof', 'provenAccount', 'provenMessage'],
    ...['round', 'message', 'tree', 'scenario'],
    ...['transactionStart', 'transactionEnd', 'frameStart', 'frameEnd', 'access', 'step'],
  ])('%s survives copies, JSON and printing', (name) => {
    const value = others[name]!
    deepStrictEqual({ ...value }, value)
    deepStrictEqual(structuredClone(value), value)
    deepStrictEqual(throughPort(value), value)
    const text = JSON.stringify(value)
    const json = JSON.parse(text)
    expect(Object.keys(json)).toEqual(expect.arrayContaining(Object.keys(defined(value))))
    // Bytes as an object of indexes
    expect(text).not.toContain('"0":')
    expect(inspect(value, { depth: 9 })).not.toContain('Getter')
  })

  it('is JSON that the readers of JSON take', () => {
    expect(parsed(others.witness)).toEqual(witnessToJson(produced.witness))
    expect(parsed(others.account).balance).toMatch(/^\d+$/)
    expect(parsed(others.storageProof).value).toBe(`${slot}`)
    expect(parsed(others.scenario).chainId).toBe('1')
    expect(parsed(produced).hash).toBe(produced.hash)
    const { stateRoot } = parsed(produced).block.header
    expect(stateRoot).toBe(result.stateRoot)
    expect(() => verifyAccountProof(stateRoot, parsed(others.proof))).not.toThrow()
  })
})

describe('a prepared block', () => {
  it('is data, too, though only the original is executed', () => {
    deepStrictEqual(structuredClone(prepared), { ...prepared })
    expect(parsed(prepared).environment.number).toBe('1')
    expect(parsed(prepared).senders).toEqual([ALICE, ALICE])
  })
})

describe('an error', () => {
  let error: ActorEvmError

  beforeAll(async () => {
    error = await createEngine({ semantics: 'actor', workers: -1 }).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    )
  })

  it('is printed with its code and place', () => {
    const text = inspect(error)
    expect(text).toMatch(/^InvalidInputError: .*"workers" expected/)
    expect(text).toContain("code: 'INVALID_INPUT'")
    expect(text).toContain("place: { field: 'workers' }")
    expect(text).not.toContain('undefined')
  })

  it('crosses to another thread as JSON, and by itself with its message', () => {
    expect(throughPort(error.toJSON())).toEqual({
      name: 'InvalidInputError',
      code: 'INVALID_INPUT',
      message: error.message,
      place: { field: 'workers' },
    })
    expect(parsed({ error }).error).toEqual(error.toJSON())
    expect(structuredClone(error).message).toBe(error.message)
    expect(structuredClone(error).stack).toContain('InvalidInputError')
  })
})

/** Without what JSON leaves out. */
function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined))
}
