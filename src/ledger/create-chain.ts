/** Makes a chain in a box. */

import { createEngine } from '../engine.js'
import { hexToBytes } from '../base/bytes.js'
import { forkAt } from '../forks/chain-config.js'
import { environmentOf } from '../chain/run-chain-block.js'
import { readEnvironment } from '../intake/environment.js'
import { KeptBlock } from './kept-block.js'
import { BoxedChain } from './chain.js'
import { readChainOptions, type ChainOptions } from './chain-options.js'
import { configOfGenesis, genesisHeader } from './genesis.js'
import type { Chain } from './types.js'

/**
 * Makes a chain that begins with a genesis, and an engine that executes its blocks.
 *
 * @example
 * const chain = await createChain({
 *   semantics: 'ethereum',
 *   genesis: { alloc: { '0x…': { balance: '0xde0b6b3a7640000' } } },
 * })
 * const hash = await chain.send({ nonce: 0, gasLimit: 21_000, …, secretKey: '0x…' })
 * console.log(chain.transaction(hash)?.block.number) // 1n
 * await chain.dispose()
 *
 * @throws InvalidInputError naming the option; what `createEngine` throws
 */
export async function createChain(options: ChainOptions): Promise<Chain> {
  const resolved = readChainOptions(options)
  const { engine: given, genesis } = resolved
  const isSaid =
    given.chainConfig !== undefined || given.fork !== undefined || given.chainId !== undefined
  const fromFile = genesis.config == null || isSaid ? {} : { chainConfig: configOfGenesis(genesis) }
  const engine = await createEngine({ ...given, ...fromFile })
  try {
    const stateRoot = hexToBytes(await engine.loadGenesis(genesis.alloc ?? {}))
    const chain = await engine.withParts(async ({ endBlock, own, parts: { config, workers } }) => {
      const header = genesisHeader(genesis, config.chain, stateRoot, config.semantics)
      const fork = forkAt(config.chain, { ...header, parentTotalDifficulty: 0n })
      const first = new KeptBlock(
        {
          ...{ header, fork, uncles: [], parent: undefined, prepared: undefined },
          ...{ result: undefined, stateRoots: [], archive: undefined },
          withdrawals: header.withdrawalsRoot === undefined ? undefined : [],
          totalDifficulty: header.difficulty,
        },
        workers.keccak256,
      )
      own.follow([], header, first.hashBytes)
      endBlock(readEnvironment(environmentOf(header, {})))
      return new BoxedChain(engine, config.chain, first, resolved)
    })
    chain.genesis.at = await engine.snapshot()
    chain.setMining(resolved.mining)
    return chain
  } catch (error) {
    await engine.dispose()
    throw error
  }
}
