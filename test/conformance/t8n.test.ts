/**
 * State transitions out of the official block tests: the block's environment, the genesis and the
 * block's transactions go in, and what its header commits to must come out. They are no part of the
 * project: ACTOR_EVM_FIXTURES names the folder that has them.
 */
import type { Hex } from '../../src/base/types.js'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeBlock } from '../../src/intake/block.js'
import { encodeRlp, joinRlpList } from '../../src/intake/rlp.js'
import { bytesToHex, hexToBytes } from '../../src/base/bytes.js'
import { readTarGz } from '../../src/runners/tar.js'
import { makeBlockMachine } from '../../src/runners/block-test.js'
import { bodyHex, resultJson } from '../../src/runners/t8n/output.js'
import { runTransition } from '../../src/runners/t8n/transition.js'
import { chainOfNetwork } from '../../src/runners/test-networks.js'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const TIMEOUT_MS = 300_000
/** One test in so many: all of them take half a minute. */
const SAMPLE = 10

interface BlockTest {
  readonly network: string
  readonly config: unknown
  readonly pre: unknown
  readonly genesisBlockHeader: { readonly hash: string }
  readonly blocks: readonly { readonly rlp: string; readonly expectException?: string }[]
}

/** Tests of one valid block, on the genesis. */
async function* oneBlockTests(): AsyncGenerator<[name: string, test: BlockTest]> {
  let n = 0
  for await (const file of readTarGz(join(FIXTURES!, 'eest-blockchain-dev.tar.gz'))) {
    if (!file.name.endsWith('.json') || /(^|\/)\./.test(file.name)) continue
    const tests = JSON.parse(new TextDecoder().decode(file.bytes)) as Record<string, BlockTest>
    for (const [name, test] of Object.entries(tests)) {
      const [block, ...more] = test.blocks
      if (block === undefined || more.length > 0 || block.expectException !== undefined) continue
      if (n++ % SAMPLE === 0) yield [name, test]
    }
  }
}

const hex = (value: bigint): Hex => `0x${value.toString(16)}`

function toInput({ blocks, genesisBlockHeader, pre }: BlockTest) {
  const block = decodeBlock(hexToBytes(blocks[0]!.rlp))
  const { header, transactions, withdrawals } = block
  const { baseFeePerGas, excessBlobGas, parentBeaconBlockRoot } = header
  const env = {
    currentNumber: hex(header.number),
    currentTimestamp: hex(header.timestamp),
    currentGasLimit: hex(header.gasLimit),
    currentCoinbase: bytesToHex(header.coinbase),
    blockHashes: { [`${header.number - 1n}`]: genesisBlockHeader.hash },
    ...(header.difficulty === 0n
      ? { currentRandom: bytesToHex(header.mixHash) }
      : { currentDifficulty: hex(header.difficulty) }),
    ...(baseFeePerGas === undefined ? {} : { currentBaseFee: hex(baseFeePerGas) }),
    ...(excessBlobGas === undefined ? {} : { currentExcessBlobGas: hex(excessBlobGas) }),
    ...(parentBeaconBlockRoot === undefined
      ? {}
      : { parentBeaconBlockRoot: bytesToHex(parentBeaconBlockRoot) }),
    ...(withdrawals === undefined ? {} : { withdrawals }),
  }
  const items = transactions.map(({ raw, type }) => (type === 0 ? raw : encodeRlp(raw)))
  return { header, input: { alloc: pre, env, txs: bytesToHex(joinRlpList(items)) } }
}

const WEI_PER_ETHER = 10n ** 18n
const REWARDS: Readonly<Record<string, bigint>> = {
  Frontier: 5n,
  Homestead: 5n,
  Byzantium: 3n,
  ConstantinopleFix: 2n,
  Istanbul: 2n,
  Berlin: 2n,
  London: 2n,
}

describe.skipIf(FIXTURES === undefined)('state transitions', () => {
  it('come to what headers commit to', { timeout: TIMEOUT_MS }, async () => {
    const machine = await makeBlockMachine()
    let count = 0
    for await (const [name, test] of oneBlockTests()) {
      const { header, input } = toInput(test)
      const reward = (REWARDS[test.network] ?? 0n) * WEI_PER_ETHER
      const config = chainOfNetwork(test.network, test.config)
      const transition = await runTransition(machine, input, { config, reward })
      const result = resultJson(transition)
      expect(result, name).toMatchObject({
        stateRoot: bytesToHex(header.stateRoot),
        txRoot: bytesToHex(header.transactionsRoot),
        receiptsRoot: bytesToHex(header.receiptsRoot),
        logsBloom: bytesToHex(header.logsBloom),
        gasUsed: hex(header.gasUsed),
      })
      expect(result.rejected, name).toBeUndefined()
      expect(bodyHex(transition), name).toBe(input.txs)
      if (header.requestsHash !== undefined) {
        expect(result.requestsHash, name).toBe(bytesToHex(header.requestsHash))
      }
      count++
    }
    expect(count).toBeGreaterThan(300)
  })
})
