/** JSON-RPC over HTTP: a POST to any path. */

import { Hono, type Context } from 'hono'
import { LIMIT_EXCEEDED, METHOD_NOT_FOUND, RpcError } from '../rpc/rpc-error.js'
import { answer, failure, type RequestHandler, type Serve } from './json-rpc.js'
import type { ResolvedLimits } from './limits.js'
import type { Admission } from './origins.js'

export interface HttpOptions {
  readonly handler: RequestHandler
  readonly limits: ResolvedLimits
  readonly admission: Admission
  /** Of what a person sees who opens the address in a browser. */
  readonly page: string
}

const JSON_TYPE = 'application/json'
const NO_SUBSCRIPTIONS = new Set(['eth_subscribe', 'eth_unsubscribe'])
/** Seconds that a browser need not ask again. */
const PREFLIGHT_SECONDS = '86400'

/** The application that answers HTTP. */
export function httpApplication({ admission, handler, limits, page }: HttpOptions): Hono {
  const app = new Hono()
  const tooLarge = (context: Context): Response => {
    const message = `the request is too large: more than ${limits.bodyBytes} bytes`
    const body = failure(null, new RpcError(LIMIT_EXCEEDED, message))
    return context.body(body, 413, { 'content-type': JSON_TYPE, connection: 'close' })
  }
  const serve: Serve = async (method, params, signal) => {
    if (!NO_SUBSCRIPTIONS.has(method)) return handler.request({ method, params }, { signal })
    throw new RpcError(METHOD_NOT_FOUND, `${method} needs a connection by WebSocket`)
  }

  app.use(async (context, next) => {
    const origin = context.req.header('origin')
    if (!admission.isHost(context.req.header('host'))) {
      return context.text('the host that the request names is not allowed', 403)
    }
    if (!admission.isOrigin(origin)) return context.text('the origin is not allowed', 403)
    if (origin !== undefined) {
      context.header('access-control-allow-origin', origin)
      context.header('vary', 'Origin')
    }
    return next()
  })
  app.options('*', (context) => {
    context.header('access-control-allow-methods', 'GET, POST')
    context.header('access-control-allow-headers', 'content-type')
    context.header('access-control-max-age', PREFLIGHT_SECONDS)
    // A page of another machine may ask for it if its origin is allowed (Private Network Access)
    context.header('access-control-allow-private-network', 'true')
    return context.body(null, 204)
  })
  app.get('/', (context) => context.text(page))
  app.post('*', async (context) => {
    const text = await readText(context, limits.bodyBytes)
    if (text === undefined) return tooLarge(context)
    const { signal } = context.req.raw
    const body = await answer(text, { serve, limits, signal })
    if (body === '') return context.body(null, 204)
    return context.body(body, 200, { 'content-type': JSON_TYPE })
  })
  app.notFound((context) => context.text('JSON-RPC is asked by POST', 405, { allow: 'POST' }))
  app.onError((_, context) => context.text('the request could not be read', 400))
  return app
}

/** The body, or undefined if it is too large. */
async function readText({ req }: Context, maxBytes: number): Promise<string | undefined> {
  const length = req.header('content-length')
  // Node holds a body to its length
  if (length !== undefined) return Number(length) > maxBytes ? undefined : req.text()
  const reader = req.raw.body?.getReader()
  if (reader === undefined) return ''
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts).toString('utf8')
    size += value.length
    if (size > maxBytes) return undefined
    parts.push(value)
  }
}
