#!/usr/bin/env node
/** The command line: thin, over the public API. */

import { runCommandLine } from './cli/command-line.js'

process.exitCode = await runCommandLine(process.argv)
