// Compiles the contracts of examples and benches to `artifacts/*.json`: the same bytes on every
// machine.
//
//   node examples/market/compile.mjs
//
// The compiler is solc from npm and works offline; OpenZeppelin's contracts come from their
// package. The artifacts are committed, so that running an example needs no compiler.
import { readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

const COMPILER_SETTINGS = {
  evmVersion: 'osaka',
  viaIR: true,
  optimizer: { enabled: true, runs: 200 },
  // Without the trailing metadata the bytecode depends on the code alone, not on comments or paths.
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: {
    '*': {
      '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'storageLayout'],
    },
  },
}

/**
 * Compiles every `*.sol` file of a folder: see compileSources.
 *
 * @param {URL} contractsFolder ends with a slash
 */
export function compileFolder(contractsFolder) {
  const fileNames = readdirSync(contractsFolder).filter((name) => name.endsWith('.sol')).sort()
  const read = (name) => readFileSync(new URL(name, contractsFolder), 'utf8')
  return compileSources(Object.fromEntries(fileNames.map((name) => [name, read(name)])))
}

/**
 * Compiles Solidity.
 *
 * @param {Record<string, string>} texts by file name
 * @param {object} settings of solc, in place of the examples'
 * @returns {Map<string, string>} artifact file name ("Token.json") to its text, for the contracts
 *   that can be deployed: `{name, abi, bytecode, deployedBytecode, storage: {variable: slot}}`
 * @throws {Error} with the compiler's messages, warnings included
 */
export function compileSources(texts, settings = {}) {
  const sources = Object.fromEntries(
    Object.entries(texts).map(([name, content]) => [name, { content }]),
  )
  const input = {
    language: 'Solidity',
    sources,
    settings: { ...COMPILER_SETTINGS, ...settings },
  }
  const solc = require('solc')
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }))
  if (output.errors?.length > 0) {
    throw new Error(output.errors.map((error) => error.formattedMessage).join('\n'))
  }
  const artifacts = new Map()
  for (const fileName of Object.keys(texts)) {
    for (const [name, contract] of Object.entries(output.contracts[fileName] ?? {})) {
      // Interfaces have no code, and a library of internal functions nothing that could be called.
      const isDeployable = contract.evm.bytecode.object !== '' && contract.abi.some(isEntry)
      if (isDeployable) artifacts.set(`${name}.json`, artifactText(name, contract))
    }
  }
  return artifacts
}

/** Resolves `@openzeppelin/contracts/…` and `actor-evm/contracts/…` as Node would. */
function readImport(path) {
  try {
    return { contents: readFileSync(require.resolve(path), 'utf8') }
  } catch (error) {
    return { error: `import "${path}": ${error.message}` }
  }
}

function isEntry(item) {
  return item.type === 'function' || item.type === 'receive' || item.type === 'fallback'
}

function artifactText(name, contract) {
  const storage = Object.fromEntries(
    contract.storageLayout.storage.map((variable) => [variable.label, Number(variable.slot)]),
  )
  const artifact = {
    name,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
    storage,
  }
  return `${JSON.stringify(artifact)}\n`
}

const isMain = process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
if (isMain) {
  const root = new URL('../../', import.meta.url)
  for (const place of ['examples/market', 'examples/dao', 'examples/actor-contracts', 'bench']) {
    const folder = new URL(`${place}/`, root)
    for (const [fileName, text] of compileFolder(new URL('contracts/', folder))) {
      writeFileSync(new URL(`artifacts/${fileName}`, folder), text)
      const codeSizeBytes = (JSON.parse(text).deployedBytecode.length - 2) / 2
      console.log(`${place}/artifacts/${fileName}: ${codeSizeBytes} bytes of code`)
    }
  }
}
