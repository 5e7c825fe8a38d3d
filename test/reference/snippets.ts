/**
 * Random actor programs. A contract looks at the size of its call data first:
 *   0         "receive": a few writes (what a plain payment meets)
 *   1 … 31    "view": reads only; byte 0 says how deep it may view others
 *   32 or more "act": word 0 counts down with every hop, so that exchanges of messages end
 */
import { OP, Assembler } from './assembler.js'
import type { Address } from './bytes.js'
import type { Random } from './random.js'

/** Whom programs know. */
export interface Cast {
  /** Without calls and creations actor and Ethereum semantics agree. */
  isAlone: boolean
  contracts: Address[]
  people: Address[]
  precompiles: Address[]
}

/** Where programs keep things in memory. */
const MEMORY = { scratch: 0x00, hops: 0x60, out: 0x80, result: 0x100, initCode: 0x200 } as const
const CHILD_SLOT = 0x20
const SLOTS = 6
const MAX_HOPS = 7

type Snippet = (a: Assembler, r: Random, cast: Cast, nesting: number) => void

/** Word 1 of the call data as an address, or 0 if that is none but a precompile's. */
function pushAddressFromCallData(a: Assembler): void {
  a.push((1n << 160n) - 1n, 32).op(OP.CALLDATALOAD, OP.AND)
  a.op(OP.DUP1).push(0xffff).op(OP.LT, OP.MUL)
}

function pushTarget(a: Assembler, r: Random, cast: Cast): void {
  r.weighted<() => void>([
    [60, () => a.push(r.pick(cast.contracts))],
    [7, () => a.push(r.pick(cast.people))],
    [6, () => a.push(r.pick(cast.precompiles))],
    [3, () => a.push(0xdead0000 + r.below(3))],
    [5, () => a.op(OP.ADDRESS)],
    [8, () => a.op(OP.CALLER)],
    // What a message brings in word 1: often a child of its sender.
    [5, () => pushAddressFromCallData(a)],
    [8, () => a.push(CHILD_SLOT).op(OP.SLOAD)],
    [3, () => a.op(OP.ORIGIN)],
  ])()
}

const CONTEXT_READS = [
  OP.CALLVALUE, OP.CALLER, OP.GAS, OP.SELFBALANCE, OP.RETURNDATASIZE, OP.CALLDATASIZE, OP.ADDRESS,
  OP.ORIGIN, OP.NUMBER, OP.TIMESTAMP, OP.GASPRICE, OP.CODESIZE, OP.MSIZE, OP.PC, OP.BASEFEE,
  OP.COINBASE, OP.CHAINID, OP.PREVRANDAO, OP.BLOBBASEFEE, OP.GASLIMIT,
]
const UNARY = [OP.ISZERO, OP.NOT, OP.CLZ, OP.BLOCKHASH, OP.BLOBHASH]
const BINARY = [
  OP.ADD, OP.MUL, OP.SUB, OP.DIV, OP.SDIV, OP.MOD, OP.SMOD, OP.SIGNEXTEND, OP.LT, OP.GT, OP.SLT,
  OP.SGT, OP.EQ, OP.AND, OP.OR, OP.XOR, OP.BYTE, OP.SHL, OP.SHR, OP.SAR, OP.EXP,
]
const ACCOUNT_READS = [OP.BALANCE, OP.EXTCODESIZE, OP.EXTCODEHASH]

/** Leaves one word on the stack. */
function pushValue(a: Assembler, r: Random, cast: Cast, nesting = 2): void {
  const deeper = (): void => pushValue(a, r, cast, nesting - 1)
  const leaf = (): void => r.weighted<() => void>([
    [20, () => a.push(r.below(20))],
    [3, () => a.push(r.word() >> BigInt(r.below(256)))],
    [14, () => a.push(r.below(SLOTS)).op(OP.SLOAD)],
    [5, () => a.push(r.below(SLOTS)).op(OP.TLOAD)],
    [14, () => a.op(r.pick(CONTEXT_READS))],
    [8, () => a.push(32 * r.below(3)).op(OP.CALLDATALOAD)],
    [6, () => a.push(MEMORY.result).op(OP.MLOAD)],
    [6, () => { pushTarget(a, r, cast); a.op(r.pick(ACCOUNT_READS)) }],
  ])()
  if (nesting === 0) return leaf()
  r.weighted<() => void>([
    [60, leaf],
    [8, () => { deeper(); a.op(r.pick(UNARY)) }],
    [25, () => { deeper(); deeper(); a.op(r.pick(BINARY)) }],
    [4, () => { deeper(); deeper(); deeper(); a.op(r.pick([OP.ADDMOD, OP.MULMOD])) }],
    [3, () => a.push(r.below(100), MEMORY.scratch).op(OP.KECCAK256)],
  ])()
}

