/** `actor-evm node` as a person or a script starts and ends it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'actor-evm-node-'))
const ALICE = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'
const BOB = `0x${'b0'.repeat(20)}`

interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  readonly exit: Promise<number | null>
  /** The first line, once it is there. */
  readonly first: Promise<any>
}

const running: ChildProcess[] = []

function start(...args: string[]): Running {
  const child = spawn(process.execPath, [CLI, 'node', ...args])
  running.push(child)
  let [output, errors] = ['', '']
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const first = new Promise<any>((resolve, reject) => {
    child.stdout.on('data', (data) => {
      output += data
      if (output.includes('\n')) resolve(output)
    })
    void exit.then((code) => reject(new Error(`exit ${code}: ${errors}`)))
  })
  // Not all tests wait for it
  first.catch(() => undefined)
  child.stderr.on('data', (data) => (errors += data))
  return { child, output: () => output, errors: () => errors, exit, first }
}

async function listening(...args: string[]): Promise<Running & { facts: any }> {
  const node = start('--port', '0', '--json', ...args)
  return { ...node, facts: JSON.parse((await node.first).split('\n')[0]) }
}

async function call(url: string, method: string, params: unknown[] = []): Promise<any> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(url, { method: 'POST', body })
  const { error, result } = (await response.json()) as any
  if (error !== undefined) throw new Error(error.message)
  return result
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(FOLDER, { recursive: true }))

describe('actor-evm node', () => {
  it('says where it listens, with accounts that are funded', async () => {
    const { facts } = await listening()
    expect(facts).toMatchObject({ event: 'listening', chainId: 31_337, semantics: 'ethereum' })
    expect(facts.accounts).toHaveLength(10)
    expect(facts.accounts[0]).toBe(ALICE)
    expect(facts.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const balance = await call(facts.url, 'eth_getBalance', [facts.accounts[9], 'latest'])
    expect(BigInt(balance)).toBe(10_000n * 10n ** 18n)
    expect(await call(facts.url, 'eth_accounts')).toEqual(facts.accounts)
  })

  it('has a banner for a person, with keys, words and semantics', async () => {
    const { exit, child, first, output } = start('--port', '0', '--semantics', 'actor')
    await first
    await expect.poll(output).toContain('Listening on 127.0.0.1:')
    expect(output()).toContain(`(0) ${ALICE} (10000 ETH)`)
    expect(output()).toContain('Private Keys')
    expect(output()).toContain('test test test test test test test test test test test junk')
    expect(output()).toMatch(/Semantics: +actor/)
    child.kill('SIGINT')
    expect(await exit).toBe(130)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends by %s with %i', async (name, code) => {
    const { child, exit, facts } = await listening('--block-time', '1')
    await call(facts.url, 'eth_chainId')
    child.kill(name)
    expect(await exit).toBe(code)
  })

  it('helps where the port is in use', async () => {
    const { facts } = await listening()
    const { errors, exit } = start('--port', new URL(facts.url).port)
    expect(await exit).toBe(1)
    expect(errors()).toContain('the port is in use')
    expect(errors()).toContain('--port')
  })

  it.each([
    ['--port', '99999'],
    ['--hardfork', 'ottoman'],
    ['--semantics', 'both'],
    ['--block-time', '0'],
    ['--fork-url', 'http://localhost'],
  ])('refuses %s %s', async (...args) => {
    const { errors, exit } = start(...args)
    expect(await exit).toBe(2)
    expect(errors()).toContain(args[0])
  })

  it('refuses words that are no mnemonic, and does not show them', async () => {
    const { errors, exit } = start('--port', '0', '--mnemonic', 'correct horse battery staple')
    expect(await exit).toBe(1)
    expect(errors()).toContain('invalid mnemonic')
    expect(errors()).not.toContain('horse')
  })

  it('does what its options say', async () => {
    const genesis = join(FOLDER, 'genesis.json')
    writeFileSync(genesis, JSON.stringify({ alloc: { [BOB]: { balance: '0x7' } } }))
    const { facts } = await listening(
      ...['--accounts', '2', '--balance', '5', '--chain-id', '77', '--hardfork', 'Prague'],
      ...['--gas-limit', '12345678', '--base-fee', '9', '--timestamp', '1000', '--no-mining'],
      ...['--init', genesis, '--coinbase', BOB],
    )
    const { accounts, url } = facts
    expect(facts).toMatchObject({ chainId: 77, fork: 'prague', baseFee: '9', timestamp: 1_000 })
    expect(accounts).toHaveLength(2)
    expect(await call(url, 'eth_getBalance', [BOB, 'latest'])).toBe('0x7')
    expect(await call(url, 'eth_getBalance', [accounts[1], 'latest'])).toBe('0x4563918244f40000')
    const block = await call(url, 'eth_getBlockByNumber', ['latest', false])
    expect(block).toMatchObject({ gasLimit: '0xbc614e', baseFeePerGas: '0x9', timestamp: '0x3e8' })
    expect(await call(url, 'anvil_getAutomine')).toBe(false)
    expect(await call(url, 'eth_coinbase')).toBe(BOB)
  })

  it('keeps its state in a file', async () => {
    const state = join(FOLDER, 'state.json')
    const first = await listening('--state', state)
    await call(first.facts.url, 'anvil_setBalance', [BOB, '0x1234'])
    await call(first.facts.url, 'anvil_setStorageAt', [BOB, '0x5', `0x${'09'.padStart(64, '0')}`])
    await call(first.facts.url, 'anvil_setCode', [BOB, '0x6001'])
    first.child.kill('SIGTERM')
    expect(await first.exit).toBe(143)
    expect(JSON.parse(readFileSync(state, 'utf8')).accounts[BOB]).toMatchObject({ code: '0x6001' })
    const { facts } = await listening('--state', state)
    expect(await call(facts.url, 'eth_getBalance', [BOB, 'latest'])).toBe('0x1234')
    expect(await call(facts.url, 'eth_getCode', [BOB, 'latest'])).toBe('0x6001')
    const slot = await call(facts.url, 'eth_getStorageAt', [BOB, '0x5', 'latest'])
    expect(BigInt(slot)).toBe(9n)
  })

  it('prints what is asked, or nothing', async () => {
    const loud = await listening()
    await call(loud.facts.url, 'eth_chainId')
    await call(loud.facts.url, 'evm_mine')
    await expect.poll(loud.output).toContain('"event":"block","number":1')
    expect(loud.output()).toContain('{"event":"request","method":"eth_chainId"}')
    const port = String(20_000 + (process.pid % 20_000))
    const quiet = start('--port', port, '--silent')
    const ask = (): Promise<unknown> => {
      return call(`http://127.0.0.1:${port}`, 'eth_chainId').catch(() => 0)
    }
    await expect.poll(ask, { timeout: 10_000 }).toBe('0x7a69')
    expect(quiet.output()).toBe('')
  })
})
