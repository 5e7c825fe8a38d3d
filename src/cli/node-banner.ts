/** What a development node says when it begins. */

import type { Hex } from '../index.js'

export interface NodeFacts {
  readonly version: string
  readonly url: string
  readonly accounts: readonly { readonly address: Hex; readonly secretKey: Hex }[]
  /** In ether. */
  readonly balance: bigint
  /** None where accounts are of somebody's keys. */
  readonly mnemonic: string | undefined
  readonly path: string
  readonly chainId: number
  readonly fork: string
  readonly semantics: string
  readonly baseFee: string | undefined
  readonly gasLimit: string
  readonly timestamp: number
  readonly workers: number
}

/** For a person. */
export function bannerText(facts: NodeFacts): string {
  const { accounts, balance, mnemonic, path, semantics, url, version } = facts
  const told = [
    `actor-evm ${version}`,
    section(
      'Available Accounts',
      accounts.map(({ address }, i) => `(${i}) ${address} (${balance} ETH)`),
    ),
    section('Private Keys', accounts.map(({ secretKey }, i) => `(${i}) ${secretKey}`)),
    mnemonic === undefined
      ? ''
      : section('Wallet', [`Mnemonic:          ${mnemonic}`, `Derivation path:   ${path}`]),
    section('Chain', [
      `Chain ID:          ${facts.chainId}`,
      `Semantics:         ${semantics}, where ${MEANING[semantics] ?? ''}`,
      `Hardfork:          ${facts.fork}`,
      ...(facts.baseFee === undefined ? [] : [`Base fee:          ${facts.baseFee} wei`]),
      `Gas limit:         ${facts.gasLimit}`,
      `Genesis timestamp: ${facts.timestamp}`,
      `Workers:           ${facts.workers}`,
    ]),
    accounts.length === 0 ? '' : WARNING,
    `Listening on ${url.replace(/^http:\/\//, '')} (HTTP and WebSocket)`,
  ]
  return told.filter((part) => part !== '').join('\n\n')
}

const MEANING: Readonly<Record<string, string>> = {
  ethereum: 'calls are synchronous (--semantics actor: they are messages)',
  actor: 'a call of another contract is a message, and returns nothing',
}

const WARNING = 'Everybody knows these keys: what is sent to them on a public chain is lost.'

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return [title, '='.repeat(title.length), '', ...lines].join('\n')
}

/** For a tool: one object. */
export function bannerJson(facts: NodeFacts): object {
  const { accounts, balance, path, url, ...rest } = facts
  const wallet = rest.mnemonic === undefined ? {} : { derivationPath: path }
  return {
    event: 'listening',
    ...{ url, webSocketUrl: url.replace(/^http/, 'ws') },
    ...rest,
    ...wallet,
    balance: (balance * 10n ** 18n).toString(),
    accounts: accounts.map(({ address }) => address),
    privateKeys: accounts.map(({ secretKey }) => secretKey),
  }
}
