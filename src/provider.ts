/** A provider of EIP-1193: the entry `actor-evm/provider`. */

export { createProvider, developmentAccounts } from './rpc/create-provider.js'
export type {
  AccountsOptions,
  DevelopmentAccount,
  ProviderOptions,
} from './rpc/create-provider.js'
export { DERIVATION_PATH, TEST_MNEMONIC } from './rpc/dev/mnemonic.js'
export { provideOver, providerFrom } from './rpc/over-port.js'
export type { Port } from './rpc/over-port.js'
export type {
  Provider,
  ProviderEvents,
  ProviderMessage,
  RemoteProvider,
  RequestArguments,
} from './rpc/provider.js'
export { RpcError } from './rpc/rpc-error.js'
