/**
 * Good inputs: blocks made here of random programs, and, where ACTOR_EVM_FIXTURES is set, official
 * tests of each format.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProducedBlock, Semantics } from 'actor-evm'
import { readTarGz } from '../../src/runners/tar.js'
import { produceRandom } from '../support/produced-blocks.js'

const FIXTURES = process.env.ACTOR_EVM_FIXTURES
/** Of each archive the first files that are not longer than that are seeds. */
const MAX_FILE_BYTES = 200_000
const FILES = 24
/** Every so many files of an archive one is looked at. */
const STRIDE = 37

export interface BlockSeed {
  readonly semantics: Semantics
  readonly produced: ProducedBlock
}

/** Of the blocks of random programs. */
export const CHAIN_ID = 1337

/** Blocks of random programs, under both semantics. */
export async function producedBlocks(count: number): Promise<BlockSeed[]> {
  const seeds: BlockSeed[] = []
  for (let seed = 1; seeds.length < count; seed++) {
    const semantics = seed % 2 === 0 ? 'ethereum' : 'actor'
    const product = await produceRandom(seed, semantics)
    if (product === undefined || product.options.fork !== 'osaka') continue
    seeds.push({ semantics, produced: product.produced })
  }
  return seeds
}

/** Some test files of an archive, parsed; none where it is not there. */
export async function officialTests(archive: string): Promise<unknown[]> {
  if (FIXTURES === undefined || !existsSync(join(FIXTURES, `${archive}.tar.gz`))) return []
  const found: unknown[] = []
  let n = 0
  for await (const { name, bytes } of readTarGz(join(FIXTURES, `${archive}.tar.gz`))) {
    if (!name.endsWith('.json') || /(^|\/)\./.test(name) || bytes.length > MAX_FILE_BYTES) continue
    if (n++ % STRIDE !== 0) continue
    found.push(JSON.parse(new TextDecoder().decode(bytes)))
    if (found.length === FILES) break
  }
  return found
}

/** The first test of each file. */
export function firstTests(files: readonly unknown[]): Record<string, unknown>[] {
  return files.flatMap((file) => Object.values(file as object).slice(0, 1))
}
