/**
 * Chains of random blocks whose accounts come and go: created, destroyed, delegated, emptied and
 * filled again, at a few addresses that everybody looks at. Each is fixed by its seed.
 */
import { keccak_256 } from '@noble/hashes/sha3.js'
import type { Alloc, BlockInput, WithdrawalInput, Hex } from '../../src/index.js'
import { signAuthorization, signTransaction } from '../../src/intake/sign-transaction.js'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { forkNamed, type Fork } from '../../src/forks/forks.js'
import { Random } from '../reference/random.js'

const ETHER = 10n ** 18n
export const CHAIN_ID = 1n
/** Deposits (EIP-6110), withdrawals (EIP-7002), consolidations (EIP-7251). */
const DEPOSITS = '0x00000000219ab540356cbb839cbe05303d7705fa'
const REQUESTS = [
  '0x00000961ef480eb55e80d19ad83579a64c007002',
  '0x0000bbddc7ce488642fb579f8b00f3a590007251',
]
/** EIP-4788, EIP-2935. */
const ROOTS = [
  '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
  '0x0000f90827f1c53a10cb7a02335b175320002935',
]
const keyOf = (i: number): Uint8Array => new Uint8Array(32).fill(i + 1)
/** Of keys 0, 1, 2, who send; and of 3 and 4, who only authorize. */
const PEOPLE: readonly Hex[] = [
  '0x1a642f0e3c3af545e7acbd38b07251b3990914f1',
  '0x5050a4f4b3f9338c3472dcc01a87c76a144b3c9c',
  '0x3325a78425f17a7e487eb5666b2bfd93abb06c70',
  '0xc48b812bb43401392c037381aca934f4069c0517',
  '0xd09ad14080d4b257a819a4f579b8485be88f086c',
]
const SENDERS = 3

const numbered = (base: number, i: number): Hex =>
  `0x${(base + i).toString(16).padStart(40, '0')}`
const CONTRACTS = [0, 1, 2, 3].map((i) => numbered(0xc0de_00, i))
/** Nothing but slots, from the start. */
const STORES = [0, 1, 2].map((i) => numbered(0x5107_00, i))
const ABSENT = [0, 1].map((i) => numbered(0xdead_00, i))
const PRECOMPILES = [2, 3, 4].map((i) => numbered(0, i))

const hex = (value: number | bigint): string => {
  const digits = value.toString(16)
  return digits.length % 2 === 0 ? digits : `0${digits}`
}
const push = (value: number | bigint | string): string => {
  const bytes = typeof value === 'string' ? value.replace(/^0x/, '') : hex(value)
  return hex(0x5f + bytes.length / 2) + bytes
}

/** Constructors of at most 32 bytes. */
const CONSTRUCTORS = [
  '', // nothing
  '600560015500', // stores, and has no code
  '600560015533ff', // stores, and is gone
  '6000600055600160025560006000fd', // stores, and fails
  '6007600155' + '6133ff' + '600052' + '6002601ef3', // stores; its code: CALLER SELFDESTRUCT
  `69${'60016001540160015500'}600052600a6016f3`, // its code counts in slot 1
]

/** Counts in slot 1, marks the block's number; its code: CALLER SELFDESTRUCT. */
const RISING = `${'600154600101600155'}438055${'6133ff'}600052${'6002601ef3'}`

function create2Address(creator: Hex, salt: number, code: string): Hex {
  const word = salt.toString(16).padStart(64, '0')
  const codeHash = bytesToHex(keccak_256(hexToBytes(`0x${code}`))).slice(2)
  const bytes = hexToBytes(`0xff${creator.slice(2)}${word}${codeHash}`)
  return bytesToHex(keccak_256(bytes).slice(12))
}

const CHILDREN = CONTRACTS.slice(0, 2).flatMap((creator) =>
  [0, 4, 5].map((which) => create2Address(creator, 0, CONSTRUCTORS[which]!)),
)
/** Makes the same child again and again, in the same block, too; with data it has it destroyed. */
const PHOENIX = numbered(0xc0de_00, 8)
export const RISEN = create2Address(PHOENIX, 0, RISING)
/** Calls, and then fails: what it has touched is as before. */
const REGRETFUL = numbered(0xc0de_00, 9)

