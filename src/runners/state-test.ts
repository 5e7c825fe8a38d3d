/** Runs the cases of an official GeneralStateTest on a machine, and says why one fails. */

import { ENV_COINBASE } from '../../assembly/abi/memory-map.js'
import { REVISION_HOMESTEAD } from '../../assembly/abi/revision.js'
import { ADMITTED } from '../../assembly/abi/status.js'
import { authoritiesOf } from '../block/sender.js'
import type { Transaction } from '../block/transaction.js'
import { bytesEqual, bytesToHex, hexToAddress, parseQuantity } from '../bytes.js'
import { ActorEvmError } from '../errors.js'
import { forkNamed } from '../forks.js'
import { readAlloc, type GenesisAccount } from '../genesis.js'
import { checkTransactions, rejection } from '../pipeline/admission.js'
import { executeAlone } from '../pipeline/in-order.js'
import type { EngineConfig } from '../pipeline/engine-parts.js'
import type { Environment } from '../pipeline/environment.js'
import { writeTransactions } from '../pipeline/transaction-records.js'
import { PreparedBlock } from '../prepare-block.js'
import { reasonsOf } from './expected-exceptions.js'
import { NO_LOGS, logsHash } from './logs-hash.js'
import {
  testEnvironment,
  testTransaction,
  type ExpectedPost,
  type StateTest,
} from './state-test-format.js'
import { ETHEREUM, type TestMachine } from './test-machine.js'

/** A state test whose common parts are read: the cases of all its forks share them. */
export class LoadedStateTest {
  readonly #test: StateTest
  readonly #environment: Environment
  readonly #accounts: readonly GenesisAccount[]
  readonly #chainId: bigint

  /** @throws InvalidInputError */
  constructor(test: StateTest) {
    this.#test = test
    this.#environment = testEnvironment(test.env)
    this.#accounts = readAlloc(test.pre)
    this.#chainId = parseQuantity(test.config?.chainid ?? 1, 'config.chainid')
  }

  /** @returns why the case fails, undefined if it passes */
  async run(
    machine: TestMachine,
    forkName: string,
    post: ExpectedPost,
  ): Promise<string | undefined> {
    const config: EngineConfig = {
      ...ETHEREUM,
      fork: forkNamed(forkName),
      chainId: this.#chainId,
    }
    machine.begin(config, this.#environment, this.#accounts)
    const { record, refusal } = await this.#execute(machine, config, post)
    // Tests of the older generation have no `config`, and close the block also if it stays empty
    if (record !== undefined || this.#test.config === undefined) rewardWithNothing(machine)
    machine.tellStateRoot()
    const reason = compareRefusal(post.expectException, refusal)
    if (reason !== undefined) return reason
    const logs = record === undefined ? NO_LOGS : logsHash(machine.core, Uint32Array.of(record))
    if (logs !== post.logs) return `logs hash: expected ${post.logs}, got ${logs}`
    const root = bytesToHex(machine.stateRoot())
    return root === post.hash ? undefined : `state root: expected ${post.hash}, got ${root}`
  }

  /** The record of the transaction if it was executed, else why it was refused. */
  async #execute(
    machine: TestMachine,
    config: EngineConfig,
    post: ExpectedPost,
  ): Promise<{ record?: number; refusal?: ActorEvmError }> {
    const { core } = machine
    try {
      const block = this.#prepare(machine, config, post)
      const [record] = writeTransactions(core, block, checkTransactions(block, config))
      machine.tracer?.beginTransaction(record!)
      const verdict = await executeAlone(core, record!, machine.pulse)
      if (verdict !== ADMITTED) throw rejection(core, block, config, record!, 0, verdict)
      machine.tracer?.endTransaction()
      return { record: record! }
    } catch (error) {
      if (error instanceof ActorEvmError) return { refusal: error }
      throw error
    }
  }

  #prepare(machine: TestMachine, config: EngineConfig, post: ExpectedPost): PreparedBlock {
    const homestead = config.fork.revision >= REVISION_HOMESTEAD
    const tx = testTransaction(this.#test, post, homestead)
    return new PreparedBlock({
      environment: this.#environment,
      transactions: [tx],
      senders: [this.#sender(machine, tx)],
      authorities: [authoritiesOf(machine.recovery, tx, config.chainId)],
      withdrawals: [],
      timing: { decode: 0, senders: 0 },
    })
  }

  #sender({ recovery }: TestMachine, tx: Transaction): Uint8Array {
    const stated = hexToAddress(this.#test.transaction.sender, 'sender')
    const sender = recovery.recoverSender(tx)
    if (bytesEqual(sender, stated)) return sender
    throw new Error(`sender: expected ${bytesToHex(stated)}, got ${bytesToHex(sender)}`)
  }
}

/** A block is there in these tests only as far as its reward of 0 touches the fee recipient. */
function rewardWithNothing({ core }: TestMachine): void {
  const { exchange, exports, memory } = core
  memory.writeWord(exchange, 0n)
  exports.creditAccount(ENV_COINBASE, exchange)
  memory.refresh()
}

function compareRefusal(
  expected: string | undefined,
  refusal: ActorEvmError | undefined,
): string | undefined {
  if (expected === undefined) {
    return refusal === undefined ? undefined : `valid transaction refused: ${refusal.message}`
  }
  if (refusal === undefined) return `transaction accepted, expected ${expected}`
  const reasons = reasonsOf(expected)
  if (reasons === undefined) return `the expected exception is not known: ${expected}`
  const { reason = refusal.code } = refusal
  if (reasons.includes(reason)) return undefined
  return `refused as ${reason}, expected ${expected}: ${refusal.message}`
}
