/**
 * Entry of a Wasm module for unit tests only: the decoder, with the numbers that its streams are
 * made of. Never shipped.
 */
export { buildInstructionTable } from './forks/instruction-table';
export { setRules } from './forks/rules';
export { CODE, CODE_SIZE, setCode } from './frames/frame';
export { setReader } from './decode/code-reader';
export {
  blockOf, destinationAt, enterAgain, firstBlock, segmentBytes,
} from './decode/late-decoder';
export { codeRoom, dropAllCode, makeRoom } from './decode/code-cache';
export * from './abi/opcodes';
export * from './decode/handlers';
export { bindWorker } from './memory/heap';
export { refreshContext } from './memory/context';
