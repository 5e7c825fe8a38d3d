// Who may import whom: the table of docs/ARCHITECTURE.md as data. An area is a file, a folder with
// all below it, or `folder/*`: the files right in it. The longest that fits a file is the file's
// area. An area may always import itself, and leaves without being told.

/** What every file of its half may import; the abi itself, below both halves, imports nothing. */
const ASSEMBLY_LEAVES = ['assembly/abi', 'assembly/scratch.ts', 'assembly/slice.ts']
const SRC_LEAVES = [
  ...['src/errors.ts', 'src/bytes.ts', 'src/known-keys.ts', 'src/types.ts', 'src/forks.ts'],
  ...['src/fetch-wasm.ts', 'src/warn.ts', 'src/result-data.ts'],
  ...['src/pulse.ts', 'src/read-once.ts', 'src/sort-in-turns.ts'],
]

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

/** The same for the host. `abi` is assembly/abi: all that the host sees of the core. */
const SRC_ARROWS = {
  'src/errors.ts': [],
  'src/fetch-wasm.ts': [],
  'src/warn.ts': [],
  'src/bytes.ts': [],
  'src/read-once.ts': [],
  'src/result-data.ts': [],
  'src/known-keys.ts': [],
  'src/types.ts': [],
  'src/pulse.ts': [],
  'src/sort-in-turns.ts': [],
  'src/forks.ts': ['abi'],
  'src/crypto': ['abi'],
  'src/wasm': ['crypto', 'abi'],
  'src/block': ['crypto', 'abi'],
  'src/workers': ['wasm', 'crypto', 'abi'],
  'src/executor': ['workers', 'wasm', 'crypto', 'abi'],
  'src/rounds': ['executor', 'wasm', 'workers', 'abi'],
  'src/receipts': ['crypto', 'block', 'wasm', 'abi'],
  'src/explain': [],
  'src/trace': ['wasm', 'abi'],
  'src/witness': [
    ...['abi', 'block', 'chain', 'crypto', 'pipeline', 'receipts', 'wasm', 'workers', 'src/*'],
  ],
  'src/chain': [
    ...['abi', 'block', 'crypto', 'pipeline', 'receipts', 'wasm'],
    ...['src/execute-block.ts', 'src/genesis.ts', 'src/prepare-block.ts'],
  ],
  'src/pipeline': [
    ...['abi', 'block', 'executor', 'receipts', 'rounds', 'trace', 'wasm'],
    'workers',
    'src/prepare-block.ts',
  ],
  'src/*': [
    ...['abi', 'block', 'chain', 'crypto', 'executor', 'explain', 'pipeline'],
    ...['receipts', 'rounds', 'trace', 'wasm', 'witness', 'workers'],
  ],
  'src/fixtures': ['crypto', 'block'],
  'src/runners': [
    ...['abi', 'block', 'chain', 'crypto', 'fixtures', 'pipeline', 'receipts', 'trace', 'wasm'],
    'workers',
    'src/*',
  ],
  'src/cli': ['fixtures', 'runners', 'src/index.ts'],
  'src/cli.ts': ['cli', 'src/index.ts'],
}

/** Packages that the engine uses at run time, and where each may be imported. */
export const PACKAGE_ARROWS = {
  '@noble/curves': ['src/crypto', 'src/block/sign-hash.ts'],
  '@noble/hashes': ['src/crypto'],
  comlink: ['src/workers'],
  commander: ['src/cli', 'src/cli.ts'],
  'mcl-wasm': ['src/crypto'],
}

/** Node's modules: loaded on demand elsewhere, since a browser has none of them. */
export const NODE_AREAS = ['src/cli', 'src/cli.ts', 'src/fixtures', 'src/runners']

/** Files that nobody needs to import: each is where something starts. */
export const ENTRIES = [
  /^assembly\/((secp256k1|p256|bls)\/)?(index|testing(-\w+)?)\.ts$/,
  /^src\/(index|light|cli|workers\/worker-entry|runners\/test-thread)\.ts$/,
  /^test\/.*\.test\.ts$/,
  // Started as a process of its own, since what it times is the start
  /^bench\/micro\/first-block\.mjs$/,
  /^[^/]+\.config\.ts$/,
  /\.d\.ts$/,
  // What a bundle for browsers has in place of another file (tsdown.config.ts)
  /^src\/.*-browser\.ts$/,
]

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
