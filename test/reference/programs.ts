/** Random blocks of random actor programs, each fixed by one integer. */
import fc from 'fast-check'
import { privateToAddress } from '@ethereumjs/util'
import { Assembler, OP } from './assembler.js'
import {
  bigIntToBytes, concatBytes, fromHex, keccak, toHex, wordToAddress, type Address, type Hex,
} from './bytes.js'
import { createdAddress } from './instructions-create.js'
import { Random } from './random.js'
import {
  signScenario, type Scenario, type ScenarioAuthorization, type ScenarioTransaction,
  type SignedScenario,
} from './signing.js'
import { randomInitCode, randomProgram, type Cast } from './snippets.js'
import { BEACON_ROOTS, HISTORY } from './system-calls.js'
import type { AllocAccount } from './world.js'

const CHAIN_ID = 1337
const ETHER = 10n ** 18n
const MAX_GENERATIONS = 2
const PEOPLE = 5

interface Person {
  secretKey: Hex
  address: Address
  nonce: number
}

function hexOf(value: number | bigint): Hex {
  return `0x${value.toString(16)}`
}

function namedHash(name: string, ...numbers: number[]): Uint8Array {
  return keccak(concatBytes(new TextEncoder().encode(name), Uint8Array.from(numbers)))
}

/** People by space: making their addresses takes milliseconds. */
const PEOPLE_OF = new Map<number, readonly Person[]>()

/** Known keys: addresses are the same in all blocks of a space. */
function peopleOf(space: number): readonly Person[] {
  const known = PEOPLE_OF.get(space)
  if (known !== undefined) return known
  const people = Array.from({ length: PEOPLE }, (_, index) => {
    const key = namedHash('person', index, ...spaceBytes(space))
    return { secretKey: toHex(key), address: toHex(privateToAddress(key)), nonce: 0 }
  })
  PEOPLE_OF.set(space, people)
  return people
}

function spaceBytes(space: number): number[] {
  return space === 0 ? [] : [space >>> 8, space & 0xff]
}

function castOf(r: Random, isAlone: boolean, space: number): Cast {
  const count = r.between(2, 7)
  return {
    isAlone,
    contracts: Array.from({ length: count }, (_, index) => (
      toHex(namedHash('contract', index, ...spaceBytes(space)).subarray(12))
    )),
    people: peopleOf(space).map(({ address }) => address),
    precompiles: [1, 2, 3, 4, 4, 5, 9].map((number) => wordToAddress(BigInt(number))),
  }
}

function randomStorage(r: Random): Record<Hex, Hex> {
  const storage: Record<Hex, Hex> = {}
  for (let slot = 0; slot < 6; slot++) {
    if (r.percent(40)) storage[hexOf(slot)] = hexOf(r.between(1, 30))
  }
  return storage
}

function randomAlloc(r: Random, cast: Cast, persons: Person[]): Record<Address, AllocAccount> {
  const alloc: Record<Address, AllocAccount> = {}
  for (const address of cast.contracts) {
    alloc[address] = {
      nonce: hexOf(1),
      balance: hexOf(r.percent(80) ? r.between(0, 100_000) : 0),
      code: toHex(randomProgram(r, cast, MAX_GENERATIONS)),
      storage: randomStorage(r),
    }
  }
  for (const person of persons) {
    person.nonce = r.below(3)
    alloc[person.address] = { nonce: hexOf(person.nonce), balance: hexOf(1000n * ETHER) }
    // EIP-7702: some people are delegated from the start.
    if (!r.percent(15)) continue
    const entry = alloc[person.address] as AllocAccount
    const delegate = fromHex(randomDelegate(r, cast))
    entry.code = toHex(concatBytes(Uint8Array.of(0xef, 0x01, 0x00), delegate))
    entry.storage = randomStorage(r)
  }
  return alloc
}

/** A contract, or where one will be created if its creator does so. */
function randomDelegate(r: Random, cast: Cast): Address {
  const contract = r.pick(cast.contracts)
  return r.percent(75) ? contract : createdAddress(contract, 1n)
}

