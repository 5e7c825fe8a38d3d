/** Every snippet of docs/SOLIDITY.md, compiled, and run as the page says. */
import type { Hex } from '../../src/base/types.js'
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAddress, encodeCall } from '../../examples/market/abi.mjs'
import type { ActorWorld, Person } from '../support/actor-world.js'
import { COMPILER_TIMEOUT_MS, SolidityWorld, compile, type Artifacts } from
  '../support/solidity-world.js'

const readText = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const PAGE = readText('../../docs/SOLIDITY.md')
/** Whom the snippets meet. */
const HELPERS = readText('../support/solidity-helpers.sol')
const HEADER = '// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n'
const SUPPLY = 1_000_000n

let artifacts: Artifacts
let solidity: SolidityWorld
let world: ActorWorld
let alice: Hex
let bob: Person

beforeAll(() => {
  const snippets = [...PAGE.matchAll(/```solidity\n([\s\S]*?)```/g)].map(([, code]) => code!)
  const texts = snippets.map((code, i) => [`snippet-${i}.sol`, HEADER + code])
  artifacts = compile({ ...Object.fromEntries(texts), 'helpers.sol': HELPERS })
}, COMPILER_TIMEOUT_MS)

beforeEach(async () => {
  solidity = await SolidityWorld.create(artifacts)
  world = solidity.world
  alice = world.people[0]!.address
  bob = world.people[1]!
  return () => world.engine.dispose()
})

const transfer = (to: Hex, amount: bigint): Hex =>
  encodeCall('transfer(address,uint256)', [to, amount])
const notify = (to: Hex, amount: bigint): Hex =>
  encodeCall('transferAndNotify(address,uint256,bytes)', [to, amount, '0x'])

describe('docs/SOLIDITY.md: what works as it is', () => {
  it('children, views, libraries', async () => {
    const library = await solidity.deploy('Squares')
    const contract = await solidity.deploy('AsItIs', [], [library])
    const seen = () => solidity.read('AsItIs', contract, 'seen')
    const call = (signature: string) => ({ to: contract, data: encodeCall(signature) })
    const tally = createAddress(contract, 1)
    world.sketch.name(tally, 'tally')

    expect(await world.sketches(call('make()'))).toEqual([['alice → AsItIs.make']])
    expect(await seen()).toBe(5n)
    expect(await world.sketches(call('look()'))).toEqual([
      ['alice → AsItIs.look', '  AsItIs → tally.add'],
    ])
    expect(await seen()).toBe(5n)
    expect(await solidity.read('Tally', tally, 'total')).toBe(6n)
    await world.execute(call('square()'))
    expect(await seen()).toBe(25n)
  })
})

