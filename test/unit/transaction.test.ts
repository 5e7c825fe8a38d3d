import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createTx, createTxFromRLP, type TypedTxData } from '@ethereumjs/tx'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeRlp } from '../../src/intake/rlp.js'
import { loadSenderRecovery } from '../../src/intake/sender.js'
import { signAuthorization, signTransaction } from '../../src/intake/sign-transaction.js'
import { SECP256K1_HALF_N, SECP256K1_N } from '../../src/intake/signature.js'
import { transactionFromJson } from '../../src/intake/transaction-json.js'
import { checkTransaction, type TransactionRules } from '../../src/intake/transaction-rules.js'
import {
  decodeTransaction,
  encodeTransaction,
  signingHash,
  type Transaction,
  type TransactionType,
} from '../../src/intake/transaction.js'
import { bytesToHex, concatBytes, hexToBytes } from '../../src/base/bytes.js'
import {
  CancelledError,
  InvalidRlpError,
  InvalidTransactionError,
  type InvalidBlockReason,
  type InvalidTransactionReason,
} from '../../src/base/errors.js'
import { shareSenders } from '../../src/intake/share-senders.js'
import { rulesOf } from '../../src/forks/rules.js'

// Prague, because the peer refuses gas limits above EIP-7825's cap when it decodes; it wants some
// KZG before it touches blob transactions, which it does not use here
const common = new Common({
  chain: Mainnet,
  hardfork: Hardfork.Prague,
  customCrypto: { kzg: {} as never },
})
const SECRET_KEY = new Uint8Array(32).fill(0x46)
/** Of SECRET_KEY, as EIP-155 says. */
const SENDER = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
const OTHER_KEY = new Uint8Array(32).fill(0x47)
const ADDRESS = new Uint8Array(20).fill(0x35)
const MAX_UINT64 = 2n ** 64n - 1n
const MAX_UINT256 = 2n ** 256n - 1n
const OSAKA = 14
const rulesSince = (revision: number): TransactionRules => ({
  fork: rulesOf({ revision }),
  chainId: 1n,
})
const MAINNET_RULES = rulesSince(OSAKA)

const uint = (max: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max })
const fixed = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })

const anyAccessList = fc.array(
  fc.record({ address: fixed(20), storageKeys: fc.array(fixed(32), { maxLength: 3 }) }),
  { maxLength: 3 },
)
const anyAuthorization = fc
  .record({ chainId: uint(1n), address: fixed(20), nonce: uint(MAX_UINT64 - 1n) })
  .map((auth) => signAuthorization(auth, OTHER_KEY))

/** Signed transactions of one type, with every field at large. */
function anyTransaction(type: TransactionType): fc.Arbitrary<Transaction> {
  const isLegacy = type === 0
  return fc
    .record({
      chainId: isLegacy ? fc.constantFrom(null, 1n) : fc.constant(1n),
      nonce: uint(MAX_UINT64 - 1n),
      gasPrice: uint(2n ** 190n),
      maxPriorityFeePerGas: uint(2n ** 100n),
      gasLimit: uint(MAX_UINT64),
      to: type >= 3 ? fixed(20) : fc.option(fixed(20)),
      value: uint(MAX_UINT256),
      data: fc.uint8Array({ maxLength: 300 }),
      accessList: isLegacy ? fc.constant([]) : anyAccessList,
      maxFeePerBlobGas: type === 3 ? uint(MAX_UINT256) : fc.constant(0n),
      hashes: fc.array(fixed(31), { minLength: 1, maxLength: 6 }),
      authorizations: fc.array(anyAuthorization, { minLength: 1, maxLength: 3 }),
    })
    .map(({ hashes, authorizations, maxPriorityFeePerGas, gasPrice, ...fields }) => {
      const versioned = hashes.map((hash) => concatBytes(Uint8Array.of(1), hash))
      const tx = {
        ...fields,
        type,
        gasPrice,
        maxFeePerGas: gasPrice,
        maxPriorityFeePerGas:
          maxPriorityFeePerGas < gasPrice ? maxPriorityFeePerGas : gasPrice,
        blobVersionedHashes: type === 3 ? versioned : [],
        authorizationList: type === 4 ? authorizations : [],
      }
      return signTransaction(tx, SECRET_KEY)
    })
}

