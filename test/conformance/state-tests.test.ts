/**
 * The official GeneralStateTests of every fork and the VMTests, through the command line as a user
 * runs them. They are no part of the project: ACTOR_EVM_FIXTURES names the folder that has them.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
/** Some five minutes of work, shared by two threads; the machine may be busy with other tests. */
const TIMEOUT_MS = 900_000

/** Every name of an exception is known. */
const NOTHING = { unverified: 0, unknownNames: [], failures: [] }

const STATE_TESTS = 113_573
const VM_TESTS = 371

describe('official state tests', () => {
  it('all pass', { timeout: TIMEOUT_MS }, async ({ skip }) => {
    if (FIXTURES === undefined) return skip('ACTOR_EVM_FIXTURES is not set')
    const archive = join(FIXTURES, 'state-tests-dev.tar.gz')
    const child = spawn(process.execPath, [CLI, 'statetest', archive, '--threads', '2', '--json'])
    const exit = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)))
    const output = await text(child.stdout)
    const tally: unknown = JSON.parse(output.trimEnd().split('\n').at(-1)!)
    expect(tally).toEqual({ passed: STATE_TESTS + VM_TESTS, failed: 0, skipped: 0, ...NOTHING })
    expect(await exit).toBe(0)
  })
})
