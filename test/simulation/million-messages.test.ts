/** A million messages in flight at once, in an engine of 512 MiB. */
import { createEngine, type Hex } from 'actor-evm'
import { expect, it } from 'vitest'
import { ALICE, C, ENV, call } from '../support/small-blocks.js'

const MEMORY_BYTES = 512 * 2 ** 20
const MESSAGES = 1_000_000
/** What a transaction may use (EIP-7825), and what it can emit with that. */
const GAS_PER_TRANSACTION = 2 ** 24
const MESSAGES_PER_TRANSACTION = 2_600
const TEST_TIMEOUT_MS = 180_000

/**
 * Sends as many messages of 32 bytes, without value, to C; each gets 0 gas.
 * PUSH4 n, JUMPDEST, PUSH0 PUSH0 PUSH1 32 PUSH0 PUSH0 PUSH20 C PUSH0 CALL POP,
 * PUSH1 1 SWAP1 SUB DUP1 PUSH1 5 JUMPI, STOP
 */
const EMITTER_CODE: Hex =
  `0x63${MESSAGES_PER_TRANSACTION.toString(16).padStart(8, '0')}5b${
    `5f5f60205f5f73${C.slice(2)}5ff150600190038060055700`
  }`

it(
  `${MESSAGES} messages from ${Math.ceil(MESSAGES / MESSAGES_PER_TRANSACTION)} contracts`,
  async () => {
    const count = Math.ceil(MESSAGES / MESSAGES_PER_TRANSACTION)
    const emitters = Array.from({ length: count }, (_, i): Hex => {
      return `0x${(0x1000 + i).toString(16).padStart(40, '0')}`
    })
    const engine = await createEngine({ semantics: 'actor', workers: 1, memory: MEMORY_BYTES })
    try {
      await engine.loadGenesis({
        [ALICE]: { balance: 10n ** 24n },
        [C]: { code: '0x00' },
        ...Object.fromEntries(emitters.map((address) => [address, { code: EMITTER_CODE }])),
      })
      const { rounds } = await engine.executeBlock({
        env: { ...ENV, gasLimit: count * GAS_PER_TRANSACTION },
        transactions: emitters.map((to, nonce) => {
          return call({ to, nonce, gasLimit: GAS_PER_TRANSACTION })
        }),
      })
      expect(rounds.map(({ messageCount }) => messageCount)).toEqual([
        count,
        count * MESSAGES_PER_TRANSACTION,
      ])
    } finally {
      await engine.dispose()
    }
  },
  TEST_TIMEOUT_MS,
)
