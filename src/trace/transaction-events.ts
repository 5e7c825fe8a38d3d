/** What the record of a transaction says to listeners. */

import { ENV_COINBASE, ENV_NUMBER, REVISION } from '../../assembly/abi/memory-map.js'
import {
  ACCOUNT_LIVE,
  AUTHORIZATION_AUTHORITY,
  AUTHORIZATION_SIZE,
  AUTHORIZATION_VALID,
  MESSAGE_CREATED,
  MESSAGE_RETURN_DATA,
  MESSAGE_RETURN_SIZE,
  TX_AUTHORIZATIONS,
  TX_AUTHORIZATION_COUNT,
  TX_CREATED,
  TX_DATA,
  TX_DATA_SIZE,
  TX_GAS_FINAL,
  TX_GAS_LIMIT,
  TX_GAS_USED,
  TX_HASH,
  TX_INDEX,
  TX_INTRINSIC_GAS,
  TX_IS_CREATE,
  TX_MESSAGE,
  TX_NONCE,
  TX_SENDER,
  TX_STATUS,
  TX_TO,
  TX_VALUE,
  VIEW_CODE,
} from '../../assembly/abi/records.js'
import { STATUS_REVERT, STATUS_SUCCESS } from '../../assembly/abi/status.js'
import { jsonable, withHidden } from '../base/result-data.js'
import type { Hex } from '../base/types.js'
import { rulesOf } from '../forks/rules.js'
import type { Core } from '../wasm/core.js'
import { haltReason } from './halt-reasons.js'
import type { FrameEnd, TransactionEnd, TransactionStart } from './listener.js'
import type { Reader } from './reader.js'

const HASH_BYTES = 32

export function indexOf(reader: Reader, record: number): number {
  return reader.u32(record + TX_INDEX)
}

export function transactionStart(reader: Reader, record: number): TransactionStart {
  const isCreate = reader.u32(record + TX_IS_CREATE) !== 0
  const { destroysOnlyNew, hasDelegation } = rulesOf({ revision: reader.u32(REVISION) })
  const facts = {
    kind: 'transactionStart' as const,
    transactionIndex: indexOf(reader, record),
    hash: reader.hex(record + TX_HASH, HASH_BYTES),
    from: reader.address(record + TX_SENDER),
    to: isCreate ? null : reader.address(record + TX_TO),
    nonce: reader.u64(record + TX_NONCE),
    value: reader.word(record + TX_VALUE),
    input: reader.hex(reader.u32(record + TX_DATA), reader.u32(record + TX_DATA_SIZE)),
    gasLimit: reader.u64(record + TX_GAS_LIMIT),
    authorities: authoritiesOf(reader, record),
    block: {
      number: reader.word(ENV_NUMBER),
      coinbase: reader.address(ENV_COINBASE),
      hasDelegation,
      keepsDestroyed: destroysOnlyNew,
    },
  }
  return withHidden(jsonable(facts), { state: reader })
}

function authoritiesOf(reader: Reader, record: number): Hex[] {
  const first = reader.u32(record + TX_AUTHORIZATIONS)
  const count = reader.u32(record + TX_AUTHORIZATION_COUNT)
  return Array.from({ length: count }, (_, i) => first + i * AUTHORIZATION_SIZE)
    .filter((at) => reader.u32(at + AUTHORIZATION_VALID) !== 0)
    .map((at) => reader.address(at + AUTHORIZATION_AUTHORITY))
}

/** What has come of a transaction. */
interface Outcome {
  readonly output: Hex
  /** Account record of the contract that it has created, 0 = none: then its code is the output. */
  readonly created: number
  readonly hasMessages: boolean
  /** Of its outermost frame. */
  readonly error: string | undefined
}

export function transactionEnd(
  reader: Reader,
  record: number,
  { created, error, hasMessages, output }: Outcome,
): TransactionEnd {
  const status = reader.u32(record + TX_STATUS)
  const facts = {
    kind: 'transactionEnd' as const,
    transactionIndex: indexOf(reader, record),
    ...endOf(status, error),
    gasUsed: reader.u64(record + TX_GAS_FINAL),
    executionGas: reader.u64(record + TX_GAS_USED) - reader.u64(record + TX_INTRINSIC_GAS),
    hasMessages,
    output: created === 0 ? output : reader.code(codeOf(reader, created)),
  }
  return withHidden(jsonable(facts), { state: reader })
}

function codeOf(reader: Reader, account: number): number {
  return reader.u32(account + ACCOUNT_LIVE + VIEW_CODE)
}

export type Made = Omit<Outcome, 'error'>

/** Of a transaction under Ethereum semantics, before the next one. */
export function outcomeOfTransaction(core: Core, reader: Reader, record: number): Made {
  const output = reader.hex(core.exports.resultPtr() >>> 0, core.exports.resultSize() >>> 0)
  return { created: reader.u32(record + TX_CREATED), hasMessages: false, output }
}

/** Of the transaction's own message, under actor semantics. */
export function outcomeOfMessage(reader: Reader, record: number): Made {
  const message = reader.u32(record + TX_MESSAGE)
  const size = reader.u32(message + MESSAGE_RETURN_SIZE)
  const output = reader.hex(reader.u32(message + MESSAGE_RETURN_DATA), size)
  return { created: reader.u32(message + MESSAGE_CREATED), hasMessages: true, output }
}

/** @param error in better words, if there are some */
export function endOf(
  status: number,
  error: string | undefined,
): Pick<FrameEnd, 'status' | 'error'> {
  if (status === STATUS_SUCCESS) return { status: 'success' }
  const words = error ?? haltReason(status)
  return { status: status === STATUS_REVERT ? 'reverted' : 'failed', error: words }
}
