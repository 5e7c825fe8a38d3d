/**
 * Tables whose content lasts one transaction are not cleared in between: transactions of ever other
 * keys must not fill them.
 */
import { createEngine, type Hex } from 'actor-evm'
import { expect, it } from 'vitest'
import { ALICE, A, B, ENV, ETHER, call } from '../support/small-blocks.js'

const KEYS = 3_000
/** Each would fill a fifth of the index of as many keys. */
const TRANSACTIONS = 24
const GAS = 12_000_000

/** For n = KEYS … 1: `body`, with n on top of the stack; then `end`. */
function loopCode(body: string, end: string): Hex {
  // PUSH2 n, JUMPDEST, body, PUSH1 1 SWAP1 SUB DUP1 PUSH1 3 JUMPI
  return `0x61${KEYS.toString(16).padStart(4, '0')}5b${body}6001900380600357${end}`
}

/** TSTORE(word 0 of the data + n, n); then SSTORE(word 0, TLOAD(word 0 + 7) + TLOAD(7)). */
const TSTORE_CODE = loopCode('805f358201' + '5d', '5f356007015c60075c015f355500')
/** BALANCE(word 0 of the data + n); then SSTORE(word 0, GAS before - after one of them). */
const BALANCE_CODE = loopCode('80' + '5f3501' + '3150', '5a5f35600701315a905090035f355500')

it.each(['ethereum', 'actor'] as const)(
  `${TRANSACTIONS} transactions of ${KEYS} keys each, %s semantics`,
  async (semantics) => {
    const engine = await createEngine({ workers: 1, semantics })
    try {
      await engine.loadGenesis({
        [ALICE]: { balance: ETHER },
        [A]: { code: TSTORE_CODE },
        [B]: { code: BALANCE_CODE },
      })
      const firstKey = (i: number): number => 0x10_0000 + i * 0x1_0003
      const transactions = [A, B].flatMap((to, contract) =>
        Array.from({ length: TRANSACTIONS }, (_, i) =>
          call({
            to,
            nonce: contract * TRANSACTIONS + i,
            gasLimit: GAS,
            data: `0x${firstKey(i).toString(16).padStart(64, '0')}`,
          }),
        ),
      )
      const gasLimit = 2 * TRANSACTIONS * GAS
      const { receipts } = await engine.executeBlock({ env: { ...ENV, gasLimit }, transactions })
      expect(receipts.every(({ status }) => status === 1)).toBe(true)
      for (let i = 0; i < TRANSACTIONS; i++) {
        expect(await engine.getStorage(A, firstKey(i))).toBe(7n)
        // Warm: BALANCE 100, GAS 2, and what makes the address
        expect(await engine.getStorage(B, firstKey(i))).toBeLessThan(200n)
      }
    } finally {
      await engine.dispose()
    }
  },
)