const store: Snippet = (a, r, cast) => {
  if (r.percent(30)) {
    const slot = r.below(SLOTS)
    a.push(1, slot).op(OP.SLOAD, OP.ADD).push(slot).op(OP.SSTORE)
    return
  }
  if (r.percent(25)) a.push(0)
  else pushValue(a, r, cast)
  a.push(r.below(SLOTS)).op(r.percent(15) ? OP.TSTORE : OP.SSTORE)
}

const log: Snippet = (a, r, cast) => {
  const topics = r.below(5)
  for (let i = 0; i < topics; i++) pushValue(a, r, cast, 0)
  a.push(r.below(70), r.below(0x120)).op(OP.LOG0 + topics)
}

const memory: Snippet = (a, r, cast) => {
  r.weighted<() => void>([
    [4, () => { pushValue(a, r, cast); a.push(r.below(0x60)).op(OP.MSTORE) }],
    [2, () => { pushValue(a, r, cast); a.push(r.below(0x60)).op(OP.MSTORE8) }],
    [2, () => a.push(r.below(80), r.below(99), r.below(0x30)).op(OP.MCOPY)],
    [2, () => a.push(r.below(80), r.below(50), r.below(0x30)).op(OP.CALLDATACOPY)],
    [1, () => a.push(r.below(80), r.below(50), r.below(0x30)).op(OP.CODECOPY)],
    [1, () => a.push(r.below(40), r.below(9), 0x20, r.pick(cast.contracts)).op(OP.EXTCODECOPY)],
    [1, () => a.op(OP.RETURNDATASIZE).push(0, 0x10).op(OP.RETURNDATACOPY)],
  ])()
}

function pushAmount(a: Assembler, r: Random): void {
  r.weighted<() => void>([
    [50, () => a.push(0)],
    [36, () => a.push(r.between(1, 1000))],
    [6, () => a.op(OP.SELFBALANCE)],
    [4, () => a.push(2).op(OP.SELFBALANCE, OP.DIV)],
    [4, () => a.push(1n << BigInt(r.between(60, 255)))],
  ])()
}

function pushGas(a: Assembler, r: Random): void {
  r.weighted<() => void>([
    [66, () => a.op(OP.GAS)],
    [19, () => a.push(r.pick([30_000, 60_000, 150_000, 300_000]))],
    [4, () => a.push(r.pick([0, 1, 100, 700, 2300, 3000]))],
    [7, () => a.push(2).op(OP.GAS, OP.DIV)],
    [4, () => a.push((1n << BigInt(r.pick([63, 64, 65, 256]))) - 1n)],
  ])()
}

/** What becomes of the 0 or 1 that a call left on the stack, and of what it returned. */
function useResult(a: Assembler, r: Random): void {
  r.weighted<() => void>([
    [40, () => a.op(OP.POP)],
    [50, () => a.push(r.below(SLOTS)).op(OP.SSTORE)],
    [4, () => {
      const end = a.label()
      a.pushLabel(end).op(OP.JUMPI).push(0, 0).op(OP.REVERT).place(end)
    }],
  ])()
  if (r.percent(15)) a.op(OP.RETURNDATASIZE).push(r.below(SLOTS)).op(OP.SSTORE)
  if (r.percent(25)) a.push(MEMORY.result).op(OP.MLOAD).push(r.below(SLOTS)).op(OP.SSTORE)
}

/** Call data for an act: hops left less one (sometimes not less), and a word. */
function writeActData(a: Assembler, r: Random, cast: Cast): number {
  if (r.percent(93)) a.push(1)
  else a.push(0)
  a.push(MEMORY.hops).op(OP.MLOAD, OP.SUB).push(MEMORY.out).op(OP.MSTORE)
  if (r.percent(35)) a.push(CHILD_SLOT).op(OP.SLOAD)
  else pushValue(a, r, cast, 1)
  a.push(MEMORY.out + 32).op(OP.MSTORE)
  return r.pick([32, 33, 64, 64, 96, 100])
}

/** Call data for a view: how deep it may go. */
function writeViewData(a: Assembler, r: Random): number {
  a.push(r.below(3), MEMORY.out).op(OP.MSTORE8)
  return r.pick([1, 4, 31])
}

