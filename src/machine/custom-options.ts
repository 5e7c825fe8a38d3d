/** The option `precompiles` of an engine, checked: which addresses run functions of JavaScript. */

import { MOST_CUSTOM_PRECOMPILES } from '../../assembly/abi/custom-precompile.js'
import { ADDRESS_BYTES, bytesToHex, hexToBytes, viewOf } from '../base/bytes.js'
import { InvalidInputError, words } from '../base/errors.js'
import { asArray, asKnownObject } from '../base/json.js'
import { keysOf } from '../base/known-keys.js'
import type { BytesLike } from '../base/types.js'
import { forkNamed, type ForkName } from '../forks/forks.js'
import type { CustomEntry, CustomPrecompile } from '../threads/custom-precompiles.js'

/** A precompile that is added: functions of a module, or, with one worker, functions. */
export interface PrecompileInput {
  /** 20 bytes; none of Ethereum's precompiles, of whatever fork. */
  readonly address: BytesLike
  /** Fork from which on it is there. Default: all. */
  readonly since?: ForkName | undefined
  /**
   * Under actor semantics calls of it are messages, which run one after the other and may write its
   * storage and send messages. Without it, calls are synchronous, and its storage is never written.
   * Under Ethereum semantics it changes nothing. Default false.
   */
  readonly isActor?: boolean | undefined
  /** Absolute URL of an ES module, as text or as a `URL`, which each thread imports. */
  readonly module?: { readonly href: string } | string | undefined
  /** Which export of the module has `gas` and `run`. Default `default`. */
  readonly export?: string | undefined
  /** Without a module: the price of a call with an input, 0 or more. */
  readonly gas?: CustomPrecompile['gas'] | undefined
  /**
   * Without a module: the output for an input, or `{revert}`. Synchronous and deterministic, as
   * `gas`. What either throws makes the call fail, which takes all its gas; a result that differs
   * from worker to worker or from machine to machine is the embedder's fault.
   */
  readonly run?: CustomPrecompile['run'] | undefined
}

const PRECOMPILE = keysOf<PrecompileInput>()({
  address: true,
  since: true,
  isActor: true,
  module: true,
  export: true,
  gas: true,
  run: true,
})
const LAST_OF_ETHEREUM = 0x11n
const P256VERIFY = 0x100n

/** @throws InvalidInputError naming the option */
export function readPrecompiles(value: unknown): readonly CustomEntry[] {
  if (value === undefined) return []
  const entries = asArray(value, 'precompiles').map((it, i) => read(it, `precompiles[${i}]`))
  if (entries.length > MOST_CUSTOM_PRECOMPILES) {
    const expected = `at most ${MOST_CUSTOM_PRECOMPILES} precompiles`
    throw invalid('precompiles', expected, words(`${entries.length}`))
  }
  const known = new Set<string>()
  for (const { address, field } of entries) {
    const hex = bytesToHex(address)
    if (known.has(hex)) throw invalid(`${field}.address`, 'an address once', hex)
    known.add(hex)
  }
  return entries
}

/** @throws InvalidInputError for functions that would have to travel to other threads */
export function checkTravel(entries: readonly CustomEntry[], workers: number): void {
  const bound = entries.find(({ functions }) => functions !== undefined)
  if (bound === undefined || workers === 1) return
  const expected = `a module, since a function cannot travel to ${workers} workers (or workers: 1)`
  throw invalid(`${bound.field}.run`, expected, words('a function'))
}

function read(value: unknown, field: string): CustomEntry {
  const input = asKnownObject(value, PRECOMPILE, field)
  const bytes = viewOf(input.address)
  const hex = bytes === undefined ? input.address : bytesToHex(bytes)
  const address = hexToBytes(hex, `${field}.address`, ADDRESS_BYTES)
  const number = BigInt(bytesToHex(address))
  if (number <= LAST_OF_ETHEREUM || number === P256VERIFY) {
    throw invalid(`${field}.address`, "none of Ethereum's own precompiles", bytesToHex(address))
  }
  const { isActor = false, since = 'frontier' } = input
  if (typeof isActor !== 'boolean') throw invalid(`${field}.isActor`, 'true or false', isActor)
  const { revision } = forkNamed(since, `${field}.since`)
  return { field, address, revision, isActor, ...readFunctions(input, field) }
}

function readFunctions(
  input: Readonly<Record<keyof PrecompileInput, unknown>>,
  field: string,
): Pick<CustomEntry, 'exportName' | 'functions' | 'module'> {
  const { export: exportName, gas, module, run } = input
  if (module === undefined) {
    if (exportName !== undefined) throw invalid(`${field}.export`, 'a module beside it', exportName)
    if (typeof gas !== 'function') throw invalid(`${field}.gas`, 'a function, or a module', gas)
    if (typeof run !== 'function') throw invalid(`${field}.run`, 'a function', run)
    return { exportName: '', functions: { gas, run } as CustomPrecompile, module }
  }
  if (gas !== undefined || run !== undefined) {
    throw invalid(`${field}.module`, 'no functions beside a module', gas ?? run)
  }
  if (exportName !== undefined && typeof exportName !== 'string') {
    throw invalid(`${field}.export`, 'the name of an export', exportName)
  }
  const url = (module as Partial<URL> | null)?.href ?? module
  if (typeof url !== 'string' || !URL.canParse(url)) {
    throw invalid(`${field}.module`, 'an absolute URL', url)
  }
  return { exportName: exportName ?? 'default', functions: undefined, module: url }
}

function invalid(field: string, expected: string, got: unknown): InvalidInputError {
  return new InvalidInputError('invalid option', { place: { field }, expected, got })
}
