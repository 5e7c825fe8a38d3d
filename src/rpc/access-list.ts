/** `eth_createAccessList`: what a call looks at, found by calling until nothing new is seen. */

import { bigIntToBytes, bytesToHex, hexToBytes, quantityToHex } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import { encodeRlp } from '../intake/rlp.js'
import { keccak256 } from '../intake/keccak.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { Chain, StateAt } from '../ledger/types.js'
import type { CallOptions } from '../tools/call-options.js'
import type { CallResult } from '../tools/call.js'
import type { AccessEvent } from '../trace/listener.js'
import { NOBODY, callArgs, type AccessListArg, type CallArgs } from './call-args.js'
import type { MethodTable } from './dispatcher.js'
import { callInputOf, callOptionsOf, refusalOf } from './eth-calls.js'
import { suggestedTip } from './eth-fees.js'
import { stateOf } from './lookup.js'
import { activePrecompiles } from './node-config.js'
import { stateOverrides } from './overrides.js'
import { blockRef, optional, readParams } from './params.js'
import { failureWords } from './revert-error.js'
import type { Json } from './shapes.js'

const WORD = 32
const ADDRESS_AT = 12
/** Each call warms what the one before has found: so it ends. */
const MOST_CALLS = 64

/** Addresses and slots, each once. */
class Seen {
  readonly #slots = new Map<Hex, Set<Hex>>()
  readonly #excluded: ReadonlySet<Hex>

  constructor(excluded: ReadonlySet<Hex>, given: readonly AccessListArg[]) {
    this.#excluded = excluded
    for (const { address, storageKeys } of given) {
      if (excluded.has(address)) continue
      const slots = this.#of(address)
      for (const key of storageKeys) slots.add(key)
    }
  }

  #of(address: Hex): Set<Hex> {
    const found = this.#slots.get(address)
    if (found !== undefined) return found
    const slots = new Set<Hex>()
    this.#slots.set(address, slots)
    return slots
  }

  see({ address, slot }: AccessEvent): void {
    if (slot !== null) this.#of(address).add(bytesToHex(bigIntToBytes(slot, WORD)))
    else if (!this.#excluded.has(address)) this.#of(address)
  }

  /** In ascending order. */
  get list(): AccessListArg[] {
    const addresses = [...this.#slots.keys()].sort()
    return addresses.map((address) => {
      return { address, storageKeys: [...this.#slots.get(address)!].sort() }
    })
  }
}

/** What is warm for nothing: sender, recipient, precompiles, who has signed authorizations. */
async function excludedOf(
  chain: Chain,
  call: CallArgs,
  { at, block }: StateAt,
): Promise<ReadonlySet<Hex>> {
  const from = call.from ?? NOBODY
  const precompiles = activePrecompiles((block as KeptBlock).rules)
  if (call.to !== undefined) return new Set([from, call.to, ...precompiles])
  const options = at === undefined ? {} : { at }
  const nonce = call.nonce ?? (await chain.engine.getNonce(from, options))
  const created = keccak256(encodeRlp([hexToBytes(from), nonce])).subarray(ADDRESS_AT)
  return new Set([from, bytesToHex(created), ...precompiles])
}

/** With the fees that a wallet would fill in. */
function priced(chain: Chain, call: CallArgs, { block }: StateAt): CallArgs {
  const { baseFeePerGas } = block.header
  if (call.gasPrice !== undefined || baseFeePerGas === undefined) return call
  const tip = call.maxPriorityFeePerGas ?? suggestedTip(chain)
  const maxFeePerGas = call.maxFeePerGas ?? tip + 2n * baseFeePerGas
  return { ...call, maxPriorityFeePerGas: tip, maxFeePerGas }
}

async function find(
  chain: Chain,
  call: CallArgs,
  state: StateAt,
  options: CallOptions,
): Promise<{ readonly list: readonly AccessListArg[]; readonly result: CallResult }> {
  const excluded = await excludedOf(chain, call, state)
  let { list } = new Seen(excluded, call.accessList ?? [])
  for (let i = 0; ; i++) {
    const seen = new Seen(excluded, list)
    const input = callInputOf(chain, { ...call, accessList: list })
    const listener = { onAccess: (event: AccessEvent) => seen.see(event) }
    const result = await chain.engine.call(input, { ...options, listener })
    const next = seen.list
    if (i >= MOST_CALLS || JSON.stringify(next) === JSON.stringify(list)) return { list, result }
    list = next
  }
}

function resultJson(list: readonly AccessListArg[], { gasUsed, outcome }: CallResult): Json {
  const error = outcome === 'success' ? {} : { error: failureWords(outcome) }
  return { accessList: list, ...error, gasUsed: quantityToHex(gasUsed) }
}

export const accessListMethods: MethodTable = {
  eth_createAccessList: async (params, { chain, signal }) => {
    const types = [callArgs, optional(blockRef), optional(stateOverrides)] as const
    const [given, ref, overrides] = readParams(params, types)
    const state = stateOf(chain, ref)
    const call = priced(chain, given, state)
    try {
      const options = callOptionsOf(state, overrides, undefined, signal)
      const { list, result } = await find(chain, call, state, options)
      return resultJson(list, result)
    } catch (error) {
      throw await refusalOf(chain, state, call, error)
    }
  },
}
