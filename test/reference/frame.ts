/** One frame: stack, memory, gas, and what it sees of the state. */
import { EMPTY_BYTES, bytesToBigInt, type Address } from './bytes.js'
import { GAS, MAX_STACK, words } from './gas.js'
import type { Activation } from './activation.js'
import { emptyAccount, type Account } from './world.js'

/** Exceptional halting: all gas of the frame is gone. Data, not a fault: never leaves the EVM. */
export class Halt extends Error {}

/** How a frame ended. `gas` is what it leaves. */
export interface Outcome {
  status: 'success' | 'revert' | 'halt'
  gas: bigint
  output: Uint8Array
}

export interface Instruction {
  name: string
  /** The part of the price that does not depend on anything. */
  gas: bigint
  /** Returns an outcome if the frame ends here. Throws Halt. */
  run: (frame: Frame) => Outcome | void
}

/** Runs a frame to its end; throws Halt when it halts exceptionally. */
export type Interpret = (frame: Frame) => Outcome

/**
 * Below a snapshot STATICCALL: everything is read as the round began, and code of an account to
 * which one of `senders` has a message in flight does not run.
 */
export interface SnapshotView {
  senders: ReadonlySet<Address>
}

export interface FrameInput {
  self: Address
  caller: Address
  value: bigint
  data: Uint8Array
  code: Uint8Array
  gas: bigint
  depth: number
  isStatic: boolean
  /** Undefined: live. */
  snapshotView: SnapshotView | undefined
}

/** Memory beyond this costs more gas than any frame can have. */
const MAX_MEMORY_BYTES = 1n << 32n

export class Frame {
  readonly self: Address
  readonly caller: Address
  readonly value: bigint
  readonly data: Uint8Array
  readonly code: Uint8Array
  readonly depth: number
  readonly isStatic: boolean
  readonly snapshotView: SnapshotView | undefined
  readonly act: Activation
  readonly stack: bigint[] = []
  gas: bigint
  pc = 0
  /** Always a whole number of words. */
  memory: Uint8Array = EMPTY_BYTES
  returnData: Uint8Array = EMPTY_BYTES
  private jumpDests: Set<number> | undefined

  constructor(act: Activation, input: FrameInput) {
    this.act = act
    this.self = input.self
    this.caller = input.caller
    this.value = input.value
    this.data = input.data
    this.code = input.code
    this.depth = input.depth
    this.isStatic = input.isStatic
    this.snapshotView = input.snapshotView
    this.gas = input.gas
  }

  charge(amount: bigint): void {
    if (amount > this.gas) throw new Halt('out of gas')
    this.gas -= amount
  }

  push(word: bigint): void {
    if (this.stack.length >= MAX_STACK) throw new Halt('stack overflow')
    this.stack.push(word)
  }

  pop(): bigint {
    const word = this.stack.pop()
    if (word === undefined) throw new Halt('stack underflow')
    return word
  }

  popAll(count: number): bigint[] {
    return Array.from({ length: count }, () => this.pop())
  }

  forbidInStatic(): void {
    if (this.isStatic) throw new Halt('a write in a static frame')
  }

  /** Charges for and makes memory up to `offset + size`; a size of 0 reaches nothing. */
  expandMemory(offset: bigint, size: bigint): void {
    if (size === 0n) return
    if (offset + size > MAX_MEMORY_BYTES) throw new Halt('out of gas')
    const oldWords = words(this.memory.length)
    const newWords = words(offset + size)
    if (newWords <= oldWords) return
    this.charge(memoryCost(newWords) - memoryCost(oldWords))
    const grown = new Uint8Array(Number(newWords) * 32)
    grown.set(this.memory)
    this.memory = grown
  }

  readMemory(offset: bigint, size: bigint): Uint8Array {
    if (size === 0n) return EMPTY_BYTES
    this.expandMemory(offset, size)
    return this.memory.slice(Number(offset), Number(offset + size))
  }

  writeMemory(offset: bigint, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.expandMemory(offset, BigInt(bytes.length))
    this.memory.set(bytes, Number(offset))
  }

  /** The account as this frame sees it. */
  see(address: Address): Readonly<Account> {
    return see(this.act, this.snapshotView, address)
  }

  /** EIP-2929: charges for the access and warms the address. */
  chargeAccountAccess(address: Address): void {
    this.charge(this.warm(address) ? GAS.coldAccount : GAS.warmAccess)
  }

  /** Warms the address; says whether it was cold. */
  warm(address: Address): boolean {
    return this.act.journal.add(this.act.warmAddresses, address)
  }

  /** Warms a slot of self; says whether it was cold. */
  warmSlot(key: bigint): boolean {
    return this.act.journal.add(this.act.warmSlots, `${this.self} ${key}`)
  }

  jump(target: bigint): void {
    this.jumpDests ??= findJumpDests(this.code)
    if (target >= BigInt(this.code.length) || !this.jumpDests.has(Number(target))) {
      throw new Halt('bad jump')
    }
    this.pc = Number(target)
  }

  /** The `size` bytes after the opcode at `pc`, zero-filled, as a word; moves past them. */
  takeImmediate(size: number): bigint {
    const bytes = this.code.subarray(this.pc, this.pc + size)
    this.pc += size
    return bytesToBigInt(bytes) << BigInt(8 * (size - bytes.length))
  }
}

/** The account as a frame of that view sees it. */
export function see(
  act: Activation, view: SnapshotView | undefined, address: Address,
): Readonly<Account> {
  if (view === undefined) return act.account(address)
  return act.group.snapshot.get(address) ?? emptyAccount()
}

function memoryCost(wordCount: bigint): bigint {
  return 3n * wordCount + wordCount * wordCount / 512n
}

const PUSH1 = 0x60
const PUSH32 = 0x7f
const JUMPDEST = 0x5b

function findJumpDests(code: Uint8Array): Set<number> {
  const found = new Set<number>()
  for (let pc = 0; pc < code.length; pc++) {
    const opcode = code[pc] as number
    if (opcode === JUMPDEST) found.add(pc)
    if (opcode >= PUSH1 && opcode <= PUSH32) pc += opcode - PUSH1 + 1
  }
  return found
}

/**
 * Runs `body`; undoes all it did unless it succeeds. Gas set aside by undone emissions goes back
 * to a revert and is lost with an exceptional halt.
 */
export function guarded(act: Activation, body: () => Outcome): Outcome {
  const mark = act.mark()
  const outcome = outcomeOf(body)
  if (outcome.status === 'success') return outcome
  const setAside = act.undo(mark)
  return outcome.status === 'revert' ? { ...outcome, gas: outcome.gas + setAside } : outcome
}

function outcomeOf(body: () => Outcome): Outcome {
  try {
    return body()
  } catch (error) {
    if (error instanceof Halt) return { status: 'halt', gas: 0n, output: EMPTY_BYTES }
    throw error
  }
}
