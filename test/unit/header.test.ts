import { createBlockFromRLP, createBlockHeader } from '@ethereumjs/block'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockFromJson, headerFromJson } from '../../src/intake/block-json.js'
import { decodeBlock, encodeBlock, encodeWithdrawal, type Block } from '../../src/intake/block.js'
import {
  HEADER_FIELDS,
  decodeHeader,
  encodeHeader,
  headerHash,
  type Header,
} from '../../src/intake/header.js'
import { decodeRlp, encodeRlp, joinRlpList, splitRlpList } from '../../src/intake/rlp.js'
import { signTransaction } from '../../src/intake/sign-transaction.js'
import type { Transaction } from '../../src/intake/transaction.js'
import { bytesToHex, concatBytes, quantityToHex } from '../../src/base/bytes.js'
import {
  InvalidBlockError,
  InvalidRlpError,
  InvalidTransactionError,
} from '../../src/base/errors.js'

/** Number of fields by the fork that had it first. */
const FORKS = [
  [15, Hardfork.Istanbul],
  [16, Hardfork.London],
  [17, Hardfork.Shanghai],
  [20, Hardfork.Cancun],
  [21, Hardfork.Prague],
] as const

/** Headers with the first `count` fields, all at random. */
function anyHeader(count: number): fc.Arbitrary<Header> {
  const shape: Record<string, fc.Arbitrary<bigint | Uint8Array>> = {}
  for (const { name, kind, bytes } of HEADER_FIELDS.slice(0, count)) {
    if (kind === 'integer') shape[name] = fc.bigInt({ min: 0n, max: 256n ** BigInt(bytes) - 1n })
    else if (kind === 'bytes') shape[name] = fc.uint8Array({ maxLength: 32 })
    else shape[name] = fc.uint8Array({ minLength: bytes, maxLength: bytes })
  }
  return fc.record(shape) as unknown as fc.Arbitrary<Header>
}

function sampleHeader(count: number, over: Partial<Header> = {}): Header {
  const header: Record<string, bigint | Uint8Array> = {}
  for (const { name, kind, bytes } of HEADER_FIELDS.slice(0, count)) {
    header[name] = kind === 'integer' ? 5n : new Uint8Array(bytes).fill(name.length)
  }
  return { ...header, ...over } as unknown as Header
}

function refusal(run: () => unknown): InvalidBlockError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidBlockError)
    return error as InvalidBlockError
  }
  throw new Error('accepted')
}

/** As JSON-RPC would give it. */
function headerToJson(header: Header): Record<string, string> {
  const names: Record<string, string> = { unclesHash: 'sha3Uncles', coinbase: 'miner' }
  return Object.fromEntries(
    Object.entries(header).map(([name, value]: [string, bigint | Uint8Array]) => [
      names[name] ?? name,
      value instanceof Uint8Array ? bytesToHex(value) : quantityToHex(value),
    ]),
  )
}

