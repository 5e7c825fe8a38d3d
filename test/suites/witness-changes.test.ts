/**
 * What happens to blocks and witnesses on the way: each single change is refused, or has no effect
 * that could matter. Also where the attacker makes the hashes fit.
 *
 * ACTOR_EVM_WITNESS_CHANGES (2,000) changes with the seed ACTOR_EVM_WITNESS_SEED (1).
 */
import {
  createValidator,
  encodeHeader,
  type ExecutionWitness,
  type ProducedBlock,
  type Validator,
  type Verdict,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { encodeBlock } from '../../src/intake/block.js'
import { headerHash } from '../../src/intake/header.js'
import { keccak256 } from '../../src/intake/keccak.js'
import { bytesEqual, bytesToHex, concatBytes } from '../../src/base/bytes.js'
import { fromEnvironment } from '../support/from-environment.js'
import { produceRandom } from '../support/produced-blocks.js'
import { Random } from '../unit/helpers/random.js'

const CHANGES = fromEnvironment('ACTOR_EVM_WITNESS_CHANGES', 2_000)
const SEED = fromEnvironment('ACTOR_EVM_WITNESS_SEED', 1)
const CHANGES_PER_BLOCK = 100

interface Sent {
  readonly block: Uint8Array
  readonly witness: ExecutionWitness
}
type Change = (random: Random, sent: Sent) => Sent
type List = 'state' | 'codes' | 'headers'

/** A bit flipped, a byte gone, bytes cut off, a byte added. Something is left. */
function damage(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.nextInt(bytes.length)
  switch (random.nextInt(6)) {
    case 0:
      return concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1))
    case 1:
      return bytes.slice(0, Math.max(at, 1))
    case 2:
      return concatBytes(bytes.subarray(0, at), random.nextBytes(1), bytes.subarray(at))
    default: {
      const copy = bytes.slice()
      copy[at]! ^= 1 << random.nextInt(8)
      return copy
    }
  }
}

function damageItem(list: List): Change {
  return (random, { block, witness }) => {
    const items = [...witness[list]]
    const at = random.nextInt(items.length)
    items[at] = damage(random, items[at]!)
    return { block, witness: { ...witness, [list]: items } }
  }
}

function dropItem(list: List): Change {
  return (random, { block, witness }) => {
    const at = random.nextInt(witness[list].length)
    return { block, witness: { ...witness, [list]: witness[list].filter((_, i) => i !== at) } }
  }
}

/** Changes that must be refused, whatever they hit. */
const FATAL: Readonly<Record<string, Change>> = {
  'a damaged node': damageItem('state'),
  'a damaged code': damageItem('codes'),
  'a damaged header': damageItem('headers'),
  'a missing node': dropItem('state'),
  'a missing code': dropItem('codes'),
  'a missing header': dropItem('headers'),
  'a damaged block': (random, { block, witness }) => ({ block: damage(random, block), witness }),
}

/** Changes without effect: parts are found by their hashes. */
const HARMLESS: Readonly<Record<string, Change>> = {
  'swapped nodes': (random, { block, witness }) => {
    const state = [...witness.state]
    const [a, b] = [random.nextInt(state.length), random.nextInt(state.length)]
    ;[state[a], state[b]] = [state[b]!, state[a]!]
    return { block, witness: { ...witness, state } }
  },
  'a wrong node that nobody needs': (random, { block, witness }) => {
    // Another than all: nodes of neighbours may differ in a bit, and none may be there twice
    let node: Uint8Array
    do {
      node = damage(random, witness.state[random.nextInt(witness.state.length)]!)
    } while (witness.state.some((it) => bytesEqual(it, node)))
    return { block, witness: { ...witness, state: [...witness.state, node] } }
  },
  'damaged keys': (random, { block, witness }) => {
    return { block, witness: { ...witness, keys: [random.nextBytes(32)] } }
  },
}

async function produce(seed: number): Promise<{ product: ProducedBlock; validator: Validator }> {
  for (let at = seed; ; at++) {
    const made = await produceRandom(at, at % 2 === 0 ? 'actor' : 'ethereum')
    if (made === undefined || made.produced.witness.codes.length === 0) continue
    const validator = await createValidator({ ...made.options, rules: 'execution' })
    return { product: made.produced, validator }
  }
}

/** Runs `use` with one block after the other. */
async function withBlocks(
  count: number,
  use: (product: ProducedBlock, validator: Validator, random: Random) => Promise<void>,
): Promise<void> {
  const random = new Random(BigInt(SEED))
  for (let i = 0; i < count; i++) {
    const { product, validator } = await produce(5_000 + SEED * 1_000 + 3 * i)
    await use(product, validator, random)
    await validator.dispose()
  }
}

