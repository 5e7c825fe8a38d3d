/** Runs an official BlockchainTest: a genesis, blocks of which some must be refused, a head. */

import { assembleEngine } from '../machine/assemble-engine.js'
import { decodeBlock } from '../intake/block.js'
import { headerFromJson } from '../intake/block-json.js'
import { asArray, asObject, type JsonObject } from '../base/json.js'
import { brokenRules } from '../intake/transaction-rules.js'
import { hexToBytes } from '../base/bytes.js'
import type { Header } from '../intake/header.js'
import { forkAt, type ChainConfig } from '../forks/chain-config.js'
import { Chain } from '../chain/chain.js'
import { Ethash } from '../chain/ethash.js'
import { resolveOptions } from '../machine/engine-options.js'
import { ActorEvmError, InvalidBlockError, type InvalidBlockReason } from '../base/errors.js'
import { blockRulesOf } from '../intake/admission.js'
import { readAlloc } from '../state/genesis.js'
import type { EngineParts } from '../machine/engine-parts.js'
import type { Listener } from '../trace/listener.js'
import type { Alloc } from '../base/types.js'
import { tellAll } from '../execution/told.js'
import { loadPlatform } from '../threads/platform/load.js'
import { PASSED, failed, textOf, type CaseVerdict } from './case-verdict.js'
import { ANY_REASON, judgeRefusal, showExpected } from './refusal-names.js'
import { chainOfNetwork } from './test-networks.js'

/** What the largest test needs, and an arena. */
const MEMORY_BYTES = 2 ** 30

const WRONG_ROOTS: readonly string[] = [
  'transactions-root-mismatch',
  'withdrawals-root-mismatch',
] satisfies readonly InvalidBlockReason[]

const ethash = new Ethash()
const checkSeal = (header: Header): void => ethash.check(header)

/** An engine of one thread that a thread uses for test after test. */
export async function makeBlockMachine(listener?: Listener): Promise<EngineParts> {
  const options = { workers: 1, semantics: 'ethereum', memory: MEMORY_BYTES } as const
  const parts = await assembleEngine(resolveOptions(options, 1), loadPlatform())
  return listener === undefined ? parts : tellAll(parts, listener)
}

export function isBlockTest(test: unknown): test is JsonObject {
  if (typeof test !== 'object' || test === null) return false
  const { blocks, genesisBlockHeader, network, pre } = test as JsonObject
  return [blocks, genesisBlockHeader, network, pre].every((part) => part != null)
}

/** Gas and time of the blocks of a test, for benchmarks. */
export interface BlockTestStatistics {
  gasUsed: number
  executeMs: number
}

/**
 * @param statistics added up over the blocks that were accepted
 * @throws InvalidInputError if it is not a test
 */
export async function runBlockTest(
  parts: EngineParts,
  test: JsonObject,
  statistics?: BlockTestStatistics,
): Promise<CaseVerdict> {
  const network = textOf(test.network)
  const header = headerFromJson(test.genesisBlockHeader)
  const accounts = readAlloc(test.pre as Alloc)
  const config = chainOfNetwork(network, test.config)
  const seal = test.sealEngine === 'Ethash' ? { checkSeal } : {}
  const chain = await Chain.begin(parts, config, { header, accounts }, seal)
  const unknown: string[] = []
  for (const [i, json] of asArray(test.blocks, 'blocks').entries()) {
    const block = asObject(json, `blocks[${i}]`)
    const verdict = await runBlock(chain, config, block, network, statistics)
    if (verdict.kind === 'failed') return failed(`block ${i + 1} of the list: ${verdict.reason}`)
    if (verdict.kind === 'unverified') unknown.push(...verdict.names)
  }
  await chain.settle()
  const last = textOf(test.lastblockhash)
  const head = chain.head.hash
  if (head !== last.toLowerCase()) return failed(`last block: expected ${last}, got ${head}`)
  return unknown.length === 0 ? PASSED : { kind: 'unverified', names: unknown }
}

async function runBlock(
  chain: Chain,
  config: ChainConfig,
  block: JsonObject,
  network: string,
  statistics: BlockTestStatistics | undefined,
): Promise<CaseVerdict> {
  const expected = expectedException(block, network)
  const bytes = hexToBytes(block.rlp, 'rlp')
  try {
    const { hash, result } = await chain.importBlock(bytes)
    if (statistics !== undefined) {
      statistics.gasUsed += result.gasUsed
      statistics.executeMs += result.timing.execution
    }
    if (expected !== undefined) return failed(`accepted, expected ${showExpected(expected)}`)
    const stated = asObject(block.blockHeader, 'blockHeader').hash
    return stated === hash ? PASSED : failed(`hash: expected ${textOf(stated)}, got ${hash}`)
  } catch (error) {
    if (!(error instanceof ActorEvmError)) throw error
    if (expected === undefined) return failed(`valid block refused: ${error.message}`)
    const judged = (found: ActorEvmError): CaseVerdict =>
      judgeRefusal(expected, reasonOf(found), found.message, () =>
        otherReasons(config, bytes, found),
      )
    const verdict = judged(error)
    if (verdict.kind === 'passed' || !WRONG_ROOTS.includes(reasonOf(error))) return verdict
    return judged(await refusalOfBody(chain, bytes, error))
  }
}

/**
 * Who made the old tests left an invalid transaction out of the root that the block states, or a
 * withdrawal that cannot be read, and named its rule: with the root in its place, that would never
 * be told.
 */
async function refusalOfBody(
  chain: Chain,
  bytes: Uint8Array,
  first: ActorEvmError,
): Promise<ActorEvmError> {
  try {
    await chain.importBlock(bytes, { hasBodyRootsLast: true })
  } catch (error) {
    if (error instanceof ActorEvmError) return error
    throw error
  }
  return first
}

/** Old tests have one exception for each fork, or one for all, or do not say which. */
function expectedException(block: JsonObject, network: string): unknown {
  const { expectException, expectExceptionALL } = block
  const expected = expectException ?? block[`expectException${network}`] ?? expectExceptionALL
  if (expected != null) return expected
  return block.blockHeader == null ? ANY_REASON : undefined
}

/**
 * What else is wrong with the transaction that was refused: some tests are named by the order of
 * execution-specs, which asks for room in the block first.
 */
function otherReasons(config: ChainConfig, bytes: Uint8Array, { place }: ActorEvmError): string[] {
  if (place.tx === undefined) return []
  try {
    const { header, transactions } = decodeBlock(bytes, {}, { virtualBlocks: false })
    const { baseFeePerGas = 0n, excessBlobGas = 0n, gasLimit } = header
    const environment = { baseFeePerGas, excessBlobGas, gasLimit }
    const { chainId } = config
    const rules = blockRulesOf({ environment }, { chainId, fork: forkAt(config, header) })
    const tx = transactions[place.tx]
    return tx === undefined ? [] : brokenRules(tx, rules)
  } catch (error) {
    if (error instanceof ActorEvmError) return []
    throw error
  }
}

/** Of a block with an invalid transaction, the transaction's. */
function reasonOf(error: ActorEvmError): string {
  const { cause } = error
  if (error instanceof InvalidBlockError && error.reason === 'invalid-transaction') {
    if (cause instanceof ActorEvmError) return reasonOf(cause)
  }
  return error.reason ?? error.code
}