function refusal(run: () => unknown): InvalidTransactionError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidTransactionError)
    return error as InvalidTransactionError
  }
  throw new Error('accepted')
}

describe('transactions of every type', () => {
  for (const type of [0, 1, 2, 3, 4] as const) {
    it(`of type ${type} agree with @ethereumjs/tx, both ways`, async () => {
      const recovery = await loadSenderRecovery()
      fc.assert(
        fc.property(anyTransaction(type), (tx) => {
          const peer = createTxFromRLP(tx.raw, { common })
          expect(bytesToHex(peer.serialize())).toBe(bytesToHex(tx.raw))
          expect(bytesToHex(peer.hash())).toBe(bytesToHex(tx.hash))
          expect(bytesToHex(peer.getHashedMessageToSign())).toBe(bytesToHex(signingHash(tx)))
          expect(bytesToHex(recovery.recoverSender(tx))).toBe(peer.getSenderAddress().toString())
          expect(peer.nonce).toBe(tx.nonce)
          expect(peer.gasLimit).toBe(tx.gasLimit)
          expect(peer.value).toBe(tx.value)
          expect(peer.type).toBe(type)

          const again = decodeTransaction(tx.raw)
          expect(again).toEqual(tx)
          expect(encodeTransaction(again)).toEqual(tx.raw)
          const json = peer.toJSON()
          // The peer writes a zero there as 0x, which is no quantity
          const authorizationList = json.authorizationList?.map((auth) =>
            Object.fromEntries(Object.entries(auth).map(([k, v]) => [k, v === '0x' ? '0x0' : v])),
          )
          const hash = bytesToHex(tx.hash)
          expect(transactionFromJson({ ...json, authorizationList, hash })).toEqual(tx)
        }),
        { numRuns: 40 },
      )
    })
  }

  it('are signed as @ethereumjs/tx signs, with RFC 6979 and low s', () => {
    const data: TypedTxData = { type: 2, nonce: 1n, maxFeePerGas: 9n, gasLimit: 21000n, value: 5n }
    const peer = createTx({ ...data, chainId: 1n, to: ADDRESS as never }, { common })
    const fields = { nonce: 1n, maxFeePerGas: 9n, gasLimit: 21000n, value: 5n, to: ADDRESS }
    const signed = signTransaction({ ...fields, chainId: 1n }, SECRET_KEY)
    expect(bytesToHex(signed.raw)).toBe(bytesToHex(peer.sign(SECRET_KEY).serialize()))
    expect(signed.s <= SECP256K1_HALF_N).toBe(true)
  })

  it('reproduce the example of EIP-155', async () => {
    const tx = signTransaction(
      legacyFields({
        nonce: 9n,
        gasPrice: 20n * 10n ** 9n,
        gasLimit: 21000n,
        value: 10n ** 18n,
        chainId: 1n,
      }),
      SECRET_KEY,
    )
    expect(bytesToHex(signingHash(tx))).toBe(
      '0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53',
    )
    expect(bytesToHex(tx.raw)).toBe(
      '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080' +
        '25a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276' +
        'a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
    )
    const recovery = await loadSenderRecovery()
    expect(bytesToHex(recovery.recoverSender(tx))).toBe(SENDER)
  })

  it('keep views of what they were decoded from', () => {
    const tx = signTransaction(legacyFields({ data: new Uint8Array(100).fill(7) }), SECRET_KEY)
    expect(decodeTransaction(tx.raw).data.buffer).toBe(tx.raw.buffer)
  })

  it('take the injected hash', () => {
    const { raw } = signTransaction(legacyFields({}), SECRET_KEY)
    const hash = decodeTransaction(raw, {}, { keccak256: () => ADDRESS }).hash
    expect(hash).toBe(ADDRESS)
  })
})

