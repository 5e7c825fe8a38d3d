#!/usr/bin/env node
// Prints `N passed, N failed, N skipped` from vitest's JSON report, as the last line of a run.
// Exit code 1 if a test failed, a file could not be loaded, or nothing ran.
import { readFileSync } from 'node:fs'
import { fail, say } from './project.mjs'

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return fail(`no test report: ${error.message}\n0 passed, 1 failed, 0 skipped`)
  }
}

const report = readReport(process.argv[2])

// A file that throws while it is loaded has no tests, so it counts as one failure of its own.
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
)
for (const { name, message } of brokenFiles) say(`not loaded: ${name}\n${message}`)

const passed = report.numPassedTests
const failed = report.numFailedTests + brokenFiles.length
const skipped = report.numPendingTests + report.numTodoTests
// An error outside of any test fails the run, too.
if (!report.success && failed === 0) say('the run failed outside of its tests; see above')
if (passed === 0) say('no test ran')
process.exitCode = report.success && failed === 0 && passed > 0 ? 0 : 1
say(`${passed} passed, ${failed} failed, ${skipped} skipped`)
