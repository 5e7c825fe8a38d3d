/**
 * kladkogex's case, kept as a file: A and B both call C. UPDATE_GOLDEN=1 writes it again; a change
 * in it is a change of consensus.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createEngine, type BlockResult } from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { A, B, C, CASE_ALLOC, CASE_BLOCK } from '../support/small-blocks.js'

const GOLDEN = new URL('../golden/two-callers.json', import.meta.url)

async function execute(workers: number): Promise<{ result: BlockResult; slot: bigint }> {
  const engine = await createEngine({ semantics: 'actor', workers })
  try {
    await engine.loadGenesis(CASE_ALLOC)
    const result = await engine.executeBlock(CASE_BLOCK)
    return { result, slot: await engine.getStorage(C, 0) }
  } finally {
    await engine.dispose()
  }
}

/** All of a result but what depends on the machine. */
function consensusPart(result: BlockResult): unknown {
  const { stateRoot, transactionsRoot, receiptsRoot, virtualBlocksRoot, logsBloom } = result
  const rounds = result.rounds.map(({ messages, groupCount, gasUsed }) => {
    return { groupCount, gasUsed, messages }
  })
  const { gasUsed, receipts } = result
  const roots = { stateRoot, transactionsRoot, receiptsRoot, virtualBlocksRoot, logsBloom }
  return JSON.parse(
    JSON.stringify({ ...roots, gasUsed, rounds, receipts }, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  )
}

describe('A and B both call C', () => {
  it('runs A and B in one round and delivers two messages to C in the next', async () => {
    const { result } = await execute(2)
    const [original, virtual, ...more] = result.rounds
    expect(more, 'virtual block 2 is empty').toEqual([])
    expect(original!.groupCount).toBe(2)
    expect(original!.messages.map(({ to }) => to)).toEqual([A, B])
    expect(virtual!.groupCount).toBe(1)
    expect(virtual!.messages.map(({ to }) => to)).toEqual([C, C])
    expect(virtual!.messages.map(({ from }) => from).sort()).toEqual([A, B])
  })

  it('delivers them in the order of their ids, which are hashes', async () => {
    const { result, slot } = await execute(2)
    const { messages } = result.rounds[1]!
    const ids = messages.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort())
    const [first, second] = messages.map(({ from }) => BigInt(`0x${from.slice(-2)}`))
    expect(slot).toBe(3n * first! + second!)
  })

  it('hangs each message under the call that emitted it', async () => {
    const { result } = await execute(1)
    for (const [index, caller] of [A, B].entries()) {
      const tree = result.messageTree(index)
      expect(tree.message.to).toBe(caller)
      expect(tree.children.map(({ message }) => [message.from, message.to])).toEqual([[caller, C]])
      expect(tree.anyFailed).toBe(false)
    }
  })

  it.each([1, 2, 3, 4])('is what the golden file says, on %i workers', async (workers) => {
    const found = consensusPart((await execute(workers)).result)
    if (process.env.UPDATE_GOLDEN === '1') {
      writeFileSync(GOLDEN, `${JSON.stringify(found, null, 2)}\n`)
    }
    expect(found).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')))
  })
})
