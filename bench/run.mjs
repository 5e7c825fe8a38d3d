#!/usr/bin/env node
// `npm run bench`: measures what the README and bench/README.md claim.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeMachine, machineLine } from './lib/machine.mjs'
import { writeFigures, writePicture } from './lib/readme.mjs'
import { SUITE } from './suite.mjs'

const HELP = `Usage: npm run bench [-- name…] [-- --json FILE] [-- --write] [-- --smoke]

  name…         only these (default: all)
  --json FILE   write the figures as JSON, too
  --write       put the tables into bench/README.md, in place of what it has, pictures beside it
  --smoke       one short run of each, to see that they work; the figures mean nothing
  --list        names and titles

${SUITE.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}`

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        write: { type: 'boolean', default: false },
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
const tables = []
for (const bench of SUITE) {
  if (positionals.length > 0 && !positionals.includes(bench.name)) continue
  console.log(`${bench.name}: ${bench.title}`)
  const { text, picture, ...rest } = await bench.run({ smoke: values.smoke })
  console.log(`${text}\n`)
  figures[bench.name] = rest
  tables.push({ ...bench, text, picture })
}
if (values.write) {
  const command = ['npm run bench', ...(positionals.length > 0 ? ['--', ...positionals] : [])]
  for (const { picture } of tables) if (picture !== undefined) writePicture(picture)
  writeFigures(`${machineLine(machine)}; \`${command.join(' ')}\``, tables)
}
if (values.json !== undefined) {
  const replacer = (_, value) => (typeof value === 'bigint' ? value.toString() : value)
  writeFileSync(values.json, `${JSON.stringify({ machine, figures }, replacer, 2)}\n`)
}
