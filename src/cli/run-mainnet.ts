/** `actor-evm run` on a block of mainnet: checked against its header, under Ethereum semantics. */

import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MAX_FILE_BYTES } from '../runners/read-file.js'
import { InvalidInputError, InvalidScenarioError } from '../index.js'
import {
  hasOwnCodes,
  isMainnetFixture,
  isMatch,
  runMainnetBlock,
  type Codes,
  type MainnetReport,
} from '../runners/mainnet.js'
import { attempt, print } from './attempt.js'
import { EXIT_FAILED } from './exit-codes.js'
import { parseJson, readNamed } from './named-file.js'
import { count, ms } from './text.js'
import { withTraceListener } from './trace-lines.js'

/** The codes of all blocks of a folder, by hash. */
const CODES_FILE = 'codes.json.gz'

/** Whether the name is that of a compressed block rather than of a scenario. */
export function isMainnetFile(file: string): boolean {
  return file.endsWith('.json.gz')
}

/** @returns the exit code: 1 also where the block did not do what its header says */
export async function runMainnet(
  file: string,
  { json: isJson, trace }: { readonly json: boolean; readonly trace: boolean },
): Promise<number> {
  let matches = true
  const exitCode = await attempt(isJson, async (signal) => {
    const fixture = await readCompressed(file)
    if (!isMainnetFixture(fixture)) {
      throw new InvalidScenarioError(`no block of mainnet with its state: ${file}`)
    }
    const codes = hasOwnCodes(fixture) ? {} : await readCompressed(join(dirname(file), CODES_FILE))
    const report = await withTraceListener(trace, ({ listener }) => {
      return runMainnetBlock(fixture, codes as Codes, listener, signal)
    })
    matches = isMatch(report)
    print(isJson ? JSON.stringify(report) : describe(report))
  })
  return matches ? exitCode : EXIT_FAILED
}

function describe(report: MainnetReport): string {
  const { executeMs, gasUsed, receiptsRootMatches } = report
  return [
    `block ${report.number} (${report.fork})`,
    `  transactions   ${count(report.txs)}, senders ${ms(report.senderMs)}`,
    `  gas used       ${count(gasUsed)}, ${verdict(report.gasUsedMatches)}`,
    `  logs bloom     ${verdict(report.logsBloomMatches)}`,
    `  receipts root  ${verdict(receiptsRootMatches)}`,
    `  execution      ${ms(executeMs)}, ${(gasUsed / executeMs / 1e3).toFixed(0)} Mgas/s`,
  ].join('\n')
}

function verdict(matches: boolean | null): string {
  if (matches === null) return 'not checked: it holds state roots before Byzantium'
  return matches ? 'as in the header' : "NOT the header's"
}

function readCompressed(file: string): Promise<unknown> {
  return readNamed(file, (bytes) => {
    try {
      return parseJson(gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES }))
    } catch (cause) {
      if (cause instanceof InvalidInputError) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new InvalidScenarioError(`not in gzip's format: ${reason}`, { cause })
    }
  })
}
