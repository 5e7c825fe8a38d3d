/**
 * Block files: blocks with what one has to know of their chain, as JSON.
 *
 *   {chainId, fork, semantics, parameters?, rules?, hash?, rlp}                  one block
 *   {…, blocks: [{hash?, rlp}, …]}                                               several
 *
 * The hash of a block is what the verdict rests on, for who has the file, or the hash, from
 * somebody he trusts.
 */

import { asArray, asObject, type JsonObject } from '../block/json.js'
import { HASH_BYTES, bytesToHex, hexToBytes, quantityToHex } from '../bytes.js'
import type { EngineOptions } from '../engine-options.js'
import { InvalidInputError } from '../errors.js'
import { checkKeys, oneOf } from '../known-keys.js'
import { jsonable } from '../result-data.js'
import type { Hex } from '../types.js'
import type { ProducedBlock } from './produce-block.js'
import type { ValidatorOptions } from './validator-options.js'

export interface BlockOfFile {
  readonly hash: Hex | undefined
  readonly rlp: Uint8Array
}

export interface BlockFile {
  readonly chain: Pick<
    ValidatorOptions,
    'chainId' | 'fork' | 'parameters' | 'rules' | 'semantics'
  >
  readonly blocks: readonly BlockOfFile[]
}

const CHAIN_FIELDS = ['chainId', 'fork', 'semantics', 'parameters', 'rules']
const BLOCK_FIELDS = ['hash', 'rlp']

/** @param chain what the blocks were produced with */
export function blockFileJson(
  { chainId, fork, parameters, semantics }: Pick<
    EngineOptions,
    'chainId' | 'fork' | 'parameters' | 'semantics'
  >,
  produced: readonly ProducedBlock[],
): JsonObject {
  const blocks = produced.map(({ bytes, hash }) => ({ hash, rlp: bytesToHex(bytes) }))
  return {
    chainId: quantityToHex(BigInt(chainId ?? 1)),
    fork,
    semantics,
    ...(parameters === undefined ? {} : { parameters }),
    rules: 'execution',
    ...(blocks.length === 1 ? blocks[0] : { blocks }),
  }
}

/**
 * @param source JSON text, or what it parses to
 * @throws InvalidInputError naming the field; also for one that nobody reads
 */
export function parseBlockFile(source: unknown): BlockFile {
  const json = asObject(typeof source === 'string' ? parseJson(source) : source, 'block file')
  checkKeys(json, [...CHAIN_FIELDS, ...(json.blocks === undefined ? BLOCK_FIELDS : ['blocks'])], '')
  const { chainId, fork, parameters, rules, semantics } = json
  if (rules !== undefined) oneOf(rules, ['chain', 'execution'], 'rules')
  const blocks =
    json.blocks === undefined
      ? [readBlock(json, '')]
      : asArray(json.blocks, 'blocks').map((value, i) => {
          const block = asObject(value, `blocks[${i}]`)
          checkKeys(block, BLOCK_FIELDS, `blocks[${i}]`)
          return readBlock(block, `blocks[${i}].`)
        })
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidInputError(`block file is not JSON: ${reason}`, { cause })
  }
}
