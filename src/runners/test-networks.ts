/** Networks as the official tests name them: a fork, or one that becomes another. */

import { asObject } from '../block/json.js'
import { parseQuantity } from '../bytes.js'
import {
  DEPOSIT_CONTRACT,
  readBlobSchedule,
  type ChainConfig,
  type ForkActivation,
} from '../chain/chain-config.js'
import { forkNamed, type Fork } from '../forks.js'

/** `BerlinToLondonAt5`, `ParisToShanghaiAtTime15k`, `ArrowGlacierToParisAtDiffC0000`. */
const TRANSITION = /^(.+?)To(.+?)At(Time|Diff)?([0-9A-Fa-f]+)(k?)$/

/** @throws InvalidInputError for a name or a configuration that cannot be read */
export function chainOfNetwork(network: string, config: unknown): ChainConfig {
  const { chainid, blobSchedule } = asObject(config ?? {}, 'config')
  const forks = activations(network).map((activation) => ({
    ...activation,
    fork: withSchedule(activation.fork, blobSchedule),
  }))
  const dao = forks.find(({ fork }) => fork.name === 'dao')
  return {
    chainId: parseQuantity(chainid ?? 1, 'config.chainid'),
    forks,
    depositContract: DEPOSIT_CONTRACT,
    ...(dao?.block === undefined ? {} : { daoForkBlock: dao.block }),
  }
}

function activations(network: string): ForkActivation[] {
  const transition = TRANSITION.exec(network)
  if (transition === null) return [{ fork: forkNamed(network, 'network'), block: 0n }]
  const [, from, to, kind, digits, thousands] = transition
  const first = { fork: forkNamed(from, 'network'), block: 0n }
  const fork = forkNamed(to, 'network')
  if (kind === 'Diff') return [first, { fork, totalDifficulty: BigInt(`0x${digits}`) }]
  const at = BigInt(digits!) * (thousands === '' ? 1n : 1_000n)
  return [first, kind === 'Time' ? { fork, time: at } : { fork, block: at }]
}

/** The tests state their own schedules, under the names of the forks. */
function withSchedule(fork: Fork, schedules: unknown): Fork {
  if (schedules == null) return fork
  for (const [name, schedule] of Object.entries(asObject(schedules, 'config.blobSchedule'))) {
    if (forkNamed(name, 'config.blobSchedule').name !== fork.name) continue
    return { ...fork, blobs: readBlobSchedule(schedule, `config.blobSchedule.${name}`) }
  }
  return fork
}
