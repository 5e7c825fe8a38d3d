/** A state as anvil writes it: JSON of accounts and of the block, in gzip, as hex. */

import { bytesToHex, hexToBytes, quantityToHex } from '../../base/bytes.js'
import type { Hex, Quantity } from '../../base/types.js'
import type { Chain } from '../../ledger/types.js'
import type { StateInput } from '../../tools/state-formats.js'
import type { RpcMethod } from '../dispatcher.js'
import { invalidParams } from '../rpc-error.js'

/** Of what was packed: a small text may unpack to more than there is memory for. */
const MAX_BYTES = 2 ** 29
const WORD = 32

export const dumpMethods: Readonly<Record<string, RpcMethod>> = {
  dumpState: async (_, { chain }) => {
    const text = JSON.stringify(await dump(chain))
    return bytesToHex(await piped(new TextEncoder().encode(text), new CompressionStream('gzip')))
  },
  loadState: async ([given], { chain }) => {
    await chain.engine.load(await parse(given))
    await chain.touched()
    return true
  },
}

/** `actor_dumpState`: the same without gzip, as it stands in files. */
export const dumpJson: RpcMethod = (_, { chain }) => dump(chain)

async function dump(chain: Chain): Promise<object> {
  const { header } = chain.head
  const alloc = await chain.engine.dump()
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
      Object.entries(alloc).map(([address, dumped]) => {
        const { balance = 0, code = '0x', nonce = 0, storage = {} } = dumped
        const slots = Object.entries(storage).map(([key, value]) => [asWord(key), asWord(value)])
        const account = {
          nonce: Number(nonce),
          balance: quantityToHex(BigInt(balance)),
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
async function parse(given: unknown): Promise<StateInput> {
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
  if (typeof data === 'object' && data !== null && 'accounts' in data) return data as StateInput
  throw invalidParams('state: expected an object with "accounts"')
}

async function piped(
  bytes: Uint8Array,
  through: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream },
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

function asWord(value: Quantity): Hex {
  return `0x${BigInt(value).toString(16).padStart(2 * WORD, '0')}`
}
