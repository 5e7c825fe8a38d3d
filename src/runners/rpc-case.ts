/**
 * One `.io` file of ethereum/execution-apis: requests and the answers of a client that is right.
 * Lines begin with `//` (a comment; one with `speconly` says that only the shape of an answer
 * counts), `>>` (a request) or `<<` (its answer).
 */

import { InvalidInputError } from '../base/errors.js'
import type { Dispatcher } from '../rpc/dispatcher.js'
import { INTERNAL_ERROR, RpcError } from '../rpc/rpc-error.js'
import { PASSED, failed, type CaseVerdict } from './case-verdict.js'
import { difference, shapeDifference } from './json-difference.js'

export interface RpcCase {
  readonly isShapeOnly: boolean
  readonly exchanges: readonly { readonly request: Message; readonly answer: Message }[]
}

type Message = Readonly<Record<string, unknown>>

const SHAPE_ONLY = /^\/\/\s*speconly/

/** @throws InvalidInputError */
export function parseRpcCase(text: string): RpcCase {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const exchanges: RpcCase['exchanges'][number][] = []
  let request: Message | undefined
  lines.forEach((line, i) => {
    if (line === '' || line.startsWith('//')) return
    const kind = line.slice(0, 2)
    const message = parse(line.slice(2), i)
    if (kind === '>>' && request === undefined) request = message
    else if (kind === '<<' && request !== undefined) {
      exchanges.push({ request, answer: message })
      request = undefined
    } else throw unreadable(i, 'a comment, or a request (>>) and its answer (<<) in turn')
  })
  if (request !== undefined) throw unreadable(lines.length - 1, 'an answer to the last request')
  if (exchanges.length === 0) throw unreadable(0, 'a request and its answer')
  return { isShapeOnly: lines.some((line) => SHAPE_ONLY.test(line)), exchanges }
}

function parse(text: string, line: number): Message {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Message
  } catch {
    // Said below
  }
  throw unreadable(line, 'a JSON object behind >> or <<')
}

function unreadable(line: number, expected: string): InvalidInputError {
  const place = { field: `line ${line + 1}` }
  return new InvalidInputError('not a file of requests and answers', { place, expected })
}

/** Sends the requests one after the other. */
export async function runRpcCase(
  dispatcher: Dispatcher,
  { exchanges, isShapeOnly }: RpcCase,
): Promise<CaseVerdict> {
  for (const [i, { answer, request }] of exchanges.entries()) {
    const got = await answerTo(dispatcher, request)
    const found = compare(answer, got, isShapeOnly)
    if (found === undefined) continue
    return failed(exchanges.length === 1 ? found : `request ${i + 1}: ${found}`)
  }
  return PASSED
}

async function answerTo(dispatcher: Dispatcher, request: Message): Promise<Message> {
  const { id, method, params } = request
  const envelope = { jsonrpc: '2.0', id }
  try {
    const result = await dispatcher.request({ method: method as string, params })
    return overTheWire({ ...envelope, result: result ?? null })
  } catch (error) {
    const told =
      error instanceof RpcError ? error : new RpcError(INTERNAL_ERROR, String(error))
    return overTheWire({ ...envelope, error: told.toJSON() })
  }
}

/** As whoever has asked would read it. */
function overTheWire(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message
}

function compare(expected: Message, got: Message, isShapeOnly: boolean): string | undefined {
  if (!isShapeOnly) return difference(expected, got, 'answer')
  if (expected.error != null && got.error != null) return undefined
  return shapeDifference(expected, got, 'answer')
}
