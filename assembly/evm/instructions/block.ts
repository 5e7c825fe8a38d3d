/** Block information (YP 40s). */
import {
  BLOCK_HASHES, ENV_BASE_FEE, ENV_BLOB_BASE_FEE, ENV_CHAIN_ID, ENV_COINBASE, ENV_GAS_LIMIT,
  ENV_NUMBER, ENV_PREV_RANDAO, ENV_TIMESTAMP, ZERO_HASH_READ,
} from '../../abi/memory-map';
import { TX_BLOB_HASHES, TX_BLOB_HASH_COUNT } from '../../abi/records';
import { BLOCK_HASH_WINDOW } from '../../abi/rules';
import { TX } from '../../frames/frame';
import { WATCHING } from '../../memory/context';
import { watchBlockHash } from '../../partial/watch';
import { u256Copy, u256High, u256IsZero, u256SetU64 } from '../../u256/word';
import { pushAddress } from './environment';

/** Hash of one of the 256 blocks before this one, else 0. */
export function blockhash(sp: usize): void {
  const current = load<u64>(ENV_NUMBER);
  const number = load<u64>(sp);
  const isKnown = u256High(sp) == 0 && number < current &&
    current - number <= <u64>BLOCK_HASH_WINDOW;
  if (isKnown && WATCHING != 0) watchBlockHash(current - number);
  if (isKnown) u256Copy(sp, <usize>BLOCK_HASHES + ((<usize>number & (BLOCK_HASH_WINDOW - 1)) << 5));
  else u256SetU64(sp, 0);
  if (isKnown && u256IsZero(sp)) store<u64>(ZERO_HASH_READ, number + 1);
}

@inline
export function coinbase(sp: usize): void {
  pushAddress(sp, ENV_COINBASE);
}

@inline
export function timestamp(sp: usize): void {
  u256Copy(sp - 32, ENV_TIMESTAMP);
}

@inline
export function blockNumber(sp: usize): void {
  u256Copy(sp - 32, ENV_NUMBER);
}

/** The host puts the difficulty there before Paris. */
@inline
export function prevrandao(sp: usize): void {
  u256Copy(sp - 32, ENV_PREV_RANDAO);
}

@inline
export function gaslimit(sp: usize): void {
  u256Copy(sp - 32, ENV_GAS_LIMIT);
}

@inline
export function chainid(sp: usize): void {
  u256Copy(sp - 32, ENV_CHAIN_ID);
}

@inline
export function basefee(sp: usize): void {
  u256Copy(sp - 32, ENV_BASE_FEE);
}

@inline
export function blobbasefee(sp: usize): void {
  u256Copy(sp - 32, ENV_BLOB_BASE_FEE);
}

/** Versioned hash of the transaction's blob of this index, else 0 (EIP-4844). */
export function blobhash(sp: usize): void {
  const index = load<u64>(sp);
  const exists = u256High(sp) == 0 && index < <u64>load<u32>(TX, TX_BLOB_HASH_COUNT);
  if (exists) u256Copy(sp, <usize>load<u32>(TX, TX_BLOB_HASHES) + (<usize>index << 5));
  else u256SetU64(sp, 0);
}
