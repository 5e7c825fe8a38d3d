// Blocks that take many seconds, one for each stage of the work and each kind of code: what a signal
// has to be heard in the midst of.
import { RLP } from '@ethereumjs/rlp'
import { hexToBytes } from '@ethereumjs/util'
import { rallies } from './actor-workloads.mjs'
import { assemble } from './bytecode.mjs'
import { CHAIN_ID } from './peer.mjs'
import { addressOf, environment, unsignedBlock } from './unsigned-block.mjs'

const RICH = `0x${'ff'.repeat(31)}`
/** All that is spent in them is one transaction's. */
export const LONG_GAS = 5_000_000_000
/** The last fork whose transactions may have billions of gas (EIP-7825), and the last whose MODEXP
 *  takes operands of any size (EIP-7823). */
const FORK = 'prague'
const CALLER = addressOf(1)
const CONTRACT = addressOf(2)
const word = (value) => BigInt(value).toString(16).padStart(64, '0')
const address = (number) => `0x${number.toString(16).padStart(40, '0')}`

/** One transaction that calls `code` with `data`, or creates with it. */
export function longCall(code, { data = '0x', gas = LONG_GAS, storage, others = {} } = {}) {
  const alloc = {
    [CALLER]: { balance: RICH },
    [CONTRACT]: { nonce: 1, code, ...(storage === undefined ? {} : { storage }) },
    ...others,
  }
  return { alloc, ...unsignedBlock([{ from: CALLER, to: CONTRACT, data, gas }], gas, FORK) }
}

/** Does `body` again and again, which leaves the stack as it found it. */
const forever = (body, before = '') => assemble(`${before} loop: ${body} @loop JUMP`)
const KIBI = 1024
const MEBI = 2 ** 20

/** Calls a precompile with `size` bytes of memory, filled by `before`, again and again. */
function precompile(number, size, before = '') {
  return forever(`64 ${size} ${size} 0 ${number} GAS STATICCALL POP`, before)
}

/** The transaction's data comes first in memory, again and again. */
function repeatedData(number, times, bytes) {
  const size = times * bytes
  const copies = `0 fill: ${bytes} 0 DUP3 CALLDATACOPY ${bytes} ADD DUP1 ${size} GT @fill JUMPI POP`
  return forever(`64 ${size} ${size} 0 ${number} GAS STATICCALL POP`, copies)
}

/** Header of MODEXP, before its operands: all of them 0xff…, which are in memory from `from` on. */
const ones = (from, to) => `
  0 NOT ${from} fill: DUP2 DUP2 MSTORE 32 ADD DUP1 ${to} GT @fill JUMPI POP POP`
function modexp(base, exponent, modulus) {
  const size = 96 + base + exponent + modulus
  const lengths = `${base} 0 MSTORE ${exponent} 32 MSTORE ${modulus} 64 MSTORE`
  return precompile(5, size, `${lengths} ${ones(96, size)}`)
}

/** Points: https://eips.ethereum.org/EIPS/eip-197 and …/eip-2537, the generators. */
const BN254_PAIR =
  `0x${word(1)}${word(2)}` +
  '198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2' +
  '1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed' +
  '090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b' +
  '12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa'
const BLS_G1 =
  `${'00'.repeat(16)}17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58` +
  `6c55e83ff97a1aeffb3af00adb22c6bb${'00'.repeat(16)}08b3f481e3aaa0f1a09e30ed741d8ae4` +
  'fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1'
const BLS_G2 =
  `${'00'.repeat(16)}024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d177` +
  `0bac0326a805bbefd48056c8c121bdb8${'00'.repeat(16)}13e02b6052719f607dacd3a088274f65` +
  '596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
  `${'00'.repeat(16)}0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c` +
  `923ac9cc3baca289e193548608b82801${'00'.repeat(16)}0606c4a02ea734cc32acd2b02bc28b99` +
  'cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be'
const SCALAR = 'ab'.repeat(32)

