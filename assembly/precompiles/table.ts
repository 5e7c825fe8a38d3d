/**
 * The precompiles: a row for each, with its address, its first fork, its price and what runs it.
 * An account at such an address holds the number of the row; whether the row counts under the rules
 * that are set is a bit. What elliptic curves need is computed by the host, behind one import.
 *
 * Adding one takes a file of its own (gas.ts says of what kind) and a row in `precompileRows`.
 */
import { MOST_CUSTOM_PRECOMPILES } from '../abi/custom-precompile';
import { ARENA_TABLES } from '../abi/memory-map';
import {
  REVISION_BYZANTIUM, REVISION_CANCUN, REVISION_FRONTIER, REVISION_ISTANBUL, REVISION_OSAKA,
  REVISION_PRAGUE,
} from '../abi/revision';
import {
  GAS_BN254_ADD, GAS_BN254_MULTIPLY, GAS_BN254_PAIR, GAS_BN254_PAIRING, hasCome,
} from '../forks/rules';
import { ARENA } from '../memory/heap';
import { blake2fGas, blake2fGoOn, blake2fRun } from './blake2f';
import { blsG1MsmGas, blsG2MsmGas } from './bls-gas';
import { hostGoOn, hostRun } from './host';
import { identityGas, identityOutputBytes, identityRun } from './identity';
import { modexpGas, modexpGoOn, modexpOutputBytes, modexpRun, modexpWorkBytes } from './modexp';
import { ripemd160Gas, ripemd160GoOn, ripemd160Run } from './ripemd160';
import { sha256Gas, sha256GoOn, sha256Run } from './sha256';

type Price = (input: usize, size: usize) => i64;
type Bytes = (input: usize, size: usize) => i64;
type Run = (input: usize, size: usize, output: usize, work: usize, workBytes: usize) => i32;
type GoOn = () => i32;

/** The row of the precompile that deletion.ts makes an exception for. */
export const RIPEMD_160: u32 = 3;

function precompileRows(): void {
  //     address since                price
  hosted(0x001, REVISION_FRONTIER, 3000); // Yellow Paper, appendix E, up to 0x4
  row(0x002, REVISION_FRONTIER, sha256Gas, sha256Run, sha256GoOn);
  row(0x003, REVISION_FRONTIER, ripemd160Gas, ripemd160Run, ripemd160GoOn);
  row(0x004, REVISION_FRONTIER, identityGas, identityRun, never, identityOutputBytes);
  row(
    0x005, REVISION_BYZANTIUM, modexpGas, modexpRun, modexpGoOn, modexpOutputBytes, modexpWorkBytes,
  );
  hosted(0x006, REVISION_BYZANTIUM, GAS_BN254_ADD); // EIP-196
  hosted(0x007, REVISION_BYZANTIUM, GAS_BN254_MULTIPLY);
  hosted(0x008, REVISION_BYZANTIUM, GAS_BN254_PAIRING, GAS_BN254_PAIR, 192); // EIP-197
  row(0x009, REVISION_ISTANBUL, blake2fGas, blake2fRun, blake2fGoOn); // EIP-152
  hosted(0x00a, REVISION_CANCUN, 50000); // EIP-4844
  hosted(0x00b, REVISION_PRAGUE, 375); // EIP-2537, up to 0x11
  hostedFor(0x00c, REVISION_PRAGUE, blsG1MsmGas);
  hosted(0x00d, REVISION_PRAGUE, 600);
  hostedFor(0x00e, REVISION_PRAGUE, blsG2MsmGas);
  hosted(0x00f, REVISION_PRAGUE, 37700, 32600, 384);
  hosted(0x010, REVISION_PRAGUE, 5500);
  hosted(0x011, REVISION_PRAGUE, 23800);
  hosted(0x100, REVISION_OSAKA, 6900); // EIP-7951
}

// A row: 64 bytes in the arena, behind the instruction table. The first one stands for none.
const ROW_SHIFT: usize = 6;
const ROW_ADDRESS: usize = 0; // u32
const ROW_PRICE: usize = 4; // u32 index of a function; 0: the next three
const ROW_GAS: usize = 8; // i64
const ROW_GAS_EACH: usize = 16; // i64, for so many bytes of input
const ROW_EACH_BYTES: usize = 24; // u32
const ROW_RUN: usize = 28; // u32 index of a function; 0: the host runs it
const ROW_GO_ON: usize = 32; // u32 index of a function, as the next two; 0: none
const ROW_OUTPUT: usize = 36;
const ROW_WORK: usize = 40;

let rows: u32 = 0;
/** A bit for each row that counts. */
let active: u64 = 0;

/** By the rules that are set, which say what counts and what it costs. */
export function buildPrecompileTable(): void {
  rows = 1;
  active = 0;
  precompileRows();
  for (let i: u32 = 0; i < customs; i++) activateCustom(FIRST_CUSTOM + i);
}

/** One that the core computes. Without the last three: it never goes on, has at most 256 bytes of
 *  output, needs no memory. */
function row(
  address: u32, since: i32, price: Price, run: Run, goOn: GoOn = never, output: Bytes = none,
  work: Bytes = none,
): void {
  const at = add(address, since);
  store<u32>(at, price.index, ROW_PRICE);
  store<u32>(at, run.index, ROW_RUN);
  store<u32>(at, goOn.index, ROW_GO_ON);
  if (output != none) store<u32>(at, output.index, ROW_OUTPUT);
  if (work != none) store<u32>(at, work.index, ROW_WORK);
}

