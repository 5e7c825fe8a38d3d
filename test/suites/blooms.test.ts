/** Bloom filters of receipts where topics come again, are zero, or are more than the core keeps. */
import { keccak_256 } from '@noble/hashes/sha3.js'
import { createEngine, type BlockResult, type Hex } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { ALICE, ENV, ETHER, call } from '../support/small-blocks.js'

const LOGGER: Hex = `0x${'10'.repeat(20)}`
/** For n = word 0 of the data … 1: LOG4 of the topics n, 0, n and the caller. */
const CODE = '0x5f355b33815f835f5fa460019003806002570000'
const word = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`

/** Hashes that the core keeps are 256. */
const COUNTS = [600, 3, 1]

async function execute(workers: number): Promise<BlockResult> {
  const simulation = workers > 1 ? { alwaysParallel: true } : {}
  const engine = await createEngine({ semantics: 'actor', workers, simulation })
  try {
    await engine.loadGenesis({ [ALICE]: { balance: ETHER }, [LOGGER]: { code: CODE } })
    const transactions = COUNTS.map((count, nonce) =>
      call({ to: LOGGER, nonce, data: word(count), gasLimit: 2_000_000 }),
    )
    return await engine.executeBlock({ env: ENV, transactions })
  } finally {
    await engine.dispose()
  }
}

/** YP 4.3.1: of each address and topic three of 2,048 bits. */
function bloomOf(items: readonly string[]): string {
  const bloom = new Uint8Array(256)
  for (const item of items) {
    const hash = keccak_256(hexToBytes(item, 'item'))
    for (const at of [0, 2, 4]) {
      const bit = ((hash[at]! << 8) | hash[at + 1]!) & 2047
      bloom[255 - (bit >> 3)]! |= 1 << (bit & 7)
    }
  }
  return bytesToHex(bloom)
}

describe.each([1, 3])('on %i workers', (workers) => {
  it('have the bits of every address and topic, and no others', async () => {
    const { logsBloom, receipts } = await execute(workers)
    const items = receipts.map(({ logs }) => {
      return logs.flatMap(({ address, topics }) => [address, ...topics])
    })
    expect(items.map(({ length }) => length)).toEqual(COUNTS.map((count) => count * 5))
    const caller = ALICE.replace('0x', word(0).slice(0, 26))
    expect(items[2]).toEqual([LOGGER, word(1), word(0), word(1), caller])
    receipts.forEach((receipt, i) => expect(receipt.logsBloom).toBe(bloomOf(items[i]!)))
    expect(logsBloom).toBe(bloomOf(items.flat()))
  })
})
