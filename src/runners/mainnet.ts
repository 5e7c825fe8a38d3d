/**
 * Real blocks of mainnet on the part of the state that they touch: gas used, logs and receipts must
 * be what the header says. State roots cannot be checked, since the rest of the state is not there.
 */

import { assembleEngine } from '../machine/assemble-engine.js'
import { blockFromJson } from '../intake/block-json.js'
import { asArray, asObject } from '../base/json.js'
import { expectSender } from '../intake/stated-sender.js'
import { bytesToHex } from '../base/bytes.js'
import { forkAt } from '../forks/chain-config.js'
import { replacePartialState } from '../state/load-state.js'
import { mainnet } from '../forks/mainnet.js'
import { environmentOf, runChainBlock } from '../chain/run-chain-block.js'
import { resolveOptions } from '../machine/engine-options.js'
import { InvalidInputError } from '../base/errors.js'
import { readAlloc } from '../state/genesis.js'
import { prepareBlock } from '../intake/prepare-block.js'
import type { Listener } from '../trace/listener.js'
import type { Alloc, AllocAccount, Hex } from '../base/types.js'
import { loadPlatform } from '../threads/platform/load.js'
import { rulesOf } from '../forks/rules.js'

/** Code hash → code. */
export type Codes = Readonly<Record<string, Hex>>

export interface MainnetReport {
  readonly number: number
  readonly fork: string
  readonly txs: number
  readonly gasUsed: number
  readonly gasUsedMatches: boolean
  readonly logsBloomMatches: boolean
  /** Null before Byzantium: receipts then hold state roots. */
  readonly receiptsRootMatches: boolean | null
  readonly senderMs: number
  readonly executeMs: number
}

/** How a file of such a block is told from a scenario. */
export function isMainnetFixture(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'preState' in json && 'block' in json
}

/** Whether it brings the codes of its accounts along. */
export function hasOwnCodes(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'codes' in json
}

/** Every part that can be checked is as the header has it. */
export function isMatch(report: MainnetReport): boolean {
  const { gasUsedMatches, logsBloomMatches, receiptsRootMatches } = report
  return gasUsedMatches && logsBloomMatches && receiptsRootMatches !== false
}

/**
 * @param fixture {block, preState, blockHashes, codes?}
 * @param codes of the accounts whose `codeHash` is not among the fixture's own
 * @throws InvalidInputError, InvalidBlockError, InvalidTransactionError, CancelledError
 */
export async function runMainnetBlock(
  fixture: unknown,
  codes: Codes,
  listener?: Listener,
  signal?: AbortSignal,
): Promise<MainnetReport> {
  const json = asObject(fixture, 'fixture')
  const block = blockFromJson(json.block, {}, { uncles: [] })
  const { header, transactions } = block
  const fork = forkAt(mainnet(), header)
  const accounts = readAlloc(readPreState(json.preState, { ...codes, ...(json.codes as Codes) }))
  const hashes = asObject(json.blockHashes, 'blockHashes') as Readonly<Record<string, Hex>>
  const env = environmentOf(header, hashes)
  const withdrawals = block.withdrawals ?? []
  const rules = { chainId: mainnet().chainId, fork }
  const prepared = await prepareBlock({ env, transactions, withdrawals }, rules, { signal })
  const stated = asArray(asObject(json.block, 'block').transactions, 'transactions')
  prepared.senders.forEach((sender, tx) => expectSender(stated[tx], sender, { tx }))

  const options = { workers: 1, semantics: 'ethereum', fork: fork.name } as const
  const parts = await assembleEngine(resolveOptions(options, 1), loadPlatform())
  await replacePartialState(parts, accounts)
  const result = await runChainBlock(
    parts,
    mainnet(),
    { header, uncles: [], fork, prepared },
    { hasPartialState: true, isJudged: false, listener, signal },
  )
  const hasReceiptsRoot = rulesOf(fork).hasStatus
  return {
    number: Number(header.number),
    fork: fork.name,
    txs: transactions.length,
    gasUsed: result.gasUsed,
    gasUsedMatches: BigInt(result.gasUsed) === header.gasUsed,
    logsBloomMatches: result.logsBloom === bytesToHex(header.logsBloom),
    receiptsRootMatches: hasReceiptsRoot
      ? result.receiptsRoot === bytesToHex(header.receiptsRoot)
      : null,
    senderMs: prepared.timing.senders,
    executeMs: result.timing.execution,
  }
}

/** Codes are kept apart, by hash, since many blocks share them. */
function readPreState(preState: unknown, codes: Codes): Alloc {
  const accounts: Record<string, AllocAccount> = {}
  for (const [address, value] of Object.entries(asObject(preState, 'preState'))) {
    const { codeHash, ...account } = asObject(value, `preState.${address}`)
    if (codeHash == null) {
      accounts[address] = account
      continue
    }
    const code = codes[String(codeHash)]
    if (code === undefined) {
      const details = { place: { account: address, field: 'codeHash' }, expected: 'a known code' }
      throw new InvalidInputError('the code of an account is missing', details)
    }
    accounts[address] = { ...account, code }
  }
  return accounts
}
