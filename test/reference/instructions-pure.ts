/** Instructions that touch nothing but the stack: YP appendix H, 0s, 10s; EIP-145, EIP-7939. */
import { MASK_256 } from './bytes.js'
import type { Instruction } from './frame.js'
import { GAS } from './gas.js'

const SIGN_BIT = 1n << 255n

function signed(word: bigint): bigint {
  return BigInt.asIntN(256, word)
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(256, value)
}

function bit(condition: boolean): bigint {
  return condition ? 1n : 0n
}

function signExtend(byteIndex: bigint, word: bigint): bigint {
  if (byteIndex >= 31n) return word
  return wrap(BigInt.asIntN(8 * (Number(byteIndex) + 1), word))
}

/** Square and multiply modulo 2^256. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = result * square & MASK_256
    square = square * square & MASK_256
  }
  return result
}

function byteAt(index: bigint, word: bigint): bigint {
  return index > 31n ? 0n : word >> (8n * (31n - index)) & 0xffn
}

function shiftRightArithmetic(shift: bigint, word: bigint): bigint {
  if (shift > 255n) return word & SIGN_BIT ? MASK_256 : 0n
  return wrap(signed(word) >> shift)
}

function leadingZeros(word: bigint): bigint {
  return 256n - BigInt(word === 0n ? 0 : word.toString(2).length)
}

/** An instruction from a function of the popped words, top of the stack first. */
function pure(
  name: string, gas: bigint, apply: (a: bigint, b: bigint, c: bigint) => bigint, pops = 2,
): Instruction {
  return {
    name,
    gas,
    run: (frame) => {
      const [a = 0n, b = 0n, c = 0n] = frame.popAll(pops)
      frame.push(apply(a, b, c))
    },
  }
}

function chargePower(exponent: bigint): bigint {
  return GAS.expByte * BigInt(Math.ceil(exponent.toString(16).length / 2))
}

export const PURE_INSTRUCTIONS: Record<number, Instruction> = {
  0x01: pure('ADD', GAS.veryLow, (a, b) => wrap(a + b)),
  0x02: pure('MUL', GAS.low, (a, b) => wrap(a * b)),
  0x03: pure('SUB', GAS.veryLow, (a, b) => wrap(a - b)),
  0x04: pure('DIV', GAS.low, (a, b) => (b === 0n ? 0n : a / b)),
  0x05: pure('SDIV', GAS.low, (a, b) => (b === 0n ? 0n : wrap(signed(a) / signed(b)))),
  0x06: pure('MOD', GAS.low, (a, b) => (b === 0n ? 0n : a % b)),
  0x07: pure('SMOD', GAS.low, (a, b) => (b === 0n ? 0n : wrap(signed(a) % signed(b)))),
  0x08: pure('ADDMOD', GAS.mid, (a, b, n) => (n === 0n ? 0n : (a + b) % n), 3),
  0x09: pure('MULMOD', GAS.mid, (a, b, n) => (n === 0n ? 0n : a * b % n), 3),
  0x0a: {
    name: 'EXP',
    gas: GAS.exp,
    run: (frame) => {
      const base = frame.pop()
      const exponent = frame.pop()
      if (exponent > 0n) frame.charge(chargePower(exponent))
      frame.push(power(base, exponent))
    },
  },
  0x0b: pure('SIGNEXTEND', GAS.low, signExtend),
  0x10: pure('LT', GAS.veryLow, (a, b) => bit(a < b)),
  0x11: pure('GT', GAS.veryLow, (a, b) => bit(a > b)),
  0x12: pure('SLT', GAS.veryLow, (a, b) => bit(signed(a) < signed(b))),
  0x13: pure('SGT', GAS.veryLow, (a, b) => bit(signed(a) > signed(b))),
  0x14: pure('EQ', GAS.veryLow, (a, b) => bit(a === b)),
  0x15: pure('ISZERO', GAS.veryLow, (a) => bit(a === 0n), 1),
  0x16: pure('AND', GAS.veryLow, (a, b) => a & b),
  0x17: pure('OR', GAS.veryLow, (a, b) => a | b),
  0x18: pure('XOR', GAS.veryLow, (a, b) => a ^ b),
  0x19: pure('NOT', GAS.veryLow, (a) => a ^ MASK_256, 1),
  0x1a: pure('BYTE', GAS.veryLow, byteAt),
  0x1b: pure('SHL', GAS.veryLow, (shift, a) => (shift > 255n ? 0n : wrap(a << shift))),
  0x1c: pure('SHR', GAS.veryLow, (shift, a) => (shift > 255n ? 0n : a >> shift)),
  0x1d: pure('SAR', GAS.veryLow, shiftRightArithmetic),
  0x1e: pure('CLZ', GAS.low, leadingZeros, 1),
}
