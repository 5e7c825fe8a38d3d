/** viem's public, wallet and test client against the node, by every way to it. */
import { MessageChannel } from 'node:worker_threads'
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  custom,
  getContract,
  hashTypedData,
  http,
  parseEther,
  parseEventLogs,
  publicActions,
  recoverMessageAddress,
  recoverTypedDataAddress,
  walletActions,
  webSocket,
  zeroAddress,
  type Transport,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { provideOver, providerFrom } from '../../src/provider.js'
import { COMPILER_TIMEOUT_MS } from '../support/solidity-world.js'
import { ALICE, BOB, compileCoin, startNode, type Compiled, type TestNode } from './coin.js'

let node: TestNode
let coin: Compiled
const ends: (() => void)[] = []

beforeAll(() => {
  coin = compileCoin()
}, COMPILER_TIMEOUT_MS)

const overPort = (): Transport => {
  const { port1, port2 } = new MessageChannel()
  const end = provideOver(port1 as never, node.provider)
  ends.push(() => {
    end()
    port1.close()
  })
  return custom(providerFrom(port2 as never) as never)
}

const TRANSPORTS: Readonly<Record<string, () => Transport>> = {
  HTTP: () => http(node.url),
  'HTTP in batches': () => http(node.url, { batch: true }),
  WebSocket: () => webSocket(node.webSocketUrl),
  'the provider': () => custom(node.provider as never),
  'a port': overPort,
}

function makeClients(transport: Transport) {
  const options = { chain: foundry, transport, pollingInterval: 20 }
  const client = createTestClient({ ...options, mode: 'anvil' })
    .extend(publicActions)
    .extend(walletActions)
  const reader = createPublicClient(options)
  const wallet = createWalletClient({ ...options, account: ALICE })
  return { client, reader, wallet }
}

