/**
 * The official RLP and transaction tests, and real blocks of mainnet, through the decoders. They
 * are no part of the project: ACTOR_EVM_FIXTURES names the folder that has them.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { blockFromJson } from '../../src/intake/block-json.js'
import { decodeBlock, encodeBlock } from '../../src/intake/block.js'
import { decodeRlp, encodeRlp, type RlpInput } from '../../src/intake/rlp.js'
import { loadSenderRecovery, type SenderRecovery } from '../../src/intake/sender.js'
import { checkTransaction } from '../../src/intake/transaction-rules.js'
import { decodeTransaction } from '../../src/intake/transaction.js'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import {
  InvalidInputError,
  InvalidRlpError,
  InvalidTransactionError,
  type InvalidTransactionReason,
} from '../../src/base/errors.js'
import { readTarGz } from '../../src/runners/tar.js'
import { rulesOf } from '../../src/forks/rules.js'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES

const REVISIONS: Record<string, number> = {
  Frontier: 0,
  Homestead: 1,
  EIP150: 2,
  EIP158: 3,
  Byzantium: 4,
  Constantinople: 5,
  ConstantinopleFix: 6,
  Istanbul: 7,
  Berlin: 8,
  London: 9,
  Paris: 10,
  Shanghai: 11,
  Cancun: 12,
}

/** The official names of what is wrong, and ours; all other names are of malformed RLP. */
const REASONS: Record<string, InvalidTransactionReason> = {
  INVALID_SIGNATURE_VRS: 'invalid-signature',
  EC_RECOVERY_FAIL: 'invalid-signature',
  TYPE_NOT_SUPPORTED: 'type-not-supported',
  INTRINSIC_GAS_TOO_LOW: 'intrinsic-gas-too-low',
  INITCODE_SIZE_EXCEEDED: 'initcode-too-large',
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: 'gas-cost-overflow',
  NONCE_TOO_BIG: 'nonce-is-max',
  NONCE_OVERFLOW: 'field-out-of-range',
  GASLIMIT_OVERFLOW: 'field-out-of-range',
  GASPRICE_OVERFLOW: 'field-out-of-range',
  VALUE_OVERFLOW: 'field-out-of-range',
  ADDRESS_TOO_LONG: 'field-out-of-range',
  ADDRESS_TOO_SHORT: 'field-out-of-range',
}

interface TransactionTest {
  readonly txbytes: string
  readonly result: Record<
    string,
    { exception?: string; hash?: string; sender?: string; intrinsicGas: string }
  >
}

type RlpJson = string | number | RlpJson[]

interface RlpTest {
  readonly in: RlpJson
  readonly out: string
}

/** The official notation: text as itself, big integers behind `#`. */
function rlpInput(json: RlpJson): RlpInput {
  if (Array.isArray(json)) return json.map(rlpInput)
  if (typeof json === 'number') return json
  return json.startsWith('#') ? BigInt(json.slice(1)) : new TextEncoder().encode(json)
}

describe.runIf(FIXTURES)('official tests', () => {
  const files = new Map<string, Record<string, unknown>>()
  let recovery: SenderRecovery
  beforeAll(async () => {
    for await (const { name, bytes } of readTarGz(join(FIXTURES!, 'misc-dev.tar.gz'))) {
      if (!/(RLP|Transaction)Tests/.test(name)) continue
      files.set(name, JSON.parse(new TextDecoder().decode(bytes)))
    }
    recovery = await loadSenderRecovery()
  })

  it('RLPTests', () => {
    let cases = 0
    for (const [file, tests] of files) {
      if (!file.includes('RLPTests/')) continue
      for (const [name, test] of Object.entries(tests) as [string, RlpTest][]) {
        cases++
        const bytes = hexToBytes(test.out.startsWith('0x') ? test.out : `0x${test.out}`)
        if (test.in === 'INVALID') {
          expect(() => decodeRlp(bytes), name).toThrow(InvalidRlpError)
          continue
        }
        expect(bytesToHex(encodeRlp(decodeRlp(bytes))), name).toBe(bytesToHex(bytes))
        if (test.in !== 'VALID') expect(encodeRlp(rlpInput(test.in)), name).toEqual(bytes)
      }
    }
    expect(cases).toBeGreaterThan(30)
  })

  it('TransactionTests, in every fork', () => {
    let cases = 0
    const wrong: string[] = []
    for (const [file, tests] of files) {
      if (!file.includes('TransactionTests/')) continue
      for (const [name, test] of Object.entries(tests) as [string, TransactionTest][]) {
        for (const [fork, expected] of Object.entries(test.result)) {
          cases++
          const found = run(test.txbytes, REVISIONS[fork]!)
          const wishes = expected.exception
            ? reasonsOf(expected.exception)
            : [`${expected.sender} ${expected.hash} ${BigInt(expected.intrinsicGas)}`]
          if (!wishes.includes(found)) wrong.push(`${name} ${fork}: ${wishes}, got ${found}`)
        }
      }
    }
    expect(wrong).toEqual([])
    expect(cases).toBeGreaterThan(1500)
  })

  function run(hex: string, revision: number): string {
    try {
      const tx = decodeTransaction(hexToBytes(hex))
      const sender = bytesToHex(recovery.recoverSender(tx))
      const gas = checkTransaction(tx, { fork: rulesOf({ revision }), chainId: 1n })
      return `${sender} ${bytesToHex(tx.hash)} ${gas.intrinsic}`
    } catch (error) {
      if (error instanceof InvalidTransactionError) return error.reason
      if (error instanceof InvalidInputError) return 'malformed-rlp'
      throw error
    }
  }

  function reasonsOf(exception: string): readonly string[] {
    const name = exception.replace('TransactionException.', '')
    // The v of a legacy transaction holds chain and parity: which one is wrong is a matter of order
    if (name === 'INVALID_CHAINID') return ['wrong-chain-id', 'invalid-signature']
    // A byte string in place of the list starts with what could be the byte of a type
    return REASONS[name] ? [REASONS[name]] : ['malformed-rlp', 'type-not-supported']
  }
})

describe.runIf(FIXTURES)('blocks of mainnet', () => {
  const folder = join(FIXTURES ?? '', 'mainnet')
  const names = FIXTURES ? readdirSync(folder).filter((name) => /^\d+\.json\.gz$/.test(name)) : []

  it('hash to their hashes, and have their senders', { timeout: 120_000 }, async () => {
    const recovery = await loadSenderRecovery()
    for (const name of names) {
      const file = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString())
      // Reading compares the hashes of header and transactions with those in the file
      const block = blockFromJson(file.block, {}, { uncles: [] })
      const encoded = encodeBlock(block)
      const again = decodeBlock(encoded)
      expect(again.header).toEqual(block.header)
      expect(bytesToHex(encodeBlock(again))).toBe(bytesToHex(encoded))
      again.transactions.forEach((tx, i) => {
        expect(bytesToHex(recovery.recoverSender(tx))).toBe(file.block.transactions[i].from)
      })
    }
    expect(names).toHaveLength(35)
  })
})

it.runIf(!FIXTURES)('official decoding tests are left out: ACTOR_EVM_FIXTURES is not set', () => {
  expect(FIXTURES).toBeFalsy()
})
