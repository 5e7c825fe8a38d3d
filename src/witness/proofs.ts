/**
 * Checks proofs against the roots of a header. Each function returns what is proven, and throws
 * InvalidWitnessError `invalid-proof` if a proof does not hold, InvalidInputError if a value in it
 * cannot be read.
 */

import { EMPTY_CODE_HASH, EMPTY_ROOT } from '../base/hashes.js'
import { asArray, asKnownObject } from '../base/json.js'
import { keccak256 } from '../intake/keccak.js'
import { RlpFields, decodeRlp, encodeRlp, type RlpItem } from '../intake/rlp.js'
import {
  ADDRESS_BYTES,
  HASH_BYTES,
  UINT64_LIMIT,
  bigIntToMinimalBytes,
  bytesEqual,
  bytesToHex,
  hexToBytes,
  hexToHash,
  parseQuantity,
} from '../base/bytes.js'
import { InvalidRlpError } from '../base/errors.js'
import { keysOf } from '../base/known-keys.js'
import { readBytes } from '../intake/environment.js'
import { indexNibbles, nibblesOf } from '../results/nibbles.js'
import { readOnce } from '../base/read-once.js'
import { jsonable } from '../base/result-data.js'
import type {
  AccountProof,
  BytesLike,
  Hex,
  IndexProof,
  Log,
  MessageProof,
  StorageProof,
} from '../base/types.js'
import { invalidProof, readProvenValue } from './trie-proof.js'

/** An account as it is proven. */
export interface ProvenAccount {
  readonly exists: boolean
  /** In wei. */
  readonly balance: bigint
  readonly nonce: bigint
  readonly codeHash: Hex
  readonly storageHash: Hex
}

/** A receipt as `receiptsRoot` commits to it. */
export interface ProvenReceipt {
  readonly transactionIndex: number
  readonly type: number
  /** Before Byzantium the state root after the transaction. */
  readonly status: 0 | 1 | Hex
  readonly cumulativeGasUsed: number
  readonly logsBloom: Hex
  readonly logs: readonly Log[]
}

/** A message as `virtualBlocksRoot` commits to it (PROTOCOL 7). */
export interface ProvenMessage {
  readonly round: number
  readonly position: number
  readonly id: Hex
  readonly parent: Hex
  readonly from: Hex
  readonly to: Hex
  /** In wei. */
  readonly value: bigint
  /** With the stipend. */
  readonly gas: bigint
  readonly data: Hex
  readonly status: 0 | 1
  readonly gasUsed: bigint
}

const ACCOUNT_PROOF = keysOf<AccountProof>()({
  address: true,
  accountProof: true,
  balance: true,
  codeHash: true,
  nonce: true,
  storageHash: true,
  storageProof: true,
})
const STORAGE_PROOF = keysOf<StorageProof>()({ key: true, value: true, proof: true })
const INDEX_PROOF = keysOf<IndexProof>()({ index: true, value: true, proof: true })
const MESSAGE_PROOF = keysOf<MessageProof>()({ round: true, block: true, message: true })

const ABSENT: ProvenAccount = jsonable({
  exists: false,
  balance: 0n,
  nonce: 0n,
  codeHash: EMPTY_CODE_HASH,
  storageHash: EMPTY_ROOT,
})

/**
 * The account and all slots of the proof (EIP-1186).
 * @param stateRoot of the header
 */
export function verifyAccountProof(stateRoot: BytesLike, proof: AccountProof): ProvenAccount {
  const fields = asKnownObject(readOnce(proof, 'proof'), ACCOUNT_PROOF, 'proof')
  const address = hexToBytes(fields.address, 'address', ADDRESS_BYTES)
  const root = readBytes(stateRoot, 'stateRoot', HASH_BYTES)
  const balance = parseQuantity(fields.balance, 'balance')
  const nonce = parseQuantity(fields.nonce, 'nonce', UINT64_LIMIT)
  const codeHash = bytesToHex(hexToHash(fields.codeHash, 'codeHash'))
  const storageHash = bytesToHex(hexToHash(fields.storageHash, 'storageHash'))
  const slots = asArray(fields.storageProof, 'storageProof') as readonly StorageProof[]
  const value = prove(root, nibblesOf(keccak256(address)), fields.accountProof, 'accountProof')
  const account = value === undefined ? ABSENT : decodeAccount(value)
  const isSame =
    account.balance === balance &&
    account.nonce === nonce &&
    account.codeHash === codeHash &&
    account.storageHash === storageHash
  if (!isSame) throw invalidProof('the account is another than the one that is proven')
  for (const slot of slots) verifyStorageProof(account.storageHash, slot)
  return account
}

/** The value of a slot. @param storageHash of the account */
export function verifyStorageProof(storageHash: BytesLike, proof: StorageProof): bigint {
  const fields = asKnownObject(readOnce(proof, 'storageProof'), STORAGE_PROOF, 'storageProof')
  const root = readBytes(storageHash, 'storageHash', HASH_BYTES)
  const slot = hexToHash(fields.key, 'key')
  const found = prove(root, nibblesOf(keccak256(slot)), fields.proof, 'proof')
  const expected = parseQuantity(fields.value, 'value')
  const encoding = expected === 0n ? undefined : encodeRlp(bigIntToMinimalBytes(expected))
  const isSame = found === undefined ? encoding === undefined : isEqual(found, encoding)
  if (!isSame) throw invalidProof(`slot ${bytesToHex(slot)} has another value than the one proven`)
  return expected
}

