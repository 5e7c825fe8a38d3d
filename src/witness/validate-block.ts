/**
 * Validates a block from its witness alone: no state, no node, nothing trusted but the hash of the
 * block or of its parent. Only the original block travels; virtual blocks are made again.
 */

import { assembleEngine } from '../machine/assemble-engine.js'
import { decodeBodyInTurns, decodeUncles, splitBlock, type Block } from '../intake/block.js'
import { headerHash, type Header } from '../intake/header.js'
import { asObject } from '../base/json.js'
import { bytesToHex } from '../base/bytes.js'
import {
  checkBlobCount,
  checkBlockSize,
  checkBody,
  checkTransactionCount,
} from '../chain/body-rules.js'
import { forkAt } from '../forks/chain-config.js'
import { checkHeader, checkNumber, checkSemantics } from '../chain/header-rules.js'
import { environmentOf, runChainBlock } from '../chain/run-chain-block.js'
import { checkUncleGenerations } from '../chain/uncle-rules.js'
import {
  EngineDisposedError,
  InvalidBlockError,
  InvalidInputError,
  InvalidWitnessError,
  throwIfCancelled,
} from '../base/errors.js'
import type { Fork } from '../forks/forks.js'
import { checkKeys } from '../base/known-keys.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { leafMaker } from '../execution/leaf-job.js'
import { prepareBlock, type PreparedBlock } from '../intake/prepare-block.js'
import { Pulse, orCancelled } from '../base/pulse.js'
import { readOnce, readOnceInTurns, reading } from '../base/read-once.js'
import type { BlockResult, CancelSignal } from '../base/types.js'
import { loadPlatform } from '../threads/platform/load.js'
import { checkParent, readAncestry, type Ancestry } from './ancestors.js'
import type { ExecutionWitness } from './execution-witness.js'
import { checkLineage } from './lineage.js'
import { countUnused, givePartialState, type GivenState } from './partial-state.js'
import {
  INPUT_FIELDS,
  readBlockBytes,
  readTrusted,
  readWitness,
  type BlockToValidate,
  type TrustedInput,
} from './validator-input.js'
import {
  VALIDATOR_OPTIONS,
  resolveValidator,
  type ResolvedValidator,
  type ValidatorOptions,
} from './validator-options.js'
import { refusalOf, verdictOf, type Verdict, type WitnessUse } from './verdict.js'

export type { BlockToValidate } from './validator-input.js'
export type { ValidatorOptions } from './validator-options.js'

/**
 * Validates one block; for several, make a `Validator`. Without `blockHash` and `parentHeader`
 * nothing says which block it is: then the verdict is not `valid`, but tells whether all is
 * `consistent`.
 *
 * @example
 * const verdict = await validateBlock({ block, witness, blockHash, semantics: 'actor' })
 * if (!verdict.valid) console.log(verdict.reason, verdict.difference)
 *
 * @throws as `createValidator` and `Validator.validate`
 */
export async function validateBlock(input: BlockToValidate & ValidatorOptions): Promise<Verdict> {
  const { copy: own, isRead } = readOnceInTurns(input, 'input', pulseOf)
  await isRead
  checkKeys(asObject(own, 'input'), [...INPUT_FIELDS, ...VALIDATOR_OPTIONS], '', 'option')
  const pick = (names: readonly string[]): object =>
    Object.fromEntries(names.map((name) => [name, (own as never)[name]]))
  const validator = await createValidator(pick(VALIDATOR_OPTIONS) as ValidatorOptions)
  try {
    return await validator.validate(pick(INPUT_FIELDS) as BlockToValidate)
  } finally {
    await validator.dispose()
  }
}

/** @throws InvalidInputError for an option that is unknown or out of range; MemoryExhaustedError */
export async function createValidator(options: ValidatorOptions): Promise<Validator> {
  const platform = loadPlatform()
  const resolved = resolveValidator(readOnce(options, 'options'), platform.concurrency)
  return new Validator(await assembleEngine(resolved.engine, platform), resolved)
}

const CANCELLED = 'the block was cancelled'

/** The signal, if it is one: what is none is told in turn. */
function audible(input: BlockToValidate): CancelSignal | undefined {
  const signal = input?.signal
  const listen = reading(['signal'], () => signal?.addEventListener)
  return typeof listen === 'function' ? signal : undefined
}

const pulseOf = (input: BlockToValidate): Pulse => new Pulse(audible(input), CANCELLED)

/** Validates blocks of one chain, one after the other, each from its own witness. */
export class Validator {
  readonly #parts: EngineParts
  readonly #options: Omit<ResolvedValidator, 'engine'>
  #isUsed = false
  #isDisposed = false
  #last: Promise<unknown> = Promise.resolve()

  /** @internal Use `createValidator`. */
  constructor(parts: EngineParts, options: Omit<ResolvedValidator, 'engine'>) {
    // Who calls it by hand has no parts
    if (typeof reading(['parts'], () => parts?.workers?.dispose) !== 'function') {
      throw new InvalidInputError('a validator is made by createValidator')
    }
    this.#parts = parts
    this.#options = options
  }

