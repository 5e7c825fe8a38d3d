/** What `eth_simulateV1` is asked. */

import { readCallArgs, type CallArgs } from '../call-args.js'
import {
  NO_BLOCK_OVERRIDES,
  blockOverrides,
  stateOverrides,
  type AccountOverrides,
  type BlockOverrides,
} from '../overrides.js'
import { boolean, field, list, object, type Reader } from '../params.js'

export interface SimulatedBlock {
  readonly block: BlockOverrides
  readonly state: readonly AccountOverrides[]
  readonly calls: readonly CallArgs[]
}

export interface SimulationInput {
  readonly blocks: readonly SimulatedBlock[]
  /** Whether transfers of Ether are logged. */
  readonly tracesTransfers: boolean
  /** Whether nonces and fees must be such as a block would take. */
  readonly validates: boolean
  readonly isFull: boolean
}

const call: Reader<CallArgs> = (value) => readCallArgs(object('ethapi.TransactionArgs')(value))

const block: Reader<SimulatedBlock> = (value) => {
  const fields = object('ethapi.simBlock')(value)
  const type = 'simBlock'
  return {
    block: field(fields, 'blockOverrides', blockOverrides, type) ?? NO_BLOCK_OVERRIDES,
    state: field(fields, 'stateOverrides', stateOverrides, type) ?? [],
    calls: field(fields, 'calls', list(call, '[]ethapi.TransactionArgs'), type) ?? [],
  }
}

/** @throws BadValue */
export const simulationInput: Reader<SimulationInput> = (value) => {
  const fields = object('ethapi.simOpts')(value)
  const type = 'simOpts'
  const flag = (name: string): boolean => field(fields, name, boolean, type) ?? false
  return {
    blocks: field(fields, 'blockStateCalls', list(block, '[]ethapi.simBlock'), type) ?? [],
    tracesTransfers: flag('traceTransfers'),
    validates: flag('validation'),
    isFull: flag('returnFullTransactions'),
  }
}
