// The graph of imports between the project's own files, and the checks on it. dependency-cruiser
// knows such rules, too, but from version 18 on not in Node 20, and the table of arrows is also the
// table of docs/ARCHITECTURE.md. Files, exports and packages that nobody uses are knip's to find.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromRoot, inRoot } from '../project.mjs'
import { ARROWS, NODE_AREAS, PACKAGE_ARROWS } from './arrows.mjs'

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`: group 1 is `type`, group 2 is x. */
const STATIC_IMPORT =
  /^[ \t]*(?:import|export)\b(?:\s+(type)\b)?(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm
/** `import('x')` and `new URL('x', import.meta.url)`. */
const LATE_IMPORT =
  /\bimport\(\s*['"]([^'"]+)['"]|\bnew URL\(\s*['"]([^'"]+)['"],\s*import\.meta\.url/g

/** Whether a file belongs to an area: see arrows.mjs. */
function isWithin(file, area) {
  if (area.endsWith('/*')) return dirname(file) === area.slice(0, -2)
  return file === area || file.startsWith(`${area}/`)
}

/** The file of the project that `name` means in `importer`, or undefined for a package. */
function resolveImport(importer, name) {
  if (!name.startsWith('.')) return undefined
  const base = fromRoot(join(inRoot(dirname(importer)), name))
  const sourceName = base.replace(/\.js$/, '.ts')
  const candidates = [sourceName, base, `${base}.ts`, `${base}/index.ts`]
  return candidates.find((file) => /\.\w+$/.test(file) && existsSync(inRoot(file)))
}

/**
 * @typedef {{name: string, file: string | undefined, isType: boolean, isLate: boolean}} Import
 * @param {string[]} files paths of .ts and .mjs files, relative to the root
 * @returns {Map<string, Import[]>} what each file imports
 */
export function readImportGraph(files) {
  const graph = new Map()
  for (const importer of files) {
    const text = readFileSync(inRoot(importer), 'utf8')
    const found = []
    const add = (name, isType, isLate) =>
      found.push({ name, file: resolveImport(importer, name), isType, isLate })
    for (const [, type, name] of text.matchAll(STATIC_IMPORT)) add(name, type === 'type', false)
    for (const [, called, url] of text.matchAll(LATE_IMPORT)) add(called ?? url, false, true)
    graph.set(importer, found)
  }
  return graph
}

function checkPackage(importer, { name, isLate, isType }) {
  if (isType || importer.endsWith('.d.ts')) return []
  if (name.startsWith('node:')) {
    const isAllowed = isLate || NODE_AREAS.some((area) => isWithin(importer, area))
    return isAllowed ? [] : [`${importer} imports ${name}: a browser has none`]
  }
  const owner = Object.keys(PACKAGE_ARROWS).find((id) => isWithin(name, id))
  if (owner === undefined) return [`${importer} imports ${name}, which is not a runtime dependency`]
  const isAllowed = PACKAGE_ARROWS[owner].some((area) => isWithin(importer, area))
  return isAllowed ? [] : [`${importer} imports ${name}; only ${PACKAGE_ARROWS[owner]} may`]
}

/** Imports of src/ and assembly/ that the table does not allow. */
export function checkArrows(graph) {
  const problems = []
  for (const [importer, imports] of graph) {
    const arrow = ARROWS.find(({ area }) => isWithin(importer, area))
    if (arrow === undefined) {
      const isGuarded = /^(src|assembly)\//.test(importer)
      if (isGuarded) problems.push(`${importer} is in no area of tools/tidy/arrows.mjs`)
      continue
    }
    for (const entry of imports) {
      if (!entry.name.startsWith('.')) {
        problems.push(...checkPackage(importer, entry))
      } else if (entry.file === undefined) {
        if (!entry.isLate) problems.push(`${importer} imports ${entry.name}: no such file`)
      } else if (!arrow.mayImport.some((area) => isWithin(entry.file, area))) {
        problems.push(`${importer} imports ${entry.file}: no arrow from ${arrow.area}`)
      }
    }
  }
  return problems
}

/** Circles of imports; a type that is imported is gone at run time and closes none. */
export function checkCircles(graph) {
  const problems = []
  const state = new Map()
  const path = []
  const visit = (file) => {
    state.set(file, 'open')
    path.push(file)
    for (const entry of graph.get(file) ?? []) {
      if (entry.file === undefined || entry.isType || entry.isLate) continue
      if (state.get(entry.file) === 'open') {
        const circle = [...path.slice(path.indexOf(entry.file)), entry.file]
        problems.push(`imports go in a circle: ${circle.join(' → ')}`)
      } else if (!state.has(entry.file)) visit(entry.file)
    }
    path.pop()
    state.set(file, 'closed')
  }
  for (const file of graph.keys()) if (!state.has(file)) visit(file)
  return problems
}
