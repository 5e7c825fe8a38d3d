/** The access list of a call: what it looks at, found by calling until nothing new is seen. */

import { bigIntToBytes, bytesToHex, hexToBytes } from '../base/bytes.js'
import type { Hex } from '../base/types.js'
import type { Call } from '../intake/call-input.js'
import type { AccessListEntry } from '../intake/transaction.js'
import type { Listener } from '../trace/listener.js'
import type { CallResult } from './call.js'

/** An access list (EIP-2930), and the call with it. */
export interface AccessListResult {
  /** By address, its slots ascending. */
  readonly accessList: readonly { readonly address: Hex; readonly storageKeys: readonly Hex[] }[]
  /** What the call does, and costs, with that list. */
  readonly result: CallResult
}

const WORD_BYTES = 32
/** Each call warms what the one before has found: so it ends. */
const MOST_CALLS = 64

/** Addresses and slots, each once. */
class Seen {
  readonly #slots = new Map<Hex, Set<Hex>>()
  /** Warm without a list: sender, recipient, precompiles, who has signed authorizations. */
  readonly #warm: Set<Hex>

  constructor(warm: Iterable<Hex>) {
    this.#warm = new Set(warm)
  }

  get listener(): Listener {
    return {
      onTransactionStart: ({ authorities }) => authorities.forEach((it) => this.#warm.add(it)),
      // What a creation makes is warm, too
      onFrameStart: ({ depth, to }) => depth === 0 && this.#warm.add(to),
      onAccess: ({ address, slot }) => {
        const slots = this.#slots.get(address) ?? new Set<Hex>()
        this.#slots.set(address, slots)
        if (slot !== null) slots.add(bytesToHex(bigIntToBytes(slot, WORD_BYTES)))
      },
    }
  }

  add({ address, storageKeys }: AccessListEntry): void {
    const slots = this.#slots.get(bytesToHex(address)) ?? new Set<Hex>()
    this.#slots.set(bytesToHex(address), slots)
    for (const key of storageKeys) slots.add(bytesToHex(key))
  }

  get list(): AccessListResult['accessList'] {
    return [...this.#slots]
      .filter(([address, slots]) => slots.size > 0 || !this.#warm.has(address))
      .map(([address, slots]) => ({ address, storageKeys: [...slots].sort() }))
      .sort((a, b) => (a.address < b.address ? -1 : 1))
  }
}

/**
 * @param run the call with a listener, on the same state each time
 * @param precompiles of the fork
 */
export async function findAccessList(
  call: Call,
  precompiles: readonly Hex[],
  run: (call: Call, listener: Listener) => Promise<CallResult>,
): Promise<AccessListResult> {
  const warm = [bytesToHex(call.from), ...precompiles]
  let { accessList } = call.tx
  for (let i = 1; ; i++) {
    const seen = new Seen(warm)
    for (const entry of accessList) seen.add(entry)
    const tx = { ...call.tx, type: Math.max(call.tx.type, 1) as 1, accessList }
    const result = await run({ ...call, tx }, seen.listener)
    const { list } = seen
    const isDone = sizeOf(list) === sizeOf(accessList)
    accessList = list.map(({ address, storageKeys }) => ({
      address: hexToBytes(address),
      storageKeys: storageKeys.map((key) => hexToBytes(key)),
    }))
    if (isDone || i === MOST_CALLS) return { accessList: list, result }
  }
}

function sizeOf(list: readonly { readonly storageKeys: readonly unknown[] }[]): number {
  return list.reduce((sum, { storageKeys }) => sum + 1 + storageKeys.length, 0)
}
