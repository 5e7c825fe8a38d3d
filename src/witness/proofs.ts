/**
 * Checks proofs against the roots of a header. Each function returns what is proven, and throws
 * InvalidWitnessError `invalid-proof` if a proof does not hold, InvalidInputError if a value in it
 * cannot be read.
 */

import { asArray, asObject } from '../block/json.js'
import { keccak256 } from '../block/keccak.js'
import { RlpFields, decodeRlp, encodeRlp, type RlpItem } from '../block/rlp.js'
import {
  ADDRESS_BYTES,
  EMPTY_BYTES,
  HASH_BYTES,
  bigIntToMinimalBytes,
  bytesEqual,
  bytesToHex,
  hexToBytes,
  hexToHash,
  parseQuantity,
} from '../bytes.js'
import { InvalidRlpError } from '../errors.js'
import { readBytes } from '../pipeline/environment.js'
import { indexNibbles, nibblesOf } from '../receipts/nibbles.js'
import { jsonable } from '../result-data.js'
import type {
  AccountProof,
  BytesLike,
  Hex,
  IndexProof,
  Log,
  MessageProof,
  StorageProof,
} from '../types.js'
import { invalidProof, readProvenValue } from './trie-proof.js'

/** keccak256 of the RLP of the empty string, and of no bytes. */
const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const EMPTY_CODE_HASH = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'

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
  asObject(proof, 'proof')
  const address = hexToBytes(proof.address, 'address', ADDRESS_BYTES)
  const root = readBytes(stateRoot, 'stateRoot', HASH_BYTES)
  const value = prove(root, nibblesOf(keccak256(address)), proof.accountProof)
  const account = value === undefined ? ABSENT : decodeAccount(value)
  const { balance, codeHash, nonce, storageHash } = proof
  const isSame =
    account.balance === parseQuantity(balance, 'balance') &&
    account.nonce === parseQuantity(nonce, 'nonce') &&
    account.codeHash === codeHash &&
    account.storageHash === storageHash
  if (!isSame) throw invalidProof('the account is another than the one that is proven')
  for (const slot of asArray(proof.storageProof, 'storageProof')) {
    verifyStorageProof(account.storageHash, slot as StorageProof)
  }
  return account
}

/** The value of a slot. @param storageHash of the account */
export function verifyStorageProof(storageHash: BytesLike, proof: StorageProof): bigint {
  asObject(proof, 'proof')
  const root = readBytes(storageHash, 'storageHash', HASH_BYTES)
  const key = nibblesOf(keccak256(hexToHash(proof.key, 'key')))
  const found = prove(root, key, proof.proof)
  const expected = parseQuantity(proof.value, 'value')
  const encoding = expected === 0n ? undefined : encodeRlp(bigIntToMinimalBytes(expected))
  const isSame = found === undefined ? encoding === undefined : isEqual(found, encoding)
  if (!isSame) throw invalidProof(`slot ${proof.key} has another value than the one proven`)
  return expected
}

/** @param receiptsRoot of the header */
export function verifyReceiptProof(receiptsRoot: BytesLike, proof: IndexProof): ProvenReceipt {
  const value = proveIndexed(readBytes(receiptsRoot, 'receiptsRoot', HASH_BYTES), proof)
  const type = (value[0] ?? 0) < 0x80 ? value[0]! : 0
  return decoded('receipt', type === 0 ? value : value.subarray(1), (fields) => {
    const status = fields.bytes('status')
    return {
      transactionIndex: proof.index,
      type,
      status: status.length === HASH_BYTES ? bytesToHex(status) : status.length === 0 ? 0 : 1,
      cumulativeGasUsed: Number(fields.integer('cumulativeGasUsed', 8)),
      logsBloom: bytesToHex(fields.bytes('logsBloom')),
      logs: fields.list('logs').map(decodeLog),
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
  const { block, message, round } = asObject(proof, 'proof') as unknown as MessageProof
  const root = readBytes(virtualBlocksRoot, 'virtualBlocksRoot', HASH_BYTES)
  asObject(block, 'block')
  const isBefore = Number.isSafeInteger(round) && block.index === round - 1
  if (!isBefore) throw invalidProof('the virtual block is of another round')
  const blockRoot = proveIndexed(root, block)
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
  nodes: readonly Hex[],
): Uint8Array | undefined {
  const read = asArray(nodes, 'proof').map((node, i) => hexToBytes(node, `proof[${i}]`))
  return readProvenValue(root, key, read)
}

/** The value that is there, which must be the one that the proof names. */
function proveIndexed(root: Uint8Array, indexed: IndexProof): Uint8Array {
  const { index, proof, value } = asObject(indexed, 'proof') as unknown as IndexProof
  if (!Number.isSafeInteger(index) || index < 0) throw invalidProof('there is no such index')
  const found = prove(root, indexNibbles(index), proof)
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

function decodeLog(item: RlpItem): Log {
  const fields = new RlpFields(EMPTY_BYTES, item, 'log')
  fields.expectCount('log', 3)
  const address = bytesToHex(fields.fixedBytes('address', ADDRESS_BYTES))
  const items = fields.list('topics')
  const topics = new RlpFields(EMPTY_BYTES, items, 'topics')
  return {
    address,
    topics: items.map(() => bytesToHex(topics.fixedBytes('topic', HASH_BYTES))),
    data: bytesToHex(fields.bytes('data')),
  }
}

/** What has the root's hash above it may still be no such thing: the root is the caller's. */
function decoded<T>(what: string, bytes: Uint8Array, read: (fields: RlpFields) => T): T {
  try {
    return read(new RlpFields(bytes, decodeRlp(bytes), what))
  } catch (error) {
    if (!(error instanceof InvalidRlpError)) throw error
    throw invalidProof(`the value is no ${what}: ${error.message}`)
  }
}
