/** Every instruction that @ethereumjs/vm executes, to hold traces against. */
import { createBlock, type HeaderData } from '@ethereumjs/block'
import { Mainnet, createCustomCommon } from '@ethereumjs/common'
import type { InterpreterStep } from '@ethereumjs/evm'
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import {
  bytesToHex, createAccount, createAddressFromString, hexToBytes, setLengthLeft, unpadBytes,
  type PrefixedHexString,
} from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'

export interface PeerAccount {
  readonly balance?: string
  readonly nonce?: string
  readonly code?: string
  readonly storage?: Readonly<Record<string, string>>
}

export interface PeerBlock {
  readonly chainId: number
  /** As in a scenario. */
  readonly env: Readonly<Record<string, unknown>>
  readonly alloc: Readonly<Record<string, PeerAccount>>
  readonly rawTransactions: readonly string[]
}

export interface PeerStep {
  readonly pc: number
  readonly op: number
  readonly gas: bigint
  /** Without the gas that a call forwards. */
  readonly gasCost: bigint
  readonly memSize: number
  readonly stack: readonly bigint[]
  readonly depth: number
  readonly refund: number
}

/** A message call or creation, as the peer tells of it. */
export interface PeerFrame {
  readonly depth: number
  readonly from: string
  readonly to: string | undefined
  readonly value: bigint
  readonly gas: bigint
  readonly input: string
  /** At its end. */
  gasUsed: bigint
  output: string
  isFailed: boolean
}

/** The steps of each transaction, in Osaka, without the system calls of the block. */
export async function peerSteps(input: PeerBlock): Promise<PeerStep[][]> {
  let steps: PeerStep[] = []
  const all: PeerStep[][] = []
  await runPeer(
    input,
    (vm) => {
      vm.evm.events?.on('step', (step: InterpreterStep, next?: () => void) => {
        steps.push(readStep(step))
        next?.()
      })
    },
    () => void all.push((steps = [])),
  )
  return all
}

/** The frames of each transaction, in the order in which they begin. */
export async function peerFrames(input: PeerBlock): Promise<PeerFrame[][]> {
  let frames: PeerFrame[] = []
  let open: PeerFrame[] = []
  const all: PeerFrame[][] = []
  await runPeer(
    input,
    (vm) => {
      vm.evm.events?.on('beforeMessage', (message, next?: () => void) => {
        const { caller, data, depth, gasLimit, to, value } = message
        const frame = {
          depth,
          from: caller.toString(),
          to: to === undefined ? undefined : message.codeAddress.toString(),
          value,
          gas: gasLimit,
          input: bytesToHex(data),
          gasUsed: 0n,
          output: '0x',
          isFailed: false,
        }
        frames.push(frame)
        open.push(frame)
        next?.()
      })
      vm.evm.events?.on('afterMessage', ({ execResult }, next?: () => void) => {
        const frame = open.pop()!
        frame.gasUsed = execResult.executionGasUsed
        frame.output = bytesToHex(execResult.returnValue)
        frame.isFailed = execResult.exceptionError !== undefined
        next?.()
      })
    },
    () => {
      frames = []
      open = []
      all.push(frames)
    },
  )
  return all
}

type Peer = Awaited<ReturnType<typeof createVM>>

/** @param listen to the machine @param begin told before each transaction */
async function runPeer(
  input: PeerBlock,
  listen: (vm: Peer) => void,
  begin: () => void,
): Promise<void> {
  const { env, rawTransactions } = input
  const common = createCustomCommon({ chainId: input.chainId }, Mainnet, { hardfork: 'osaka' })
  const stateManager = await stateOf(input.alloc)
  const vm = await createVM({ common, stateManager, blockchain: blockchainOf(env) as never })
  const { parentBeaconBlockRoot: _, prevRandao, ...header } = env
  const headerData = { ...header, mixHash: prevRandao } as HeaderData
  const options = { common, skipConsensusFormatValidation: true }
  const block = createBlock({ header: headerData }, options)
  listen(vm)
  for (const raw of rawTransactions) {
    begin()
    const tx = createTxFromRLP(fromHex(raw), { common })
    await runTx(vm, { tx, block, skipBlockGasLimitValidation: true })
  }
}

function readStep(step: InterpreterStep): PeerStep {
  return {
    pc: step.pc,
    op: step.opcode.code,
    gas: step.gasLeft,
    gasCost: step.opcode.dynamicFee ?? BigInt(step.opcode.fee),
    memSize: Number(step.memoryWordCount) * 32,
    stack: [...step.stack],
    depth: step.depth + 1,
    refund: Number(step.gasRefund),
  }
}

async function stateOf(alloc: PeerBlock['alloc']): Promise<SimpleStateManager> {
  const state = new SimpleStateManager()
  for (const [text, { balance = '0x0', nonce = '0x0', code, storage }] of Object.entries(alloc)) {
    const address = createAddressFromString(text)
    const account = createAccount({ nonce: BigInt(nonce), balance: BigInt(balance) })
    await state.putAccount(address, account)
    if (code !== undefined) await state.putCode(address, fromHex(code))
    for (const [slot, value] of Object.entries(storage ?? {})) {
      const key = setLengthLeft(fromHex(slot), 32)
      await state.putStorage(address, key, unpadBytes(fromHex(value)))
    }
  }
  return state
}

/** Only the parent's hash is known. */
function blockchainOf({ number, parentHash }: PeerBlock['env']) {
  const parent = BigInt(number as string) - 1n
  const hash = fromHex(parentHash as string)
  const blockchain = {
    getBlock: async (wanted: bigint | number) => (
      { hash: () => (BigInt(wanted) === parent ? hash : new Uint8Array(32)) }
    ),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return blockchain
}

/** Quantities may have an odd number of digits. */
function fromHex(hex: string): Uint8Array {
  const digits = hex.slice(2)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return hexToBytes(`0x${even}` as PrefixedHexString)
}
