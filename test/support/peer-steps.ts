/** Every instruction that @ethereumjs/vm executes, to hold traces against. */
import { createBlock, type HeaderData } from '@ethereumjs/block'
import { Mainnet, createCustomCommon } from '@ethereumjs/common'
import type { InterpreterStep } from '@ethereumjs/evm'
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import {
  createAccount, createAddressFromString, hexToBytes, setLengthLeft, unpadBytes,
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

/** The steps of each transaction, in Osaka, without the system calls of the block. */
export async function peerSteps(input: PeerBlock): Promise<PeerStep[][]> {
  const { env, rawTransactions } = input
  const common = createCustomCommon({ chainId: input.chainId }, Mainnet, { hardfork: 'osaka' })
  const stateManager = await stateOf(input.alloc)
  const vm = await createVM({ common, stateManager, blockchain: blockchainOf(env) as never })
  const { parentBeaconBlockRoot: _, prevRandao, ...header } = env
  const headerData = { ...header, mixHash: prevRandao } as HeaderData
  const options = { common, skipConsensusFormatValidation: true }
  const block = createBlock({ header: headerData }, options)
  let steps: PeerStep[] = []
  vm.evm.events?.on('step', (step: InterpreterStep, next?: () => void) => {
    steps.push(readStep(step))
    next?.()
  })
  const all: PeerStep[][] = []
  for (const raw of rawTransactions) {
    steps = []
    all.push(steps)
    const tx = createTxFromRLP(fromHex(raw), { common })
    await runTx(vm, { tx, block, skipBlockGasLimitValidation: true })
  }
  return all
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
