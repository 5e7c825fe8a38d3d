/**
 * Block files: blocks with what one has to know of their chain, as JSON.
 *
 *   {chainId, fork, semantics, parameters?, rules?, hash?, rlp}                  one block
 *   {…, blocks: [{hash?, rlp}, …]}                                               several
 *
 * The hash of a block is what the verdict rests on, for who has the file, or the hash, from
 * somebody he trusts.
 */

import { asArray, asKnownObject, asObject, type JsonObject } from '../base/json.js'
import { parseJsonText } from '../base/json-text.js'
import {
  HASH_BYTES,
  asBytes,
  bytesToHex,
  hexToBytes,
  parseQuantity,
  quantityToHex,
} from '../base/bytes.js'
import { PARAMETERS, type EngineOptions } from '../machine/engine-options.js'
import { checkKeys, oneOf } from '../base/known-keys.js'
import { readOnce, reading } from '../base/read-once.js'
import { jsonable } from '../base/result-data.js'
import type { Hex } from '../base/types.js'
import type { ProducedBlock } from './produce-block.js'
import type { ValidatorOptions } from './validator-options.js'

/** One block of a file, and the hash that the file gives it. */
export interface BlockOfFile {
  readonly hash: Hex | undefined
  readonly rlp: Uint8Array
}

/** Blocks and the rules that they were made under, as the command line writes them. */
export interface BlockFile {
  readonly chain: Pick<
    ValidatorOptions,
    'chainId' | 'fork' | 'parameters' | 'rules' | 'semantics'
  >
  readonly blocks: readonly BlockOfFile[]
}

const ENGINE = ['chainId', 'fork', 'semantics', 'parameters']
const CHAIN = [...ENGINE, 'rules']
const BLOCK = ['hash', 'rlp']

/**
 * @param chain of what the blocks were produced with, these options: a file has no others
 * @throws InvalidInputError naming the field
 */
export function blockFileJson(
  chain: Pick<EngineOptions, 'chainId' | 'fork' | 'parameters' | 'semantics'>,
  produced: readonly ProducedBlock[],
): JsonObject {
  const known = asKnownObject(readOnce(chain, 'chain'), ENGINE, 'chain', 'option')
  const { chainId, fork, parameters, semantics } = known
  const blocks = asArray(produced, 'produced').map((block, i) => {
    const { bytes, hash } = partsOf(block, `produced[${i}]`)
    return { hash, rlp: bytesToHex(asBytes(bytes, `produced[${i}].bytes`)) }
  })
  return {
    chainId: quantityToHex(parseQuantity(chainId ?? 1, 'chainId')),
    fork,
    semantics,
    ...(parameters === undefined ? {} : { parameters }),
    rules: 'execution',
    ...(blocks.length === 1 ? blocks[0] : { blocks }),
  }
}

function partsOf(block: unknown, field: string): Partial<ProducedBlock> {
  return reading([field], () => {
    const { bytes, hash } = asObject(block, field)
    return { bytes, hash } as Partial<ProducedBlock>
  })
}

/**
 * @param source JSON text, or what it parses to
 * @throws InvalidInputError naming the field; also for one that nobody reads
 */
export function parseBlockFile(source: unknown): BlockFile {
  const read = typeof source === 'string' ? parseJsonText(source, 'block file') : source
  const json = asObject(readOnce(read, 'block file'), 'block file')
  const { chainId, fork, parameters, rules, semantics } = json
  checkKeys(json, [...CHAIN, ...(json.blocks === undefined ? BLOCK : ['blocks'])], '')
  if (rules !== undefined) oneOf(rules, ['chain', 'execution'], 'rules')
  if (parameters !== undefined) asKnownObject(parameters, PARAMETERS, 'parameters')
  const blocks =
    json.blocks === undefined
      ? [readBlock(json, '')]
      : asArray(json.blocks, 'blocks').map((block, i) =>
          readBlock(asKnownObject(block, BLOCK, `blocks[${i}]`), `blocks[${i}].`),
        )
  // The rest is checked where it is used
  return { chain: { chainId, fork, parameters, rules, semantics } as BlockFile['chain'], blocks }
}

function readBlock({ hash, rlp }: JsonObject, prefix: string): BlockOfFile {
  return jsonable({
    hash:
      hash === undefined ? hash : bytesToHex(hexToBytes(hash, `${prefix}hash`, HASH_BYTES)),
    rlp: hexToBytes(rlp, `${prefix}rlp`),
  })
}
