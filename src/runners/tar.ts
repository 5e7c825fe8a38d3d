/**
 * Reads `.tar.gz` archives entry by entry (POSIX ustar, with the long names of pax and GNU tar), so
 * that archives of test files need not be unpacked. Node only. By hand, since it ships: tar-stream
 * would bring 13 packages into the bundle, node-tar 6.
 */

import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { InvalidInputError, countOf, words } from '../base/errors.js'
import { MAX_FILE_BYTES } from './read-file.js'

export interface TarEntry {
  /** The path in the archive. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Everything in a tar is in blocks of this size, a header being one. */
const BLOCK_BYTES = 512

/** Offset and size of header fields, POSIX.1-1988. */
const NAME = [0, 100] as const
const SIZE = [124, 12] as const
const CHECKSUM = [148, 8] as const
const TYPE = 156
const MAGIC = [257, 5] as const
const PREFIX = [345, 155] as const

const SPACE = 0x20
/** Set in the first byte of a size that is binary: GNU's form of sizes from 8 GiB on. */
const BINARY_SIZE = 0x80

const TYPE_FILE = '0'
const TYPE_FILE_ANCIENT = '\0'
const TYPE_GNU_LONG_NAME = 'L'
const TYPE_PAX = 'x'

const utf8 = new TextDecoder()

/**
 * The files of an archive, in its order; folders and links are passed over. One file is held in
 * memory at a time, and reading stops where the consumer does.
 * @param onRead told how much of the archive has been read
 * @throws InvalidInputError for an archive that is cut or damaged
 */
export async function* readTarGz(
  path: string,
  onRead?: (bytes: number) => void,
): AsyncGenerator<TarEntry, void, undefined> {
  const source = createReadStream(path)
  const stream = source.pipe(createGunzip())
  // `pipe` does not carry errors over
  source.on('error', (error) => stream.destroy(error))
  const reader = new ExactReader(stream, path)
  let longName: string | undefined
  try {
    for (;;) {
      const header = await reader.read(BLOCK_BYTES)
      if (header === undefined || header.every((byte) => byte === 0)) return
      checkChecksum(header, path)
      const size = readSize(header, path)
      const padded = Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
      const content = padded === 0 ? new Uint8Array(0) : await reader.read(padded)
      if (content === undefined) throw damaged(path, `${size} bytes of a file`, words('the end'))
      const bytes = content.subarray(0, size)
      const type = String.fromCharCode(header[TYPE]!)
      if (type === TYPE_GNU_LONG_NAME) {
        longName = text(bytes)
      } else if (type === TYPE_PAX) {
        longName = paxPath(bytes)
      } else {
        const name = longName ?? headerName(header)
        longName = undefined
        onRead?.(source.bytesRead)
        if (type === TYPE_FILE || type === TYPE_FILE_ANCIENT) yield { name, bytes }
      }
    }
  } finally {
    source.destroy()
    stream.destroy()
  }
}

/** Gives out a stream's bytes in the sizes asked for. */
class ExactReader {
  readonly #path: string
  readonly #chunks: AsyncIterator<Uint8Array>
  #pending: Uint8Array = new Uint8Array(0)

  constructor(stream: AsyncIterable<Uint8Array>, path: string) {
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#path = path
  }

  /** A copy of the next `size` bytes, or undefined when the stream has ended in front of them. */
  async read(size: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(size)
    let filled = 0
    for (;;) {
      const part = this.#pending.subarray(0, size - filled)
      bytes.set(part, filled)
      filled += part.length
      this.#pending = this.#pending.subarray(part.length)
      if (filled === size) return bytes
      const chunk = await this.#nextChunk()
      if (chunk === undefined) {
        if (filled === 0) return undefined
        throw damaged(this.#path, `${size} bytes`, words(countOf(filled, 'byte')))
      }
      this.#pending = chunk
    }
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#chunks.next()
      return done === true ? undefined : value
    } catch (cause) {
      throw new InvalidInputError(`archive ${this.#path} cannot be read`, { cause })
    }
  }
}

function readSize(header: Uint8Array, path: string): number {
  const digits = text(slice(header, SIZE)).trim()
  const isOctal = (header[SIZE[0]]! & BINARY_SIZE) === 0 && /^[0-7]+$/.test(digits)
  const size = isOctal ? Number.parseInt(digits, 8) : Number.NaN
  if (size <= MAX_FILE_BYTES) return size
  throw damaged(path, `an octal file size up to ${MAX_FILE_BYTES}`, digits)
}

/** The sum of the header's bytes, those of the sum itself taken as spaces. */
function checkChecksum(header: Uint8Array, path: string): void {
  let sum = SPACE * CHECKSUM[1]
  for (const byte of header) sum += byte
  for (const byte of slice(header, CHECKSUM)) sum -= byte
  const stated = Number.parseInt(text(slice(header, CHECKSUM)).trim(), 8)
  if (stated !== sum) throw damaged(path, `a header checksum of ${sum}`, stated)
}

function headerName(header: Uint8Array): string {
  const name = text(slice(header, NAME))
  const prefix = text(slice(header, MAGIC)) === 'ustar' ? text(slice(header, PREFIX)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** The path of a pax header, whose records are `<size> <key>=<value>\n`. */
function paxPath(bytes: Uint8Array): string | undefined {
  let path: string | undefined
  let rest = bytes
  for (;;) {
    const space = rest.indexOf(SPACE)
    const size = space < 0 ? Number.NaN : Number(utf8.decode(rest.subarray(0, space)))
    if (!(size > space)) return path
    const record = utf8.decode(rest.subarray(space + 1, size - 1))
    if (record.startsWith('path=')) path = record.slice('path='.length)
    rest = rest.subarray(size)
  }
}

function slice(header: Uint8Array, [offset, size]: readonly [number, number]): Uint8Array {
  return header.subarray(offset, offset + size)
}

/** Text up to the first zero byte. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end))
}

function damaged(path: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError(`archive ${path} is damaged`, { expected, got })
}
