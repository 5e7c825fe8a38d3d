#!/usr/bin/env node
// Differential fuzzer: random blocks under Ethereum semantics, here and in @ethereumjs/vm.
//
//   node test/differential/fuzz-ethereumjs-vm.mjs [--seed N] [--cases N] [--minutes N] [--fork F]
//
// Runs cases with the seeds N, N + 1, … until something differs, the count or the time is reached.
// Without --seed the first seed comes from the clock. Exits with 1 on a difference.
import { parseArgs } from 'node:util'
import { FORKS } from './fuzz/forks.mjs'
import { fuzzCase } from './fuzz/fuzz-case.mjs'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    cases: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '60' },
    fork: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
  },
})

if (values.fork !== undefined && !FORKS.includes(values.fork)) {
  throw new RangeError(`--fork expected one of ${FORKS.join(', ')}, got ${values.fork}`)
}
const first = Number(values.seed ?? Date.now() % 2 ** 31)
const end = Date.now() + Number(values.minutes) * 60_000
const total = Number(values.cases)
let failed = 0
let done = 0
let gas = 0n
for (; done < total && Date.now() < end; done++) {
  const seed = first + done
  const outcome = await fuzzCase(seed, { fork: values.fork })
  gas += outcome.gasUsed
  if (outcome.differences.length === 0) continue
  failed++
  console.log(`seed ${seed} (${outcome.fork})\n  ${outcome.differences.join('\n  ')}`)
  const fork = values.fork === undefined ? '' : ` --fork ${values.fork}`
  console.log(`  again: fuzz-ethereumjs-vm.mjs --seed ${seed} --cases 1${fork}`)
  if (!values['keep-going']) break
}
console.log(`${done} cases from seed ${first}, ${gas} gas, ${failed} different`)
process.exitCode = failed === 0 ? 0 : 1
