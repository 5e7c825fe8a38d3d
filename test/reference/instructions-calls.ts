/** CALL, CALLCODE, DELEGATECALL, STATICCALL: section 4 of the protocol. */
import { EMPTY_BYTES, MAX_U64, wordToAddress, type Address } from './bytes.js'
import { codeToRun, isBarred } from './code.js'
import {
  Frame, guarded, type Instruction, type Interpret, type Outcome, type SnapshotView,
} from './frame.js'
import { GAS, MAX_DEPTH, allButOne64th, words } from './gas.js'
import { pair } from './activation.js'
import { isPrecompile, runPrecompile } from './precompiles.js'
import { delegateOf, isDead } from './world.js'

type CallKind = 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL'

/** A call after its own costs are paid. */
interface Call {
  kind: CallKind
  /** The gas operand. */
  cap: bigint
  /** Whose code is called. */
  target: Address
  value: bigint
  data: Uint8Array
  /** Set if the target's code is a delegation (EIP-7702). */
  delegate: Address | undefined
}

/** Where a call goes: a frame on the state as this frame sees it, one on the snapshot, or away. */
type Route = 'frame' | 'snapshot' | 'message' | 'credit'

function routeOf(frame: Frame, { kind, target, data }: Call): Route {
  const { act, self } = frame
  if (act.semantics === 'ethereum' || frame.snapshotView !== undefined) return 'frame'
  if (kind === 'DELEGATECALL' || kind === 'CALLCODE') return 'frame'
  const isOwnChild = act.group.children.has(pair(self, target))
  if (target === self || isPrecompile(target) || isOwnChild) return 'frame'
  if (kind === 'STATICCALL' || frame.isStatic) return 'snapshot'
  return frame.see(target).code.length > 0 || data.length > 0 ? 'message' : 'credit'
}

/** Pops the operands, charges what Ethereum charges before the gas to forward. */
function takeCall(
  frame: Frame, kind: CallKind,
): { call: Call; outOffset: bigint; outSize: bigint } {
  const cap = frame.pop()
  const target = wordToAddress(frame.pop())
  const value = kind === 'CALL' || kind === 'CALLCODE' ? frame.pop() : 0n
  const [inOffset, inSize, outOffset, outSize] = frame.popAll(4) as [bigint, bigint, bigint, bigint]
  if (kind === 'CALL' && value !== 0n) frame.forbidInStatic()
  frame.expandMemory(inOffset, inSize)
  frame.expandMemory(outOffset, outSize)
  frame.chargeAccountAccess(target)
  const delegate = delegateOf(frame.see(target).code)
  if (delegate !== undefined) frame.chargeAccountAccess(delegate)
  if (value !== 0n) frame.charge(GAS.callValue)
  if (kind === 'CALL' && value !== 0n && isDead(frame.see(target))) frame.charge(GAS.newAccount)
  const data = frame.readMemory(inOffset, inSize)
  return { call: { kind, cap, target, value, data, delegate }, outOffset, outSize }
}

function stipendOf(value: bigint): bigint {
  return value === 0n ? 0n : GAS.callStipend
}

/** A call that starts nothing: the gas to forward was never taken, the stipend stays. */
function finishWithoutFrame(frame: Frame, call: Call, succeeds: boolean): void {
  frame.gas += stipendOf(call.value)
  frame.returnData = EMPTY_BYTES
  frame.push(succeeds ? 1n : 0n)
}

function hasBalance(frame: Frame, amount: bigint): boolean {
  return amount <= frame.see(frame.self).balance
}

function emitMessage(frame: Frame, call: Call): void {
  const { act, self } = frame
  if (!hasBalance(frame, call.value) || !act.canEmit) return finishWithoutFrame(frame, call, false)
  frame.charge(act.block.gMessage + act.block.gWord * words(call.data.length))
  const cap = call.cap < MAX_U64 ? call.cap : MAX_U64
  const isOpen = cap >= allButOne64th(frame.gas)
  if (!isOpen) frame.charge(cap)
  act.addToBalance(self, -call.value)
  const { target: to, value, data } = call
  act.journal.push(act.emissions, { from: self, to, value, data, cap, isOpen })
  frame.returnData = EMPTY_BYTES
  frame.push(1n)
}

