/** Entry of a Wasm module for unit tests of grouping and ordering only. Never shipped. */
export { groupMessages } from './evm/grouping';
export { orderForDelivery } from './evm/delivery-order';
export { sortPointers } from './evm/sort-pointers';
export { allocate, allocateForBlock, bindWorker, freeBlockMemory } from './state/heap';
