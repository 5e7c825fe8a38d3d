/**
 * Methods of development nodes, under all the names that tools use: what anvil and Hardhat call
 * `anvil_setBalance` and `hardhat_setBalance` is one method.
 */

import { bytesToHex } from '../../base/bytes.js'
import type { MethodTable, RpcMethod } from '../dispatcher.js'
import { actorMethods } from './actor-methods.js'
import { EVM_MINING, miningMethods, type MiningState } from './mining-methods.js'
import { nodeMethods, revert, snapshot, type DevNode } from './node-methods.js'
import { signingMethods } from './signing.js'
import { dumpJson, dumpMethods } from './dump-methods.js'
import { OTHER_STATE_NAMES, TENDERLY, stateMethods } from './state-methods.js'

type Named = Readonly<Record<string, RpcMethod>>

/** Names of the methods that tools know without a node's prefix, as `evm_…`. */
const EVM_NAMES = [
  ...['setAutomine', 'setIntervalMining', 'setBlockGasLimit', 'setNextBlockTimestamp', 'setTime'],
  ...['increaseTime', 'addAccount'],
] as const

/** `evm_*`, `hardhat_*`, `anvil_*`, `actor_*`, and those of a wallet. */
export function developmentMethods(node: DevNode): MethodTable {
  const mining: MiningState = { hasInterval: false, coinbase: undefined }
  const named = (answer: null | true): Named => ({
    ...stateMethods(answer),
    ...miningMethods(answer, mining),
    ...nodeMethods(answer, node),
    ...dumpMethods,
  })
  const [anvil, hardhat] = [named(null), named(true)]
  const evm = EVM_NAMES.map((name) => [`evm_${name}`, anvil[name]!] as const)
  const others = Object.entries(OTHER_STATE_NAMES).map(([name, of]) => [name, anvil[of]!] as const)
  return {
    ...prefixed('anvil_', anvil),
    ...prefixed('hardhat_', hardhat),
    ...Object.fromEntries([...evm, ...others]),
    anvil_dealerc20: anvil['dealERC20']!,
    hardhat_intervalMine: EVM_MINING['evm_mine']!,
    evm_snapshot: snapshot,
    evm_revert: revert,
    ...EVM_MINING,
    ...TENDERLY,
    ...signingMethods(node.accounts),
    ...actorMethods,
    actor_dumpState: dumpJson,
    eth_coinbase: (_, { chain }) => mining.coinbase ?? bytesToHex(chain.head.header.coinbase),
  }
}

function prefixed(prefix: string, methods: Named): MethodTable {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [`${prefix}${name}`, method]),
  )
}