export const ADDRESSES = [
  ...CONTRACTS,
  PHOENIX,
  RISEN,
  REGRETFUL,
  ...STORES,
  ...PEOPLE,
  ...ABSENT,
  ...PRECOMPILES,
  ...CHILDREN,
]

// ---- programs -----------------------------------------------------------------------------------

const store = (slot: number): string => `${push(slot)}55`

/** Value on the stack → into one of the slots where programs note what they see. */
function note(r: Random): string {
  return store(r.between(4, 7))
}

function observation(r: Random): string {
  const opcode = r.pick(['31', '3b', '3f']) // BALANCE, EXTCODESIZE, EXTCODEHASH
  return push(r.pick(ADDRESSES)) + opcode + note(r)
}

function call(r: Random): string {
  const opcode = r.weighted([[70, 'f1'], [10, 'f2'], [10, 'f4'], [10, 'fa']] as const)
  const hasValue = opcode === 'f1' || opcode === 'f2'
  const value = hasValue ? push(r.percent(50) ? 0 : r.between(1, 3)) : ''
  const area = push(0).repeat(4)
  const gas = r.percent(50) ? '5a' : push(60_000)
  return area + value + push(r.pick(ADDRESSES)) + gas + opcode + note(r)
}

const isAt = ({ revision }: Fork, name: string): boolean => revision >= forkNamed(name).revision

function phoenix(fork: Fork): Hex {
  const place = `${push(RISING.padEnd(64, '0'))}${push(0)}52`
  const size = push(RISING.length / 2)
  const make = isAt(fork, 'constantinople')
    ? `${push(0)}${size}${push(0)}34f5` // CALLVALUE CREATE2
    : `${size}${push(0)}34f0`
  const create = `${place}${make}${store(4)}00`
  const destroy = `5b${push(0).repeat(5)}${push(RISEN)}5af1${store(5)}00`
  return `0x36${push(3 + 1 + create.length / 2)}57${create}${destroy}`
}

/** REVERT, or before Byzantium an instruction that is none. */
function regretful(r: Random): Hex {
  const calls = Array.from({ length: r.between(1, 4) }, () => call(r)).join('')
  return `0x${calls}${push(0)}80fd`
}

/** Has the child of the phoenix destroyed. */
const SETTING_FIRE = `${push(0).repeat(2)}${push(1)}${push(0).repeat(2)}${push(PHOENIX)}5af1`

function transient(r: Random): string {
  const slot = push(r.below(2))
  return `${slot}5c${note(r)}${push(r.between(1, 9))}${slot}5d`
}

function other(r: Random, fork: Fork): string {
  if (isAt(fork, 'cancun') && r.percent(40)) return transient(r)
  const copy = `${push(32)}${push(0)}${push(0)}${push(r.pick(ADDRESSES))}3c${push(0)}51${note(r)}`
  const log = `${push(7)}${push(32)}${push(0)}a1`
  const own = isAt(fork, 'istanbul') ? `47${note(r)}` : `3031${note(r)}`
  const blockHash = `${push(1)}4303` + `40${note(r)}`
  return r.pick([copy, log, own, blockHash, `${SETTING_FIRE}${note(r)}`])
}

/** Makes a child, looks at it and calls it. */
function creation(r: Random, isNew: boolean): string {
  const code = r.pick(CONSTRUCTORS)
  const place = push(code.padEnd(64, '0')) + push(0) + '52'
  const size = code.length / 2
  const value = push(r.percent(60) ? 0 : 1)
  const salt = isNew && r.percent(70) ? push(r.percent(80) ? 0 : 1) : undefined
  const make = (salt ?? '') + push(size) + push(0) + value + (salt === undefined ? 'f0' : 'f5')
  const calling = `${push(0).repeat(5)}855af1${note(r)}50` // DUP6 GAS CALL … POP
  const then = r.pick([`3f${note(r)}`, `31${note(r)}`, calling])
  return place + make + then
}

function snippet(r: Random, fork: Fork): string {
  return r.weighted<() => string>([
    [15, () => other(r, fork)],
    [25, () => push(r.below(3)) + store(r.below(4))],
    [25, () => call(r)],
    [20, () => observation(r)],
    [15, () => creation(r, isAt(fork, 'constantinople'))],
    [10, () => `${push(r.below(4))}54${note(r)}`],
    [5, () => `${push(r.pick(ADDRESSES))}ff`],
  ])()
}

