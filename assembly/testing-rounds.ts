/** Entry of a Wasm module for unit tests of grouping and ordering only. Never shipped. */
export { groupMessages } from './actors/grouping';
export { orderForDelivery } from './actors/delivery-order';
export { sortPointers } from './actors/sort-pointers';
export { allocate, allocateForBlock, bindWorker, freeBlockMemory } from './memory/heap';
