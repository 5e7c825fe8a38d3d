/**
 * actor-evm: smart contracts as actors, executed in parallel.
 *
 * @example
 * import { createEngine } from 'actor-evm'
 *
 * const engine = await createEngine({ semantics: 'actor' })
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
export type { CallInput } from './intake/call-input.js'
export type { AccountOverride, StateOverrides } from './state/overrides.js'
export type { AccessListResult } from './tools/access-list.js'
export type { CallResult } from './tools/call.js'
export type { CallOptions } from './tools/call-options.js'
export { CallFailedError } from './tools/call-failed-error.js'
export type { Snapshot } from './tools/history.js'
export type { StateInput } from './tools/state-formats.js'
export type { ReadOptions } from './tools/snapshot-options.js'
export type {
  ChoiceOf,
  NoTracer,
  TracerChoice,
  TraceBlockOptions,
  TraceCallOptions,
} from './tools/trace-options.js'
export type { TransactionTrace } from './tools/trace.js'
export type { CallTracerConfig } from './trace/tracers/call-tracer.js'
export type { FlatCallTracerConfig } from './trace/tracers/flat-call-tracer.js'
export type { PrestateTracerConfig } from './trace/tracers/prestate-tracer.js'
export type { StructLoggerConfig } from './trace/tracers/struct-logger.js'
export type { TracerConfigs, TracerName } from './trace/tracers/create-tracer.js'
export { stateRootLine, traceLine, traceLines } from './trace/eip3155.js'
export type {
  AccessEvent,
  DeliveredMessage,
  FrameEnd,
  FrameStart,
  FrameType,
  Listener,
  LogEvent,
  StateReader,
  TraceEvent,
  TraceStep,
  Tracer,
  TransactionEnd,
  TransactionStart,
} from './trace/listener.js'
export type { PrecompileInput } from './machine/custom-options.js'
export type { EngineOptions } from './machine/engine-options.js'
export type { ExecuteOptions } from './execution/execute-block.js'
export { FORK_NAMES } from './forks/forks.js'
export type { ForkName } from './forks/forks.js'
export { PreparedBlock } from './intake/prepare-block.js'
export type { BlockInput, PrepareOptions, TransactionInput } from './intake/prepare-block.js'
export type {
  AccessListInput,
  AuthorizationInput,
  TransactionObject,
} from './intake/transaction-input.js'
export type { BlobScheduleInput, ChainConfigInput } from './forks/chain-config-json.js'
export { parseScenario } from './scenario.js'
export type { Scenario } from './scenario.js'
export type {
  CustomPrecompile,
  NativeMessage,
  PrecompileContext,
} from './threads/custom-precompiles.js'
export type { SimulationOptions, WorkerAndRound } from './threads/simulation.js'
export type { ProduceOptions, ProducedBlock } from './witness/produce-block.js'

export * from './light.js'
