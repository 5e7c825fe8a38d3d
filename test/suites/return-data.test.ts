/** What a result shows of a message's return data has a limit; how much is returned has none. */
import { createEngine, type Hex } from 'actor-evm'
import { expect, it } from 'vitest'
import { MOST_RETURN_DATA_KEPT } from '../../assembly/abi/records.js'
import { A, ALICE, B, ENV, ETHER, call } from '../support/small-blocks.js'

/** NOT(0) MSTORE at 0, RETURN of so many bytes. */
const returning = (bytes: number): Hex =>
  `0x5f195f5261${bytes.toString(16).padStart(4, '0')}5ff3`

it('is shown up to the limit', async () => {
  const engine = await createEngine({ semantics: 'actor', workers: 1 })
  try {
    await engine.loadGenesis({
      [ALICE]: { balance: ETHER },
      [A]: { code: returning(MOST_RETURN_DATA_KEPT) },
      [B]: { code: returning(MOST_RETURN_DATA_KEPT + 32) },
    })
    const transactions = [call({ to: A, nonce: 0 }), call({ to: B, nonce: 1 })]
    const { rounds } = await engine.executeBlock({ env: ENV, transactions })
    const shown = `0x${'ff'.repeat(32)}${'00'.repeat(MOST_RETURN_DATA_KEPT - 32)}`
    expect(rounds[0]!.messages.map(({ returnData }) => returnData)).toEqual([shown, shown])
  } finally {
    await engine.dispose()
  }
})
