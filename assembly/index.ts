// Exports of the core. All pointers are u32; nothing here has a body of its own.

export {
  bind, clearStorage, configure, exchange, getStorage, initialise, keepAccount, removeAccount,
  resetInstance,
  resetState, setAccount, setAccountCode, setAccountNonce, setBalance, setStorage,
} from './engine';
export { allocate, allocateForBlock } from './memory/heap';
export { addPrecompile } from './precompiles/table';
export { customLoad, customSend, customStore } from './evm/custom';
export { returnPlace } from './evm/return-data';
export { accountAt, accountCount, findAccount } from './state/accounts';
export { reserveSlots } from './state/storage';
export { keccak256 } from './crypto/keccak256';
export { keccak256Absorb, keccak256Begin, keccak256Finish } from './crypto/keccak256-stream';
export { sha256Absorb, sha256Append, sha256Begin, sha256Finish } from './crypto/sha256';
export {
  beginBlock, commitBlock, commitWithoutTries, discardBlock, endReading, undoBlock,
} from './block/block';
export { creditAccount, takeBalance } from './block/balances';
export { admitEach, finishBlock, settleEach } from './actors/trees';
export { endRound, goOn, startRounds } from './actors/rounds';
export { claimPiece } from './memory/claim';
export { runPieces, runWholePiece } from './block/jobs';
export {
  callMessage, executeEach, executeTransaction, goOnCall, goOnTransaction, resultPtr, resultSize,
  systemCall,
} from './transactions/transactions';
export { seenValue, seenView } from './evm/seen';
export { stateRoot, storageRoot, updateSome } from './trie/state-trie';
export { planKeys } from './trie/slot-keys';
export { planPieces } from './trie/pieces';
export { orderedTrieRoot, orderedTrieRootOfLeaves } from './trie/ordered-trie';
export { gatherLogs, hashLogs, roomForReceipts } from './trie/receipts';
export { giveNodes, usedNodes } from './partial/given-nodes';
export { exchangeBlockLogs } from './state/block-log';
export { beginPartialState, collectState, collectStorage, giveCode } from './witness';
