/**
 * The virtual-block protocol, slowly: the oracle of the engine in actor mode. Written from the text
 * of the protocol alone; where the text is silent, DECISIONS.md says what is done here.
 */
import type { BlockContext } from './activation.js'
import { admit, type Root } from './admission.js'
import { fromHex, normalAddress, toBigInt, toHex } from './bytes.js'
import {
  gasSoFar, publicMessage, receiptOf, receiptsRoot, settleGas, virtualBlocksRoot, type TreeGas,
} from './results.js'
import { rootMessages, runRound, type Message } from './rounds.js'
import { callAtBlockEnd, callAtBlockStart } from './system-calls.js'
import {
  InvalidBlock, type ReferenceEnv, type ReferenceInput, type ReferenceResult,
} from './types.js'
import { addBalance, stateRoot, worldFromAlloc, worldToAlloc, type World } from './world.js'

const DEFAULT_G_MESSAGE = 6000n
const DEFAULT_G_WORD = 64n
const DEFAULT_MAX_ROUNDS = 1024
const WEI_PER_GWEI = 1_000_000_000n
/** EIP-4844 with the value of EIP-7691. */
const BLOB_BASE_FEE_UPDATE_FRACTION = 5007716n

/** EIP-4844's approximation of e^(numerator / denominator). */
function fakeExponential(numerator: bigint, denominator: bigint): bigint {
  let sum = 0n
  let term = denominator
  for (let i = 1n; term > 0n; i++) {
    sum += term
    term = term * numerator / (denominator * i)
  }
  return sum / denominator
}

/** The part of the input that instructions can read. */
export type BlockInput = Pick<ReferenceInput, 'chainId' | 'env' | 'parameters'>

export function blockContextOf({ chainId, env, parameters = {} }: BlockInput): BlockContext {
  const number = toBigInt(env.number)
  const blockHashes = new Map(
    Object.entries(env.blockHashes ?? {}).map(([key, hash]) => [BigInt(key), BigInt(hash)]),
  )
  if (env.parentHash !== undefined) blockHashes.set(number - 1n, BigInt(env.parentHash))
  return {
    chainId: toBigInt(chainId),
    number,
    timestamp: toBigInt(env.timestamp),
    gasLimit: toBigInt(env.gasLimit),
    baseFee: toBigInt(env.baseFeePerGas),
    coinbase: normalAddress(env.coinbase),
    prevRandao: toBigInt(env.prevRandao ?? 0n),
    blobBaseFee: fakeExponential(toBigInt(env.excessBlobGas ?? 0n), BLOB_BASE_FEE_UPDATE_FRACTION),
    blockHashes,
    gMessage: toBigInt(parameters.gMessage ?? DEFAULT_G_MESSAGE),
    gWord: toBigInt(parameters.gWord ?? DEFAULT_G_WORD),
  }
}

/** All messages executed so far, by transaction, in order of round and position. */
function treesOf(roots: Root[], rounds: Message[][]): Message[][] {
  const trees: Message[][] = roots.map(() => [])
  for (const message of rounds.flat()) (trees[message.root.index] as Message[]).push(message)
  return trees
}

function checkBlockGas(block: BlockContext, roots: Root[], rounds: Message[][]): void {
  const trees = treesOf(roots, rounds)
  const sum = roots.reduce((total, root) => total + gasSoFar(root, trees[root.index] ?? []), 0n)
  if (sum > block.gasLimit) {
    throw new InvalidBlock(`gas used: expected at most ${block.gasLimit}, got ${sum}`)
  }
}

/** All wei but prepaid gas, which is constant while rounds run. */
function weiIn(world: World, inFlight: Message[], burnt: bigint): bigint {
  let sum = burnt
  for (const { balance } of world.values()) sum += balance
  for (const { value } of inFlight) sum += value
  return sum
}

/** Rounds until one emits nothing; each is the messages it executed. */
function converge(
  world: World, block: BlockContext, roots: Root[], input: ReferenceInput,
): Message[][] {
  const maxRounds = input.parameters?.maxRounds ?? DEFAULT_MAX_ROUNDS
  const transactionsRoot = fromHex(input.transactionsRoot)
  const rounds: Message[][] = []
  let burnt = 0n
  let messages = rootMessages(roots)
  checkBlockGas(block, roots, rounds)
  const supply = weiIn(world, messages, burnt)
  do {
    const round = rounds.length
    const context = { block, world, transactionsRoot, round, isLast: round === maxRounds - 1 }
    const outcome = runRound(context, messages)
    rounds.push(messages)
    messages = outcome.next
    burnt += outcome.burnt
    if (weiIn(world, messages, burnt) !== supply) throw new Error(`round ${round} made wei`)
    checkBlockGas(block, roots, rounds)
  } while (messages.length > 0)
  return rounds
}

/** Refunds, priority fees, withdrawals, block-end system calls. */
function settle(
  world: World, block: BlockContext, roots: Root[], gas: TreeGas[], env: ReferenceEnv,
): void {
  let fees = 0n
  roots.forEach((root, index) => {
    const { final } = gas[index] as TreeGas
    addBalance(world, root.sender, (root.gasLimit - final) * root.gasPrice)
    fees += final * (root.gasPrice - block.baseFee)
  })
  addBalance(world, block.coinbase, fees)
  for (const { address, amount } of env.withdrawals ?? []) {
    addBalance(world, normalAddress(address), toBigInt(amount) * WEI_PER_GWEI)
  }
  callAtBlockEnd(world, block)
}

/** Executes one block under `actor` semantics. Throws InvalidBlock if the block breaks a rule. */
export function executeReference(input: ReferenceInput): ReferenceResult {
  const world = worldFromAlloc(input.alloc)
  const block = blockContextOf(input)
  callAtBlockStart(world, block, input.env)
  const roots = admit(world, block, input.transactions)
  const rounds = converge(world, block, roots, input)
  const trees = treesOf(roots, rounds)
  const gas = roots.map((root, index) => settleGas(root, trees[index] as Message[]))
  settle(world, block, roots, gas, input.env)
  let cumulative = 0n
  const receipts = roots.map((root, index) => {
    const { final } = gas[index] as TreeGas
    cumulative += final
    return receiptOf(root, trees[index] as Message[], final, cumulative)
  })
  return {
    stateRoot: toHex(stateRoot(world)),
    receiptsRoot: receiptsRoot(receipts),
    virtualBlocksRoot: virtualBlocksRoot(rounds.slice(1)),
    gasUsed: cumulative,
    rounds: rounds.map((messages) => ({ messages: messages.map(publicMessage) })),
    receipts,
    accounts: worldToAlloc(world),
  }
}