function legacyFields(over: Record<string, unknown>): Parameters<typeof signTransaction>[0] {
  return { nonce: 1n, gasPrice: 2n, gasLimit: 30000n, to: ADDRESS, value: 1n, ...over }
}

describe('decodeTransaction refuses', () => {
  const n = (value: bigint | number): bigint => BigInt(value)
  const none = new Uint8Array(0)
  const legacy = [n(1), n(2), n(30000), ADDRESS, n(1), none, n(27), n(5), n(6)]
  const typed = [n(1), n(1), n(2), n(3), n(30000), ADDRESS, n(1), none, [], n(1), n(5), n(6)]
  type Items = Parameters<typeof encodeRlp>[0]
  const withItem = (list: readonly unknown[], index: number, item: unknown): Uint8Array =>
    encodeRlp(list.map((old, i) => (i === index ? item : old)) as Items)
  const type = (byte: number, list: Uint8Array): Uint8Array =>
    concatBytes(Uint8Array.of(byte), list)
  const blob = [...typed.slice(0, 9), n(1), [new Uint8Array(32).fill(1)], ...typed.slice(9)]
  const authorization = [n(1), ADDRESS, n(0), n(0), n(1), n(1)]
  const setCode = [...typed.slice(0, 9), [authorization], ...typed.slice(9)]
  const zeros = (length: number): Uint8Array => new Uint8Array(length)

  const cases: [string, Uint8Array, InvalidTransactionReason, string?][] = [
    ['nothing', zeros(0), 'malformed-rlp'],
    ['type 5', type(5, encodeRlp(typed as Items)), 'type-not-supported', 'type'],
    ['type 0 in an envelope', type(0, encodeRlp(legacy)), 'type-not-supported', 'type'],
    ['a byte string', encodeRlp(encodeRlp(legacy)), 'type-not-supported', 'type'],
    ['a type alone', Uint8Array.of(2), 'malformed-rlp'],
    ['a missing field', encodeRlp(legacy.slice(1)), 'malformed-rlp', 'transaction'],
    ['a field too many', encodeRlp([...legacy, n(1)]), 'malformed-rlp', 'transaction'],
    ['fields of another type', type(1, encodeRlp(typed as Items)), 'malformed-rlp', 'transaction'],
    ['bytes behind', concatBytes(encodeRlp(legacy), zeros(1)), 'malformed-rlp'],
    ['a cut end', encodeRlp(legacy).subarray(0, -1), 'malformed-rlp'],
    ['leading zeros', withItem(legacy, 0, Uint8Array.of(0, 1)), 'malformed-rlp', 'nonce'],
    ['zero as a byte', withItem(legacy, 4, Uint8Array.of(0)), 'malformed-rlp', 'value'],
    ['a list for a number', withItem(legacy, 0, []), 'malformed-rlp', 'nonce'],
    ['a list for a string', withItem(legacy, 5, []), 'malformed-rlp', 'data'],
    ['a string for a list', type(2, withItem(typed, 8, zeros(0))), 'malformed-rlp', 'accessList'],
    ['nonce 2^64', withItem(legacy, 0, 2n ** 64n), 'field-out-of-range', 'nonce'],
    ['gas limit 2^64', withItem(legacy, 2, 2n ** 64n), 'field-out-of-range', 'gasLimit'],
    ['gas price 2^256', withItem(legacy, 1, 2n ** 256n), 'field-out-of-range', 'gasPrice'],
    ['value 2^256', withItem(legacy, 4, 2n ** 256n), 'field-out-of-range', 'value'],
    ['19 bytes of address', withItem(legacy, 3, zeros(19)), 'field-out-of-range', 'to'],
    ['21 bytes of address', withItem(legacy, 3, zeros(21)), 'field-out-of-range', 'to'],
    ['v 26', withItem(legacy, 6, n(26)), 'invalid-signature', 'v'],
    ['v 34', withItem(legacy, 6, n(34)), 'invalid-signature', 'v'],
    ['y parity 2', type(2, withItem(typed, 9, n(2))), 'invalid-signature', 'yParity'],
    ['v 2^256', withItem(legacy, 6, 2n ** 256n), 'invalid-signature', 'v'],
    ['y parity 2^256', type(2, withItem(typed, 9, 2n ** 256n)), 'invalid-signature', 'yParity'],
    ['r 0', withItem(legacy, 7, n(0)), 'invalid-signature', 'r'],
    ['r = n', withItem(legacy, 7, SECP256K1_N), 'invalid-signature', 'r'],
    ['r 2^256', withItem(legacy, 7, 2n ** 256n), 'invalid-signature', 'r'],
    ['s 0', withItem(legacy, 8, n(0)), 'invalid-signature', 's'],
    ['s = n', withItem(legacy, 8, SECP256K1_N), 'invalid-signature', 's'],
    ['a blob creation', type(3, withItem(blob, 5, zeros(0))), 'blob-creates-contract', 'to'],
    ['blobs', type(3, encodeRlp([blob, [], [], []] as Items)), 'blobs-attached'],
    ['blobs of PeerDAS', type(3, encodeRlp([blob, n(1), [], [], []] as Items)), 'blobs-attached'],
    [
      'a short blob hash',
      type(3, withItem(blob, 10, [zeros(31)])),
      'malformed-rlp',
      'blobVersionedHash',
    ],
    [
      'a set-code creation',
      type(4, withItem(setCode, 5, zeros(0))),
      'set-code-creates-contract',
      'to',
    ],
    [
      'an authorization of 5 fields',
      type(4, withItem(setCode, 9, [[n(1), ADDRESS, n(0), n(0), n(1)]])),
      'malformed-rlp',
      'authorizationList',
    ],
    [
      'an authorization with nonce 2^64',
      type(4, withItem(setCode, 9, [[n(1), ADDRESS, 2n ** 64n, n(0), n(1), n(1)]])),
      'field-out-of-range',
      'authorizationList.nonce',
    ],
    [
      'an access list with a short key',
      type(2, withItem(typed, 8, [[ADDRESS, [zeros(31)]]])),
      'malformed-rlp',
      'accessList.storageKey',
    ],
    [
      'an access list with a long address',
      type(2, withItem(typed, 8, [[zeros(21), []]])),
      'malformed-rlp',
      'accessList.address',
    ],
    [
      'an access list entry of 3 fields',
      type(2, withItem(typed, 8, [[ADDRESS, [], []]])),
      'malformed-rlp',
      'accessList',
    ],
  ]
  for (const [name, bytes, reason, field] of cases) {
    it(name, () => {
      const error = refusal(() => decodeTransaction(bytes, { block: 19, tx: 3 }))
      expect(error.reason).toBe(reason)
      expect(error.place).toMatchObject({ block: 19, tx: 3, ...(field && { field }) })
      expect(error.message).toMatch(/\(block 19, tx 3\)$/)
      if (reason === 'malformed-rlp') expect(error.cause).toBeInstanceOf(InvalidRlpError)
    })
  }

  it('nothing at the largest values', () => {
    for (const [index, value] of [
      [0, MAX_UINT64],
      [1, MAX_UINT256],
      [2, MAX_UINT64],
      [4, MAX_UINT256],
      [7, SECP256K1_N - 1n],
      [8, SECP256K1_N - 1n],
    ] as const) {
      expect(() => decodeTransaction(withItem(legacy, index, value))).not.toThrow()
    }
  })
})