describe('headers', () => {
  for (const [count, hardfork] of FORKS) {
    it(`of ${count} fields (${hardfork}) round trip, and hash as in @ethereumjs/block`, () => {
      const common = new Common({ chain: Mainnet, hardfork })
      fc.assert(
        fc.property(anyHeader(count), (header) => {
          const encoded = encodeHeader(header)
          expect(decodeHeader(encoded)).toEqual(header)
          expect(encodeHeader(decodeHeader(encoded))).toEqual(encoded)
          const hash = bytesToHex(headerHash(header))
          expect(headerFromJson({ ...headerToJson(header), hash })).toEqual(header)
          // The peer checks its validity too: only of a plain one it is asked for the hash
          const plain = { ...header, gasUsed: header.gasLimit }
          const isPoS = count > 16
          const legal = isPoS ? { ...plain, difficulty: 0n, nonce: new Uint8Array(8) } : plain
          const { unclesHash, transactionsRoot, receiptsRoot, ...same } = legal
          const roots = { transactionsTrie: transactionsRoot, receiptTrie: receiptsRoot }
          const peer = createBlockHeader(
            { ...same, ...roots, uncleHash: unclesHash } as never,
            { common, skipConsensusFormatValidation: true },
          )
          expect(bytesToHex(headerHash(legal))).toBe(bytesToHex(peer.hash()))
        }),
        { numRuns: 30 },
      )
    })
  }

  it('carry virtualBlocksRoot as the last field', () => {
    const virtualBlocksRoot = new Uint8Array(32).fill(9)
    const osaka = { ...sampleHeader(21), virtualBlocksRoot }
    expect(decodeHeader(encodeHeader(osaka))).toEqual(osaka)
    expect(decodeHeader(encodeHeader(osaka), {}, { virtualBlocks: true })).toEqual(osaka)
    expect(headerHash(osaka)).not.toEqual(headerHash(sampleHeader(21)))
    // A Cancun header with it has as many fields as one of Prague: the chain has to be known
    const cancun = { ...sampleHeader(20), virtualBlocksRoot }
    expect(decodeHeader(encodeHeader(cancun), {}, { virtualBlocks: true })).toEqual(cancun)
    expect(decodeHeader(encodeHeader(cancun)).requestsHash).toEqual(virtualBlocksRoot)
    const error = refusal(() => decodeHeader(encodeHeader(osaka), {}, { virtualBlocks: false }))
    expect(error.reason).toBe('header-field-count')
  })

  it('are refused with the wrong number of fields', () => {
    const items = decodeRlp(encodeHeader(sampleHeader(21))) as Uint8Array[]
    for (const count of [0, 1, 14, 18, 19]) {
      const error = refusal(() => decodeHeader(encodeRlp(items.slice(0, count)), { block: 7 }))
      expect(error.reason).toBe('header-field-count')
      expect(error.message).toContain('15, 16, 17, 20, 21 fields')
      expect(error.message).toContain('(block 7)')
    }
    const long = encodeRlp([...items, items[0]!, items[0]!])
    expect(refusal(() => decodeHeader(long)).reason).toBe('header-field-count')
  })

  it('are refused with fields of the wrong form', () => {
    const items = decodeRlp(encodeHeader(sampleHeader(21))) as Uint8Array[]
    HEADER_FIELDS.forEach(({ name, kind, bytes }, index) => {
      const replace = (item: Parameters<typeof encodeRlp>[0]): (() => unknown) => {
        const encoded = encodeRlp(items.map((old, i) => (i === index ? item : old)))
        return () => decodeHeader(encoded)
      }
      const errors = [refusal(replace([]))]
      if (kind === 'integer') {
        errors.push(refusal(replace(Uint8Array.of(0, 1))))
        const tooLarge = refusal(replace(256n ** BigInt(bytes)))
        expect(tooLarge.reason).toBe('field-out-of-range')
        expect(tooLarge.place.field).toBe(name)
      } else if (kind === 'fixed') {
        for (const size of [0, bytes - 1, bytes + 1]) {
          errors.push(refusal(replace(new Uint8Array(size).fill(1))))
        }
      }
      for (const error of errors) {
        expect([error.reason, error.place.field]).toEqual(['malformed-rlp', name])
        expect(error.cause).toBeInstanceOf(InvalidRlpError)
      }
    })
  })

  it('are not encoded with a gap, or with half the fields of a fork', () => {
    const { baseFeePerGas: _, ...gap } = sampleHeader(17)
    for (const [header, field] of [
      [gap, 'baseFeePerGas'],
      [sampleHeader(18), 'excessBlobGas'],
      [sampleHeader(19), 'parentBeaconBlockRoot'],
    ] as const) {
      const error = refusal(() => encodeHeader(header))
      expect([error.reason, error.place.field]).toEqual(['header-field-missing', field])
    }
  })

  it('from JSON are refused with fields missing, malformed, or another hash', () => {
    const json = headerToJson(sampleHeader(21))
    const noneOfCancun = {
      excessBlobGas: undefined,
      parentBeaconBlockRoot: undefined,
      requestsHash: undefined,
    }
    expect(headerFromJson(json)).toEqual(sampleHeader(21))
    for (const [over, reason, field] of [
      [{ miner: undefined }, 'malformed-field', 'coinbase'],
      [{ logsBloom: '0x00' }, 'malformed-field', 'logsBloom'],
      [{ gasLimit: quantityToHex(2n ** 64n) }, 'malformed-field', 'gasLimit'],
      [{ baseFeePerGas: 'x' }, 'malformed-field', 'baseFeePerGas'],
      [{ baseFeePerGas: undefined }, 'header-field-missing', 'baseFeePerGas'],
      [{ excessBlobGas: undefined }, 'header-field-missing', 'excessBlobGas'],
      [{ ...noneOfCancun, blobGasUsed: '0x0' }, 'header-field-missing', 'excessBlobGas'],
      [{ hash: json.stateRoot }, 'hash-mismatch', 'hash'],
    ] as const) {
      const error = refusal(() => headerFromJson({ ...json, ...over }))
      expect([error.reason, error.place.field]).toEqual([reason, field])
    }
    expect(refusal(() => headerFromJson(null)).reason).toBe('malformed-field')
  })
})

