// What a state of a million accounts with ten slots each takes in linear memory, and a block that
// writes 10,000 of the slots. The state comes as a stream, so that JavaScript never has all of it.
import { createEngine } from 'actor-evm'
import { quantity, word } from '../../examples/market/abi.mjs'
import { ACCOUNT_SIZE, ARENA_SIZE, HEAP_TOP, SLOT_SIZE } from '../lib/layout.mjs'
import { assemble } from '../lib/bytecode.mjs'
import { expectEqual } from '../lib/engines.mjs'
import { measureGrowth } from '../lib/growth-pause.mjs'
import { number, table } from '../lib/table.mjs'
import { addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'

const ACCOUNTS = 1_000_000
const SMOKE_ACCOUNTS = 10_000
const SLOTS_PER_ACCOUNT = 10
const TOUCHED = 10_000
const SMOKE_TOUCHED = 100
/** What all of it may take, arena of the worker included. */
const GOAL_BYTES = 2e9
const MEMORY_BYTES = 3 * 2 ** 30
const SENDER = addressOf(1)
const ETHER = 10n ** 18n
const GAS_PER_CALL = 60_000
/** An index has a power of two of entries, a quarter of them free, and a header. */
const INDEX_BYTES = 16 + 4 * 16
const GROWTH_STEPS = 200

/** Adds one to the slot whose key is the data. */
const CODE = assemble('0 CALLDATALOAD DUP1 SLOAD 1 ADD SWAP1 SSTORE STOP')

export const memory = {
  name: 'memory',
  title: 'linear memory of a state of 1 million accounts with 10 million slots',

  async run({ smoke }) {
    const accounts = smoke ? SMOKE_ACCOUNTS : ACCOUNTS
    const state = await measureState(accounts, smoke ? SMOKE_TOUCHED : TOUCHED)
    const growth = await measureGrowth(smoke ? 10 : GROWTH_STEPS)
    const isWithinGoal = smoke || state.bytes < GOAL_BYTES
    return { state, growth, isWithinGoal, text: render(state, growth, isWithinGoal) }
  },
}

async function measureState(accounts, touched) {
  const options = { semantics: 'actor', workers: 1, fork: 'prague', memory: MEMORY_BYTES }
  const { engine, heapTop } = await watched(() => createEngine(options))
  try {
    const empty = heapTop()
    const start = performance.now()
    await engine.loadGenesis(accountsOf(accounts), { onProgress: progress(accounts) })
    const loadMs = performance.now() - start
    const loaded = heapTop()
    const block = touchingBlock(accounts, touched)
    const { timing, receipts } = await engine.executeBlock(await block.prepared(engine))
    expectEqual('failed calls', receipts.filter(({ status }) => status !== 1).length, 0)
    const last = (touched - 1) * Math.floor(accounts / touched)
    expectEqual('a slot', await engine.getStorage(numbered(last), keyOf(last, 0)), 2n)
    return { accounts, ...kindsOf(accounts, empty, loaded), bytes: heapTop(), loadMs, timing }
  } finally {
    await engine.dispose()
  }
}

/** The engine that `make` makes, and the first free byte of its memory. */
async function watched(make) {
  const { Memory } = WebAssembly
  let memory
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) {
      super(descriptor)
      if (descriptor.shared === true) memory ??= this
    }
  }
  try {
    const engine = await make()
    return { engine, heapTop: () => new Uint32Array(memory.buffer)[HEAP_TOP >>> 2] }
  } finally {
    WebAssembly.Memory = Memory
  }
}

function* accountsOf(count) {
  yield [SENDER, { balance: quantity(1_000n * ETHER) }]
  for (let i = 0; i < count; i++) {
    const storage = {}
    for (let slot = 0; slot < SLOTS_PER_ACCOUNT; slot++) storage[keyOf(i, slot)] = '0x1'
    yield [numbered(i), { nonce: 1, balance: 1, code: CODE, storage }]
  }
}

/** The trie hashes addresses anyway. */
const numbered = (i) => `0x${(0x10_0000_0000 + i).toString(16).padStart(40, '0')}`

/** Like the key of a mapping: all of its bytes matter. */
function keyOf(account, slot) {
  const low = Math.imul(account * SLOTS_PER_ACCOUNT + slot + 1, 0x9e37_79b1) >>> 0
  const high = Math.imul(low ^ (low >>> 15), 0x85eb_ca6b) >>> 0
  const half = low.toString(16).padStart(8, '0') + high.toString(16).padStart(8, '0')
  return `0x${half.repeat(4)}`
}

function touchingBlock(accounts, touched) {
  const stride = Math.floor(accounts / touched)
  const calls = Array.from({ length: touched }, (_, i) => ({
    from: SENDER,
    to: numbered(i * stride),
    gas: GAS_PER_CALL,
    data: word(keyOf(i * stride, 0)),
  }))
  return unsignedBlock(calls, touched * GAS_PER_CALL, 'prague')
}

function progress(accounts) {
  if (!process.stderr.isTTY) return undefined
  let last = performance.now()
  return (count) => {
    if (performance.now() - last < 1_000 && count <= accounts) return
    last = performance.now()
    process.stderr.write(`\r  ${number((100 * count) / (accounts + 1), 0)} % loaded\r`)
  }
}

function kindsOf(accounts, empty, loaded) {
  const slots = accounts * SLOTS_PER_ACCOUNT
  const accountIndex = 4 * 2 ** Math.ceil(Math.log2(2 * (accounts + 2)))
  const kinds = {
    arena: ARENA_SIZE,
    accounts: accounts * ACCOUNT_SIZE,
    slots: slots * SLOT_SIZE,
    indexes: accounts * INDEX_BYTES + accountIndex,
  }
  const known = kinds.accounts + kinds.slots + kinds.indexes
  return { slotCount: slots, kinds: { ...kinds, 'tries and the rest': loaded - empty - known } }
}

function render({ bytes, kinds, slotCount, loadMs, timing }, growth, isWithinGoal) {
  const rows = Object.entries(kinds).map(([kind, size]) => [
    kind,
    number(size / 1e6),
    number(size / slotCount),
  ])
  const total = ['all, after the block', number(bytes / 1e6), number(bytes / slotCount)]
  const ms = (value) => `${number(value, 1)} ms`
  return `${table([['', 'MB', 'bytes for each slot'], ...rows, total])}

  the goal of ${number(GOAL_BYTES / 1e6, 0)} MB is ${isWithinGoal ? 'met' : 'missed'}
  loaded in ${number(loadMs / 1000)} s
  the block: execution ${ms(timing.execution)}, state root ${ms(timing.stateRoot)}
${growth.map(renderGrowth).join('\n')}`
}

function renderGrowth({ where, stepMiB, steps, medianMs, longestMs, readerMs, idleReaderMs }) {
  const ms = (value) => `${number(value, 3)} ms`
  return `  ${where}: growing by ${stepMiB} MiB, ${steps} times: median ${ms(medianMs)}, longest \
${ms(longestMs)};
    a thread that reads pauses ${ms(readerMs)} at most, and without growing ${ms(idleReaderMs)}`
}
