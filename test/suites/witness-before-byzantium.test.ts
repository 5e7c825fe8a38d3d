/**
 * Witnesses where receipts hold state roots from the middle of the block: the tries follow each
 * transaction, so slots and accounts that come and go within a block collapse branches on the way.
 */
import {
  createEngine,
  createValidator,
  type BlockInput,
  type ForkName,
  type Hex,
  type ProducedBlock,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { signTransaction } from '../../src/intake/sign-transaction.js'
import { hexToBytes } from '../../src/base/bytes.js'
import { C, CASE_ALLOC, ENV, SECRET_KEY } from '../support/small-blocks.js'

const SLOTS = 32

/** PUSH1 32 CALLDATALOAD PUSH1 0 CALLDATALOAD SSTORE: the slot and its value are the input. */
const STORE_CODE = '0x60203560003555'
/** CALLDATASIZE PUSH1 0 DUP1 CALLDATACOPY, CREATE of the input with what was sent. */
const CREATE_CODE = '0x366000803736600034f0'
const CREATOR: Hex = `0x${'ce'.repeat(20)}`
/** PUSH1 0 SELFDESTRUCT, run while the contract is made: it is gone when the transaction ends. */
const VANISHING_CODE = '0x6000ff'

/** Without a chain id: EIP-155 is of Spurious Dragon. */
function signed(to: Hex, nonce: number, data: Hex, value = 0n): Uint8Array {
  const fields = { gasLimit: 200_000n, gasPrice: 10n, nonce: BigInt(nonce), value }
  const call = { ...fields, to: hexToBytes(to), data: hexToBytes(data) }
  return signTransaction(call, hexToBytes(SECRET_KEY)).raw
}

const word = (value: number): string => value.toString(16).padStart(64, '0')

/** A slot goes and comes back, as another one does; a contract is made and is gone. */
async function produce(slot: number, fork: ForkName): Promise<ProducedBlock> {
  const storage: Record<string, number> = {}
  for (let each = 0; each < SLOTS; each++) storage[`0x${each.toString(16)}`] = each + 1
  const writes = [[slot, 0], [SLOTS + slot, 7], [slot, 5], [SLOTS + slot, 0]] as const
  const transactions = writes.map(([key, value], nonce) =>
    signed(C, nonce, `0x${word(key)}${word(value)}`),
  )
  transactions.push(signed(CREATOR, writes.length, VANISHING_CODE, 1n))
  const { baseFeePerGas: _, ...env } = ENV
  const engine = await createEngine({ workers: 1, fork, semantics: 'ethereum' })
  const contracts = { [C]: { code: STORE_CODE, storage }, [CREATOR]: { code: CREATE_CODE } }
  await engine.loadGenesis({ ...CASE_ALLOC, ...contracts } as never)
  const produced = await engine.produceBlock({ env, transactions } as BlockInput)
  await engine.dispose()
  return produced
}

describe.each(['frontier', 'homestead', 'spuriousDragon'] as const)('a witness of %s', (fork) => {
  it('is enough, and no node of it can be left out', { timeout: 120_000 }, async () => {
    const options = { fork, semantics: 'ethereum', rules: 'execution' } as const
    const validator = await createValidator({ ...options, requiresMinimal: true })
    for (let slot = 0; slot < SLOTS; slot++) {
      const { bytes, hash: blockHash, result, witness } = await produce(slot, fork)
      expect(result.receipts.map(({ gasUsed }) => gasUsed < 200_000)).not.toContain(false)
      const verdict = await validator.validate({ block: bytes, blockHash, witness })
      const { stateRoot } = result
      expect(verdict, `slot ${slot}`).toMatchObject({ valid: true, stateRoot })
      for (let i = 0; i < witness.state.length; i++) {
        const state = witness.state.filter((_, at) => at !== i)
        const part = { ...witness, state }
        const { valid } = await validator.validate({ block: bytes, blockHash, witness: part })
        expect(valid, `slot ${slot} without node ${i}`).toBe(false)
      }
    }
    await validator.dispose()
  })
})