function sendCredit(frame: Frame, call: Call): void {
  if (!hasBalance(frame, call.value)) return finishWithoutFrame(frame, call, false)
  frame.act.addToBalance(frame.self, -call.value)
  frame.act.credit(call.target, call.value)
  finishWithoutFrame(frame, call, true)
}

/** Moves a synchronous call's value; a precompile's balance is nobody's to write live. */
function moveValue(frame: Frame, { kind, target, value }: Call): void {
  const { act, self } = frame
  if (kind !== 'CALL' || value === 0n || target === self) return
  act.addToBalance(self, -value)
  if (isPrecompile(target)) act.credit(target, value)
  else act.addToBalance(target, value)
}

function runCall(
  frame: Frame, call: Call, gas: bigint, view: SnapshotView | undefined, interpret: Interpret,
): Outcome {
  const { kind, target, value, data } = call
  const keepsSelf = kind === 'DELEGATECALL' || kind === 'CALLCODE'
  return guarded(frame.act, () => {
    moveValue(frame, call)
    if (isPrecompile(target)) return runPrecompile(target, data, gas)
    return interpret(new Frame(frame.act, {
      self: keepsSelf ? frame.self : target,
      caller: kind === 'DELEGATECALL' ? frame.caller : frame.self,
      value: kind === 'DELEGATECALL' ? frame.value : value,
      data,
      code: codeToRun(frame.act, view, target),
      gas,
      depth: frame.depth + 1,
      isStatic: frame.isStatic || kind === 'STATICCALL',
      snapshotView: view,
    }))
  })
}

/** What a call that enters the snapshot sees: whose messages bar code is settled here. */
function enterSnapshot(frame: Frame): SnapshotView {
  return { senders: new Set([frame.self, ...frame.act.group.created]) }
}

function callSynchronously(
  frame: Frame, call: Call, view: SnapshotView | undefined, interpret: Interpret,
): Uint8Array {
  const isRefused = frame.depth >= MAX_DEPTH || !hasBalance(frame, call.value)
    || (view !== undefined && isBarred(frame.act, view, call.target, call.delegate))
  if (isRefused) {
    finishWithoutFrame(frame, call, false)
    return EMPTY_BYTES
  }
  const most = allButOne64th(frame.gas)
  const forwarded = call.cap < most ? call.cap : most
  frame.charge(forwarded)
  const outcome = runCall(frame, call, forwarded + stipendOf(call.value), view, interpret)
  frame.gas += outcome.gas
  frame.returnData = outcome.output
  frame.push(outcome.status === 'success' ? 1n : 0n)
  return outcome.output
}

function callInstruction(kind: CallKind, interpret: Interpret): Instruction {
  return {
    name: kind,
    gas: GAS.zero,
    run: (frame) => {
      const { call, outOffset, outSize } = takeCall(frame, kind)
      const route = routeOf(frame, call)
      if (route === 'message') return emitMessage(frame, call)
      if (route === 'credit') return sendCredit(frame, call)
      const view = route === 'snapshot' ? enterSnapshot(frame) : frame.snapshotView
      const output = callSynchronously(frame, call, view, interpret)
      frame.writeMemory(outOffset, output.subarray(0, Number(outSize)))
    },
  }
}

export function callInstructions(interpret: Interpret): Record<number, Instruction> {
  return {
    0xf1: callInstruction('CALL', interpret),
    0xf2: callInstruction('CALLCODE', interpret),
    0xf4: callInstruction('DELEGATECALL', interpret),
    0xfa: callInstruction('STATICCALL', interpret),
  }
}
