/** A contract for tests of clients, and a node to try them on. */
import type { Abi, Hex } from 'viem'
import { compile } from '../support/solidity-world.js'
import { createProvider, type Provider, type ProviderOptions } from '../../src/provider.js'
import { createServer, type RpcServer } from '../../src/server.js'

const COIN = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
contract Coin {
  string public name = "Coin";
  address public immutable owner;
  mapping(address => uint256) public balanceOf;
  event Transfer(address indexed from, address indexed to, uint256 value);
  error Poor(uint256 has, uint256 needs);
  constructor(uint256 supply) payable {
    owner = msg.sender;
    balanceOf[msg.sender] = supply;
    emit Transfer(address(0), msg.sender, supply);
  }
  function transfer(address to, uint256 value) external returns (bool) {
    uint256 has = balanceOf[msg.sender];
    if (has < value) revert Poor(has, value);
    balanceOf[msg.sender] = has - value;
    balanceOf[to] += value;
    emit Transfer(msg.sender, to, value);
    return true;
  }
  function refuse(string calldata why) external pure { require(false, why); }
  function check() external pure { assert(false); }
  function ownersOnly() external view returns (uint256) {
    require(msg.sender == owner, "not the owner");
    return block.timestamp;
  }
}
`

export interface Compiled {
  readonly abi: Abi
  readonly bytecode: Hex
}

/** Takes some seconds. */
export function compileCoin(): Compiled {
  return compile({ 'Coin.sol': COIN }).get('Coin') as unknown as Compiled
}

export interface TestNode {
  readonly provider: Provider
  readonly server: RpcServer
  readonly url: string
  readonly webSocketUrl: string
  dispose(): Promise<void>
}

/** The accounts of the test mnemonic; the first two of them. */
export const ALICE = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
export const BOB = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

export async function startNode(options: Partial<ProviderOptions> = {}): Promise<TestNode> {
  const provider = await createProvider({ semantics: 'ethereum', workers: 1, ...options })
  const server = await createServer({ handler: provider, port: 0 })
  return {
    provider,
    server,
    url: server.url,
    webSocketUrl: server.url.replace('http', 'ws'),
    async dispose() {
      await server.close()
      await provider.dispose()
    },
  }
}
