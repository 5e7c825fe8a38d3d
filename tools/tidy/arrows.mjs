// Who may import whom: the table of docs/ARCHITECTURE.md as data. An area is a file, a folder with
// all below it, or `folder/*`: the files right in it. The longest that fits a file is the file's
// area. An area may always import itself, and leaves without being told.

/** What every file of its half may import; the abi itself, below both halves, imports nothing. */
const ASSEMBLY_LEAVES = ['assembly/abi']
const SRC_LEAVES = ['src/base']

/** The core's rooms from the bottom to the top, and the rooms that each may import. */
export const ASSEMBLY_ARROWS = {
  'assembly/abi': [],
  'assembly/memory': [],
  'assembly/forks': ['memory'],
  'assembly/u256': ['memory'],
  'assembly/crypto': ['memory', 'u256'],
  // Modules of their own, each with a memory of its own
  'assembly/secp256k1': ['u256'],
  'assembly/p256': ['secp256k1', 'u256'],
  'assembly/bls': ['secp256k1', 'u256'],
  'assembly/precompiles': ['crypto', 'forks', 'memory', 'u256'],
  'assembly/tables': ['crypto', 'memory', 'u256'],
  'assembly/nodes': ['crypto', 'memory', 'u256'],
  'assembly/partial': ['crypto', 'memory', 'nodes', 'tables', 'u256'],
  'assembly/state': ['crypto', 'forks', 'memory', 'partial', 'precompiles', 'tables', 'u256'],
  'assembly/trie': ['crypto', 'memory', 'nodes', 'partial', 'state', 'u256'],
  'assembly/frames': ['memory', 'state', 'u256'],
  'assembly/decode': ['forks', 'frames', 'memory', 'u256'],
  'assembly/messages': ['frames', 'memory', 'state', 'tables', 'u256'],
  'assembly/evm': [
    ...['crypto', 'decode', 'forks', 'frames', 'memory', 'messages', 'partial', 'precompiles'],
    ...['state', 'tables', 'u256'],
  ],
  // Ethereum's: without a room of the actors' above or below it
  'assembly/transactions': ['evm', 'forks', 'frames', 'memory', 'state', 'tables', 'u256'],
  'assembly/actors': [
    ...['crypto', 'evm', 'frames', 'memory', 'messages', 'precompiles', 'state', 'transactions'],
    'u256',
  ],
  'assembly/block': [
    ...['actors', 'decode', 'forks', 'memory', 'messages', 'nodes', 'state', 'trie', 'u256'],
  ],
  'assembly/*': [
    ...['actors', 'block', 'crypto', 'decode', 'evm', 'forks', 'frames', 'memory', 'messages'],
    ...['nodes', 'partial', 'precompiles', 'state', 'tables', 'transactions', 'trie', 'u256'],
  ],
}

/**
 * The same for the host: its rooms from the bottom to the top, so each imports only what stands
 * above it here. `abi` is assembly/abi: all that the host sees of the core.
 */