describe('transactionFromJson', () => {
  const key = bytesToHex(SECRET_KEY)
  const base = { nonce: '0x0', gasLimit: 21000, to: bytesToHex(ADDRESS), secretKey: key }

  const fromJson = (json: unknown, place = {}, chainId?: bigint): Transaction =>
    transactionFromJson(json, place, { sign: signTransaction, ...(chainId && { chainId }) })

  it('signs with secretKey and infers the type', () => {
    const list = [{ address: bytesToHex(ADDRESS), storageKeys: [`0x${'00'.repeat(32)}`] }]
    const auth = { chainId: 1, address: bytesToHex(ADDRESS), nonce: 0, v: 0, r: 1, s: 1 }
    const read = (over: object): Transaction =>
      fromJson({ ...base, ...over }, {}, 5n)
    expect(read({ gasPrice: '7' })).toMatchObject({ type: 0, chainId: 5n, gasPrice: 7n })
    expect(read({ gasPrice: 7, accessList: list })).toMatchObject({ type: 1, chainId: 5n })
    expect(read({ maxFeePerGas: 7, chainId: '0x6' })).toMatchObject({ type: 2, chainId: 6n })
    expect(read({ maxFeePerGas: 7, blobVersionedHashes: [] })).toMatchObject({ type: 3 })
    expect(read({ maxFeePerGas: 7, authorizationList: [auth] })).toMatchObject({ type: 4 })
    const unprotected = fromJson({ ...base, gasPrice: 1, gas: 21000 })
    expect(unprotected.chainId).toBeNull()
    expect(fromJson({ ...base, gasPrice: 1, to: '' }).to).toBeNull()
    expect(read({ gasPrice: 1, data: '0x01' }).data).toEqual(Uint8Array.of(1))
  })

  it('refuses what is malformed, naming place and field', () => {
    const cases: [unknown, InvalidTransactionReason, string?][] = [
      [null, 'malformed-field', 'transaction'],
      [[], 'malformed-field', 'transaction'],
      [{ ...base }, 'malformed-field', 'gasPrice'],
      [{ ...base, gasPrice: 1, nonce: undefined }, 'malformed-field', 'nonce'],
      [{ ...base, gasPrice: 1, nonce: -1 }, 'malformed-field', 'nonce'],
      [{ ...base, gasPrice: 1, nonce: `0x1${'0'.repeat(16)}` }, 'field-out-of-range', 'nonce'],
      [{ ...base, gasPrice: '0x1g' }, 'malformed-field', 'gasPrice'],
      [{ ...base, gasPrice: 1, gasLimit: 1.5 }, 'malformed-field', 'gasLimit'],
      [{ ...base, gasPrice: 1, to: '0x12' }, 'malformed-field', 'to'],
      [{ ...base, gasPrice: 1, data: 'ab' }, 'malformed-field', 'data'],
      [{ ...base, gasPrice: 1, type: 9 }, 'type-not-supported', 'type'],
      [{ ...base, gasPrice: 1, type: 1 }, 'malformed-field', 'chainId'],
      [{ ...base, maxFeePerGas: 1, chainId: 1, accessList: {} }, 'malformed-field', 'accessList'],
      [{ ...base, gasPrice: 1, secretKey: '0x12' }, 'malformed-field', 'secretKey'],
      [{ ...base, gasPrice: 1, secretKey: `0x${'00'.repeat(32)}` }, 'malformed-field', 'secretKey'],
      [{ ...base, gasPrice: 1, secretKey: undefined }, 'malformed-field', 'secretKey'],
      [{ ...base, gasPrice: 1, hash: `0x${'00'.repeat(32)}` }, 'hash-mismatch', 'hash'],
    ]
    for (const [json, reason, field] of cases) {
      const error = refusal(() => fromJson(json, { tx: 7 }))
      expect([error.reason, error.place.field]).toEqual([reason, field])
      expect(error.place.tx).toBe(7)
    }
  })

  it('tells a signature that no key can have made, whatever its size', () => {
    const key = undefined
    const legacy = { ...base, secretKey: key, gasPrice: 1, v: 27, r: 1, s: 1 }
    const typed = { ...base, secretKey: key, maxFeePerGas: 1, chainId: 1, yParity: 1, r: 1, s: 1 }
    const order = SECP256K1_N
    const sizes = [0, order, `${order}`, 2n ** 256n, `0x1${'0'.repeat(64)}`, `${10n ** 78n}`]
    const larger = [10n ** 300n, `0x${'f'.repeat(1_000)}`, '9'.repeat(5_000)]
    for (const bad of [...sizes, ...larger]) {
      for (const field of ['r', 's']) {
        for (const good of [legacy, typed]) {
          const { place, reason } = refusal(() => fromJson({ ...good, [field]: bad }))
          expect([reason, place.field], String(bad)).toEqual(['invalid-signature', field])
        }
      }
      if (bad === 0) continue
      expect(refusal(() => fromJson({ ...typed, yParity: bad })).reason).toBe('invalid-signature')
    }
    // Below 2^256 it is EIP-155's, of some chain
    for (const v of [26, 34, 2n ** 256n, ...larger]) {
      expect(refusal(() => fromJson({ ...legacy, v })).reason).toBe('invalid-signature')
    }
    for (const bad of [-1, -1n, 1.5, 'x', {}, '0x']) {
      for (const good of [legacy, typed]) {
        const error = refusal(() => fromJson({ ...good, r: bad }))
        expect([error.reason, error.place.field]).toEqual(['malformed-field', 'r'])
      }
    }
  })

  it('never shows a secret key', () => {
    const secret = `0x${'ff'.repeat(32)}`
    const error = refusal(() => fromJson({ ...base, gasPrice: 1, secretKey: secret }))
    expect(JSON.stringify(error)).not.toContain('ffff')
  })

  it('signs nothing where nobody has said how', () => {
    const error = refusal(() => transactionFromJson({ ...base, gasPrice: 1 }))
    expect([error.reason, error.place.field]).toEqual(['malformed-field', 'secretKey'])
    expect(JSON.stringify(error)).not.toContain(key.slice(2))
  })
})