/**
 * Reads a receipt from its proof.
 * @param receiptsRoot of the header
 */
export function verifyReceiptProof(receiptsRoot: BytesLike, proof: IndexProof): ProvenReceipt {
  const own = readOnce(proof, 'proof')
  const value = proveIndexed(readBytes(receiptsRoot, 'receiptsRoot', HASH_BYTES), own)
  const type = (value[0] ?? 0) < 0x80 ? value[0]! : 0
  return decoded('receipt', type === 0 ? value : value.subarray(1), (fields, source) => {
    const status = fields.bytes('status')
    return {
      transactionIndex: own.index,
      type,
      status: status.length === HASH_BYTES ? bytesToHex(status) : status.length === 0 ? 0 : 1,
      cumulativeGasUsed: Number(fields.integer('cumulativeGasUsed', 8)),
      logsBloom: bytesToHex(fields.bytes('logsBloom')),
      logs: fields.list('logs').map((log) => decodeLog(source, log)),
    }
  })
}

/**
 * That a message was delivered in a round at a position, and how it ended.
 * @param virtualBlocksRoot of the header
 */
export function verifyMessageProof(
  virtualBlocksRoot: BytesLike,
  proof: MessageProof,
): ProvenMessage {
  const own = readOnce(proof, 'proof')
  asKnownObject(own, MESSAGE_PROOF, 'proof')
  const { block, message, round } = own
  const root = readBytes(virtualBlocksRoot, 'virtualBlocksRoot', HASH_BYTES)
  const blockRoot = proveIndexed(root, block)
  if (block.index + 1 !== round) throw invalidProof('the virtual block is of another round')
  if (blockRoot.length !== HASH_BYTES) throw invalidProof('a virtual block has no root')
  const value = proveIndexed(blockRoot, message)
  return decoded('message', value, (fields) => jsonable({
    round,
    position: message.index,
    id: bytesToHex(fields.fixedBytes('id', HASH_BYTES)),
    parent: bytesToHex(fields.bytes('parent')),
    from: bytesToHex(fields.fixedBytes('from', ADDRESS_BYTES)),
    to: bytesToHex(fields.fixedBytes('to', ADDRESS_BYTES)),
    value: fields.integer('value', HASH_BYTES),
    gas: fields.integer('gas', 8),
    data: bytesToHex(fields.bytes('data')),
    status: fields.integer('status', 1) === 1n ? 1 : 0,
    gasUsed: fields.integer('gasUsed', 8),
  }))
}

function prove(
  root: Uint8Array,
  key: Uint8Array,
  nodes: unknown,
  field: string,
): Uint8Array | undefined {
  const list = asArray(nodes, field)
  return readProvenValue(root, key, list.map((node, i) => hexToBytes(node, `${field}[${i}]`)))
}

/** The value that is there, which must be the one that the proof names. */
function proveIndexed(root: Uint8Array, indexed: IndexProof): Uint8Array {
  asKnownObject(indexed, INDEX_PROOF, 'proof')
  const { index, proof, value } = indexed
  if (!Number.isSafeInteger(index) || index < 0) throw invalidProof('there is no such index')
  const found = prove(root, indexNibbles(index), proof, 'proof')
  if (found === undefined) throw invalidProof(`there is nothing at index ${index}`)
  if (!bytesEqual(found, hexToBytes(value, 'value'))) {
    throw invalidProof(`at index ${index} is another value than the one proven`)
  }
  return found
}

function isEqual(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && bytesEqual(a, b)
}

function decodeAccount(bytes: Uint8Array): ProvenAccount {
  return decoded('account', bytes, (fields) => {
    fields.expectCount('account', 4)
    return jsonable({
      exists: true,
      nonce: fields.integer('nonce', 8),
      balance: fields.integer('balance', HASH_BYTES),
      storageHash: bytesToHex(fields.fixedBytes('storageHash', HASH_BYTES)),
      codeHash: bytesToHex(fields.fixedBytes('codeHash', HASH_BYTES)),
    })
  })
}

function decodeLog(source: Uint8Array, item: RlpItem): Log {
  const fields = new RlpFields(source, item, 'log')
  fields.expectCount('log', 3)
  const address = bytesToHex(fields.fixedBytes('address', ADDRESS_BYTES))
  const items = fields.list('topics')
  const topics = new RlpFields(source, items, 'topics')
  return {
    address,
    topics: items.map(() => bytesToHex(topics.fixedBytes('topic', HASH_BYTES))),
    data: bytesToHex(fields.bytes('data')),
  }
}

/** What has the root's hash above it may still be no such thing: the root is the caller's. */
function decoded<T>(
  what: string,
  bytes: Uint8Array,
  read: (fields: RlpFields, source: Uint8Array) => T,
): T {
  try {
    return read(new RlpFields(bytes, decodeRlp(bytes), what), bytes)
  } catch (error) {
    if (!(error instanceof InvalidRlpError)) throw error
    throw invalidProof(`the value is no ${what}: ${error.message}`)
  }
}
