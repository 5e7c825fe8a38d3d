/**
 * A scenario on @ethereumjs/vm: plain Ethereum semantics, one transaction after the other.
 * The yardstick for what the example contracts do when calls are synchronous.
 */
import { createBlock, type Block, type HeaderData } from '@ethereumjs/block'
import { Mainnet, createCustomCommon, type Common } from '@ethereumjs/common'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createTx, type TypedTxData } from '@ethereumjs/tx'
import {
  Account,
  bytesToHex,
  createAddressFromString,
  hexToBytes,
  setLengthLeft,
  unpadBytes,
  type PrefixedHexString,
} from '@ethereumjs/util'
import { createVM, runTx, type VM } from '@ethereumjs/vm'
import type { AllocAccount } from '../../examples/market/genesis.mjs'
import type { TransactionFields } from '../../examples/market/scenario.mjs'

/** `0x…`. Scenarios are JSON, so their hex strings come without the type's prefix. */
type Hex = string

interface Genesis {
  readonly chainId: number
  readonly env: object
  /** Of accounts with all fields. */
  readonly alloc: object
}

/** In the fields of a scenario. */
type CallFields = Readonly<Record<string, string>>

export interface Outcome {
  readonly succeeded: boolean
  readonly gasUsed: bigint
  readonly returnData: Hex
  /** Emitting address, topics, data. */
  readonly logs: readonly { address: Hex; topics: Hex[]; data: Hex }[]
  /** The name of the exception, if there was one. */
  readonly exception: string | undefined
}

export class SequentialEvm {
  readonly #vm: VM
  readonly #block: Block

  private constructor(vm: VM, block: Block) {
    this.#vm = vm
    this.#block = block
  }

  /** The genesis of a scenario, in Osaka, before its first transaction. */
  static async create(scenario: Genesis): Promise<SequentialEvm> {
    const common = createCustomCommon({ chainId: scenario.chainId }, Mainnet, { hardfork: 'osaka' })
    const stateManager = new MerkleStateManager({ common })
    const vm = await createVM({ common, stateManager })
    const evm = new SequentialEvm(vm, blockOf(scenario.env, common))
    for (const [address, account] of Object.entries(scenario.alloc)) {
      await evm.#putAccount(address, account as AllocAccount)
    }
    await stateManager.flush()
    return evm
  }

  /** Signs and runs one transaction of a scenario. */
  async run(transaction: TransactionFields | CallFields): Promise<Outcome> {
    const { gas, input, secretKey, ...fields } = transaction
    const data = { ...fields, gasLimit: gas, data: input } as unknown as TypedTxData
    const { common } = this.#vm
    const tx = createTx(data, { common }).sign(fromHex(secretKey as Hex))
    const options = { tx, block: this.#block, skipBlockGasLimitValidation: true }
    const { receipt, totalGasSpent, execResult } = await runTx(this.#vm, options)
    return {
      succeeded: 'status' in receipt && receipt.status === 1,
      gasUsed: totalGasSpent,
      returnData: bytesToHex(execResult.returnValue),
      logs: receipt.logs.map(([address, topics, logData]) => ({
        address: bytesToHex(address),
        topics: topics.map((topic) => bytesToHex(topic)),
        data: bytesToHex(logData),
      })),
      exception: execResult.exceptionError?.error,
    }
  }

  /** Runs initialization code as the account `from` and returns the new contract's address. */
  async deploy(initCode: Hex, from: Hex): Promise<Hex> {
    const { createdAddress, execResult } = await this.#vm.evm.runCall({
      caller: createAddressFromString(from),
      data: fromHex(initCode),
      block: this.#block,
      gasLimit: 10_000_000n,
    })
    if (createdAddress === undefined || execResult.exceptionError !== undefined) {
      throw new Error(`constructor failed: ${execResult.exceptionError?.error}`)
    }
    return createdAddress.toString()
  }

  async balance(address: Hex): Promise<bigint> {
    const account = await this.#vm.stateManager.getAccount(createAddressFromString(address))
    return account?.balance ?? 0n
  }

  async code(address: Hex): Promise<Hex> {
    return bytesToHex(await this.#vm.stateManager.getCode(createAddressFromString(address)))
  }

  /** The word at `slot`, also a word. */
  async storage(address: Hex, slot: Hex): Promise<bigint> {
    const account = createAddressFromString(address)
    const value = await this.#vm.stateManager.getStorage(account, fromHex(slot))
    return BigInt(bytesToHex(setLengthLeft(value, 32)))
  }

  async #putAccount(addressHex: Hex, account: AllocAccount): Promise<void> {
    const { stateManager } = this.#vm
    const address = createAddressFromString(addressHex)
    const { nonce = '0x0', balance, code, storage = {} } = account
    await stateManager.putAccount(address, new Account(BigInt(nonce), BigInt(balance)))
    if (code !== undefined) await stateManager.putCode(address, fromHex(code))
    for (const [slot, value] of Object.entries(storage)) {
      await stateManager.putStorage(address, fromHex(slot), unpadBytes(fromHex(value)))
    }
  }
}

function blockOf(env: object, common: Common): Block {
  const { prevRandao, ...header } = env as CallFields
  const headerData = { ...header, mixHash: prevRandao } as unknown as HeaderData
  return createBlock({ header: headerData }, { common })
}

function fromHex(hex: Hex): Uint8Array {
  return hexToBytes(hex as PrefixedHexString)
}

export interface Person {
  readonly address: Hex
  readonly secretKey: Hex
}

/** A call as a transaction of type 0, in the fields of a scenario. */
export function callTransaction(
  from: Person,
  to: Hex,
  data: Hex,
  { value = 0n, gas = 1_500_000, nonce = 0 } = {},
): CallFields {
  const hex = (number: number | bigint) => `0x${number.toString(16)}`
  return {
    type: '0x0',
    nonce: hex(nonce),
    gasPrice: hex(2_000_000_000),
    gas: hex(gas),
    to,
    value: hex(value),
    input: data,
    secretKey: from.secretKey,
  }
}
