/** The same calls and transactions in @ethereumjs/evm and vm, to hold the reference against. */
import { createBlock } from '@ethereumjs/block'
import { createEVM } from '@ethereumjs/evm'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import { createAccount, createAddressFromString } from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'
import {
  bigIntToBytes, fromHex, minimalBytes, toBigInt, toHex, type Address, type Hex,
} from './bytes.js'
import type { BlockInput } from './protocol.js'
import type { EthereumCall } from './ethereum.js'
import { PRECOMPILE_ADDRESSES } from './precompiles.js'
import { osaka } from './signing.js'
import { worldFromAlloc, type Alloc } from './world.js'

/** What both sides can say of a run. */
export interface PeerOutcome {
  gasUsed: bigint
  returnData: Hex
  isSuccess: boolean
  logs: { address: Address; topics: Hex[]; data: Hex }[]
  refund: bigint
  stateRoot: Hex
}

async function stateOf(chainId: number, alloc: Alloc): Promise<MerkleStateManager> {
  const state = new MerkleStateManager({ common: osaka(chainId) })
  for (const [text, account] of worldFromAlloc(alloc)) {
    const address = createAddressFromString(text)
    await state.putAccount(address, createAccount({
      nonce: account.nonce, balance: account.balance,
    }))
    await state.putCode(address, account.code)
    for (const [key, value] of account.storage) {
      await state.putStorage(address, bigIntToBytes(key, 32), minimalBytes(value))
    }
  }
  return state
}

function blockOf({ chainId, env }: BlockInput) {
  return createBlock({
    header: {
      number: toBigInt(env.number),
      timestamp: toBigInt(env.timestamp),
      gasLimit: toBigInt(env.gasLimit),
      baseFeePerGas: toBigInt(env.baseFeePerGas),
      coinbase: createAddressFromString(env.coinbase),
      mixHash: bigIntToBytes(toBigInt(env.prevRandao ?? 0n), 32),
      excessBlobGas: 0n,
    },
  }, { common: osaka(Number(chainId)), skipConsensusFormatValidation: true })
}

/** Only the parent's hash is known, as in the random scenarios. */
function blockchainOf({ env }: BlockInput) {
  const parent = toBigInt(env.number) - 1n
  const hash = fromHex(env.parentHash ?? `0x${'00'.repeat(32)}`)
  const blockchain = {
    getBlock: async (number: bigint | number) => (
      { hash: () => (BigInt(number) === parent ? hash : new Uint8Array(32)) }
    ),
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return blockchain
}

type PeerLog = readonly [Uint8Array, Uint8Array[], Uint8Array]

function readLog([address, topics, data]: PeerLog): PeerOutcome['logs'][number] {
  return { address: toHex(address), topics: topics.map(toHex), data: toHex(data) }
}

/** `callEthereum` in @ethereumjs/evm. */
export async function callPeer(input: EthereumCall): Promise<PeerOutcome> {
  const stateManager = await stateOf(Number(input.chainId), input.alloc)
  const evm = await createEVM({
    common: osaka(Number(input.chainId)), stateManager, blockchain: blockchainOf(input) as never,
  })
  const caller = createAddressFromString(input.caller)
  const to = input.to === null ? undefined : createAddressFromString(input.to)
  const block = blockOf(input)
  await evm.journal.cleanup()
  for (const address of [...PRECOMPILE_ADDRESSES, input.caller, input.env.coinbase]) {
    evm.journal.addAlwaysWarmAddress(address.slice(2))
  }
  if (to !== undefined) evm.journal.addAlwaysWarmAddress(to.toString().slice(2))
  const { execResult } = await evm.runCall({
    caller,
    origin: caller,
    ...(to === undefined ? {} : { to }),
    value: toBigInt(input.value ?? 0n),
    data: fromHex(input.data ?? '0x'),
    gasLimit: toBigInt(input.gas),
    gasPrice: toBigInt(input.gasPrice ?? 0n),
    block: block as never,
  })
  for (const text of execResult.selfdestruct?.keys() ?? []) {
    if (!execResult.createdAddresses?.has(text)) continue
    await stateManager.deleteAccount(createAddressFromString(text))
  }
  await evm.journal.cleanup()
  const isSuccess = execResult.exceptionError === undefined
  return {
    gasUsed: execResult.executionGasUsed,
    returnData: toHex(execResult.returnValue),
    isSuccess,
    logs: (execResult.logs ?? []).map((log) => readLog(log as PeerLog)),
    refund: execResult.gasRefund ?? 0n,
    stateRoot: toHex(await stateManager.getStateRoot()),
  }
}

/** One signed transaction in @ethereumjs/vm, alone in its block; no system calls. */
export async function runTransactionInPeer(
  input: BlockInput & { alloc: Alloc }, raw: Hex,
): Promise<PeerOutcome> {
  const common = osaka(Number(input.chainId))
  const stateManager = await stateOf(Number(input.chainId), input.alloc)
  const vm = await createVM({ common, stateManager, blockchain: blockchainOf(input) as never })
  const tx = createTxFromRLP(fromHex(raw), { common })
  const result = await runTx(vm, { tx, block: blockOf(input) })
  return {
    gasUsed: result.totalGasSpent,
    returnData: toHex(result.execResult.returnValue),
    isSuccess: result.execResult.exceptionError === undefined,
    logs: (result.execResult.logs ?? []).map((log) => readLog(log as PeerLog)),
    refund: result.gasRefund ?? 0n,
    stateRoot: toHex(await stateManager.getStateRoot()),
  }
}