/** Runs `body` only while there are hops left. */
function whileHopsLeft(a: Assembler, body: () => void): void {
  const end = a.label()
  a.push(MEMORY.hops).op(OP.MLOAD, OP.ISZERO).pushLabel(end).op(OP.JUMPI)
  body()
  a.place(end)
}

/** The operands of a call; `size` bytes of call data are in memory already. */
function pushOperands(
  a: Assembler, r: Random, cast: Cast, opcode: number, size: number, pushTo?: () => void,
): void {
  a.push(r.pick([0, 32, 64]), MEMORY.result, size, MEMORY.out)
  if (opcode === OP.CALL || opcode === OP.CALLCODE) pushAmount(a, r)
  if (pushTo === undefined) pushTarget(a, r, cast)
  else pushTo()
  pushGas(a, r)
  a.op(opcode)
}

const call: Snippet = (a, r, cast, nesting) => {
  if (cast.isAlone) return store(a, r, cast, nesting)
  const opcode = r.weighted([
    [70, OP.CALL], [16, OP.STATICCALL], [9, OP.DELEGATECALL], [5, OP.CALLCODE],
  ] as const)
  if (opcode === OP.STATICCALL ? r.percent(85) : r.percent(8)) {
    pushOperands(a, r, cast, opcode, writeViewData(a, r))
    if (r.percent(60)) a.push(MEMORY.result).op(OP.MLOAD).push(r.below(SLOTS)).op(OP.SSTORE)
    return useResult(a, r)
  }
  if (opcode === OP.CALL && r.percent(22)) {
    pushOperands(a, r, cast, opcode, 0)
    return useResult(a, r)
  }
  whileHopsLeft(a, () => {
    pushOperands(a, r, cast, opcode, writeActData(a, r, cast))
    useResult(a, r)
  })
}

/** Creates a child, keeps its address, and often speaks to it. */
const create: Snippet = (a, r, cast, nesting) => {
  if (nesting === 0 || cast.isAlone) return store(a, r, cast, nesting)
  const initCode = randomInitCode(r, cast, nesting - 1)
  const at = a.carry(initCode)
  whileHopsLeft(a, () => {
    a.push(initCode.length).pushLabel(at).push(MEMORY.initCode).op(OP.CODECOPY)
    const hasSalt = r.percent(50)
    if (hasSalt) a.push(r.below(2))
    a.push(initCode.length, MEMORY.initCode)
    pushAmount(a, r)
    a.op(hasSalt ? OP.CREATE2 : OP.CREATE)
    a.push(CHILD_SLOT).op(OP.SSTORE)
    for (let calls = r.below(3); calls > 0; calls--) {
      const opcode = r.pick([OP.CALL, OP.CALL, OP.STATICCALL])
      const size = opcode === OP.CALL ? writeActData(a, r, cast) : writeViewData(a, r)
      pushOperands(a, r, cast, opcode, size, () => a.push(CHILD_SLOT).op(OP.SLOAD))
      useResult(a, r)
    }
  })
}

/** Ends the frame in one way or another. */
const end: Snippet = (a, r, cast) => {
  r.weighted<() => void>([
    [40, () => a.push(r.below(70), MEMORY.scratch).op(OP.REVERT)],
    [20, () => a.push(r.below(70), MEMORY.scratch).op(OP.RETURN)],
    [10, () => a.op(OP.INVALID)],
    [8, () => a.push(1n << 40n).op(OP.MLOAD)],
    [22, () => { pushTarget(a, r, cast); a.op(OP.SELFDESTRUCT) }],
  ])()
}

/** Something that happens only if a random condition holds. */
const branch: Snippet = (a, r, cast, nesting) => {
  const after = a.label()
  pushValue(a, r, cast)
  if (r.percent(60)) a.push(r.pick([1, 2, 3, 7])).op(OP.AND)
  if (r.percent(50)) a.op(OP.ISZERO)
  a.pushLabel(after).op(OP.JUMPI)
  const body = r.weighted<Snippet>([[35, end], [30, call], [20, store], [15, create]])
  body(a, r, cast, nesting)
  a.place(after)
}

const ACTIONS: readonly (readonly [number, Snippet])[] = [
  [27, store], [42, call], [6, log], [6, memory], [12, branch], [7, create],
]

