/** What the header says about the result of its block, in the order in which it is compared. */

import { REVISION_PRAGUE } from '../../assembly/abi/revision.js'
import type { Header, HeaderField } from '../block/header.js'
import { requestsHash } from '../chain/requests.js'
import { bytesEqual, bytesToHex, concatBytes } from '../bytes.js'
import type { InvalidBlockReason } from '../errors.js'
import type { BlockToJudge } from '../execute-block.js'
import type { EngineConfig } from '../pipeline/engine-parts.js'
import { STATUS_SUCCESS } from '../../assembly/abi/status.js'

export interface ResultField {
  readonly name: HeaderField
  readonly reason: InvalidBlockReason
  readonly value: Uint8Array | bigint
}

/** EIP-7002 and EIP-7251, in the order in which their contracts are called. */
const FIRST_CALLED_TYPE = 1

/** @returns each field that execution decides */
export function resultFields(
  { archive, requests, stateRoot }: BlockToJudge,
  { fork, semantics }: EngineConfig,
): ResultField[] {
  const { logsBloom, root } = archive.receipts
  const fields: ResultField[] = [
    { name: 'gasUsed', reason: 'gas-used-mismatch', value: archive.gasUsed },
    { name: 'logsBloom', reason: 'logs-bloom-mismatch', value: logsBloom },
    { name: 'receiptsRoot', reason: 'receipts-root-mismatch', value: root },
  ]
  if (semantics === 'actor') {
    const value = archive.virtualBlocksRoot
    fields.push({ name: 'virtualBlocksRoot', reason: 'virtual-blocks-root-mismatch', value })
  }
  if (fork.revision >= REVISION_PRAGUE) {
    const value = hashOfRequests(requests)
    fields.push({ name: 'requestsHash', reason: 'requests-hash-mismatch', value })
  }
  fields.push({ name: 'stateRoot', reason: 'state-root-mismatch', value: stateRoot })
  return fields
}

/** The first field of the header that has another value. */
export function firstDifference(
  header: Header,
  fields: readonly ResultField[],
): { readonly field: ResultField; readonly expected: string; readonly got: string } | undefined {
  const field = fields.find(({ name, value }) => !isSame(header[name], value))
  if (field === undefined) return undefined
  return { field, expected: show(field.value), got: show(header[field.name]) }
}

/** A chain without the contracts of these requests has none; one that fails makes none. */
function hashOfRequests(calls: BlockToJudge['requests']): Uint8Array {
  return requestsHash(
    calls.flatMap(({ output, status }, i) => {
      if (status !== STATUS_SUCCESS || output.length === 0) return []
      return [concatBytes(Uint8Array.of(FIRST_CALLED_TYPE + i), output)]
    }),
  )
}

function isSame(stated: Uint8Array | bigint | undefined, value: Uint8Array | bigint): boolean {
  if (typeof value === 'bigint') return stated === value
  return stated instanceof Uint8Array && bytesEqual(stated, value)
}

function show(value: Uint8Array | bigint | undefined): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'bigint' ? `${value}` : bytesToHex(value)
}
