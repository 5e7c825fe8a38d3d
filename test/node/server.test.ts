import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { RpcError } from '../../src/rpc/rpc-error.js'
import { createServer, type RpcServer } from '../../src/server.js'

type Listener = (message: { type: string; data: unknown }) => void
const listeners = new Set<Listener>()
const unsubscribed: unknown[] = []
let ids = 0

/** Answers by what the method is called. */
const handler = {
  async request(
    { method, params }: { method: string; params?: unknown },
    options?: { signal?: { aborted: boolean } },
  ): Promise<unknown> {
    switch (method) {
      case 'echo':
        return params
      case 'nothing':
        return undefined
      case 'bigint':
        return 1n
      case 'large':
        return 'x'.repeat((params as number[])[0]!)
      case 'bug':
        throw new TypeError('secret of the house')
      case 'odd':
        throw null
      case 'forever':
        return new Promise(() => undefined)
      case 'patient':
        await sleep(300)
        return options?.signal?.aborted
      case 'revert':
        throw new RpcError(3, 'execution reverted: no', '0x08c379a0')
      case 'eth_subscribe':
        return `0x${(++ids).toString(16)}`
      case 'eth_unsubscribe':
        return unsubscribed.push((params as unknown[])[0]) > 0
    }
    throw new RpcError(-32601, 'no such method')
  },
  on: (_: 'message', listener: Listener) => listeners.add(listener),
  removeListener: (_: 'message', listener: Listener) => listeners.delete(listener),
}

const tell = (subscription: string, result: unknown): void => {
  const data = { subscription, result }
  for (const listener of listeners) listener({ type: 'eth_subscription', data })
}

const LIMITS = {
  bodyBytes: 10_000,
  batchLength: 20,
  executionMs: 200,
  responseBytes: 50_000,
  subscriptions: 3,
}

let server: RpcServer
beforeAll(async () => {
  server = await createServer({ handler, port: 0, limits: LIMITS, cors: 'https://dapp.example' })
})
afterAll(() => server.close())

const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url, { method: 'POST', body, headers })

const call = async (request: unknown): Promise<any> =>
  (await post(typeof request === 'string' ? request : JSON.stringify(request))).json()

const rpc = (method: string, params: unknown = [], id: unknown = 1): object => ({
  jsonrpc: '2.0', id, method, params,
})

describe('JSON-RPC 2.0 over HTTP', () => {
  it('answers a request with its id', async () => {
    for (const id of [1, 0, -5, 1.5, 'abc', '', null]) {
      expect(await call(rpc('echo', ['a'], id))).toEqual({ jsonrpc: '2.0', id, result: ['a'] })
    }
    expect(await call(rpc('echo', { by: 'name' }))).toMatchObject({ result: { by: 'name' } })
    expect(await call(rpc('nothing'))).toEqual({ jsonrpc: '2.0', id: 1, result: null })
  })

  it('has the examples of the specification', async () => {
    const invalid = { jsonrpc: '2.0', id: null, error: { code: -32600 } }
    const parse = { jsonrpc: '2.0', id: null, error: { code: -32700 } }
    const broken = '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]'
    expect(await call(broken)).toMatchObject(parse)
    expect(await call('{"jsonrpc": "2.0", "method": 1, "params": "bar"}')).toMatchObject(invalid)
    expect(await call('[{"jsonrpc": "2.0", "method"')).toMatchObject(parse)
    expect(await call('[]')).toMatchObject(invalid)
    expect(await call('[1]')).toMatchObject([invalid])
    expect(await call('[1,2,3]')).toMatchObject([invalid, invalid, invalid])
    expect(await call('')).toMatchObject(parse)
    expect(await call(rpc('foobar', [], '1'))).toMatchObject({ id: '1', error: { code: -32601 } })
    const batch = [
      rpc('echo', [1], '1'),
      { jsonrpc: '2.0', method: 'echo', params: [7] },
      { foo: 'boo' },
      rpc('foobar', [], '5'),
    ]
    expect(await call(batch)).toMatchObject([{ id: '1', result: [1] }, invalid, { id: '5' }])
  })

  it.each([
    ['no version', { id: 7, method: 'echo' }],
    ['another version', { jsonrpc: '1.0', id: 7, method: 'echo' }],
    ['no method', { jsonrpc: '2.0', id: 7 }],
    ['parameters that are no structure', { jsonrpc: '2.0', id: 7, method: 'echo', params: 1 }],
  ])('refuses a request with %s, by its id', async (_, request) => {
    expect(await call(request)).toMatchObject({ id: 7, error: { code: -32600 } })
  })

  it.each([[{}], [[1]], [true]])('refuses the id %j', async (id) => {
    expect(await call(rpc('echo', [], id))).toMatchObject({ id: null, error: { code: -32600 } })
  })

  it('does not answer notifications, not even with errors', async () => {
    for (const method of ['echo', 'foobar', 'bug']) {
      const one = await post(JSON.stringify({ jsonrpc: '2.0', method }))
      expect([one.status, await one.text()]).toEqual([204, ''])
    }
    const notification = { jsonrpc: '2.0', method: 'echo' }
    expect((await post(JSON.stringify([notification, notification]))).status).toBe(204)
    expect(await call([notification, rpc('echo', [], 2)])).toHaveLength(1)
  })

  it('passes on errors that have a code, and tells nothing of others', async () => {
    const error = { code: 3, message: 'execution reverted: no', data: '0x08c379a0' }
    expect(await call(rpc('revert'))).toEqual({ jsonrpc: '2.0', id: 1, error })
    for (const method of ['bug', 'odd', 'bigint']) {
      const { error: told } = await call(rpc(method))
      expect(told).toEqual({ code: -32603, message: 'internal error' })
    }
  })

  it('has no subscriptions over HTTP', async () => {
    const told = await call(rpc('eth_subscribe', ['newHeads']))
    expect(told).toMatchObject({ error: { code: -32601 } })
  })
})

