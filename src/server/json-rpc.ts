/**
 * JSON-RPC 2.0 (https://www.jsonrpc.org/specification): text in, text out, whatever carries it. No
 * text makes it throw.
 */

import type { CancelSignal } from '../base/types.js'
import {
  INTERNAL_ERROR,
  INVALID_REQUEST,
  LIMIT_EXCEEDED,
  PARSE_ERROR,
  RpcError,
} from '../rpc/rpc-error.js'
import type { ResolvedLimits } from './limits.js'

/** What answers requests: a provider of EIP-1193, or anything that has its `request`. */
export interface RequestHandler {
  /** @throws anything with an integer `code` and a `message`; all else is an internal error */
  request(
    request: { readonly method: string; readonly params?: unknown },
    options?: { readonly signal?: CancelSignal },
  ): Promise<unknown>
}

/** Serves one request. @throws as a handler does */
export type Serve = (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>

export interface AnswerOptions {
  readonly serve: Serve
  readonly limits: ResolvedLimits
  /** The caller has gone. */
  readonly signal: AbortSignal
}

const NOTHING = ''

/** @returns the response; empty where all were notifications */
export async function answer(text: string, options: AnswerOptions): Promise<string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return failure(null, new RpcError(PARSE_ERROR, 'parse error: the request is no JSON'))
  }
  const deadline = new Deadline(options)
  try {
    if (!Array.isArray(parsed)) return await answerOne(parsed, options, deadline)
    return await answerBatch(parsed, options, deadline)
  } finally {
    deadline.end()
  }
}

async function answerBatch(
  batch: readonly unknown[],
  options: AnswerOptions,
  deadline: Deadline,
): Promise<string> {
  const { batchLength, responseBytes } = options.limits
  if (batch.length === 0) return failure(null, invalidRequest('the batch is empty'))
  if (batch.length > batchLength) {
    const message = `the batch is too long: ${batch.length} requests, at most ${batchLength}`
    return failure(null, new RpcError(LIMIT_EXCEEDED, message))
  }
  const answers: string[] = []
  let size = 0
  for (const request of batch) {
    // What is too much is told for each: a client waits for the answer to every id
    const one =
      size > responseBytes
        ? refuse(request, tooLarge(responseBytes))
        : await answerOne(request, options, deadline)
    if (one === NOTHING) continue
    answers.push(one)
    size += one.length
  }
  return answers.length === 0 ? NOTHING : `[${answers.join(',')}]`
}

async function answerOne(
  request: unknown,
  { limits, serve }: AnswerOptions,
  deadline: Deadline,
): Promise<string> {
  const problem = problemOf(request)
  if (problem !== undefined) return failure(idOf(request), invalidRequest(problem))
  const { method, params } = request as Envelope
  let response: string
  try {
    const result = await deadline.race(serve(method, params ?? undefined, deadline.signal))
    if (isNotification(request)) return NOTHING
    response = success(idOf(request), result)
  } catch (error) {
    return refuse(request, error)
  }
  if (response.length <= limits.responseBytes) return response
  return failure(idOf(request), tooLarge(limits.responseBytes))
}

/** The answer to a request that is well formed, or none if it is a notification. */
function refuse(request: unknown, error: unknown): string {
  return isNotification(request) ? NOTHING : failure(idOf(request), error)
}

interface Envelope {
  readonly method: string
  readonly params?: unknown
}

type Id = string | number | null

function problemOf(request: unknown): string | undefined {
  if (!isObject(request)) return 'a request is an object'
  if (request['jsonrpc'] !== '2.0') return '"jsonrpc" is "2.0"'
  if (typeof request['method'] !== 'string') return '"method" is a string'
  const { id, params } = request
  if (id !== undefined && !isId(id)) return '"id" is a string, a number or null'
  if (params === undefined || (typeof params === 'object')) return undefined
  return '"params" is an array or an object'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId(id: unknown): id is Id {
  return id === null || typeof id === 'string' || typeof id === 'number'
}

/** Null for what cannot be told. */
function idOf(request: unknown): Id {
  if (!isObject(request)) return null
  return isId(request['id']) ? request['id'] : null
}

/** What is malformed is answered even without an id. */
function isNotification(request: unknown): boolean {
  return isObject(request) && request['id'] === undefined && problemOf(request) === undefined
}

function success(id: Id, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null })
}

/** The response that says what went wrong. */
export function failure(id: Id, error: unknown): string {
  try {
    return JSON.stringify({ jsonrpc: '2.0', id, error: errorOf(error) })
  } catch {
    // Its data is a bigint or a circle
    return failure(id, new RpcError(INTERNAL_ERROR, 'internal error'))
  }
}

function errorOf(error: unknown): object {
  if (typeof error !== 'object' || error === null) return errorOf(INTERNAL)
  const { code, data, message } = error as Partial<RpcError>
  if (!Number.isInteger(code) || typeof message !== 'string') return errorOf(INTERNAL)
  return data === undefined ? { code, message } : { code, message, data }
}

const INTERNAL = new RpcError(INTERNAL_ERROR, 'internal error')

function invalidRequest(what: string): RpcError {
  return new RpcError(INVALID_REQUEST, `invalid request: ${what}`)
}

function tooLarge(bytes: number): RpcError {
  return new RpcError(LIMIT_EXCEEDED, `the response is too large: more than ${bytes} bytes`)
}

/** When a caller has gone, or has waited long enough. */
class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #caller: AbortSignal
  readonly #onGone = (): void => this.#controller.abort(new Error('the caller has gone'))
  readonly #late: RpcError

  constructor({ limits, signal }: AnswerOptions) {
    const message = `the request took longer than ${limits.executionMs} ms`
    this.#late = new RpcError(LIMIT_EXCEEDED, message)
    this.#timer = setTimeout(() => this.#controller.abort(this.#late), limits.executionMs)
    this.#caller = signal
    if (signal.aborted) this.#onGone()
    else signal.addEventListener('abort', this.#onGone, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** What a handler gives, unless it is late: some do not hear of signals. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    return new Promise<T>((resolve, reject) => {
      const onLate = (): void => reject(signal.reason as Error)
      const end = (): void => signal.removeEventListener('abort', onLate)
      signal.addEventListener('abort', onLate, { once: true })
      work.then(resolve, (error: unknown) => {
        // A handler that has heard of the signal says that it was cancelled; here is known why
        reject(signal.aborted ? signal.reason : error)
      }).finally(end)
      if (signal.aborted) onLate()
    })
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#caller.removeEventListener('abort', this.#onGone)
  }
}
