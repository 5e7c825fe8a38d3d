/** Plays suites of ethereum/execution-apis to a chain in a box. Node only. */

import { throwIfCancelled } from '../base/errors.js'
import { asObject } from '../base/json.js'
import { joinRlpList, splitRlpList } from '../intake/rlp.js'
import { createChain } from '../ledger/create-chain.js'
import type { GenesisInput } from '../ledger/genesis.js'
import type { Chain } from '../ledger/types.js'
import { createDispatcher } from '../rpc/create-dispatcher.js'
import { FileRun, messageOf } from './file-run.js'
import { failed } from './case-verdict.js'
import { parseRpcCase, runRpcCase } from './rpc-case.js'
import { findRpcSuites, type RpcSuite } from './rpc-suites.js'
import { addTally, emptyTally, type CaseFilter, type Tally } from './tally.js'

export interface RpcTestOptions extends Pick<CaseFilter, 'match'> {
  readonly onProgress?: (progress: { readonly cases: number; readonly failed: number }) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Each suite has a chain of its own; its cases run in the order of their paths, since some send
 * transactions that others look for.
 * @throws InvalidInputError for a path that cannot be read; CancelledError
 */
export async function runRpcTests(
  paths: readonly string[],
  { match, onProgress, signal }: RpcTestOptions = {},
): Promise<Tally> {
  const total = emptyTally()
  for await (const suite of findRpcSuites(paths)) {
    const isWanted = ({ name }: { name: string }): boolean =>
      match === undefined || `${suite.name}/${name}`.includes(match)
    if (!suite.cases.some(isWanted)) continue
    const run = new FileRun(suite.name, {}, () => {
      const { failed: now, passed } = run.tally
      const cases = total.passed + total.failed + passed + now
      onProgress?.({ cases, failed: total.failed + now })
    })
    await runSuite(suite, run, isWanted, signal)
    addTally(total, run.tally)
  }
  return total
}

async function runSuite(
  suite: RpcSuite,
  run: FileRun,
  isWanted: (test: { name: string }) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  let chain: Chain | undefined
  try {
    chain = await importChain(suite, signal)
  } catch (error) {
    throwIfCancelled(signal, CANCELLED)
    run.record('the chain', failed(messageOf(error)))
    return
  }
  try {
    const dispatcher = createDispatcher(chain)
    for (const test of suite.cases) {
      throwIfCancelled(signal, CANCELLED)
      if (!isWanted(test)) continue
      const text = new TextDecoder().decode(test.bytes)
      await run.check(test.name.replace(/\.io$/, ''), () =>
        runRpcCase(dispatcher, parseRpcCase(text)),
      )
    }
  } finally {
    await chain.dispose()
  }
}

const CANCELLED = 'the tests were cancelled'

/** The forks and their blobs are those of the genesis; each block is checked as from a stranger. */
async function importChain(
  { chain: blocks, genesis: json }: RpcSuite,
  signal: AbortSignal | undefined,
): Promise<Chain> {
  const genesis = asObject(JSON.parse(new TextDecoder().decode(json)), 'genesis') as GenesisInput
  const history = { states: Infinity }
  const options = { semantics: 'ethereum', workers: 1, mining: 'manual' } as const
  const chain = await createChain({ ...options, genesis, history })
  try {
    for (const block of blocksOf(blocks)) {
      throwIfCancelled(signal, CANCELLED)
      await chain.importBlock(block)
    }
    return chain
  } catch (error) {
    await chain.dispose()
    throw error
  }
}

/** They lie one behind the other, without a list around them. */
export function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const many = joinRlpList([bytes])
  return splitRlpList(many, { field: 'chain.rlp' })
}
