/**
 * Entry of a Wasm module for unit tests only: the primitives, callable one by one. Never shipped.
 */
export { setScratch } from './memory/scratch';
export * from './u256/add';
export * from './u256/bits';
export * from './u256/bytes';
export * from './u256/div';
export * from './u256/exp';
export * from './u256/mod-arithmetic';
export * from './u256/mul';
export * from './u256/mul-wide';
export * from './u256/shift';
export * from './u256/word';
export * from './crypto/keccak256';
export * from './crypto/keccak256-stream';
export * from './crypto/ripemd160';
export * from './crypto/sha256';
export * from './evm/hash-cache';
export { setRules } from './forks/rules';
export * from './precompiles/blake2f';
export * from './precompiles/identity';
export * from './precompiles/modexp';
export * from './precompiles/ripemd160';
export * from './precompiles/sha256';
