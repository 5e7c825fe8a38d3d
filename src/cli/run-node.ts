/** What `actor-evm node` does: a chain for development, behind JSON-RPC, until it is stopped. */

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidScenarioError } from '../index.js'
import {
  DERIVATION_PATH,
  TEST_MNEMONIC,
  createProvider,
  developmentAccounts,
  type DevelopmentAccount,
  type Provider,
} from '../provider.js'
import type { NotifyingHandler, RpcServer } from '../server.js'
import { print } from './attempt.js'
import { bePatient } from './interruption.js'
import { bannerJson, bannerText, type NodeFacts } from './node-banner.js'
import { providerOptions, type NodeOptions } from './node-options.js'

/** Milliseconds in which a state can be written. */
const PATIENCE_MS = 30_000

/** @returns when the signal has stopped it */
export async function runNode(
  options: NodeOptions,
  signal: AbortSignal,
  version: string,
): Promise<void> {
  const chainOptions = providerOptions(options)
  const accounts = await developmentAccounts(chainOptions.accounts)
  const provider = await createProvider({
    ...chainOptions,
    accounts: { ...chainOptions.accounts, secretKeys: accounts.map(({ secretKey }) => secretKey) },
  })
  try {
    await serve(provider, options, accounts, signal, version)
  } finally {
    await provider.dispose()
  }
}

async function serve(
  provider: Provider,
  options: NodeOptions,
  accounts: readonly DevelopmentAccount[],
  signal: AbortSignal,
  version: string,
): Promise<void> {
  const { dumpState, loadState } = options
  // `--state` names a file that the first run makes
  const mayLack = loadState === options.state
  if (loadState !== undefined && !(mayLack && !existsSync(stateFile(loadState)))) {
    await loadFrom(stateFile(loadState), provider)
  }
  if (options.autoImpersonate) {
    await provider.request({ method: 'anvil_autoImpersonateAccount', params: [true] })
  }
  const { coinbase } = options
  if (coinbase !== undefined) {
    await provider.request({ method: 'anvil_setCoinbase', params: [coinbase] })
  }
  if (dumpState !== undefined) bePatient(PATIENCE_MS)
  const server = await listen(options, logged(provider, options))
  try {
    if (!options.silent) {
      const facts = factsOf(provider, options, accounts, server, version)
      print(options.json ? JSON.stringify(bannerJson(facts)) : `${bannerText(facts)}\n`)
      tellBlocks(provider, options.json)
    }
    await aborted(signal)
  } finally {
    await server.close()
  }
  if (dumpState !== undefined) await dumpTo(stateFile(dumpState), provider)
}

async function listen(options: NodeOptions, handler: NotifyingHandler): Promise<RpcServer> {
  const { allowHost, allowOrigin, bodyLimit, host, port, timeLimit } = options
  const { createServer } = await loadServer()
  return createServer({
    handler,
    host,
    port,
    cors: allowOrigin.flatMap((text) => text.split(',')),
    allowedHosts: allowHost,
    limits: {
      ...(bodyLimit === undefined ? {} : { bodyBytes: bodyLimit }),
      ...(timeLimit === undefined ? {} : { executionMs: timeLimit }),
    },
  })
}

/** The libraries for HTTP and WebSocket are optional: who only executes blocks can omit them. */
async function loadServer(): Promise<typeof import('../server.js')> {
  try {
    return await import('../server.js')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const what = 'a library for HTTP or WebSocket is missing: npm install ws hono @hono/node-server'
    throw new InvalidScenarioError(what, { cause })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

/** Prints what is asked. */
function logged(provider: Provider, { json, silent }: NodeOptions): NotifyingHandler {
  if (silent) return provider as NotifyingHandler
  return {
    request: (request, options) => {
      const method = shown(request.method)
      print(json ? JSON.stringify({ event: 'request', method }) : method)
      return provider.request(request as Parameters<Provider['request']>[0], options)
    },
    on: (event, listener) => provider.on(event, listener as never),
    removeListener: (event, listener) => provider.removeListener(event, listener as never),
  }
}

const MAX_SHOWN = 80

function shown(method: string): string {
  return method.slice(0, MAX_SHOWN).replace(/[^\x20-\x7e]/g, '?')
}

function tellBlocks(provider: Provider, isJson: boolean): void {
  provider.chain.on('block', ({ hash, header, number, transactions }) => {
    const [count, gasUsed] = [transactions.length, Number(header.gasUsed)]
    if (isJson) {
      const block = { event: 'block', number: Number(number), hash, transactions: count, gasUsed }
      print(JSON.stringify(block))
      return
    }
    print(`\n    Block ${number}  ${hash}\n    Transactions: ${count}  Gas used: ${gasUsed}\n`)
  })
}

function factsOf(
  { chain }: Provider,
  options: NodeOptions,
  accounts: readonly DevelopmentAccount[],
  { url }: RpcServer,
  version: string,
): NodeFacts {
  const { header, fork } = chain.head
  return {
    version,
    url,
    accounts,
    balance: options.balance,
    mnemonic: options.mnemonic ?? TEST_MNEMONIC,
    path: options.derivationPath ?? DERIVATION_PATH,
    chainId: Number(chain.chainId),
    fork,
    semantics: chain.engine.semantics,
    baseFee: header.baseFeePerGas?.toString(),
    gasLimit: header.gasLimit.toString(),
    timestamp: Number(header.timestamp),
    workers: chain.engine.workers,
  }
}

function stateFile(path: string): string {
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  return isFolder ? join(path, 'state.json') : path
}

async function loadFrom(file: string, provider: Provider): Promise<void> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : ''
    throw new InvalidScenarioError(`the state cannot be read: ${message}`, { cause })
  }
  await provider.request({ method: 'anvil_loadState', params: [text] })
}

async function dumpTo(file: string, provider: Provider): Promise<void> {
  const state: unknown = await provider.request({ method: 'actor_dumpState' })
  writeFileSync(file, JSON.stringify(state))
}
