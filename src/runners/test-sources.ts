/** Test files out of what a user names: files, folders, `.tar.gz` archives. Node only. */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError } from '../base/errors.js'
import { readFileBounded } from './read-file.js'
import { readTarGz } from './tar.js'

export interface TestFile {
  /** Its path, or the path in its archive. */
  readonly name: string
  readonly bytes: Uint8Array
}

interface Source {
  readonly path: string
  readonly size: number
}

const ARCHIVE = /\.(tar\.gz|tgz)$/

/** Where the tests are, and how far they have been read. */
export class TestSources {
  readonly #sources: readonly Source[]
  readonly #totalBytes: number
  #bytesDone = 0
  #bytesOfArchive = 0

  private constructor(sources: readonly Source[]) {
    this.#sources = sources
    this.#totalBytes = sources.reduce((sum, { size }) => sum + size, 0)
  }

  /** @throws InvalidInputError for a path that cannot be read */
  static async find(paths: readonly string[]): Promise<TestSources> {
    const found: Source[] = []
    for (const path of paths) await collect(path, found)
    return new TestSources(found)
  }

  /** From 0 to 1. */
  get fractionRead(): number {
    if (this.#totalBytes === 0) return 1
    return (this.#bytesDone + this.#bytesOfArchive) / this.#totalBytes
  }

  /**
   * Every file in order, one in memory at a time.
   * @throws InvalidInputError for a file that cannot be read, or an archive that is damaged
   */
  async *files(): AsyncGenerator<TestFile, void, undefined> {
    for (const { path, size } of this.#sources) {
      if (ARCHIVE.test(path)) yield* this.#archive(path)
      else yield { name: path, bytes: await readFileBounded(path) }
      this.#bytesOfArchive = 0
      this.#bytesDone += size
    }
  }

  async *#archive(path: string): AsyncGenerator<TestFile, void, undefined> {
    const onRead = (bytes: number): void => void (this.#bytesOfArchive = bytes)
    for await (const { name, bytes } of readTarGz(path, onRead)) {
      if (name.endsWith('.json') && !isHidden(name)) yield { name, bytes }
    }
  }
}

/** A path that the user names is taken as it is; of a folder, tests and archives. */
async function collect(path: string, found: Source[]): Promise<void> {
  const facts = await stat(path).catch((cause) => fail(path, cause))
  if (!facts.isDirectory()) {
    if (ARCHIVE.test(path) && !facts.isFile()) fail(path, 'an archive, but no file')
    found.push({ path, size: facts.size })
    return
  }
  const entries = await readdir(path, { withFileTypes: true })
  const isWanted = ({ name }: { name: string }): boolean =>
    name.endsWith('.json') || ARCHIVE.test(name)
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isHidden(entry.name) || !(entry.isDirectory() || isWanted(entry))) continue
    await collect(join(path, entry.name), found)
  }
}

/** Releases of tests hold an index of themselves, in a folder `.meta`. */
function isHidden(path: string): boolean {
  return /(^|\/)\.[^./]/.test(path)
}

function fail(path: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new InvalidInputError(`cannot read ${path}: ${reason}`, { cause })
}
