#!/usr/bin/env node
// Rules of the house as a whole; eslint.config.mjs has those of a file. `npm run check` prints
// what breaks them, and the tests hold them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ROOT, fail, inRoot, listFiles, say } from './project.mjs'
import { upwardArrows } from './tidy/arrows.mjs'
import { checkArrows, checkCircles, readImportGraph } from './tidy/import-graph.mjs'
import { ROOM_TABLE, checkRoomDrawings, checkRoomTable } from './tidy/room-table.mjs'
import {
  checkConstantTables, checkLines, checkLinks, checkRevisions,
} from './tidy/text-checks.mjs'

const CODE_FOLDERS = /^(src|assembly|test|bench|examples|tools)\//
const TEXT_FILES = /(\.(ts|mjs|js|json|md|yml|sol|html)|\.ci\/run)$/

/** What git tracks or would track; in a copy without git, all files. */
function projectFiles() {
  let files
  try {
    const options = { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], options)
    files = listed.split('\n').filter((file) => file !== '' && existsSync(inRoot(file)))
  } catch {
    files = listFiles('.')
  }
  return files.filter((file) => TEXT_FILES.test(file) && file !== 'package-lock.json').sort()
}

/** @returns {string[]} what breaks a rule, one line each */
export function checkTidy() {
  const files = projectFiles()
  const texts = new Map(files.map((file) => [file, readFileSync(inRoot(file), 'utf8')]))
  const code = files.filter((file) => CODE_FOLDERS.test(file) && /\.(ts|mjs)$/.test(file))
  const graph = readImportGraph(code)
  const readText = (file) => texts.get(file) ?? readFileSync(inRoot(file), 'utf8')
  return [
    ...upwardArrows(),
    ...checkRoomTable(readText(ROOM_TABLE)),
    ...checkRoomDrawings(readText(ROOM_TABLE)),
    ...checkArrows(graph),
    ...checkCircles(graph),
    ...files.flatMap((file) => checkLines(file, texts.get(file))),
    ...files.flatMap((file) => checkRevisions(file, texts.get(file))),
    ...checkConstantTables(new Map([...texts].filter(([file]) => file.startsWith('assembly/')))),
    ...files
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) => checkLinks(file, texts.get(file), readText)),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = checkTidy()
  if (problems.length > 0) fail(`tidy: ${problems.length} problems\n  ${problems.join('\n  ')}`)
  say('tidy: no problems')
}
