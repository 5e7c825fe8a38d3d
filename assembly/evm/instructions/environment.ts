/** Environmental information (YP 30s) that needs no other account than the frame's two. */
import { ACCOUNT_ADDRESS, TX_GAS_PRICE, TX_SENDER } from '../../abi/records';
import {
  CALLDATA, CALLDATA_SIZE, CALLER, CALL_VALUE, CODE, CODE_SIZE, RETURN_DATA, RETURN_DATA_SIZE, SELF,
  TX,
} from '../../frames/frame';
import { u256LoadBE } from '../../u256/bytes';
import { u256Copy, u256High, u256Set, u256SetU64 } from '../../u256/word';
import { copyToMemory } from './memory-ops';

/** Pushes an address of 3 limbs. */
@inline
export function pushAddress(sp: usize, address: usize): void {
  u256Set(sp - 32, load<u64>(address), load<u64>(address, 8), load<u64>(address, 16), 0);
}

@inline
export function address(sp: usize): void {
  pushAddress(sp, SELF + ACCOUNT_ADDRESS);
}

@inline
export function origin(sp: usize): void {
  pushAddress(sp, TX + TX_SENDER);
}

@inline
export function caller(sp: usize): void {
  pushAddress(sp, CALLER + ACCOUNT_ADDRESS);
}

@inline
export function callvalue(sp: usize): void {
  u256Copy(sp - 32, CALL_VALUE);
}

@inline
export function gasprice(sp: usize): void {
  u256Copy(sp - 32, TX + TX_GAS_PRICE);
}

@inline
export function calldatasize(sp: usize): void {
  u256SetU64(sp - 32, <u64>CALLDATA_SIZE);
}

@inline
export function codesize(sp: usize): void {
  u256SetU64(sp - 32, <u64>CODE_SIZE);
}

@inline
export function returndatasize(sp: usize): void {
  u256SetU64(sp - 32, <u64>RETURN_DATA_SIZE);
}

@inline
export function calldataload(sp: usize): void {
  const offset = load<u64>(sp);
  if (u256High(sp) == 0 && offset + 32 <= <u64>CALLDATA_SIZE && offset < <u64>CALLDATA_SIZE) {
    u256LoadBE(sp, CALLDATA + <usize>offset);
  } else {
    loadPastEnd(sp);
  }
}

/** Calldata goes on with zeros, but there are none in memory. */
function loadPastEnd(sp: usize): void {
  const offset = load<u64>(sp);
  const isOutside = u256High(sp) != 0 || offset >= <u64>CALLDATA_SIZE;
  u256SetU64(sp, 0);
  if (isOutside) return;
  memory.copy(sp, CALLDATA + <usize>offset, <usize>CALLDATA_SIZE - <usize>offset);
  u256LoadBE(sp, sp);
}

@inline
export function calldatacopy(sp: usize, gasLeft: i64): i64 {
  return copyToMemory(sp, CALLDATA, CALLDATA_SIZE, gasLeft);
}

@inline
export function codecopy(sp: usize, gasLeft: i64): i64 {
  return copyToMemory(sp, CODE, CODE_SIZE, gasLeft);
}

/** Whether RETURNDATACOPY would read past the end, which halts the frame (EIP-211). */
export function isOutsideReturnData(sp: usize): bool {
  if ((u256High(sp + 32) | u256High(sp + 64)) != 0) return true;
  const offset = load<u64>(sp, 32);
  const size = load<u64>(sp, 64);
  return offset > <u64>RETURN_DATA_SIZE || size > <u64>RETURN_DATA_SIZE - offset;
}

@inline
export function returndatacopy(sp: usize, gasLeft: i64): i64 {
  return copyToMemory(sp, RETURN_DATA, RETURN_DATA_SIZE, gasLeft);
}