/** With data it destroys itself: CALLDATASIZE ISZERO PUSH2 28 JUMPI PUSH20 … SELFDESTRUCT. */
function program(r: Random, fork: Fork): Hex {
  const body = Array.from({ length: r.between(3, 8) }, () => snippet(r, fork)).join('')
  return `0x361561001c57${push(r.pick(ADDRESSES))}ff5b${body}00`
}

// ---- system contracts ---------------------------------------------------------------------------

/** Logs one deposit, valid in all its fields, for each call. */
function depositCode(): Hex {
  const words = [160, 256, 320, 384, 512].map((offset) => BigInt(offset))
  const fields = [48, 32, 8, 96, 8].map((size, i) => {
    const bytes = Array.from({ length: Math.ceil(size / 32) * 32 }, (_, at) =>
      at < size ? (17 * i + at) & 0xff : 0,
    )
    return size.toString(16).padStart(64, '0') + bytes.map((byte) => hex(byte)).join('')
  })
  const data = words.map((word) => word.toString(16).padStart(64, '0')).join('') + fields.join('')
  const size = data.length / 2
  const topic = '649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5'
  const code = (at: number): string =>
    `61${size.toString(16).padStart(4, '0')}61${at.toString(16).padStart(4, '0')}6000` +
    `39${push(topic)}61${size.toString(16).padStart(4, '0')}6000a100`
  return `0x${code(code(0).length / 2)}${data}`
}

/** Counts calls; the protocol's takes the count and returns 76 bytes for each. */
const REQUEST_CODE: Hex = `0x33${push(`0x${'ff'.repeat(19)}fe`)}14602457${
  '60005460010160005500' + '5b600054604c0260006000556000f3'
}`
/** Keeps its input under the number of the block. */
const ROOTS_CODE = '0x600035435500'

function systemContracts(): Alloc {
  return {
    [DEPOSITS]: { nonce: 1, code: depositCode() },
    ...Object.fromEntries(REQUESTS.map((it) => [it, { nonce: 1, code: REQUEST_CODE }])),
    ...Object.fromEntries(ROOTS.map((it) => [it, { nonce: 1, code: ROOTS_CODE }])),
  }
}

// ---- genesis and blocks -------------------------------------------------------------------------

export function restlessAlloc(seed: number, fork: Fork): Alloc {
  const r = new Random(seed)
  const storage = (): Record<string, string> => ({ '0x1': '0x7', [`0x${r.below(4)}`]: '0x2' })
  const isLate = fork.revision >= forkNamed('spuriousDragon').revision
  return {
    ...systemContracts(),
    ...Object.fromEntries(
      CONTRACTS.map((address) => {
        const code = program(r, fork)
        const nonce = isLate ? 1 : 0
        return [address, { balance: r.below(20), nonce, code, storage: storage() }]
      }),
    ),
    [PHOENIX]: { balance: 5, nonce: isLate ? 1 : 0, code: phoenix(fork) },
    [REGRETFUL]: { nonce: isLate ? 1 : 0, code: regretful(r) },
    // Where children are to be: with slots none can be made (EIP-7610)
    [CHILDREN[r.below(CHILDREN.length)]!]: r.percent(50) ? { storage: storage() } : { balance: 2 },
    ...(r.percent(20) ? { [RISEN]: { storage: storage() } } : {}),
    [STORES[0]!]: { storage: { ...storage(), '0x9': '0x0' } },
    [STORES[1]!]: { balance: 3, storage: storage() },
    [STORES[2]!]: {},
    [PRECOMPILES[1]!]: { storage: storage() },
    [PEOPLE[3]!]: { storage: storage() },
    ...Object.fromEntries(
      PEOPLE.slice(0, SENDERS).map((address) => [address, { balance: 1000n * ETHER }]),
    ),
  }
}

export interface BlockOrder {
  readonly seed: number
  readonly number: number
  readonly fork: Fork
  readonly gasLimit: bigint
  /** Of the senders, as the block begins. */
  readonly nonces: readonly bigint[]
}

export const START_S = 1_700_000_000
export const SECONDS_A_BLOCK = 12

