import { differences, runInEngine } from './engine.mjs'
import { runInPeer } from './peer.mjs'
import { randomCase } from './random-case.mjs'

/**
 * Makes a case and runs it on both sides.
 * @param {number} seed
 * @param {import('./random-case.mjs').CaseOptions} [options]
 * @returns {Promise<{fork: string, gasUsed: bigint, succeeded: number, differences: string[]}>}
 *   `succeeded` counts transactions
 */
export async function fuzzCase(seed, options) {
  const testCase = randomCase(seed, options)
  const peer = await runInPeer(testCase)
  const gasUsed = peer.outcomes.reduce((sum, outcome) => sum + outcome.gasUsed, 0n)
  const succeeded = peer.outcomes.filter(({ status }) => status === 1).length
  let lines
  try {
    lines = differences(await runInEngine(testCase, peer.raw), peer)
  } catch (error) {
    lines = [`the engine refuses the block: ${error.message}`]
  }
  return { fork: testCase.fork, gasUsed, succeeded, differences: lines }
}
