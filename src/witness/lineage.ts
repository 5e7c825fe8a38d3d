/** The rules of a header that hold in any chain of these blocks, whoever makes them. */

import type { Header } from '../intake/header.js'
import {
  MAX_EXTRA_DATA_BYTES,
  MAX_GAS_LIMIT,
  checkAddedFields,
  checkBlobPrice,
} from '../chain/header-rules.js'
import { refuseBlock } from '../chain/refusal.js'
import type { Fork } from '../forks/forks.js'

/**
 * Number, time, gas limit and the fields of the fork; not how base fee and gas limit move, which is
 * the chain's.
 * @throws InvalidBlockError
 */
export function checkLineage(header: Header, fork: Fork, parent: Header): void {
  checkAddedFields(header, fork)
  if (header.number !== parent.number + 1n) {
    const expected = `${parent.number + 1n}`
    throw refuseBlock(header, 'number-not-next', 'number', expected, header.number)
  }
  if (header.timestamp <= parent.timestamp) {
    const expected = `later than the parent's ${parent.timestamp}`
    const got = header.timestamp
    throw refuseBlock(header, 'timestamp-not-after-parent', 'timestamp', expected, got)
  }
  if (header.extraData.length > MAX_EXTRA_DATA_BYTES) {
    const expected = `at most ${MAX_EXTRA_DATA_BYTES} bytes`
    throw refuseBlock(header, 'extra-data-too-long', 'extraData', expected, header.extraData)
  }
  if (header.gasLimit > MAX_GAS_LIMIT) {
    const { gasLimit } = header
    const expected = `at most ${MAX_GAS_LIMIT}`
    throw refuseBlock(header, 'gas-limit-out-of-bounds', 'gasLimit', expected, gasLimit)
  }
  if (header.gasUsed > header.gasLimit) {
    const expected = `at most ${header.gasLimit}`
    throw refuseBlock(header, 'gas-above-limit', 'gasUsed', expected, header.gasUsed)
  }
  checkBlobPrice(header, fork)
}
