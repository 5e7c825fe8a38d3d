// For each opcode a snippet to repeat, and the same without the opcode: `body` copies operands that
// `stack` has put below, executes the opcode, and drops its results; `base` copies and drops only.
import { addressOf } from './unsigned-block.mjs'

export const FIRST_CONTRACT = 40_000_000
const contract = (i) => addressOf(FIRST_CONTRACT + i)
export const MEASURED = contract(0)
const STOPS = contract(1)

/** Contracts that are called. */
const CALLEES = {
  STOP: 'STOP',
  RETURN: '0 0 RETURN',
  REVERT: '0 0 REVERT',
  INVALID: 'INVALID',
  SELFDESTRUCT: 'CALLER SELFDESTRUCT',
}
/** Address → mnemonics. */
export const calleeSources = Object.fromEntries(
  Object.values(CALLEES).map((source, i) => [contract(1 + i), source]),
)

/** Makes warm what snippets touch, so that each repetition costs the same. */
export const PREAMBLE = [
  ...Object.keys(calleeSources).map((address) => `${address} BALANCE POP`),
  '5 1 SSTORE',
].join(' ')

const ALL = 2n ** 256n - 1n
const A = 0xf1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff01n
const B = 0xc0ffee11223344556677889900aabbccddeeff0123456789abcdef0fedcba987n
/** The field of secp256k1. */
const P = 2n ** 256n - 2n ** 32n - 977n
const WORDS = Array.from({ length: 17 }, (_, i) => A >> BigInt(i))

const times = (count, text) => Array(count).fill(text).join(' ')

/** @param operands top first */
function operation(opcode, operands, { results = 1, note } = {}) {
  const count = operands.length
  const copies = times(count, `DUP${count}`)
  return {
    name: note === undefined ? opcode : `${opcode} ${note}`,
    stack: operands.toReversed(),
    body: `${copies} ${opcode} ${times(results, 'POP')}`,
    base: `${copies} ${times(count, 'POP')}`,
  }
}
const note = (text) => ({ note: text })
const effect = (opcode, operands, text) => operation(opcode, operands, { results: 0, note: text })

/** Pushes one word, which POP drops again. */
const pushes = (opcode, name = opcode) => ({ name, stack: [], body: `${opcode} POP`, base: '' })
const alone = (opcode, stack) => ({ name: opcode, stack, body: opcode, base: '' })

function call(opcode, to = STOPS, name = opcode) {
  const hasValue = opcode === 'CALL' || opcode === 'CALLCODE'
  const operands = `${times(hasValue ? 5 : 4, '0')} ${to} 6000`
  const drops = times(hasValue ? 7 : 6, 'POP')
  return { name, stack: [], body: `${operands} ${opcode} POP`, base: `${operands} ${drops}` }
}
/** The end of a frame: a call to code that ends so, against a call to code that stops. */
const end = (opcode) => ({
  name: opcode,
  stack: [],
  body: call('CALL', contract(1 + Object.keys(CALLEES).indexOf(opcode))).body,
  base: call('CALL').body,
})
const log = (topics) => effect(`LOG${topics}`, Array(topics + 2).fill(0))

