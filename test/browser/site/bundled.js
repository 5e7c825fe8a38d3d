import { createEngine } from 'actor-evm'
import { runPage } from './run-scenario.js'

await runPage(createEngine)