describe('senders', () => {
  const transactions = Array.from({ length: 300 }, (_, i) =>
    signTransaction(legacyFields({ nonce: BigInt(i) }), i % 2 === 0 ? SECRET_KEY : OTHER_KEY),
  )

  it('are recovered in order, with progress', async () => {
    const progress: [number, number][] = []
    const onProgress = (done: number, total: number): void => void progress.push([done, total])
    const senders = await shareSenders(transactions, [], { onProgress })
    expect(progress.length).toBeGreaterThan(1)
    expect(progress).toEqual(progress.toSorted(([a], [b]) => a - b))
    expect(progress.at(-1)).toEqual([300, 300])
    expect(new Set(senders.map(bytesToHex)).size).toBe(2)
    expect(senders[0]).toEqual(senders[2])
    expect(bytesToHex(senders[0]!)).toBe(SENDER)
  })

  it('stop on cancellation', async () => {
    const cancel = new AbortController()
    const options = { signal: cancel.signal, onProgress: () => cancel.abort() }
    await expect(shareSenders(transactions, [], options)).rejects.toBeInstanceOf(CancelledError)
    const none = shareSenders([], [], { signal: AbortSignal.abort() })
    await expect(none).rejects.toThrow(CancelledError)
  })

  it('name the transaction whose signature nobody can have made', async () => {
    // No point of the curve has x = 5
    const bad = decodeTransaction(
      encodeRlp([1, 2, 3, ADDRESS, 1, new Uint8Array(0), 27, 5n, 6n]),
    )
    const run = shareSenders([transactions[0]!, bad], [], { place: { block: 19 } })
    await expect(run).rejects.toMatchObject({
      reason: 'invalid-signature',
      place: { block: 19, tx: 1 },
    })
  })

  it('of authorizations are null where EIP-7702 skips them', async () => {
    const { authorizationAuthority } = await loadSenderRecovery()
    const auth = signAuthorization({ chainId: 0n, address: ADDRESS, nonce: 7n }, SECRET_KEY)
    expect(bytesToHex(authorizationAuthority(auth)!)).toBe(SENDER)
    for (const over of [
      { nonce: MAX_UINT64 },
      { yParity: 2 },
      { s: SECP256K1_N - auth.s },
      { r: 0n },
      { s: 0n },
      { r: SECP256K1_N },
      { r: 5n },
    ]) {
      expect(authorizationAuthority({ ...auth, ...over })).toBeNull()
    }
  })
})