describe('limits', () => {
  it('refuses bodies that are too large, with or without their length', async () => {
    const body = JSON.stringify(rpc('echo', ['x'.repeat(LIMITS.bodyBytes)]))
    const told = await post(body)
    expect(told.status).toBe(413)
    expect(await told.json()).toMatchObject({ id: null, error: { code: -32005 } })
    const chunked = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(server.url, { method: 'POST' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      request.on('error', reject)
      request.write(body.slice(0, 5_000))
      request.end(body.slice(5_000))
    })
    expect(chunked).toBe(413)
    const small = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(server.url, { method: 'POST' }, (response) => {
        response.setEncoding('utf8').on('data', resolve)
      })
      request.on('error', reject)
      request.write('{"jsonrpc":"2.0","id":1,')
      request.end('"method":"echo"}')
    })
    expect(JSON.parse(small)).toMatchObject({ id: 1 })
  })

  it('counts what is in a batch', async () => {
    const batch = Array.from({ length: LIMITS.batchLength + 1 }, () => rpc('echo'))
    expect(await call(batch)).toMatchObject({ id: null, error: { code: -32005 } })
    expect(await call(batch.slice(1))).toHaveLength(LIMITS.batchLength)
  })

  it('bounds an answer, and the answers to a batch together', async () => {
    expect(await call(rpc('large', [60_000]))).toMatchObject({ id: 1, error: { code: -32005 } })
    const batch = [0, 1, 2, 3].map((id) => rpc('large', [30_000], id))
    const answers: any[] = await call(batch)
    expect(answers.map(({ error, id }) => [id, error?.code])).toEqual([
      [0, undefined], [1, undefined], [2, -32005], [3, -32005],
    ])
  })

  it('ends what takes too long, and tells who hears of it', async () => {
    expect(await call(rpc('forever'))).toMatchObject({ error: { code: -32005 } })
    const batch = [rpc('forever', [], 1), rpc('echo', [], 2)]
    expect(await call(batch)).toMatchObject([{ error: { code: -32005 } }, { id: 2 }])
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 31])('refuses a limit of %s', async (bodyBytes) => {
    const options = { handler, port: 0, limits: { bodyBytes } }
    await expect(createServer(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('who may ask', () => {
  const asked = (headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', headers }
      httpRequest(server.url, options, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject).end(JSON.stringify(rpc('echo')))
    })

  it('refuses names of others (DNS rebinding)', async () => {
    expect(await asked({ host: `evil.example:${server.port}` })).toBe(403)
    expect(await asked({ host: '127.0.0.1.evil.example' })).toBe(403)
    expect(await asked({ host: 'localhost' })).toBe(200)
    expect(await asked({ host: `[::1]:${server.port}` })).toBe(200)
  })

  it('lets pages of this machine, extensions and named origins ask', async () => {
    const allowed = [
      'http://localhost:3000', 'https://dapp.example', 'chrome-extension://abcdef', 'http://[::1]',
    ]
    for (const origin of allowed) expect([origin, await asked({ origin })]).toEqual([origin, 200])
    const refused = [
      ...['https://evil.example', 'null', 'http://dapp.example', 'https://localhost.evil'],
    ]
    for (const origin of refused) expect([origin, await asked({ origin })]).toEqual([origin, 403])
  })

  it('answers preflights with the origin', async () => {
    const origin = 'https://dapp.example'
    const response = await fetch(server.url, { method: 'OPTIONS', headers: { origin } })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-headers')).toContain('content-type')
  })

  it('refuses connections by WebSocket the same way', async () => {
    const socket = new WebSocket(server.url, { origin: 'https://evil.example' })
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve))
    expect(error.message).toContain('403')
  })
})

interface Client {
  readonly socket: WebSocket
  send(text: string): void
  next(): Promise<any>
}

async function client(): Promise<Client> {
  const socket = new WebSocket(server.url)
  const received: string[] = []
  const waiting: ((text: string) => void)[] = []
  socket.on('message', (data) => {
    const text = (data as Buffer).toString()
    const first = waiting.shift()
    if (first === undefined) received.push(text)
    else first(text)
  })
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  return {
    socket,
    send: (text) => socket.send(text),
    async next() {
      const text = received.shift() ?? (await new Promise<string>((ok) => waiting.push(ok)))
      return JSON.parse(text)
    },
  }
}

describe('WebSocket', () => {
  it('answers requests and batches', async () => {
    const { next, send, socket } = await client()
    send(JSON.stringify(rpc('echo', [1], 'a')))
    expect(await next()).toEqual({ jsonrpc: '2.0', id: 'a', result: [1] })
    send(JSON.stringify([rpc('echo', [], 1), rpc('echo', [], 2)]))
    expect(await next()).toHaveLength(2)
    send('{')
    expect(await next()).toMatchObject({ id: null, error: { code: -32700 } })
    socket.close()
  })

  it('gives each connection its own subscriptions, and ends them with it', async () => {
    const [one, two] = [await client(), await client()]
    const subscribe = JSON.stringify(rpc('eth_subscribe', ['newHeads']))
    one.send(subscribe)
    two.send(subscribe)
    const [a, b] = [(await one.next()).result, (await two.next()).result]
    tell(a, 'first')
    tell(b, 'second')
    const notice = { jsonrpc: '2.0', method: 'eth_subscription' }
    expect(await one.next()).toEqual({ ...notice, params: { subscription: a, result: 'first' } })
    expect(await two.next()).toEqual({ ...notice, params: { subscription: b, result: 'second' } })
    two.send(JSON.stringify(rpc('eth_unsubscribe', [a])))
    expect(await two.next()).toMatchObject({ result: false })
    two.send(JSON.stringify(rpc('eth_unsubscribe', [b])))
    expect(await two.next()).toMatchObject({ result: true })
    one.socket.close()
    await expect.poll(() => unsubscribed).toEqual([b, a])
    two.socket.close()
  })

  it('bounds subscriptions and messages', async () => {
    const { next, send, socket } = await client()
    for (let i = 0; i < LIMITS.subscriptions; i++) {
      send(JSON.stringify(rpc('eth_subscribe', ['newHeads'])))
      expect(await next()).toMatchObject({ result: expect.stringContaining('0x') })
    }
    send(JSON.stringify(rpc('eth_subscribe', ['newHeads'])))
    expect(await next()).toMatchObject({ error: { code: -32005 } })
    send('x'.repeat(LIMITS.bodyBytes + 1))
    const code = await new Promise((resolve) => socket.on('close', resolve))
    expect(code).toBe(1009)
  })

  it('answers ten thousand messages at once', async () => {
    const { next, send, socket } = await client()
    const count = 10_000
    for (let id = 0; id < count; id++) send(JSON.stringify(rpc('echo', [], id)))
    const seen = new Set<number>()
    for (let i = 0; i < count; i++) seen.add((await next()).id)
    expect(seen.size).toBe(count)
    socket.close()
  })
})

describe('a server', () => {
  it('says that a port is in use, and what to do', async () => {
    const error = await createServer({ handler, port: server.port }).catch((it: unknown) => it)
    expect(error).toMatchObject({ name: 'ServerError', message: /the port is in use/ })
  })

  it('ends connections and listens no more', async () => {
    const before = listeners.size
    const other = await createServer({ handler, port: 0 })
    const socket = new WebSocket(other.url)
    await new Promise((resolve) => socket.on('open', resolve))
    const pending = fetch(other.url, { method: 'POST', body: JSON.stringify(rpc('forever')) })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await sleep(50)
    await Promise.all([other.close(), expect(pending).rejects.toThrow(), closed])
    await expect(fetch(other.url)).rejects.toThrow()
    expect(listeners.size).toBe(before)
  })

  it('outlives what is no HTTP', async () => {
    const negative = 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n'
    const garbage = ['\0\0\0', 'GET / HTTP/9.9\r\n\r\n', negative]
    for (const text of garbage) {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined).resume()
      socket.write(text)
      await new Promise((resolve) => socket.on('close', resolve))
    }
    const half = connect(server.port, '127.0.0.1')
    half.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{`)
    await sleep(20)
    half.destroy()
    expect(await call(rpc('echo', [1]))).toMatchObject({ result: [1] })
  })
})