/** Contracts of system calls that write their call data into the slot of the block's number. */
function addSystemContracts(r: Random, alloc: Record<Address, AllocAccount>): void {
  const code = toHex(new Assembler().push(0).op(OP.CALLDATALOAD, OP.NUMBER, OP.SSTORE).finish())
  for (const address of [BEACON_ROOTS, HISTORY]) {
    if (r.percent(20)) alloc[address] = { nonce: hexOf(1), code }
  }
}

/** Call data of the kinds that programs tell apart. */
function randomCallData(r: Random): Hex {
  const hops = r.between(2, 7).toString(16).padStart(64, '0')
  return r.weighted<() => Hex>([
    [88, () => `0x${hops}`],
    [6, () => `0x${hops}${r.word().toString(16).padStart(64, '0')}`],
    [4, () => '0x'],
    [2, () => `0x0${r.below(3)}`],
  ])()
}

function randomDestination(r: Random, cast: Cast): Address {
  return r.weighted<() => Address>([
    [88, () => r.pick(cast.contracts)],
    [6, () => r.pick(cast.people)],
    [3, () => r.pick(cast.precompiles)],
    [3, () => wordToAddress(0xdead0000n + BigInt(r.below(3)))],
  ])()
}

function randomGas(r: Random, intrinsicMost: number): number {
  return intrinsicMost + r.weighted<() => number>([
    [3, () => r.below(3_000)],
    [6, () => r.between(3_000, 40_000)],
    [20, () => r.between(40_000, 500_000)],
    [70, () => r.between(500_000, 4_000_000)],
  ])()
}

/** The fee fields of a transaction, and its type: up to 2 if it creates. */
function randomFees(
  r: Random, baseFee: number, creates: boolean,
): Partial<ScenarioTransaction> & { type: Hex } {
  const type = r.weighted([[30, 0], [30, 1], [30, 2], [creates ? 0 : 3, 3], [creates ? 0 : 9, 4]])
  const tip = r.below(50)
  if (type < 2) return { type: hexOf(type), gasPrice: hexOf(baseFee + tip) }
  return {
    type: hexOf(type),
    maxFeePerGas: hexOf(baseFee + r.below(100) + tip),
    maxPriorityFeePerGas: hexOf(tip),
  }
}

/** Half a blob transaction: of at most one blob, so that nine of them fit a block. */
function randomBlobs(r: Random): Partial<ScenarioTransaction> {
  const hash = `0x01${toHex(bigIntToBytes(r.word(), 32)).slice(4)}`
  return { maxFeePerBlobGas: hexOf(r.between(1, 1000)), blobVersionedHashes: [hash] }
}

/** Most hold; authorities count up their nonces, so whoever signs later in the block knows. */
function randomAuthorizations(r: Random, cast: Cast, persons: Person[]): ScenarioAuthorization[] {
  return Array.from({ length: r.between(1, 3) }, () => {
    const authority = r.pick(persons)
    const fault = r.weighted([
      [80, 'none'], [7, 'nonce'], [7, 'chain'], [6, 'signature'],
    ] as const)
    const nonce = fault === 'nonce' ? authority.nonce + 1 : authority.nonce
    if (fault === 'none') authority.nonce++
    return {
      chainId: hexOf(fault === 'chain' ? 1 : r.pick([0, CHAIN_ID])),
      address: r.percent(15) ? wordToAddress(0n) : randomDelegate(r, cast),
      nonce: hexOf(nonce),
      secretKey: authority.secretKey,
      ...(fault === 'signature' && { isForged: true }),
    }
  })
}