/** In Ethereum's semantics and, unless `inOrder`, in that of actors: code in one transaction. */
export const LONG_CODES = {
  'a loop': () => forever('1 POP'),
  'a loop in one block': () => forever(`${'DUP1 DUP1 MUL POP '.repeat(6000)}`, '3'),
  'calls': () => forever('0 0 0 0 ADDRESS 5000 STATICCALL POP', ''),
  'memory that grows': () => forever('DUP1 DUP1 MSTORE 4096 ADD', '0'),
  'copies of memory': () => forever(`${8 * MEBI} 0 ${8 * MEBI} MCOPY`, `0 ${16 * MEBI} MSTORE`),
  'copies in one block': () =>
    forever(`${8 * MEBI} 0 ${8 * MEBI} MCOPY `.repeat(1000), `0 ${16 * MEBI} MSTORE`),
  'KECCAK256, 32 MiB': () => forever(`${32 * MEBI} 0 KECCAK256 POP`, `0 ${32 * MEBI} MSTORE`),
  'KECCAK256, 64 KiB': () => forever(`${64 * KIBI} 0 KECCAK256 POP`),
  'KECCAK256 in one block': () => forever(`${64 * KIBI} 0 KECCAK256 POP `.repeat(2000)),
  'SHA-256, 32 MiB': () => precompile(2, 32 * MEBI),
  'RIPEMD-160, 16 MiB': () => precompile(3, 16 * MEBI),
  'identity, 8 MiB': () => precompile(4, 8 * MEBI),
  'MODEXP, 256 bytes': () => modexp(256, 256, 256),
  'MODEXP, 1 KiB': () => modexp(KIBI, KIBI, KIBI),
  'MODEXP, 64 KiB': () => modexp(64 * KIBI, 32, 64 * KIBI),
  'MODEXP, even, 512 bytes': () => modexp(512, 512, 512),
  'BLAKE2 F, 2^32 rounds': () => precompile(9, 213, '0 NOT 0 MSTORE'),
  'ECRECOVER': () => precompile(1, 128, `27 32 MSTORE 1 64 MSTORE 1 96 MSTORE`),
  'BN254 MUL': () => repeatedData(7, 1, 96),
  'BN254 pairing, 5,000 pairs': () => repeatedData(8, 5000, 192),
  'BLS12-381 MSM in G1, 5,000 terms': () => repeatedData(0x0c, 5000, 160),
  'BLS12-381 MSM in G2, 5,000 terms': () => repeatedData(0x0e, 5000, 288),
  'BLS12-381 pairing, 2,000 pairs': () => repeatedData(0x0f, 2000, 384),
  'cold slots': () => forever('DUP1 SLOAD POP 1 ADD', '0'),
  'new slots': () => forever('DUP1 DUP1 SSTORE 1 ADD', '1'),
  'transient slots': () => forever('DUP1 DUP1 TSTORE 1 ADD 255 AND', '1'),
  'logs': () => forever('0 0 LOG0'),
  'creations': () => forever(`${48 * KIBI} 0 0 CREATE POP`, `1 ${48 * KIBI} MSTORE`),
  'creations that fail': () => forever(`${48 * KIBI} 0 0 CREATE POP`, `0xfe ${0} MSTORE8 1 ${48 * KIBI} MSTORE`),
}

export const LONG_DATA = {
  'BN254 MUL': `0x${word(1)}${word(2)}${SCALAR}`,
  'BN254 pairing, 5,000 pairs': BN254_PAIR,
  'BLS12-381 MSM in G1, 5,000 terms': `0x${BLS_G1}${SCALAR}`,
  'BLS12-381 MSM in G2, 5,000 terms': `0x${BLS_G2}${SCALAR}`,
  'BLS12-381 pairing, 2,000 pairs': `0x${BLS_G1}${BLS_G2}`,
}

export const longCode = (name) => longCall(LONG_CODES[name](), { data: LONG_DATA[name] })

/** So many transfers, each between two others. */
export function transfers(count) {
  const alloc = {}
  const calls = Array.from({ length: count }, (_, i) => {
    const from = addressOf(1000 + i)
    alloc[from] = { balance: RICH }
    return { from, to: addressOf(2000 + i + count), value: 1n, gas: 21_000 }
  })
  return { alloc, ...unsignedBlock(calls, count * 21_000, FORK) }
}
