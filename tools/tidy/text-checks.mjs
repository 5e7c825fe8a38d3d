// Checks that read a file as text. Rules about code are in eslint.config.mjs.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot } from '../project.mjs'

// Written so that this file does not match itself.
const MACHINE_FOLDERS = ['work', 'tmp', 'root', 'home', 'Users']
const MACHINE_PATH = new RegExp(`(?<![\\w.:-])/(?:${MACHINE_FOLDERS.join('|')})/`)

/** @returns {string[]} `file:line: what` for each line that names a path of one machine */
export function checkLines(file, text) {
  const places = text.split('\n').flatMap((line, i) => (MACHINE_PATH.test(line) ? [i + 1] : []))
  return places.map((line) => `${file}:${line}: path of one machine`)
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

/** Where forks are told apart, as differences from the fork before. */
const FORK_TABLES = ['assembly/forks/', 'assembly/abi/revision.ts', 'src/forks/']
/** Its rows name the fork that each comes with. */
const PRECOMPILE_TABLE = 'assembly/precompiles/table.ts'

/** @returns {string[]} `file:line: what` for each line of code that tells forks apart elsewhere */
export function checkRevisions(file, text) {
  if (!/^(assembly|src)\//.test(file) || FORK_TABLES.some((it) => file.startsWith(it))) return []
  const compares = /\brevision\w*\)?\s*[<>]=?(?![<>])|[<>]=?\s*REVISION_/i
  const names = file === PRECOMPILE_TABLE ? compares : /\bREVISION_[A-Z]/
  const half = file.split('/')[0]
  return text.split('\n').flatMap((line, i) =>
    compares.test(line) || names.test(line)
      ? [`${file}:${i + 1}: what a fork changes stands in ${half}/forks`]
      : [],
  )
}

/** The anchor that hosting sites give a heading. */
const slugOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[`*]|[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

/**
 * Relative links of a Markdown file that lead nowhere. remark-validate-links does the same with
 * remark-cli's 196 packages.
 * @param {(file: string) => string} readText text of another file
 * @param {(file: string) => boolean} exists
 */
export function checkLinks(file, text, readText, exists = (it) => existsSync(inRoot(it))) {
  const problems = []
  for (const [, link] of withoutCode(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
    if (/^[a-z]+:/i.test(link)) continue
    const [path, anchor] = link.split('#')
    const target = path === '' ? file : join(dirname(file), decodeURI(path))
    if (!exists(target)) {
      problems.push(`${file}: link to ${link} leads nowhere`)
    } else if (anchor && target.endsWith('.md')) {
      const headings = [...readText(target).matchAll(/^#+\s+(.+)$/gm)].map(([, h]) => slugOf(h))
      if (!headings.includes(anchor)) problems.push(`${file}: no heading #${anchor} in ${target}`)
    }
  }
  return problems
}
