// Checks that read a file as text, line by line.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot } from '../project.mjs'

const MAX_LINE_LENGTH = 100
/** A line may be longer for one token that cannot be broken: an address, a hash, a test vector. */
const UNBREAKABLE = /\S{60,}/

// Written so that this file does not match itself.
const LEFT_OPEN = /\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/
const FOCUSED_TEST = /\b(?:it|test|describe)\.onl[y]\b/
const MACHINE_FOLDERS = ['work', 'tmp', 'root', 'home', 'Users']
const MACHINE_PATH = new RegExp(`(?<![\\w.:-])/(?:${MACHINE_FOLDERS.join('|')})/`)
const CONSOLE = /(?<![\w.'"])console\.\w+\(/

/** TypeScript that is more than types: the code must mean the same with the types cut out. */
const NOT_ERASABLE = /^\s*(?:export\s+)?(?:(?:declare|const)\s+)*(?:enum|namespace)\s+\w/
const DEFAULT_EXPORT = /^\s*export\s+default\b/

/** Files whose lines are code of ours. */
const isCode = (file) => /\.(ts|mjs)$/.test(file) && !/\.generated\.ts$/.test(file)
const isComment = (line) => /^\s*(\/\/|\*|\/\*)/.test(line)

/** The command line speaks to a person; everything else in src/ and assembly/ keeps quiet. */
const isQuiet = (file) =>
  /^(src|assembly)\//.test(file) && !/^src\/(cli(\.ts$|\/)|base\/warn\.ts$)/.test(file)

/** @returns {string[]} `file:line: what` for each line that breaks a rule */
export function checkLines(file, text) {
  const problems = []
  text.split('\n').forEach((line, index) => {
    const report = (what) => problems.push(`${file}:${index + 1}: ${what}`)
    if (MACHINE_PATH.test(line)) report('path of one machine')
    if (!isCode(file)) return
    if (LEFT_OPEN.test(line)) report('left open')
    if (line.length > MAX_LINE_LENGTH && !UNBREAKABLE.test(line)) {
      report(`${line.length} characters, at most ${MAX_LINE_LENGTH}`)
    }
    if (isQuiet(file) && CONSOLE.test(line) && !isComment(line)) report('prints to the console')
    const isOurs = file.startsWith('src/') && !file.endsWith('.d.ts')
    if (isOurs && NOT_ERASABLE.test(line)) report('an enum or a namespace')
    if (isOurs && DEFAULT_EXPORT.test(line)) report('a default export')
    if (file.startsWith('test/') && FOCUSED_TEST.test(line)) report('hides the other tests')
  })
  return problems
}

/**
 * Stores into constant tables. Every worker writes its module's tables again when it starts, so a
 * change would come and go under the others.
 * @param {Map<string, string>} assemblyTexts
 */
export function checkConstantTables(assemblyTexts) {
  const names = [...assemblyTexts.values()].flatMap((text) =>
    [...text.matchAll(/\b(\w+)(?::\s*\w+)?\s*=\s*memory\.data\b/g)].map(([, name]) => name),
  )
  const writes = /\b(?:store(?:8|16|32|64)?(?:_lane)?|memory\.(?:copy|fill)|atomic\.\w+)/.source
  const problems = []
  for (const [file, text] of assemblyTexts) {
    for (const name of new Set(names)) {
      const store = new RegExp(`${writes}(?:<[^>]*>)?\\(\\s*${name}\\b`)
      if (store.test(text)) problems.push(`${file}: writes the constant table ${name}`)
    }
  }
  return problems
}

/** The anchor that hosting sites give a heading. */
const slugOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[`*]|[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

/** Relative links of a Markdown file that lead nowhere. `readText` gives another file's text. */
export function checkLinks(file, text, readText) {
  const problems = []
  for (const [, link] of withoutCode(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
    if (/^[a-z]+:/i.test(link)) continue
    const [path, anchor] = link.split('#')
    const target = path === '' ? file : join(dirname(file), decodeURI(path))
    if (!existsSync(inRoot(target))) {
      problems.push(`${file}: link to ${link} leads nowhere`)
    } else if (anchor && target.endsWith('.md')) {
      const headings = [...readText(target).matchAll(/^#+\s+(.+)$/gm)].map(([, h]) => slugOf(h))
      if (!headings.includes(anchor)) problems.push(`${file}: no heading #${anchor} in ${target}`)
    }
  }
  return problems
}
