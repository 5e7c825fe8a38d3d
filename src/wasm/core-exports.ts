/**
 * The exports of the core, as `assembly/index.ts` has them. Pointers are u32 and arrive in
 * JavaScript as signed numbers; u64 are bigints.
 */
export interface CoreExports {
  /** Coordinator, once: lays out the control block, the workers' arenas and the indexes. */
  initialise(heapLimit: number, workers: number): void
  /** Each instance, once: makes it worker `id`. Then `configure`. */
  bind(id: number): void
  /** Each instance, when REVISION or SEMANTICS has changed. */
  configure(): void
  /** 64 KiB of this instance through which arguments are passed. */
  exchange(): number
  /** Zeroed, 8-byte aligned, there as long as the state. */
  allocate(sizeBytes: number): number
  allocateForBlock(sizeBytes: number): number

  /** Coordinator, between blocks: the empty state again. Then `resetInstance` in all others. */
  resetState(): void
  resetInstance(): void

  beginBlock(): void
  commitBlock(): void
  /** The same in an engine that is never asked for a state root. */
  commitWithoutTries(): void
  undoBlock(): void
  /** The same of a block in which nothing went wrong; decoded code stays. */
  discardBlock(): void
  /** Between blocks: gives back what reading has taken. */
  endReading(): void

  /** Once for each that an embedder adds, bound and before an account is known. */
  addPrecompile(addressPtr: number, revision: number, isActor: number): void
  /** While one of them runs (abi/custom-precompile.ts). */
  customLoad(keyPtr: number, outPtr: number): void
  customStore(keyPtr: number, valuePtr: number): number
  customSend(to: number, value: number, data: number, size: number, gas: number): number
  /** Where what a frame returns lies, for so many bytes. */
  returnPlace(sizeBytes: number): number

  accountAt(addressPtr: number): number
  findAccount(addressPtr: number): number
  setAccount(
    account: number,
    balancePtr: number,
    nonce: bigint,
    codePtr: number,
    codeSize: number,
    keepEmpty: number,
  ): void
  /** In a block: what an account has, whatever it had. */
  setBalance(account: number, balancePtr: number): void
  setAccountNonce(account: number, nonce: bigint): void
  setAccountCode(account: number, codePtr: number, codeSize: number): void
  /** It is in the state, though it may be empty. */
  keepAccount(account: number): void
  /** Out of the state, with its storage. */
  removeAccount(account: number): void
  clearStorage(account: number): void
  /** Before the first slot of an account that will have so many. */
  reserveSlots(account: number, count: number): void
  setStorage(account: number, keyPtr: number, valuePtr: number): void
  getStorage(account: number, keyPtr: number, outPtr: number): void
  creditAccount(addressPtr: number, amountPtr: number): void
  takeBalance(addressPtr: number, out: number): void

  /** Records hold what they held before the block, logs what it has made of them; and back. */
  exchangeBlockLogs(): void
  /** Copies the nodes on the ways to `count` hashed keys (pointers, ascending) for a witness. */
  collectState(keysPtr: number, count: number): void
  collectStorage(account: number, keysPtr: number, count: number): void
  /** The state is what `count` nodes will show. */
  beginPartialState(rootPtr: number, count: number): void
  /** Some of them (pairs of pointer and size): how many are there twice. */
  giveNodes(itemsPtr: number, count: number): number
  /** A code that a witness has: its record, or 0 if it is there twice, or empty. */
  giveCode(ptr: number, size: number): number
  /** How many of the given nodes were needed. */
  usedNodes(): number

  keccak256(outPtr: number, ptr: number, size: number): void
  /** The same of pieces: one stream at a time, and no other hash until its end. */
  keccak256Begin(): void
  keccak256Absorb(ptr: number, size: number): void
  keccak256Finish(outPtr: number): void
  sha256Begin(ptr: number, size: number): void
  sha256Append(ptr: number, size: number): void
  /** At most so many blocks; whether none is left that is whole. */
  sha256Absorb(blocks: number): number
  sha256Finish(outPtr: number): void
  stateRoot(outPtr: number): void
  /** Before: pieces for JOB_KEYS, each of so many slots; their number. */
  planKeys(slots: number): number
  /** Puts what has changed into the tries, so many changes at once; hashes no nodes. Whether there
   *  is more. */
  updateSome(most: number): number
  /** Then: pieces for JOB_TRIES, each of at most so many changes, about; their number. */
  planPieces(mostChanges: number): number
  /** As of the last state root. */
  storageRoot(account: number, outPtr: number): void
  /** `itemsPtr`: u32 pairs (pointer, size); the key of item i is rlp(i). */
  orderedTrieRoot(itemsPtr: number, count: number, outPtr: number): void
  /** `leavesPtr`: hashes of the leaves, 32 bytes each, as a LEAF_PIECE has them. */
  orderedTrieRootOfLeaves(leavesPtr: number, count: number, outPtr: number): void
  /** Logs of a round's messages (u32 pointers in order of delivery) to their transactions. */
  gatherLogs(messagesPtr: number, count: number): void
  /** keccak256 of the RLP of the list of all their logs. */
  hashLogs(recordsPtr: number, count: number, outPtr: number): void
  /** The most that the receipts of transactions (u32 pointers) take. */
  roomForReceipts(recordsPtr: number, count: number): number

  /** Of transactions, one after the other: how many before the first that is refused. */
  admitEach(firstRecord: number, count: number): number
  /**
   * Ethereum semantics, transactions one after the other as far as one slice goes: how many have
   * ended. The next one's TX_STATUS is why it is refused, or ADMITTED. The next slice begins with
   * it, whether or not it has been begun.
   */
  executeEach(firstRecord: number, count: number): number
  /** One alone: ADMITTED or REJECTED_*, or -1 if `goOnTransaction` is due. */
  executeTransaction(tx: number): number
  /** The next slice of it; returns what that does. */
  goOnTransaction(tx: number): number
  /** The message call of a transaction alone, with all of its gas limit. */
  callMessage(tx: number): void
  /** What the running frame sees of an account (a view's pointer) and of a slot. */
  seenView(account: number): number
  seenValue(account: number, keyPtr: number, outPtr: number): void
  /** Output of the last transaction or call. */
  resultPtr(): number
  resultSize(): number
  /** 0 if the contract has no code, -1 if `goOnCall` is due, else 1 + STATUS_*. */
  systemCall(addressPtr: number, dataPtr: number, size: number): number
  /** The next slice of a system call; returns what that does. */
  goOnCall(): number
  /** Refunds and fees of transactions, one after the other. */
  settleEach(firstRecord: number, count: number): void
  finishBlock(): void

  /** Round 0 will deliver these messages: u32 pointers in the order of the block. */
  startRounds(messagesPtr: number, count: number): void
  /**
   * Runs rounds of at most so many groups, for the time of so much gas. Returns how many groups of
   * a round that has begun are left for all workers, with one that has been begun; then `endRound`
   * is due. 0: there is no next round, or the time is over, or a reason to stop.
   */
  goOn(
    leastGain: number,
    gasShare: number,
    workers: number,
    mostGas: number,
    mostRounds: number,
  ): number
  endRound(): void
  /** Of the job that JOB names: index of a piece, or -1. */
  claimPiece(): number
  runWholePiece(index: number): void
  /**
   * Both for the time of so much gas, after the rest of a group that has been begun: whether some
   * may be left, or a group that has not ended.
   */
  runPieces(mostGas: number): number
}
