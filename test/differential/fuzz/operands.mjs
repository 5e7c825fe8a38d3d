/** Operands that make instructions do something: each function leaves one word on the stack. */
import { OP } from './instructions.mjs'

const MAX = (1n << 256n) - 1n
/** Where a program keeps the address of the last account that it created. */
export const CHILD_SLOT = 6
const SLOTS = 6
/** Has neither balance nor code. */
const NOBODY = 0xdead0000

const EDGES = [0n, 1n, 2n, 3n, 31n, 32n, 33n, 127n, 128n, 255n, 256n, 1n << 63n, (1n << 64n) - 1n]
const HIGH_EDGES = [1n << 64n, (1n << 128n) - 1n, 1n << 128n, 1n << 255n, (1n << 255n) - 1n, MAX]

function randomWord(r) {
  return r.weighted([
    [30, () => BigInt(r.below(20))],
    [18, () => r.pick(EDGES)],
    [18, () => r.pick(HIGH_EDGES)],
    [8, () => (1n << BigInt(r.below(256))) - BigInt(r.below(2))],
    [8, () => MAX - BigInt(r.below(40))],
    [18, () => r.word() >> BigInt(r.below(256))],
  ])()
}

/** Mostly small; now and then beyond any memory, or beyond 64 bits. */
function mostly(r, small, odd) {
  return BigInt(r.weighted([
    [960, () => small()],
    [36, () => odd()],
    [2, () => 1n << BigInt(r.pick([20, 32, 63, 64]))],
    [2, () => randomWord(r)],
  ])())
}

const NUMBERS = {
  word: randomWord,
  slot: (r) => (r.percent(95) ? BigInt(r.below(SLOTS)) : randomWord(r)),
  stored: (r) => (r.percent(30) ? 0n : r.percent(60) ? BigInt(r.below(4)) : randomWord(r)),
  offset: (r) => mostly(r, () => r.below(200), () => r.below(3000)),
  size: (r) => (r.percent(10) ? 0n : mostly(r, () => r.below(100), () => r.below(1500))),
  smallSize: (r) => BigInt(r.below(8)),
  source: (r) => mostly(r, () => r.below(120), () => r.below(1 << 20)),
  small: (r) => mostly(r, () => r.below(40), () => r.below(300)),
  shift: (r) => mostly(r, () => r.below(258), () => r.below(1 << 20)),
  exponent: (r) => mostly(r, () => r.below(300), () => r.word() >> BigInt(r.below(256))),
}

function pushBlockNumber(code, r) {
  code.push(r.pick([0, 1, 2, 100, 255, 256, 257])).op(OP.NUMBER, OP.SUB)
}

function pushAddress(code, r, cast) {
  r.weighted([
    [45, () => code.push(r.pick(cast.contracts))],
    [15, () => code.push(r.pick(cast.people))],
    [8, () => code.push(r.pick(cast.precompiles))],
    [6, () => code.push(NOBODY + r.below(4))],
    [6, () => code.op(OP.ADDRESS)],
    [6, () => code.op(r.pick([OP.CALLER, OP.ORIGIN, OP.COINBASE]))],
    [10, () => code.push(CHILD_SLOT).op(OP.SLOAD)],
    // What lies above 160 bits does not count
    [4, () => code.pushWide((r.word() << 160n) & MAX | BigInt(r.pick(cast.contracts)))],
  ])()
}

/** Pushes an operand of the kind that an instruction asks for. */
export function pushOperand(code, r, cast, kind) {
  if (kind === 'address') pushAddress(code, r, cast)
  else if (kind === 'blockNumber' && r.percent(80)) pushBlockNumber(code, r)
  else if (r.percent(3)) code.pushWide(randomWord(r))
  else code.push((NUMBERS[kind] ?? randomWord)(r))
}
