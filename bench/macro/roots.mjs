// The state root after a block that writes so many slots of one contract, in a state that has as
// many accounts as that contract has slots. The peer, @ethereumjs/mpt, puts the same values into
// the same two tries and asks for their root; both end with the same one.
import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { createAccount, createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { createEngine } from 'actor-evm'
import { keccak, quantity, word } from '../../examples/market/abi.mjs'
import { assemble } from '../lib/bytecode.mjs'
import { expectEqual, workerCounts } from '../lib/engines.mjs'
import { withIndependentEngines } from '../lib/independent.mjs'
import { summarize } from '../lib/measure.mjs'
import { number, table } from '../lib/table.mjs'
import { COINBASE, addressOf, unsignedBlock } from '../lib/unsigned-block.mjs'

const ACCOUNTS = 1_000_000
/** The peer needs minutes to build a trie of a million. */
const PEER_ACCOUNTS = 50_000
const TOUCHED = [1, 100, 10_000]
const SENDER = addressOf(1)
const CONTRACT = addressOf(30_000_000)
const ETHER = 10n ** 18n
/** Of SSTORE, and of the loop around it. */
const GAS_PER_SLOT = 6_000
/** No limit of gas for a transaction (EIP-7825) yet. */
const FORK = 'prague'

/** Stores the number in the second word of data in the first so many slots. */
const CODE = assemble(`0 CALLDATALOAD
  loop: 1 SWAP1 SUB 32 CALLDATALOAD DUP2 SSTORE DUP1 @loop JUMPI STOP`)

export const roots = {
  name: 'roots',
  title: 'state roots, beside @ethereumjs/mpt',

  async run({ smoke }) {
    const runs = smoke ? 1 : 7
    const touched = smoke ? [1, 100] : TOUCHED
    const rows = []
    await withIndependentEngines(workerCounts(), async (independent) => {
      for (const [size, withPeer] of [
        [smoke ? 1_000 : PEER_ACCOUNTS, true],
        ...(smoke ? [] : [[ACCOUNTS, false]]),
      ]) {
        rows.push(...(await measureState(size, touched, runs, withPeer, independent)))
      }
    })
    return { rows, text: render(rows) }
  },
}

function stateOf(size) {
  const alloc = { [SENDER]: { balance: quantity(ETHER) } }
  for (let i = 2; i < size; i++) alloc[numbered(i)] = { balance: '0x1' }
  const storage = {}
  for (let slot = 0; slot < size; slot++) storage[word(slot)] = '0x1'
  alloc[CONTRACT] = { nonce: '0x1', code: CODE, storage }
  return alloc
}

/** The trie hashes addresses anyway. */
const numbered = (i) => `0x${i.toString(16).padStart(40, '0')}`

/** An engine for each number of workers: they take turns, block by block. */
async function measureState(size, touched, runs, withPeer, independent) {
  const alloc = stateOf(size)
  const engines = []
  let loadMs
  let genesisRoot
  for (const workers of workerCounts()) {
    const engine = await createEngine({
      semantics: 'actor',
      workers,
      fork: FORK,
      memory: 3 * 2 ** 30,
    })
    const start = performance.now()
    genesisRoot = await engine.loadGenesis(alloc)
    loadMs ??= performance.now() - start
    engines.push(engine)
  }
  const peer = withPeer ? await PeerState.make(alloc, genesisRoot) : undefined
  const rows = []
  let nonce = 0
  for (const count of touched) {
    const own = engines.map(() => [])
    const theirs = []
    const apart = engines.map(() => [])
    for (let run = -1; run < runs; run++) {
      const value = BigInt(nonce + 2)
      let root
      for (const [i, engine] of engines.entries()) {
        const result = await engine.executeBlock(await writingBlock(engine, count, value, nonce))
        expectEqual('status', result.receipts[0].status, 1)
        root ??= result.stateRoot
        expectEqual('state root', result.stateRoot, root)
        const apartMs = await independent.run(engine.workers)
        if (run < 0) continue
        own[i].push(result.timing.stateRoot)
        apart[i].push(apartMs)
      }
      nonce++
      // Its runs are long enough to be alike
      const peerMs = await peer?.write(engines[0], count, value, root)
      if (run >= 0 && peerMs !== undefined) theirs.push(peerMs)
    }
    const peerMs = peer === undefined ? undefined : summarize(theirs).median
    const alone = summarize(own[0])
    for (const [i, { workers }] of engines.entries()) {
      const summary = summarize(own[i])
      rows.push({
        ...{ accounts: size, touched: count, workers, ...summary, peerMs, loadMs },
        timesPeer: peerMs && peerMs / summary.median,
        speedUp: alone.median / summary.median,
        machine: (workers * summarize(apart[0]).median) / summarize(apart[i]).median,
      })
    }
  }
  for (const engine of engines) await engine.dispose()
  return rows
}

async function writingBlock(engine, count, value, nonce) {
  const data = `${word(count)}${word(value).slice(2)}`
  const gas = 100_000 + count * GAS_PER_SLOT
  const call = { from: SENDER, to: CONTRACT, data, gas, nonce }
  return unsignedBlock([call], gas, FORK).prepared(engine)
}

/** The same state in two tries of the peer. */
class PeerState {
  #accounts = new MerklePatriciaTrie({ useKeyHashing: true })
  #slots = new MerklePatriciaTrie({ useKeyHashing: true })

  static async make(alloc, root) {
    const peer = new PeerState()
    for (const slot of Object.keys(alloc[CONTRACT].storage)) {
      await peer.#slots.put(hexToBytes(slot), RLP.encode(1))
    }
    for (const [address, { balance = '0x0', nonce = '0x0' }] of Object.entries(alloc)) {
      await peer.#putAccount(address, BigInt(balance), BigInt(nonce), address === CONTRACT)
    }
    expectEqual('root of the peer', peer.#root(), root)
    return peer
  }

  /** @returns milliseconds */
  async write(engine, count, value, root) {
    const own = [SENDER, COINBASE].map((address) => engine.getAccount(address))
    const changed = await Promise.all(own)
    const encoded = RLP.encode(value)
    const start = performance.now()
    for (let slot = 0; slot < count; slot++) await this.#slots.put(slotKeys(slot), encoded)
    await this.#putAccount(CONTRACT, 0n, 1n, true)
    for (const { address, balance, nonce } of changed) {
      await this.#putAccount(address, balance, nonce, false)
    }
    const ours = this.#root()
    const ms = performance.now() - start
    expectEqual('root of the peer', ours, root)
    return ms
  }

  #root() {
    return `0x${Buffer.from(this.#accounts.root()).toString('hex')}`
  }

  async #putAccount(address, balance, nonce, isContract) {
    const parts = isContract
      ? { storageRoot: this.#slots.root(), codeHash: hexToBytes(keccak(CODE)) }
      : {}
    const account = createAccount({ balance, nonce, ...parts })
    await this.#accounts.put(createAddressFromString(address).bytes, account.serialize())
  }
}

const slotKeys = (slot) => hexToBytes(word(slot))

function render(rows) {
  return table([
    [
      ...['accounts', 'slots', 'workers', 'ms', 'min', 'max'],
      ...['@ethereumjs/mpt ms', '× peer', 'speed-up', 'machine'],
    ],
    ...rows.map((row) => [
      number(row.accounts, 0),
      number(row.touched, 0),
      row.workers,
      number(row.median, 3),
      number(row.min, 3),
      number(row.max, 3),
      row.peerMs === undefined ? '–' : number(row.peerMs),
      row.timesPeer === undefined ? '–' : number(row.timesPeer),
      `${number(row.speedUp, 2)} ×`,
      `${number(row.machine, 2)} ×`,
    ]),
  ])
}
