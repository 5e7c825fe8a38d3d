// The licences of the packages that a bundle holds: their terms travel with their code.
// rollup-plugin-license writes a list for each bundle, of which there are seven, and no text where
// a package leaves it out, as mcl-wasm does.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { inRoot } from './project.mjs'

/** Group 1 is the innermost package of a module's path. */
const PACKAGE_OF_MODULE = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//

/** Names of the packages that the modules of some chunks come from, sorted. */
function packagesOf(chunks) {
  const modules = chunks.flatMap(({ moduleIds = [] }) => moduleIds)
  const names = modules.map((id) => PACKAGE_OF_MODULE.exec(id.replaceAll('\\', '/'))?.[1])
  return [...new Set(names)].filter((name) => name !== undefined).sort()
}

/** The package's own text, or ours of its upstream repository where the package leaves it out. */
function licenceOf(name, folder) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const path = file === undefined ? inRoot('tools/licences', `${name}.txt`) : `${folder}/${file}`
  if (!existsSync(path)) throw new Error(`${name} is bundled but has no licence file`)
  return readFileSync(path, 'utf8').trim()
}

/**
 * @param {{moduleIds?: string[]}[]} chunks of a finished bundle
 * @returns {string} name, version and licence of each package in them
 * @throws Error if a package comes without the text of its licence
 */
export function thirdPartyNotices(chunks) {
  const notices = packagesOf(chunks).map((name) => {
    const folder = inRoot('node_modules', name)
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    return `${name} ${version} (${license})\n\n${licenceOf(name, folder)}\n`
  })
  const rule = `\n${'-'.repeat(80)}\n\n`
  return `This package holds code of the following packages.\n${rule}${notices.join(rule)}`
}