export const SRC_ARROWS = {
  'src/base': [],
  'src/forks': ['abi'],
  'src/crypto': ['abi'],
  'src/wasm': ['abi', 'crypto'],
  'src/threads': ['abi', 'crypto', 'wasm'],
  'src/trace': ['abi', 'forks', 'wasm'],
  'src/machine': ['abi', 'crypto', 'forks', 'threads', 'trace', 'wasm'],
  'src/intake': ['abi', 'crypto', 'forks', 'machine', 'threads', 'wasm'],
  'src/results': ['abi', 'intake', 'wasm'],
  'src/state': ['abi', 'intake', 'machine', 'threads', 'wasm'],
  'src/execution': [
    ...['abi', 'crypto', 'forks', 'intake', 'machine', 'results', 'state', 'threads', 'trace'],
    'wasm',
  ],
  'src/chain': [
    ...['abi', 'crypto', 'execution', 'forks', 'intake', 'machine', 'results', 'state', 'wasm'],
  ],
  'src/witness': [
    ...['abi', 'chain', 'execution', 'forks', 'intake', 'machine', 'results', 'state', 'threads'],
    'wasm',
  ],
  'src/tools': [
    ...['abi', 'chain', 'execution', 'forks', 'intake', 'machine', 'results', 'state', 'trace'],
    'wasm',
  ],
  'src/explain': [],
  'src/*': [
    ...['chain', 'execution', 'explain', 'forks', 'intake', 'machine', 'state', 'threads', 'tools'],
    ...['trace', 'witness'],
  ],
  'src/ledger': [
    ...['abi', 'chain', 'crypto', 'execution', 'forks', 'intake', 'machine', 'results', 'state'],
    ...['tools', 'src/engine.ts'],
  ],
  'src/rpc': [
    ...['abi', 'chain', 'execution', 'forks', 'intake', 'ledger', 'machine', 'results', 'state'],
    ...['tools', 'trace', 'wasm', 'src/engine.ts'],
  ],
  'src/server': ['rpc'],
  'src/chain.ts': ['ledger', 'src/index.ts'],
  'src/provider.ts': ['rpc'],
  'src/server.ts': ['server'],
  'src/runners': [
    ...['abi', 'chain', 'crypto', 'execution', 'forks', 'intake', 'ledger', 'machine', 'results'],
    ...['rpc', 'state', 'threads', 'trace', 'wasm'],
  ],
  'src/cli': ['runners', 'src/index.ts', 'src/provider.ts', 'src/server.ts'],
  'src/cli.ts': ['cli'],
}

/** Packages that the engine uses at run time, and where each may be imported. */
export const PACKAGE_ARROWS = {
  '@hono/node-server': ['src/server'],
  '@noble/curves': ['src/crypto', 'src/intake/sign-hash.ts'],
  '@noble/hashes': ['src/crypto'],
  '@scure/bip32': ['src/rpc/dev/mnemonic.ts'],
  '@scure/bip39': ['src/rpc/dev/mnemonic.ts'],
  comlink: ['src/threads'],
  commander: ['src/cli', 'src/cli.ts'],
  hono: ['src/server'],
  'mcl-wasm': ['src/crypto'],
  ws: ['src/server'],
}

/** Node's modules: loaded on demand elsewhere, since a browser has none of them. */
export const NODE_AREAS = ['src/cli', 'src/cli.ts', 'src/runners', 'src/server', 'src/server.ts']

/**
 * Arrows that do not point down: rooms are listed from the bottom to the top.
 * @param {Record<string, string[]>} arrows
 * @returns {string[]}
 */
export function upwardArrows(arrows = { ...ASSEMBLY_ARROWS, ...SRC_ARROWS }) {
  const rooms = Object.keys(arrows)
  return rooms.flatMap((room, i) => {
    const half = room.split('/')[0]
    return arrows[room]
      .filter((name) => name !== 'abi' && !name.includes('/'))
      .filter((name) => !rooms.slice(0, i).includes(`${half}/${name}`))
      .map((name) => `${room} may import ${half}/${name}, which does not stand below it`)
  })
}

const expand = (prefix, arrows, leaves) =>
  Object.entries(arrows).map(([area, names]) => ({
    area,
    mayImport: [
      area,
      ...(area === 'assembly/abi' ? [] : leaves),
      ...names.map((name) => {
        if (name.includes('/')) return name
        return name === 'abi' ? 'assembly/abi' : `${prefix}/${name}`
      }),
    ],
  }))

/** @type {{area: string, mayImport: string[]}[]} longest area first */
export const ARROWS = [
  ...expand('assembly', ASSEMBLY_ARROWS, ASSEMBLY_LEAVES),
  ...expand('src', SRC_ARROWS, SRC_LEAVES),
].sort((a, b) => b.area.length - a.area.length)
