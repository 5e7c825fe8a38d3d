/**
 * Entry of a Wasm module for unit tests only: the decoder, with the numbers that its streams are
 * made of. Never shipped.
 */
export { buildInstructionTable } from './evm/instruction-table';
export { CODE, CODE_SIZE, setCode } from './evm/frame';
export { setReader } from './evm/code-reader';
export { blockOf, destinationAt, enterAgain, firstBlock, segmentBytes } from './evm/late-decoder';
export { codeRoom, dropAllCode, makeRoom } from './evm/code-cache';
export * from './abi/opcodes';
export * from './evm/handlers';
export { bindWorker } from './state/heap';
export { refreshContext } from './state/context';
