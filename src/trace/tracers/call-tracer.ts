/** `callTracer` of geth. */

import { hexToBytes } from '../../base/bytes.js'
import { keysOf } from '../../base/known-keys.js'
import { revertReason } from '../../base/revert-reason.js'
import type { LogEvent, Tracer } from '../listener.js'
import { CallFrames, type CallFrame } from './call-frames.js'
import { quantity } from './json.js'

/** What it can be told. */
export interface CallTracerConfig {
  /** Only the outermost frame. */
  readonly onlyTopCall?: boolean
  /** With the logs of each frame, those of frames that fail left out. */
  readonly withLog?: boolean
}

export const CALL_TRACER_CONFIG = keysOf<CallTracerConfig>()({ onlyTopCall: true, withLog: true })

export function callTracer(config: CallTracerConfig): Tracer {
  const frames = new CallFrames(config)
  return {
    listener: frames.listener,
    isVague: () => frames.isVague,
    result: () => (frames.root === undefined ? null : frameJson(frames.root)),
  }
}

function frameJson(frame: CallFrame): Record<string, unknown> {
  const { calls, error, from, gas, gasUsed, input, logs, message, output, to, type, value } = frame
  const reason = frame.isReverted ? revertReason(hexToBytes(output)) : undefined
  const { id, position, round } = message ?? {}
  return {
    from,
    gas: quantity(gas),
    gasUsed: quantity(gasUsed),
    ...(to === undefined ? {} : { to }),
    input,
    ...(output === '0x' ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(reason === undefined || reason === '' ? {} : { revertReason: reason }),
    ...(calls.length === 0 ? {} : { calls: calls.map(frameJson) }),
    ...(logs.length === 0 ? {} : { logs: logs.map(logJson) }),
    ...(value === null ? {} : { value: quantity(value) }),
    type,
    // Of an activation's outermost frame, which geth has none of
    ...(message === null ? {} : { message: { id, round, position } }),
  }
}

function logJson({ address, data, index, position, topics }: LogEvent): Record<string, unknown> {
  return { address, topics, data, index: quantity(index), position: quantity(position) }
}
