/** Makes small chains of one fork, and blocks that are valid on them. */
import type { Block } from '../../../src/intake/block.js'
import { headerHash, type Header } from '../../../src/intake/header.js'
import { signTransaction } from '../../../src/intake/sign-transaction.js'
import type { TransactionFields } from '../../../src/intake/transaction-fields.js'
import type { Transaction } from '../../../src/intake/transaction.js'
import { bytesToHex, hexToBytes } from '../../../src/base/bytes.js'
import { Chain } from '../../../src/chain/chain.js'
import { parseChainConfig, type ChainConfig } from '../../../src/forks/chain-config.js'
import { difficultyAfter } from '../../../src/chain/difficulty.js'
import { baseFeeAfter } from '../../../src/chain/fees.js'
import { NO_UNCLES_HASH } from '../../../src/chain/header-rules.js'
import { replaceState } from '../../../src/state/load-state.js'
import { environmentOf, runChainBlock } from '../../../src/chain/run-chain-block.js'
import { forkNamed, type Fork } from '../../../src/forks/forks.js'
import { readAlloc } from '../../../src/state/genesis.js'
import type { EngineParts } from '../../../src/machine/engine-parts.js'
import { prepareBlock } from '../../../src/intake/prepare-block.js'

const SECRET_KEY = new Uint8Array(32).fill(0x45)
export const NOBODY = new Uint8Array(20)
export const ETHER = 10n ** 18n
const ROOT_OF_NOTHING = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'
const HASH = new Uint8Array(32)
const NOT_JUDGED = { isJudged: false }

export function transfer(
  nonce: bigint,
  value = 1n,
  change: Partial<TransactionFields> = {},
): Transaction {
  const to = new Uint8Array(20).fill(0x77)
  const fields = { nonce, gasLimit: 21_000n, gasPrice: 2_000_000_000n, to, value, chainId: 1n }
  return signTransaction({ ...fields, ...change }, SECRET_KEY)
}

/** A chain of one fork, and blocks that would be valid on it. */
export class Forge {
  readonly parts: EngineParts
  readonly config: ChainConfig
  readonly genesis: { header: Header; accounts: ReturnType<typeof readAlloc> }
  readonly fork: Fork

  private constructor(
    parts: EngineParts,
    config: ChainConfig,
    fork: Fork,
    header: Header,
    sender: string,
  ) {
    this.parts = parts
    this.config = config
    this.fork = fork
    this.genesis = { header, accounts: Forge.accounts(sender) }
  }

  static accounts(sender: string) {
    return readAlloc({ [sender]: { balance: `0x${(1_000n * ETHER).toString(16)}` } })
  }

  static async make(parts: EngineParts, forkName: string, json: object): Promise<Forge> {
    const sender = await senderOf(transfer(0n))
    const fork = forkNamed(forkName)
    const stateRoot = await replaceState(parts, Forge.accounts(sender))
    const isShanghai = fork.revision >= forkNamed('shanghai').revision
    const header: Header = {
      parentHash: HASH,
      unclesHash: hexToBytes(NO_UNCLES_HASH),
      coinbase: NOBODY,
      stateRoot,
      transactionsRoot: hexToBytes(ROOT_OF_NOTHING),
      receiptsRoot: hexToBytes(ROOT_OF_NOTHING),
      logsBloom: new Uint8Array(256),
      difficulty: isShanghai ? 0n : 131_072n,
      number: 0n,
      gasLimit: 5_000_000n,
      gasUsed: 0n,
      timestamp: 1_000n,
      extraData: new Uint8Array(0),
      mixHash: HASH,
      nonce: new Uint8Array(8),
      ...(isShanghai
        ? { baseFeePerGas: 7n, withdrawalsRoot: hexToBytes(ROOT_OF_NOTHING) }
        : {}),
    }
    return new Forge(parts, parseChainConfig(json), fork, header, sender)
  }

  chain(): Promise<Chain> {
    return Chain.begin(this.parts, this.config, this.genesis)
  }

  /** A valid block on the state that the engine has, which it then has gone beyond. */
  async block(
    parent: Header,
    transactions: readonly Transaction[],
    seconds = 12n,
    { uncles = [], ...change }: Partial<Header> & { uncles?: Header[] } = {},
  ): Promise<Block> {
    const timestamp = parent.timestamp + seconds
    const isPow = parent.difficulty !== 0n
    const draft: Header = {
      ...parent,
      parentHash: headerHash(parent),
      number: parent.number + 1n,
      timestamp,
      ...(isPow ? { difficulty: difficultyAfter(parent, timestamp, this.fork, false) } : {}),
      ...(isPow ? {} : { baseFeePerGas: baseFeeAfter(parent, this.fork) }),
      ...change,
    }
    const withdrawals = isPow ? {} : { withdrawals: [] }
    const rules = { chainId: 1n, fork: this.fork }
    const env = environmentOf(draft, {})
    const prepared = await prepareBlock({ env, transactions, ...withdrawals }, rules)
    const content = { header: draft, uncles, fork: this.fork, prepared }
    const result = await runChainBlock(this.parts, this.config, content, NOT_JUDGED)
    const header: Header = {
      ...draft,
      stateRoot: hexToBytes(result.stateRoot),
      transactionsRoot: hexToBytes(result.transactionsRoot),
      receiptsRoot: hexToBytes(result.receiptsRoot),
      gasUsed: BigInt(result.gasUsed),
    }
    return { header, transactions, uncles, ...withdrawals }
  }
}

async function senderOf(tx: Transaction): Promise<string> {
  const env = { number: 0, timestamp: 0, gasLimit: 2n ** 62n, coinbase: NOBODY }
  const rules = { chainId: 1n, fork: forkNamed('london') }
  const block = await prepareBlock({ env, transactions: [tx] }, rules)
  return bytesToHex(block.senders[0]!)
}