describe('docs/SOLIDITY.md: what has to be written differently', () => {
  it('answers', async () => {
    const counter = await solidity.deploy('AskedCounter')
    const before = await solidity.deploy('AnswerBefore')
    const after = await solidity.deploy('AnswerAfter', [counter])
    expect(
      await world.sketches(
        { to: before, data: encodeCall('draw(address)', [counter]) },
        { to: after, data: encodeCall('draw()') },
      ),
    ).toEqual([
      ['alice → AnswerBefore.draw: revert'],
      [
        'alice → AnswerAfter.draw',
        '  AnswerAfter → AskedCounter.ask',
        '    AskedCounter → AnswerAfter.onNumber',
      ],
    ])
    expect(await solidity.read('AnswerAfter', after, 'number')).toBe(1n)
  })

  it('answers that do not matter', async () => {
    const token = await solidity.deployToken(SUPPLY)
    const payer = await solidity.deploy('Payer')
    await world.execute({ to: token, data: transfer(payer, 10n) })
    const data = encodeCall('pay(address,address,uint256)', [token, bob.address, 10n])
    expect(await world.sketches({ to: payer, data })).toEqual([
      ['alice → Payer.pay', '  Payer → token.transfer'],
    ])
    expect(await solidity.holding(token, bob.address)).toBe(10n)
  })

  it('being paid in tokens', async () => {
    const token = await solidity.deployToken(SUPPLY)
    const before = await solidity.deploy('DepositBefore', [token])
    const after = await solidity.deploy('DepositAfter', [token])
    expect(
      await world.sketches(
        { to: before, data: encodeCall('deposit(uint256)', [10n]), from: bob },
        { to: token, data: notify(after, 10n) },
      ),
    ).toEqual([
      ['bob → DepositBefore.deposit', '  DepositBefore → token.transferFrom: revert'],
      ['alice → token.transferAndNotify', '  token → DepositAfter.onTokensReceived'],
    ])
    // Bob has no tokens at all
    expect(await solidity.read('DepositBefore', before, 'deposits', bob.address)).toBe(10n)
    expect(await solidity.read('DepositAfter', after, 'deposits', alice)).toBe(10n)
    expect(await solidity.holding(token, after)).toBe(10n)
  })

  it('try, and failing after one was paid', async () => {
    const token = await solidity.deployToken(SUPPLY)
    const greeter = await solidity.deploy('Greeter')
    const before = await solidity.deploy('TryBefore')
    const after = await solidity.deploy('TryAfter', [token])
    expect(
      await world.sketches(
        { to: before, data: encodeCall('start(address)', [greeter]) },
        { to: token, data: notify(after, 10n) },
        { to: token, data: notify(after, 11n) },
      ),
    ).toEqual([
      ['alice → TryBefore.start', '  TryBefore → Greeter.play: revert'],
      ['alice → token.transferAndNotify', '  token → TryAfter.onTokensReceived'],
      [
        'alice → token.transferAndNotify',
        '  token → TryAfter.onTokensReceived',
        '    TryAfter → token.transfer',
      ],
    ])
    expect(await solidity.read('TryBefore', before, 'played')).toBe(1n)
    expect(await solidity.read('TryBefore', before, 'failed')).toBe(0n)
    expect(await solidity.read('TryAfter', after, 'played')).toBe(1n)
    expect(await solidity.read('TryAfter', after, 'failed')).toBe(1n)
    expect(await solidity.holding(token, after)).toBe(10n)
  })

  it('balances that one did not keep', async () => {
    const token = await solidity.deployToken(SUPPLY)
    const before = await solidity.deploy('SurplusBefore', [token])
    const after = await solidity.deploy('SurplusAfter', [token])
    await world.execute(
      { to: token, data: transfer(before, 10n) },
      { to: token, data: notify(after, 10n) },
    )
    const skim = (to: Hex) => ({ to, from: bob, data: encodeCall('skim()') })
    expect(
      await world.sketches(skim(before), skim(before), skim(after), skim(after)),
    ).toEqual([
      ['bob → SurplusBefore.skim', '  SurplusBefore → token.transfer'],
      ['bob → SurplusBefore.skim: revert'],
      ['bob → SurplusAfter.skim', '  SurplusAfter → token.transfer'],
      ['bob → SurplusAfter.skim', '  SurplusAfter → token.transfer'],
    ])
    expect(await solidity.holding(token, bob.address)).toBe(20n)
  })

  it('contracts that are new this round', async () => {
    const before = await solidity.deploy('NewcomerBefore')
    const after = await solidity.deploy('NewcomerAfter')
    const { bytecode } = artifacts.get('Greeter')!
    const newcomer = createAddress(bob.address, 0)
    world.sketch.name(newcomer, 'newcomer')
    const data = encodeCall('welcome(address)', [newcomer])
    const [, ...trees] = await world.sketches(
      { data: bytecode, from: bob },
      { to: before, data },
      { to: after, data },
    )
    expect(trees).toEqual([
      ['alice → NewcomerBefore.welcome: revert'],
      ['alice → NewcomerAfter.welcome', '  NewcomerAfter → newcomer.greet'],
    ])
    expect(await solidity.read('Greeter', newcomer, 'greetings')).toBe(1n)
  })

  it('ether that may be refused', async () => {
    const moody = await solidity.deploy('Moody')
    const before = await solidity.deploy('RefundBefore')
    const after = await solidity.deploy('RefundAfter')
    const refund = (to: Hex, payee: string) => {
      return { to, value: 5n, data: encodeCall('refund(address)', [payee]) }
    }
    // The second time in a round the purse is a child, and is called at once
    const twice = [refund(after, moody), refund(after, moody)]
    expect(await world.sketches(refund(before, moody), ...twice)).toEqual([
      ['alice → RefundBefore.refund with 5', '  RefundBefore → Moody with 5: revert'],
      ['alice → RefundAfter.refund with 5'],
      ['alice → RefundAfter.refund with 5'],
    ])
    expect(await world.engine.getBalance(before)).toBe(5n)
    expect(await solidity.read('RefundBefore', before, 'owed', moody)).toBe(0n)

    // Without code: a credit. In a later round: a message to the purse
    const purse = createAddress(after, 1)
    world.sketch.name(purse, 'purse')
    const balance = await world.engine.getBalance(bob.address)
    expect(await world.sketches(refund(after, bob.address), refund(after, moody))).toEqual([
      ['alice → RefundAfter.refund with 5'],
      ['alice → RefundAfter.refund with 5', '  RefundAfter → purse with 5'],
    ])
    expect(await world.engine.getBalance(bob.address)).toBe(balance + 5n)
    expect(await world.engine.getBalance(purse)).toBe(15n)

    // Refused, it is still there; taken, it is the payee's
    const fetch = { to: moody, data: encodeCall('fetch(address)', [purse]) }
    const release = { to: purse, data: encodeCall('release()') }
    expect(await world.sketches(release)).toEqual([
      ['alice → purse.release', '  purse → Moody with 15: revert'],
    ])
    expect(await world.engine.getBalance(purse)).toBe(15n)
    await world.execute({ to: moody, data: encodeCall('open()') })
    expect(await world.sketches(fetch)).toEqual([
      ['alice → Moody.fetch', '  Moody → purse.release', '    purse → Moody with 15'],
    ])
    expect(await world.engine.getBalance(moody)).toBe(15n)
  })

  it('gas for what comes later', async () => {
    const greeter = await solidity.deploy('Greeter')
    const before = await solidity.deploy('GasBefore')
    const after = await solidity.deploy('GasAfter')
    const data = encodeCall('act(address)', [greeter])
    // Enough to send, too little to arrive
    const gas = 60_000
    expect(await world.sketches({ to: before, data, gas }, { to: after, data, gas })).toEqual([
      ['alice → GasBefore.act', '  GasBefore → Greeter.told: out-of-gas'],
      ['alice → GasAfter.act: revert'],
    ])
    expect(await solidity.read('GasBefore', before, 'done')).toBe(1n)
    expect(await solidity.read('GasAfter', after, 'done')).toBe(0n)
    expect(await world.sketches({ to: after, data, gas: 200_000 })).toEqual([
      ['alice → GasAfter.act', '  GasAfter → Greeter.told'],
    ])
  })

  it('has run every snippet', () => {
    const names = [...PAGE.matchAll(/^contract (\w+)/gm)].map(([, name]) => name!)
    const source = readText('solidity.test.ts')
    expect(names.length).toBeGreaterThan(15)
    for (const name of names) expect(source).toContain(`'${name}'`)
  })
})