/** Group → snippets. `%` in a body is the number of the repetition. */
export const SNIPPETS = {
  arithmetic: [
    operation('ADD', [A, B]),
    operation('SUB', [A, B]),
    operation('MUL', [1234567, 7654321], note('32 × 32 bits')),
    operation('MUL', [A, 0xfedcba9876543211n], note('256 × 64')),
    operation('MUL', [A, B], note('256 × 256')),
    operation('DIV', [0xfedcba9876543210n, 12345], note('64 / 32 bits')),
    operation('DIV', [A, 12345], note('256 / 32')),
    operation('DIV', [A, 0xfedcba9876543211n], note('256 / 64')),
    operation('DIV', [A, B >> 128n], note('256 / 128')),
    operation('DIV', [A, 2n ** 224n], note('256 / 2^224')),
    operation('SDIV', [ALL - 123_456_789n, 1000]),
    operation('MOD', [A, B >> 128n], note('256 mod 128')),
    operation('SMOD', [ALL - 123_456_789n, 1000]),
    operation('ADDMOD', [A >> 1n, B >> 1n, P]),
    operation('MULMOD', [A, B, P], note('256 bits')),
    operation('MULMOD', [A, B, P >> 96n], note('mod 160 bits')),
    operation('MULMOD', [A >> 200n, B >> 200n, 12_345_678_901n], note('64 bits')),
    operation('EXP', [10, 18], note('10^18')),
    operation('EXP', [A, B], note('256-bit exponent')),
    operation('SIGNEXTEND', [1, 0xff80]),
  ],
  'comparison and bits': [
    ...['LT', 'GT', 'SLT', 'SGT', 'EQ', 'AND', 'OR', 'XOR'].map((name) => operation(name, [A, B])),
    ...['ISZERO', 'NOT', 'CLZ'].map((name) => operation(name, [A])),
    operation('BYTE', [5, A]),
    ...['SHL', 'SHR', 'SAR'].map((name) => operation(name, [71, A])),
  ],
  hashing: [
    // The loop hashes one input, which is known after the first time up to 64 bytes
    operation('KECCAK256', [0, 64], note('64 bytes, known')),
    ...[65, 1024].map((size) => operation('KECCAK256', [0, size], note(`${size} bytes`))),
  ],
  environment: [
    ...['ADDRESS', 'ORIGIN', 'CALLER', 'CALLVALUE', 'CALLDATASIZE', 'CODESIZE'].map((name) =>
      pushes(name),
    ),
    ...['GASPRICE', 'RETURNDATASIZE', 'COINBASE', 'TIMESTAMP', 'NUMBER'].map((name) =>
      pushes(name),
    ),
    ...['PREVRANDAO', 'GASLIMIT', 'CHAINID', 'SELFBALANCE', 'BASEFEE'].map((name) =>
      pushes(name),
    ),
    pushes('BLOBBASEFEE'),
    operation('CALLDATALOAD', [0]),
    effect('CALLDATACOPY', [0, 0, 32], '32 bytes'),
    effect('CODECOPY', [0, 0, 32], '32 bytes'),
    effect('RETURNDATACOPY', [0, 0, 0], '0 bytes'),
    operation('BALANCE', [STOPS]),
    operation('EXTCODESIZE', [STOPS]),
    operation('EXTCODEHASH', [STOPS]),
    effect('EXTCODECOPY', [STOPS, 0, 0, 32], '32 bytes'),
    operation('BLOCKHASH', [5]),
    operation('BLOBHASH', [0]),
  ],
  'memory and storage': [
    operation('MLOAD', [64]),
    effect('MSTORE', [64, A]),
    effect('MSTORE8', [64, 1]),
    effect('MCOPY', [0, 64, 32], '32 bytes'),
    effect('MCOPY', [0, 64, 1024], '1024 bytes'),
    pushes('MSIZE'),
    operation('SLOAD', [1], note('warm')),
    effect('SSTORE', [1, 5], 'no change'),
    { name: 'SSTORE dirty', stack: [1], body: 'GAS DUP2 SSTORE', base: 'GAS DUP2 POP POP' },
    operation('TLOAD', [1]),
    effect('TSTORE', [1, 5]),
  ],
  'stack and flow': [
    pushes('PUSH0'),
    pushes('1', 'PUSH1'),
    pushes(`${A}`, 'PUSH32'),
    { ...pushes('DUP1'), stack: [1] },
    { ...pushes('DUP16'), stack: WORDS.slice(1) },
    alone('SWAP1', WORDS),
    alone('SWAP16', WORDS),
    pushes('PC'),
    pushes('GAS'),
    { name: 'JUMPDEST', stack: [], body: 'here%:', base: '' },
    { name: 'PUSH JUMP', stack: [], body: '@here% JUMP here%:', base: '' },
    { name: 'DUP1 PUSH JUMPI', stack: [1], body: 'DUP1 @here% JUMPI here%:', base: '' },
    { name: 'the same, not taken', stack: [0], body: 'DUP1 @here% JUMPI here%:', base: '' },
  ],
  logs: [0, 1, 2, 3, 4].map(log),
  'calls and creations': [
    ...['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'].map((name) => call(name)),
    ...['RETURN', 'REVERT', 'INVALID', 'SELFDESTRUCT'].map(end),
    { name: 'CREATE', stack: [], body: '0 0 0 CREATE POP', base: '0 0 0 POP POP POP' },
    {
      name: 'CREATE2',
      stack: [],
      body: 'GAS 0 0 0 CREATE2 POP',
      base: 'GAS 0 0 0 POP POP POP POP',
    },
  ],
}
