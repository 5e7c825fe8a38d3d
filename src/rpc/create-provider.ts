/** Providers of chains that are there, and of chains for development. */

import { bytesToHex, hexToBytes, parseQuantity, quantityToHex } from '../base/bytes.js'
import { InvalidInputError } from '../base/errors.js'
import { asKnownObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { AllocAccount, Hex, Quantity } from '../base/types.js'
import { addressOfKey } from '../intake/sign-hash.js'
import type { ChainOptions } from '../ledger/chain-options.js'
import { createChain } from '../ledger/create-chain.js'
import type { Chain } from '../ledger/types.js'
import { DevAccounts } from './dev/accounts.js'
import { TEST_MNEMONIC, deriveKeys } from './dev/mnemonic.js'
import { ChainProvider, type Provider } from './provider.js'

/** Accounts that the provider signs for, and that the genesis funds. */
export interface AccountsOptions {
  /** Default: the words that all tools for development use, `test test … junk`. */
  readonly mnemonic?: string | undefined
  /** Default 10. */
  readonly count?: number | undefined
  /** BIP-32, in front of the number of an account. Default `m/44'/60'/0'/0/`. */
  readonly path?: string | undefined
  /** In wei. Default 10,000 ether each. */
  readonly balance?: Quantity | undefined
  /** Secret keys instead of a mnemonic. */
  readonly secretKeys?: readonly Hex[] | undefined
}

/** A chain's options, those of its accounts, and defaults for development. */
export interface ProviderOptions extends ChainOptions {
  readonly accounts?: AccountsOptions | undefined
}

const ACCOUNTS = keysOf<AccountsOptions>()({
  mnemonic: true,
  count: true,
  path: true,
  balance: true,
  secretKeys: true,
})

const DEFAULT_COUNT = 10
const DEFAULT_BALANCE = 10_000n * 10n ** 18n
/** Of Hardhat and anvil. */
export const DEVELOPMENT_CHAIN_ID = 31_337

/**
 * Nick Johnson's proxy for CREATE2, which tools for deployment expect at the same address of every
 * chain: https://github.com/Arachnid/deterministic-deployment-proxy
 */
const CREATE2_PROXY = '0x4e59b44847b379578588920ca78fbf26c0b4956c'
const CREATE2_CODE: Hex =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3'

/**
 * Makes a provider of EIP-1193.
 *
 * @example
 * import { createWalletClient, custom } from 'viem'
 * const provider = await createProvider({ semantics: 'ethereum' })
 * const client = createWalletClient({ chain: foundry, transport: custom(provider) })
 *
 * @param input a chain, which stays its owner's; or options of one for development: its id is
 *   31,337, and ten accounts have 10,000 ether each
 * @param accounts for a chain that is there: accounts to sign for
 * @throws InvalidInputError naming the option; what `createChain` throws
 */
export async function createProvider(
  input: Chain | ProviderOptions,
  { accounts }: { readonly accounts?: AccountsOptions | undefined } = {},
): Promise<Provider> {
  if (isChain(input)) {
    const secretKeys = accounts === undefined ? [] : (await readAccounts(accounts)).secretKeys
    return new ChainProvider({ chain: input, secretKeys, remake: undefined })
  }
  const options = asOptions(input)
  const { balance, secretKeys } = await readAccounts(options.accounts ?? {})
  const chainOptions = developmentOptions(options, secretKeys, balance)
  const remake = (): Promise<Chain> => createChain(chainOptions)
  return new ChainProvider({ chain: await remake(), secretKeys, remake })
}

/** An account that a provider signs for. */
export interface DevelopmentAccount {
  readonly address: Hex
  readonly secretKey: Hex
}

/**
 * The accounts that `createProvider` makes of the same options.
 * @throws InvalidInputError naming the option; words and keys are not shown
 */
export async function developmentAccounts(
  options: AccountsOptions = {},
): Promise<DevelopmentAccount[]> {
  const { secretKeys } = await readAccounts(options)
  return secretKeys.map((secretKey) => {
    return { address: bytesToHex(addressOfKey(hexToBytes(secretKey))), secretKey }
  })
}

function isChain(input: Chain | ProviderOptions): input is Chain {
  return typeof (input as Partial<Chain> | null | undefined)?.mine === 'function'
}

function asOptions(input: ProviderOptions): ProviderOptions {
  if (typeof input === 'object' && input !== null) return input
  const expected = 'a chain, or options such as { semantics: \'ethereum\' }'
  throw new InvalidInputError('a provider cannot be made', { expected, got: input })
}

async function readAccounts(
  input: AccountsOptions,
): Promise<{ readonly secretKeys: readonly Hex[]; readonly balance: bigint }> {
  const options = asKnownObject(input, ACCOUNTS, 'accounts', 'option') as AccountsOptions
  const { count = DEFAULT_COUNT, mnemonic = TEST_MNEMONIC, path, secretKeys } = options
  const balance = parseQuantity(options.balance ?? DEFAULT_BALANCE, 'accounts.balance')
  if (secretKeys === undefined) {
    return { secretKeys: await deriveKeys(mnemonic, count, path), balance }
  }
  // Read once here, so that what is wrong is told before a chain is made
  new DevAccounts(secretKeys, 'accounts.secretKeys')
  return { secretKeys, balance }
}

/** What the genesis says of an account comes before what development wants. */
function developmentOptions(
  { accounts: _, ...options }: ProviderOptions,
  secretKeys: readonly Hex[],
  balance: bigint,
): ChainOptions {
  const { chainConfig, clock, genesis = {} } = options
  const alloc: Record<string, AllocAccount> = {}
  for (const key of secretKeys) {
    alloc[bytesToHex(addressOfKey(hexToBytes(key)))] = { balance: quantityToHex(balance) }
  }
  const given = Object.entries(genesis.alloc ?? {})
  const known = new Set(given.map(([address]) => normal(address)))
  if (!known.has(CREATE2_PROXY)) alloc[CREATE2_PROXY] = { code: CREATE2_CODE, nonce: 1 }
  for (const address of Object.keys(alloc)) if (known.has(address)) delete alloc[address]
  const now = clock?.() ?? Math.floor(Date.now() / 1_000)
  const isIdSaid = chainConfig !== undefined || genesis.config != null
  return {
    ...options,
    ...(isIdSaid || options.chainId !== undefined ? {} : { chainId: DEVELOPMENT_CHAIN_ID }),
    genesis: {
      timestamp: now,
      ...genesis,
      alloc: { ...alloc, ...Object.fromEntries(given) },
    },
  }
}

function normal(address: string): string {
  return `0x${address.toLowerCase().replace(/^0x/, '')}`
}
