/** What the node has and follows: `eth_capabilities`, `eth_config` (EIP-7910). */

import { bytesToHex, quantityToHex } from '../base/bytes.js'
import type { ChainConfig } from '../forks/chain-config.js'
import type { ForkActivation } from '../forks/forks.js'
import { namedPrecompiles } from '../forks/precompiles.js'
import { rulesOf } from '../forks/rules.js'
import type { KeptBlock } from '../ledger/kept-block.js'
import type { Chain } from '../ledger/types.js'
import { crc32 } from './crc32.js'
import type { MethodTable } from './dispatcher.js'
import { readParams } from './params.js'
import type { Json } from './shapes.js'

function capabilities(chain: Chain): Json {
  const { head, oldest } = chain
  let oldestState = head.number
  for (let n = head.number; n >= oldest; n--) {
    const block = chain.block(n)
    if (block === undefined || chain.stateAt(block) === undefined) break
    oldestState = n
  }
  const blocks = { disabled: false, oldestBlock: quantityToHex(oldest) }
  const state = { disabled: false, oldestBlock: quantityToHex(oldestState) }
  return {
    head: { number: quantityToHex(head.number), hash: head.hash },
    ...{ state, tx: blocks, logs: blocks, receipts: blocks, blocks, stateproofs: state },
  }
}

function contractsOf({ fork }: ForkActivation, { depositContract }: ChainConfig): Json {
  const rules = rulesOf(fork)
  return {
    ...(rules.hasBlobs
      ? { BEACON_ROOTS_ADDRESS: '0x000f3df6d732807ef1319fb7b8bb8522d0beac02' }
      : {}),
    ...(rules.hasRequests
      ? {
          CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS: '0x0000bbddc7ce488642fb579f8b00f3a590007251',
          DEPOSIT_CONTRACT_ADDRESS: bytesToHex(depositContract),
          HISTORY_STORAGE_ADDRESS: '0x0000f90827f1c53a10cb7a02335b175320002935',
          WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS: '0x00000961ef480eb55e80d19ad83579a64c007002',
        }
      : {}),
  }
}

/** EIP-2124: of the genesis and of every fork until then. */
function forkIdOf(chain: Chain, until: bigint): string {
  const { config, genesis } = chain
  const { forks } = config
  const blocks = forks.flatMap(({ block, totalDifficulty }) => {
    return block === undefined || totalDifficulty !== undefined ? [] : [block]
  })
  const times = forks.flatMap(({ time }) => (time === undefined ? [] : [time]))
  const { timestamp } = genesis.header
  const points = [
    ...new Set([
      ...blocks.filter((it) => it > 0n).sort(ascending),
      ...times.filter((it) => it > timestamp && it <= until).sort(ascending),
    ]),
  ]
  let sum = crc32((genesis as KeptBlock).hashBytes)
  for (const point of points) sum = crc32(bigEndian(point), sum)
  return `0x${sum.toString(16).padStart(8, '0')}`
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1
}

function bigEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value)
  return bytes
}

function forkJson(chain: Chain, activation: ForkActivation): Json {
  const { config, genesis } = chain
  const { fork, time = 0n } = activation
  const { blobs } = fork
  return {
    activationTime: genesis.header.timestamp >= time ? 0 : Number(time),
    blobSchedule:
      blobs === undefined
        ? null
        : {
            target: blobs.target,
            max: blobs.max,
            baseFeeUpdateFraction: Number(blobs.baseFeeUpdateFraction),
          },
    chainId: quantityToHex(config.chainId),
    forkId: forkIdOf(chain, time),
    precompiles: Object.fromEntries(namedPrecompiles(fork)),
    systemContracts: contractsOf(activation, config),
  }
}

function nodeConfig(chain: Chain): Json {
  const { timestamp } = chain.head.header
  const timed = chain.config.forks.filter(({ time }) => time !== undefined)
  const current = timed.findLast(({ time }) => time! <= timestamp)
  const next = timed.find(({ time }) => time! > timestamp)
  const show = (it: ForkActivation | undefined): Json | null => {
    return it === undefined ? null : forkJson(chain, it)
  }
  // A chain of one fork says no times
  const only = timed.length === 0 ? chain.config.forks.at(-1) : undefined
  const last = next === undefined ? undefined : timed.at(-1)
  return { current: show(current ?? only), next: show(next), last: show(last) }
}

export const configMethods: MethodTable = {
  eth_capabilities: (params, { chain }) => {
    readParams(params, [])
    return capabilities(chain)
  },
  eth_config: (params, { chain }) => {
    readParams(params, [])
    return nodeConfig(chain)
  },
}
