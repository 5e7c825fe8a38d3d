/**
 * Files that somebody names, whatever they are: how much is read has a limit, and what nobody
 * writes to is not waited for. Node only.
 */

import { constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { InvalidInputError } from '../base/errors.js'

/** V8 has no longer text (2^29 characters), and so no larger JSON. */
export const MAX_FILE_BYTES = 500_000_000
const CHUNK_BYTES = 1 << 20
/** Windows has no such flag, and no FIFOs. */
const { O_NONBLOCK = 0, O_RDONLY } = constants

/**
 * All of a file. Of a FIFO what its writers write until they close it.
 * @throws InvalidInputError naming the file: there is none, it is a folder, larger than
 *   MAX_FILE_BYTES, or a FIFO without a writer
 */
export async function readFileBounded(path: string): Promise<Uint8Array> {
  try {
    return await collect(openAny(path))
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** The same of standard input. */
export async function readStandardInput(): Promise<Uint8Array> {
  try {
    return await collect(process.stdin)
  } catch (cause) {
    throw unreadable('standard input', cause)
  }
}

/**
 * Opening a FIFO as files are opened blocks a thread until somebody writes: not even SIGINT ends
 * that.
 */
function openAny(path: string): Readable {
  const fd = openSync(path, O_RDONLY | O_NONBLOCK)
  const facts = fstatSync(fd)
  if (!facts.isFIFO()) {
    const stream = createReadStream(path, { fd, highWaterMark: CHUNK_BYTES })
    if (facts.isFile() && facts.size > MAX_FILE_BYTES) stream.destroy(new TooLarge())
    return stream
  }
  const begun = firstBytes(fd)
  const stream = new Socket({ fd, readable: true, writable: false })
  if (begun?.length === 0) stream.destroy(new Error('a FIFO that nobody writes to'))
  else if (begun !== undefined) stream.unshift(begun)
  return stream
}

/** What a FIFO holds; nothing where it has no writer, undefined where one has not written yet. */
function firstBytes(fd: number): Uint8Array | undefined {
  const bytes = new Uint8Array(CHUNK_BYTES)
  try {
    return bytes.subarray(0, readSync(fd, bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}

async function collect(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop destroys the stream
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_FILE_BYTES) throw new TooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

class TooLarge extends Error {
  constructor() {
    super(`more than ${MAX_FILE_BYTES / 1e6} MB, the most that is read of a file`)
  }
}

function unreadable(name: string, cause: unknown): InvalidInputError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new InvalidInputError(`${name} cannot be read: ${reason}`, { cause })
}
