/**
 * What the compiler must refuse to a user, and what it must accept. Compiled against dist by
 * test/suites/types.test.ts: a line behind @ts-expect-error that compiles is an error.
 */
import {
  createEngine,
  witnessToJson,
  type Alloc,
  type BlockInput,
  type BlockToValidate,
  type ChainConfigInput,
  type EngineOptions,
  type ForkName,
  type Hex,
  type TransactionInput,
  type TransactionObject,
} from 'actor-evm'

const to = '0x1111111111111111111111111111111111111111'
const text = String(Math.random())

// As in viem and abitype
declare const viem: `0x${string}`
const hex: Hex = viem
const back: `0x${string}` = hex
const engine = await createEngine({ fork: 'osaka', semantics: 'actor' })
const root: `0x${string}` = await engine.stateRoot()
const { code }: { code: `0x${string}` } = await engine.getAccount(to)

// Options
const fork: ForkName = engine.fork
const options: EngineOptions = { fork, semantics: 'ethereum', parameters: { maxRounds: 3 } }
// @ts-expect-error no such fork
await createEngine({ fork: 'osakaa', semantics: 'actor' })
// @ts-expect-error no such fork
await createEngine({ fork: text, semantics: 'actor' })
// @ts-expect-error no such semantics
await createEngine({ semantics: 'actors' })
// @ts-expect-error semantics must be said
await createEngine({ fork: 'osaka' })
// @ts-expect-error semantics must be said
await createEngine()
// @ts-expect-error no such option
await createEngine({ semantics: 'actor', worker: 1 })
// @ts-expect-error no such parameter
await createEngine({ semantics: 'actor', parameters: { maxRound: 1 } })
// @ts-expect-error no such option
await engine.executeBlock({ env, transactions: [] }, { singal: AbortSignal.abort() })

// Chains
const chain: ChainConfigInput = { chainId: 1, londonBlock: 0, shanghaiTime: 5, osakaTime: null }
await createEngine({ semantics: 'ethereum', chainConfig: 'mainnet' })
await createEngine({ semantics: 'ethereum', chainConfig: chain })
// @ts-expect-error no such network
await createEngine({ semantics: 'ethereum', chainConfig: 'mainet' })
// @ts-expect-error a misspelt fork
await createEngine({ semantics: 'ethereum', chainConfig: { londonblock: 0 } })
// @ts-expect-error a misspelt fork
const schedule: ChainConfigInput = { blobSchedule: { cancum: undefined } }

// Transactions
const good: TransactionInput = { nonce: 0, gasLimit: 21_000, gasPrice: 1, to, secretKey: hex }
const rpc: TransactionObject = {
  ...{ blockHash: null, blockNumber: null, from: to, gas: '0x5208', gasPrice: '0x1', hash: root },
  ...{ input: '0x', nonce: '0x0', to: null, transactionIndex: null, value: '0x0', type: '0x0' },
  ...{ v: '0x1b', r: '0x1', s: '0x1', chainId: '0x1' },
}
// @ts-expect-error no such fields
const typos: TransactionInput = { too: 'x', vlaue: 'abc', gas: {} }
// @ts-expect-error no such field
const typo: TransactionInput = { nonce: 0, gasLimit: 1, vlaue: 1 }
// @ts-expect-error an address is hex
const name: TransactionInput = { nonce: 0, gasLimit: 1, to: 'alice' }
// @ts-expect-error a transaction is hex
const raw: TransactionInput = text
// @ts-expect-error no such field of an entry
const list: TransactionInput = { nonce: 0, accessList: [{ address: to, storagekeys: [] }] }

// Blocks
const env = { number: 1, timestamp: 1, gasLimit: 1, coinbase: to } as const
const block: BlockInput = { env, transactions: [good, rpc, hex, new Uint8Array(1)] }
// @ts-expect-error no such field
const withdrawal: BlockInput = { env, transactions: [], withdrawal: [] }
// @ts-expect-error no such field
const fee: BlockInput = { env: { ...env, baseFee: 7 }, transactions: [] }
// @ts-expect-error no such field of a withdrawal
const paid: BlockInput = { env, transactions: [], withdrawals: [{ adress: to }] }

// Witnesses
const produced = await engine.produceBlock(block)
const { bytes, witness } = produced
const judged: BlockToValidate = { block: bytes, witness, blockHash: produced.hash }
const read: BlockToValidate = { block: hex, witness: witnessToJson(witness) }
// @ts-expect-error no such lists
const lists: BlockToValidate = { block: hex, witness: { states: [], codes: [], headers: [] } }
// @ts-expect-error nodes are bytes or hex
const nodes: BlockToValidate = { block: hex, witness: { state: [text], codes: [], headers: [] } }
// @ts-expect-error a misspelt field
const hash: BlockToValidate = { block: bytes, witness, blockhash: produced.hash }

// Genesis
const alloc: Alloc = { [to]: { balance: 1n, code: '0x00', storage: { '0x1': 2 } } }
await engine.loadGenesis(new Map([[to, { balance: 1 }]]))
// @ts-expect-error no such field
const balance: Alloc = { [to]: { balanse: 5 } }
// @ts-expect-error storage is an object
const storage: Alloc = { [to]: { storage: new Map([[1, 2]]) } }
// @ts-expect-error code is hex
const codes: Alloc = { [to]: { code: 'abcd' } }

export const used = [
  ...[back, root, code, options, chain, schedule, typos, typo, name, raw, list, block],
  ...[judged, read, lists, nodes, hash],
  ...[withdrawal, fee, paid, alloc, balance, storage, codes],
]
