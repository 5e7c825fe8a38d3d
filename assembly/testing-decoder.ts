/**
 * Entry of a Wasm module for unit tests only: the decoder, with the numbers that its streams are
 * made of. Never shipped.
 */
export { buildInstructionTable } from './evm/instruction-table';
export { decodeInto, decodedBytes } from './evm/decoder';
export * from './abi/opcodes';
export * from './evm/handlers';
export { bindWorker } from './state/heap';
export { refreshContext } from './state/context';