describe.each(Object.keys(TRANSPORTS))('viem over %s', { timeout: 20_000 }, (name) => {
  let clients: ReturnType<typeof makeClients>
  beforeAll(async () => {
    node = await startNode()
    clients = makeClients(TRANSPORTS[name]!())
  })
  afterAll(async () => {
    for (const end of ends.splice(0)) end()
    await node.dispose()
  })

  const deploy = async (): Promise<`0x${string}`> => {
    const { reader, wallet } = clients
    const hash = await wallet.deployContract({ ...coin, args: [1_000n] })
    const receipt = await reader.waitForTransactionReceipt({ hash })
    expect(receipt.status).toBe('success')
    return receipt.contractAddress!
  }

  it('deploys, writes, reads and finds events', async () => {
    const { reader, wallet } = clients
    const address = await deploy()
    const contract = getContract({ address, abi: coin.abi, client: { public: reader, wallet } })
    expect(await contract.read['name']!()).toBe('Coin')
    const hash = await contract.write['transfer']!([BOB, 40n], {} as never)
    const receipt = await reader.waitForTransactionReceipt({ hash })
    expect(receipt).toMatchObject({ status: 'success', type: 'eip1559', to: address })
    const [event] = parseEventLogs({ abi: coin.abi, logs: receipt.logs }) as any[]
    const args = { from: ALICE, to: BOB, value: 40n }
    expect(event).toMatchObject({ eventName: 'Transfer', args })
    expect(await contract.read['balanceOf']!([BOB])).toBe(40n)
    const filter = { address, abi: coin.abi, eventName: 'Transfer', fromBlock: 0n } as const
    const events: any[] = await reader.getContractEvents(filter)
    expect(events.map(({ args }) => args.value)).toEqual([1_000n, 40n])
    const some: any[] = await reader.getContractEvents({ ...filter, args: { from: zeroAddress } })
    expect(some).toHaveLength(1)
  })

  it('signs with a key of its own', async () => {
    const { reader } = clients
    const key = (await import('../../src/provider.js')).developmentAccounts
    const [, , third] = await key()
    const account = privateKeyToAccount(third!.secretKey)
    const wallet = createWalletClient({ chain: foundry, transport: TRANSPORTS[name]!(), account })
    const before = await reader.getBalance({ address: BOB })
    const hash = await wallet.sendTransaction({ to: BOB, value: 5n })
    await reader.waitForTransactionReceipt({ hash })
    expect(await reader.getBalance({ address: BOB })).toBe(before + 5n)
  })

  it.each([
    ['refuse', ['too late'], { reason: 'too late' }],
    ['transfer', [BOB, 5_000n], { data: { errorName: 'Poor', args: [1_000n, 5_000n] } }],
    ['check', [], { reason: expect.stringContaining('assert') }],
  ])('tells why %s reverts', async (functionName, args, expected) => {
    const { reader, wallet } = clients
    const address = await deploy()
    const call = { address, abi: coin.abi, functionName, args, account: ALICE } as const
    for (const attempt of [
      () => reader.readContract(call),
      () => reader.simulateContract(call),
      () => wallet.writeContract(call as never),
      () => reader.estimateContractGas(call),
    ]) {
      const error = (await attempt().catch((it: unknown) => it)) as BaseError
      const reverted = error.walk((it) => it instanceof ContractFunctionRevertedError)
      expect(reverted).toMatchObject(expected)
    }
  })

  it('mines a transaction that reverts, if its gas is given', async () => {
    const { reader, wallet } = clients
    const address = await deploy()
    const call = { address, abi: coin.abi, functionName: 'check', gas: 100_000n } as const
    const hash = await wallet.writeContract(call as never)
    expect((await reader.waitForTransactionReceipt({ hash })).status).toBe('reverted')
  })

  it('estimates fees and gas', async () => {
    const { reader } = clients
    expect(await reader.getChainId()).toBe(31_337)
    const { maxFeePerGas, maxPriorityFeePerGas } = await reader.estimateFeesPerGas()
    expect(maxFeePerGas).toBeGreaterThan(maxPriorityFeePerGas)
    expect(await reader.estimateGas({ account: ALICE, to: BOB, value: 1n })).toBe(21_000n)
    const history = await reader.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] })
    expect(history.baseFeePerGas.length).toBeGreaterThan(1)
  })

  it('watches blocks, events and pending transactions', async () => {
    const { client, reader, wallet } = clients
    const address = await deploy()
    const blocks: bigint[] = []
    const values: bigint[] = []
    const hashes: string[] = []
    const stops = [
      reader.watchBlocks({ onBlock: ({ number }) => blocks.push(number) }),
      reader.watchContractEvent({
        address,
        abi: coin.abi,
        eventName: 'Transfer',
        onLogs: (logs) => values.push(...logs.map((log: any) => log.args.value)),
      }),
      reader.watchPendingTransactions({ onTransactions: (some) => hashes.push(...some) }),
    ]
    // Filters and subscriptions are made on the way
    const seen = async (): Promise<number> => {
      await client.mine({ blocks: 1 })
      return blocks.length
    }
    await expect.poll(seen).toBeGreaterThan(1)
    const call = { address, abi: coin.abi, functionName: 'transfer', args: [BOB, 3n] } as const
    const hash = await wallet.writeContract(call as never)
    await expect.poll(() => values).toEqual([3n])
    await expect.poll(() => hashes).toContain(hash)
    const { blockNumber } = await reader.getTransactionReceipt({ hash })
    await expect.poll(() => blocks).toContain(blockNumber)
    for (const stop of stops) stop()
  })

  it('impersonates, sets balances, codes and slots', async () => {
    const { client, reader } = clients
    const whale = `0x${'77'.repeat(20)}` as const
    await client.setBalance({ address: whale, value: parseEther('3') })
    await client.impersonateAccount({ address: whale })
    const hash = await client.sendTransaction({ account: whale, to: BOB, value: parseEther('1') })
    const receipt = await reader.waitForTransactionReceipt({ hash })
    expect(receipt).toMatchObject({ status: 'success', from: whale })
    expect((await reader.getTransaction({ hash })).from).toBe(whale)
    expect(await reader.getTransactionCount({ address: whale })).toBe(1)
    await client.stopImpersonatingAccount({ address: whale })
    const again = client.sendTransaction({ account: whale, to: BOB, value: 1n })
    await expect(again).rejects.toThrow(/unknown account/)
    await client.setNonce({ address: whale, nonce: 9 })
    expect(await reader.getTransactionCount({ address: whale })).toBe(9)
    // Returns slot 0
    await client.setCode({ address: whale, bytecode: '0x5f545f5260205ff3' })
    const value = `0x${'42'.padStart(64, '0')}` as const
    await client.setStorageAt({ address: whale, index: 0, value })
    expect((await reader.call({ to: whale })).data).toBe(value)
    expect(await reader.getStorageAt({ address: whale, slot: '0x0' })).toBe(value)
    await client.setCode({ address: whale, bytecode: '0x' })
  })

  it('goes back to snapshots, which can be nested', async () => {
    const { client, reader } = clients
    const balance = (): Promise<bigint> => reader.getBalance({ address: BOB })
    const [first, number] = [await balance(), await reader.getBlockNumber()]
    const outer = await client.snapshot()
    await client.setBalance({ address: BOB, value: 1n })
    const inner = await client.snapshot()
    await client.sendTransaction({ account: ALICE, to: BOB, value: 1n })
    expect(await balance()).toBe(2n)
    await client.revert({ id: inner })
    expect(await balance()).toBe(1n)
    await client.revert({ id: outer })
    expect(await balance()).toBe(first)
    expect(await reader.getBlockNumber({ cacheTime: 0 })).toBe(number)
    // Both are gone
    expect(await node.provider.request({ method: 'evm_revert', params: [inner] })).toBe(false)
  })

  it('mines by hand, by interval and with a time that is asked for', async () => {
    const { client, reader } = clients
    await client.setAutomine(false)
    expect(await client.getAutomine()).toBe(false)
    const hash = await client.sendTransaction({ account: ALICE, to: BOB, value: 1n })
    await expect(reader.getTransactionReceipt({ hash })).rejects.toThrow()
    expect(await client.getTxpoolStatus()).toMatchObject({ pending: 1, queued: 0 })
    await client.dropTransaction({ hash })
    expect(await client.getTxpoolStatus()).toMatchObject({ pending: 0 })
    const { timestamp } = await reader.getBlock()
    await client.setNextBlockTimestamp({ timestamp: timestamp + 1_000n })
    await client.mine({ blocks: 1 })
    expect((await reader.getBlock()).timestamp).toBe(timestamp + 1_000n)
    await client.mine({ blocks: 3, interval: 60 })
    const last = await reader.getBlock()
    const { timestamp: before } = await reader.getBlock({ blockNumber: last.number - 2n })
    expect(last.timestamp).toBe(before + 120n)
    await client.increaseTime({ seconds: 5_000 })
    await client.mine({ blocks: 1 })
    const jump = (await reader.getBlock()).timestamp - last.timestamp
    expect(jump).toBeGreaterThanOrEqual(5_000n)
    expect(jump).toBeLessThan(5_020n)
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: 77n })
    await client.mine({ blocks: 1 })
    expect((await reader.getBlock()).baseFeePerGas).toBe(77n)
    await client.setBlockGasLimit({ gasLimit: 20_000_000n })
    await client.setCoinbase({ address: BOB })
    await client.mine({ blocks: 1 })
    const block = await reader.getBlock()
    expect([block.gasLimit, block.miner]).toEqual([20_000_000n, BOB.toLowerCase()])
    await client.setBlockGasLimit({ gasLimit: 30_000_000n })
    await client.setIntervalMining({ interval: 1 })
    const next = block.number + 1n
    await expect.poll(() => reader.getBlockNumber({ cacheTime: 0 }), { timeout: 5_000 }).toBe(next)
    await client.setAutomine(true)
  })

  it('signs messages and typed data', async () => {
    const { wallet } = clients
    const signature = await wallet.signMessage({ message: 'hello' })
    expect(await recoverMessageAddress({ message: 'hello', signature })).toBe(ALICE)
    const typed = {
      domain: { name: 'Test', version: '1', chainId: 31_337, verifyingContract: BOB },
      types: {
        Person: [{ name: 'name', type: 'string' }, { name: 'wallets', type: 'address[]' }],
        Mail: [
          { name: 'from', type: 'Person' },
          { name: 'cc', type: 'Person[]' },
          { name: 'amount', type: 'int256' },
          { name: 'tag', type: 'bytes4' },
          { name: 'body', type: 'bytes' },
          { name: 'urgent', type: 'bool' },
        ],
      },
      primaryType: 'Mail',
      message: {
        from: { name: 'A', wallets: [ALICE, BOB] },
        cc: [{ name: 'B', wallets: [] }],
        amount: -5n,
        tag: '0x01020304',
        body: '0xabcdef',
        urgent: true,
      },
    } as const
    const signed = await wallet.signTypedData(typed)
    expect(await recoverTypedDataAddress({ ...typed, signature: signed })).toBe(ALICE)
    expect(hashTypedData(typed)).toMatch(/^0x/)
  })

  it('refuses what it cannot do in words', async () => {
    const { client } = clients
    await expect(client.reset({ jsonRpcUrl: 'http://localhost', blockNumber: 1n })).rejects.toThrow(
      /not supported: forking/,
    )
  })
})
