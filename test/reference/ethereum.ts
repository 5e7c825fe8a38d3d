/** One call or creation under Ethereum semantics: how the reference's EVM itself is tested. */
import { Activation, Group, type Log } from './activation.js'
import {
  fromHex, normalAddress, toBigInt, toHex, type Address, type Hex, type Numeric,
} from './bytes.js'
import { codeToRun } from './code.js'
import { Frame, guarded, type Outcome } from './frame.js'
import { construct, createdAddress } from './instructions-create.js'
import { interpret } from './interpreter.js'
import { PRECOMPILE_ADDRESSES } from './precompiles.js'
import { blockContextOf, type BlockInput } from './protocol.js'
import { delegateOf, worldFromAlloc, worldToAlloc, type Alloc, type AllocAccount } from './world.js'

export interface EthereumCall extends BlockInput {
  alloc: Alloc
  caller: Address
  /** Null: creates. */
  to: Address | null
  value?: Numeric
  data?: Hex
  gas: Numeric
  gasPrice?: Numeric
}

export interface EthereumOutcome {
  status: Outcome['status']
  gasUsed: bigint
  returnData: Hex
  logs: Log[]
  refund: bigint
  accounts: Record<Address, Required<AllocAccount>>
}

/** Runs it without intrinsic gas and fees. The caller's nonce grows, as by a transaction. */
export function callEthereum(input: EthereumCall): EthereumOutcome {
  const world = worldFromAlloc(input.alloc)
  const block = blockContextOf(input)
  const caller = normalAddress(input.caller)
  const root = { origin: caller, gasPrice: toBigInt(input.gasPrice ?? 0n), blobHashes: [] }
  const group = new Group(world, new Set(), true)
  const act = new Activation('ethereum', block, root, group, false)
  const nonce = act.account(caller).nonce
  const to = input.to === null ? createdAddress(caller, nonce) : normalAddress(input.to)
  for (const address of [caller, to, block.coinbase, ...PRECOMPILE_ADDRESSES]) {
    act.warmAddresses.add(address)
  }
  const delegate = delegateOf(act.account(to).code)
  if (delegate !== undefined) act.warmAddresses.add(delegate)
  act.setNonce(caller, nonce + 1n)
  const value = toBigInt(input.value ?? 0n)
  const data = fromHex(input.data ?? '0x')
  const gas = toBigInt(input.gas)
  const start = { caller, value, gas, depth: 0 }
  const outcome = input.to === null
    ? construct(act, { ...start, address: to, creator: caller, initCode: data }, interpret)
    : guarded(act, () => {
        act.addToBalance(caller, -value)
        act.addToBalance(to, value)
        return interpret(new Frame(act, {
          ...start, self: to, data, code: codeToRun(act, undefined, to),
          isStatic: false, snapshotView: undefined,
        }))
      })
  if (outcome.status === 'success') act.removeDestroyed()
  group.mergeInto(world)
  return {
    status: outcome.status,
    gasUsed: gas - outcome.gas,
    returnData: toHex(outcome.output),
    logs: act.logs,
    refund: act.refund,
    accounts: worldToAlloc(world),
  }
}
