/**
 * The official BlockchainTests through the command line, as a user runs them: valid, invalid and
 * transition tests of ethereum/tests and legacytests, and those of execution-spec-tests. They are
 * no part of the project: ACTOR_EVM_FIXTURES names the folder that has them.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const TIMEOUT_MS = 600_000

/** Every name of an exception is known. */
const NOTHING = { unverified: 0, unknownNames: [], failures: [] }

/** Archive → number of its tests. */
const ARCHIVES = { 'blockchain-tests-dev': 3_137, 'eest-blockchain-dev': 3_984 }

async function blocktest(...args: string[]): Promise<{ exitCode: number; tally: unknown }> {
  const child = spawn(process.execPath, [CLI, 'blocktest', ...args, '--json'])
  const exit = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)))
  const output = await text(child.stdout)
  const lastLine = output.trimEnd().split('\n').at(-1)!
  return { exitCode: await exit, tally: JSON.parse(lastLine) }
}

describe.skipIf(FIXTURES === undefined)('official block tests', () => {
  it.each(Object.entries(ARCHIVES))('%s', { timeout: TIMEOUT_MS }, async (name, count) => {
    const { exitCode, tally } = await blocktest(join(FIXTURES!, `${name}.tar.gz`))
    expect(tally).toEqual({ passed: count, failed: 0, skipped: 0, ...NOTHING })
    expect(exitCode).toBe(0)
  })

  it('benchmarks of 1 Mgas', { timeout: TIMEOUT_MS }, async () => {
    const archive = join(FIXTURES!, 'eest-benchmark-dev.tar.gz')
    const { tally } = await blocktest(archive, '--match', 'gas-value_1M')
    expect(tally).toEqual({ passed: 33, failed: 0, skipped: 0, ...NOTHING })
  })
})
