/**
 * Entry of a Wasm module for unit tests only: the decoder, with the numbers that its streams are
 * made of. Never shipped.
 */
export { buildInstructionTable } from './evm/instruction-table';
export { DECODED, JUMP_TABLE, setCode } from './evm/frame';
export { blockOf, destinationAt, enterCode, firstBlock } from './evm/late-decoder';
export { codeRoom, dropAllCode, shareCodeMemory } from './evm/code-cache';
export * from './abi/opcodes';
export * from './evm/handlers';
export { bindWorker } from './state/heap';
export { refreshContext } from './state/context';
