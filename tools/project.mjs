// What every tool shares: where the project is, how it prints, how it hashes its inputs.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the project's root folder. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folders that hold products or other people's code, never sources. */
const IGNORED_FOLDERS = new Set(['node_modules', 'dist', 'build', 'coverage', '.git'])

/** Absolute path of a file named relative to the root. */
export const inRoot = (...parts) => join(ROOT, ...parts)

/** Path relative to the root with forward slashes: the same text on every system. */
export const fromRoot = (path) => relative(ROOT, path).split(sep).join('/')

/** One line of progress on stdout. */
export const say = (text) => process.stdout.write(`${text}\n`)

/** Prints an error and ends the process with exit code 1. */
export function fail(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

/**
 * Files below `path` (a file or a folder, relative to the root), sorted, relative to the root.
 * A path that does not exist holds no files.
 */
export function listFiles(path) {
  const absolute = inRoot(path)
  if (!existsSync(absolute)) return []
  if (statSync(absolute).isFile()) return [fromRoot(absolute)]
  const files = []
  for (const entry of readdirSync(absolute, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory() && !IGNORED_FOLDERS.has(entry.name)) files.push(...listFiles(child))
    if (entry.isFile()) files.push(fromRoot(inRoot(child)))
  }
  return files.sort()
}

/** SHA-256 over names and contents of the files below `paths`, and over `extra` text. */
export function hashOf(paths, extra = '') {
  const hash = createHash('sha256').update(extra)
  for (const file of paths.flatMap(listFiles)) {
    const bytes = readFileSync(inRoot(file))
    hash.update(`\n${file} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}
