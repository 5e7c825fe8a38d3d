/**
 * Blocks of execution-spec-tests without a state: each valid block is accepted from the witness
 * that the engine made when it imported the block, and each invalid one refused from a witness of
 * all that the genesis has. ACTOR_EVM_FIXTURES names the folder with the archives.
 *
 * ACTOR_EVM_WITNESS_SAMPLE (40): every 40th test; 1 = all of them.
 */
import type { Hex } from '../../src/base/types.js'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assembleEngine } from '../../src/machine/assemble-engine.js'
import { headerFromJson } from '../../src/intake/block-json.js'
import { encodeHeader, type Header } from '../../src/intake/header.js'
import type { JsonObject } from '../../src/base/json.js'
import { keccak256 } from '../../src/intake/keccak.js'
import { splitRlpList } from '../../src/intake/rlp.js'
import { hexToBytes } from '../../src/base/bytes.js'
import { Chain } from '../../src/chain/chain.js'
import type { ChainConfig } from '../../src/forks/chain-config.js'
import { resolveOptions } from '../../src/machine/engine-options.js'
import { readAlloc } from '../../src/state/genesis.js'
import type { EngineParts } from '../../src/machine/engine-parts.js'
import { readProof } from '../../src/state/read-proof.js'
import { isBlockTest } from '../../src/runners/block-test.js'
import { chainOfNetwork } from '../../src/runners/test-networks.js'
import { TestSources } from '../../src/runners/test-sources.js'
import type { Alloc } from '../../src/base/types.js'
import type { ExecutionWitness } from '../../src/witness/execution-witness.js'
import { createValidator, type Validator } from '../../src/witness/validate-block.js'
import { loadPlatform } from '../../src/threads/platform/load.js'
import { fromEnvironment } from '../support/from-environment.js'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const SAMPLE = fromEnvironment('ACTOR_EVM_WITNESS_SAMPLE', 40)
const ARCHIVE = 'eest-blockchain-dev.tar.gz'
const OPTIONS = { workers: 1, semantics: 'ethereum', memory: 2 ** 30 } as const

const engine = async (): Promise<EngineParts> =>
  assembleEngine(resolveOptions(OPTIONS, 1), await loadPlatform())

interface Tally {
  accepted: number
  refused: number
  readonly failures: string[]
}

/** All nodes and codes of a genesis. */
function wholeState(parts: EngineParts, pre: Alloc): Pick<ExecutionWitness, 'codes' | 'state'> {
  const accounts = readAlloc(pre)
  const nodes = accounts.flatMap(({ address, storage }) => {
    const keys = storage.map(([key]) => key)
    const { accountProof, storageProof } = readProof(parts.core, address, keys)
    return [...accountProof, ...storageProof.flatMap(({ proof }) => proof)]
  })
  const codes = accounts.flatMap(({ code }) => (code.length === 0 ? [] : [toHex(code)]))
  const unique = (list: string[]): Uint8Array[] => [...new Set(list)].map((hex) => hexToBytes(hex))
  return { state: unique(nodes), codes: unique(codes) }
}

/** That of the header, if there is one. */
function hashOf(block: Uint8Array): Uint8Array {
  try {
    return keccak256(splitRlpList(block)[0] ?? new Uint8Array())
  } catch {
    return keccak256(block)
  }
}

const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`

async function validate(
  validator: Validator,
  name: string,
  json: JsonObject,
  witness: ExecutionWitness,
  tally: Tally,
): Promise<void> {
  const isValid = json.expectException === undefined
  const block = hexToBytes(json.rlp)
  const blockHash = hashOf(block)
  const verdict = await validator.validate({ block, blockHash, witness })
  if (verdict.valid) tally.accepted++
  else tally.refused++
  if (verdict.valid !== isValid) {
    tally.failures.push(`${name}: ${verdict.valid ? 'accepted' : verdict.error.message}`)
  } else if (verdict.valid) {
    const stated = json.blockHeader as JsonObject
    if (verdict.stateRoot !== stated.stateRoot) tally.failures.push(`${name}: state root`)
    const { unusedCodes, unusedHeaders, unusedNodes } = verdict.witness
    if (unusedCodes + unusedHeaders + unusedNodes > 0) tally.failures.push(`${name}: not minimal`)
  }
}

async function runTest(
  parts: EngineParts,
  name: string,
  test: JsonObject,
  tally: Tally,
): Promise<void> {
  const chain: ChainConfig = chainOfNetwork(String(test.network), test.config)
  const genesis = headerFromJson(test.genesisBlockHeader)
  const accounts = readAlloc(test.pre as Alloc)
  const options = { recordsWitnesses: true }
  const imported = await Chain.begin(parts, chain, { header: genesis, accounts }, options)
  const genesisState = wholeState(parts, test.pre as Alloc)
  const validator = await createValidator({ ...OPTIONS, chain })
  const headers: Header[] = [genesis]
  for (const json of test.blocks as readonly JsonObject[]) {
    if (json.expectException === undefined) {
      const { result } = await imported.importBlock(hexToBytes(json.rlp))
      const { codes, oldestBlockHash, state } = result.witness!
      const seen = headers.slice(-Math.max(oldestBlockHash, 1)).map((it) => encodeHeader(it))
      await validate(validator, name, json, { state, codes, headers: seen }, tally)
      headers.push(headerFromJson(json.blockHeader))
    } else if (headers.length === 1) {
      const witness = { ...genesisState, headers: [encodeHeader(genesis)] }
      await validate(validator, name, json, witness, tally)
    }
  }
  await validator.dispose()
}

describe.skipIf(FIXTURES === undefined)('blocks of execution-spec-tests', () => {
  it(`each ${SAMPLE}th is judged from its witness`, { timeout: 3_600_000 }, async () => {
    const tally: Tally = { accepted: 0, refused: 0, failures: [] }
    const sources = await TestSources.find([join(FIXTURES!, ARCHIVE)])
    let parts = await engine()
    let count = 0
    for await (const { bytes, name: file } of sources.files()) {
      if (!file.endsWith('.json')) continue
      const tests = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
      for (const [name, test] of Object.entries(tests)) {
        if (!isBlockTest(test)) continue
        if (count++ % SAMPLE !== 0) continue
        try {
          await runTest(parts, name, test, tally)
        } catch (error) {
          tally.failures.push(`${name}: ${(error as Error).message}`)
          parts = await engine()
        }
      }
    }
    expect(tally.failures).toEqual([])
    expect(tally.accepted).toBeGreaterThan(0)
  })
})