/** One that the host computes. */
function hosted(
  address: u32, since: i32, gas: i64, gasEach: i64 = 0, eachBytes: u32 = 1,
): void {
  const at = add(address, since);
  store<i64>(at, gas, ROW_GAS);
  store<i64>(at, gasEach, ROW_GAS_EACH);
  store<u32>(at, eachBytes, ROW_EACH_BYTES);
}

/** One that the host computes, for a price that the core computes. */
function hostedFor(address: u32, since: i32, price: Price): void {
  store<u32>(add(address, since), price.index, ROW_PRICE);
}

function add(address: u32, since: i32): usize {
  const at = rowAt(rows);
  memory.fill(at, 0, 1 << ROW_SHIFT);
  store<u32>(at, address, ROW_ADDRESS);
  if (hasCome(since)) active |= <u64>1 << rows;
  rows++;
  return at;
}

function never(): i32 {
  unreachable();
  return 0;
}

function none(_input: usize, _size: usize): i64 {
  return 0;
}

@inline
function rowAt(number: u32): usize {
  return ARENA + ARENA_TABLES + 4096 + (<usize>number << ROW_SHIFT);
}

/** Number of the row of an address (three limbs), whether or not it counts; 0 = none. */
export function precompileRow(address: usize): u32 {
  for (let number = FIRST_CUSTOM; number < FIRST_CUSTOM + customs; number++) {
    if (isCustomAt(rowAt(number), address)) return number;
  }
  if ((load<u64>(address, 8) | load<u64>(address, 16)) != 0) return 0;
  const low = load<u64>(address);
  for (let number: u32 = 1; number < rows; number++) {
    if (low == <u64>load<u32>(rowAt(number), ROW_ADDRESS)) return number;
  }
  return 0;
}

/** The row, if it counts; 0 = none. */
export function activeRow(number: u32): u32 {
  return (active >> number) & 1 ? number : 0;
}

function precompileAddress(number: u32): u32 {
  return load<u32>(rowAt(number), ROW_ADDRESS);
}

export function precompilePrice(number: u32, input: usize, size: usize): i64 {
  const at = rowAt(number);
  const price = load<u32>(at, ROW_PRICE);
  if (price != 0) return call_indirect<i64>(price, input, size);
  return load<i64>(at, ROW_GAS) + load<i64>(at, ROW_GAS_EACH) *
    <i64>(<u32>size / load<u32>(at, ROW_EACH_BYTES));
}

/** Bytes that the output may have, if those are more than 256. */
export function precompileOutputBytes(number: u32, input: usize, size: usize): i64 {
  const output = load<u32>(rowAt(number), ROW_OUTPUT);
  return output == 0 ? 0 : call_indirect<i64>(output, input, size);
}

/** Bytes of memory that the run needs. */
export function precompileWorkBytes(number: u32, input: usize, size: usize): i64 {
  const work = load<u32>(rowAt(number), ROW_WORK);
  return work == 0 ? 0 : call_indirect<i64>(work, input, size);
}

/** Size of the output, FAILED, or MORE, if the slice is spent and `precompileGoOn` is due. Its
 *  price, `gas`, has been paid. */
export function precompileRun(
  number: u32, gas: i64, input: usize, size: usize, output: usize, work: usize, workBytes: usize,
): i32 {
  const run = load<u32>(rowAt(number), ROW_RUN);
  if (run == 0) return hostRun(precompileAddress(number), gas, input, size, output);
  return call_indirect<i32>(run, input, size, output, work, workBytes);
}

export function precompileGoOn(number: u32): i32 {
  const goOn = load<u32>(rowAt(number), ROW_GO_ON);
  return goOn == 0 ? hostGoOn() : call_indirect<i32>(goOn);
}

// ---- those that an embedder has added (evm/custom.ts) -------------------------------------------

/** Their rows, from here on: three limbs of address, and since when they count. */
export const FIRST_CUSTOM: u32 = 64 - MOST_CUSTOM_PRECOMPILES;
const ROW_CUSTOM_SINCE: usize = 24; // u32

let customs: u32 = 0;
/** A bit for each row of an actor. */
let actors: u64 = 0;

/** Once for each, in the same order in every instance, before any account is known. */
export function addPrecompile(address: usize, since: i32, isActor: bool): void {
  const number = FIRST_CUSTOM + customs++;
  memory.copy(rowAt(number), address, 24);
  store<u32>(rowAt(number), since, ROW_CUSTOM_SINCE);
  if (isActor) actors |= <u64>1 << number;
  activateCustom(number);
}

function activateCustom(number: u32): void {
  if (hasCome(load<u32>(rowAt(number), ROW_CUSTOM_SINCE))) active |= <u64>1 << number;
}

@inline
function isCustomAt(row: usize, address: usize): bool {
  return load<u64>(row) == load<u64>(address) && load<u64>(row, 8) == load<u64>(address, 8) &&
    load<u64>(row, 16) == load<u64>(address, 16);
}

/** Whether calls of it are messages under actor semantics; no row is none. */
@inline
export function isActorRow(number: u32): bool {
  return ((actors >> number) & 1) != 0;
}
