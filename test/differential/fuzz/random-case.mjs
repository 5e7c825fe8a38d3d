/** A random block: a state, an environment, and transactions that are not signed yet. */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { FORKS, isFrom } from './forks.mjs'
import { precompilesOf } from './precompile-inputs.mjs'
import { Random } from './random.mjs'
import { randomInitCode, randomProgram } from './random-code.mjs'

/**
 * @typedef {object} Case plain data, but for the secret keys
 * @property {number} seed
 * @property {string} fork
 * @property {Record<string, any>} env
 * @property {Record<string, any>} alloc
 * @property {Record<string, any>[]} transactions nonces are added when they are signed
 *
 * @typedef {object} CaseOptions
 * @property {string} [fork] random if left out
 * @property {number} [programs] contracts that call each other
 * @property {number} [transactions]
 * @property {boolean} [oneEach] transaction i calls contract i
 * @property {number} [mostGas] of a transaction, beside what it costs before it runs
 */

const hex = (value) => `0x${value.toString(16)}`
const padded = (value, bytes) => `0x${value.toString(16).padStart(2 * bytes, '0')}`
const toHex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`
const hashOf = (text) => keccak_256(new TextEncoder().encode(text))
export const addressNamed = (name) => toHex(hashOf(name).subarray(12))

/** An account whose key is known. */
function personNamed(name) {
  const secretKey = hashOf(name)
  const publicKey = secp256k1.getPublicKey(secretKey, false)
  return { secretKey, address: toHex(keccak_256(publicKey.subarray(1)).subarray(12)) }
}

/** They sign transactions, and nobody delegates for them. */
const SENDERS = [0, 1, 2].map((i) => personNamed(`sender ${i}`))
/** They sign authorizations (EIP-7702). */
const AUTHORITIES = [0, 1, 2].map((i) => personNamed(`authority ${i}`))
const PEOPLE = [0, 1, 2].map((i) => addressNamed(`person ${i}`))
const COINBASE = addressNamed('coinbase')
const RICH = 10n ** 30n
const BASE_FEE = 10
/** EIP-7825. */
const MOST_GAS = 1 << 24
/** Of one or two blobs each; Cancun allows six to a block. */
const MOST_BLOB_TRANSACTIONS = 3
const MOST_TYPICAL_GAS = 1_200_000

function randomStorage(r) {
  const storage = {}
  for (let slot = 0; slot < 6; slot++) {
    if (r.percent(40)) storage[hex(slot)] = hex(r.percent(80) ? r.between(1, 4) : r.word() | 1n)
  }
  return storage
}

function randomAlloc(r, cast, size) {
  const alloc = {}
  for (const address of cast.contracts) {
    alloc[address] = {
      nonce: hex(isFrom(cast.fork, 'spuriousDragon') ? 1 : r.below(2)),
      balance: hex(r.percent(75) ? r.below(100_000) : 0),
      code: toHex(randomProgram(r, cast, { size })),
      storage: randomStorage(r),
    }
  }
  for (const address of PEOPLE) alloc[address] = { balance: hex(r.between(1, 1000)) }
  // EIP-161 has empty accounts no more
  if (!isFrom(cast.fork, 'spuriousDragon')) alloc[PEOPLE[0]] = { balance: '0x0' }
  for (const { address } of SENDERS) alloc[address] = { balance: hex(RICH), nonce: hex(r.below(3)) }
  for (const { address } of AUTHORITIES) {
    if (r.percent(50)) alloc[address] = { balance: hex(r.below(5)), nonce: hex(r.between(1, 3)) }
    if (!isFrom(cast.fork, 'prague') || !r.percent(40)) continue
    const code = `0xef0100${r.pick(cast.contracts).slice(2)}`
    alloc[address] = { balance: '0x5', nonce: '0x1', code, storage: randomStorage(r) }
  }
  return alloc
}

function randomEnvironment(r, fork, cast) {
  const number = r.between(300, 900_000)
  const env = {
    number: hex(number),
    timestamp: hex(r.between(1_700_000_000, 1_900_000_000)),
    gasLimit: hex(1 << 30),
    coinbase: r.percent(85) ? COINBASE : r.pick([...cast.contracts, ...cast.people]),
    blockHashes: Object.fromEntries(
      Array.from({ length: 256 }, (_, i) => [number - 1 - i, toHex(hashOf(`block ${i}`))]),
    ),
  }
  if (isFrom(fork, 'london')) env.baseFeePerGas = hex(BASE_FEE)
  if (isFrom(fork, 'paris')) env.prevRandao = toHex(r.bytes(32))
  else env.difficulty = hex(r.between(131_072, 1 << 30))
  if (isFrom(fork, 'cancun')) env.excessBlobGas = hex(r.below(1 << 26))
  return env
}

function randomType(r, fork, hasBlobs) {
  return r.weighted([
    [40, 0],
    [isFrom(fork, 'berlin') ? 20 : 0, 1],
    [isFrom(fork, 'london') ? 20 : 0, 2],
    [hasBlobs ? 6 : 0, 3],
    [isFrom(fork, 'prague') ? 20 : 0, 4],
  ])
}

function feesOf(r, type, fork) {
  const base = isFrom(fork, 'london') ? BASE_FEE : 0
  const tip = r.below(5)
  if (type < 2) return { gasPrice: hex(base + tip) }
  return { maxFeePerGas: hex(base + tip + r.below(5)), maxPriorityFeePerGas: hex(tip) }
}

function randomAccessList(r, cast) {
  return Array.from({ length: r.below(3) }, () => ({
    address: r.pick([...cast.contracts, ...cast.people]),
    storageKeys: Array.from({ length: r.below(3) }, () => padded(r.below(6), 32)),
  }))
}

/** Signed later; nonces are right for the genesis, or wrong. */
function randomAuthorizations(r, cast, alloc) {
  return Array.from({ length: r.between(1, 3) }, () => {
    const { address: authority, secretKey } = r.pick(AUTHORITIES)
    const nonce = Number(alloc[authority]?.nonce ?? 0) + (r.percent(80) ? 0 : 1)
    const address = r.percent(85) ? r.pick([...cast.contracts, ...cast.people]) : padded(0, 20)
    return { chainId: hex(r.percent(85) ? r.below(2) : 7), address, nonce: hex(nonce), secretKey }
  })
}

function randomData(r) {
  const data = r.bytes(r.percent(30) ? 0 : r.below(120))
  for (let i = 0; i < data.length; i++) if (r.percent(40)) data[i] = 0
  return toHex(data)
}

function randomTarget(r, cast) {
  return r.weighted([
    [86, () => r.pick(cast.contracts)],
    [8, () => r.pick(cast.people)],
    [3, () => padded(r.pick(cast.precompiles), 20)],
    [3, () => addressNamed('nobody')],
  ])()
}

function randomTransaction(r, cast, alloc, { to, mostGas, hasBlobs }) {
  const type = randomType(r, cast.fork, hasBlobs)
  const creates = to === undefined && type < 3 && r.percent(10)
  const data = creates ? toHex(randomInitCode(r, cast)) : randomData(r)
  const fields = {
    type: hex(type),
    ...feesOf(r, type, cast.fork),
    to: creates ? undefined : (to ?? randomTarget(r, cast)),
    value: hex(r.percent(50) ? 0 : r.below(10_000)),
    data,
  }
  if (type > 0) fields.accessList = randomAccessList(r, cast)
  if (type === 3) {
    fields.maxFeePerBlobGas = hex(1 << 30)
    fields.blobVersionedHashes = Array.from({ length: r.between(1, 2) }, () => {
      return `0x01${toHex(r.bytes(31)).slice(2)}`
    })
  }
  if (type === 4) fields.authorizationList = randomAuthorizations(r, cast, alloc)
  const { secretKey, address: sender } = r.pick(SENDERS)
  const gasLimit = hex(leastGas(fields) + randomGas(r, mostGas))
  return { ...fields, gasLimit, secretKey, sender }
}

/** Above the intrinsic gas and the floor of EIP-7623, in every fork. */
function leastGas({ data, accessList = [], authorizationList = [], to }) {
  const bytes = data.length / 2 - 1
  const entries = accessList.reduce((sum, { storageKeys }) => {
    return sum + 2_400 + 1_900 * storageKeys.length
  }, 0)
  const creation = to === undefined ? 32_000 : 0
  return 21_000 + 70 * bytes + creation + entries + 25_000 * authorizationList.length
}

function randomGas(r, most) {
  return r.weighted([
    [4, () => r.below(5_000)],
    [12, () => r.between(5_000, 100_000)],
    [83, () => r.between(100_000, most)],
    [most === MOST_TYPICAL_GAS ? 1 : 0, () => MOST_GAS / 2],
  ])()
}

/**
 * @param {number} seed
 * @param {CaseOptions} [options]
 * @returns {Case}
 */
export function randomCase(seed, options = {}) {
  const r = new Random(seed)
  const fork = options.fork ?? r.pick(FORKS)
  const { programs = r.between(2, 7), transactions = r.between(1, 8) } = options
  const { oneEach = false, mostGas = MOST_TYPICAL_GAS } = options
  const contracts = Array.from({ length: programs }, (_, i) => addressNamed(`contract ${i}`))
  const people = [...PEOPLE, ...AUTHORITIES.map(({ address }) => address), SENDERS[0].address]
  const cast = { fork, contracts, people, precompiles: precompilesOf(fork) }
  const alloc = randomAlloc(r, cast, oneEach ? 22 : r.pick([10, 40, 80]))
  return {
    seed,
    fork,
    env: randomEnvironment(r, fork, cast),
    alloc,
    transactions: Array.from({ length: transactions }, (_, i) =>
      randomTransaction(r, cast, alloc, {
        to: oneEach ? contracts[i] : undefined,
        mostGas,
        hasBlobs: isFrom(fork, 'cancun') && i < MOST_BLOB_TRANSACTIONS,
      }),
    ),
  }
}
