/** What is to be traced, and by whom. */

import { InvalidInputError } from '../base/errors.js'
import { asKnownObject, asObject } from '../base/json.js'
import { keysOf, oneOf } from '../base/known-keys.js'
import { asArray, readOnce } from '../base/read-once.js'
import { checkSignalAndListener } from '../base/signal.js'
import type { CancelSignal, Hex } from '../base/types.js'
import type { Tracer } from '../trace/listener.js'
import {
  TRACER_NAMES,
  createTracer,
  type TracerConfigs,
  type TracerName,
} from '../trace/tracers/create-tracer.js'
import { readCallOptions, type CallOptions, type ReadCallOptions } from './call-options.js'
import type { Snapshot } from './history.js'
import { readSnapshot } from './snapshot-options.js'

/** A tracer by its name. */
export type ChoiceOf<Name extends TracerName> = {
  readonly tracer: Name
  readonly tracerConfig?: TracerConfigs[Name] | undefined
}

/** A tracer of geth's, with its configuration. None: every instruction (`structLogger`). */
export type TracerChoice = { [Name in TracerName]: ChoiceOf<Name> }[TracerName] | NoTracer

/** The struct logger, which has no name in JSON-RPC. */
export interface NoTracer {
  readonly tracer?: undefined
  readonly tracerConfig?: TracerConfigs['structLogger'] | undefined
}

/** What may go with a block that is traced. */
export type TraceBlockOptions = TracerChoice & {
  /** Indexes of the transactions that are traced; all of them if left out. */
  readonly transactions?: readonly number[] | undefined
  /** The state before the block, if that is not the state as it is now. */
  readonly at?: Snapshot | undefined
  /** Of the block, for results that name it (`flatCallTracer`). */
  readonly blockHash?: Hex | undefined
  /** Stops the trace within 50 ms. */
  readonly signal?: CancelSignal | undefined
}

/** What may go with a call that is traced. */
export type TraceCallOptions = TracerChoice & Omit<CallOptions, 'listener'>

export interface ReadTraceBlockOptions {
  readonly makeTracer: () => Tracer
  readonly transactions: ReadonlySet<number> | undefined
  readonly at: Snapshot | undefined
  readonly signal: CancelSignal | undefined
}

const BLOCK = keysOf<Required<TraceBlockOptions>>()({
  tracer: true,
  tracerConfig: true,
  transactions: true,
  at: true,
  blockHash: true,
  signal: true,
})

/** @throws InvalidInputError naming the option */
export function readTraceBlockOptions(options: unknown): ReadTraceBlockOptions {
  const read = asKnownObject(readOnce(options ?? {}, 'options'), BLOCK, 'options', 'option')
  const { at, blockHash, signal, transactions } = read as TraceBlockOptions
  checkSignalAndListener(signal, undefined)
  return {
    makeTracer: tracerOf(read, blockHash),
    transactions: transactions === undefined ? undefined : readIndexes(transactions),
    at: readSnapshot(at),
    signal,
  }
}

/** @throws InvalidInputError naming the option */
export function readTraceCallOptions(
  options: unknown,
): ReadCallOptions & Pick<ReadTraceBlockOptions, 'makeTracer'> {
  const { tracer, tracerConfig, ...rest } = asObject(options ?? {}, 'options')
  if ('listener' in rest) {
    const details = { place: { field: 'listener' }, expected: 'none beside a tracer' }
    throw new InvalidInputError('invalid option', details)
  }
  const choice = readOnce({ tracer, tracerConfig }, 'options')
  return { ...readCallOptions(rest), makeTracer: tracerOf(choice, undefined) }
}

/** Checks by making one. */
function tracerOf(choice: object, blockHash: Hex | undefined): () => Tracer {
  const { tracer, tracerConfig } = choice as TracerChoice
  const name = tracer === undefined ? 'structLogger' : oneOf(tracer, TRACER_NAMES, 'tracer')
  const make = (): Tracer => createTracer(name, tracerConfig ?? {}, { blockHash })
  make()
  return make
}

function readIndexes(list: unknown): ReadonlySet<number> {
  const indexes = asArray(list, 'transactions').map((index, i) => {
    if (Number.isInteger(index) && (index as number) >= 0) return index as number
    const place = { field: `transactions[${i}]` }
    const details = { place, expected: 'an integer from 0 on', got: index }
    throw new InvalidInputError('invalid option', details)
  })
  return new Set(indexes)
}
