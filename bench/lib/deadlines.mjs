// Long work, and how long after its signal it ends: one row for each stage and each kind of code.
import { CancelledError, createEngine, createValidator } from 'actor-evm'
import { fanOut, rallies } from './actor-workloads.mjs'
import {
  LONG_CODES, LONG_FORK, authorized, longCode, manyAccounts, newSlots, signedCall, signedTransfers,
  transfers,
} from './long-blocks.mjs'
import { addressOf, environment } from './unsigned-block.mjs'

const MEMORY = 3 * 2 ** 30
const CHAIN = { fork: LONG_FORK, chainId: 1, memory: MEMORY }
const ETHEREUM = { ...CHAIN, semantics: 'ethereum' }
const ACTOR = { ...CHAIN, semantics: 'actor' }
/** Receipts hold state roots: with a witness a block is executed twice. */
const OLD = { ...ETHEREUM, fork: 'spurious-dragon' }
/** Gas of blocks without a limit of their own. */
const ANY_GAS = 2 ** 45
/** Of a call whose messages are to work for seconds. */
const LONG_GAS = 30_000_000_000

/** Executes a block of unsignedBlock; the signal comes after the phase `after`, if there is one. */
function execution(name, options, makeBlock, after) {
  return {
    name,
    async prepare(workers) {
      const engine = await createEngine({ ...options, workers })
      const workload = makeBlock()
      await engine.loadGenesis(workload.alloc)
      const prepared = await workload.prepared(engine)
      return {
        after,
        run: (call) => engine.executeBlock(prepared, call),
        stateRoot: () => engine.stateRoot(),
        end: () => engine.dispose(),
      }
    },
  }
}

/** Work of an empty engine. */
function ofEngine(name, make, options = ACTOR) {
  return {
    name,
    async prepare(workers) {
      const engine = await createEngine({ ...options, workers })
      const run = make(engine)
      return { run, stateRoot: () => engine.stateRoot(), end: () => engine.dispose() }
    },
  }
}

const preparation = (name, transactions) =>
  ofEngine(name, (engine) => {
    const block = { env: environment(ANY_GAS), transactions: transactions() }
    return (call) => engine.prepareBlock(block, call)
  })

/** A block that is made with its witness. */
function production(name, options, call, after) {
  return {
    name,
    async prepare(workers) {
      const engine = await createEngine({ ...options, workers })
      const { alloc, block } = call()
      await engine.loadGenesis(alloc)
      return {
        after,
        run: (how) => engine.produceBlock(block, [], how),
        stateRoot: () => engine.stateRoot(),
        end: () => engine.dispose(),
      }
    },
  }
}

/** A block that is validated from its witness. */
function validation(name, options, call, after) {
  return {
    name,
    async prepare(workers) {
      const engine = await createEngine({ ...options, workers })
      const { alloc, block } = call()
      await engine.loadGenesis(alloc)
      const { bytes, hash, witness } = await engine.produceBlock(block)
      await engine.dispose()
      const validator = await createValidator({ ...options, rules: 'execution', workers })
      const input = { block: bytes, witness, blockHash: hash }
      return {
        after,
        run: (how) => validator.validate({ ...input, ...how }),
        stateRoot: async () => '',
        end: () => validator.dispose(),
      }
    },
  }
}

/** A call that has to wait for another block. */
const waiting = {
  name: 'waiting for another block',
  async prepare(workers) {
    const engine = await createEngine({ ...ACTOR, workers })
    const workload = longCode('a loop')
    await engine.loadGenesis(workload.alloc)
    const prepared = await workload.prepared(engine)
    const other = new AbortController()
    const before = engine.executeBlock(prepared, { signal: other.signal }).catch(() => undefined)
    return {
      run: (call) => engine.executeBlock(prepared, call),
      stateRoot: async () => '',
      end: async () => {
        other.abort()
        await before
        await engine.dispose()
      },
    }
  },
}

async function* withoutEnd() {
  yield [addressOf(1), { balance: 1 }]
  await new Promise(() => undefined)
}

export const DEADLINES = [
  preparation('decoding', () => signedTransfers(200_000)),
  preparation('senders', () => signedTransfers(20_000)),
  preparation('authorities', () => [authorized(20_000)]),
  ...LONG_CODES.map((name) => execution(`${name}, one activation`, ACTOR, () => longCode(name))),
  ...['a loop', 'calls', 'creations of 48 KiB', 'KECCAK256 of 32 MiB'].map((name) =>
    execution(`${name}, one transaction`, ETHEREUM, () => longCode(name)),
  ),
  execution('transfers between actors', ACTOR, () => transfers(100_000)),
  execution('transfers in order', ETHEREUM, () => transfers(100_000)),
  execution('small rounds', ACTOR, () => rallies(80, 1_000, 0)),
  execution('fan-out', ACTOR, () => fanOut(300, 3_000_000, LONG_GAS)),
  execution('roots of slots', ACTOR, () => newSlots(200_000), 'settlement'),
  execution('roots of transfers', ACTOR, () => transfers(100_000), 'settlement'),
  ofEngine('genesis, an object', (engine) => {
    const alloc = manyAccounts(100_000, 4)
    return (call) => engine.loadGenesis(alloc, call)
  }),
  ofEngine('genesis, one account', (engine) => {
    const alloc = manyAccounts(1, 500_000)
    return (call) => engine.loadGenesis(alloc, call)
  }),
  ofEngine('genesis, a stream', (engine) => {
    const entries = Object.entries(manyAccounts(100_000, 4))
    return (call) => engine.loadGenesis(entries, call)
  }),
  ofEngine('genesis, a stream that waits', (engine) => (call) => {
    return engine.loadGenesis(withoutEnd(), call)
  }),
  production('a block with its witness', ACTOR, () => signedCall('slots', 60_000), 'settlement'),
  production('the same before Byzantium', OLD, () => signedCall('loop', 2_000)),
  validation('validator, a loop', ACTOR, () => signedCall('loop', 400)),
  validation('validator, slots', ETHEREUM, () => signedCall('slots', 60_000)),
  waiting,
]

/**
 * @param kind one of DEADLINES
 * @param wait milliseconds from its beginning to the signal, or from the end of its phase
 * @returns `{error, ms, isSame}`: how it ended, how long after the signal, whether the state is as
 *   it was; `ms` is undefined if the work was done before the signal
 */
export async function timeToCancel(kind, workers, wait) {
  const work = await kind.prepare(workers)
  const before = await work.stateRoot()
  const controller = new AbortController()
  // When it is due: a thread that is deaf hears the timer late
  let due
  const abortSoon = () => {
    due ??= performance.now() + wait
    setTimeout(() => controller.abort(), wait)
  }
  const { signal } = controller
  const onProgress = ({ phase }) => phase === work.after && abortSoon()
  const running = work.run(work.after === undefined ? { signal } : { signal, onProgress })
  if (work.after === undefined) abortSoon()
  const error = await running.then(() => undefined, (reason) => reason)
  const ms = error === undefined ? undefined : performance.now() - due
  const isSame = (await work.stateRoot()) === before
  await work.end()
  return { error, ms, isSame }
}

export const isCancelled = (error) => error instanceof CancelledError
