// The release gate. Every worker instantiates the core on one shared memory, so what is harmless
// in an ordinary module corrupts the others here; the gate refuses such a module.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { fail, inRoot, say } from './project.mjs'
import { readModule } from './wasm-reader.mjs'

/** All that the core may ask of its host. It reports failures as statuses, so not even `abort`. */
const ALLOWED_IMPORTS = new Set(['env.memory', 'env.precompile', 'env.trace'])

/** The first 64 KiB stay free for the control block that the host lays out. */
const STATIC_DATA_BASE = 65536

/** Compiled library code that means a managed object was made somewhere. */
const MANAGED_CODE = /^~lib\/(rt|array|staticarray|string|arraybuffer|typedarray|map|set|error)\b/

/** The stub allocator: its bump pointer is per instance, so two workers get the same block. */
const ALLOCATOR = /__new$|__alloc$|__renew$|heap\.(alloc|realloc)$/

/** Where modules of curves begin to write: RECOVERY_ITEMS, P256_INPUT, BLS_EXCHANGE. */
const CURVE_DATA_END = 0x1000

function checkImports(imports, allowed) {
  return imports
    .map(({ module, name }) => `${module}.${name}`)
    .filter((name) => !allowed.has(name))
    .map((name) => `import ${name} is not on the allow list`)
}

function checkSegments(segments) {
  const problems = []
  for (const { address, bytes } of segments) {
    if (address < STATIC_DATA_BASE) {
      problems.push(`data segment at ${address} reaches into the control block`)
    }
    // Every instance writes its segments again, also while other workers run.
    if (bytes.every((byte) => byte === 0)) {
      problems.push(
        `data segment at ${address} (${bytes.length} bytes) is all zero: a mutable buffer; ` +
          'take the space from the arena',
      )
    }
  }
  return problems
}

function checkWaits(functions) {
  return functions.map(
    (index) => `function ${index}: memory.atomic.wait is miscompiled by Node 20; wait in the host`,
  )
}

function checkFunctionNames(names) {
  return names
    .filter((name) => MANAGED_CODE.test(name) || ALLOCATOR.test(name))
    .map((name) => `${name} is compiled in: the core allocates or uses a managed object`)
}

/**
 * Checks a release module.
 * @param {Uint8Array} bytes the binary
 * @param {string[]} functionNames names of its functions before optimisation, where known
 * @returns {string[]} what is wrong with it, one line each; empty if it may ship
 */
export function checkCore(bytes, functionNames = []) {
  const module = readModule(bytes)
  const problems = [
    ...checkImports(module.imports, ALLOWED_IMPORTS),
    ...checkSegments(module.segments),
    ...checkWaits(module.waitingFunctions),
    ...checkFunctionNames(functionNames),
  ]
  if (module.hasStart) {
    const files = functionNames.filter((name) => name.startsWith('start:')).join(', ')
    problems.push(`has a start function, made by one of ${files}: initialise globals by constants`)
  }
  return [...new Set(problems)]
}

/**
 * Checks a module that computes on a curve, which has a memory of its own and nothing else.
 * @returns {string[]} as checkCore
 */
export function checkCurve(bytes, functionNames = []) {
  const { imports, segments, hasStart } = readModule(bytes)
  const ends = segments.map(({ address, bytes }) => address + bytes.length)
  return [
    ...checkImports(imports, new Set()),
    ...ends
      .filter((end) => end > CURVE_DATA_END)
      .map((end) => `constants up to ${end} reach into what it writes`),
    ...checkFunctionNames(functionNames),
    ...(hasStart ? ['has a start function: initialise globals by constants'] : []),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = process.argv[2] ?? inRoot('build/core.wasm')
  const problems = checkCore(readFileSync(file))
  if (problems.length > 0) fail(`${file} must not ship:\n  ${problems.join('\n  ')}`)
  say(`${file} may ship`)
}
