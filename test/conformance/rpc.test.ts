/**
<<<<<<< HEAD
 * Official cases of JSON-RPC: requests and answers of geth on a chain of 54 blocks, which goes
=======
 * Official cases of JSON-RPC: requests and answers of geth on a chain of 54 blocks that goes
>>>>>>> 7fd3151 (ledger: States that were gone back past are forgotten; changelog)
 * through all forks (ethereum/execution-apis, `tests/`).
 *
 * ACTOR_EVM_FIXTURES folder with `execution-apis-dev.tar.gz`; without it the test is skipped.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runRpcTests } from '../../src/runners/rpc-test.js'

const FOLDER = process.env.ACTOR_EVM_FIXTURES
const ARCHIVE = FOLDER === undefined ? undefined : join(FOLDER, 'execution-apis-dev.tar.gz')

describe.skipIf(ARCHIVE === undefined || !existsSync(ARCHIVE))('execution-apis', () => {
  it('all answers are those of geth, messages included', { timeout: 600_000 }, async () => {
    const { failures, passed } = await runRpcTests([ARCHIVE!])
    expect(failures).toEqual([])
    expect(passed).toBeGreaterThanOrEqual(152)
  })
})
