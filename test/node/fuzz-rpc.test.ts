/** Requests that are malformed in thousands of ways: all are answered, and nothing breaks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { answer } from '../../src/server/json-rpc.js'
import { resolveLimits } from '../../src/server/limits.js'
import { startNode, type TestNode } from './coin.js'

const COUNT = Number(process.env['ACTOR_EVM_FUZZ'] ?? 4_000)
const SEED = 20_261_201
const HTTP_EVERY = 20

/** mulberry32: the same requests each time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const HEX = ['0x', '0x0', '0x00', '0xzz', '0x1', `0x${'f'.repeat(64)}`, `0x${'f'.repeat(65)}`]
const ADDRESS = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'
const STRINGS = [
  ...[...HEX, ADDRESS, '', 'latest', '__proto__', 'x'.repeat(2_000), '\ud800', '-1', '1e99'],
]
const NUMBERS = [0, 1, -1, 1.5, 2 ** 53, 1e308, -0]
const KEYS = [
  ...['from', 'to', 'data', 'gas', 'value', 'address', 'topics', 'fromBlock', '__proto__'],
  'tracer',
]
/** These are meant to take long, or to end what is tested. */
const LEFT_OUT = /_(mine|reorg|reset|rollback|intervalMine|setIntervalMining|sendTransactionSync)$/

class Fuzzer {
  readonly #random = randomOf(SEED)
  readonly #methods: readonly string[]

  constructor(methods: readonly string[]) {
    this.#methods = methods.filter((name) => !LEFT_OUT.test(name))
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!
  }

  value(depth = 0): unknown {
    const kind = this.#random()
    if (kind < 0.35) return this.pick(STRINGS)
    if (kind < 0.5) return this.pick(NUMBERS)
    if (kind < 0.65 || depth > 3) return this.pick([null, true, false, [], {}])
    const size = Math.floor(this.#random() * 4)
    const items = Array.from({ length: size }, () => this.value(depth + 1))
    if (kind < 0.8) return items
    return Object.fromEntries(items.map((item) => [this.pick(KEYS), item]))
  }

  request(): unknown {
    const kind = this.#random()
    if (kind < 0.05) return this.value()
    const size = Math.floor(this.#random() * 4)
    const list = Array.from({ length: size }, () => this.value())
    return {
      jsonrpc: kind < 0.1 ? this.value() : '2.0',
      id: kind < 0.2 ? this.value() : 1,
      method: kind < 0.25 ? this.value() : this.pick(this.#methods),
      params: kind < 0.3 ? this.value() : list,
    }
  }

  text(): string {
    const kind = this.#random()
    if (kind < 0.1) return JSON.stringify(this.request()).slice(0, Math.floor(this.#random() * 40))
    if (kind < 0.2) return JSON.stringify([this.request(), this.request()])
    if (kind < 0.22) return '['.repeat(50_000)
    if (kind < 0.23) {
      const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
      return `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":${deep}}`
    }
    return JSON.stringify(this.request()) ?? ''
  }
}

function checkAnswer(text: string): void {
  if (text === '') return
  const parsed = JSON.parse(text)
  for (const one of Array.isArray(parsed) ? parsed : [parsed]) {
    expect(one.jsonrpc).toBe('2.0')
    expect('id' in one).toBe(true)
    expect('result' in one).toBe(!('error' in one))
    if (!('error' in one)) continue
    expect(Number.isInteger(one.error.code)).toBe(true)
    expect(typeof one.error.message).toBe('string')
    expect(one.error.message.length).toBeLessThan(2_000)
  }
}

describe('malformed requests', () => {
  let node: TestNode
  const rejections: unknown[] = []
  const onRejection = (reason: unknown): void => void rejections.push(reason)
  beforeAll(async () => {
    process.on('unhandledRejection', onRejection)
    node = await startNode()
  })
  afterAll(async () => {
    process.off('unhandledRejection', onRejection)
    await node.dispose()
  })

  it(`answers ${COUNT} of them, and goes on`, { timeout: 600_000 }, async () => {
    const { provider, url } = node
    const fuzzer = new Fuzzer(provider.methods)
    const limits = resolveLimits({ executionMs: 5_000 })
    const { signal } = new AbortController()
    const internal = new Map<string, string>()
    const serve = async (method: string, params: unknown): Promise<unknown> => {
      try {
        return await provider.request({ method, params: params as never })
      } catch (error) {
        const { code, message } = error as { code: number; message: string }
        if (code === -32603) internal.set(method, message)
        throw error
      }
    }
    const socket = new WebSocket(node.webSocketUrl)
    await new Promise((resolve) => socket.on('open', resolve))
    for (let i = 0; i < COUNT; i++) {
      const text = fuzzer.text()
      if (i % HTTP_EVERY === 1) {
        const response = await fetch(url, { method: 'POST', body: text })
        checkAnswer(await response.text())
      } else if (i % HTTP_EVERY === 2) {
        socket.send(text)
      } else {
        checkAnswer(await answer(text, { serve, limits, signal }))
      }
    }
    socket.close()
    // What is wrong with a request is told as such
    expect([...internal]).toEqual([])
    expect(rejections).toEqual([])
    expect(await provider.request({ method: 'eth_chainId' })).toBe('0x7a69')
  })
})