describe('blocks', () => {
  const key = new Uint8Array(32).fill(1)
  const to = new Uint8Array(20).fill(2)
  const base = { gasPrice: 1n, gasLimit: 21000n, to, chainId: 1n }
  const transactions: Transaction[] = ([0, 1, 2] as const).map((type, i) =>
    signTransaction({ ...base, type, nonce: BigInt(i) }, key),
  )
  const withdrawals = [{ index: 0n, validatorIndex: 2n ** 64n - 1n, address: to, amount: 7n }]
  const block: Block = {
    header: sampleHeader(21, {
      difficulty: 0n,
      nonce: new Uint8Array(8),
      number: 19n,
      extraData: to,
    }),
    transactions,
    uncles: [],
    withdrawals,
  }

  it('round trip, as in @ethereumjs/block', () => {
    const encoded = encodeBlock(block)
    expect(decodeBlock(encoded)).toEqual(block)
    const common = new Common({ chain: Mainnet, hardfork: Hardfork.Prague })
    const peer = createBlockFromRLP(encoded, { common, skipConsensusFormatValidation: true })
    expect(bytesToHex(peer.serialize())).toBe(bytesToHex(encoded))
    expect(bytesToHex(peer.hash())).toBe(bytesToHex(headerHash(block.header)))
    expect(bytesToHex(encodeWithdrawal(withdrawals[0]!))).toBe(
      bytesToHex(encodeRlp(peer.withdrawals![0]!.raw() as Uint8Array[])),
    )
  })

  it('of before Shanghai have uncles and no withdrawals', () => {
    const old: Block = {
      header: sampleHeader(15),
      transactions: transactions.slice(0, 1),
      uncles: [sampleHeader(15, { number: 1n }), sampleHeader(15)],
    }
    expect(decodeBlock(encodeBlock(old))).toEqual(old)
  })

  it('decode into views', () => {
    const encoded = encodeBlock(block)
    for (const tx of decodeBlock(encoded).transactions) expect(tx.raw.buffer).toBe(encoded.buffer)
  })

  it('are refused naming block and transaction', () => {
    const [header, body, uncles, paid] = splitRlpList(encodeBlock(block)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const cut = transactions[2]!.raw.subarray(0, -1)
    const run = (...parts: Uint8Array[]): unknown => decodeBlock(joinRlpList(parts))
    const cutBody = joinRlpList([transactions[0]!.raw, encodeRlp(cut)])
    expect(() => run(header, cutBody, uncles, paid)).toThrow(InvalidTransactionError)
    expect(() => run(header, cutBody, uncles, paid)).toThrow('(block 19, tx 1)')

    const wrapped = joinRlpList([encodeRlp(transactions[0]!.raw)])
    const empty = joinRlpList([encodeRlp(new Uint8Array(0))])
    const badPayment = joinRlpList([encodeRlp([1, 2, to])])
    const longPayment = joinRlpList([encodeRlp([1, 2, to, 2n ** 64n])])
    for (const parts of [
      [],
      [header],
      [header, body],
      [header, body, uncles, paid, paid],
      [body, header, uncles],
      [header, uncles, header],
      [header, Uint8Array.of(0x80), uncles],
      [header, wrapped, uncles],
      [header, empty, uncles],
      [header, body, uncles, badPayment],
      [header, body, uncles, longPayment],
    ]) {
      expect(() => run(...parts)).toThrow(InvalidBlockError)
    }
    expect(() => decodeBlock(concatBytes(encodeBlock(block), to))).toThrow(InvalidBlockError)
  })

  it('are read from JSON-RPC', () => {
    const txJson = (tx: Transaction): Record<string, unknown> => ({
      type: quantityToHex(tx.type),
      chainId: '0x1',
      nonce: quantityToHex(tx.nonce),
      gas: quantityToHex(tx.gasLimit),
      gasPrice: quantityToHex(tx.gasPrice),
      to: bytesToHex(to),
      input: '0x',
      v: quantityToHex(tx.v),
      r: quantityToHex(tx.r),
      s: quantityToHex(tx.s),
      hash: bytesToHex(tx.hash),
    })
    const json = {
      ...headerToJson(block.header),
      hash: bytesToHex(headerHash(block.header)),
      transactions: transactions.map(txJson),
      uncles: [],
      withdrawals: [
        {
          index: '0x0',
          validatorIndex: '0xffffffffffffffff',
          address: bytesToHex(to),
          amount: '0x7',
        },
      ],
    }
    expect(blockFromJson(json)).toEqual(block)

    const withUncle = { ...json, uncles: [json.hash] }
    expect(refusal(() => blockFromJson(withUncle)).reason).toBe('uncle-headers-missing')
    expect(blockFromJson(withUncle, {}, { uncles: [] })).toEqual(block)
    const uncle = sampleHeader(15)
    expect(blockFromJson(withUncle, {}, { uncles: [uncle] }).uncles).toEqual([uncle])
    expect(blockFromJson({ ...json, uncles: [headerToJson(uncle)] }).uncles).toEqual([uncle])

    const bad = { ...json, transactions: [txJson(transactions[0]!), { nonce: 1 }] }
    expect(() => blockFromJson(bad)).toThrow('(block 19, tx 1)')
    expect(() => blockFromJson({ ...json, transactions: [json.hash] })).toThrow('(block 19, tx 0)')
    for (const over of [{ transactions: {} }, { withdrawals: [1] }, { uncles: 5 }]) {
      expect(refusal(() => blockFromJson({ ...json, ...over })).reason).toBe('malformed-field')
    }
  })
})
