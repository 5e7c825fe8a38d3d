/** Contracts compiled from texts, created in an actor world and read by the names of variables. */
import type { Hex } from 'actor-evm'
import { concat, encodeTuple, mappingSlot, word } from '../../examples/market/abi.mjs'
import { compileSources } from '../../examples/market/compile.mjs'
import { artifactOf } from '../../examples/actor-contracts/scenario.mjs'
import { ActorWorld } from './actor-world.js'
import type { AbiItem } from './tree-sketch.js'

interface Artifact {
  readonly abi: readonly AbiItem[]
  readonly bytecode: Hex
  /** Variable → slot. */
  readonly storage: Readonly<Record<string, number>>
}

/** Of contracts/Purse.sol. */
const PURSE = { abi: [{ type: 'function', name: 'release' }] }

export type Artifacts = ReadonlyMap<string, Artifact>

/** The compiler takes some 5 s, on a busy machine more. */
export const COMPILER_TIMEOUT_MS = 180_000

/** Takes less time than the examples' settings. */
const QUICK = { viaIR: false }

/** @param texts by file name. @returns by contract */
export function compile(texts: Readonly<Record<string, string>>): Artifacts {
  const entries = [...compileSources(texts, QUICK)].map(([name, text]): [string, Artifact] => {
    return [name.replace(/\.json$/, ''), JSON.parse(text)]
  })
  return new Map(entries)
}

export class SolidityWorld {
  readonly world: ActorWorld
  readonly artifacts: Artifacts

  private constructor(world: ActorWorld, artifacts: Artifacts) {
    this.world = world
    this.artifacts = artifacts
    for (const artifact of artifacts.values()) world.sketch.learn(artifact)
    world.sketch.learn(artifactOf('ActorToken'))
    world.sketch.learn(PURSE)
  }

  static async create(artifacts: Artifacts): Promise<SolidityWorld> {
    return new SolidityWorld(await ActorWorld.create(), artifacts)
  }

  /**
   * @param args of the constructor, one word each
   * @param libraries addresses to link, in the order of their places in the code
   */
  deploy(name: string, args: readonly Hex[] = [], libraries: readonly Hex[] = []): Promise<Hex> {
    let next = 0
    const code = this.artifacts.get(name)!.bytecode.replace(/__\$[0-9a-f]{34}\$__/g, () => {
      return libraries[next++]!.slice(2)
    })
    return this.world.deploy(name, concat(code, ...args.map((arg) => word(arg))))
  }

  /** An ActorToken, all of it alice's. */
  deployToken(supply: bigint): Promise<Hex> {
    const args = encodeTuple(['bytes', 'bytes', 'uint256'], ['0x41', '0x41', supply])
    return this.world.deploy('token', concat(artifactOf('ActorToken').bytecode, args))
  }

  /** A variable of a contract; of a mapping, the value at the key. */
  read(contract: string, address: Hex, variable: string, key?: Hex): Promise<bigint> {
    const slot = this.artifacts.get(contract)!.storage[variable]!
    const at = key === undefined ? slot : mappingSlot(slot, key)
    return this.world.engine.getStorage(address, at)
  }

  /** How much an account has of a token. */
  holding(token: Hex, holder: Hex): Promise<bigint> {
    const slot = artifactOf('ActorToken').storage._balances
    return this.world.engine.getStorage(token, mappingSlot(slot, holder))
  }
}
