#!/usr/bin/env node
// `npm run bench`: measures what the README and bench/README.md claim.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeMachine, machineLine } from './lib/machine.mjs'
import { SUITE } from './suite.mjs'

const HELP = `Usage: npm run bench [-- name…] [-- --json FILE] [-- --smoke]

  name…         only these (default: all)
  --json FILE   write the figures as JSON, too
  --smoke       one short run of each, to see that they work; the figures mean nothing
  --list        names and titles

${SUITE.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}`

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        smoke: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`)
    process.exit(2)
  }
}

const { values, positionals } = readArguments()
if (values.help || values.list) {
  console.log(HELP)
  process.exit(0)
}
const unknown = positionals.filter((name) => !SUITE.some((bench) => bench.name === name))
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}\n\n${HELP}`)
  process.exit(2)
}

const machine = describeMachine()
console.log(`${machineLine(machine)}\n`)
const figures = {}
for (const bench of SUITE) {
  if (positionals.length > 0 && !positionals.includes(bench.name)) continue
  console.log(`${bench.name}: ${bench.title}`)
  const { text, ...rest } = await bench.run({ smoke: values.smoke })
  console.log(`${text}\n`)
  figures[bench.name] = rest
}
if (values.json !== undefined) {
  const replacer = (_, value) => (typeof value === 'bigint' ? value.toString() : value)
  writeFileSync(values.json, `${JSON.stringify({ machine, figures }, replacer, 2)}\n`)
}
