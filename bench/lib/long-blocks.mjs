// Blocks that take many seconds, one for each stage of the work and each kind of code: in their
// midst a signal has to be heard.
import { RLP } from '@ethereumjs/rlp'
import { bytesToHex } from '@ethereumjs/util'
import { assemble } from './bytecode.mjs'
import { addressOf, environment, unsignedBlock } from './unsigned-block.mjs'

/** Of the one transaction that spends it. */
const LONG_GAS = 5_000_000_000
/** The last fork whose transactions may have billions of gas (EIP-7825), and the last whose MODEXP
 *  takes operands of any size (EIP-7823). */
export const LONG_FORK = 'prague'
const RICH = `0x${'ff'.repeat(31)}`
const CALLER = addressOf(1)
const CONTRACT = addressOf(2)
const KIBI = 1024
const MEBI = 2 ** 20
const word = (value) => BigInt(value).toString(16).padStart(64, '0')

/** `code`, called with `data` in one transaction. */
function longCall(code, data = '0x') {
  const alloc = { [CALLER]: { balance: RICH }, [CONTRACT]: { nonce: 1, code } }
  const call = { from: CALLER, to: CONTRACT, data, gas: LONG_GAS }
  return { alloc, ...unsignedBlock([call], LONG_GAS, LONG_FORK) }
}

/** Does `body`, which leaves the stack as it found it, again and again. */
const forever = (body, before = '') => assemble(`${before} loop: ${body} @loop JUMP`)

/** Calls a precompile with the first `size` bytes of memory, again and again. */
const precompile = (number, size, before = '') =>
  forever(`64 ${size} ${size} 0 ${number} GAS STATICCALL POP`, before)

/** The same with the transaction's data so many times in memory. */
function repeated(number, times, bytes) {
  const size = times * bytes
  return precompile(
    number,
    size,
    `0 fill: ${bytes} 0 DUP3 CALLDATACOPY ${bytes} ADD DUP1 ${size} GT @fill JUMPI POP`,
  )
}

/** Base, exponent and modulus of so many bytes, all ones; an even modulus ends with a zero. */
function modexp(base, exponent, modulus, isEven = false) {
  const size = 96 + base + exponent + modulus
  const lengths = `${base} 0 MSTORE ${exponent} 32 MSTORE ${modulus} 64 MSTORE`
  const ones = `96 fill: 0 NOT DUP2 MSTORE 32 ADD DUP1 ${size} GT @fill JUMPI POP`
  return precompile(5, size, `${lengths} ${ones} ${isEven ? `254 ${size - 1} MSTORE8` : ''}`)
}

// Points: the generators of EIP-197 and EIP-2537.
const BN254_PAIR =
  `0x${word(1)}${word(2)}` +
  '198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2' +
  '1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed' +
  '090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b' +
  '12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa'
const PADDING = '00'.repeat(16)
const BLS_G1 =
  `${PADDING}17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00a` +
  `db22c6bb${PADDING}08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae4` +
  '0caa232946c5e7e1'
const BLS_G2 =
  `${PADDING}024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8` +
  `c121bdb8${PADDING}13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57` +
  `e5ac7d055d042b7e${PADDING}0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc` +
  `3baca289e193548608b82801${PADDING}0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab` +
  '3f370d275cec1da1aaa9075ff05f79be'
const SCALAR = 'ab'.repeat(32)

/** What precompiles over curves take, once. */
export const LONG_DATA = {
  bn254Pair: BN254_PAIR,
  g1Term: `0x${BLS_G1}${SCALAR}`,
  g2Term: `0x${BLS_G2}${SCALAR}`,
  blsPair: `0x${BLS_G1}${BLS_G2}`,
}

