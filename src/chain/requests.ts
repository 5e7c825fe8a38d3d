/** Requests to the consensus layer: EIP-7685 (hash), 6110 (deposits), 7002 and 7251 (calls). */

import {
  LOG_ACCOUNT,
  LOG_DATA_SIZE,
  LOG_TOPICS,
  LOG_TOPIC_COUNT,
} from '../../assembly/abi/records.js'
import { STATUS_SUCCESS } from '../../assembly/abi/status.js'
import {
  EMPTY_BYTES,
  HASH_BYTES,
  bytesEqual,
  bytesToHex,
  concatBytes,
  hexToHash,
} from '../base/bytes.js'
import { InvalidBlockError, words } from '../base/errors.js'
import type { SystemCallResult } from '../execution/system-calls.js'
import { readLogChain } from '../results/log-chain.js'
import type { Core } from '../wasm/core.js'
import type { Sha256 } from '../wasm/sha256.js'
import { refuseBlock } from './refusal.js'

/** The block that the requests are of, for errors. */
type Numbered = Parameters<typeof refuseBlock>[0]

/** What makes no request here, and the block invalid by the EIPs. */
export interface RequestRules {
  /** There is no contract of EIP-7002 or EIP-7251. */
  readonly mayBeMissing?: boolean
  /** Its call fails. */
  readonly mayFail?: boolean
  /** The log of a deposit is not as EIP-6110 has it. */
  readonly mayBeMalformed?: boolean
}

/** Of no requests. */
const EMPTY_HASH = hexToHash('0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')

const DEPOSIT_TYPE = 0
/** EIP-7002 and EIP-7251, in the order in which their contracts are called. */
const FIRST_CALLED_TYPE = 1

/** keccak256 of `DepositEvent(bytes,bytes,bytes,bytes,bytes)`. */
const DEPOSIT_TOPIC = hexToHash(
  '0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5',
)
const DEPOSIT_EVENT_BYTES = 576
const ABI_WORD_BYTES = 32
/** Public key, withdrawal credentials, amount, signature, index: ABI offset and size of each. */
const DEPOSIT_FIELDS = [
  [160, 48],
  [256, 32],
  [320, 8],
  [384, 96],
  [512, 8],
] as const

/**
 * What `requestsHash` commits to: the requests of each type, in order of types, all with their type
 * byte in front. Types without requests are left out.
 * @throws InvalidBlockError if a contract is missing or fails, or a deposit is malformed
 */
export function collectRequests(
  core: Core,
  header: Numbered,
  depositContract: Uint8Array,
  records: Uint32Array,
  calls: readonly SystemCallResult[],
  rules: RequestRules = {},
): Uint8Array[] {
  const deposits = readDeposits(core, header, depositContract, records, rules)
  const outputs = calls.map((call) => outputOf(header, call, rules))
  return [concatBytes(...deposits), ...outputs].flatMap((requests, i) => {
    const type = i === 0 ? DEPOSIT_TYPE : FIRST_CALLED_TYPE + i - 1
    return requests.length === 0 ? [] : [concatBytes(Uint8Array.of(type), requests)]
  })
}

export function requestsHash(requests: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  if (requests.length === 0) return EMPTY_HASH
  return sha256(concatBytes(...requests.map((bytes) => sha256(bytes))))
}

function outputOf(
  header: Numbered,
  { address, status, output }: SystemCallResult,
  { mayBeMissing = false, mayFail = false }: RequestRules,
): Uint8Array {
  const field = bytesToHex(address)
  if (status === undefined) {
    if (mayBeMissing) return EMPTY_BYTES
    throw refuseBlock(header, 'system-contract-missing', field, 'a contract', words('no code'))
  }
  if (status !== STATUS_SUCCESS) {
    if (mayFail) return EMPTY_BYTES
    throw refuseBlock(header, 'system-call-failed', field, 'success', `status ${status}`)
  }
  return output
}

/** Logs are looked at only where the contract has a record: most states do not have it. */
function readDeposits(
  core: Core,
  header: Numbered,
  contract: Uint8Array,
  records: Uint32Array,
  { mayBeMalformed = false }: RequestRules,
): Uint8Array[] {
  const account = core.findAccount(contract)
  if (account === 0) return []
  return [...records].flatMap((record) => depositsOf(core, account, record)).flatMap((data) => {
    try {
      return [readDeposit(header, data)]
    } catch (error) {
      if (mayBeMalformed && error instanceof InvalidBlockError) return []
      throw error
    }
  })
}

/** Data of the events of a transaction. */
function depositsOf({ memory }: Core, contract: number, record: number): Uint8Array[] {
  const { u32 } = memory
  return readLogChain(memory, record).flatMap((log) => {
    const topics = u32[(log + LOG_TOPIC_COUNT) >>> 2]!
    if (topics === 0) return []
    if (u32[(log + LOG_ACCOUNT) >>> 2]! !== contract) return []
    if (!bytesEqual(memory.copy(log + LOG_TOPICS, HASH_BYTES), DEPOSIT_TOPIC)) return []
    const size = u32[(log + LOG_DATA_SIZE) >>> 2]!
    return [memory.copy(log + LOG_TOPICS + topics * HASH_BYTES, size)]
  })
}

/** The fields without their ABI encoding, which must be the one that the contract writes. */
function readDeposit(header: Numbered, data: Uint8Array): Uint8Array {
  const refuse = (expected: string, got: unknown): Error =>
    refuseBlock(header, 'invalid-deposit-log', 'requests', expected, got)
  if (data.length !== DEPOSIT_EVENT_BYTES) throw refuse(`${DEPOSIT_EVENT_BYTES} bytes`, data)
  const fields = DEPOSIT_FIELDS.map(([offset, size], i) => {
    const stated = readAbiNumber(data, i * ABI_WORD_BYTES)
    if (stated !== BigInt(offset)) throw refuse(`offset ${offset} of field ${i}`, stated)
    const length = readAbiNumber(data, offset)
    if (length !== BigInt(size)) throw refuse(`${size} bytes of field ${i}`, length)
    return data.subarray(offset + ABI_WORD_BYTES, offset + ABI_WORD_BYTES + size)
  })
  return concatBytes(...fields)
}

function readAbiNumber(data: Uint8Array, at: number): bigint {
  return BigInt(bytesToHex(data.subarray(at, at + ABI_WORD_BYTES)))
}
