/** Files by the names that a person gave: what is wrong with one says which. */

import { writeFile } from 'node:fs/promises'
import { readFileBounded, readStandardInput } from '../runners/read-file.js'
import { ActorEvmError, InvalidInputError } from '../index.js'

const STDIN = '-'

/**
 * Reads a file, and something out of its bytes.
 * @param file path, or - for standard input
 * @throws InvalidInputError if there is no such file, or more than is read of one; what `read`
 *   throws, with the file's name
 */
export async function readNamed<T>(file: string, read: (bytes: Uint8Array) => T): Promise<T> {
  const name = file === STDIN ? 'standard input' : file
  const bytes = file === STDIN ? await readStandardInput() : await readFileBounded(file)
  try {
    return read(bytes)
  } catch (error) {
    if (error instanceof ActorEvmError) error.message = `${name}: ${error.message}`
    throw error
  }
}

/** @throws InvalidInputError naming the file */
export async function writeNamed(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (cause) {
    throw new InvalidInputError(`${file} cannot be written: ${reasonOf(cause)}`, { cause })
  }
}

/** @throws InvalidInputError that says where it ends to be JSON */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new InvalidInputError(`not JSON: ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