  /**
   * Whether the block is what its header says, from the witness alone.
   * @returns a verdict; whatever bytes block and witness are
   * @throws InvalidInputError for what no bytes can excuse: an unknown field, a hash that is none;
   *   CancelledError; MemoryExhaustedError, WorkerDiedError, WorkerTimeoutError, EngineFaultError,
   *   which say nothing about the block. Whichever it is, the next block is validated as ever.
   */
  async validate(input: BlockToValidate): Promise<Verdict> {
    if (this.#isDisposed) throw new EngineDisposedError('the validator is disposed')
    const { copy: own, isRead } = readOnceInTurns(input, 'input', pulseOf)
    const signal = audible(own)
    let isWaiting = true
    const turn = this.#last.then(async () => {
      isWaiting = false
      await isRead
      return this.#validate(own)
    })
    this.#last = turn.catch(() => undefined)
    return signal ? orCancelled(turn, signal, () => isWaiting, CANCELLED) : turn
  }

  /** Ends its threads, once what runs has ended. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    await this.#last
    await this.#parts.workers.dispose()
  }

  async #validate(input: BlockToValidate): Promise<Verdict> {
    const trusted = readTrusted(input, this.#isActor)
    try {
      return await this.#execute(input, trusted)
    } catch (error) {
      const refusal = refusalOf(error, trusted.restsOn)
      if (refusal === undefined) throw error
      return refusal
    }
  }

  get #isActor(): boolean {
    return this.#parts.config.semantics === 'actor'
  }

  /** Whatever refuses a block at less cost comes first (docs/VALIDATION.md). */
  async #execute(input: BlockToValidate, trusted: TrustedInput): Promise<Verdict> {
    const pulse = new Pulse(trusted.signal)
    throwIfCancelled(trusted.signal, CANCELLED)
    const bytes = readBlockBytes(input.block)
    const split = splitBlock(bytes, {}, { virtualBlocks: this.#isActor })
    const { header } = split
    const blockHash = bytesToHex(headerHash(header))
    checkBlockHash(header, blockHash, trusted.blockHash)
    if (trusted.parent !== undefined) checkParent(header, trusted.parent)
    const fork = forkAt(this.#options.chain, header)
    checkSemantics(header, fork, this.#isActor)
    const witness = await readWitness(input.witness, pulse)
    const ancestry = readAncestry(header, witness.headers, trusted.parent, this.#isActor)
    this.#checkHeader(header, fork, ancestry.parent)
    checkBlockSize(bytes, header, fork)
    const layout = { virtualBlocks: this.#isActor }
    checkUncleGenerations(header, decodeUncles(split, {}, layout), fork)
    await this.#begin()
    if (pulse.isDue()) await pulse.turn()
    await checkBody(leafMaker(this.#parts, { block: header.number }, pulse), split)
    checkTransactionCount(split)
    const { keccak256 } = this.#parts.workers
    const decoding = { ...layout, maxGas: header.gasLimit, keccak256 }
    const block = await decodeBodyInTurns(split, decoding, pulse)
    checkBlobCount(header, block.transactions, fork)
    const prepared = await this.#prepare(block, fork, ancestry, trusted)
    const { parent, knownHashes } = ancestry
    const { core } = this.#parts
    const given = await givePartialState(core, parent.stateRoot, witness, knownHashes, pulse)
    const result = await this.#run(block, prepared, fork, trusted)
    const use = this.#countUse(witness, given, ancestry)
    const { number } = header
    const { stateRoot } = result
    const judged = { number, blockHash, stateRoot, witness: use, result }
    return verdictOf({ consistent: true, ...judged }, trusted.restsOn)
  }

  #checkHeader(header: Header, fork: Fork, parent: Header): void {
    const { chain, rules } = this.#options
    if (rules.header === 'execution') return checkLineage(header, fork, parent)
    checkNumber(header, parent)
    checkHeader(header, fork, { header: parent, fork: forkAt(chain, parent) }, chain)
  }

  async #prepare(
    { header, transactions, withdrawals = [] }: Block,
    fork: Fork,
    { blockHashes }: Ancestry,
    { signal, onProgress }: TrustedInput,
  ): Promise<PreparedBlock> {
    const { chainId } = this.#parts.config
    const env = environmentOf(header, blockHashes)
    const input = { env, transactions, withdrawals }
    // No round runs yet: the threads may help
    const { workers } = this.#parts
    return prepareBlock(input, { chainId, fork }, { signal, onProgress }, workers)
  }

  /** An empty state, also after a block that was broken off anywhere. */
  async #begin(): Promise<void> {
    const { core, workers } = this.#parts
    if (this.#isUsed) {
      core.exports.resetState()
      core.bind()
      await workers.repair()
      await workers.resetState()
    }
    this.#isUsed = true
  }

  #run(
    { header, uncles }: Block,
    prepared: PreparedBlock,
    fork: Fork,
    { signal, onProgress }: TrustedInput,
  ): Promise<BlockResult> {
    const { chain, rules } = this.#options
    const content = { header, uncles, fork, prepared }
    const options = { isJudged: true, requestRules: rules.requests, signal, onProgress }
    return runChainBlock(this.#parts, chain, content, options)
  }

  #countUse(witness: ExecutionWitness, given: GivenState, ancestry: Ancestry): WitnessUse {
    const { codes, headers, state } = witness
    const { unusedHeaders } = ancestry
    const { unusedCodes, unusedNodes } = countUnused(this.#parts.core, given)
    const unused = unusedNodes + unusedCodes + unusedHeaders
    if (unused > 0 && this.#options.requiresMinimal) {
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

function checkBlockHash(header: Header, hash: string, expected: string | undefined): void {
  if (expected === undefined || expected === hash) return
  throw new InvalidBlockError('hash-mismatch', 'block refused', {
    place: { block: header.number, field: 'hash' },
    expected,
    got: hash,
  })
}
