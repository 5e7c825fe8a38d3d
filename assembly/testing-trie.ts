/** Entry of a Wasm module for unit tests of the tries only. Never shipped. */
export { keccak256 } from './crypto/keccak256';
export { keccak256Pair } from './crypto/keccak256-pair';
export { beginStretch, clearBlockLogs } from './state/block-log';
export { allocate, allocateForBlock, bindWorker, freeBlockMemory } from './memory/heap';
export { rootHash } from './trie/hash';
export { planPieces, runTriePiece } from './trie/pieces';
export { planKeys, runKeyPiece } from './trie/slot-keys';
export { addLeaf, beginLeaves, endLeaves } from './trie/ordered-leaves';
export { orderedTrieRoot, orderedTrieRootOfLeaves } from './trie/ordered-trie';
export { trieRoot } from './trie/sorted-trie';
export {
  dropWipedTries, restoreTries, stateRoot, storageRoot, undoWipes, updateAccount, updateSlot,
  updateTries,
} from './trie/state-trie';
export { insertLeaf, removeLeaf, touchLeaf } from './trie/update';
