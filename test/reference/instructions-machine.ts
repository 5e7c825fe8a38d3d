/** Stack, memory, storage, flow and log instructions: YP appendix H, 50s to a0s. */
import { bigIntToBytes, bytesToBigInt, toHex, wordToHex } from './bytes.js'
import { GAS, words } from './gas.js'
import { Halt, type Frame, type Instruction, type Outcome } from './frame.js'

/** A slot of self as the frame sees it. */
function slotSeen(frame: Frame, key: bigint): bigint {
  return frame.see(frame.self).storage.get(key) ?? 0n
}

function sload(frame: Frame): void {
  const key = frame.pop()
  frame.charge(frame.warmSlot(key) ? GAS.coldSlot : GAS.warmAccess)
  frame.push(slotSeen(frame, key))
}

/** EIP-2200 with the prices of EIP-2929 and EIP-3529. */
function sstore(frame: Frame): void {
  frame.forbidInStatic()
  const { act, self } = frame
  const key = frame.pop()
  const value = frame.pop()
  if (frame.gas <= GAS.sstoreSentry) throw new Halt('out of gas')
  const current = slotSeen(frame, key)
  const original = act.originalSlot(self, key)
  const isFirstChange = current === original && value !== current
  if (frame.warmSlot(key)) frame.charge(GAS.coldSlot)
  if (!isFirstChange) frame.charge(GAS.warmAccess)
  else frame.charge(original === 0n ? GAS.sset : GAS.sreset)
  act.addRefund(storeRefund(original, current, value))
  act.setSlot(self, key, value)
}

function storeRefund(original: bigint, current: bigint, value: bigint): bigint {
  if (value === current) return 0n
  let refund = 0n
  if (original !== 0n) {
    if (current === 0n) refund -= GAS.refundClear
    if (value === 0n) refund += GAS.refundClear
  }
  if (value === original) {
    const paidAtFirst = original === 0n ? GAS.sset : GAS.sreset
    refund += paidAtFirst - GAS.warmAccess
  }
  return refund
}

function tload(frame: Frame): void {
  const key = frame.pop()
  // Below a snapshot call transient storage is as when the round began: empty.
  const isEmpty = frame.snapshotView !== undefined
  frame.push(isEmpty ? 0n : frame.act.transient.get(`${frame.self} ${key}`) ?? 0n)
}

function tstore(frame: Frame): void {
  frame.forbidInStatic()
  const key = frame.pop()
  const value = frame.pop()
  frame.act.journal.set(frame.act.transient, `${frame.self} ${key}`, value)
}

function mload(frame: Frame): void {
  frame.push(bytesToBigInt(frame.readMemory(frame.pop(), 32n)))
}

function mstore(frame: Frame): void {
  const offset = frame.pop()
  frame.writeMemory(offset, bigIntToBytes(frame.pop(), 32))
}

function mstore8(frame: Frame): void {
  const offset = frame.pop()
  frame.writeMemory(offset, bigIntToBytes(frame.pop() & 0xffn, 1))
}

/** EIP-5656. */
function mcopy(frame: Frame): void {
  const [target, source, size] = frame.popAll(3) as [bigint, bigint, bigint]
  frame.charge(GAS.copyWord * words(size))
  frame.expandMemory(target > source ? target : source, size)
  frame.writeMemory(target, frame.readMemory(source, size))
}

function jumpIf(frame: Frame): void {
  const target = frame.pop()
  if (frame.pop() !== 0n) frame.jump(target)
}

function ends(status: 'success' | 'revert'): (frame: Frame) => Outcome {
  return (frame) => {
    const offset = frame.pop()
    const output = frame.readMemory(offset, frame.pop())
    return { status, gas: frame.gas, output }
  }
}

function pushes(size: number): Instruction {
  return {
    name: `PUSH${size}`,
    gas: size === 0 ? GAS.base : GAS.veryLow,
    run: (frame) => frame.push(frame.takeImmediate(size)),
  }
}