describe('checkTransaction', () => {
  const check = (fields: Record<string, unknown>, revision = OSAKA): unknown =>
    checkTransaction(signTransaction(legacyFields(fields), SECRET_KEY), rulesSince(revision))
  const hash = concatBytes(Uint8Array.of(1), new Uint8Array(31))
  const blobs = (count: number, first = hash): Record<string, unknown> => ({
    chainId: 1n,
    type: 3,
    blobVersionedHashes: [first, ...Array.from({ length: count }, () => hash)].slice(0, count),
  })

  it('refuses by rule, and by fork', () => {
    const cases: [Record<string, unknown>, InvalidTransactionReason, number?][] = [
      [{ chainId: 1n, accessList: [] }, 'type-not-supported', 7],
      [{ chainId: 1n, type: 2 }, 'type-not-supported', 8],
      [blobs(1), 'type-not-supported', 11],
      [{ chainId: 1n, type: 4 }, 'type-not-supported', 12],
      [{ chainId: 1n }, 'invalid-signature', 2],
      [{ chainId: 2n }, 'wrong-chain-id'],
      [{ chainId: 1n, type: 2, maxPriorityFeePerGas: 3n }, 'tip-above-fee-cap'],
      [{ gasPrice: 2n ** 250n }, 'gas-cost-overflow'],
      [{ to: null, data: new Uint8Array(49153) }, 'initcode-too-large', 11],
      [blobs(0), 'blob-list-empty'],
      [blobs(7), 'blob-count-above-limit'],
      [blobs(2, new Uint8Array(32)), 'blob-version-unknown'],
      [{ chainId: 1n, type: 4, authorizationList: [] }, 'authorization-list-empty'],
      [{ gasLimit: 2n ** 24n + 1n }, 'gas-limit-above-cap'],
      [{ gasLimit: 20999n }, 'intrinsic-gas-too-low'],
      [{ to: null, gasLimit: 52999n }, 'intrinsic-gas-too-low', 1],
      [{ gasLimit: 21039n, data: Uint8Array.of(1) }, 'gas-limit-below-floor'],
    ]
    for (const [fields, reason, revision] of cases) {
      expect(refusal(() => check(fields, revision)).reason).toBe(reason)
    }
  })

  it('EIP-2: s is low from Homestead on', () => {
    const tx = signTransaction(legacyFields({}), SECRET_KEY)
    const high = { ...tx, s: SECP256K1_HALF_N + 1n }
    expect(() => checkTransaction(high, rulesSince(0))).not.toThrow()
    expect(refusal(() => checkTransaction(high, rulesSince(1)))).toMatchObject({
      reason: 'invalid-signature',
      place: { field: 's' },
    })
    const low = { ...tx, s: SECP256K1_HALF_N }
    expect(() => checkTransaction(low, rulesSince(1))).not.toThrow()
  })

  it('speaks in the order of geth where several rules are broken', () => {
    const block = { gasLimit: 20_000n, baseFeePerGas: 5n, blobBaseFee: 9n, blobGas: 131_072 }
    const order: [InvalidTransactionReason | InvalidBlockReason, Record<string, unknown>][] = [
      ['type-not-supported', {}],
      ['wrong-chain-id', { revision: OSAKA }],
      ['blob-gas-above-limit', { chainId: 1n }],
      ['nonce-is-max', { blobVersionedHashes: [new Uint8Array(32)] }],
      ['gas-limit-above-cap', { nonce: 0n }],
      ['tip-above-fee-cap', { gasLimit: 20_001n }],
      ['fee-cap-below-base-fee', { maxPriorityFeePerGas: 1n }],
      ['blob-version-unknown', { maxFeePerGas: 2n ** 250n }],
      ['blob-fee-cap-below-base-fee', { blobVersionedHashes: [hash] }],
      ['gas-limit-above-block', { maxFeePerBlobGas: 9n }],
      ['gas-cost-overflow', { gasLimit: 20_000n }],
      ['intrinsic-gas-too-low', { maxFeePerGas: 5n }],
      ['gas-limit-below-floor', { gasLimit: 21_016n, block: { ...block, gasLimit: 30_000n } }],
    ]
    let all: Record<string, unknown> = {
      ...{ type: 3, chainId: 2n, nonce: MAX_UINT64, gasLimit: 2n ** 25n, maxFeePerGas: 1n },
      ...{ maxPriorityFeePerGas: 2n, maxFeePerBlobGas: 8n, data: Uint8Array.of(1) },
      ...{ blobVersionedHashes: [hash, hash], revision: 11, block, gasPrice: undefined },
    }
    for (const [reason, repair] of order) {
      all = { ...all, ...repair }
      const { revision, block: limits, ...fields } = all
      const signed = signTransaction(legacyFields(fields), SECRET_KEY)
      const fork = rulesOf({ revision: revision as number })
      const rules = { fork, chainId: 1n, block: limits } as TransactionRules
      const told: unknown = (() => {
        try {
          return checkTransaction(signed, rules)
        } catch (error) {
          return (error as InvalidTransactionError).reason
        }
      })()
      expect(told).toBe(reason)
    }
  })

  it('admits the boundary of each rule', () => {
    for (const [fields, revision] of [
      [{ chainId: 1n }, 3],
      [{ chainId: 1n, type: 2, maxPriorityFeePerGas: 2n }],
      [{ to: null, data: new Uint8Array(49152), gasLimit: 10n ** 7n }],
      [{ to: null, data: new Uint8Array(49153), gasLimit: 10n ** 7n }, 10],
      [blobs(6)],
      [blobs(7), 13],
      [{ gasLimit: 2n ** 24n }],
      [{ gasLimit: 2n ** 40n }, 13],
      [{ gasLimit: 21040n, data: Uint8Array.of(1) }],
      [{ to: null, gasLimit: 21000n }, 0],
    ] as [Record<string, unknown>, number?][]) {
      expect(() => check(fields, revision)).not.toThrow()
    }
  })

  it('prices by fork as @ethereumjs/tx does', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 3, 4), fc.gen(), (type, gen) => {
        const tx = gen(anyTransaction, type as TransactionType)
        if (tx.data.length > 49152) return
        const enough = { ...tx, gasLimit: 2n ** 24n, gasPrice: 1n, maxFeePerGas: 1n }
        const gas = checkTransaction({ ...enough, maxPriorityFeePerGas: 1n }, MAINNET_RULES)
        expect(gas.intrinsic).toBe(createTxFromRLP(tx.raw, { common }).getIntrinsicGas())
      }),
      { numRuns: 100 },
    )
  })
})

it('hexToBytes of a raw transaction is all a caller needs', () => {
  const { raw } = signTransaction(legacyFields({}), SECRET_KEY)
  expect(decodeTransaction(hexToBytes(bytesToHex(raw))).nonce).toBe(1n)
})
