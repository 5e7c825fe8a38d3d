/** `net_*`, `web3_*`, `rpc_modules`, and what a client says of itself. */

import { bytesToHex, quantityToHex } from '../base/bytes.js'
import { keccak256 } from '../intake/keccak.js'
import type { MethodTable } from './dispatcher.js'
import { rawBytes, readParams } from './params.js'

/** @param clientVersion as `web3_clientVersion` says it: `actor-evm/0.1.0` */
export function netMethods(clientVersion: string): MethodTable {
  return {
    net_version: (params, { chain }) => {
      readParams(params, [])
      return `${chain.chainId}`
    },
    net_listening: (params) => {
      readParams(params, [])
      return true
    },
    net_peerCount: (params) => {
      readParams(params, [])
      return '0x0'
    },
    web3_clientVersion: (params) => {
      readParams(params, [])
      return clientVersion
    },
    web3_sha3: (params) => {
      const [data] = readParams(params, [rawBytes])
      return bytesToHex(keccak256(data))
    },
    eth_chainId: (params, { chain }) => {
      readParams(params, [])
      return quantityToHex(chain.chainId)
    },
    eth_protocolVersion: (params) => {
      readParams(params, [])
      return '0x45'
    },
    eth_syncing: (params) => {
      readParams(params, [])
      return false
    },
    eth_mining: (params) => {
      readParams(params, [])
      return false
    },
    eth_hashrate: (params) => {
      readParams(params, [])
      return '0x0'
    },
  }
}