function randomTransaction(
  r: Random, cast: Cast, persons: Person[], baseFee: number,
): ScenarioTransaction {
  const sender = r.pick(persons)
  const creates = r.percent(9)
  const data = creates
    ? toHex(randomInitCode(r, cast, MAX_GENERATIONS - 1))
    : randomCallData(r)
  const fees = randomFees(r, baseFee, creates || cast.isAlone)
  const accessList = fees.type === '0x0' ? undefined : r.percent(70) ? [] : [
    { address: r.pick(cast.contracts), storageKeys: [`0x${'00'.repeat(31)}0${r.below(6)}`] },
  ]
  const nonce = hexOf(sender.nonce++)
  const authorizationList = fees.type === '0x4' ? randomAuthorizations(r, cast, persons) : undefined
  // Above both the intrinsic gas and the floor of EIP-7623 (40 gas per byte).
  const least = 21_000 + 40 * (data.length / 2) + (creates ? 36_000 : 0)
    + (accessList ? 4_300 : 0) + 25_000 * (authorizationList?.length ?? 0)
  return {
    secretKey: sender.secretKey,
    ...fees,
    nonce,
    gasLimit: hexOf(randomGas(r, Math.ceil(least))),
    to: creates ? null : randomDestination(r, cast),
    value: hexOf(r.percent(50) ? 0 : r.between(1, 5_000)),
    data,
    ...(accessList === undefined ? {} : { accessList }),
    ...(fees.type === '0x3' && randomBlobs(r)),
    ...(authorizationList && { authorizationList }),
  }
}

/** EIP-4895. */
function randomWithdrawals(r: Random, cast: Cast): { address: Address; amount: Hex }[] {
  return Array.from({ length: r.percent(15) ? r.between(1, 3) : 0 }, () => (
    { address: r.pick([...cast.contracts, ...cast.people]), amount: hexOf(r.below(3)) }
  ))
}

function randomParameters(r: Random): Scenario['parameters'] {
  return {
    gMessage: r.percent(88) ? 6_000 : r.between(2_400, 12_000),
    gWord: r.percent(88) ? 64 : r.below(200),
    maxRounds: r.percent(92) ? 1024 : r.between(1, 4),
  }
}

/**
 * A valid block that always is the same for the same `seed` (an integer of 32 bits).
 * @param isAlone makes programs that call and create nothing
 * @param space blocks of different spaces (below 65,536) have no accounts in common, but for
 *   system contracts, and so can be executed one after the other on one state
 */
export function randomScenario(seed: number, isAlone = false, space = 0): Scenario {
  const r = new Random(seed)
  const cast = castOf(r, isAlone, space)
  const persons = peopleOf(space).map((person) => ({ ...person }))
  const baseFee = r.between(7, 1000)
  const alloc = randomAlloc(r, cast, persons)
  if (!isAlone) addSystemContracts(r, alloc)
  const coinbase = r.percent(80)
    ? toHex(namedHash('coinbase', 0, ...spaceBytes(space)).subarray(12))
    : r.pick([...cast.contracts, ...cast.people])
  return {
    chainId: CHAIN_ID,
    fork: 'osaka',
    parameters: randomParameters(r),
    env: {
      number: hexOf(r.between(300, 9_000)),
      timestamp: hexOf(1_800_000_000),
      gasLimit: hexOf(60_000_000),
      baseFeePerGas: hexOf(baseFee),
      coinbase,
      prevRandao: `0x${r.word().toString(16).padStart(64, '0')}`,
      parentHash: toHex(namedHash('parent', r.below(9))),
      parentBeaconBlockRoot: toHex(namedHash('beacon', r.below(9))),
      excessBlobGas: '0x0',
      withdrawals: isAlone ? [] : randomWithdrawals(r, cast),
    },
    alloc,
    transactions: Array.from({ length: r.between(3, 9) }, () => (
      randomTransaction(r, cast, persons, baseFee)
    )),
  }
}

/** A random block: as a scenario file, as signed transactions, and as the reference's input. */
export function randomBlock(seed: number): SignedScenario {
  return signScenario(randomScenario(seed))
}

/** Any random block; a failure prints the seed that makes it again. */
export function arbitrarySeed(): fc.Arbitrary<number> {
  return fc.noShrink(fc.integer({ min: 0, max: 0xffffffff }))
}
