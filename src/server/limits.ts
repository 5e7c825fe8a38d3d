/** What one caller may ask of a server, so that others are served, too. */

import { InvalidInputError } from '../base/errors.js'
import { checkKeys, keysOf } from '../base/known-keys.js'

export interface ServerLimits {
  /** Bytes of the body of a request, or of a message over WebSocket. Default 5 MB. */
  readonly bodyBytes?: number
  /** Requests in one batch. Default 1,000. */
  readonly batchLength?: number
  /** Milliseconds that a request, or a batch as a whole, may take. Default 60,000. */
  readonly executionMs?: number
  /** Bytes of the answer to a request or a batch. Default 100 MB. */
  readonly responseBytes?: number
  /** Connections at one time, of both kinds. Default 1,000. */
  readonly connections?: number
  /** Subscriptions of one connection. Default 1,000. */
  readonly subscriptions?: number
}

export type ResolvedLimits = Required<ServerLimits>

const DEFAULT_LIMITS: ResolvedLimits = {
  bodyBytes: 5_000_000,
  batchLength: 1_000,
  executionMs: 60_000,
  responseBytes: 100_000_000,
  connections: 1_000,
  subscriptions: 1_000,
}

const LIMIT_KEYS = keysOf<ServerLimits>()({
  bodyBytes: true,
  batchLength: true,
  executionMs: true,
  responseBytes: true,
  connections: true,
  subscriptions: true,
})

/** What a timer of Node can wait for. */
const MAX_LIMIT = 2 ** 31 - 1

/** @throws InvalidInputError for a limit that is no positive integer */
export function resolveLimits(limits: ServerLimits = {}): ResolvedLimits {
  checkKeys(limits, LIMIT_KEYS, 'options.limits', 'limit')
  const resolved = { ...DEFAULT_LIMITS }
  for (const key of LIMIT_KEYS) {
    const limit = limits[key]
    if (limit === undefined) continue
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      const field = `options.limits.${key}`
      const details = { place: { field }, expected: 'an integer from 1 to 2^31 − 1', got: limit }
      throw new InvalidInputError('invalid limit', details)
    }
    resolved[key] = limit
  }
  return resolved
}
