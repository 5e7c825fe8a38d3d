/** Whether two JSON values are the same, or of the same shape, and where they first differ. */

type Json = Readonly<Record<string, unknown>>

const MAX_SHOWN = 120

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}

function differs(path: string, expected: unknown, got: unknown): string {
  return `${path}: expected ${show(expected)}, got ${show(got)}`
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @returns the first difference in words; undefined if there is none */
export function difference(expected: unknown, got: unknown, path: string): string | undefined {
  if (Array.isArray(expected) && Array.isArray(got)) {
    if (expected.length !== got.length) {
      return `${path}: expected ${expected.length} items, got ${got.length}`
    }
    for (let i = 0; i < expected.length; i++) {
      const found = difference(expected[i], got[i], `${path}[${i}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isObject(expected) || !isObject(got)) {
    return expected === got ? undefined : differs(path, expected, got)
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const found = difference(own(expected, key), own(got, key), `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Fields that an answer of the same shape may have or not, by the schemas of the methods. */
const MAY_BE_MISSING = new Set([
  ...['deleteStrategy', 'reward', 'error', 'storage', 'memory', 'returnData', 'refund', 'reason'],
  ...['accessList', 'authorizationList', 'blobVersionedHashes', 'chainId', 'maxFeePerBlobGas'],
  ...['maxFeePerGas', 'maxPriorityFeePerGas', 'yParity', 'stack', 'output', 'revertReason'],
])
/** Keys that are data: addresses, hashes, numbers. */
const FREE_KEY = /^(0x[0-9a-fA-F]*|[0-9]+)$/

/** The same for shapes: kinds of values and names of fields. */
export function shapeDifference(
  expected: unknown,
  got: unknown,
  path: string,
): string | undefined {
  // What is not there has no shape
  if (expected === null && got !== undefined) return undefined
  if (Array.isArray(expected) && Array.isArray(got)) {
    return expected.length === 0 ? undefined : ofEach(expected, got.entries(), path)
  }
  if (!isObject(expected) || !isObject(got)) {
    return kindOf(expected) === kindOf(got) ? undefined : differs(path, expected, got)
  }
  const keys = Object.keys(expected)
  if ([...keys, ...Object.keys(got)].every((key) => FREE_KEY.test(key))) {
    return keys.length === 0
      ? undefined
      : ofEach(Object.values(expected), Object.entries(got), path)
  }
  for (const key of new Set([...keys, ...Object.keys(got)])) {
    const isInBoth = Object.hasOwn(expected, key) && Object.hasOwn(got, key)
    if (!isInBoth && MAY_BE_MISSING.has(key)) continue
    const found = isInBoth
      ? shapeDifference(expected[key], got[key], `${path}.${key}`)
      : differs(`${path}.${key}`, own(expected, key), own(got, key))
    if (found !== undefined) return found
  }
  return undefined
}

/** Each is to be like one of those expected. */
function ofEach(
  expected: readonly unknown[],
  got: Iterable<readonly [unknown, unknown]>,
  path: string,
): string | undefined {
  for (const [key, value] of got) {
    const found = expected.map((it) => shapeDifference(it, value, `${path}[${String(key)}]`))
    if (found.every((it) => it !== undefined)) return found[0]
  }
  return undefined
}

/** Text that is hex is another kind than other text. */
function kindOf(value: unknown): string {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]*$/.test(value)) return 'hex'
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
