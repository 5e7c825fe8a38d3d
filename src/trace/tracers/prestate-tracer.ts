/** `prestateTracer` of geth: what a transaction needs of the state, or what it changes there. */

import { OP_SELFDESTRUCT } from '../../../assembly/abi/opcodes.js'
import { keysOf } from '../../base/known-keys.js'
import type { AccountState, Hex } from '../../base/types.js'
import type {
  AccessEvent,
  FrameStart,
  StateReader,
  Tracer,
  TransactionEnd,
  TransactionStart,
} from '../listener.js'
import { quantity, sorted, word } from './json.js'

/** What it can be told. */
export interface PrestateTracerConfig {
  /** What it changes: before and after. */
  readonly diffMode?: boolean
  readonly disableCode?: boolean
  readonly disableStorage?: boolean
  /** With accounts that were empty; not in diff mode. */
  readonly includeEmpty?: boolean
}

export const PRESTATE_TRACER_CONFIG = keysOf<PrestateTracerConfig>()({
  diffMode: true,
  disableCode: true,
  disableStorage: true,
  includeEmpty: true,
})

const NO_CODE = '0x'
const ZERO = word(0n)
const DELEGATION = '0xef0100'
const DELEGATION_DIGITS = DELEGATION.length + 40

/** An account as it was when the transaction first named it. */
interface Before {
  readonly account: AccountState
  readonly storage: Map<Hex, Hex>
}

interface Json {
  balance?: Hex
  code?: Hex
  codeHash?: Hex
  nonce?: number
  storage?: Record<string, Hex>
}

export function prestateTracer(config: PrestateTracerConfig): Tracer {
  const trace = new PrestateTrace(config)
  return {
    listener: {
      onTransactionStart: (event) => trace.begin(event),
      onAccess: (event) => trace.onAccess(event),
      onFrameStart: (event) => trace.onFrame(event),
      onTransactionEnd: (event) => trace.end(event),
    },
    result: () => trace.result,
  }
}

class PrestateTrace {
  result: unknown = {}
  readonly #config: PrestateTracerConfig
  #block: TransactionStart['block'] | undefined
  readonly #before = new Map<Hex, Before>()
  readonly #created = new Set<Hex>()
  readonly #deleted = new Set<Hex>()

  constructor(config: PrestateTracerConfig) {
    this.#config = config
  }

  begin({ authorities, block, from, state, to }: TransactionStart): void {
    this.#block = block
    if (to !== null) this.#lookUpDelegate(state, to)
    this.#lookUp(state, from)
    if (to !== null) this.#lookUp(state, to)
    this.#lookUp(state, block.coinbase)
    for (const authority of authorities) this.#lookUp(state, authority)
  }

  onFrame({ depth, from, message, state, to, type }: FrameStart): void {
    if (type === 'CREATE' || type === 'CREATE2') {
      this.#lookUp(state, to)
      this.#created.add(to)
    } else if (message !== null && depth === 0) {
      this.#lookUp(state, from)
      this.#lookUp(state, to)
    }
  }

  onAccess({ address, op, self, slot, state }: AccessEvent): void {
    if (slot !== null) return this.#lookUpSlot(state, self, slot)
    this.#lookUp(state, address)
    if (op !== OP_SELFDESTRUCT) return this.#lookUpDelegate(state, address)
    if (!this.#block!.keepsDestroyed || this.#created.has(self)) this.#deleted.add(self)
  }

  end({ state }: TransactionEnd): void {
    const { diffMode = false, includeEmpty = false } = this.#config
    const pre = new Map<string, Json>()
    const post = new Map<string, Json>()
    for (const [address, before] of this.#before) {
      if (diffMode && !this.#deleted.has(address)) {
        const after = this.#changesOf(address, before, state)
        if (after === undefined) continue
        post.set(address, after)
      }
      // In diff mode those that came into being are in `post` alone
      if (includeEmpty || !isEmpty(before.account)) pre.set(address, this.#jsonOf(before))
    }
    this.result = diffMode ? { post: sorted(post), pre: sorted(pre) } : sorted(pre)
  }

  #lookUp(state: StateReader, address: Hex): Before {
    let before = this.#before.get(address)
    if (before === undefined) {
      before = { account: state.getAccount(address), storage: new Map() }
      this.#before.set(address, before)
    }
    return before
  }

  #lookUpSlot(state: StateReader, address: Hex, slot: bigint): void {
    if (this.#config.disableStorage) return
    const { storage } = this.#lookUp(state, address)
    const key = word(slot)
    if (!storage.has(key)) storage.set(key, state.getStorage(address, slot))
  }

  /** Whose code runs in the place of a designator. */
  #lookUpDelegate(state: StateReader, address: Hex): void {
    if (!this.#block!.hasDelegation) return
    const { code } = state.getAccount(address)
    const isDesignator = code.length === DELEGATION_DIGITS && code.startsWith(DELEGATION)
    if (isDesignator) this.#lookUp(state, `0x${code.slice(DELEGATION.length)}`)
  }

  /** What is another now; slots that are the same are dropped from `before`. */
  #changesOf(address: Hex, before: Before, state: StateReader): Json | undefined {
    const { account, storage } = before
    const after = state.getAccount(address)
    const changes: Json = {}
    if (after.balance !== account.balance) changes.balance = quantity(after.balance)
    if (after.code !== account.code && !this.#config.disableCode) changes.code = after.code
    if (after.codeHash !== account.codeHash) changes.codeHash = after.codeHash
    if (after.nonce !== account.nonce) changes.nonce = Number(after.nonce)
    const written = new Map<string, Hex>()
    let isWritten = false
    for (const [key, value] of storage) {
      const now = state.getStorage(address, BigInt(key))
      if (now === value || value === ZERO) storage.delete(key)
      if (now === value) continue
      isWritten = true
      if (now !== ZERO) written.set(key, now)
    }
    if (written.size > 0) changes.storage = sorted(written)
    return isWritten || Object.keys(changes).length > 0 ? changes : undefined
  }

  #jsonOf({ account, storage }: Before): Json {
    const { balance, code, codeHash, nonce } = account
    const hasCode = code !== NO_CODE
    return {
      balance: quantity(balance),
      ...(hasCode && !this.#config.disableCode ? { code } : {}),
      ...(hasCode ? { codeHash } : {}),
      ...(nonce === 0n ? {} : { nonce: Number(nonce) }),
      ...(storage.size === 0 ? {} : { storage: sorted(storage) }),
    }
  }
}

function isEmpty({ balance, code, nonce }: AccountState): boolean {
  return balance === 0n && nonce === 0n && code === NO_CODE
}
