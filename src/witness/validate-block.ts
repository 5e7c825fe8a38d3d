/**
 * Validates a block from its witness alone: no state, no node, nothing trusted but the hash of the
 * block or of its parent. Only the original block travels; virtual blocks are made again.
 */

import { assembleEngine } from '../assemble-engine.js'
import { decodeBlock, type Block } from '../block/block.js'
import { decodeHeader, headerHash, type Header } from '../block/header.js'
import { HASH_BYTES, bytesToHex, hexToBytes } from '../bytes.js'
import { checkBlockSize, checkBody } from '../chain/body-rules.js'
import { forkAt, type ChainConfig } from '../chain/chain-config.js'
import { checkHeader, checkNumber } from '../chain/header-rules.js'
import { environmentOf, runChainBlock } from '../chain/run-chain-block.js'
import { checkUncleGenerations } from '../chain/uncle-rules.js'
import { resolveOptions, type EngineOptions } from '../engine-options.js'
import { EngineDisposedError, InvalidBlockError, InvalidWitnessError } from '../errors.js'
import type { Fork } from '../forks.js'
import type { EngineParts } from '../pipeline/engine-parts.js'
import { readBytes } from '../pipeline/environment.js'
import { prepareBlock, type PreparedBlock } from '../prepare-block.js'
import { jsonable } from '../result-data.js'
import type { BlockResult, BytesLike, CancelSignal, Progress } from '../types.js'
import { loadPlatform } from '../workers/platform/load.js'
import { readAncestry, type Ancestry } from './ancestors.js'
import { decodeWitness, witnessFromJson, type ExecutionWitness } from './execution-witness.js'
import { heldRules, type BlockRules, type HeldRules } from './block-rules.js'
import { checkLineage } from './lineage.js'
import { countUnused, givePartialState, type GivenState } from './partial-state.js'
import { asRefusal, refusalOf, type Verdict, type WitnessUse } from './verdict.js'

export interface ValidatorOptions
  extends Pick<
    EngineOptions,
    | 'chainConfig'
    | 'chainId'
    | 'fork'
    | 'memory'
    | 'parameters'
    | 'semantics'
    | 'workerTimeoutMs'
    | 'workers'
  > {
  /**
   * `chain`: all rules of Ethereum's headers and bodies (default under Ethereum semantics; but only
   * who asks for them by name demands that the contracts for requests are there).
   * `execution`: those that do not say how a chain's base fee and gas limit move, nor which system
   * contracts it has (default under actor semantics).
   */
  readonly rules?: BlockRules | undefined
  /** Which fork a block is of, in place of `chainConfig`; without both, all are of `fork`. */
  readonly chain?: ChainConfig | undefined
  /** Refuse a witness with nodes, codes or headers that the block does not need. */
  readonly requiresMinimal?: boolean | undefined
}

export interface BlockToValidate {
  /** RLP of the block. */
  readonly block: BytesLike
  /** As an object, its JSON or its compact form. */
  readonly witness: ExecutionWitness | Uint8Array | Readonly<Record<string, unknown>>
  /** RLP of the parent's header. Left out, the witness has it, and only `blockHash` is trusted. */
  readonly parentHeader?: BytesLike | undefined
  /** Hash that the block must have. */
  readonly blockHash?: BytesLike | undefined
  readonly signal?: CancelSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * Validates one block; for several, make a `Validator`.
 *
 * @example
 * const verdict = await validateBlock({ block, witness, fork: 'osaka', semantics: 'actor' })
 * if (!verdict.valid) console.log(verdict.reason, verdict.difference)
 *
 * @throws as `Validator.validate`
 */
export async function validateBlock(input: BlockToValidate & ValidatorOptions): Promise<Verdict> {
  const validator = await createValidator(input)
  try {
    return await validator.validate(input)
  } finally {
    await validator.dispose()
  }
}

/** @throws InvalidInputError for an option out of range; MemoryExhaustedError */
export async function createValidator(options: ValidatorOptions): Promise<Validator> {
  const rules = heldRules(options.rules, options.semantics ?? 'actor')
  return new Validator(await assemble(options), options, rules)
}

async function assemble(options: ValidatorOptions): Promise<EngineParts> {
  const platform = loadPlatform()
  const { workers = 1 } = options
  return assembleEngine(resolveOptions({ ...options, workers }, platform.concurrency), platform)
}

/** Validates blocks of one chain, one after the other, each from its own witness. */
export class Validator {
  readonly #parts: EngineParts
  readonly #options: ValidatorOptions
  readonly #rules: HeldRules
  readonly #chain: ChainConfig
  #isUsed = false
  #isDisposed = false
  #last: Promise<unknown> = Promise.resolve()

  /** @internal Use `createValidator`. */
  constructor(parts: EngineParts, options: ValidatorOptions, rules: HeldRules) {
    this.#options = options
    this.#rules = rules
    this.#chain = options.chain ?? parts.config.chain
    this.#parts = { ...parts, config: { ...parts.config, chainId: this.#chain.chainId } }
  }

  /**
   * Whether the block is what its header says, from the witness alone.
   * @returns a verdict; whatever bytes block and witness are
   * @throws CancelledError; MemoryExhaustedError, WorkerDiedError, WorkerTimeoutError,
   *   EngineFaultError, which say nothing about the block
   */
  async validate(input: BlockToValidate): Promise<Verdict> {
    if (this.#isDisposed) throw new EngineDisposedError('the validator is disposed')
    const turn = this.#last.then(() => this.#validate(input))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    await this.#last
    await this.#parts.executor.dispose()
  }

  async #validate(input: BlockToValidate): Promise<Verdict> {
    try {
      return await this.#execute(input)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === undefined) throw error
      return refusal
    }
  }