/** The place of the n-th word from the top (1 = top) in the stack's array. */
function place(frame: Frame, fromTop: number): number {
  const index = frame.stack.length - fromTop
  if (index < 0) throw new Halt('stack underflow')
  return index
}

function duplicates(n: number): Instruction {
  return {
    name: `DUP${n}`,
    gas: GAS.veryLow,
    run: (frame) => frame.push(frame.stack[place(frame, n)] as bigint),
  }
}

function swaps(n: number): Instruction {
  return {
    name: `SWAP${n}`,
    gas: GAS.veryLow,
    run: (frame) => exchange(frame, n + 1),
  }
}

function exchange(frame: Frame, fromTop: number): void {
  const { stack } = frame
  const other = place(frame, fromTop)
  const top = place(frame, 1)
  const word = stack[top] as bigint
  stack[top] = stack[other] as bigint
  stack[other] = word
}

function logs(topicCount: number): Instruction {
  return {
    name: `LOG${topicCount}`,
    gas: GAS.log + GAS.logTopic * BigInt(topicCount),
    run: (frame) => {
      frame.forbidInStatic()
      const offset = frame.pop()
      const size = frame.pop()
      const topics = frame.popAll(topicCount).map(wordToHex)
      frame.charge(GAS.logByte * size)
      const data = toHex(frame.readMemory(offset, size))
      frame.act.journal.push(frame.act.logs, { address: frame.self, topics, data })
    },
  }
}

/** Instructions of consecutive opcodes. */
function family(
  firstOpcode: number, parameters: number[], make: (parameter: number) => Instruction,
): Record<number, Instruction> {
  return Object.fromEntries(parameters.map((p, index) => [firstOpcode + index, make(p)]))
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export const MACHINE_INSTRUCTIONS: Record<number, Instruction> = {
  0x00: {
    name: 'STOP',
    gas: GAS.zero,
    run: (frame) => ({ status: 'success', gas: frame.gas, output: new Uint8Array(0) }),
  },
  0x50: { name: 'POP', gas: GAS.base, run: (frame) => { frame.pop() } },
  0x51: { name: 'MLOAD', gas: GAS.veryLow, run: mload },
  0x52: { name: 'MSTORE', gas: GAS.veryLow, run: mstore },
  0x53: { name: 'MSTORE8', gas: GAS.veryLow, run: mstore8 },
  0x54: { name: 'SLOAD', gas: GAS.zero, run: sload },
  0x55: { name: 'SSTORE', gas: GAS.zero, run: sstore },
  0x56: { name: 'JUMP', gas: GAS.mid, run: (frame) => frame.jump(frame.pop()) },
  0x57: { name: 'JUMPI', gas: GAS.high, run: jumpIf },
  0x58: { name: 'PC', gas: GAS.base, run: (frame) => frame.push(BigInt(frame.pc - 1)) },
  0x59: {
    name: 'MSIZE', gas: GAS.base, run: (frame) => frame.push(BigInt(frame.memory.length)),
  },
  0x5a: { name: 'GAS', gas: GAS.base, run: (frame) => frame.push(frame.gas) },
  0x5b: { name: 'JUMPDEST', gas: GAS.jumpDest, run: () => {} },
  0x5c: { name: 'TLOAD', gas: GAS.transient, run: tload },
  0x5d: { name: 'TSTORE', gas: GAS.transient, run: tstore },
  0x5e: { name: 'MCOPY', gas: GAS.veryLow, run: mcopy },
  ...family(0x5f, range(0, 32), pushes),
  ...family(0x80, range(1, 16), duplicates),
  ...family(0x90, range(1, 16), swaps),
  ...family(0xa0, range(0, 4), logs),
  0xf3: { name: 'RETURN', gas: GAS.zero, run: ends('success') },
  0xfd: { name: 'REVERT', gas: GAS.zero, run: ends('revert') },
}
