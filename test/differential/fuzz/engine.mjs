/** A case in the engine, and what differs from the peer. */
import { createEngine } from 'actor-evm'

const MEMORY_BYTES = 192 * 2 ** 20

/**
 * @param {import('./random-case.mjs').Case} testCase
 * @param {Uint8Array[]} raw the signed transactions
 * @returns {Promise<{outcomes: import('./peer.mjs').Outcome[], stateRoot: string}>}
 */
export async function runInEngine({ fork, env, alloc }, raw) {
  const options = { semantics: 'ethereum', workers: 1, memory: MEMORY_BYTES }
  const engine = await createEngine({ ...options, fork, chainId: 1 })
  try {
    await engine.loadGenesis(alloc)
    const { receipts, stateRoot } = await engine.executeBlock({ env, transactions: raw })
    const outcomes = receipts.map(({ status, gasUsed, logs }) => {
      return { status, gasUsed: BigInt(gasUsed), logs }
    })
    return { outcomes, stateRoot }
  } finally {
    await engine.dispose()
  }
}

/** @returns {string[]} a line for each thing that is not the same */
export function differences(found, expected) {
  const lines = []
  const compare = (what, ours, theirs) => {
    const [a, b] = [ours, theirs].map((it) => JSON.stringify(it))
    if (a !== b) lines.push(`${what}: ${a}, peer ${b}`)
  }
  expected.outcomes.forEach(({ status, gasUsed, logs }, i) => {
    const ours = found.outcomes[i]
    compare(`transaction ${i} status`, ours.status, status)
    compare(`transaction ${i} gas`, String(ours.gasUsed), String(gasUsed))
    compare(`transaction ${i} logs`, ours.logs, logs)
  })
  compare('state root', found.stateRoot, expected.stateRoot)
  return lines
}
