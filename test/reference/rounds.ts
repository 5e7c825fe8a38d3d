/** Rounds: groups of messages, activations, the barrier (protocol, 2 to 6). */
import {
  Activation, Group, pair, type BlockContext, type Credit, type Emission, type Log,
} from './activation.js'
import type { Root } from './admission.js'
import {
  EMPTY_BYTES, bigIntToBytes, concatBytes, fromHex, keccak, toHex, type Address, type Hex,
} from './bytes.js'
import { codeToRun } from './code.js'
import { Frame, guarded, type Outcome } from './frame.js'
import { GAS } from './gas.js'
import { construct } from './instructions-create.js'
import { interpret } from './interpreter.js'
import { PRECOMPILE_ADDRESSES, isPrecompile, runPrecompile } from './precompiles.js'
import { addBalance, delegateOf, type World } from './world.js'

/** What becomes of a message. */
export interface Delivery {
  status: 0 | 1
  gasUsed: bigint
  gasLeft: bigint
  returnData: Uint8Array
  logs: Log[]
  refund: bigint
}

export interface Message {
  id: Hex
  parent: Message | undefined
  root: Root
  round: number
  position: number
  from: Address
  to: Address
  value: bigint
  data: Uint8Array
  /** With the stipend. */
  gas: bigint
  /** Message 0 of a creating transaction. */
  constructs: boolean
  /** Set when it has been delivered. */
  delivery: Delivery | undefined
}

/** What a round needs to know of the block. */
export interface RoundContext {
  block: BlockContext
  world: World
  transactionsRoot: Uint8Array
  round: number
  isLast: boolean
}

/** What all groups of a round leave for the barrier. */
interface Leavings {
  credits: Credit[]
  emitted: Message[]
  burnt: bigint
}

/** Message 0 of each transaction, in block order. */
export function rootMessages(roots: Root[]): Message[] {
  return roots.map((root, position) => ({
    id: root.hash,
    parent: undefined,
    root,
    round: 0,
    position,
    from: root.sender,
    to: root.recipient,
    value: root.value,
    data: root.data,
    gas: root.gasLimit - root.intrinsicGas,
    constructs: root.isCreation,
    delivery: undefined,
  }))
}

/** Protocol, 3. */
export function messageId(
  transactionsRoot: Uint8Array, round: number, sender: Address, index: number,
): Hex {
  const roundBytes = bigIntToBytes(BigInt(round), 4)
  const hash = keccak(concatBytes(transactionsRoot, roundBytes, fromHex(sender)))
  return toHex(concatBytes(hash.subarray(0, 28), bigIntToBytes(BigInt(index), 4)))
}

/** Gas of each emission without stipend, and what stays with the activation (protocol, 6). */
export function divideGas(emissions: Emission[], left: bigint): { gas: bigint[]; rest: bigint } {
  const gas = emissions.map(({ cap }) => cap)
  const open = emissions.map((emission, index) => ({ ...emission, index }))
    .filter(({ isOpen }) => isOpen)
    .sort((a, b) => (a.cap === b.cap ? a.index - b.index : a.cap < b.cap ? -1 : 1))
  let rest = left
  open.forEach(({ cap, index }, done) => {
    const share = rest / BigInt(open.length - done)
    gas[index] = cap < share ? cap : share
    rest -= gas[index]
  })
  return { gas, rest }
}

function warmAtStart(act: Activation, message: Message): void {
  const { root, from, to, parent } = message
  const warm = act.warmAddresses
  for (const address of [from, to, act.block.coinbase, ...PRECOMPILE_ADDRESSES]) warm.add(address)
  const delegate = delegateOf(act.account(to).code)
  if (delegate !== undefined) warm.add(delegate)
  if (parent !== undefined) return
  for (const { address, keys } of root.accessList) {
    warm.add(address)
    for (const key of keys) act.warmSlots.add(`${address} ${key}`)
  }
  for (const authority of root.authorities) warm.add(authority)
}

function runRecipient(act: Activation, message: Message): Outcome {
  const { from, to, value, data, gas } = message
  const start = { caller: from, value, gas, depth: 0 }
  if (message.constructs) {
    const creation = { ...start, address: to, creator: undefined, initCode: data }
    return construct(act, creation, interpret)
  }
  return guarded(act, () => {
    act.addToBalance(to, value)
    return interpret(new Frame(act, {
      ...start, self: to, data, code: codeToRun(act, undefined, to),
      isStatic: false, snapshotView: undefined,
    }))
  })
}

/** The messages of one recipient in one round: its mailbox. */
class Mailbox {
  private readonly context: RoundContext
  private readonly group: Group
  private readonly leavings: Leavings
  private readonly nextIndex = new Map<Address, number>()

  constructor(
    context: RoundContext, actor: Address, delivered: ReadonlySet<string>, leavings: Leavings,
  ) {
    this.context = context
    this.group = new Group(context.world, delivered)
    this.group.admit(actor)
    this.leavings = leavings
  }