  async #execute(input: BlockToValidate): Promise<Verdict> {
    const { config } = this.#parts
    const isActor = config.semantics === 'actor'
    const witness = readWitness(input.witness)
    const bytes = readBlockBytes(input.block)
    const block = this.#decode(bytes)
    const { header } = block
    const blockHash = bytesToHex(headerHash(header))
    checkBlockHash(header, blockHash, input.blockHash)
    const trusted = readHeader(input.parentHeader, isActor)
    const ancestry = readAncestry(header, witness.headers, trusted, isActor)
    const fork = this.#checkHeader(header, ancestry.parent)
    checkBlockSize(bytes, header, fork)
    checkUncleGenerations(header, block.uncles, fork)
    checkBody(block, fork)
    const prepared = await this.#prepare(block, fork, ancestry, input)
    await this.#begin()
    const { parent, knownHashes } = ancestry
    const given = this.#give(parent.stateRoot, witness, knownHashes)
    const result = await this.#run(block, prepared, fork, input)
    const use = this.#countUse(witness, given, ancestry)
    const { number } = header
    const { stateRoot } = result
    return jsonable({ valid: true, number, blockHash, stateRoot, witness: use, result })
  }

  #decode(bytes: Uint8Array): Block {
    const { semantics } = this.#parts.config
    return decodeBlock(bytes, {}, { virtualBlocks: semantics === 'actor' })
  }

  #checkHeader(header: Header, parent: Header): Fork {
    const fork = forkAt(this.#chain, header)
    if (this.#rules.header === 'execution') {
      checkLineage(header, fork, parent)
      return fork
    }
    const before = { header: parent, fork: forkAt(this.#chain, parent) }
    checkNumber(header, parent)
    checkHeader(header, fork, before, this.#chain)
    return fork
  }

  async #prepare(
    { header, transactions, withdrawals = [] }: Block,
    { revision }: Fork,
    { blockHashes }: Ancestry,
    { signal, onProgress }: BlockToValidate,
  ): Promise<PreparedBlock> {
    const { chainId } = this.#parts.config
    const env = environmentOf(header, blockHashes)
    const input = { env, transactions, withdrawals }
    // No round runs yet: the threads may help
    const { executor } = this.#parts
    return prepareBlock(input, { chainId, revision }, { signal, onProgress }, executor)
  }

  /** An empty state. */
  async #begin(): Promise<void> {
    const { core, executor } = this.#parts
    if (this.#isUsed) {
      core.exports.resetState()
      core.memory.refresh()
      await executor.resetState()
    }
    this.#isUsed = true
  }

  #give(root: Uint8Array, witness: ExecutionWitness, knownHashes: number): GivenState {
    return givePartialState(this.#parts.core, root, witness, knownHashes)
  }

  #run(
    { header, uncles }: Block,
    prepared: PreparedBlock,
    fork: Fork,
    { signal, onProgress }: BlockToValidate,
  ): Promise<BlockResult> {
    const content = { header, uncles, fork, prepared }
    const requestRules = this.#rules.requests
    const options = { isJudged: true, requestRules, signal, onProgress }
    return runChainBlock(this.#parts, this.#chain, content, options)
  }

  #countUse(witness: ExecutionWitness, given: GivenState, ancestry: Ancestry): WitnessUse {
    const { codes, headers, state } = witness
    const { unusedHeaders } = ancestry
    const { unusedCodes, unusedNodes } = countUnused(this.#parts.core, given)
    const unused = unusedNodes + unusedCodes + unusedHeaders
    if (unused > 0 && this.#options.requiresMinimal === true) {
      throw new InvalidWitnessError('not-minimal', 'the block does not need all of its witness', {
        place: { field: 'witness' },
        expected: 'nothing that is not needed',
        got: `${unusedNodes} nodes, ${unusedCodes} codes, ${unusedHeaders} headers`,
      })
    }
    return {
      nodes: state.length,
      unusedNodes,
      codes: codes.length,
      unusedCodes,
      headers: headers.length,
      unusedHeaders,
      bytes: [...state, ...codes, ...headers].reduce((sum, item) => sum + item.length, 0),
    }
  }
}

function checkBlockHash(header: Header, hash: string, expected: BytesLike | undefined): void {
  if (expected === undefined) return
  const wanted = bytesToHex(readBytes(expected, 'blockHash', HASH_BYTES))
  if (wanted === hash) return
  const place = { block: header.number, field: 'hash' }
  throw new InvalidBlockError('hash-mismatch', 'block refused', {
    place,
    expected: wanted,
    got: hash,
  })
}

function readBlockBytes(block: BytesLike): Uint8Array {
  return block instanceof Uint8Array ? block : asRefusal('block', () => hexToBytes(block, 'block'))
}

function readWitness(witness: BlockToValidate['witness']): ExecutionWitness {
  if (witness instanceof Uint8Array) return decodeWitness(witness)
  const { state } = witness
  const isRead = Array.isArray(state) && (state.length === 0 || state[0] instanceof Uint8Array)
  if (isRead) return witness as ExecutionWitness
  return asRefusal('witness', () => witnessFromJson(witness))
}

function readHeader(header: BytesLike | undefined, virtualBlocks: boolean): Header | undefined {
  if (header === undefined) return undefined
  const bytes = header instanceof Uint8Array ? header : hexToBytes(header, 'parentHeader')
  return decodeHeader(bytes, {}, { virtualBlocks })
}
