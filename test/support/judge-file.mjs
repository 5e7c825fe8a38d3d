// node judge-file.mjs <dist/light.js> <blocks.ndjson> <workers>: prints verdicts as JSON.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { judgeBlocks } from '../browser/site/judge-blocks.js'

const [dist, file, workers] = process.argv.slice(2)
const light = await import(pathToFileURL(dist).href)
const verdicts = await judgeBlocks(light, readFileSync(file, 'utf8'), Number(workers))
process.stdout.write(JSON.stringify(verdicts))
