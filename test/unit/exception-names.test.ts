/** The names with which official tests say why something is invalid. */
import { describe, expect, it } from 'vitest'
import { BLOCK_NAMES } from '../../src/runners/block-exceptions.js'
import { TRANSACTION_NAMES } from '../../src/runners/expected-exceptions.js'
import { ANY_REASON, judgeRefusal } from '../../src/runners/refusal-names.js'

const kind = (expected: unknown, reason: string): string => judgeRefusal(expected, reason, '').kind

/** Published names, of each the reason that it is about; in groups as their lists have them. */
const PUBLISHED: Readonly<Record<string, string>> = {
  // execution-spec-tests
  'TransactionException.INSUFFICIENT_ACCOUNT_FUNDS': 'insufficient-funds',
  'TransactionException.NONCE_MISMATCH_TOO_LOW': 'nonce-too-low',
  'TransactionException.TYPE_4_TX_PRE_FORK': 'type-not-supported',
  'TransactionException.RLP_LEADING_ZEROS_NONCE_SIZE': 'malformed-rlp',
  'BlockException.UNCLE_UNKNOWN_PARENT': 'uncle-parent-not-ancestor',
  'BlockException.INVALID_WITHDRAWALS_ROOT|BlockException.INVALID_BLOCK_HASH':
    'withdrawals-root-mismatch',
  'BlockException.RLP_STRUCTURES_ENCODING|BlockException.RLP_WITHDRAWALS_NOT_READ':
    'withdrawals-missing',
  'BlockException.INVALID_GAS_USED_ABOVE_LIMIT': 'gas-above-limit',
  'BlockException.SYSTEM_CONTRACT_EMPTY': 'system-contract-missing',
  // retesteth
  TR_NoFundsX: 'insufficient-funds',
  TR_NoFundsValue: 'insufficient-funds',
  TR_TypeNotSupportedBlob: 'type-not-supported',
  InvalidGasLimit3: 'gas-limit-out-of-bounds',
  UnknownParent2: 'unknown-parent',
  '1559BlockImportImpossible_InitialBaseFeeWrong': 'base-fee-mismatch',
  '1559LeadingZerosBaseFee': 'malformed-rlp',
  '2930AccessListStorageHashTooLong': 'malformed-rlp',
  RLP_InputString_TooLong_HASH_DECODEINTO_BLOCK_EXTBLOCK_HEADER_ROOT2: 'malformed-rlp',
  BLOCKHEADER_VALUE_TOOLARGE: 'field-out-of-range',
  // Aleth, in legacytests
  UncleTooOld: 'uncle-parent-not-ancestor',
  ExtraDataIncorrect: 'dao-extra-data-missing',
  OutOfGasIntrinsic: 'intrinsic-gas-too-low',
  NotEnoughCash: 'insufficient-funds',
  OversizeRLP: 'malformed-rlp',
  // The first execution-spec-tests
  'invalid excess blob gas': 'excess-blob-gas-mismatch',
  too_many_blobs_tx: 'blob-gas-above-limit',
}

describe('names of exceptions', () => {
  it.each(Object.entries(PUBLISHED))('%s', (name, reason) => {
    expect(kind(name, reason)).toBe('passed')
    expect(kind(name, 'state-root-mismatch')).toBe('failed')
  })

  it('stand in one table each', () => {
    const names = [...Object.keys(TRANSACTION_NAMES), ...Object.keys(BLOCK_NAMES)]
    expect(new Set(names).size).toBe(names.length)
  })

  it('may be alternatives, or a list', () => {
    const either = 'TransactionException.SENDER_NOT_EOA|TransactionException.NONCE_IS_MAX'
    expect([kind(either, 'sender-not-eoa'), kind(either, 'nonce-is-max')]).toEqual([
      'passed',
      'passed',
    ])
    expect(kind(either.split('|'), 'nonce-is-max')).toBe('passed')
    expect(kind(either, 'nonce-too-low')).toBe('failed')
  })

  it('that are not known say so, unless another one is right', () => {
    expect(judgeRefusal('TR_New|TR_NoFunds', 'nonce-too-low', '')).toEqual({
      kind: 'unverified',
      names: ['TR_New'],
    })
    expect(kind('TR_New|TR_NoFunds', 'insufficient-funds')).toBe('passed')
    // What every object has is nobody's name
    expect(kind('constructor', 'nonce-too-low')).toBe('unverified')
  })

  it('may be of another rule that is broken, too', () => {
    const others = (): string[] => ['fee-cap-below-base-fee', 'gas-limit-above-block']
    const told = 'fee-cap-below-base-fee'
    const expected = 'TransactionException.GAS_ALLOWANCE_EXCEEDED'
    expect(judgeRefusal(expected, told, '', others).kind).toBe('passed')
    expect(judgeRefusal(expected, told, '').kind).toBe('failed')
  })

  it('that a test does not state may be any', () => {
    expect(kind(ANY_REASON, 'state-root-mismatch')).toBe('passed')
  })
})
