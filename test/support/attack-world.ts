/** A small chain to attack: contracts in Solidity, people, one block after the other. */
import {
  createEngine,
  type BlockResult,
  type Engine,
  type EngineOptions,
  type Hex,
} from 'actor-evm'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { concat, keccak, mappingSlot, word } from '../../examples/market/abi.mjs'
import { makeAccounts } from '../../examples/market/accounts.mjs'

const ETHER = 10n ** 18n
const COINBASE: Hex = `0x${'c0'.repeat(20)}`
const MEMORY_BYTES = 400 * 2 ** 20

export interface Artifact {
  readonly bytecode: Hex
  /** Slots of variables. */
  readonly storage: ReadonlyMap<string, number>
}

export interface Person {
  readonly address: Hex
  readonly secretKey: Hex
}

export interface Call {
  /** 0 to 2; a person whom nothing else is asked of. */
  readonly from?: number
  readonly to?: Hex
  readonly data?: Hex
  readonly value?: bigint
  readonly gas?: number
}

export const PEOPLE = makeAccounts(11, 3) as readonly Person[]
/** The three of them have that much in the beginning. */
export const WEALTH = 1_000n * ETHER

/** The parts of solc's output that are asked for. */
interface Compiled {
  readonly errors?: readonly { severity: string; formattedMessage: string }[]
  readonly contracts: Record<string, Record<string, {
    evm: { bytecode: { object: string } }
    storageLayout: { storage: { label: string; slot: string }[] }
  }>>
}

const ATTACKS = new URL('../suites/attacks/', import.meta.url)

/** Contracts of a file in test/suites/attacks. Not optimised: that takes ten times as long. */
function compile(fileName: string): Map<string, Artifact> {
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string }
  const sources = { [fileName]: { content: readFileSync(new URL(fileName, ATTACKS), 'utf8') } }
  const outputSelection = { '*': { '*': ['evm.bytecode.object', 'storageLayout'] } }
  const settings = { evmVersion: 'osaka', outputSelection }
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  const { errors = [], contracts } = JSON.parse(solc.compile(input)) as Compiled
  const [error] = errors.filter(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(error.formattedMessage)
  return new Map(
    Object.entries(contracts[fileName]!).map(([name, { evm, storageLayout }]) => {
      const slots = storageLayout.storage.map(({ label, slot }) => [label, Number(slot)] as const)
      return [name, { bytecode: `0x${evm.bytecode.object}`, storage: new Map(slots) }]
    }),
  )
}

/** Call data for arguments of static types: a number, an address or a word each. */
export function callOf(signature: string, ...values: (bigint | number | Hex)[]): Hex {
  const selector = keccak(`0x${Buffer.from(signature).toString('hex')}`).slice(0, 10)
  return concat(selector, ...values.map(word))
}

export class AttackWorld {
  readonly engine: Engine
  readonly #nonces = [0, 0, 0]
  #blocks = 0

  readonly #artifacts: ReadonlyMap<string, Artifact>

  private constructor(engine: Engine, artifacts: ReadonlyMap<string, Artifact>) {
    this.engine = engine
    this.#artifacts = artifacts
  }

  static async create(options: Partial<EngineOptions>, contracts: Contracts): Promise<AttackWorld> {
    const defaults = { semantics: 'actor', workers: 2, memory: MEMORY_BYTES } as const
    const engine = await createEngine({ ...defaults, ...options })
    const rich = PEOPLE.map(({ address }) => [address, { balance: WEALTH }])
    const { codes = {}, artifacts = new Map<string, Artifact>() } = contracts
    const ready = Object.entries(codes).map(([address, code]) => [address, { code }])
    await engine.loadGenesis(Object.fromEntries([...rich, ...ready]))
    return new AttackWorld(engine, artifacts)
  }

  /** Creates a contract in a block of its own. @param values of its constructor, static types */
  async deploy(name: string, values: (bigint | Hex)[] = [], value = 0n): Promise<Hex> {
    const data = concat(this.#artifactOf(name).bytecode, ...values.map(word))
    const { receipts } = await this.block({ data, value, gas: 5_000_000 })
    const { contractAddress, outcome } = receipts[0]!
    if (contractAddress === null) throw new Error(`${name}: ${outcome}`)
    return contractAddress
  }

  /** Executes the calls as one block. */
  async block(...calls: readonly Call[]): Promise<BlockResult> {
    const env = {
      number: ++this.#blocks,
      timestamp: 1_800_000_000 + this.#blocks,
      gasLimit: 200_000_000,
      baseFeePerGas: 1,
      coinbase: COINBASE,
      prevRandao: `0x${'00'.repeat(32)}`,
    } as const
    const transactions = calls.map(({ from = 0, gas = 2_000_000, ...fields }) => {
      const nonce = this.#nonces[from]!++
      const { secretKey } = PEOPLE[from]!
      return { ...fields, nonce, gasLimit: gas, gasPrice: 1, secretKey }
    })
    return this.engine.executeBlock({ env, transactions })
  }

  /** A variable of a contract, by its name in the source. */
  read(address: Hex, contract: string, variable: string, key?: Hex): Promise<bigint> {
    const slot = this.#artifactOf(contract).storage.get(variable)!
    return this.engine.getStorage(address, key === undefined ? slot : mappingSlot(slot, key))
  }

  balance(address: Hex): Promise<bigint> {
    return this.engine.getBalance(address)
  }

  dispose(): Promise<void> {
    return this.engine.dispose()
  }

  #artifactOf(name: string): Artifact {
    const artifact = this.#artifacts.get(name)
    if (artifact === undefined) throw new Error(`no contract is called ${name}`)
    return artifact
  }
}

/** What there is to attack: code that lies there from the start, and a file to deploy from. */
export interface Contracts {
  readonly codes?: Readonly<Record<Hex, Hex>>
  readonly artifacts?: ReadonlyMap<string, Artifact>
}

/** Runs `work` in a world of its own. */
export type InWorld = <T>(
  options: Partial<EngineOptions>,
  work: (world: AttackWorld) => Promise<T>,
) => Promise<T>

/** Worlds with the contracts of a file in test/suites/attacks. */
export function worldsOf(fileName: string): InWorld {
  const artifacts = compile(fileName)
  return (options, work) => inWorld(options, { artifacts }, work)
}

export async function inWorld<T>(
  options: Partial<EngineOptions>,
  contracts: Contracts,
  work: (world: AttackWorld) => Promise<T>,
): Promise<T> {
  const world = await AttackWorld.create(options, contracts)
  try {
    return await work(world)
  } finally {
    await world.dispose()
  }
}
