/** contracts/*.sol, the library for authors, called by test/support/solidity-helpers.sol. */
import type { Hex } from '../../src/base/types.js'
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeCall } from '../../examples/market/abi.mjs'
import type { ActorWorld } from '../support/actor-world.js'
import { COMPILER_TIMEOUT_MS, SolidityWorld, compile, type Artifacts } from
  '../support/solidity-world.js'

const HELPERS = new URL('../support/solidity-helpers.sol', import.meta.url)
/** Of a message with value (YP, appendix G). */
const STIPEND = 2_300

let artifacts: Artifacts
let solidity: SolidityWorld
let world: ActorWorld
let sender: Hex

beforeAll(() => {
  artifacts = compile({ 'helpers.sol': readFileSync(HELPERS, 'utf8') })
}, COMPILER_TIMEOUT_MS)

beforeEach(async () => {
  solidity = await SolidityWorld.create(artifacts)
  world = solidity.world
  sender = await solidity.deploy('Sender')
  return () => world.engine.dispose()
})

const sendWithGas = (to: Hex, gas: bigint, data: Hex): Hex =>
  encodeCall('sendWithGas(address,uint256,bytes)', [to, gas, data])

describe('messages', () => {
  it('get the gas they name, or nothing happens', async () => {
    const greeter = await solidity.deploy('Greeter')
    const data = sendWithGas(greeter, 40_000n, encodeCall('greet()'))
    const found: string[] = []
    for (let gas = 110_000; gas < 130_000; gas += 500) {
      const { message, children } = (await world.execute({ to: sender, data, gas })).messageTree(0)
      found.push([message.outcome, ...children.map((child) => child.message.gas)].join(' '))
    }
    // Too little at first, enough from some point on, never anything between
    expect(new Set(found)).toEqual(new Set(['revert', 'success 40000']))
    expect(found).toEqual([...found].sort())
  })

  it('that cost most to send keep enough back: much data, value, a new account', async () => {
    const data = `0x${'00'.repeat(20_000)}`
    const found: string[] = []
    for (let gas = 230_000, account = 1; gas < 270_000; gas += 2_000, account++) {
      const nobody = `0x${account.toString(16).padStart(40, '7')}`
      const call = encodeCall('payWithGas(address,uint256,bytes)', [nobody, 30_000n, data])
      const result = await world.execute({ to: sender, data: call, value: 5n, gas })
      const { message, children } = result.messageTree(0)
      found.push([message.outcome, ...children.map((child) => child.message.gas)].join(' '))
    }
    expect(new Set(found)).toEqual(new Set(['revert', `success ${30_000 + STIPEND}`]))
    expect(found).toEqual([...found].sort())
  })
})

describe('payments', () => {
  it('to accounts without code arrive in the same round', async () => {
    const nobody: Hex = `0x${'77'.repeat(20)}`
    const data = encodeCall('pay(address,uint256)', [nobody, 5n])
    expect(await world.sketches({ to: sender, data, value: 5n })).toEqual([
      ['alice → Sender.pay with 5'],
    ])
    expect(await world.engine.getBalance(nobody)).toBe(5n)
  })

  it('of what is not there are refused', async () => {
    const data = encodeCall('pay(address,uint256)', [`0x${'77'.repeat(20)}`, 5n])
    expect(await world.sketches({ to: sender, data, value: 4n })).toEqual([
      ['alice → Sender.pay with 4: revert'],
    ])
  })

  it('by `transfer` get the stipend and no more; refused, they come back', async () => {
    const moody = await solidity.deploy('Moody')
    const data = encodeCall('transfer(address)', [moody])
    const tree = (await world.execute({ to: sender, data, value: 5n })).messageTree(0)
    expect(tree.message.status).toBe(1)
    const [payment] = tree.children
    expect(payment!.message).toMatchObject({ to: moody, value: 5n, status: 0, gas: STIPEND })
    expect(await world.engine.getBalance(sender)).toBe(5n)
  })
})

describe('guards', () => {
  it('let contracts pass, also from their constructors', async () => {
    const guarded = await solidity.deploy('Guarded')
    await solidity.deploy('Constructing', [guarded])
    expect(await solidity.read('Guarded', guarded, 'count')).toBe(1n)
  })

  it('stop transactions, and others than oneself', async () => {
    const guarded = await solidity.deploy('Guarded')
    const data = sendWithGas(guarded, 50_000n, encodeCall('fromSelf()'))
    expect(
      await world.sketches(
        { to: guarded, data: encodeCall('fromContract()') },
        { to: guarded, data: encodeCall('fromSelf()') },
        { to: sender, data },
      ),
    ).toEqual([
      ['alice → Guarded.fromContract: revert'],
      ['alice → Guarded.fromSelf: revert'],
      ['alice → Sender.sendWithGas', '  Sender → Guarded.fromSelf: revert'],
    ])
  })
})
