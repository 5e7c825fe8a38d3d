/**
 * actor-evm: smart contracts as actors, executed in parallel.
 *
 * @example
 * import { createEngine } from 'actor-evm'
 *
 * const engine = await createEngine()
 * await engine.loadGenesis(alloc)
 * const { stateRoot, rounds, receipts } = await engine.executeBlock({ env, transactions })
 * await engine.dispose()
 */

export { measureCosts } from './explain/costs.js'
export type { BlockCosts, MeasuredBlock } from './explain/costs.js'
export { explainBlock } from './explain/explain-block.js'
export type {
  BlockParallelism,
  ExplainedRound,
  Prediction,
  RoundParallelism,
} from './explain/explain-block.js'
export type { GroupLoad, GroupedMessage } from './explain/groups.js'
export { createEngine, Engine } from './engine.js'
export { stateRootLine, traceLine } from './trace/eip3155.js'
export type { TraceEnd, TraceEvent, TraceListener, TraceStep } from './trace/trace-event.js'
export type { EngineOptions } from './engine-options.js'
export type { ExecuteOptions } from './execute-block.js'
export { FORK_NAMES } from './forks.js'
export type { ForkName } from './forks.js'
export { PreparedBlock } from './prepare-block.js'
export type { BlockInput, PrepareOptions, TransactionInput } from './prepare-block.js'
export { parseScenario } from './scenario.js'
export type { Scenario } from './scenario.js'
export type * from './types.js'
export type { SimulationOptions, WorkerAndRound } from './workers/simulation.js'

export { createValidator, validateBlock, Validator } from './witness/validate-block.js'
export type { BlockToValidate, ValidatorOptions } from './witness/validate-block.js'
export type {
  AcceptedBlock,
  Difference,
  RefusedBlock,
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
export type { BlockFile } from './witness/block-file.js'
export { decodeHeader, encodeHeader, headerHash } from './block/header.js'
export type { Header } from './block/header.js'
export type { ProducedBlock } from './witness/produce-block.js'
export {
  decodeWitness,
  encodeWitness,
  witnessFromJson,
  witnessToJson,
} from './witness/execution-witness.js'
export type { ExecutionWitness, ExecutionWitnessJson } from './witness/execution-witness.js'

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
} from './errors.js'
export type {
  ErrorJson,
  ErrorPlace,
  InvalidBlockReason,
  InvalidRlpReason,
  InvalidTransactionReason,
  InvalidWitnessReason,
  MissingState,
} from './errors.js'
