/** `debug_trace…` and `debug_executionWitness`: blocks of the chain, executed again. */

import { bytesToHex } from '../base/bytes.js'
import { preparedAgain } from '../ledger/block-hashes.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { Chain, LedgerBlock } from '../ledger/types.js'
import { splitBlock } from '../intake/block.js'
import type { TraceBlockOptions, TraceCallOptions } from '../tools/trace-options.js'
import { headerHash } from '../intake/header.js'
import { callArgs } from './call-args.js'
import type { MethodTable, RpcContext } from './dispatcher.js'
import { callInputOf, callOptionsOf, refusalOf } from './eth-calls.js'
import { blockOf, stateOf } from './lookup.js'
import { blockOverrides, stateOverrides } from './overrides.js'
import {
  blockNumber,
  blockRef,
  boolean,
  field,
  float,
  hash,
  object,
  optional,
  rawBytes,
  readParams,
  string,
  type JsonFields,
  type Reader,
} from './params.js'
import { serverError } from './rpc-error.js'
import { witnessOfBlock } from './block-witness.js'

interface TracerChoice {
  readonly tracer?: string
  readonly tracerConfig?: JsonFields
}

const TYPE = 'TraceConfig'
const SWITCHES = ['enableMemory', 'disableStack', 'disableStorage', 'enableReturnData'] as const

/** Geth's `TraceConfig`: a tracer by its name, or none and what to log of each instruction. */
const traceConfig: Reader<TracerChoice> = (value) => choiceOf(object('tracers.TraceConfig')(value))

function choiceOf(fields: JsonFields): TracerChoice {
  const tracer = field(fields, 'tracer', string, TYPE)
  if (tracer !== undefined) {
    const { tracerConfig } = fields
    if (tracerConfig == null) return { tracer }
    return { tracer, tracerConfig: object('json.RawMessage')(tracerConfig) }
  }
  const config: Record<string, unknown> = {}
  for (const name of SWITCHES) {
    const read = field(fields, name, boolean, TYPE)
    if (read !== undefined) config[name] = read
  }
  const limit = field(fields, 'limit', float, TYPE)
  if (limit !== undefined) config.limit = limit
  return { tracerConfig: config }
}

interface TraceCallConfig {
  readonly choice: TracerChoice
  readonly state: ReturnType<typeof stateOverrides> | undefined
  readonly block: ReturnType<typeof blockOverrides> | undefined
}

const traceCallConfig: Reader<TraceCallConfig> = (value) => {
  const fields = object('tracers.TraceCallConfig')(value)
  return {
    choice: choiceOf(fields),
    state: field(fields, 'stateOverrides', stateOverrides, 'TraceCallConfig'),
    block: field(fields, 'blockOverrides', blockOverrides, 'TraceCallConfig'),
  }
}

type BlockTrace = Awaited<ReturnType<Chain['engine']['traceBlock']>>

/** @throws RpcError for the genesis, or a parent whose state is gone */
export async function traceBlock(
  { chain, signal }: Pick<RpcContext, 'chain' | 'signal'>,
  block: LedgerBlock,
  choice: TracerChoice = {},
  transactions?: readonly number[],
): Promise<BlockTrace> {
  const prepared = preparedAgain(block as KeptBlock)
  const parent = chain.block(bytesToHex(block.header.parentHash))
  if (prepared === undefined || parent === undefined) throw serverError('genesis is not traceable')
  const before = chain.stateAt(parent)
  if (before === undefined) throw serverError(`required historical state unavailable`)
  const { at } = before
  const options = {
    ...choice,
    blockHash: block.hash,
    ...(at === undefined ? {} : { at }),
    ...(signal === undefined ? {} : { signal }),
    ...(transactions === undefined ? {} : { transactions }),
  }
  // Whoever asked named the tracer: the engine refuses those that it does not know
  return chain.engine.traceBlock(prepared, options as TraceBlockOptions)
}

async function traceNamed(
  context: RpcContext,
  block: LedgerBlock | undefined,
  what: string,
  choice: TracerChoice | undefined,
): Promise<unknown> {
  if (block === undefined) throw serverError(`block ${what} not found`)
  return traceBlock(context, block, choice)
}

/** A block that is sent along must be the chain's: nothing else is executed. */
function sentBlock(chain: Chain, bytes: Uint8Array): LedgerBlock {
  let header
  try {
    const virtualBlocks = chain.engine.semantics === 'actor'
    header = splitBlock(bytes, {}, { virtualBlocks }).header
  } catch (error) {
    throw serverError(`could not decode block: ${(error as Error).message}`)
  }
  const id = bytesToHex(headerHash(header))
  const block = chain.block(id)
  if (block === undefined) throw serverError(`block ${id} not found`)
  return block
}

export const traceMethods: MethodTable = {
  debug_traceBlockByNumber: (params, context) => {
    const [id, config] = readParams(params, [blockNumber, optional(traceConfig)])
    return traceNamed(context, context.chain.block(id), `#${String(id)}`, config)
  },
  debug_traceBlockByHash: (params, context) => {
    const [id, config] = readParams(params, [hash, optional(traceConfig)])
    return traceNamed(context, context.chain.block(id), id, config)
  },
  debug_traceBlock: (params, context) => {
    const [bytes, config] = readParams(params, [rawBytes, optional(traceConfig)])
    return traceBlock(context, sentBlock(context.chain, bytes), config)
  },
  debug_traceTransaction: async (params, context) => {
    const [id, config] = readParams(params, [hash, optional(traceConfig)])
    const found = context.chain.transaction(id)
    if (found === undefined) throw serverError('transaction not found')
    const [trace] = await traceBlock(context, found.block, config, [found.index])
    return trace!.result
  },
  debug_traceCall: async (params, context) => {
    const types = [callArgs, optional(blockRef), optional(traceCallConfig)] as const
    const [args, ref, config] = readParams(params, types)
    const { chain, signal } = context
    const state = stateOf(chain, ref)
    const options = callOptionsOf(state, config?.state, config?.block, signal)
    try {
      const all = { ...options, ...config?.choice }
      return await chain.engine.traceCall(callInputOf(chain, args), all as TraceCallOptions)
    } catch (error) {
      throw await refusalOf(chain, state, args, error)
    }
  },
  debug_executionWitness: async (params, { chain }) => {
    const [ref] = readParams(params, [blockRef])
    const block = blockOf(chain, ref)
    if (block === undefined) throw serverError('block not found')
    return witnessOfBlock(chain, block)
  },
}