describe('single changes', { timeout: 600_000 }, () => {
  it(`of ${CHANGES} some are refused and the others are without effect`, async () => {
    const names = [...Object.keys(FATAL), ...Object.keys(HARMLESS)]
    await withBlocks(Math.ceil(CHANGES / CHANGES_PER_BLOCK), async (product, validator, random) => {
      const { bytes: block, hash, result, witness } = product
      const sent = { block, witness }
      for (let i = 0; i < CHANGES_PER_BLOCK; i++) {
        const name = names[random.nextInt(names.length)]!
        const isFatal = name in FATAL
        const changed = (isFatal ? FATAL : HARMLESS)[name]!(random, sent)
        const verdict = await validator.validate({ ...changed, blockHash: hash })
        const reason = verdict.valid ? 'accepted' : verdict.error.message
        expect(verdict.valid, `${name}: ${reason}`).toBe(!isFatal)
        if (verdict.valid) expect(verdict.stateRoot).toBe(result.stateRoot)
        else expect(verdict.reason, name).toMatch(/^[a-z-]+$/)
      }
      const untouched = await validator.validate({ ...sent, blockHash: hash })
      expect(untouched.valid).toBe(true)
    })
  })
})

function replaceAll(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at + from.length <= bytes.length; at++) {
    if (!bytesEqual(bytes.subarray(at, at + from.length), from)) continue
    const copy = bytes.slice()
    copy.set(to, at)
    return copy
  }
  return undefined
}

/** Puts another node in place, and the hashes above it right, up to the root. */
function rehash(
  state: readonly Uint8Array[],
  at: number,
  node: Uint8Array,
): { readonly nodes: Uint8Array[]; readonly root: Uint8Array } {
  const nodes = [...state]
  let from = keccak256(nodes[at]!)
  nodes[at] = node
  let to = keccak256(node)
  for (;;) {
    const above = nodes.findIndex((it) => replaceAll(it, from, to) !== undefined)
    if (above < 0) return { nodes, root: to }
    const old = keccak256(nodes[above]!)
    nodes[above] = replaceAll(nodes[above]!, from, to)!
    from = old
    to = keccak256(nodes[above]!)
  }
}

describe('a parent whose state is forged', { timeout: 600_000 }, () => {
  /** A block on a parent of the attacker's, whose state root is that of damaged nodes. */
  async function validateForged(
    { block, parentHeader, witness }: ProducedBlock,
    validator: Validator,
    random: Random,
  ): Promise<Verdict> {
    const at = random.nextInt(witness.state.length)
    const damaged = damage(random, witness.state[at]!)
    const { nodes, root } = rehash(witness.state, at, damaged)
    const parent = { ...parentHeader, stateRoot: root }
    const header = { ...block.header, parentHash: headerHash(parent) }
    return validator.validate({
      block: encodeBlock({ ...block, header }),
      blockHash: headerHash(header),
      witness: { ...witness, state: nodes, headers: [encodeHeader(parent)] },
    })
  }

  it(`gives ${CHANGES / 2} verdicts: nothing crashes, no other result is accepted`, async () => {
    const reasons = new Map<string, number>()
    const blocks = Math.ceil(CHANGES / 2 / CHANGES_PER_BLOCK)
    await withBlocks(blocks, async (product, validator, random) => {
      for (let i = 0; i < CHANGES_PER_BLOCK; i++) {
        const verdict = await validateForged(product, validator, random)
        // A slot that the block overwrites may have held anything before
        if (verdict.valid) expect(verdict.stateRoot).toBe(product.result.stateRoot)
        const reason = verdict.valid ? 'valid' : verdict.reason
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      }
    })
    expect(reasons.get('valid') ?? 0).toBeLessThan(CHANGES / 100)
    expect(reasons.get('malformed-node')).toBeGreaterThan(CHANGES / 20)
    expect(reasons.get('state-root-mismatch')).toBeGreaterThan(0)
  })

  it('is refused if its tries go round in circles of hashes that nobody can find', async () => {
    const { product, validator } = await produce(SEED)
    const zeros = product.witness.state.map(() => new Uint8Array(32))
    const root = keccak256(zeros[0]!)
    const parent = { ...product.parentHeader, stateRoot: root }
    const header = { ...product.block.header, parentHash: headerHash(parent) }
    const verdict = await validator.validate({
      block: encodeBlock({ ...product.block, header }),
      witness: { ...product.witness, state: [zeros[0]!], headers: [encodeHeader(parent)] },
    })
    expect(verdict).toMatchObject({ valid: false, reason: 'malformed-node' })
    expect(bytesToHex(root)).toHaveLength(66)
    await validator.dispose()
  })
})
