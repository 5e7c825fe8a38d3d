/**
 * actor-evm/light: what a light validator needs, and nothing else. A block and its witness in, a
 * verdict out; also proofs.
 *
 * @example
 * import { validateBlock } from 'actor-evm/light'
 *
 * const verdict = await validateBlock({ block, witness, blockHash, semantics: 'actor' })
 * if (!verdict.valid) console.log(verdict.reason, verdict.difference)
 */

export { createValidator, validateBlock, Validator } from './witness/validate-block.js'
export type { BlockToValidate, ValidatorOptions } from './witness/validate-block.js'
export type {
  AcceptedBlock,
  ConsistentBlock,
  Difference,
  RefusedBlock,
  RestsOn,
  UnanchoredBlock,
  Verdict,
  WitnessUse,
} from './witness/verdict.js'
export {
  verifyAccountProof,
  verifyMessageProof,
  verifyReceiptProof,
  verifyStorageProof,
} from './witness/proofs.js'
export type { ProvenAccount, ProvenMessage, ProvenReceipt } from './witness/proofs.js'
export { blockFileJson, parseBlockFile } from './witness/block-file.js'
export type { BlockFile, BlockOfFile } from './witness/block-file.js'
export { decodeHeader, encodeHeader, headerHash } from './intake/header.js'
export type { Header } from './intake/header.js'
export {
  decodeWitness,
  encodeWitness,
  witnessFromJson,
  witnessToJson,
} from './witness/execution-witness.js'
export type { ExecutionWitness, ExecutionWitnessJson } from './witness/execution-witness.js'
export type * from './base/types.js'

export {
  ActorEvmError,
  CancelledError,
  EngineDisposedError,
  EngineFaultError,
  InvalidBlockError,
  InvalidInputError,
  InvalidRlpError,
  InvalidScenarioError,
  InvalidTransactionError,
  InvalidWitnessError,
  MemoryExhaustedError,
  MissingStateError,
  WorkerDiedError,
  WorkerTimeoutError,
} from './base/errors.js'
export type {
  ErrorJson,
  ErrorPlace,
  InvalidBlockReason,
  InvalidRlpReason,
  InvalidTransactionReason,
  InvalidWitnessReason,
  MissingState,
} from './base/errors.js'