export function restlessBlock(order: BlockOrder): BlockInput {
  const { fork, number } = order
  const r = new Random(order.seed * 1_000 + number)
  const at = (name: string): boolean => isAt(fork, name)
  const nonces = [...order.nonces]
  const transactions = Array.from({ length: r.between(0, 9) }, () => {
    const person = r.below(SENDERS)
    return randomTransaction(r, fork, person, nonces[person]!++)
  })
  const coinbase = r.percent(60) ? numbered(0xfee_00, 0) : r.pick(ADDRESSES)
  const withdrawals: WithdrawalInput[] = Array.from(
    { length: at('shanghai') ? r.below(4) : 0 },
    (_, i) => ({ index: i, validatorIndex: i, address: r.pick(ADDRESSES), amount: r.below(3) }),
  )
  return {
    env: {
      number,
      timestamp: START_S + SECONDS_A_BLOCK * number,
      gasLimit: order.gasLimit,
      coinbase,
      prevRandao: `0x${hex(r.between(16, 255)).repeat(32)}`,
      ...(at('cancun') ? { parentBeaconBlockRoot: `0x${'be'.repeat(32)}` } : {}),
    },
    transactions,
    withdrawals,
  }
}

const FIELDS = { gasPrice: 2_000_000_000n, gasLimit: 900_000n }

/** The fee recipient gets nothing, or next to it, and is touched. */
function lowestPrice(at: (name: string) => boolean): object {
  if (!at('london')) return { gasPrice: 0n }
  return { chainId: CHAIN_ID, gasPrice: undefined, maxFeePerGas: FIELDS.gasPrice,
    maxPriorityFeePerGas: 0n }
}

function randomTransaction(r: Random, fork: Fork, person: number, nonce: bigint): Uint8Array {
  const at = (name: string): boolean => isAt(fork, name)
  const value = BigInt(r.percent(50) ? 0 : r.between(1, 3))
  const to = hexToBytes(r.weighted<() => string>([
    [55, () => r.pick(CONTRACTS)],
    [25, () => r.pick(ADDRESSES)],
    [20, () => PHOENIX],
    [10, () => REGRETFUL],
    [10, () => DEPOSITS],
    [10, () => r.pick(REQUESTS)],
  ])())
  const sign = (fields: object): Uint8Array =>
    signTransaction({ ...FIELDS, nonce, value, to, ...fields } as never, keyOf(person)).raw
  const kind = r.below(10)
  if (kind === 0) return sign({ to: null, data: hexToBytes(`0x${r.pick(CONSTRUCTORS)}`) })
  const modern = { chainId: CHAIN_ID, gasPrice: undefined, maxFeePerGas: FIELDS.gasPrice }
  if (kind === 1 && at('london')) return sign({ ...modern, maxPriorityFeePerGas: 5n })
  if (kind === 2 && at('cancun')) {
    const blobVersionedHashes = [Uint8Array.of(1, ...new Uint8Array(31))]
    const blobs = { blobVersionedHashes, maxFeePerBlobGas: 1_000_000_000n }
    return sign({ ...modern, maxPriorityFeePerGas: 1n, ...blobs })
  }
  if (kind <= 4 && at('prague')) {
    const authorizationList = Array.from({ length: r.between(1, 2) }, () => {
      const delegates = [numbered(0, 0), ...CONTRACTS, STORES[0]!, PRECOMPILES[0]!]
      const address = hexToBytes(r.pick(delegates))
      const authority = r.between(SENDERS, PEOPLE.length - 1)
      return signAuthorization(
        { chainId: CHAIN_ID, address, nonce: BigInt(r.below(3)) }, keyOf(authority),
      )
    })
    return sign({ ...modern, maxPriorityFeePerGas: 1n, authorizationList })
  }
  if (kind === 5 && at('berlin')) {
    const storageKeys = [new Uint8Array(32).fill(0, 0, 31)]
    const accessList = [{ address: hexToBytes(r.pick(ADDRESSES)), storageKeys }]
    return sign({ chainId: CHAIN_ID, accessList })
  }
  const price = r.percent(20) ? lowestPrice(at) : {}
  return sign({ ...price, ...(r.percent(35) ? { data: Uint8Array.of(1) } : {}) })
}

export const SENDER_ADDRESSES = PEOPLE.slice(0, SENDERS)
