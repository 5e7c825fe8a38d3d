/** Suites of ethereum/execution-apis in what a user names: folders and archives. Node only. */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError } from '../base/errors.js'
import { readFileBounded } from './read-file.js'
import { readTarGz } from './tar.js'

/** A chain and the requests to it. */
export interface RpcSuite {
  /** The folder, for messages. */
  readonly name: string
  readonly genesis: Uint8Array
  readonly chain: Uint8Array
  /** By path in the suite, in order. */
  readonly cases: readonly { readonly name: string; readonly bytes: Uint8Array }[]
}

interface Found {
  readonly name: string
  readonly bytes: Uint8Array
}

const ARCHIVE = /\.(tar\.gz|tgz)$/
const WANTED = /(^|\/)(genesis\.json|chain\.rlp)$|\.io$/

/** @throws InvalidInputError for a path that cannot be read, or a suite without its chain */
export async function* findRpcSuites(paths: readonly string[]): AsyncGenerator<RpcSuite> {
  for (const path of paths) {
    const files: Found[] = []
    for (const archive of await collect(path, path, files)) {
      const inside: Found[] = []
      for await (const { bytes, name } of readTarGz(archive)) {
        if (WANTED.test(name)) inside.push({ name, bytes })
      }
      yield* suitesOf(archive, inside)
    }
    yield* suitesOf(path, files)
  }
}

/** @returns the archives that lie there */
async function collect(root: string, path: string, found: Found[]): Promise<string[]> {
  const facts = await stat(path).catch((cause: Error) => {
    throw new InvalidInputError(`cannot read ${path}: ${cause.message}`, { cause })
  })
  if (!facts.isDirectory()) {
    if (ARCHIVE.test(path)) return [path]
    if (WANTED.test(path)) {
      found.push({ name: path.slice(root.length + 1), bytes: await readFileBounded(path) })
    }
    return []
  }
  const archives: string[] = []
  const entries = await readdir(path)
  for (const name of entries.sort()) {
    if (name.startsWith('.')) continue
    archives.push(...(await collect(root, join(path, name), found)))
  }
  return archives
}

/** A folder with a genesis is a suite: the cases below it that are in no other. */
function* suitesOf(source: string, files: readonly Found[]): Generator<RpcSuite> {
  const byName = new Map(files.map(({ bytes, name }) => [plain(name), bytes]))
  const roots = [...byName.keys()]
    .filter((name) => /(^|\/)genesis\.json$/.test(name))
    .map((name) => name.slice(0, -'genesis.json'.length))
  const ownerOf = (name: string): string | undefined =>
    roots.filter((root) => name.startsWith(root)).sort((a, b) => b.length - a.length)[0]
  const cases = [...byName.keys()].filter((name) => name.endsWith('.io')).sort()
  const lost = cases.find((name) => ownerOf(name) === undefined)
  if (lost !== undefined) {
    const details = { place: { field: lost }, expected: 'a genesis.json in a folder above' }
    throw new InvalidInputError('a case without a chain', details)
  }
  for (const root of roots.sort()) {
    const own = cases.filter((name) => ownerOf(name) === root)
    const chain = byName.get(`${root}chain.rlp`)
    if (own.length === 0) continue
    const name = root === '' ? source : `${source}/${root.slice(0, -1)}`
    if (chain === undefined) {
      const details = { place: { field: name }, expected: 'a chain.rlp beside genesis.json' }
      throw new InvalidInputError('a suite without its chain', details)
    }
    yield {
      name,
      genesis: byName.get(`${root}genesis.json`)!,
      chain,
      cases: own.map((it) => ({ name: it.slice(root.length), bytes: byName.get(it)! })),
    }
  }
}

function plain(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\.\//, '')
}
