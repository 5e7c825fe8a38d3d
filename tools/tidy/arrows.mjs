// Who may import whom: the table of docs/ARCHITECTURE.md as data. An area is a file, a folder with
// all below it, or `folder/*`: the files right in it. The longest that fits a file is the file's
// area. An area may always import itself, and leaves without being told.

/** What every file of its half may import; the abi itself, below both halves, imports nothing. */
const ASSEMBLY_LEAVES = ['assembly/abi', 'assembly/scratch.ts', 'assembly/slice.ts']
const SRC_LEAVES = ['src/base']

/** Areas of the core that may be imported by the areas to the left of the arrow. */
const ASSEMBLY_ARROWS = {
  'assembly/abi': [],
  'assembly/scratch.ts': [],
  'assembly/slice.ts': [],
  'assembly/u256': [],
  'assembly/crypto': ['u256'],
  'assembly/precompiles': ['u256', 'crypto'],
  // Modules of their own, each with a memory of its own
  'assembly/secp256k1': ['u256'],
  'assembly/p256': ['u256', 'secp256k1'],
  'assembly/bls': ['u256', 'assembly/secp256k1/signed-digits.ts'],
  'assembly/state': ['u256', 'crypto', 'partial'],
  // What is looked up in the part of a trie that a witness gives, below accounts and slots.
  'assembly/partial': [
    ...['u256', 'crypto', 'assembly/state/codes.ts', 'assembly/state/context.ts'],
    ...['assembly/state/heap.ts', 'assembly/state/key-hash.ts', 'assembly/state/lock.ts'],
    ...['assembly/trie/empty-hashes.ts', 'assembly/trie/node.ts', 'assembly/trie/path.ts'],
  ],
  'assembly/trie': ['u256', 'crypto', 'partial', 'state'],
  'assembly/evm': ['u256', 'crypto', 'partial', 'precompiles', 'state'],
  // Between rounds: applies credits, brings the tries up to date.
  'assembly/evm/coordinator.ts': ['u256', 'crypto', 'state', 'trie', 'assembly/evm'],
  // What workers share out: groups, transactions, subtries.
  'assembly/evm/jobs.ts': ['state', 'trie', 'assembly/evm'],
  'assembly/*': ['u256', 'crypto', 'partial', 'precompiles', 'state', 'trie', 'evm'],
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
  'src/trace': ['abi', 'wasm'],
  'src/machine': ['abi', 'crypto', 'forks', 'threads', 'trace', 'wasm'],
  'src/intake': ['abi', 'crypto', 'forks', 'machine', 'threads', 'wasm'],
  'src/results': ['abi', 'intake', 'wasm'],
  'src/state': ['abi', 'intake', 'machine', 'threads', 'wasm'],
  'src/execution': ['abi', 'forks', 'intake', 'machine', 'results', 'state', 'threads', 'wasm'],
  'src/chain': [
    ...['abi', 'crypto', 'execution', 'forks', 'intake', 'machine', 'results', 'state', 'wasm'],
  ],
  'src/witness': [
    ...['abi', 'chain', 'execution', 'forks', 'intake', 'machine', 'results', 'state', 'threads'],
    'wasm',
  ],
  'src/explain': [],
  'src/*': [
    ...['chain', 'execution', 'explain', 'forks', 'intake', 'machine', 'state', 'threads', 'trace'],
    'witness',
  ],
  'src/runners': [
    ...['abi', 'chain', 'crypto', 'execution', 'forks', 'intake', 'machine', 'results', 'state'],
    ...['threads', 'trace', 'wasm'],
  ],
  'src/cli': ['runners', 'src/index.ts'],
  'src/cli.ts': ['cli'],
}

/** Packages that the engine uses at run time, and where each may be imported. */
export const PACKAGE_ARROWS = {
  '@noble/curves': ['src/crypto', 'src/intake/sign-hash.ts'],
  '@noble/hashes': ['src/crypto'],
  comlink: ['src/threads'],
  commander: ['src/cli', 'src/cli.ts'],
  'mcl-wasm': ['src/crypto'],
}

/** Node's modules: loaded on demand elsewhere, since a browser has none of them. */
export const NODE_AREAS = ['src/cli', 'src/cli.ts', 'src/runners']

/**
 * Arrows of the host that do not point down: rooms are listed from the bottom to the top.
 * @param {Record<string, string[]>} arrows
 * @returns {string[]}
 */
export function upwardArrows(arrows = SRC_ARROWS) {
  const rooms = Object.keys(arrows)
  return rooms.flatMap((room, i) =>
    arrows[room]
      .filter((name) => name !== 'abi' && !name.includes('/'))
      .filter((name) => !rooms.slice(0, i).includes(`src/${name}`))
      .map((name) => `${room} may import src/${name}, which does not stand below it`),
  )
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
