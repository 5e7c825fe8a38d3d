/**
 * The legacy VMTests: one code run by itself under Frontier's rules, without transaction, fee or
 * transfer of value. Those that would call or create were taken out of the official set.
 */

import {
  TX_DATA,
  TX_DATA_SIZE,
  TX_GAS_LIMIT,
  TX_GAS_PRICE,
  TX_GAS_USED,
  TX_SENDER,
  TX_SIZE,
  TX_STATUS,
  TX_TO,
  TX_VALUE,
} from '../../assembly/abi/records.js'
import { STATUS_SUCCESS } from '../../assembly/abi/status.js'
import { asObject } from '../base/json.js'
import { UINT64_LIMIT, bytesToHex, hexToAddress, hexToBytes, parseQuantity } from '../base/bytes.js'
import { chainOf } from '../forks/chain-config.js'
import { forkNamed } from '../forks/forks.js'
import { readAlloc } from '../state/genesis.js'
import { readStateRoot } from '../state/state-root.js'
import type { EngineConfig, EngineParts } from '../machine/engine-parts.js'
import { outcomeOf } from '../results/outcomes.js'
import type { Alloc, Hex } from '../base/types.js'
import { logsHash } from './logs-hash.js'
import { testEnvironment } from './state-test-format.js'
import { ETHEREUM, tryInBlock, type TestMachine } from './test-machine.js'
import type { Core } from '../wasm/core.js'

export interface VmTest {
  readonly env: Readonly<Record<string, Hex>>
  readonly pre: Alloc
  readonly exec: {
    readonly address: string
    readonly caller: string
    readonly data: string
    readonly gas: string
    readonly gasPrice: string
    readonly value: string
  }
  /** What is left; the rest is absent too if the code halts exceptionally. */
  readonly gas?: string
  readonly logs?: string
  readonly out?: string
  readonly post?: Alloc
}

export const VM_TEST_FORK = 'frontier'

const FORK = forkNamed(VM_TEST_FORK)
const CONFIG: EngineConfig = { ...ETHEREUM, chain: chainOf(FORK, 1n), fork: FORK, chainId: 1n }

export function isVmTest(test: unknown): test is VmTest {
  const { env, pre, exec } = asObject(test, 'test')
  return [env, pre, exec].every((part) => typeof part === 'object' && part !== null)
}

/** @returns why the test fails, undefined if it passes */
export async function runVmTest(machine: TestMachine, test: VmTest): Promise<string | undefined> {
  const environment = testEnvironment(test.env)
  const expectedRoot =
    test.post === undefined
      ? ''
      : bytesToHex(readStateRoot((await machine.load(CONFIG, readAlloc(test.post))).core))
  const parts = await machine.load(CONFIG, readAlloc(test.pre))
  return tryInBlock(parts, environment, () => {
    const gas = parseQuantity(test.exec.gas, 'exec.gas', UINT64_LIMIT)
    const record = execute(parts, test, gas)
    const root = bytesToHex(readStateRoot(parts.core))
    machine.onStateRoot?.(root)
    return compare(parts.core, test, record, gas, { root, expectedRoot })
  })
}

function execute({ core, reporter }: EngineParts, test: VmTest, gas: bigint): number {
  const record = writeCall(core, test, gas)
  reporter?.beginBlock()
  reporter?.beginTransaction(record)
  core.exports.callMessage(record)
  core.memory.refresh()
  reporter?.endTransaction()
  return record
}

function compare(
  core: Core,
  test: VmTest,
  record: number,
  gas: bigint,
  { root, expectedRoot }: { readonly root: string; readonly expectedRoot: string },
): string | undefined {
  const { exports, memory } = core
  const status = memory.u32[(record + TX_STATUS) >>> 2]!
  const isSuccess = status === STATUS_SUCCESS
  if (isSuccess !== (test.gas !== undefined)) {
    const expected = test.gas === undefined ? 'a halt' : 'success'
    return `outcome: expected ${expected}, got ${outcomeOf(status)}`
  }
  if (!isSuccess) return undefined
  const left = gas - memory.u64[(record + TX_GAS_USED) >>> 3]!
  const expectedLeft = parseQuantity(test.gas, 'gas')
  const output = bytesToHex(memory.copy(exports.resultPtr() >>> 0, exports.resultSize() >>> 0))
  const facts = [
    ['gas left', `${expectedLeft}`, `${left}`],
    ['output', test.out!, output],
    ['logs hash', test.logs!, logsHash(core, Uint32Array.of(record))],
    ['state root', expectedRoot, root],
  ] as const
  const wrong = facts.find(([, expected, got]) => expected !== got)
  return wrong && `${wrong[0]}: expected ${wrong[1]}, got ${wrong[2]}`
}

function writeCall(core: Core, { exec }: VmTest, gas: bigint): number {
  const data = hexToBytes(exec.data, 'exec.data')
  const record = core.allocateForBlock(TX_SIZE)
  const dataPtr = core.place(data)
  const { memory } = core
  memory.bytes.fill(0, record, record + TX_SIZE)
  memory.writeAddress(record + TX_SENDER, hexToAddress(exec.caller, 'exec.caller'))
  memory.writeAddress(record + TX_TO, hexToAddress(exec.address, 'exec.address'))
  memory.u32[(record + TX_DATA) >>> 2] = dataPtr
  memory.u32[(record + TX_DATA_SIZE) >>> 2] = data.length
  memory.writeU64(record + TX_GAS_LIMIT, gas)
  memory.writeWord(record + TX_GAS_PRICE, parseQuantity(exec.gasPrice, 'exec.gasPrice'))
  memory.writeWord(record + TX_VALUE, parseQuantity(exec.value, 'exec.value'))
  return record
}
