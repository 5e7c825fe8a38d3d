/** ethers 6 against the node: over HTTP, over WebSocket, and against the provider in process. */
import {
  BrowserProvider,
  Contract,
  ContractFactory,
  JsonRpcProvider,
  Wallet,
  WebSocketProvider,
  isError,
  verifyMessage,
  verifyTypedData,
  type InterfaceAbi,
  type JsonRpcApiProvider,
  type JsonRpcSigner,
} from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { developmentAccounts } from '../../src/provider.js'
import { COMPILER_TIMEOUT_MS } from '../support/solidity-world.js'
import { ALICE, BOB, compileCoin, startNode, type Compiled, type TestNode } from './coin.js'

let node: TestNode
let coin: Compiled

beforeAll(async () => {
  coin = compileCoin()
  node = await startNode()
}, COMPILER_TIMEOUT_MS)
afterAll(() => node.dispose())

const PROVIDERS: Readonly<Record<string, () => JsonRpcApiProvider>> = {
  HTTP: () => new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1 }),
  WebSocket: () => new WebSocketProvider(node.webSocketUrl, undefined, { cacheTimeout: -1 }),
  'the provider': () => new BrowserProvider(node.provider, undefined, { cacheTimeout: -1 }),
}

describe.each(Object.keys(PROVIDERS))('ethers over %s', { timeout: 20_000 }, (name) => {
  let provider: JsonRpcApiProvider
  let signer: JsonRpcSigner
  beforeAll(async () => {
    provider = PROVIDERS[name]!()
    if (provider instanceof JsonRpcProvider) provider.pollingInterval = 20
    signer = await provider.getSigner(0)
  })
  afterAll(() => provider.destroy())

  const deploy = async (): Promise<Contract> => {
    const factory = new ContractFactory(coin.abi as InterfaceAbi, coin.bytecode, signer)
    const contract = await (await factory.deploy(1_000n)).waitForDeployment()
    return contract as Contract
  }

  it('deploys, writes, reads and finds events', async () => {
    const contract = await deploy()
    expect(await contract['name']!()).toBe('Coin')
    const sent = await contract['transfer']!(BOB, 40n)
    const receipt = await sent.wait()
    expect(receipt.status).toBe(1)
    expect(receipt.logs[0].args.value).toBe(40n)
    expect(await contract['balanceOf']!(BOB)).toBe(40n)
    const events: any[] = await contract.queryFilter('Transfer', 0)
    expect(events.map(({ args }) => args[2])).toEqual([1_000n, 40n])
    expect(await contract['owner']!()).toBe(ALICE)
  })

  it.each([
    ['refuse', ['too late'], { reason: 'too late' }],
    ['transfer', [BOB, 5_000n], { revert: { name: 'Poor', args: [1_000n, 5_000n] } }],
    ['check', [], { reason: /Panic/ }],
  ])('tells why %s reverts', async (method, args, expected) => {
    const contract = await deploy()
    const attempts = [
      () => contract[method]!.staticCall(...args),
      () => contract[method]!.estimateGas(...args),
      () => contract[method]!.send(...args),
    ]
    for (const attempt of attempts) {
      const error: any = await attempt().catch((it: unknown) => it)
      expect(isError(error, 'CALL_EXCEPTION')).toBe(true)
      const { reason } = expected as { reason?: string | RegExp }
      expect(error.data).toMatch(/^0x[0-9a-f]{8}/)
      if (reason instanceof RegExp) expect(error.reason).toMatch(reason)
      // Ethers looks custom errors up for calls alone
      else if (reason !== undefined || attempt === attempts[0]) {
        expect(error).toMatchObject(expected)
      }
    }
  })

  it('knows a receipt of a transaction that reverted', async () => {
    const contract = await deploy()
    const sent = await contract['check']!.send({ gasLimit: 100_000 })
    const error: any = await sent.wait().catch((it: unknown) => it)
    expect(error).toMatchObject({ code: 'CALL_EXCEPTION', receipt: { status: 0 } })
  })

  it('hears of blocks and events', async () => {
    const contract = await deploy()
    const values: bigint[] = []
    const blocks: number[] = []
    await contract.on('Transfer', (_from: string, _to: string, value: bigint) => values.push(value))
    await provider.on('block', (number: number) => blocks.push(number))
    await expect
      .poll(async () => (await provider.send('evm_mine', []), blocks.length), { timeout: 10_000 })
      .toBeGreaterThan(1)
    const receipt = await (await contract['transfer']!(BOB, 7n)).wait()
    await expect.poll(() => values, { timeout: 10_000 }).toEqual([7n])
    await expect.poll(() => blocks, { timeout: 10_000 }).toContain(receipt.blockNumber)
    await contract.removeAllListeners()
    await provider.removeAllListeners()
  })

  it('sends with a key of its own, and estimates fees', async () => {
    const [, , , fourth] = await developmentAccounts()
    const wallet = new Wallet(fourth!.secretKey, provider)
    const before = await provider.getBalance(BOB)
    const receipt = await (await wallet.sendTransaction({ to: BOB, value: 5n })).wait()
    expect(receipt).toMatchObject({ status: 1, type: 2, gasUsed: 21_000n })
    expect(await provider.getBalance(BOB)).toBe(before + 5n)
    const { maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData()
    expect(maxFeePerGas).toBeGreaterThan(maxPriorityFeePerGas!)
  })

  it('signs messages and typed data', async () => {
    const message = 'hello'
    expect(verifyMessage(message, await signer.signMessage(message))).toBe(ALICE)
    const domain = { name: 'Test', chainId: 31_337 }
    const fields = [{ name: 'amounts', type: 'uint256[2]' }, { name: 'note', type: 'string' }]
    const types = { Order: fields }
    const value = { amounts: [1n, 2n ** 255n], note: 'ä' }
    const signature = await signer.signTypedData(domain, types, value)
    expect(verifyTypedData(domain, types, value, signature)).toBe(ALICE)
  })

  it('impersonates and goes back', async () => {
    const whale = `0x${'78'.repeat(20)}`
    const id = await provider.send('evm_snapshot', [])
    await provider.send('hardhat_impersonateAccount', [whale])
    await provider.send('hardhat_setBalance', [whale, '0xde0b6b3a7640000'])
    const fields = { from: whale, to: BOB, value: '0x1' }
    const sent = await provider.send('eth_sendTransaction', [fields])
    const receipt = await provider.waitForTransaction(sent)
    expect(receipt?.from.toLowerCase()).toBe(whale)
    expect(await provider.send('evm_revert', [id])).toBe(true)
    expect(await provider.getBalance(whale)).toBe(0n)
    await provider.send('hardhat_stopImpersonatingAccount', [whale])
  })
})
