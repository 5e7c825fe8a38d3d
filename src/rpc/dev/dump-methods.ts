/** A state as anvil writes it: JSON of accounts and of the block, in gzip, as hex. */

import { bytesToHex, hexToBytes, parseQuantity, quantityToHex } from '../../base/bytes.js'
import { InvalidInputError } from '../../base/errors.js'
import type { Hex } from '../../base/types.js'
import type { Chain } from '../../ledger/types.js'
import { dumpState } from '../../state/dump-state.js'
import type { RpcMethod } from '../dispatcher.js'
import { invalidParams } from '../rpc-error.js'

/** Of what was packed: a small text may unpack to more than there is memory for. */
const MAX_BYTES = 2 ** 29
const WORD = 32

interface DumpedAccount {
  readonly nonce?: unknown
  readonly balance?: unknown
  readonly code?: unknown
  readonly storage?: Readonly<Record<string, unknown>> | null
}

export const dumpMethods: Readonly<Record<string, RpcMethod>> = {
  dumpState: async (_, { chain }) => {
    const text = JSON.stringify(await dump(chain))
    return bytesToHex(await piped(new TextEncoder().encode(text), new CompressionStream('gzip')))
  },
  loadState: async ([given], { chain }) => {
    await load(await parse(given), chain)
    return true
  },
}

/** `actor_dumpState`: the same without gzip, as it stands in files. */
export const dumpJson: RpcMethod = (_, { chain }) => dump(chain)

async function dump(chain: Chain): Promise<object> {
  const { header } = chain.head
  const accounts = await chain.engine.withParts(async ({ core }) => dumpState(core))
  return {
    block: {
      number: quantityToHex(header.number),
      beneficiary: bytesToHex(header.coinbase),
      timestamp: quantityToHex(header.timestamp),
      gas_limit: Number(header.gasLimit),
      basefee: Number(header.baseFeePerGas ?? 0n),
      difficulty: quantityToHex(header.difficulty),
      prevrandao: bytesToHex(header.mixHash),
      blob_excess_gas_and_price: {
        excess_blob_gas: Number(header.excessBlobGas ?? 0n),
        blob_gasprice: 1,
      },
    },
    accounts: Object.fromEntries(
      accounts.map(({ address, balance, code, nonce, storage }) => {
        const slots = storage.map(([key, value]) => [asWord(key), asWord(value)])
        const account = {
          nonce: Number(nonce),
          balance: quantityToHex(balance),
          code,
          storage: Object.fromEntries(slots),
        }
        return [address, account]
      }),
    ),
    best_block_number: quantityToHex(header.number),
    blocks: [],
    transactions: [],
    historical_states: null,
  }
}

/** Hex of gzip as anvil answers, or the JSON that is in its files and in geth's dumps. */
async function parse(given: unknown): Promise<Readonly<Record<string, DumpedAccount>>> {
  let data = given
  try {
    if (typeof data === 'string' && data.startsWith('0x')) {
      const packed = new DecompressionStream('gzip')
      data = new TextDecoder().decode(await piped(hexToBytes(data, 'state'), packed))
    }
    if (typeof data === 'string') data = JSON.parse(data)
  } catch {
    throw invalidParams('state: expected JSON, or hex of JSON in gzip')
  }
  const { accounts } = (data ?? {}) as { readonly accounts?: unknown }
  if (typeof accounts === 'object' && accounts !== null && !Array.isArray(accounts)) {
    return accounts as Readonly<Record<string, DumpedAccount>>
  }
  throw invalidParams('state: expected an object with "accounts"')
}

async function load(
  accounts: Readonly<Record<string, DumpedAccount>>,
  chain: Chain,
): Promise<void> {
  const { engine } = chain
  // All of it is read before any of it is written
  const read = Object.entries(accounts).map(([name, account]) => readAccount(name, account))
  for (const { address, balance, code, nonce, slots } of read) {
    await engine.setBalance(address, balance)
    await engine.setNonce(address, nonce)
    if (code.length > 0) await engine.setCode(address, code)
    for (const [key, value] of slots) await engine.setStorage(address, key, value)
  }
  await chain.touched()
}

interface ReadAccount {
  readonly address: Hex
  readonly balance: bigint
  readonly nonce: bigint
  readonly code: Uint8Array
  readonly slots: readonly (readonly [key: bigint, value: bigint])[]
}

function readAccount(name: string, account: DumpedAccount): ReadAccount {
  try {
    const { balance = 0, code, nonce = 0, storage } = account
    const slots = Object.entries(storage ?? {}).map(([key, value]) => {
      return [parseQuantity(prefixed(key), 'slot'), parseQuantity(prefixed(value), 'value')] as const
    })
    return {
      address: bytesToHex(hexToBytes(name, 'address', 20)),
      balance: parseQuantity(balance, 'balance'),
      nonce: parseQuantity(nonce, 'nonce', 1n << 64n),
      code: code == null ? new Uint8Array() : hexToBytes(code, 'code'),
      slots,
    }
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw invalidParams('state: an account is no object')
    throw invalidParams(`state: account ${name.slice(0, 2 * WORD)}: ${error.message}`)
  }
}

/** Geth's dumps leave the prefix of values out. */
function prefixed(value: unknown): unknown {
  return typeof value === 'string' && !value.startsWith('0x') ? `0x${value}` : value
}

function asWord(value: bigint): Hex {
  return `0x${value.toString(16).padStart(2 * WORD, '0')}`
}

async function piped(
  bytes: Uint8Array,
  through: { readonly readable: ReadableStream<Uint8Array>, readonly writable: WritableStream },
): Promise<Uint8Array> {
  const writer = through.writable.getWriter()
  const written = writer.write(bytes).then(() => writer.close())
  // It fails together with reading, which tells
  written.catch(() => undefined)
  const parts: Uint8Array[] = []
  let size = 0
  const reader = through.readable.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > MAX_BYTES) throw invalidParams(`state: more than ${MAX_BYTES} bytes`)
    parts.push(value)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