function act(a: Assembler, r: Random, cast: Cast, nesting: number, most: number): void {
  for (let count = r.between(1, most); count > 0; count--) {
    r.weighted(ACTIONS)(a, r, cast, nesting)
  }
}

/** Sends an act to another contract: what makes the next round. */
const passOn: Snippet = (a, r, cast, nesting) => {
  if (cast.isAlone) return memory(a, r, cast, nesting)
  whileHopsLeft(a, () => {
    const size = writeActData(a, r, cast)
    pushOperands(a, r, cast, OP.CALL, size, () => a.push(r.pick(cast.contracts)))
    useResult(a, r)
  })
}

/** Whoever views this sees any write, and often his own balance. */
function pushStorageSum(a: Assembler, r: Random): void {
  a.push(0).op(OP.SLOAD)
  for (let slot = 1; slot < SLOTS; slot++) a.push(slot).op(OP.SLOAD, OP.ADD)
  if (r.percent(60)) return
  a.op(r.pick([OP.CALLER, OP.ADDRESS]), r.pick([OP.BALANCE, OP.EXTCODESIZE]), OP.ADD)
}

/** Reads, and views of others as deep as byte 0 of the call data allows; returns two words. */
function view(a: Assembler, r: Random, cast: Cast): void {
  const last = a.label()
  a.push(0).op(OP.CALLDATALOAD).push(248).op(OP.SHR, OP.DUP1, OP.ISZERO)
  a.pushLabel(last).op(OP.JUMPI)
  a.push(1).op(OP.DUP1 + 1, OP.SUB).push(3).op(OP.AND).push(MEMORY.out).op(OP.MSTORE8)
  for (let views = r.below(3); views > 0; views--) {
    pushOperands(a, r, cast, r.pick([OP.STATICCALL, OP.STATICCALL, OP.CALL, OP.DELEGATECALL]), 4)
    a.push(MEMORY.result).op(OP.MLOAD, OP.ADD).push(MEMORY.scratch + 32).op(OP.MSTORE)
  }
  a.place(last)
  if (r.percent(70)) pushStorageSum(a, r)
  else pushValue(a, r, cast)
  a.push(MEMORY.scratch).op(OP.MSTORE)
  if (r.percent(8)) a.push(0, 0).op(OP.SSTORE)
  a.push(64, MEMORY.scratch).op(r.percent(92) ? OP.RETURN : OP.REVERT)
}

/** Code of a contract. `nesting`: how many generations of children it can carry. */
export function randomProgram(r: Random, cast: Cast, nesting: number): Uint8Array {
  const a = new Assembler()
  const acts = a.label()
  const views = a.label()
  a.push(31).op(OP.CALLDATASIZE, OP.GT).pushLabel(acts).op(OP.JUMPI)
  a.op(OP.CALLDATASIZE).pushLabel(views).op(OP.JUMPI)
  if (r.percent(70)) act(a, r, cast, 0, 2)
  a.op(OP.STOP).place(views)
  view(a, r, cast)
  a.place(acts)
  a.push(MAX_HOPS, 0).op(OP.CALLDATALOAD, OP.AND).push(MEMORY.hops).op(OP.MSTORE)
  if (r.percent(70)) act(a, r, cast, nesting, 2)
  if (r.percent(95)) passOn(a, r, cast, nesting)
  act(a, r, cast, nesting, 5)
  if (r.percent(45)) passOn(a, r, cast, nesting)
  a.push(32, MEMORY.result).op(r.percent(95) ? OP.RETURN : OP.REVERT)
  return a.finish()
}

/** A constructor; most return a program, some nothing, too much or something forbidden. */
export function randomInitCode(r: Random, cast: Cast, nesting: number): Uint8Array {
  const a = new Assembler()
  if (r.percent(45)) a.push(r.below(3), MEMORY.hops).op(OP.MSTORE)
  if (r.percent(60)) act(a, r, cast, nesting, 3)
  r.weighted<() => void>([
    [84, () => {
      const runtime = randomProgram(r, cast, nesting)
      const at = a.carry(runtime)
      a.push(runtime.length).pushLabel(at).push(0).op(OP.CODECOPY)
      a.push(runtime.length, 0).op(OP.RETURN)
    }],
    [6, () => a.op(OP.STOP)],
    [2, () => a.push(0xef, 0).op(OP.MSTORE8).push(1, 0).op(OP.RETURN)],
    [2, () => a.push(24577, 0).op(OP.RETURN)],
    [6, () => end(a, r, cast, nesting)],
  ])()
  return a.finish()
}