  /** Runs one activation. */
  deliver(message: Message): void {
    const { context, group, leavings } = this
    const act = activationOf(context, message, group)
    warmAtStart(act, message)
    const outcome = runRecipient(act, message)
    const isSuccess = outcome.status === 'success'
    if (isSuccess) act.removeDestroyed()
    else leavings.credits.push({ to: message.from, amount: message.value })
    const { gas, rest } = divideGas(act.emissions, outcome.gas)
    const children = act.emissions.map((emission, index) => (
      this.childMessage(message, emission, gas[index] as bigint)
    ))
    leavings.emitted.push(...children)
    leavings.credits.push(...act.credits)
    leavings.burnt += act.burnt
    message.delivery = {
      status: isSuccess ? 1 : 0,
      gasUsed: message.gas - rest - children.reduce((sum, child) => sum + child.gas, 0n),
      gasLeft: rest,
      returnData: outcome.output,
      logs: act.logs,
      refund: act.refund,
    }
  }

  private childMessage(parent: Message, emission: Emission, gas: bigint): Message {
    const { from, to, value, data } = emission
    const { transactionsRoot, round } = this.context
    const index = this.nextIndex.get(from) ?? 0
    this.nextIndex.set(from, index + 1)
    this.group.sent.add(pair(from, to))
    return {
      id: messageId(transactionsRoot, round, from, index),
      parent,
      root: parent.root,
      round: round + 1,
      position: -1,
      from,
      to,
      value,
      data,
      gas: gas + (value === 0n ? 0n : GAS.callStipend),
      constructs: false,
      delivery: undefined,
    }
  }

  /** The live accounts, for the barrier. */
  finish(): Group {
    return this.group
  }
}

function activationOf(context: RoundContext, message: Message, group: Group): Activation {
  const { sender: origin, gasPrice, blobHashes } = message.root
  const root = { origin, gasPrice, blobHashes }
  return new Activation('actor', context.block, root, group, !context.isLast)
}

/** A root to a precompile, or a message to an account without code. */
function deliverWithoutGroup(context: RoundContext, message: Message, leavings: Leavings): void {
  const { from, to, value, data, gas } = message
  const act = activationOf(context, message, new Group(context.world))
  const outcome = guarded(act, () => (
    isPrecompile(to)
      ? runPrecompile(to, data, gas)
      : { status: 'success', gas, output: EMPTY_BYTES }
  ))
  const isSuccess = outcome.status === 'success'
  leavings.credits.push({ to: isSuccess ? to : from, amount: value })
  message.delivery = {
    status: isSuccess ? 1 : 0,
    gasUsed: gas - outcome.gas,
    gasLeft: outcome.gas,
    returnData: outcome.output,
    logs: [],
    refund: 0n,
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The next virtual block: by hash of the recipient, then by id. */
function sortMessages(messages: Message[]): Message[] {
  const keyed = messages.map((message) => ({ message, key: toHex(keccak(fromHex(message.to))) }))
  keyed.sort((a, b) => compareText(a.key, b.key) || compareText(a.message.id, b.message.id))
  keyed.forEach(({ message }, position) => { message.position = position })
  return keyed.map(({ message }) => message)
}

/** Recipients that have a group: code in the snapshot, or constructed in this round. */
function recipientsWithGroup(world: World, messages: Message[]): Set<Address> {
  const found = new Set<Address>()
  for (const { to, constructs } of messages) {
    const hasCode = (world.get(to)?.code.length ?? 0) > 0
    if (constructs || (hasCode && !isPrecompile(to))) found.add(to)
  }
  return found
}

/**
 * Executes one virtual block on `world` and applies the barrier. Fills in the deliveries; returns
 * the next virtual block and the wei burnt by destroyed accounts.
 */
export function runRound(
  context: RoundContext, messages: Message[],
): { next: Message[]; burnt: bigint } {
  const leavings: Leavings = { credits: [], emitted: [], burnt: 0n }
  const delivered = new Set(messages.map(({ from, to }) => pair(from, to)))
  const withGroup = recipientsWithGroup(context.world, messages)
  const mailboxes = new Map<Address, Mailbox>()
  for (const message of messages) {
    if (!withGroup.has(message.to)) {
      deliverWithoutGroup(context, message, leavings)
      continue
    }
    const mailbox = mailboxes.get(message.to)
      ?? new Mailbox(context, message.to, delivered, leavings)
    mailboxes.set(message.to, mailbox)
    mailbox.deliver(message)
  }
  for (const mailbox of mailboxes.values()) mailbox.finish().mergeInto(context.world)
  for (const { to, amount } of leavings.credits) addBalance(context.world, to, amount)
  return { next: sortMessages(leavings.emitted), burnt: leavings.burnt }
}
