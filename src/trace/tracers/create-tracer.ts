/** Tracers by the names that geth gives them. */

import { InvalidInputError } from '../../base/errors.js'
import { asObject } from '../../base/json.js'
import { checkKeys, oneOf } from '../../base/known-keys.js'
import { readOnce } from '../../base/read-once.js'
import type { Hex } from '../../base/types.js'
import type { Listener, Tracer } from '../listener.js'
import { CALL_TRACER_CONFIG, callTracer, type CallTracerConfig } from './call-tracer.js'
import {
  FLAT_CALL_TRACER_CONFIG,
  flatCallTracer,
  type FlatCallTracerConfig,
} from './flat-call-tracer.js'
import { fourByteTracer } from './four-byte-tracer.js'
import {
  PRESTATE_TRACER_CONFIG,
  prestateTracer,
  type PrestateTracerConfig,
} from './prestate-tracer.js'
import { STRUCT_LOGGER_CONFIG, structLogger, type StructLoggerConfig } from './struct-logger.js'

/** What each tracer can be told. */
export interface TracerConfigs {
  callTracer: CallTracerConfig
  flatCallTracer: FlatCallTracerConfig
  prestateTracer: PrestateTracerConfig
  '4byteTracer': Record<string, never>
  noopTracer: Record<string, never>
  /** Tracers by name, with their configurations. */
  muxTracer: { readonly [Name in TracerName]?: TracerConfigs[Name] }
  structLogger: StructLoggerConfig
}

/** As geth names them. */
export type TracerName =
  | 'callTracer'
  | 'flatCallTracer'
  | 'prestateTracer'
  | '4byteTracer'
  | 'noopTracer'
  | 'muxTracer'
  | 'structLogger'

/** What is traced, for results that name it. */
export interface TracedPlace {
  /** Of the block that holds the transaction. */
  readonly blockHash?: Hex | undefined
}

const NO_KEYS: readonly string[] = []

type Make = (config: object, place: TracedPlace) => Tracer

const TRACERS: Readonly<Record<TracerName, readonly [known: readonly string[], make: Make]>> = {
  callTracer: [CALL_TRACER_CONFIG, (config) => callTracer(config)],
  flatCallTracer: [
    FLAT_CALL_TRACER_CONFIG,
    (config, { blockHash }) => flatCallTracer(config, blockHash),
  ],
  prestateTracer: [PRESTATE_TRACER_CONFIG, (config) => prestateTracer(config)],
  '4byteTracer': [NO_KEYS, fourByteTracer],
  noopTracer: [NO_KEYS, () => ({ listener: {}, result: () => ({}) })],
  muxTracer: [[], () => muxTracer({}, {})],
  structLogger: [STRUCT_LOGGER_CONFIG, (config) => structLogger(config)],
}

export const TRACER_NAMES = Object.keys(TRACERS) as readonly TracerName[]

/**
 * A tracer for one transaction or call: its listener is told of it, then it has a result.
 * @param name as geth has it; `structLogger` is the one that geth has without a name
 * @throws InvalidInputError for a name or a key that there is not
 */
export function createTracer<Name extends TracerName>(
  name: Name,
  config: TracerConfigs[Name] = {},
  place: TracedPlace = {},
): Tracer {
  const known = oneOf(name, TRACER_NAMES, 'tracer', 'option')
  const read = asObject(readOnce(config ?? {}, 'tracerConfig'), 'tracerConfig')
  if (known === 'muxTracer') return muxTracer(read, place)
  const [keys, make] = TRACERS[known]
  checkKeys(read, keys, 'tracerConfig', 'option')
  for (const [key, value] of Object.entries(read)) checkValue(key, value)
  if (known === 'prestateTracer' && read.diffMode === true && read.includeEmpty === true) {
    throw invalid('includeEmpty', 'false in diff mode', true)
  }
  return make(read, place)
}

function checkValue(key: string, value: unknown): void {
  if (key === 'limit') {
    if (value === undefined || (Number.isInteger(value) && (value as number) >= 0)) return
    throw invalid(key, 'an integer from 0 on', value)
  }
  if (value !== undefined && typeof value !== 'boolean') throw invalid(key, 'true or false', value)
}

function invalid(key: string, expected: string, got: unknown): InvalidInputError {
  const place = { field: `tracerConfig.${key}` }
  return new InvalidInputError('invalid option', { place, expected, got })
}

function muxTracer(config: object, place: TracedPlace): Tracer {
  const tracers = Object.entries(config).map(([name, own]) => {
    const known = oneOf(name, TRACER_NAMES, 'tracerConfig', 'option')
    return [known, createTracer(known, own as TracerConfigs[TracerName], place)] as const
  })
  return {
    listener: joined(tracers.map(([, { listener }]) => listener)),
    isVague: () => tracers.some(([, tracer]) => tracer.isVague?.() === true),
    result: () => Object.fromEntries(tracers.map(([name, tracer]) => [name, tracer.result()])),
  }
}

/** One listener that tells all of them. */
function joined(listeners: readonly Listener[]): Listener {
  const tell = <Name extends Exclude<keyof Listener, 'hasMemory'>>(name: Name): Listener => {
    const told = listeners.filter((listener) => listener[name] !== undefined)
    if (told.length === 0) return {}
    return {
      [name]: (event: never) => {
        for (const listener of told) listener[name]!(event)
      },
    }
  }
  return {
    ...tell('onTransactionStart'),
    ...tell('onTransactionEnd'),
    ...tell('onFrameStart'),
    ...tell('onFrameEnd'),
    ...tell('onLog'),
    ...tell('onAccess'),
    ...tell('onStep'),
    hasMemory: listeners.some(({ hasMemory }) => hasMemory === true),
  }
}
