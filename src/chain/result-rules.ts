/** Whether a block did what its header says. */

import { REVISION_PRAGUE } from '../../assembly/abi/revision.js'
import type { Header } from '../block/header.js'
import { bytesEqual } from '../bytes.js'
import type { BlockToJudge } from '../execute-block.js'
import type { Fork } from '../forks.js'
import type { Core } from '../wasm/core.js'
import { expectHash } from './body-rules.js'
import { refuseBlock } from './refusal.js'
import { collectRequests, requestsHash } from './requests.js'

/** @throws InvalidBlockError with the first part that differs, in geth's order */
export function checkResult(
  core: Core,
  header: Header,
  fork: Fork,
  depositContract: Uint8Array,
  { archive, records, requests, stateRoot }: BlockToJudge,
): void {
  // Requests that cannot be made are a fault of the execution, before anything is compared
  const hash =
    fork.revision >= REVISION_PRAGUE
      ? requestsHash(collectRequests(core, header, depositContract, records, requests))
      : undefined
  if (archive.gasUsed !== header.gasUsed) {
    const expected = `${archive.gasUsed}`
    throw refuseBlock(header, 'gas-used-mismatch', 'gasUsed', expected, header.gasUsed)
  }
  const { logsBloom, root } = archive.receipts
  if (!bytesEqual(logsBloom, header.logsBloom)) {
    const expected = 'that of the receipts'
    throw refuseBlock(header, 'logs-bloom-mismatch', 'logsBloom', expected, header.logsBloom)
  }
  expectHash(header, 'receipts-root-mismatch', 'receiptsRoot', root)
  if (hash !== undefined) expectHash(header, 'requests-hash-mismatch', 'requestsHash', hash)
  expectHash(header, 'state-root-mismatch', 'stateRoot', stateRoot)
}