/** Name → code, or code and the data of the call: none ends within seconds. */
const CODES = {
  'a loop': () => [forever('1 POP')],
  'a loop of long blocks': () => [forever('DUP1 DUP1 MUL POP '.repeat(6_000), '3')],
  calls: () => [forever('0 0 0 0 ADDRESS 5000 STATICCALL POP')],
  'copies of 8 MiB': () => [
    forever(`${8 * MEBI} 0 ${8 * MEBI} MCOPY `.repeat(1_000), `0 ${16 * MEBI} MSTORE`),
  ],
  'KECCAK256 of 64 KiB': () => [forever(`${64 * KIBI} 0 KECCAK256 POP `.repeat(2_000))],
  'KECCAK256 of 32 MiB': () => [forever(`${32 * MEBI} 0 KECCAK256 POP`)],
  'SHA-256 of 32 MiB': () => [precompile(2, 32 * MEBI)],
  'RIPEMD-160 of 16 MiB': () => [precompile(3, 16 * MEBI)],
  'identity of 8 MiB': () => [precompile(4, 8 * MEBI)],
  'MODEXP of 256 bytes': () => [modexp(256, 256, 256)],
  'MODEXP of 1 KiB, even': () => [modexp(KIBI, KIBI, KIBI, true)],
  'MODEXP of 64 KiB': () => [modexp(64 * KIBI, 16, 64 * KIBI)],
  'BLAKE2 F, 4,000 million rounds': () => [precompile(9, 213, '0xee000000 224 SHL 0 MSTORE')],
  ECRECOVER: () => [precompile(1, 128, '27 32 MSTORE 1 64 MSTORE 1 96 MSTORE')],
  'BN254 pairing, 5,000 pairs': () => [repeated(8, 5_000, 192), LONG_DATA.bn254Pair],
  'BLS12-381 sum in G1, 5,000 terms': () => [repeated(0x0c, 5_000, 160), LONG_DATA.g1Term],
  'BLS12-381 sum in G2, 3,000 terms': () => [repeated(0x0e, 3_000, 288), LONG_DATA.g2Term],
  'BLS12-381 pairing, 2,000 pairs': () => [repeated(0x0f, 2_000, 384), LONG_DATA.blsPair],
  'cold slots': () => [forever('DUP1 SLOAD POP 1 ADD', '0')],
  'transient slots': () => [forever('DUP1 DUP1 TSTORE 1 ADD 255 AND', '1')],
  logs: () => [forever('0 0 LOG0')],
  'creations of 48 KiB': () => [forever(`${48 * KIBI} 0 0 CREATE POP`)],
}
export const LONG_CODES = Object.keys(CODES)

/** The block of one of them. */
export const longCode = (name) => longCall(...CODES[name]())

/** So many transfers, each between two others. */
export function transfers(count) {
  const alloc = {}
  const calls = Array.from({ length: count }, (_, i) => {
    const from = addressOf(1_000 + i)
    alloc[from] = { balance: RICH }
    return { from, to: addressOf(1_000 + count + i), value: 1n, gas: 21_000 }
  })
  return { alloc, ...unsignedBlock(calls, count * 21_000, LONG_FORK) }
}

/** One transaction that writes so many new slots. */
export function newSlots(count) {
  const code = assemble(
    `1 loop: DUP1 DUP1 SSTORE 1 ADD DUP1 ${count} GT @loop JUMPI STOP`,
  )
  return longCall(code)
}

const SIGNER = '0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8'
const SIGNER_ADDRESS = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b'

/**
 * A block of one signed call, as input: `loop` takes so many million gas, `slots` reads so many
 * slots that there are.
 */
export function signedCall(what, count) {
  const isLoop = what === 'loop'
  const gas = isLoop ? count * 1_000_000 : 100_000 + count * 2_200
  const code = isLoop
    ? forever('1 POP')
    : assemble(`0 loop: DUP1 SLOAD POP 1 ADD DUP1 ${count} GT @loop JUMPI STOP`)
  const slots = isLoop ? 0 : count
  const storage = Object.fromEntries(
    Array.from({ length: slots }, (_, i) => [`0x${i.toString(16)}`, `0x${(i + 1).toString(16)}`]),
  )
  const alloc = { [SIGNER_ADDRESS]: { balance: RICH }, [CONTRACT]: { nonce: 1, code, storage } }
  const call = { nonce: 0, gasLimit: gas, gasPrice: 10, to: CONTRACT, secretKey: SIGNER }
  return { alloc, block: { env: environment(gas), transactions: [call] } }
}

/** x of a point on secp256k1: signs for somebody whatever the message is. */
const R = '0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'

/** Encoded transactions in hex, each signed by another. */
export function signedTransfers(count) {
  return Array.from({ length: count }, (_, i) => {
    const fields = [i, 10, 21_000, CONTRACT, 1, '0x', 37, R, i + 1]
    return bytesToHex(RLP.encode(fields))
  })
}

/** One transaction with so many authorizations, each signed by another. */
export function authorized(count) {
  const authorizations = Array.from({ length: count }, (_, i) => {
    return [1, CONTRACT, i, '0x', R, i + 1]
  })
  const fields = [1, 0, 10, 10, 25_000 * (count + 1), CONTRACT, '0x', '0x', [], authorizations]
  const encoding = RLP.encode([...fields, '0x', R, 1])
  return bytesToHex(new Uint8Array([4, ...encoding]))
}

/** An alloc of so many accounts with so many slots each. */
export function manyAccounts(accounts, slots) {
  const storage = Object.fromEntries(
    Array.from({ length: slots }, (_, i) => [`0x${word(i)}`, `0x${(i + 1).toString(16)}`]),
  )
  const address = (i) => `0x${(i + 1).toString(16).padStart(40, '0')}`
  return Object.fromEntries(
    Array.from({ length: accounts }, (_, i) => [address(i), { balance: '0x1', storage }]),
  )
}
