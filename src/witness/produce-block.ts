/** Makes a block: its header says what executing it does; and its witness. */

import { BLOCK_HASH_WINDOW } from '../../assembly/abi/rules.js'
import { encodeBlock, type Block } from '../intake/block.js'
import { decodeHeader, encodeHeader, headerHash, type Header } from '../intake/header.js'
import { asArray, asObject } from '../base/json.js'
import { bytesToHex, hexToBytes } from '../base/bytes.js'
import { checkBlockSize } from '../chain/body-rules.js'
import { forkAt } from '../forks/chain-config.js'
import { completeHeader } from '../chain/new-header.js'
import type { OwnChain } from '../chain/own-chain.js'
import { resultFields } from '../chain/result-rules.js'
import { environmentOf, runChainBlock } from '../chain/run-chain-block.js'
import { InvalidInputError } from '../base/errors.js'
import type { ExecuteOptions } from '../execution/execute-block.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { readEnvironment, type Environment } from '../intake/environment.js'
import { leafMaker } from '../execution/leaf-job.js'
import { readStateRoot } from '../state/state-root.js'
import { PreparedBlock, prepareBlock, type BlockInput } from '../intake/prepare-block.js'
import { Pulse } from '../base/pulse.js'
import { orderedRootByAll } from '../results/roots.js'
import { jsonable } from '../base/result-data.js'
import type { BlockResult, BytesLike, Hex, StateWitness } from '../base/types.js'
import { beginsChain } from './ancestors.js'
import { heldRules, type BlockRules } from './block-rules.js'
import { checkAncestors, draftBlock, type Draft } from './draft-block.js'
import type { ExecutionWitness } from './execution-witness.js'
import { rulesOf } from '../forks/rules.js'

/** Its witness a produced block has in any case. */
export interface ProduceOptions extends ExecuteOptions {
  /**
   * What the block must satisfy, in the words and with the default of validators: what is made
   * with some rules is accepted with the same ones.
   */
  readonly rules?: BlockRules | undefined
  /** At most 32 bytes of the header. Default: none; in the DAO's first blocks their mark. */
  readonly extraData?: BytesLike | undefined
}

/** A block, its header complete, and what it takes to check it. */
export interface ProducedBlock {
  readonly block: Block
  /** RLP of the block. */
  readonly bytes: Uint8Array
  readonly hash: Hex
  readonly parentHeader: Header
  readonly witness: ExecutionWitness
  readonly result: BlockResult
}

/** @throws InvalidInputError, InvalidBlockError */
export function readHeaders(headers: readonly BytesLike[], virtualBlocks: boolean): Header[] {
  return asArray(headers, 'ancestors').map((header, i) => {
    const bytes = header instanceof Uint8Array ? header : hexToBytes(header, `ancestors[${i}]`)
    return decodeHeader(bytes, {}, { virtualBlocks })
  })
}

/**
 * Executes a block on the engine's state and keeps what it did. The block's environment is the
 * input's, but that it is a child of the last ancestor: parent hash and block hashes are those of
 * `ancestors`; base fee, excess blob gas and difficulty, where the input leaves them out, follow
 * from the parent; what else its fork needs is zero.
 * @param ancestors headers, parent last. None: the blocks that the engine has executed, if the
 *   block may follow them; else it begins a chain with the state as it is
 * @param own the engine's blocks, which then end with this one
 * @throws InvalidInputError if the ancestors are no chain that ends with the engine's state;
 *   InvalidBlockError if the block breaks a rule; what executing a block throws
 */
export async function produceBlock(
  parts: EngineParts,
  input: BlockInput,
  ancestors: readonly Header[],
  own: OwnChain,
  options: ProduceOptions = {},
): Promise<{ readonly produced: ProducedBlock; readonly environment: Environment }> {
  const { config, core, workers } = parts
  const rules = heldRules(options.rules, config.semantics)
  const extraData = readExtraData(options.extraData)
  asObject(input, 'block')
  const fork = forkAt(config.chain, readEnvironment(input.env))
  const here = { ...parts, config: { ...config, fork } }
  const stateRoot = readStateRoot(core)
  const seen = ancestors.slice(-BLOCK_HASH_WINDOW)
  checkAncestors(seen, stateRoot, workers.keccak256)
  const { chainId } = config
  const known = { chainId, fork, isFromOutside: true }
  const read = await prepareBlock(input, known, options, workers)
  const maker = leafMaker(here, { block: read.environment.number }, new Pulse(options.signal))
  const transactionsRoot = await orderedRootByAll(maker, read.transactions.map(({ raw }) => raw))
  const order = { env: input.env, prepared: read, transactionsRoot, extraData, rules }
  const draft = draftBlock(here, order, seen, own.headers(), stateRoot)
  const { listener, onProgress, signal } = options
  let made: Pick<ProducedBlock, 'block' | 'bytes' | 'witness'> | undefined
  const content = { header: draft.header, uncles: [], fork, prepared: childOf(read, draft) }
  const result = await runChainBlock(parts, config.chain, content, {
    isJudged: false,
    recordsWitness: true,
    keepsOutputs: true,
    listener,
    onProgress,
    signal,
    onResult: (done, running) => {
      const fields = resultFields(running, draft.header, rules.requests, done)
      const header = jsonable(completeHeader(draft.header, fields))
      const { transactions, withdrawals } = read
      const body = { header, transactions, uncles: [] }
      const block = jsonable(rulesOf(fork).hasWithdrawals ? { ...body, withdrawals } : body)
      const bytes = encodeBlock(block)
      checkBlockSize(bytes, header, fork)
      made = { block, bytes, witness: witnessOf(done.witness!, draft.ancestors) }
    },
  })
  const { header } = made!.block
  const hash = headerHash(header)
  const parentHeader = jsonable(draft.ancestors.at(-1)!)
  own.follow(draft.ancestors, header, hash)
  const produced = jsonable({ ...made!, hash: bytesToHex(hash), parentHeader, result })
  return { produced, environment: content.prepared.environment }
}

function readExtraData(extraData: BytesLike | undefined): Uint8Array | undefined {
  if (extraData === undefined || extraData instanceof Uint8Array) return extraData
  return hexToBytes(extraData, 'extraData')
}

/** Senders are known: only the environment is another. */
function childOf(prepared: PreparedBlock, { ancestors, header }: Draft): PreparedBlock {
  const hashes: Record<string, Uint8Array> = {}
  ancestors.forEach(({ number }, i) => {
    hashes[`${number}`] = (ancestors[i + 1] ?? header).parentHash
  })
  const env = environmentOf(header, hashes)
  return new PreparedBlock({ ...prepared, environment: readEnvironment(env) })
}

/** From the oldest block whose hash was read on; the parent at least. */
function witnessOf(
  { codes, keys, oldestBlockHash, state }: StateWitness,
  ancestors: readonly Header[],
): ExecutionWitness {
  const count = Math.max(oldestBlockHash, 1)
  if (count > ancestors.length && !beginsChain(ancestors[0]!)) {
    const place = { field: 'ancestors' }
    const details = { place, expected: `${count} headers`, got: ancestors.length }
    throw new InvalidInputError('headers for BLOCKHASH are missing', details)
  }
  const headers = ancestors.slice(-count).map((header) => encodeHeader(header))
  return jsonable({ state, codes, keys, headers })
}
