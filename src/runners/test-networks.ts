/** Networks as the official tests name them: a fork, or one that becomes another. */

import { asObject } from '../base/json.js'
import {
  DEPOSIT_CONTRACT,
  readBlobSchedule,
  readChainId,
  type ChainConfig,
  type ForkActivation,
} from '../forks/chain-config.js'
import { forkNamed, type Fork } from '../forks/forks.js'

/** `BerlinToLondonAt5`, `ParisToShanghaiAtTime15k`, `ArrowGlacierToParisAtDiffC0000`. */
const TRANSITION = /^(.+?)To(.+?)At(Time|Diff)?([0-9A-Fa-f]+)(k?)$/

/** EIP-7892: forks after the second that change the number of blobs, to what the test states. */
const LATER_BLOB_FORK = /^bpo[3-9]$/i

/** @throws InvalidInputError for a name or a configuration that cannot be read */
export function chainOfNetwork(network: string, config: unknown): ChainConfig {
  const { chainid, blobSchedule } = asObject(config ?? {}, 'config')
  const forks = activations(network, blobSchedule)
  const dao = forks.find(({ fork }) => fork.name === 'dao')
  return {
    chainId: readChainId(chainid ?? 1, 'config.chainid'),
    forks,
    depositContract: DEPOSIT_CONTRACT,
    ...(dao?.block === undefined ? {} : { daoForkBlock: dao.block }),
  }
}

function activations(network: string, schedules: unknown): ForkActivation[] {
  const transition = TRANSITION.exec(network)
  if (transition === null) return [{ fork: networkFork(network, schedules), block: 0n }]
  const [, from, to, kind, digits, thousands] = transition
  const first = { fork: networkFork(from!, schedules), block: 0n }
  const fork = networkFork(to!, schedules)
  if (kind === 'Diff') return [first, { fork, totalDifficulty: BigInt(`0x${digits}`) }]
  const at = BigInt(digits!) * (thousands === '' ? 1n : 1_000n)
  return [first, kind === 'Time' ? { fork, time: at } : { fork, block: at }]
}

/** The tests state their own schedules of blobs, under the names of the forks. */
function networkFork(name: string, schedules: unknown): Fork {
  const fork = forkNamed(LATER_BLOB_FORK.test(name) ? 'bpo2' : name, 'network')
  const stated = Object.entries(asObject(schedules ?? {}, 'config.blobSchedule'))
  const found = stated.find(([key]) => key.toLowerCase() === name.toLowerCase())
  if (found === undefined) return fork
  return { ...fork, blobs: readBlobSchedule(found[1], `config.blobSchedule.${name}`) }
}
