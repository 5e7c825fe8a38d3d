/** Gas prices of Osaka; names of YP appendix G and of the EIPs. */
export const GAS = {
  zero: 0n,
  base: 2n,
  veryLow: 3n,
  low: 5n,
  mid: 8n,
  high: 10n,
  jumpDest: 1n,
  warmAccess: 100n,
  coldAccount: 2600n,
  coldSlot: 2100n,
  sset: 20000n,
  sreset: 2900n,
  sstoreSentry: 2300n,
  refundClear: 4800n,
  transient: 100n,
  exp: 10n,
  expByte: 50n,
  keccak: 30n,
  keccakWord: 6n,
  copyWord: 3n,
  blockHash: 20n,
  blobHash: 3n,
  log: 375n,
  logTopic: 375n,
  logByte: 8n,
  create: 32000n,
  initCodeWord: 2n,
  codeDeposit: 200n,
  callValue: 9000n,
  callStipend: 2300n,
  newAccount: 25000n,
  selfDestruct: 5000n,
} as const

export const MAX_CODE_SIZE = 24576
export const MAX_INITCODE_SIZE = 49152
export const MAX_DEPTH = 1024
export const MAX_STACK = 1024

export function words(sizeBytes: bigint | number): bigint {
  return (BigInt(sizeBytes) + 31n) / 32n
}

/** What a frame may pass on: all but one 64th (EIP-150). */
export function allButOne64th(gas: bigint): bigint {
  return gas - gas / 64n
}
