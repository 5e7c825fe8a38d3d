/** Chains of random blocks over one random genesis, each fixed by what fast-check draws. */
import type { Alloc, BlockInput, Hex } from 'actor-evm'
import fc from 'fast-check'
import { randomScenario } from '../reference/programs.js'
import { ENV } from './small-blocks.js'

export const CHAIN_ID = 1337
const ETHER = 10n ** 18n

/** Keys 1 … 6, and their addresses. */
const PEOPLE = [
  '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf',
  '0x2b5ad5c4795c026514f8317c7a215e218dccd6cf',
  '0x6813eb9362372eef6200f3b1dbc3f819671cba69',
  '0x1eff47bc3a10a45d4b230b5d10e37751fe6aa718',
  '0xe1ab8145f7e55dc933d51a18c793f901a3a0b276',
  '0xe57bfe9f44b819898f47bf37e5af72a0783e1141',
]
const keyOf = (person: number): Hex => `0x${(person + 1).toString(16).padStart(64, '0')}`

export interface RandomChain {
  readonly parameters: { gMessage: number; gWord: number; maxRounds: number }
  readonly alloc: Alloc
  readonly blocks: readonly BlockInput[]
}

interface Draw {
  readonly person: number
  readonly target: number
  readonly value: number
  readonly gasLimit: number
  readonly data: Hex
}

const draw: fc.Arbitrary<Draw> = fc.record({
  person: fc.nat(PEOPLE.length - 1),
  target: fc.nat(0xffff),
  value: fc.oneof(fc.constant(0), fc.nat(1000)),
  gasLimit: fc.integer({ min: 60_000, max: 1_500_000 }),
  data: fc.uint8Array({ maxLength: 100 }).map((bytes): Hex => {
    return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }),
})

/** @param blockCount blocks of a chain */
export function randomChain(blockCount: number): fc.Arbitrary<RandomChain> {
  const block = fc.array(draw, { minLength: 1, maxLength: 8 })
  return fc
    .record({
      seed: fc.noShrink(fc.nat()),
      blocks: fc.array(block, { minLength: blockCount, maxLength: blockCount }),
    })
    .map(({ seed, blocks }) => makeChain(seed, blocks))
}

function makeChain(seed: number, blocks: readonly (readonly Draw[])[]): RandomChain {
  const { alloc, parameters } = randomScenario(seed)
  const { gMessage, gWord, maxRounds } = parameters
  const contracts = Object.keys(alloc).filter((address) => alloc[address as `0x${string}`]?.code)
  const nonces = PEOPLE.map(() => 0)
  return {
    parameters: { gMessage, gWord, maxRounds },
    alloc: {
      ...(alloc as Alloc),
      ...Object.fromEntries(PEOPLE.map((address) => [address, { balance: 1000n * ETHER }])),
    },
    blocks: blocks.map((draws, i) => ({
      env: { ...ENV, number: i + 1, timestamp: ENV.timestamp + 12 * i, gasLimit: 60_000_000 },
      transactions: draws.map(({ person, target, ...fields }) => ({
        ...fields,
        to: contracts[target % contracts.length] as Hex,
        nonce: nonces[person]!++,
        gasPrice: 10,
        secretKey: keyOf(person),
      })),
    })),
  }
}
