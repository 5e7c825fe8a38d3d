/**
 * Before Homestead the s of a signature may be in the upper half (EIP-2): blocks of 2015 have such
 * transactions. Which fork a block is of decides, at every entrance.
 */
import { createEngine, validateBlock, type Engine } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { SECP256K1_N } from '../../src/intake/signature.js'
import { signTransaction } from '../../src/intake/sign-transaction.js'
import { encodeTransaction } from '../../src/intake/transaction.js'
import { bytesToHex } from '../../src/base/bytes.js'
import { parseChainConfig } from '../../src/forks/chain-config.js'
import { runMainnetBlock } from '../../src/runners/mainnet.js'

const KEY = new Uint8Array(32).fill(0x46)
const SENDER = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
const MINER = `0x${'aa'.repeat(20)}` as const
const HOMESTEAD = 1_150_000

/** The other signature of the same sender: s becomes −s, and the point's y with it. */
function highS(): Uint8Array {
  const to = new Uint8Array(20).fill(1)
  const fields = { nonce: 0n, gasPrice: 1n, gasLimit: 21_000n, to, value: 1n, chainId: null }
  const tx = signTransaction(fields, KEY)
  const v = tx.v === 27n ? 28n : 27n
  return encodeTransaction({ ...tx, s: SECP256K1_N - tx.s, v, yParity: 1 - tx.yParity })
}

const raw = highS()
const alloc = { [SENDER]: { balance: 10n ** 18n } }
const block = (number: number) => ({
  env: { number, timestamp: 1_500_000_000, gasLimit: 5_000_000, coinbase: MINER },
  transactions: [raw],
})

async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await createEngine({ workers: 1, chainConfig: 'mainnet', semantics: 'ethereum' })
  try {
    await engine.loadGenesis(alloc)
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

describe('a transaction with a high s', () => {
  it('is valid in an engine of mainnet until Homestead', async () => {
    await withEngine(async (engine) => {
      const late = engine.executeBlock(block(HOMESTEAD))
      await expect(late).rejects.toMatchObject({ reason: 'invalid-signature', place: { tx: 0 } })
      const { receipts } = await engine.executeBlock(block(HOMESTEAD - 1))
      expect(receipts[0]!.gasUsed).toBe(21_000)
    })
  })

  it('is no part of a later block either if it was read as one of an earlier', async () => {
    await withEngine(async (engine) => {
      const { transactions } = await engine.prepareBlock(block(1))
      const late = engine.executeBlock({ ...block(HOMESTEAD), transactions })
      await expect(late).rejects.toMatchObject({ reason: 'invalid-signature' })
    })
  })

  it('runs as a block of mainnet from a file', async () => {
    const zeros = (bytes: number): string => `0x${'00'.repeat(bytes)}`
    const [, nonce, , , to] = ['', '0x0', '', '', `0x${'01'.repeat(20)}`]
    const { v, r, s } = (await withEngine((engine) => engine.prepareBlock(block(1))))
      .transactions[0]!
    const hex = (value: bigint): string => `0x${value.toString(16)}`
    const header = {
      ...{ parentHash: zeros(32), sha3Uncles: zeros(32), miner: MINER, stateRoot: zeros(32) },
      ...{ transactionsRoot: zeros(32), receiptsRoot: zeros(32), logsBloom: zeros(256) },
      ...{ difficulty: '0x1', number: '0xb443', gasLimit: '0x5208', gasUsed: '0x5208' },
      ...{ timestamp: '0x55c42659', extraData: '0x', mixHash: zeros(32), nonce: zeros(8) },
    }
    const fields = { nonce, to, gasPrice: '0x1', gas: '0x5208', value: '0x1', input: '0x' }
    const tx = { ...fields, v: hex(v), r: hex(r), s: hex(s) }
    const file = {
      block: { ...header, transactions: [tx], uncles: [] },
      preState: { [SENDER]: { balance: '0xde0b6b3a7640000', nonce: '0x0' } },
      blockHashes: {},
    }
    const report = await runMainnetBlock(file, {})
    expect(report).toMatchObject({ fork: 'frontier', txs: 1, gasUsedMatches: true })
  })

  it('is judged by the fork of the block where a validator has a chain', async () => {
    const engine = await createEngine({ workers: 1, fork: 'frontier', semantics: 'ethereum' })
    await engine.loadGenesis(alloc)
    const { bytes, hash, witness } = await engine.produceBlock(block(5))
    await engine.dispose()
    const judge = async (homesteadBlock: number): Promise<string | undefined> => {
      const chain = parseChainConfig({ homesteadBlock })
      const input = { block: bytes, witness, blockHash: hash, semantics: 'ethereum' } as const
      const verdict = await validateBlock({ ...input, chain, rules: 'chain' })
      return verdict.consistent ? 'consistent' : verdict.error.message
    }
    expect(await judge(6)).not.toContain('signature')
    expect(bytesToHex(bytes)).toContain(bytesToHex(raw).slice(2))
  })
})
