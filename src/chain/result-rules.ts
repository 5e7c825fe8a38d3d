/** What a header says about the result of its block, and whether that is what the block did. */

import type { Header, HeaderField } from '../intake/header.js'
import { bytesEqual, bytesToHex } from '../base/bytes.js'
import { InvalidBlockError, type InvalidBlockReason } from '../base/errors.js'
import type { BlockToJudge } from '../execution/execute-block.js'
import type { EngineParts } from '../machine/engine-parts.js'
import { coreSha256 } from '../wasm/sha256.js'
import { collectRequests, requestsHash, type RequestRules } from './requests.js'
import { rulesOf } from '../forks/rules.js'

interface ResultField {
  readonly name: HeaderField
  readonly reason: InvalidBlockReason
  readonly value: Uint8Array | bigint
}

/**
 * Each field that execution decides, in the order in which geth compares them.
 * @throws InvalidBlockError if the requests cannot be made: a fault of the execution, which comes
 *   before anything is compared
 */
export function resultFields(
  { config, core }: Pick<EngineParts, 'config' | 'core'>,
  header: { readonly number: bigint },
  requestRules: RequestRules,
  { archive, records, requests, stateRoot }: BlockToJudge,
): ResultField[] {
  const { chain, fork, semantics } = config
  const { logsBloom, root } = archive.receipts
  const fields: ResultField[] = [
    { name: 'gasUsed', reason: 'gas-used-mismatch', value: BigInt(archive.gasUsed) },
    { name: 'logsBloom', reason: 'logs-bloom-mismatch', value: logsBloom },
    { name: 'receiptsRoot', reason: 'receipts-root-mismatch', value: root },
  ]
  if (semantics === 'actor') {
    const value = archive.virtualBlocksRoot
    fields.push({ name: 'virtualBlocksRoot', reason: 'virtual-blocks-root-mismatch', value })
  }
  if (rulesOf(fork).hasRequests) {
    const { depositContract } = chain
    const all = collectRequests(core, header, depositContract, records, requests, requestRules)
    const value = requestsHash(all, coreSha256(core))
    fields.push({ name: 'requestsHash', reason: 'requests-hash-mismatch', value })
  }
  fields.push({ name: 'stateRoot', reason: 'state-root-mismatch', value: stateRoot })
  return fields
}

/** @throws InvalidBlockError with the first field that differs */
export function checkResult(
  parts: Pick<EngineParts, 'config' | 'core'>,
  header: Header,
  requestRules: RequestRules,
  result: BlockToJudge,
): void {
  for (const { name, reason, value } of resultFields(parts, header, requestRules, result)) {
    const stated = header[name]
    if (isSame(stated, value)) continue
    const place = { block: header.number, field: name }
    // A bloom filter says nothing to anybody
    const expected = name === 'logsBloom' ? 'that of the receipts' : show(value)
    throw new InvalidBlockError(reason, 'block refused', { place, expected, got: show(stated) })
  }
}

function isSame(stated: Uint8Array | bigint | undefined, value: Uint8Array | bigint): boolean {
  if (typeof value === 'bigint') return stated === value
  return stated instanceof Uint8Array && bytesEqual(stated, value)
}

function show(value: Uint8Array | bigint | undefined): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'bigint' ? `${value}` : bytesToHex(value)
}
