/**
 * Real blocks of mainnet from Frontier to Osaka: gas used, logs bloom and, from Byzantium on, the
 * receipts root are the header's. They are no part of the project: ACTOR_EVM_FIXTURES names the
 * folder that has them.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { runMainnetBlock, type Codes } from '../../src/runners/mainnet.js'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const FOLDER = join(FIXTURES ?? '', 'mainnet')
const BLOCK_FILE = /^[0-9]+\.json\.gz$/

const readJson = (name: string): unknown =>
  JSON.parse(gunzipSync(readFileSync(join(FOLDER, name))).toString())

describe.skipIf(FIXTURES === undefined)('blocks of mainnet', () => {
  let codes: Codes
  beforeAll(() => {
    codes = readJson('codes.json.gz') as Codes
  })

  const names = FIXTURES === undefined ? [] : readdirSync(FOLDER)
  const files = names.filter((name) => BLOCK_FILE.test(name))
  const byNumber = (a: string, b: string): number => Number.parseInt(a) - Number.parseInt(b)
  it.each(files.sort(byNumber))('%s', async (file) => {
    const report = await runMainnetBlock(readJson(file), codes)
    expect(report).toMatchObject({
      number: Number.parseInt(file),
      gasUsedMatches: true,
      logsBloomMatches: true,
      receiptsRootMatches: report.number < 4_370_000 ? null : true,
    })
  })
})
