/** A chain for tests of contracts in actor mode: people call contracts, one block at a time. */
import { createEngine, type BlockResult, type Engine, type Hex } from 'actor-evm'
import { createAddress } from '../../examples/market/abi.mjs'
import { makeAccounts } from '../../examples/market/accounts.mjs'
import { TreeSketch } from './tree-sketch.js'

export interface Person {
  readonly address: Hex
  readonly secretKey: Hex
}

export interface Call {
  /** The first person if left out. */
  readonly from?: Person
  /** Left out for a creation. */
  readonly to?: Hex
  readonly data?: Hex
  readonly value?: bigint
  readonly gas?: number
}

const NAMES = ['alice', 'bob', 'carol']
const WEALTH = 1_000n * 10n ** 18n
const COINBASE: Hex = `0x${'c0'.repeat(20)}`
const START = 1_800_000_000
const BLOCK_SECONDS = 12
const MEMORY_BYTES = 192 * 2 ** 20

export class ActorWorld {
  readonly engine: Engine
  readonly people: readonly Person[]
  readonly sketch = new TreeSketch()
  readonly #nonces = new Map<Hex, number>()
  #blocks = 0

  private constructor(engine: Engine, people: readonly Person[]) {
    this.engine = engine
    this.people = people
    people.forEach(({ address }, i) => this.sketch.name(address, NAMES[i]!))
  }

  /** Alice, bob and carol, with 1,000 ether each. */
  static async create(): Promise<ActorWorld> {
    const engine = await createEngine({ semantics: 'actor', workers: 1, memory: MEMORY_BYTES })
    const people: Person[] = makeAccounts(5, NAMES.length)
    await engine.loadGenesis(
      Object.fromEntries(people.map(({ address }) => [address, { balance: WEALTH }])),
    )
    return new ActorWorld(engine, people)
  }

  /** Creates a contract in a block of its own. @returns its address */
  async deploy(name: string, bytecode: Hex): Promise<Hex> {
    const { address: creator } = this.people[0]!
    const address = createAddress(creator, this.#nonces.get(creator) ?? 0)
    const { receipts } = await this.execute({ data: bytecode, gas: 5_000_000 })
    if (receipts[0]!.status !== 1) throw new Error(`${name}: its constructor failed`)
    this.sketch.name(address, name)
    return address
  }

  /** Executes one block of calls. */
  async execute(...calls: readonly Call[]): Promise<BlockResult> {
    const number = ++this.#blocks
    const transactions = calls.map(({ from = this.people[0]!, gas = 2_000_000, ...fields }) => {
      const nonce = this.#nonces.get(from.address) ?? 0
      this.#nonces.set(from.address, nonce + 1)
      return { ...fields, nonce, gasLimit: gas, gasPrice: 1, secretKey: from.secretKey }
    })
    const timestamp = START + BLOCK_SECONDS * number
    const env = { number, timestamp, gasLimit: 60_000_000, baseFeePerGas: 1, coinbase: COINBASE }
    return this.engine.executeBlock({ env, transactions })
  }

  /** Executes one block of calls. @returns the tree of each as lines */
  async sketches(...calls: readonly Call[]): Promise<string[][]> {
    const result = await this.execute(...calls)
    return calls.map((_, i) => this.sketch.of(result.messageTree(i)))
  }
}
