#!/usr/bin/env node
// The worst-case blocks of execution-spec-tests (1 to 150 Mgas each): are they correct, and how
// fast is each, the slowest first. One thread; execution alone, without senders, roots and
// receipts.
// ACTOR_EVM_FIXTURES names the folder that has them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HELP = `Usage: node bench/eest.mjs [part of a test's name]

Gas that a test may use is in its name: \`gas-value_10M\` takes a minute, all take a quarter hour.`

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const FIXTURES = process.env.ACTOR_EVM_FIXTURES
const match = process.argv[2]

if (match === '--help' || FIXTURES === undefined) {
  console.log(HELP)
  if (match !== '--help') console.error('\nACTOR_EVM_FIXTURES is not set')
  process.exit(match === '--help' ? 0 : 2)
}
const archive = join(FIXTURES, 'eest-benchmark-dev.tar.gz')
const filter = match === undefined ? [] : ['--match', match]
const args = [CLI, 'blocktest', archive, '--threads', '1', '--times', ...filter]
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1)
